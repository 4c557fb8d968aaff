"""How long each who waits will probably wait: gathers what is known of a team, and remembers it.

`estimate.py` does the arithmetic, `waits.py` has the tables; this module decides when to count
again. A team whose queue or reps have changed is counted anew, but not twice within a second.
"""

import asyncio
import math
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple

import sqlalchemy as sa
from msgspec import Struct

from broker import estimate as e
from broker import schema, waits
from broker.clock import Clock
from broker.database import Database
from broker.presence import available_reps

AGAIN_MS = 1_000
"""Counted anew at most this often. Measured on SQLite, with 100,000 waits stored and 20 reps there:
10 ms of a reader's time."""

STALE_MS = 60_000
"""Counted anew at least this often: a cap, or the other teams, may have changed."""


class InQueue(NamedTuple):
    """One who waits, and since when they have in this queue (ms)."""

    session: str
    began_at: int


class Known(Struct, frozen=True, kw_only=True):
    """What is known of a team, as of `at` (ms)."""

    at: int
    seen: object
    """What the team looked like then; once it looks different, we count again."""
    observed: e.Observed
    record: waits.Record


class Forecast:
    """What one broker says of the waits."""

    def __init__(self, database: Database, site: str, clock: Clock) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._known: dict[str, Known] = {}
        self._said: set[InQueue] = set()

    def records(self) -> Mapping[str, waits.Record]:
        """Return how good the estimates of each team have been."""
        return {team: known.record for team, known in self._known.items()}

    def estimate(self, team: str, position: int) -> e.Estimate | None:
        """Return how long who has `position` in the queue of `team` will wait, if we can say."""
        known = self._known.get(team)
        return e.estimate(known.observed, position - 1) if known else None

    async def look(
        self, queues: Mapping[str, Sequence[InQueue]], reps: Mapping[str, object]
    ) -> dict[str, Sequence[e.Estimate | None]]:
        """Return the estimate of everybody in `queues`, by team and in order.

        `reps` is what each team's reps look like. What is estimated for the first time is stored.
        """
        await self._count_again({team: (queues.get(team, ()), reps[team]) for team in reps})
        # Thousands may wait, at some microseconds each.
        found, said = await asyncio.to_thread(self._say, queues)
        if said:
            await self._database.write(partial(waits.put_said, site=self._site, said=said))
        self._said = {entry for entries in queues.values() for entry in entries} & (
            self._said | {InQueue(each.session, each.began_at) for each in said}
        )
        return found

    async def _count_again(self, looks: Mapping[str, object]) -> None:
        now = self._clock()
        changed = [team for team, seen in looks.items() if self._is_due(team, seen, now)]
        if not changed:
            return
        counted = await self._database.read(
            lambda conn: {team: observe(conn, self._site, team, now) for team in changed}
        )
        for team, (observed, record) in counted.items():
            self._known[team] = Known(at=now, seen=looks[team], observed=observed, record=record)

    def _is_due(self, team: str, seen: object, now: int) -> bool:
        known = self._known.get(team)
        if known is None:
            return True
        age = now - known.at
        # A clock that was put back must not stop the counting.
        return not 0 <= age < (STALE_MS if known.seen == seen else AGAIN_MS)

    def _say(
        self, queues: Mapping[str, Sequence[InQueue]]
    ) -> tuple[dict[str, Sequence[e.Estimate | None]], list[waits.Said]]:
        found: dict[str, Sequence[e.Estimate | None]] = {}
        said: list[waits.Said] = []
        for team, entries in queues.items():
            known = self._known.get(team)
            if known is None or not entries:
                found[team] = [None] * len(entries)
                continue
            found[team] = e.estimates(known.observed, len(entries))
            said += self._first_said(team, entries, known.observed)
        return found, said

    def _first_said(
        self, team: str, entries: Sequence[InQueue], observed: e.Observed
    ) -> list[waits.Said]:
        """What is to be stored, also while it is hidden; nothing where nothing can be computed."""
        if not (observed.slots and observed.handle_seconds) or self._said.issuperset(entries):
            return []
        now, shown = self._clock(), e.can_say(observed)
        return [
            waits.Said(
                session=entry.session,
                began_at=entry.began_at,
                team=team,
                said_at=now,
                half_seconds=math.ceil(wait.within(e.HALF)),
                most_seconds=math.ceil(wait.within(e.MOST)),
                shown=shown,
            )
            for entry, wait in zip(entries, islice(e.waits(observed), len(entries)), strict=True)
            if entry not in self._said
        ]


def observe(conn: sa.Connection, site: str, team: str, now: int) -> tuple[e.Observed, waits.Record]:
    """Count what the estimate for `team` is made from, and how good it has been."""
    everywhere = waits.handle_seconds(conn, site)
    waited = waits.ended_waits(conn, site, team)
    record = waits.record_of(waited)
    observed = e.Observed(
        slots=e.free_able_slots(_reps(conn, site, team, now)),
        handle_seconds=e.mean_handle_seconds(waits.handle_seconds(conn, site, team), everywhere),
        finished=len(everywhere),
        leaving=e.leaving_rate(waits.gave_up(waited), waits.waited_seconds(waited)),
        outcomes=record.outcomes,
        kept=record.kept,
    )
    return observed, record


def _reps(conn: sa.Connection, site: str, team: str, now: int) -> list[e.Rep]:
    t, load = schema.account_teams.c, schema.rep_loads.c
    there = available_reps(conn, site, [team], now)[team]
    if not there:
        return []
    cap = sa.func.coalesce(load.cap, 0)
    found = conn.execute(
        sa.select(t.account, sa.func.count().label("queues"), cap.label("cap"))
        .outerjoin(schema.rep_loads, sa.and_(load.site == t.site, load.rep == t.account))
        .where(t.site == site, t.account.in_(there))
        .group_by(t.account, load.cap)
    )
    return [
        e.Rep(
            row.queues,
            row.cap,
            1.0 if row.cap else e.usual_at_once(waits.had_at_once(conn, site, row.account)),
        )
        for row in found.all()
    ]
