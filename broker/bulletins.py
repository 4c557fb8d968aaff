"""What staff's links are told besides sessions and queues: that a list they hold is out of date,
and what another device of theirs has done.

Like the queues, it reads tables when a ring says that something changed, and every few seconds
anyway, and tells each link only what is new for it.
"""

import asyncio
from collections.abc import Collection
from typing import Protocol

import sqlalchemy as sa

from broker import schema
from broker.canned import CannedMessages
from broker.database import Database
from broker.doorbell import Ring
from broker.overview import not_meant
from broker.tasks import is_set_within
from protocol.messages import Board, Canned, Frame, Switch
from protocol.session import Party

LOOK_SECONDS = 2.0
"""Looked at anyway, should a ring have been lost."""


class Reader(Protocol):
    """A link, as far as bulletins are concerned."""

    id: str
    party: Party

    def send(self, frame: Frame) -> None:
        """Put a frame into the outbox."""


class Bulletins:
    """One per broker."""

    def __init__(self, database: Database, site: str, canned: CannedMessages) -> None:
        self._database = database
        self._site = site
        self._canned = canned
        self._readers: dict[str, Reader] = {}
        self._switched: dict[str, bool] = {}
        self._version = 0
        self._boards: dict[str, Board] = {}
        self._changed = asyncio.Event()

    def greeted(self, reader: Reader, *, available: bool) -> None:
        """Tell `reader`, who has read that their switch is `available`, how things stand."""
        self._readers[reader.id] = reader
        self._switched[reader.id] = available
        reader.send(Canned(version=self._version))
        for board in self._boards.values():
            if board.team in reader.party.leads:
                reader.send(board)
        self._changed.set()

    def remove(self, reader: Reader) -> None:
        """Tell `reader` no more."""
        self._readers.pop(reader.id, None)
        self._switched.pop(reader.id, None)

    def hear(self, ring: Ring) -> None:
        """A ring from any broker: look soon, if it may concern somebody here."""
        if self._readers and ring.topic in ("canned", "availability", "queue"):
            self._changed.set()

    async def run(self) -> None:
        """Look whenever something has changed, for ever."""
        while True:
            await is_set_within(LOOK_SECONDS, self._changed)
            self._changed.clear()
            if self._readers:
                await self.look()

    async def look(self) -> None:
        """Read what is posted and tell each reader what is new."""
        version = await self._canned.version()
        if version != self._version:
            self._version = version
            for reader in self._readers.values():
                reader.send(Canned(version=version))
        await self._look_at_switches()
        await self._look_at_boards()

    async def _look_at_switches(self) -> None:
        readers = list(self._readers.values())
        parties = {reader.party.id for reader in readers}
        on = await self._database.read(lambda conn: switched_on(conn, self._site, parties))
        for reader in readers:
            available = reader.party.id in on
            if self._switched.get(reader.id, available) != available:
                self._switched[reader.id] = available
                reader.send(Switch(available=available))

    async def _look_at_boards(self) -> None:
        leads = [reader for reader in self._readers.values() if reader.party.leads]
        teams = {team for reader in leads for team in reader.party.leads}
        if not teams:
            self._boards = {}
            return
        boards = await self._database.read(lambda conn: boards_of(conn, self._site, teams))
        before, self._boards = self._boards, boards
        for board in boards.values():
            if before.get(board.team) != board:
                for reader in leads:
                    if board.team in reader.party.leads:
                        reader.send(board)


def boards_of(conn: sa.Connection, site: str, teams: Collection[str]) -> dict[str, Board]:
    """Return how many wait and talk in each of `teams`."""
    s = schema.sessions.c
    live = sa.select(
        s.team, s.state, sa.func.count().label("many"), sa.func.min(s.waiting_since).label("since")
    ).where(s.site == site, s.team.in_(list(teams)))
    waiting, talking = (
        {row.team: row for row in conn.execute(each.group_by(s.team, s.state))}
        for each in (
            live.where(s.state == "waiting", not_meant()),
            live.where(s.state == "talking"),
        )
    )
    return {
        team: Board(
            team=team,
            waiting=waiting[team].many if team in waiting else 0,
            longest_since=waiting[team].since if team in waiting else 0,
            talking=talking[team].many if team in talking else 0,
        )
        for team in sorted(teams)
    }


def switched_on(conn: sa.Connection, site: str, parties: Collection[str]) -> set[str]:
    """Return those of `parties` whose switch is on."""
    a = schema.accounts.c
    found = sa.select(a.id).where(a.site == site, a.available, a.id.in_(list(parties)))
    return set(conn.scalars(found))
