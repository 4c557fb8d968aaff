"""Passkeys over HTTP: made, used, counted, removed; and everything that must not be accepted."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from broker.gate import COOKIE
from broker.passkeys import Place, place_of
from tests.broker.authenticators import PRESENT, Authenticator
from tests.broker.servers import Reply, Server, serving


@dataclass
class Door:
    """A broker that is reached by a name, as passkeys want it."""

    server: Server

    @property
    def origin(self) -> str:
        return self.server.url.replace("127.0.0.1", "localhost")

    async def post(self, path: str, body: Any = None, cookie: str = "") -> Reply:
        here = {"Host": URL(self.origin).authority, "X-Deskside": "1"}
        return await self.server.call("POST", path, body, cookie=cookie, headers=here)

    async def make(self, cookie: str, authenticator: Authenticator, name: str = "Key") -> Reply:
        asked = await self.post("/v1/me/passkeys/ask", cookie=cookie)
        made = authenticator.make(asked.json["options"])
        return await self.post("/v1/me/passkeys", {"name": name, "made": made}, cookie)

    async def enter(self, authenticator: Authenticator) -> Reply:
        asked = await self.post("/v1/passkeys/ask")
        shown = authenticator.show(asked.json["options"])
        return await self.post("/v1/passkeys/sign-in", shown)


@pytest.fixture
async def door(data_folder: Path, database_url: str) -> AsyncIterator[Door]:
    async with serving(data_folder, database=database_url) as server:
        yield Door(server)


async def test_a_passkey_is_made_named_used_and_removed(door: Door) -> None:
    ana = await door.server.add("ana", "rep")
    cookie = await door.server.sign_in(ana)
    key = Authenticator(door.origin)
    made = await door.make(cookie, key, "Blue key")
    assert len(made.json["recovery_codes"]) == 10
    entered = await door.enter(key)
    assert (entered.status, entered.json["party"]) == (200, ana.id)
    assert entered.set_cookies[0].startswith(f"{COOKIE}=")
    listed = (await door.server.call("GET", "/v1/me/security", cookie=cookie)).json["passkeys"]
    assert [each["name"] for each in listed] == ["Blue key"]
    assert listed[0]["used_at"] >= listed[0]["created_at"] > 0
    removed = await door.post(f"/v1/me/passkeys/{listed[0]['id']}/remove", cookie=cookie)
    assert removed.status == 204
    assert (await door.enter(key)).error == "wrong_passkey"


async def test_an_administrator_may_set_up_a_passkey_alone_and_nothing_less(door: Door) -> None:
    ada = await door.server.add("ada", "admin")
    cookie = await door.server.sign_in(ada, proved=False)
    before = await door.server.call("GET", "/v1/teams", cookie=cookie)
    assert before.error == "enrolment_needed"
    key = Authenticator(door.origin)
    assert (await door.make(cookie, key)).status == 200
    assert (await door.server.call("GET", "/v1/teams", cookie=cookie)).status == 200
    (only,) = (await door.server.call("GET", "/v1/me/security", cookie=cookie)).json["passkeys"]
    kept = await door.post(f"/v1/me/passkeys/{only['id']}/remove", cookie=cookie)
    assert (kept.status, kept.error) == (409, "last_factor")
    assert (await door.enter(key)).status == 200


async def test_the_first_second_factor_ends_every_other_sign_in(door: Door) -> None:
    ada = await door.server.add("ada", "admin")
    mine, theirs = [await door.server.sign_in(ada, proved=False) for _ in range(2)]
    await door.make(mine, Authenticator(door.origin))
    assert (await door.server.call("GET", "/v1/me", cookie=theirs)).status == 401
    assert (await door.server.call("GET", "/v1/me", cookie=mine)).status == 200
    further = await door.make(mine, Authenticator(door.origin))
    assert further.json["recovery_codes"] == []


async def test_what_an_authenticator_must_not_get_away_with(door: Door) -> None:
    cookie = await door.server.sign_in_as("rep")
    key = Authenticator(door.origin)
    assert (await door.make(cookie, key)).status == 200
    lies: dict[str, Any] = {
        "origin": "https://evil.example",
        "site": "evil.example",
        "flags": PRESENT,
        "key": Authenticator(door.origin).key,
        "id": b"another id",
    }
    for field, lie in lies.items():
        liar = Authenticator(door.origin, id=key.id, key=key.key)
        setattr(liar, field, lie)
        assert (await door.enter(liar)).error == "wrong_passkey", field
        if field in {"origin", "site", "flags"}:
            fresh = Authenticator(door.origin)
            setattr(fresh, field, lie)
            assert (await door.make(cookie, fresh)).error == "wrong_passkey", field
    assert (await door.make(cookie, key)).error == "wrong_passkey"  # known already
    assert (await door.enter(key)).status == 200


async def test_a_challenge_is_answered_once_and_only_for_what_it_was_made(door: Door) -> None:
    cookie, other = [await door.server.sign_in_as("rep") for _ in range(2)]
    key = Authenticator(door.origin)
    await door.make(cookie, key)
    options = (await door.post("/v1/passkeys/ask")).json["options"]
    assert (await door.post("/v1/passkeys/sign-in", key.show(options))).status == 200
    again = await door.post("/v1/passkeys/sign-in", key.show(options))
    assert again.error == "wrong_passkey"
    made_up = await door.post("/v1/passkeys/sign-in", key.show({"challenge": "AAAA"}))
    assert made_up.error == "wrong_passkey"
    # Theirs to make, not mine; and to make, not to enter.
    asked = (await door.post("/v1/me/passkeys/ask", cookie=other)).json["options"]
    body = {"name": "Key", "made": Authenticator(door.origin).make(asked)}
    assert (await door.post("/v1/me/passkeys", body, cookie)).error == "wrong_passkey"
    assert (await door.post("/v1/passkeys/sign-in", key.show(asked))).error == "wrong_passkey"


async def test_a_copy_that_counts_behind_is_found_out(door: Door) -> None:
    cookie = await door.server.sign_in_as("rep")
    key = Authenticator(door.origin, count=5)
    await door.make(cookie, key)
    key.count = 6
    assert (await door.enter(key)).status == 200
    for behind in (6, 5, 0):
        key.count = behind
        assert (await door.enter(key)).error == "wrong_passkey", behind
    key.count = 7
    assert (await door.enter(key)).status == 200


async def test_a_disabled_account_does_not_get_in_by_its_passkey(door: Door) -> None:
    ana = await door.server.add("ana", "rep")
    key = Authenticator(door.origin)
    await door.make(await door.server.sign_in(ana), key)
    await door.server.parts.accounts.disable(ana.id)
    assert (await door.enter(key)).error == "wrong_passkey"


GARBAGE = ("AA", "e30", "bnVsbA", "eyJ0eXBlIjoxfQ", "A" * 4000)


async def test_garbage_is_refused_in_words_whatever_part_it_is_in(door: Door) -> None:
    cookie = await door.server.sign_in_as("rep")
    key = Authenticator(door.origin)
    await door.make(cookie, key)
    for junk in GARBAGE:
        options = (await door.post("/v1/passkeys/ask")).json["options"]
        for part in key.show(options):
            asked = (await door.post("/v1/passkeys/ask")).json["options"]
            reply = await door.post("/v1/passkeys/sign-in", key.show(asked) | {part: junk})
            assert reply.error == "wrong_passkey", (part, junk)
        for part in ("id", "client_data", "attestation"):
            asked = (await door.post("/v1/me/passkeys/ask", cookie=cookie)).json["options"]
            made = Authenticator(door.origin).make(asked) | {part: junk}
            body = {"name": "Key", "made": made}
            assert (await door.post("/v1/me/passkeys", body, cookie)).status == 409, (part, junk)


@pytest.mark.parametrize(
    ("public", "host", "place"),
    [
        ("https://help.example.org", "help.example.org", "help.example.org"),
        ("https://help.example.org:8443", "127.0.0.1:8080", "help.example.org"),
        ("http://127.0.0.1:8080", "localhost:8080", "localhost"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080", None),
        ("http://localhost:8080", "localhost:8080", "localhost"),
        ("https://192.168.1.20:8080", "192.168.1.20:8080", None),
        ("https://[fd00::1]:8080", "[fd00::1]:8080", None),
    ],
)
def test_passkeys_hold_where_the_address_is_a_name(
    public: str, host: str, place: str | None
) -> None:
    origins = [public, f"http://{host}"]
    found = place_of(URL(public), origins, host)
    assert (found.id if found else None) == place
    if place == "help.example.org":
        assert found == Place(id=place, origins=(public,))
