"""The journal of a relay: what is recorded of each session, sealed on the local disk and then stored.

A segment is forgotten here once a broker has it in the recording's index. What a relay that was killed
left behind is stored by whoever comes after it.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, Protocol

import structlog
from msgspec import Struct

from broker.clock import Clock
from broker.relay.batches import Batches
from broker.relay.journal import JournalFailed
from broker.relay.left_tapes import LeftTapes, remove
from broker.relay.orders import Done, Finish, Gone, Report, Settled, Stored, Tap
from broker.tasks import Tasks
from protocol.fields import Id
from recordings.form import STRETCH, Kind
from recordings.journal import MOST_BYTES, Full, SegmentRow
from recordings.journal import Journal as Segments
from recordings.seal import DataKeys
from recordings.store import Store, StoreFailed, Taken, segment_at

log = structlog.get_logger()

TICK_SECONDS: Final = 0.25
LOOK_EVERY: Final = 8
"""Relays that died are looked for every so many ticks."""

AGAIN_SECONDS: Final = 3.0
"""A broker that has not settled a segment by then is told of it again."""

LAGS: Final = 16
"""So many orders are remembered for what they tell of the broker's clock."""

MOST_ROWS: Final = 100
"""So many are told again in one message."""

FIRST_SECONDS: Final = 0.5
LONGEST_SECONDS: Final = 5.0
"""A store that is away is tried again after such pauses."""


class Written(Protocol):
    """Segments on the disk: those of a `Journal`, or what a dead relay left."""

    folder: Path
    closed: list[SegmentRow]

    def is_due(self, time: int, /) -> bool:
        """Say whether a segment is as old as one may get at `time` (µs)."""

    def tick(self, time: int, /) -> None:
        """Close that segment."""

    def close(self) -> None:
        """Close the segment that is being written."""

    def path_of(self, number: int, /) -> Path:
        """Return where the closed segment `number` lies."""

    def forget(self, row: SegmentRow, /) -> None:
        """Take away the segment of `row`."""


class Tape(Struct, kw_only=True):
    """What is to be stored of one stretch of a recording."""

    recording: str
    stretch: int
    written: Written
    stored: dict[int, SegmentRow]
    """The segments that are in the store, by number, until a broker has settled them."""
    told_at: float = 0.0
    is_going: bool = True
    """Whether something is being recorded; nothing is while it is paused."""
    is_finished: bool = False
    """Whether nothing more comes."""
    is_uploading: bool = False

    @property
    def unstored(self) -> list[SegmentRow]:
        """What is closed and not yet in the store."""
        return [row for row in self.written.closed if row.number not in self.stored]


class Tapes:
    """One per life of a relay. `tell` reaches a broker, and says whether one was there."""

    def __init__(
        self,
        folder: Path,
        store: Callable[[], Store],
        clock: Clock,
        tasks: Tasks,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.tell: Callable[[Report], bool] = _unheard
        self._left = LeftTapes(folder)
        self._open_store = store
        self._clock = clock
        self._tasks = tasks
        self._most_bytes = most_bytes
        self._store: Store | None = None
        self._taps: dict[Id, Tap] = {}
        self._tapes: dict[tuple[str, int], Tape] = {}
        self._untold: list[Report] = []
        self._lags: deque[int] = deque(maxlen=LAGS)
        self._batches = Batches("journal")

    @property
    def life(self) -> Id:
        """The name of this life of the relay."""
        return self._left.life

    @property
    def store(self) -> Store:
        """Where segments go; opened when it is first needed."""
        if self._store is None:
            self._store = self._open_store()
        return self._store

    # --- what the broker says

    def heed(self, session: Id, tap: Tap | None, now: int) -> None:
        """Take note into which recording `session` goes from now on, if any, and of the broker's time.
        Where it goes into none any more, what there is is closed.
        """
        if now:
            self._lags.append(now - self._clock())
        if tap:
            self._taps[session] = tap
        elif was := self._taps.pop(session, None):
            tape = self._tapes.get((was.recording, was.stretch))
            if tape and tape.is_going:
                tape.is_going = False
                self._tasks.start(self._pause(tape), "pause")

    def settle(self, settled: Settled) -> None:
        """Forget what a broker has taken note of, or does not want."""
        for number in (*settled.kept, *settled.unwanted):
            tape = self._tapes.get((settled.recording, number // STRETCH))
            if tape and (row := tape.stored.pop(number, None)):
                tape.written.forget(row)
                self._end(tape)
        if settled.unwanted:
            log.warning("segments_unwanted", recording=settled.recording)

    async def finish(self, finish: Finish) -> None:
        """Close what is being written of a recording; `Done` is said once all is stored."""
        for session in [s for s, tap in self._taps.items() if tap.recording == finish.recording]:
            del self._taps[session]
        tape = self._tapes.get((finish.recording, finish.stretch))
        if tape is None:
            # We had nothing, or have said so already.
            self._say(Done(recording=finish.recording, stretch=finish.stretch))
            return
        tape.is_finished = True
        await self._try(tape, tape.written.close)
        self._end(tape)

    # --- what is recorded

    async def keep(
        self, session: Id, kind: Kind, data: bytes, now: int, full: Full = "", /
    ) -> None:
        """Seal `data` into the recording of `session`, or raise `JournalFailed`."""
        tap = self._taps.get(session)
        if tap is None:
            raise JournalFailed("no broker has said into which recording")
        if kind is Kind.TYPED and not tap.typed:
            return
        tape = self._tapes.get((tap.recording, tap.stretch)) or self._begin(tap)
        journal, at = tape.written, self._time(now)
        assert isinstance(journal, Segments)
        if not tape.is_going and kind is not Kind.RESUMED:
            await self._batches.do(partial(journal.keep, Kind.RESUMED, at, b""))
        tape.is_going = True
        await self._batches.do(partial(journal.keep, kind, at, data, full))

    async def _pause(self, tape: Tape) -> None:
        journal = tape.written
        assert isinstance(journal, Segments)
        await self._try(tape, partial(journal.keep, Kind.PAUSED, self._time(self._clock()), b""))
        await self._try(tape, journal.close)

    def _time(self, now: int) -> int:
        """Return `now` (ms, by our clock) in µs by the broker's; the order that was on its way for the
        shortest time tells best how the two differ.
        """
        return (now + max(self._lags, default=0)) * 1000

    def _begin(self, tap: Tap) -> Tape:
        journal = Segments(
            self._left.folder / tap.recording,
            bytes.fromhex(tap.recording),
            DataKeys(media=tap.media, words=tap.words),
            first=tap.stretch * STRETCH,
            most_bytes=self._most_bytes,
        )
        return self._add(
            Tape(recording=tap.recording, stretch=tap.stretch, written=journal, stored={})
        )

    def _add(self, tape: Tape) -> Tape:
        self._tapes[tape.recording, tape.stretch] = tape
        return tape

    async def _try(self, tape: Tape, work: Callable[[], None]) -> None:
        try:
            await self._batches.do(work)
        except JournalFailed as fault:
            log.warning("journal_failed", recording=tape.recording, fault=str(fault))

    # --- what is stored

    async def run(self) -> None:
        """Close segments in time and store them, for ever."""
        turn = 0
        while True:
            if turn % LOOK_EVERY == 0:
                for each in await asyncio.to_thread(self._left.look):
                    self._add(
                        Tape(
                            recording=each.recording,
                            stretch=each.stretch,
                            written=each,
                            stored={},
                            is_finished=True,
                        )
                    )
            turn += 1
            await self.tick()
            await asyncio.sleep(TICK_SECONDS)

    async def tick(self) -> None:
        """Close what is old enough, store what is closed, and tell brokers again what they missed."""
        now = self._time(self._clock())
        for tape in list(self._tapes.values()):
            if tape.written.is_due(now):
                await self._try(tape, partial(tape.written.tick, now))
            if tape.unstored and not tape.is_uploading:
                tape.is_uploading = True
                self._tasks.start(self._upload(tape), "upload")
            self._tell_again(tape)
            self._end(tape)
        for life in self._left.emptied():
            self._say(Gone(relay=life))
        self._untold = [report for report in self._untold if not self.tell(report)]

    async def _upload(self, tape: Tape) -> None:
        wait = FIRST_SECONDS
        try:
            while rows := tape.unstored:
                try:
                    await self._put(tape, rows[0])
                    wait = FIRST_SECONDS
                except StoreFailed as fault:
                    log.warning("store_failed", recording=tape.recording, fault=str(fault))
                    await asyncio.sleep(wait)
                    wait = min(2 * wait, LONGEST_SECONDS)
        finally:
            tape.is_uploading = False

    async def _put(self, tape: Tape, row: SegmentRow) -> None:
        name = segment_at(tape.recording, row.number, row.writer)
        try:
            await self.store.put(name, tape.written.path_of(row.number))
        except Taken:
            # Nobody else has our names: it is damage, which a proof will show.
            log.exception("segment_taken", recording=tape.recording, segment=row.number)
        tape.stored[row.number] = row
        tape.told_at = time.monotonic()
        self.tell(Stored(recording=tape.recording, rows=(row,)))

    def tell_all(self) -> None:
        """Say everything again, to a broker that has just come."""
        for tape in self._tapes.values():
            tape.told_at = 0.0

    def _tell_again(self, tape: Tape) -> None:
        if tape.stored and time.monotonic() - tape.told_at > AGAIN_SECONDS:
            tape.told_at = time.monotonic()
            rows = list(tape.stored.values())[:MOST_ROWS]
            self.tell(Stored(recording=tape.recording, rows=tuple(rows)))

    def _end(self, tape: Tape) -> None:
        here = (tape.recording, tape.stretch) in self._tapes
        if here and tape.is_finished and not tape.written.closed and not tape.is_uploading:
            del self._tapes[tape.recording, tape.stretch]
            remove(tape.written.folder)
            self._say(Done(recording=tape.recording, stretch=tape.stretch))

    def _say(self, report: Report) -> None:
        """Tell a broker, now or when one is there."""
        if not self.tell(report):
            self._untold.append(report)

    async def close(self) -> None:
        """Close every segment; what is not stored by now is left for the next relay."""
        for tape in self._tapes.values():
            await self._try(tape, tape.written.close)
        await self._batches.close()
        self._left.close()


def _unheard(_: Report) -> bool:
    return False
