"""Carries out deadlines that have passed, and catches up with what no ring announced.

Deadlines are rows, so they survive a restart, and any broker may sweep them: firing twice or
too early is harmless, because `decide` refuses what is not due.
"""

import asyncio
from functools import partial

from broker import overview, store
from broker.clock import Clock
from broker.database import Database
from broker.desk import Desk
from broker.feeds import Feeds
from broker.marks import Marks
from protocol.fields import DeadlineKind
from protocol.session import Refused

SWEEP_SECONDS = 0.25
LOOK_SECONDS = 2.0
OVERLAP_MS = 10_000
"""Brokers' clocks differ, and a transaction becomes visible later than its facts say."""


class Sweeper:
    """One per broker."""

    def __init__(
        self, database: Database, site: str, clock: Clock, desk: Desk, marks: Marks, feeds: Feeds
    ) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._desk = desk
        self._marks = marks
        self._feeds = feeds
        self._looked_at = clock()

    async def run(self) -> None:
        """Sweep, for ever."""
        looked = 0.0
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            await self.sweep()
            looked += SWEEP_SECONDS
            if looked >= LOOK_SECONDS:
                looked = 0.0
                await self.catch_up()

    async def sweep(self) -> None:
        """Carry out every deadline that has passed."""
        due = await self._database.read(partial(overview.due, site=self._site, now=self._clock()))
        for session, kind in due:
            await self._lapse(session, kind)

    async def _lapse(self, session_id: str, kind: DeadlineKind) -> None:
        marks = await self._marks.of(session_id)
        quiet_since = max((mark.stirred_at for mark in marks.values()), default=0)
        try:
            await self._desk.lapse(session_id, kind, quiet_since)
        except Refused:
            # Somebody stirred, or another broker was quicker: the row is behind.
            again = partial(
                store.reschedule,
                site=self._site,
                session=session_id,
                kind=kind,
                quiet_since=quiet_since,
            )
            await self._database.write(again)

    async def catch_up(self) -> None:
        """Tell followers what other brokers have stored, should a ring have been lost."""
        now = self._clock()
        # Back to the last look that succeeded, however long the database was away in between.
        since = min(self._looked_at, now) - OVERLAP_MS
        changed = await self._database.read(
            partial(overview.changed_since, site=self._site, since=since)
        )
        for session, place in changed:
            if not (self._desk.knows(session, place) and self._feeds.has_told(session, place)):
                self._feeds.reached(await self._desk.catch_up(session))
        self._looked_at = now
