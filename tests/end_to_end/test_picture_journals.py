"""Pictures that must be recorded before they are seen, with journals that are full, fail or are slow."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from broker.relay.files import HEAD
from protocol import facts as f
from protocol import picture as p
from protocol import requests as r
from protocol.picture_bytes import decode
from tests.end_to_end.picturing import Sharing, Watching, busy
from tests.end_to_end.serving import Person, ask, begin, linked, serving, spoken
from tests.waiting import until


@dataclass(frozen=True)
class Scene:
    """Max, who allowed recording, shares a busy screen with Ana."""

    journal: Path
    session: str
    customer: Person
    ana: Person
    sharer: Sharing
    viewer: Watching

    @property
    def file(self) -> Path:
        return self.journal / self.session

    def facts(self, kind: type[f.Fact]) -> list[int]:
        """How many facts of `kind` each side has been told."""
        return [
            sum(isinstance(fact, kind) for fact in link.sessions[self.session].facts)
            for link in (self.customer, self.ana)
        ]


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    journal = tmp_path / "journal"
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(
            serving(
                tmp_path, site={"rules": {"recording_asked": True}}, DESKSIDE_JOURNAL=str(journal)
            )
        )
        ana = await stack.enter_async_context(linked(server, "ana"))
        customer = await stack.enter_async_context(linked(server))
        session = await begin(customer, ana)
        assert customer.sessions[session].session.recording == "allowed"
        await ask(customer, r.ShareScreen, session, what="screen")
        sharer = Sharing(server, customer, session)
        viewer = Watching(server, ana, session)
        for each in (sharer, viewer):
            await stack.enter_async_context(each.running())
        await until(lambda: viewer.count(p.Patch))
        await stack.enter_async_context(busy(sharer))
        yield Scene(journal, session, customer, ana, sharer, viewer)


def kept(path: Path) -> list[p.Message]:
    """Read what a journal's file holds."""
    data, messages = path.read_bytes(), []
    while data:
        _, size = HEAD.unpack_from(data)
        messages.append(decode(data[HEAD.size : HEAD.size + size]))
        data = data[HEAD.size + size :]
    return messages


async def test_what_is_seen_was_kept_before(scene: Scene) -> None:
    await scene.viewer.hears(p.Patch)
    seen = scene.viewer.count(p.Patch)
    assert sum(isinstance(each.body, p.Patch) for each in kept(scene.file)) >= seen
    watched = [body for body in scene.sharer.seen if isinstance(body, p.Watched)]
    assert watched[-1].recorded


async def test_without_a_journal_nothing_is_called_recorded(tmp_path: Path) -> None:
    async with (
        serving(tmp_path, site={"rules": {"recording_asked": True}}) as server,
        linked(server, "ana") as ana,
        linked(server) as customer,
    ):
        session = await begin(customer, ana)
        assert customer.sessions[session].session.recording == "allowed"
        await ask(customer, r.ShareScreen, session, what="screen")
        async with (
            Sharing(server, customer, session).running() as sharer,
            Watching(server, ana, session).running() as viewer,
        ):
            await until(lambda: viewer.count(p.Patch))
            watched = [body for body in sharer.seen if isinstance(body, p.Watched)]
    assert watched
    assert not any(body.recorded for body in watched)


def full(path: Path) -> None:
    """Every write fails: no space left on device."""
    path.unlink()
    path.symlink_to("/dev/full")


def failing(path: Path) -> None:
    """The folder cannot be written to."""
    path.unlink()
    path.mkdir()


def slow(path: Path) -> None:
    """Whoever opens it waits until somebody reads."""
    path.unlink()
    os.mkfifo(path)


def mended(path: Path) -> None:
    """Put it right, and let go who waits for a reader."""
    if path.is_fifo():
        reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        path.unlink()
        os.close(reader)
    elif path.is_dir():
        path.rmdir()
    else:
        path.unlink()


@pytest.mark.parametrize("broken", [full, failing, slow])
async def test_a_picture_that_cannot_be_kept_pauses_and_goes_on_by_itself(
    scene: Scene, broken: Callable[[Path], None]
) -> None:
    broken(scene.file)
    await until(lambda: scene.facts(f.SharingPaused) == [1, 1])
    await until(lambda: p.Blank(why="paused") in scene.viewer.seen)
    before = scene.viewer.count(p.Patch)

    await ask(scene.customer, r.Say, scene.session, text="Do you still see it?")
    await ask(scene.ana, r.Say, scene.session, text="No, but I read you.")
    await until(lambda: len(spoken(scene.customer, scene.session)) == 2)
    assert scene.viewer.count(p.Patch) == before

    mended(scene.file)
    await until(lambda: scene.facts(f.SharingResumed) == [1, 1])
    await until(lambda: scene.viewer.count(p.Patch) > before)
    assert scene.facts(f.SharingPaused) == scene.facts(f.SharingResumed) == [1, 1]
