"""Which relays there are, and which of them shows which session's picture: rows that brokers share.

A session stays with its relay for as long as that is there, so that whoever comes later meets those
who came before, through whichever broker they ask.
"""

from collections.abc import Collection
from functools import partial

import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.clock import Clock
from broker.database import Database, insert_new, put
from protocol.fields import Id

STALE_MS = 60_000
"""A relay to which no broker was connected for so long is forgotten."""


class RelayAt(Struct, frozen=True, kw_only=True):
    """A relay: the `address` for people, and that for brokers' `orders`; both are WebSockets."""

    address: str
    orders: str


class Pictured(Struct, frozen=True, kw_only=True):
    """A session with a picture, at the relay with the address `relay`, and its newest place."""

    session: Id
    relay: str
    place: int


class RelayPlaces:
    """The rows of one site."""

    def __init__(self, database: Database, site: str, clock: Clock) -> None:
        self._database = database
        self._site = site
        self._clock = clock

    async def announce(self, relays: Collection[RelayAt]) -> None:
        """Say that `relays` are there."""
        if relays:
            await self._database.write(partial(self._announce, relays=relays))

    def _announce(self, conn: sa.Connection, relays: Collection[RelayAt]) -> None:
        now, c = self._clock(), schema.relays.c
        for relay in relays:
            values = {"address": relay.address, "orders": relay.orders, "seen_at": now}
            put(conn, schema.relays, site=self._site, **values)
        gone = sa.delete(schema.relays).where(c.site == self._site, c.seen_at < now - STALE_MS)
        conn.execute(gone)

    async def look(self) -> tuple[list[RelayAt], list[Pictured]]:
        """Return the relays that were there lately, and every session with a picture."""
        return await self._database.read(self._look)

    def _look(self, conn: sa.Connection) -> tuple[list[RelayAt], list[Pictured]]:
        r, p, s = schema.relays.c, schema.pictures.c, schema.sessions.c
        there = conn.execute(
            sa.select(r.address, r.orders).where(
                r.site == self._site, r.seen_at >= self._clock() - STALE_MS
            )
        )
        relays = conn.execute(sa.select(p.session, p.relay).where(p.site == self._site))
        relay_of = {row.session: row.relay for row in relays}
        # Asked one after the other: joined, all sessions of the site may be walked.
        shown = conn.execute(
            sa.select(s.id, s.place).where(s.site == self._site, s.id.in_(relay_of))
        )
        return (
            [RelayAt(address=row.address, orders=row.orders) for row in there],
            [Pictured(session=row.id, relay=relay_of[row.id], place=row.place) for row in shown],
        )

    async def place(self, session: Id, living: Collection[str]) -> str:
        """Return the address of the relay that shows `session`; where that is none of the `living`,
        of the one among them with the fewest pictures from now on. There must be one.
        """
        return await self._database.write(partial(self._place, session=session, living=living))

    def _place(self, conn: sa.Connection, session: Id, living: Collection[str]) -> str:
        p = schema.pictures.c
        mine = sa.and_(p.site == self._site, p.session == session)
        at: str | None = conn.scalar(sa.select(p.relay).where(mine))
        if at is not None and at in living:
            return at
        chosen = self._quietest(conn, living)
        if at is None:
            values = {"session": session, "relay": chosen, "since": self._clock()}
            insert_new(conn, schema.pictures, site=self._site, **values)
        else:
            moved = sa.update(schema.pictures).where(mine, p.relay == at)
            conn.execute(moved.values(relay=chosen, since=self._clock()))
        # Another broker may have been quicker, and then theirs holds.
        return conn.scalar(sa.select(p.relay).where(mine)) or chosen

    def _quietest(self, conn: sa.Connection, living: Collection[str]) -> str:
        p = schema.pictures.c
        counted = conn.execute(
            sa.select(p.relay, sa.func.count().label("pictures"))
            .where(p.site == self._site)
            .group_by(p.relay)
        )
        pictures = {row.relay: row.pictures for row in counted}
        return min(living, key=lambda address: (pictures.get(address, 0), address))

    async def forget(self, over: Collection[Pictured]) -> None:
        """Take note that sessions show nothing any more, unless something has happened to them since."""
        if over:
            await self._database.write(partial(self._forget, over=over))

    def _forget(self, conn: sa.Connection, over: Collection[Pictured]) -> None:
        p, s = schema.pictures.c, schema.sessions.c
        for each in over:
            as_known = sa.exists().where(
                s.site == self._site, s.id == each.session, s.place == each.place
            )
            mine = sa.and_(p.site == self._site, p.session == each.session)
            conn.execute(sa.delete(schema.pictures).where(mine, as_known))
