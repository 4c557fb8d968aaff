"""What staff's links are told besides sessions and queues: that a list they hold is out of date,
and what another device of theirs has done.

Like the queues, it reads tables when a ring says that something changed, and every few seconds
anyway, and tells each link only what is new for it.
"""

import asyncio
from collections.abc import Collection
from functools import partial
from typing import Protocol

import sqlalchemy as sa

from broker import schema
from broker.boards import boards_of, talk_changes, talks_of
from broker.canned import CannedMessages
from broker.clock import Clock
from broker.database import Database
from broker.doorbell import Ring
from broker.tasks import is_set_within
from protocol.messages import Board, Canned, Frame, Switch, Talk, Talks
from protocol.session import Party

LOOK_SECONDS = 2.0
"""Looked at anyway, should a ring have been lost; and what nobody rings for is no older."""

GATHER_SECONDS = 0.1
"""A burst of changes is told once."""


class Reader(Protocol):
    """A link, as far as bulletins are concerned."""

    id: str
    party: Party

    def send(self, frame: Frame) -> None:
        """Put a frame into the outbox."""


class Bulletins:
    """One per broker."""

    def __init__(self, database: Database, site: str, clock: Clock, canned: CannedMessages) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._canned = canned
        self._readers: dict[str, Reader] = {}
        self._switched: dict[str, bool] = {}
        self._version = 0
        self._boards: dict[str, Board] = {}
        self._talks: dict[str, dict[str, Talk]] = {}
        self._changed = asyncio.Event()

    def greeted(self, reader: Reader, *, available: bool) -> None:
        """Tell `reader`, who has read that their switch is `available`, how things stand."""
        self._readers[reader.id] = reader
        self._switched[reader.id] = available
        reader.send(Canned(version=self._version))
        for board in self._boards.values():
            if board.team in reader.party.leads:
                reader.send(board)
        for team, talks in self._talks.items():
            if team in reader.party.leads:
                reader.send(Talks(team=team, whole=True, came=tuple(talks.values())))
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
            if await is_set_within(LOOK_SECONDS, self._changed):
                await asyncio.sleep(GATHER_SECONDS)
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
            self._boards, self._talks = {}, {}
            return
        read = partial(_posted, site=self._site, teams=teams, now=self._clock())
        boards, talks = await self._database.read(read)
        before, self._boards = self._boards, boards
        for board in boards.values():
            if before.get(board.team) != board:
                _tell(leads, board.team, board)
        was, self._talks = self._talks, talks
        for frame in talk_changes(was, talks):
            _tell(leads, frame.team, frame)


def _posted(
    conn: sa.Connection, site: str, teams: Collection[str], now: int
) -> tuple[dict[str, Board], dict[str, dict[str, Talk]]]:
    return boards_of(conn, site, teams, now), talks_of(conn, site, teams)


def _tell(leads: Collection[Reader], team: str, frame: Frame) -> None:
    for reader in leads:
        if team in reader.party.leads:
            reader.send(frame)


def switched_on(conn: sa.Connection, site: str, parties: Collection[str]) -> set[str]:
    """Return those of `parties` whose switch is on."""
    a = schema.accounts.c
    found = sa.select(a.id).where(a.site == site, a.available, a.id.in_(list(parties)))
    return set(conn.scalars(found))
