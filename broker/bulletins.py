"""What staff's links are told besides sessions and queues: that a list they hold is out of date,
and what another device of theirs has done.

Like the queues, it reads tables when a ring says that something changed, and every few seconds
anyway, and tells each link only what is new for it.
"""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from typing import Protocol

import sqlalchemy as sa

from broker import schema
from broker.canned import CannedMessages
from broker.database import Database
from broker.doorbell import Ring
from protocol.messages import Canned, Frame, Switch
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
        self._changed = asyncio.Event()

    def greeted(self, reader: Reader, *, available: bool) -> None:
        """Tell `reader`, who has read that their switch is `available`, how things stand."""
        self._readers[reader.id] = reader
        self._switched[reader.id] = available
        reader.send(Canned(version=self._version))
        self._changed.set()

    def remove(self, reader: Reader) -> None:
        """Tell `reader` no more."""
        self._readers.pop(reader.id, None)
        self._switched.pop(reader.id, None)

    def hear(self, ring: Ring) -> None:
        """A ring from any broker: look soon, if it may concern somebody here."""
        if self._readers and ring.topic in ("canned", "availability"):
            self._changed.set()

    async def run(self) -> None:
        """Look whenever something has changed, for ever."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), LOOK_SECONDS)
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

    async def _look_at_switches(self) -> None:
        readers = list(self._readers.values())
        parties = {reader.party.id for reader in readers}
        on = await self._database.read(lambda conn: switched_on(conn, self._site, parties))
        for reader in readers:
            available = reader.party.id in on
            if self._switched.get(reader.id, available) != available:
                self._switched[reader.id] = available
                reader.send(Switch(available=available))


def switched_on(conn: sa.Connection, site: str, parties: Collection[str]) -> set[str]:
    """Return those of `parties` whose switch is on."""
    a = schema.accounts.c
    found = sa.select(a.id).where(a.site == site, a.available, a.id.in_(list(parties)))
    return set(conn.scalars(found))
