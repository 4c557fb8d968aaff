"""Pictures while relay or broker is killed, with real processes: what must stay stays, what must stop
stops, and all comes back by itself.
"""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from protocol import picture as p
from protocol import requests as r
from tests.end_to_end.picturing import (
    Sharing,
    Watching,
    busy,
    kill,
    meanwhile,
    processes_of,
    runs,
    started,
)
from tests.end_to_end.serving import Person, Server, ask, begin, linked, serving
from tests.waiting import until


@dataclass(frozen=True)
class Scene:
    """Max shares a screen that Ana sees and may control."""

    server: Server
    session: str
    customer: Person
    ana: Person
    sharer: Sharing
    viewer: Watching

    async def sees_more(self) -> None:
        """Wait until another patch is on Ana's screen."""
        await self.viewer.hears(p.Patch)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(tmp_path))
        ana = await stack.enter_async_context(linked(server, "ana"))
        customer = await stack.enter_async_context(linked(server))
        session = await begin(customer, ana)
        await ask(customer, r.ShareScreen, session, what="screen")
        await ask(ana, r.RequestGrants, session, tools=("control",))
        await ask(customer, r.AnswerGrants, session, allowed=True)
        sharer = Sharing(server, customer, session)
        viewer = Watching(server, ana, session)
        for each in (sharer, viewer):
            await stack.enter_async_context(each.running())
        await until(lambda: viewer.count(p.Patch))
        await stack.enter_async_context(busy(sharer))
        yield Scene(server, session, customer, ana, sharer, viewer)


async def test_a_relay_that_is_killed_is_replaced_and_the_picture_comes_back(
    scene: Scene,
) -> None:
    _, (relay,) = await started(scene.server)
    kill(relay)
    await until(lambda: scene.viewer.openings == 2 and scene.sharer.openings == 2)
    await scene.sees_more()
    _, (another,) = processes_of(scene.server)
    assert another != relay
    # Chat knows nothing of it.
    await ask(scene.ana, r.Say, scene.session, text="There it is again.")


async def test_without_a_broker_the_picture_stays_and_input_stops(scene: Scene) -> None:
    keeper, (relay,) = await started(scene.server)
    await scene.viewer.say(p.Key(down=True, code="KeyA", key="a"))
    await until(lambda: scene.sharer.count(p.Key))
    released = scene.sharer.count(p.ReleaseAll)
    await scene.server.kill()
    # The relay lets input lapse, and whatever is held down is let go.
    await until(lambda: scene.sharer.count(p.ReleaseAll) > released)
    before = scene.sharer.count(p.Key)
    await scene.viewer.say(p.Key(down=True, code="KeyB", key="b"))
    await scene.sees_more()
    await scene.sees_more()
    assert scene.sharer.count(p.Key) == before
    assert runs(relay)
    await until(lambda: not runs(keeper))
    assert (scene.viewer.openings, scene.sharer.openings) == (1, 1)

    # The next broker finds the relay, and goes on with it.
    await scene.server.start()

    async def keeps_pressing() -> None:
        while True:
            await scene.viewer.say(p.Key(down=True, code="KeyC", key="c"))
            await asyncio.sleep(0.05)

    async with meanwhile(keeps_pressing()):
        await until(lambda: scene.sharer.count(p.Key) > before)
    assert (scene.viewer.openings, scene.sharer.openings) == (1, 1)
    await scene.sees_more()
    await ask(scene.customer, r.StopSharing, scene.session)
    await until(lambda: not scene.viewer.is_there and not scene.sharer.is_there)


async def test_a_relay_that_nobody_needs_ends_after_its_broker(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        keeper, (relay,) = await started(server)
        await server.kill()
        await until(lambda: not runs(relay) and not runs(keeper))


async def test_the_next_broker_finds_its_port_free_although_the_keeper_lives_on(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as server:
        keeper, _ = await started(server)
        kill(keeper, signal.SIGSTOP)
        try:
            await server.restart()
        finally:
            kill(keeper, signal.SIGCONT)


async def test_a_broker_that_stops_takes_all_its_relays_along(tmp_path: Path) -> None:
    async with serving(tmp_path, DESKSIDE_RELAYS="3") as server:
        keeper, relays = await started(server, 3)
        assert await server.interrupt() == 0
        assert not any(map(runs, (keeper, *relays)))


async def test_a_relay_that_always_dies_is_started_again_with_growing_pauses(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as server:
        keeper, (relay,) = await started(server)
        seen = {relay}
        for _ in range(3):
            kill(relay)
            await until(lambda: set(processes_of(server)[1]) - seen)
            _, (relay,) = await started(server)
            seen.add(relay)
        assert runs(keeper)
