"""Ends sessions that nobody can take any more, so that no customer waits for an empty desk.

Who reloads a page or loses a broker is on the way back, and must not cost anybody their place: a
team counts as deserted only when it has been for a moment, and a broker that has just started
first gives reps the time to find it.
"""

import asyncio
from collections.abc import Collection
from functools import partial

import sqlalchemy as sa

from broker import schema
from broker.clock import Clock
from broker.database import Database
from broker.desk import Desk
from broker.overview import not_meant
from broker.presence import ALIVE_MS, available_reps
from protocol import requests as r
from protocol.session import Refused

LOOK_SECONDS = 0.5
DESERTED_MS = 1_200
"""With a look before and one after, a customer reads it well within 2 s."""

AT_ONCE = 50
"""Sessions that are ended side by side; the database commits them together."""


class Orphans:
    """One per broker. What several do at once the rules refuse all but once."""

    def __init__(self, database: Database, site: str, clock: Clock, desk: Desk) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._desk = desk
        self._deserted: dict[str, int] = {}
        self._attended: set[str] = set()
        self._kept: set[str] = set()
        self._started_at = clock()

    async def run(self) -> None:
        """Look again and again, for ever."""
        # Also after the database was away: nobody's presence could be stored meanwhile.
        self._deserted.clear()
        self._attended.clear()
        self._started_at = self._clock()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def look(self) -> None:
        """End whatever waits for a team that has been deserted long enough."""
        now = self._clock()
        there = await self._database.read(partial(_attendance, site=self._site, now=now))
        self._attended |= {team for team, attended in there.items() if attended}
        self._deserted = {
            team: min(self._deserted.get(team, now), now)
            for team, attended in there.items()
            if not attended
        }
        due = [team for team, since in self._deserted.items() if self._is_due(team, since, now)]
        if due:
            await self._end_all(due)

    def _is_due(self, team: str, since: int, now: int) -> bool:
        on_their_way = team not in self._attended and 0 <= now - self._started_at < ALIVE_MS
        return now - since >= DESERTED_MS and not on_their_way

    async def _end_all(self, teams: Collection[str]) -> None:
        waiting = await self._database.read(partial(_waiting, site=self._site, teams=teams))
        self._kept.intersection_update(waiting)
        alone = [session for session in waiting if session not in self._kept]
        for first in range(0, len(alone), AT_ONCE):
            await asyncio.gather(*map(self._end, alone[first : first + AT_ONCE]))

    async def _end(self, session_id: str) -> None:
        try:
            session = await self._desk.session(session_id)
            if session.rules.persistent_queue:
                self._kept.add(session_id)
            else:
                await self._desk.notice(session_id, r.Orphan())
        except Refused:
            return  # a rep came, the customer left, or another broker was quicker


def _attendance(conn: sa.Connection, site: str, now: int) -> dict[str, bool]:
    """Return for each team for which somebody waits whether a rep is available."""
    s = schema.sessions.c
    waiting = sa.select(s.team).distinct().where(s.site == site, s.state == "waiting", not_meant())
    teams = list(conn.scalars(waiting))
    if not teams:
        return {}
    return {team: bool(reps) for team, reps in available_reps(conn, site, teams, now).items()}


def _waiting(conn: sa.Connection, site: str, teams: Collection[str]) -> list[str]:
    s = schema.sessions.c
    return list(
        conn.scalars(
            sa.select(s.id)
            .where(s.site == site, s.state == "waiting", s.team.in_(teams), not_meant())
            .order_by(s.waiting_since)
        )
    )
