"""Pictures that must be recorded before they are seen, also with a journal that fails."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from protocol import facts as f
from protocol import picture as p
from protocol import requests as r
from recordings.form import Kind, read_records, whole_length
from tests.end_to_end.picturing import Sharing, Watching, busy
from tests.end_to_end.serving import Person, ask, begin, linked, serving, spoken
from tests.waiting import until


@dataclass(frozen=True)
class Scene:
    """Max, who allowed recording, shares a busy screen with Ana."""

    data: Path
    session: str
    customer: Person
    ana: Person
    sharer: Sharing
    viewer: Watching

    def facts(self, kind: type[f.Fact]) -> list[int]:
        """How many facts of `kind` each side has been told."""
        return [
            sum(isinstance(fact, kind) for fact in link.sessions[self.session].facts)
            for link in (self.customer, self.ana)
        ]


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(
            serving(tmp_path, site={"rules": {"recording_asked": True}})
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
        yield Scene(tmp_path / "data", session, customer, ana, sharer, viewer)


def kept(scene: Scene) -> int:
    """How many records of the picture were sealed, wherever they are."""
    paths = [*scene.data.glob("journal/*/*/0*"), *scene.data.glob("blobs/recordings/*/*")]
    found = 0
    for path in paths:
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            continue  # stored in this very moment
        records = read_records(data[: whole_length(data)])
        found += sum(each.kind is Kind.PICTURE for each in records)
    return found


async def test_what_is_seen_was_kept_before(scene: Scene) -> None:
    await scene.viewer.hears(p.Patch)
    seen = scene.viewer.count(p.Patch)
    assert kept(scene) >= seen
    watched = [body for body in scene.sharer.seen if isinstance(body, p.Watched)]
    assert watched[-1].recorded


async def test_a_picture_that_cannot_be_kept_pauses_and_goes_on_by_itself(scene: Scene) -> None:
    (journal,) = [path for path in scene.data.glob("journal/*/*") if path.is_dir()]
    aside = journal.with_name("aside")
    journal.rename(aside)
    journal.touch()
    await until(lambda: scene.facts(f.SharingPaused) == [1, 1])
    await until(lambda: p.Blank(why="paused") in scene.viewer.seen)
    before = scene.viewer.count(p.Patch)

    await ask(scene.customer, r.Say, scene.session, text="Do you still see it?")
    await ask(scene.ana, r.Say, scene.session, text="No, but I read you.")
    await until(lambda: len(spoken(scene.customer, scene.session)) == 2)
    assert scene.viewer.count(p.Patch) == before

    journal.unlink()
    aside.rename(journal)
    await until(lambda: scene.facts(f.SharingResumed) == [1, 1])
    await until(lambda: scene.viewer.count(p.Patch) > before)
