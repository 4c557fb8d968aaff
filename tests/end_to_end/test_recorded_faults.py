"""Relays that are killed or stopped while they record: what was seen is in the recording, and stays."""

import asyncio
import hashlib
import itertools
import os
import random
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from protocol import picture as p
from protocol import requests as r
from recordings.form import STRETCH, Kind
from tests.end_to_end.archive import Archive, archive_of
from tests.end_to_end.picturing import Sharing, Watching, meanwhile, processes_of
from tests.end_to_end.serving import Person, Server, ask, begin, linked, serving
from tests.waiting import LIMIT_SECONDS, until

SEED = int(os.environ.get("DESKSIDE_SEED", "20261122"))
RULES = {"recording_asked": True, "take_back_seconds": 1}


@dataclass
class Scene:
    """Max, who allowed recording, shares his screen with Ana; each patch has a size of its own."""

    server: Server
    folder: Path
    session: str
    customer: Person
    ana: Person
    archive: Archive
    stack: AsyncExitStack
    sizes: "itertools.count[int]" = field(default_factory=lambda: itertools.count(2))

    async def meet(self) -> tuple[Sharing, Watching]:
        """A new sharer and a new viewer, who have met."""
        sharer = Sharing(self.server, self.customer, self.session)
        viewer = Watching(self.server, self.ana, self.session)
        for each in (sharer, viewer):
            await self.stack.enter_async_context(each.running())
        await until(lambda: viewer.count(p.Patch))
        return sharer, viewer

    async def address(self) -> str:
        """Where the picture is."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            try:
                address, _ = await Sharing(self.server, self.customer, self.session)._ask(http)
            except PermissionError:
                return ""
        return address

    async def moves_from(self, address: str) -> None:
        """Wait until the picture is at another relay."""
        async with asyncio.timeout(60):
            while await self.address() in ("", address):  # noqa: ASYNC110 - nobody is told
                await asyncio.sleep(0.2)

    async def paint(self, sharer: Sharing) -> None:
        while True:
            await sharer.paint(next(self.sizes))
            await asyncio.sleep(0.02)


@asynccontextmanager
async def recorded(folder: Path, **settings: str) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(folder, site={"rules": RULES}, **settings))
        ana = await stack.enter_async_context(linked(server, "ana"))
        customer = await stack.enter_async_context(linked(server))
        session = await begin(customer, ana)
        await ask(customer, r.ShareScreen, session, what="screen")
        archive = await stack.enter_async_context(archive_of(folder))
        yield Scene(server, folder, session, customer, ana, archive, stack)


def seen(viewer: Watching) -> set[int]:
    return {len(body.data) for body in viewer.seen if isinstance(body, p.Patch)}


async def test_what_was_seen_is_in_the_recording_whenever_the_relay_is_killed(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    dice = random.Random(SEED)
    kills = 200 if pytestconfig.getoption("--long") else 4
    async with recorded(tmp_path) as scene:
        sharer, viewer = await scene.meet()
        async with meanwhile(scene.paint(sharer)):
            for number in range(kills):
                await asyncio.sleep(dice.uniform(0, 1.5))
                opened = viewer.openings
                _, (relay,) = processes_of(scene.server)
                os.kill(relay, signal.SIGKILL)
                await ask(scene.customer, r.Say, scene.session, text=f"Killed {number}")
                # What it had sent may still be on its way.
                await until(lambda: viewer.openings > opened)  # noqa: B023
                await viewer.hears(p.Patch)
        await ask(scene.customer, r.End, scene.session)
        row = await scene.archive.closed(scene.session)
        assert row.reason == "ended"
        assert seen(viewer) <= set(await scene.archive.patches(row.id))
        facts = await scene.archive.records(row.id, Kind.FACT)
        assert sum(b'"type":"said"' in fact for fact in facts) == kills
        assert not (await scene.archive.proof(row.id, tmp_path / "bundle")).broken


async def test_a_relay_that_was_stopped_overwrites_nothing_of_the_one_that_took_over(
    tmp_path: Path,
) -> None:
    async with recorded(tmp_path, DESKSIDE_RELAYS="2") as scene:
        sharer, viewer = await scene.meet()
        for _ in range(20):
            await sharer.paint(next(scene.sizes))
        address = await scene.address()
        _, relays = processes_of(scene.server)
        stopped = await writer(relays)
        os.kill(stopped, signal.SIGSTOP)
        for _ in range(20):
            # Nobody reads them yet.
            await sharer.paint(next(scene.sizes))
        await scene.moves_from(address)
        another, other_viewer = await scene.meet()
        async with meanwhile(scene.paint(another)):
            await until(lambda: other_viewer.count(p.Patch) > 50)
            before = digests(scene)
            os.kill(stopped, signal.SIGCONT)
            # It hears that the picture is elsewhere, and sends its people there.
            await until(lambda: viewer.openings > 1)
        await ask(scene.customer, r.End, scene.session)
        row = await scene.archive.closed(scene.session)
        after = digests(scene)
        assert {name: after.get(name) for name in before} == before
        stretches = {int(name[:8]) // STRETCH for name in after}
        assert stretches == {0, 1, 2}
        kept = set(await scene.archive.patches(row.id))
        assert seen(viewer) | seen(other_viewer) <= kept
        assert not (await scene.archive.proof(row.id, tmp_path / "bundle")).broken


async def writer(relays: list[int]) -> int:
    """Wait until one of `relays` has a segment open, which none has between two, and return it."""
    async with asyncio.timeout(LIMIT_SECONDS):
        while not (found := [pid for pid in relays if writes(pid)]):  # noqa: ASYNC110 - nobody is told
            await asyncio.sleep(0.01)
    return found[0]


def writes(pid: int) -> bool:
    """Say whether the relay `pid` has a segment of a recording open."""
    for opened in Path(f"/proc/{pid}/fd").iterdir():
        # What is closed meanwhile is none.
        with suppress(FileNotFoundError):
            if opened.readlink().suffix == ".part":
                return True
    return False


def digests(scene: Scene) -> dict[str, str]:
    """The digest of each segment in the store."""
    found = (scene.folder / "data/blobs/recordings").glob("*/0*")
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in found}
