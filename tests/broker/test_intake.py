"""Pieces that are stored several at once: in whatever order, only what has no gap before it counts."""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from broker import intake
from customer_client.link import Link
from protocol import facts as f
from protocol.messages import FileProgress
from recordings.store import Store, StoreFailed
from tests.broker.file_scene import FileScene, file_scene
from tests.broker.servers import Server, serving
from tests.waiting import until

MIB = 1024**2
GAP = 5 * MIB
CONTENT = b"%PDF-1.7\n" + random.Random(1).randbytes(12 * MIB + 1000)


class Held:
    """The real store, in which the piece at `GAP` waits until `go` is set, and then is stored or `fails`.
    `behind` is set once all have been stored that may be on their way beside it.
    """

    def __init__(self, store: Store) -> None:
        self.go = asyncio.Event()
        self.fails = False
        self.behind = asyncio.Event()
        self.names: list[str] = []
        self._store_really = store.put

    async def put(self, name: str, data: bytes | bytearray | Path) -> None:
        if f"/{GAP:012x}-" in name:
            await self.go.wait()
            if self.fails:
                raise StoreFailed("full")
        await self._store_really(name, data)
        self.names.append(name)
        if len(self.names) == GAP // MIB + intake.AT_ONCE - 1:
            self.behind.set()


@pytest.fixture
async def scene(data_folder: Path) -> AsyncIterator[FileScene]:
    async with file_scene(data_folder) as scene:
        yield scene


@pytest.fixture
def held(scene: FileScene, monkeypatch: pytest.MonkeyPatch) -> Held:
    store = scene.server.parts.file_desk.files._store
    held = Held(store)
    monkeypatch.setattr(store, "put", held.put)
    # All that may count does so at once.
    monkeypatch.setattr(intake, "SELDOM_SECONDS", 0)
    monkeypatch.setattr(intake, "TOGETHER", 1)
    return held


async def _at_gap(scene: FileScene, held: Held) -> None:
    """Wait until all that may be stored is, and all before the gap counts."""
    await held.behind.wait()
    await scene.ana.until(_counts_up_to_gap)


def _counts_up_to_gap(link: Link) -> bool:
    said = link.last.get(FileProgress)
    return isinstance(said, FileProgress) and said.received == GAP


async def _arrived_whole(scene: FileScene, file: str) -> None:
    arrived = await scene.heard(f.FileArrived, file)
    assert arrived.file_digest == hashlib.sha256(CONTENT).hexdigest()
    assert (await scene.fetch(file)).body == CONTENT


async def test_what_is_stored_behind_a_gap_does_not_count(scene: FileScene, held: Held) -> None:
    file, path = await scene.begun("a.pdf", len(CONTENT))
    async with asyncio.TaskGroup() as group:
        sending = group.create_task(scene.patch(path, 0, CONTENT))
        await _at_gap(scene, held)
        row = await scene.server.parts.file_desk.files.find_in(scene.session, file)
        assert row
        assert row.received == GAP
        held.go.set()
    assert sending.result().status == 204
    await _arrived_whole(scene, file)


async def test_a_piece_that_cannot_be_stored_takes_back_those_behind_it(
    scene: FileScene, held: Held
) -> None:
    file, path = await scene.begun("a.pdf", len(CONTENT))
    async with asyncio.TaskGroup() as group:
        sending = group.create_task(scene.patch(path, 0, CONTENT))
        await _at_gap(scene, held)
        held.fails = True
        held.go.set()
    assert sending.result().status == 503
    offset = int((await scene.tus("HEAD", path)).headers["Upload-Offset"])
    assert offset == GAP
    held.fails = False
    assert (await scene.patch(path, offset, CONTENT[offset:])).status == 204
    await _arrived_whole(scene, file)


async def test_the_next_broker_goes_on_before_the_gap(
    scene: FileScene, held: Held, data_folder: Path
) -> None:
    file, path = await scene.begun("a.pdf", len(CONTENT))
    async with asyncio.TaskGroup() as group, serving(data_folder) as other:
        sending = group.create_task(scene.patch(path, 0, CONTENT))
        await _at_gap(scene, held)
        # What the first has stored and not committed is as good as never sent, were it killed now or not.
        offset = await _sent_rest(scene, other, path)
        assert offset == GAP
        held.go.set()
    assert sending.result().status == 409
    await _arrived_whole(scene, file)
    # The first has taken its own away, so that all that is left counts.
    assert sum(path.stat().st_size for path in scene.stored()) < len(CONTENT) + MIB


async def _sent_rest(scene: FileScene, other: Server, path: str) -> int:
    """Send by `other` what is not there yet; return where that began."""
    first, scene.server = scene.server, other
    try:
        offset = int((await scene.tus("HEAD", path)).headers["Upload-Offset"])
        assert (await scene.patch(path, offset, CONTENT[offset:])).status == 204
    finally:
        scene.server = first
    return offset


async def test_what_is_on_its_way_when_a_file_is_withdrawn_is_deleted_too(
    scene: FileScene, held: Held
) -> None:
    _, path = await scene.begun("a.pdf", len(CONTENT))
    async with asyncio.TaskGroup() as group:
        sending = group.create_task(scene.patch(path, 0, CONTENT))
        await _at_gap(scene, held)
        assert (await scene.tus("DELETE", path)).status == 204
        await until(lambda: not scene.stored())
        held.go.set()
    assert sending.result().status == 410
    assert not scene.stored()


async def test_a_program_is_refused_and_nothing_of_it_is_left(scene: FileScene) -> None:
    program = b"MZ\x90\x00" + CONTENT
    _, path = await scene.begun("invoice.pdf", len(program))
    assert (await scene.patch(path, 0, program)).status == 415
    # At once: whoever looks for what is to be deleted has no part in it.
    assert not scene.stored()
