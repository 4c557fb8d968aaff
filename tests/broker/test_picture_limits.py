"""Who breaks the rules of a picture loses that socket, with a reason, and nothing else; who comes and
goes leaves nothing behind; who is slow is felt by nobody.
"""

import asyncio
import gc
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from aiohttp import WSCloseCode, WSMsgType

from broker.relay.outlet import Outlet
from broker.relay.room import Room
from broker.relay.viewer import Viewer
from broker.relay_line import RelayLine
from protocol import facts as f
from protocol import picture as p
from protocol import requests as r
from protocol.picture_bytes import encode
from tests.broker.people import Socket, next_of, opened
from tests.broker.picture_scene import Scene, watched
from tests.broker.relay.pictures import LEFT, Drawing
from tests.broker.servers import Server
from tests.end_to_end.serving import ask
from tests.waiting import until

Broken = Callable[[], Iterable[bytes]]


def too_large() -> Iterable[bytes]:
    draw = Drawing()
    yield draw.screen()
    yield draw.patch(size=p.MOST_BYTES + 1)


def too_many() -> Iterable[bytes]:
    draw = Drawing()
    yield draw.screen()
    for _ in range(300):
        yield draw.patch()


def too_much() -> Iterable[bytes]:
    draw = Drawing()
    yield draw.screen()
    for _ in range(8):
        yield draw.patch(size=1024 * 1024)


def beside_the_screen() -> Iterable[bytes]:
    draw = Drawing()
    yield draw.screen()
    yield draw.patch(p.Rectangle(127, 63, 2, 1))


def without_a_screen() -> Iterable[bytes]:
    yield Drawing().patch(LEFT)


def out_of_sequence() -> Iterable[bytes]:
    draw = Drawing()
    yield draw.screen()
    draw.sequence = 7
    yield draw.patch()


def nonsense() -> Iterable[bytes]:
    yield b"\x00" * 40


BROKEN: dict[Broken, str] = {
    too_large: "more than 8388608 bytes",
    too_many: "messages within a second",
    too_much: "bytes within a second",
    beside_the_screen: "outside 128x64",
    without_a_screen: "a picture without its geometry",
    out_of_sequence: "",
    nonsense: "",
}


async def reason_of(ws: Socket) -> str:
    """Return why `ws` was closed."""
    while (message := await ws.receive(timeout=30)).type is not WSMsgType.CLOSE:
        assert message.type is not WSMsgType.CLOSED
    return str(message.extra)


@pytest.mark.parametrize("broken", BROKEN)
async def test_a_sharer_who_breaks_a_rule_loses_the_socket_and_may_come_again(
    scene: Scene, broken: Broken
) -> None:
    await scene.share()
    async with opened(scene.server, scene.session, token=scene.token) as sharer:
        scene.clock.stop()
        try:
            for data in broken():
                await sharer.send_bytes(data)
        except ConnectionError:
            pass  # it was closed before all was sent
        reason = await reason_of(sharer)
    assert BROKEN[broken] in reason
    assert reason

    await ask(scene.customer, r.Say, scene.session, text="Still here.")
    assert scene.customer.sessions[scene.session].session.sharing == "screen"
    draw = Drawing()
    async with (
        opened(scene.server, scene.session, token=scene.token) as sharer,
        opened(scene.server, scene.session, cookie=scene.cookie) as viewer,
    ):
        for data in (draw.screen(), draw.patch(LEFT)):
            await sharer.send_bytes(data)
        await next_of(viewer, p.Patch)


@pytest.mark.parametrize(
    "body",
    [
        p.Pointer(x=128, y=0, buttons=0),
        p.Geometry(width=1, height=1, sharing="screen", names=()),
        p.Blank(why="stopped"),
    ],
)
async def test_a_viewer_who_breaks_a_rule_loses_the_socket_and_the_picture_goes_on(
    scene: Scene, body: p.Body
) -> None:
    async with (
        watched(scene, "control") as (sharer, viewer),
        opened(scene.server, scene.session, cookie=scene.cookie) as other,
    ):
        await next_of(other, p.Patch)
        said = p.Message(stream=2, sequence=1, time=0, body=body)
        await viewer.send_bytes(encode(said))
        assert await reason_of(viewer)
        await ask(scene.ana, r.Say, scene.session, text="Still here.")
        assert not other.closed
        assert not sharer.closed


async def test_two_hundred_who_join_and_leave_leave_nothing_behind(scene: Scene) -> None:
    async def come_and_go(times: int) -> None:
        for _ in range(times):
            async with opened(scene.server, scene.session, cookie=scene.cookie) as viewer:
                await next_of(viewer, p.Patch)
        await until(lambda: len(scene.relay._sockets[scene.session]) == 1)

    def left() -> dict[str, int]:
        gc.collect()
        kinds: tuple[type[Any], ...] = (Viewer, Outlet, Room, asyncio.Task)
        return {kind.__name__: _count(kind) for kind in kinds}

    draw = Drawing()
    await scene.share()
    async with opened(scene.server, scene.session, token=scene.token) as sharer:
        for data in (draw.screen(), draw.whole()):
            await sharer.send_bytes(data)
        await come_and_go(10)
        before = left()
        await come_and_go(200)
        assert left() == before
        assert before["Viewer"] == 0
        assert len(scene.relay._rooms[scene.session].viewers) == 0
    await ask(scene.customer, r.StopSharing, scene.session)
    await until(lambda: not scene.relay._rooms and not scene.relay._sockets)


def _count(kind: type[Any]) -> int:
    return sum(isinstance(each, kind) for each in gc.get_objects())


async def never() -> None:
    """Do not try again."""


async def test_a_paused_picture_is_told_by_one_broker_and_by_the_next_when_that_one_goes(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were it told by both, the slower one would tell again what is over already."""
    async with watched(scene):
        room = scene.relay._rooms[scene.session]
        monkeypatch.setattr(room, "retry", never)
        # Each pause is over before a broker that looks now and then has looked.
        for _ in range(3):
            room._pause()
            await until(lambda: _paused(scene))
            room._resume()
            await until(lambda: not _paused(scene))
        (first,) = [server for server in (scene.server, scene.other) if _hears(server)]
        second = scene.other if first is scene.server else scene.server
        await scene.relay._brokers[0].close(WSCloseCode.GOING_AWAY)
        await until(lambda: _hears(second) and not _hears(first) and len(_lines(first)) == 1)
        room._pause()
        await until(lambda: _paused(scene))
        # As long as it takes both to look again, and to find nothing to do.
        for server in (scene.server, scene.other):
            async with server.parts.pictures._turn:
                await server.parts.pictures._look()
    facts = scene.customer.sessions[scene.session].facts
    told = [type(fact) for fact in facts if isinstance(fact, f.SharingPaused | f.SharingResumed)]
    assert told == [f.SharingPaused, f.SharingResumed] * 3 + [f.SharingPaused]


def _paused(scene: Scene) -> bool:
    return scene.customer.sessions[scene.session].session.sharing_paused


def _lines(server: Server) -> list[RelayLine]:
    return list(server.parts.pictures._living().values())


def _hears(server: Server) -> bool:
    """Say whether the relay tells this broker of pauses."""
    return any(line.paused is not None for line in _lines(server))
