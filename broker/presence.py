"""Who is there: a row per link, and a row per broker that says it is alive.

A party is there while a link of theirs hangs on a live broker. Links of a broker that has
died go with its row, so that a crash is noticed by whoever is left, or by its successor.
"""

import asyncio
from collections.abc import Collection, Sequence
from functools import partial

import sqlalchemy as sa

from broker import schema
from broker.clock import Clock
from broker.database import Database, insert_new, put, rows, run
from broker.desk import Desk
from broker.doorbell import Doorbell, Ring
from broker.overview import live_sessions
from protocol import requests as r
from protocol.session import Refused

BEAT_SECONDS = 5
ALIVE_MS = 30_000
"""A broker that has not been seen for this long is dead, and with it its links."""

GRACE_MS = 3_000
"""A page that reloads is back within this, and nobody need hear of it."""


class Presence:
    """The links of one broker, and the watch over all others."""

    def __init__(
        self,
        database: Database,
        site: str,
        clock: Clock,
        doorbell: Doorbell,
        desk: Desk,
        broker_id: str,
    ) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._doorbell = doorbell
        self._desk = desk
        self._broker = broker_id

    async def begin(self) -> None:
        """Count as alive from now on."""
        await self._database.write(self._beat)

    def _beat(self, conn: sa.Connection) -> None:
        put(conn, schema.brokers, site=self._site, id=self._broker, seen_at=self._clock())

    async def came(self, link_id: str, party: str) -> list[str]:
        """A link of `party` has opened; return the party's live sessions."""
        row = {"site": self._site, "id": link_id, "party": party, "broker": self._broker}

        def work(conn: sa.Connection) -> list[str]:
            insert_new(conn, schema.links, **row)
            return live_sessions(conn, self._site, party)

        sessions = await self._database.write(work)
        for session in sessions:
            await self._welcome_back(session, party)
        self._doorbell.ring(Ring(topic="availability", subject=party))
        return sessions

    async def _welcome_back(self, session: str, party: str) -> None:
        try:
            if party in (await self._desk.session(session)).gone:
                await self._desk.notice(session, r.ComeBack(party=party))
        except Refused:
            return  # it ended, or another link of theirs was quicker

    async def went(self, link_id: str, party: str) -> None:
        """A link of `party` has closed. Its row stays until somebody has looked after them."""
        left = {"_site": self._site, "_id": link_id, "left_at": self._clock()}
        await self._database.write(lambda conn: run(conn, _LEAVE, left).rowcount)
        self._doorbell.ring(Ring(topic="availability", subject=party))

    async def switch(self, rep: str, *, on: bool) -> None:
        """Turn the switch of `rep`: whether they take sessions while they are there."""
        a = schema.accounts
        mine = a.update().where(a.c.site == self._site, a.c.id == rep).values(available=on)
        await self._database.write(partial(sa.Connection.execute, statement=mine))
        self._doorbell.ring(Ring(topic="availability", subject=rep))

    async def is_switched_on(self, rep: str) -> bool:
        """Say how the switch of `rep` stands."""
        mine = {"site": self._site, "rep": rep}
        return await self._database.read(lambda conn: any(map(any, rows(conn, _SWITCH, mine))))

    async def run(self) -> None:
        """Beat, and notice who has gone, for ever."""
        beaten = 0
        while True:
            await asyncio.sleep(0.5)
            now = self._clock()
            if not 0 <= now - beaten < BEAT_SECONDS * 1000:
                beaten = now
                await self._database.write(self._beat)
            await self.look_after_the_gone()

    async def look_after_the_gone(self) -> None:
        """Drop whoever left and did not come back, and whoever hung on a broker that died."""
        gone = await self._database.read(self._gone)
        for party, since in {row.party: row.since for row in gone}.items():
            await self._drop(party, since)
            self._doorbell.ring(Ring(topic="availability", subject=party))
        if gone:
            await self._database.write(partial(self._remove, links=[row.id for row in gone]))

    def _gone(self, conn: sa.Connection) -> list[sa.Row[tuple[str, str, int]]]:
        li, b, now = schema.links.c, schema.brokers.c, self._clock()
        alive = sa.and_(b.site == li.site, b.id == li.broker, b.seen_at >= now - ALIVE_MS)
        left = sa.and_(li.left_at > 0, li.left_at < now - GRACE_MS)
        since = sa.case((li.left_at > 0, li.left_at), else_=now - ALIVE_MS)
        return list(
            conn.execute(
                sa.select(li.id, li.party, since.label("since"))
                .outerjoin(schema.brokers, alive)
                .where(li.site == self._site, sa.or_(left, b.id.is_(None)))
                .limit(500)
            )
        )

    def _remove(self, conn: sa.Connection, links: list[str]) -> None:
        li, b = schema.links, schema.brokers
        conn.execute(li.delete().where(li.c.site == self._site, li.c.id.in_(links)))
        old = self._clock() - 10 * ALIVE_MS
        conn.execute(b.delete().where(b.c.site == self._site, b.c.seen_at < old))

    async def _drop(self, party: str, since: int) -> None:
        """Tell the sessions of `party`, unless they are there by another link."""
        here, sessions = await self._database.read(partial(self._whereabouts, party=party))
        if here:
            return
        for session in sessions:
            try:
                await self._desk.notice(session, r.Drop(party=party, since=since))
            except Refused:
                continue  # it ended meanwhile, or another broker was quicker

    def _whereabouts(self, conn: sa.Connection, party: str) -> tuple[bool, list[str]]:
        here = bool(present(conn, self._site, [party], self._clock()))
        return here, live_sessions(conn, self._site, party)


_LEAVE = schema.links.update().where(
    schema.links.c.site == sa.bindparam("_site"), schema.links.c.id == sa.bindparam("_id")
)
_SWITCH = sa.select(schema.accounts.c.available).where(
    schema.accounts.c.site == sa.bindparam("site"), schema.accounts.c.id == sa.bindparam("rep")
)


def present(conn: sa.Connection, site: str, parties: Collection[str], now: int) -> set[str]:
    """Return those of `parties` who have a link on a live broker."""
    li, b = schema.links.c, schema.brokers.c
    found = conn.execute(
        sa.select(li.party)
        .join(schema.brokers, sa.and_(b.site == li.site, b.id == li.broker))
        .where(
            li.site == site,
            li.left_at == 0,
            li.party.in_(list(parties)),
            b.seen_at >= now - ALIVE_MS,
        )
    )
    return set(found.scalars())


def available_reps(
    conn: sa.Connection, site: str, teams: Sequence[str], now: int
) -> dict[str, list[str]]:
    """Return, for each of `teams`, the reps who are there and have switched themselves on."""
    a, t, li, b = schema.accounts.c, schema.account_teams.c, schema.links.c, schema.brokers.c
    serving = conn.execute(
        sa.select(t.team, a.id)
        .distinct()
        .join(schema.account_teams, sa.and_(t.site == a.site, t.account == a.id))
        .join(schema.links, sa.and_(li.site == a.site, li.party == a.id))
        .join(schema.brokers, sa.and_(b.site == a.site, b.id == li.broker))
        .where(
            a.site == site,
            a.available,
            sa.not_(a.disabled),
            t.team.in_(list(teams)),
            li.left_at == 0,
            b.seen_at >= now - ALIVE_MS,
        )
        .order_by(t.team, a.id)
    )
    found: dict[str, list[str]] = {team: [] for team in teams}
    for row in serving:
        found[row.team].append(row.id)
    return found
