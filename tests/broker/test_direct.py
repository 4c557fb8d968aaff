"""Who may see a screen directly, what the two ends hear of each other, and what is never kept."""

import base64
import hashlib
import hmac
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec.structs import replace

from broker.direct import TURN_SECONDS, TurnServer, turn_server
from broker.relay.keys import open_keys
from customer_client.link import Link
from protocol import messages as m
from protocol import requests as r
from protocol.direct import CAPABILITY_SECONDS, Capability, DirectEnd, read_capability
from protocol.tokens import opened
from tests.broker.picture_scene import Scene
from tests.broker.servers import Reply
from tests.end_to_end.serving import ask
from tests.waiting import until

VIEWER, SHARER = "1" * 64, "2" * 64
END = DirectEnd(fingerprint=VIEWER, username="abcd", password="x" * 22, candidates=(), most=262_144)


@pytest.fixture
async def direct(scene: Scene) -> Scene:
    """Max shares and Ana sees it, on a site that lets pictures go directly."""
    for server in (scene.server, scene.other):
        site = server.parts.site
        await site.save(replace(site.settings, direct="on"))
    await scene.share()
    await ask(scene.customer, r.WithdrawRecording, scene.session)
    return scene


async def opening(scene: Scene, **who: Any) -> Reply:
    path = f"/v1/sessions/{scene.session}/direct"
    return await scene.server.call("POST", path, {}, **(who or {"cookie": scene.cookie}))


async def renewed(scene: Scene, **who: Any) -> Reply:
    ends = {"session": scene.session, "viewer": VIEWER, "sharer": SHARER}
    return await scene.server.call(
        "POST", "/v1/capabilities", ends, **(who or {"cookie": scene.cookie})
    )


def capability(scene: Scene, reply: Reply) -> Capability:
    key = open_keys(scene.folder).capabilities.public_key()
    return read_capability(opened(reply.json["token"], key))


def heard(link: Link, kind: type[m.Frame]) -> Any:
    return link.last.get(kind)


async def propose(scene: Scene) -> None:
    proposed = m.ProposeDirect(session=scene.session, path="p1", end=END, commitment="3" * 64)
    await scene.ana.signal(proposed)


async def test_a_site_that_says_nothing_of_it_lets_nothing_go_directly(scene: Scene) -> None:
    await scene.share()
    assert (await opening(scene)).json == {"allowed": False, "servers": []}
    assert (await renewed(scene)).json == {"token": ""}


async def test_what_is_to_be_recorded_never_goes_directly(scene: Scene) -> None:
    site = scene.server.parts.site
    await site.save(replace(site.settings, direct="on"))
    await scene.share()
    assert (await opening(scene)).json == {"allowed": False, "servers": []}
    assert (await renewed(scene)).json == {"token": ""}
    await propose(scene)
    await ask(scene.customer, r.WithdrawRecording, scene.session)
    assert (await renewed(scene)).json["token"]
    assert not heard(scene.customer, m.DirectProposed)


async def test_a_capability_is_bound_to_both_certificates_and_lasts_ten_seconds(
    direct: Scene,
) -> None:
    await direct.grant("control")
    reply = await renewed(direct)
    said = capability(direct, reply)
    assert (said.viewer, said.sharer, said.session) == (VIEWER, SHARER, direct.session)
    assert said.rep == direct.account.id
    assert set(said.tools) == {"view", "control"}
    assert said.until - said.at == CAPABILITY_SECONDS * 1000


async def test_who_may_not_look_gets_no_capability(direct: Scene) -> None:
    lead = await direct.server.sign_in_as("lead")
    assert (await renewed(direct, cookie=lead)).json == {"token": ""}
    network = await direct.server.sign_in(await direct.server.add("nia", "rep", ("network",)))
    assert (await renewed(direct, cookie=network)).error == "unknown_session"
    await ask(direct.customer, r.Revoke, direct.session, tool="view")
    assert (await renewed(direct)).json == {"token": ""}
    assert (await opening(direct)).json == {"allowed": False, "servers": []}


async def test_both_ends_hear_of_each_other_over_two_brokers_links(direct: Scene) -> None:
    await propose(direct)
    await until(lambda: heard(direct.customer, m.DirectProposed))
    proposed = heard(direct.customer, m.DirectProposed)
    assert (proposed.end, proposed.rep) == (END, direct.account.id)
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(proposed.key))
    assert opened((await renewed(direct)).json["token"], key)
    answer = m.AnswerDirect(
        session=direct.session,
        path="p1",
        rep=proposed.rep,
        end=replace(END, fingerprint=SHARER),
        nonce="4" * 32,
    )
    await direct.customer.signal(answer)
    await until(lambda: heard(direct.ana, m.DirectAnswered))
    assert heard(direct.ana, m.DirectAnswered).end.fingerprint == SHARER


async def test_nothing_of_it_is_stored(direct: Scene) -> None:
    place = direct.customer.sessions[direct.session].place
    await propose(direct)
    await until(lambda: heard(direct.customer, m.DirectProposed))
    await ask(direct.ana, r.Say, direct.session, text="Hello")
    await until(lambda: direct.customer.sessions[direct.session].place > place)
    database = direct.server.parts.database
    for table in ("facts", "sessions", "texts"):
        rows = await database.read(
            lambda conn, table=table: conn.exec_driver_sql(f"select * from {table}").all()  # type: ignore[misc]
        )
        assert VIEWER not in repr(rows)


async def test_a_customer_proposes_nothing_and_nobody_answers_for_them(direct: Scene) -> None:
    proposed = m.ProposeDirect(session=direct.session, path="p1", end=END, commitment="3" * 64)
    await direct.customer.signal(proposed)
    answered = m.AnswerDirect(
        session=direct.session, path="p1", rep=direct.account.id, end=END, nonce="4" * 32
    )
    await direct.ana.signal(answered)
    await ask(direct.ana, r.Say, direct.session, text="Hello")
    await ask(direct.customer, r.Say, direct.session, text="Hello")
    assert not heard(direct.ana, m.DirectAnswered)
    assert not heard(direct.customer, m.DirectProposed)


async def test_who_signs_out_is_cut_off_though_no_relay_is_asked(direct: Scene) -> None:
    await propose(direct)
    await until(lambda: heard(direct.customer, m.DirectProposed))
    await direct.server.call("POST", "/v1/sign-out", {}, cookie=direct.cookie)
    await until(lambda: heard(direct.customer, m.DirectOver))
    assert heard(direct.customer, m.DirectOver).rep == direct.account.id


async def test_turn_is_named_only_where_the_site_allows_it(direct: Scene) -> None:
    direct.server.parts.direct._helpers = TurnServer(
        stun="stun:stun.example.test", turn="turn:turn.example.test", secret="shared"
    )
    assert [each["url"] for each in (await opening(direct)).json["servers"]] == [
        "stun:stun.example.test"
    ]
    site = direct.server.parts.site
    await site.save(replace(site.settings, direct="turn"))
    turn = (await opening(direct)).json["servers"][1]
    until_, _, session = turn["username"].partition(":")
    assert session == direct.session
    assert 0 < int(until_) - time.time() <= TURN_SECONDS


def test_the_password_for_turn_is_the_digest_that_coturn_makes() -> None:
    server = turn_server(TurnServer(turn="turn:x", secret="north"), 1_700_000_000, "s1")
    expected = hmac.new(b"north", b"1700000000:s1", hashlib.sha1).digest()
    assert server.password == base64.b64encode(expected).decode()
