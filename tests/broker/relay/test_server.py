"""The relay over real sockets."""

import asyncio
import gc
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import aiohttp
import pytest
from aiohttp import WSMsgType
from aiohttp.test_utils import TestClient, TestServer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.clock import now
from broker.relay.journal import JournalFailed
from broker.relay.leases import Lease, sign
from broker.relay.server import RELAY, build_relay
from protocol import picture as p
from protocol.fields import Tool
from protocol.picture_bytes import decode, encode
from recordings.form import Kind
from recordings.journal import Full
from tests.broker.relay.pictures import LEFT, Drawing
from tests.waiting import LIMIT_SECONDS, until

KEY = Ed25519PrivateKey.generate()
SECRET = "a secret that only brokers have"

Relay = TestClient[Any, Any]
Socket = aiohttp.ClientWebSocketResponse


class FullDisk:
    """A journal that can keep nothing until `is_full` is taken back."""

    is_full = True

    async def keep(
        self, _session: str, _kind: Kind, _data: bytes, _now: int, _full: Full = "", /
    ) -> None:
        if self.is_full:
            raise JournalFailed("no space left")


@pytest.fixture
def disk() -> FullDisk:
    return FullDisk()


@pytest.fixture
async def relay(disk: FullDisk) -> AsyncIterator[Relay]:
    app = build_relay(KEY.public_key(), SECRET, now, disk)
    async with TestClient(TestServer(app)) as client:
        yield client


def relay_of(client: Relay) -> Any:
    """Return the relay behind `client`."""
    assert client.app
    return client.app[RELAY]


def token(party: str, *tools: Tool, recorded: bool = False, seconds: float = 60) -> str:
    """A lease for a viewer with `tools`, or without any for a sharer."""
    lease = Lease(
        session="s",
        party=party,
        side="viewer" if tools else "sharer",
        until=now() + int(seconds * 1000),
        tools=tools,
        recorded=recorded,
    )
    return sign(lease, KEY)


@asynccontextmanager
async def picture(relay: Relay, lease: str) -> AsyncIterator[Socket]:
    async with relay.ws_connect("/v1/picture") as ws:
        await ws.send_str(lease)
        yield ws


@asynccontextmanager
async def orders(relay: Relay, secret: str = SECRET) -> AsyncIterator[Socket]:
    headers = {"Authorization": f"Bearer {secret}"}
    async with relay.ws_connect("/v1/orders", headers=headers) as ws:
        assert (await ws.receive_json(timeout=LIMIT_SECONDS))["type"] == "hello"
        yield ws


async def next_of(ws: Socket, kind: type[p.Body]) -> p.Message:
    """Return the next message of `kind`."""
    while True:
        message = decode(await ws.receive_bytes(timeout=LIMIT_SECONDS))
        if isinstance(message.body, kind):
            return message


async def closed_because(ws: Socket) -> str:
    """Return why the relay closed `ws`."""
    while (message := await ws.receive(timeout=LIMIT_SECONDS)).type is not WSMsgType.CLOSE:
        assert message.type is not WSMsgType.CLOSED
    return str(message.extra)


async def test_a_picture_goes_from_sharer_to_viewer_and_input_back(relay: Relay) -> None:
    draw = Drawing()
    async with (
        picture(relay, token("max")) as sharer,
        picture(relay, token("ana", "view", "control")) as viewer,
    ):
        for data in (draw.screen(), draw.patch(LEFT)):
            await sharer.send_bytes(data)
        seen = await next_of(viewer, p.Patch)
        key = p.Key(down=True, code="KeyA", key="a")
        await viewer.send_bytes(encode(p.Message(stream=0, sequence=1, time=0, body=key)))

        pressed = await next_of(sharer, p.Key)

    assert (seen.sequence, seen.rectangles, pressed.body) == (2, (LEFT,), key)


@pytest.mark.parametrize("lease", ["", "nonsense", token("max", seconds=-1)])
async def test_without_a_good_lease_there_is_no_picture(relay: Relay, lease: str) -> None:
    async with picture(relay, lease) as ws:
        assert await closed_because(ws)


async def test_a_lease_is_the_first_thing_said(relay: Relay) -> None:
    async with relay.ws_connect("/v1/picture") as ws:
        await ws.send_bytes(Drawing().screen())
        assert await closed_because(ws)


async def test_who_breaks_a_rule_is_told_which_and_the_broker_too(relay: Relay) -> None:
    async with orders(relay) as broker, picture(relay, token("max")) as sharer:
        await sharer.send_bytes(Drawing().patch())
        assert await closed_because(sharer) == "a picture without its geometry"
        assert await broker.receive_json(timeout=LIMIT_SECONDS) == {
            "type": "refused",
            "session": "s",
            "party": "max",
            "why": "a picture without its geometry",
        }


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (p.Key(down=True, code="KeyA", key="a"), "more than 500 messages within a second"),
        (p.Ack(received=1, drawn=0), "more answers than there were messages"),
        (p.Wish(wanted="key_frame"), "more than 20 messages within a second"),
    ],
    ids=["input", "answers", "wishes"],
)
async def test_a_viewer_who_floods_is_sent_away_and_the_picture_goes_on(
    relay: Relay, monkeypatch: pytest.MonkeyPatch, body: p.Body, why: str
) -> None:
    # All within one second, however long it takes.
    monkeypatch.setattr(relay_of(relay), "_clock", lambda: 0)
    draw = Drawing()
    async with (
        picture(relay, token("max")) as sharer,
        picture(relay, token("ana", "view")) as viewer,
        picture(relay, token("eva", "view", "control")) as flooding,
    ):
        await sharer.send_bytes(draw.screen())
        await next_of(flooding, p.Geometry)
        for sequence in range(1, 502):
            message = p.Message(stream=0, sequence=sequence, time=0, body=body)
            await flooding.send_bytes(encode(message))
        assert await closed_because(flooding) == why
        await sharer.send_bytes(draw.patch(LEFT))
        await next_of(viewer, p.Patch)


async def test_viewers_come_and_go_200_times_and_leave_nothing_behind(relay: Relay) -> None:
    draw = Drawing()

    async def look() -> None:
        async with picture(relay, token("ana", "view", "control")) as viewer:
            await next_of(viewer, p.Patch)
        await until(lambda: not room.viewers)

    async with picture(relay, token("max")) as sharer:
        heard = partial(next_of, sharer, p.Ack)
        for data in (draw.screen(), draw.patch(LEFT)):
            await sharer.send_bytes(data)
            await heard()
        room = relay_of(relay)._rooms["s"]
        for _ in range(20):
            await look()
        tasks, things = len(asyncio.all_tasks()), objects()
        for _ in range(200):
            await look()
        assert len(asyncio.all_tasks()) <= tasks
        # One that is kept for each would be 200 and more of some kind.
        more = {kind: count - things[kind] for kind, count in objects().items()}
        assert [kind for kind, count in more.items() if count >= 100] == []
    await until(lambda: not relay_of(relay)._rooms)


def objects() -> Counter[str]:
    """Return how many there are of what a relay makes for each viewer."""
    gc.collect()
    kinds = Counter(type(each).__qualname__ for each in gc.get_objects())
    return Counter(
        {kind: kinds[kind] for kind in ("Viewer", "Window", "Outlet", "WebSocketResponse")}
    )


async def test_a_text_is_no_picture(relay: Relay) -> None:
    async with picture(relay, token("max")) as sharer:
        await sharer.send_str("hello")
        assert await closed_because(sharer) == "bytes only"


@pytest.mark.parametrize("secret", ["", "another", SECRET + "x"])
async def test_only_a_broker_gives_orders(relay: Relay, secret: str) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with orders(relay, secret):
            pass
    assert refused.value.status == 403


async def test_what_a_broker_takes_back_ends_at_once(relay: Relay) -> None:
    draw = Drawing()
    async with (
        orders(relay) as broker,
        picture(relay, token("max")) as sharer,
        picture(relay, token("ana", "view")) as viewer,
    ):
        for data in (draw.screen(), draw.patch(LEFT)):
            await sharer.send_bytes(data)
        await next_of(viewer, p.Patch)
        await broker.send_json({"type": "allow", "session": "s", "sharer": "max"})
        blank = await next_of(viewer, p.Blank)
    assert blank.body == p.Blank(why="revoked")


async def test_a_lease_runs_out_without_a_broker(relay: Relay) -> None:
    draw = Drawing()
    async with (
        picture(relay, token("max")) as sharer,
        picture(relay, token("ana", "view", seconds=6.0)) as viewer,
    ):
        await sharer.send_bytes(draw.screen())
        blank = await next_of(viewer, p.Blank)
    assert blank.body == p.Blank(why="lease_over")


async def test_a_customer_who_goes_leaves_a_blank(relay: Relay) -> None:
    draw = Drawing()
    async with picture(relay, token("ana", "view")) as viewer:
        async with picture(relay, token("max")) as sharer:
            await sharer.send_bytes(draw.screen())
            await next_of(viewer, p.Geometry)
        blank = await next_of(viewer, p.Blank)
    assert blank.body == p.Blank(why="customer_gone")


async def test_a_full_journal_pauses_the_picture_and_the_broker_knows(
    relay: Relay, disk: FullDisk
) -> None:
    draw = Drawing()
    async with (
        orders(relay) as broker,
        picture(relay, token("max", recorded=True)) as sharer,
        picture(relay, token("ana", "view")) as viewer,
    ):
        await sharer.send_bytes(draw.screen())
        assert (await next_of(viewer, p.Blank)).body == p.Blank(why="paused")
        assert json.loads(await broker.receive_str(timeout=LIMIT_SECONDS))["type"] == "paused"
        disk.is_full = False
        assert json.loads(await broker.receive_str(timeout=LIMIT_SECONDS))["type"] == "resumed"
        assert (await next_of(sharer, p.Wish)).body == p.Wish(wanted="whole_picture")
        for data in (draw.screen(), draw.whole()):
            await sharer.send_bytes(data)
        assert (await next_of(viewer, p.Patch)).checkpoint


async def shown(relay: Relay, sharer: Socket, viewer: Socket) -> None:
    """Let a picture arrive, so that both are known to be there."""
    draw = Drawing()
    for data in (draw.screen(), draw.patch(LEFT)):
        await sharer.send_bytes(data)
    await next_of(viewer, p.Patch)


def allow(place: int, **viewers: dict[str, int]) -> dict[str, Any]:
    return {"type": "allow", "session": "s", "place": place, "sharer": "max", "viewers": viewers}


async def test_what_a_broker_says_that_lags_behind_another_is_not_obeyed(relay: Relay) -> None:
    async with (
        orders(relay) as quick,
        orders(relay) as slow,
        picture(relay, token("max")) as sharer,
        picture(relay, token("ana", "view")) as viewer,
    ):
        await shown(relay, sharer, viewer)
        await quick.send_json(allow(8))
        assert (await next_of(viewer, p.Blank)).body == p.Blank(why="revoked")
        known = relay_of(relay)._known
        await slow.send_json(allow(7, ana={"view": 600_000}))
        await slow.send_json({"type": "allow", "session": "another"})
        await until(lambda: "another" in known)
        assert known["s"].rights == {}
        await slow.send_json(allow(9, ana={"view": 600_000}))
        await next_of(viewer, p.Patch)


async def test_a_lease_allows_input_for_as_long_as_an_order_would(relay: Relay) -> None:
    """Whatever happens to the broker after it has signed one."""
    room = relay_of(relay)
    async with picture(relay, token("ana", "view", "control")) as viewer:
        assert not viewer.closed
        await until(lambda: room._rooms and room._rooms["s"].viewers)
        (known,) = room._rooms["s"].viewers
        left = {tool: ends - now() for tool, ends in known.until.items()}
    assert 10_000 < left["view"] <= 60_000
    assert left["control"] <= 10_000


async def test_when_nobody_may_show_anything_all_are_sent_away(relay: Relay) -> None:
    async with (
        orders(relay) as broker,
        picture(relay, token("max")) as sharer,
        picture(relay, token("ana", "view")) as viewer,
    ):
        await shown(relay, sharer, viewer)
        await broker.send_json({"type": "allow", "session": "s"})
        assert await closed_because(sharer) == await closed_because(viewer) == "over"
    async with picture(relay, token("max")) as late:
        assert await closed_because(late) == "no longer valid"


async def test_one_broker_hears_of_pauses_and_when_it_goes_the_next(relay: Relay) -> None:
    draw = Drawing()
    async with picture(relay, token("max", recorded=True)) as sharer:
        async with orders(relay) as first:
            await sharer.send_bytes(draw.screen())
            assert (await first.receive_json(timeout=LIMIT_SECONDS))["type"] == "paused"
            headers = {"Authorization": f"Bearer {SECRET}"}
            late = await relay.ws_connect("/v1/orders", headers=headers)
            hello = await late.receive_json(timeout=LIMIT_SECONDS)
            assert hello == {"type": "hello", "sessions": ["s"], "paused": None, "relay": ""}
        # Nothing came in between, though the picture is still paused.
        hello = await late.receive_json(timeout=LIMIT_SECONDS)
        assert hello == {"type": "hello", "sessions": ["s"], "paused": ["s"], "relay": ""}
        await late.close()
