"""The journal of a relay: full while the store is away, and itself again when that is back."""

from pathlib import Path

import pytest

from broker.clock import now
from broker.relay.journal import JournalFailed
from broker.relay.orders import Done, Finish, Gone, Report, Settled, Stored, Tap
from broker.relay.tapes import Tapes
from broker.tasks import Tasks
from recordings.form import STRETCH, Kind
from recordings.store import Store, StoreFailed, open_store
from tests.waiting import until

RECORDING = "ab" * 16
TAP = Tap(recording=RECORDING, stretch=1, media=bytes(32), words=bytes(32))


class Desk:
    """Tapes in `folder`, with a store that may be away and a broker that settles what it hears of."""

    def __init__(self, folder: Path, most_bytes: int = 2**20) -> None:
        self.is_away = False
        self.said: list[Report] = []
        self._folder = folder
        self.tasks = Tasks()
        self.tapes = Tapes(folder / "journal", self.open, now, self.tasks, most_bytes)
        self.tapes.tell = self.hear

    def open(self) -> Store:
        if self.is_away:
            raise StoreFailed("nobody is there")
        return open_store(str(self._folder / "blobs"))

    def hear(self, report: Report) -> bool:
        self.said.append(report)
        if isinstance(report, Stored):
            numbers = tuple(row.number for row in report.rows)
            self.tapes.settle(Settled(recording=report.recording, kept=numbers))
        return True

    async def keep(self, size: int) -> None:
        await self.tapes.keep("s", Kind.PICTURE, bytes(size), now())

    def stored(self) -> list[str]:
        found = (self._folder / "blobs").glob("recordings/*/*")
        return sorted(path.name[:8] for path in found)


async def test_a_journal_that_is_full_fails_until_the_store_is_back(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.tapes.heed("s", TAP, now())
    desk.is_away = True
    await desk.keep(2**20)
    with pytest.raises(JournalFailed, match="full"):
        await desk.keep(1)
    desk.is_away = False
    desk.tasks.start(desk.tapes.run(), "tapes")
    # There is room again once the broker has settled it, a moment after it is in the store.
    await until(lambda: any(isinstance(each, Stored) for each in desk.said))
    await desk.keep(10)
    await desk.tapes.finish(Finish(recording=RECORDING, stretch=1))
    await until(lambda: Done(recording=RECORDING, stretch=1) in desk.said)
    assert desk.stored() == [f"{STRETCH + n:08d}" for n in range(2)]
    await desk.tasks.stop()
    await desk.tapes.close()


async def test_what_is_to_be_recorded_and_nobody_said_where_is_not_shown(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with pytest.raises(JournalFailed):
        await desk.keep(1)
    await desk.tapes.close()


async def test_the_next_life_stores_what_one_left_and_says_that_it_is_over(tmp_path: Path) -> None:
    first = Desk(tmp_path)
    first.tapes.heed("s", TAP, now())
    await first.keep(10)
    # Its lock goes as it does when the process dies; its segment stays open.
    first.tapes._left.close()
    second = Desk(tmp_path)
    second.tasks.start(second.tapes.run(), "tapes")
    await until(lambda: Gone(relay=first.tapes.life) in second.said)
    assert second.stored() == [f"{STRETCH:08d}"]
    await second.tasks.stop()
    await second.tapes.close()
    assert not list((tmp_path / "journal").iterdir())
