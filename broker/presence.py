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
from protocol.fields import Presence as State
from protocol.session import Party, Refused, standing

BEAT_SECONDS = 5
ALIVE_MS = 30_000
"""A broker that has not been seen for this long is dead, and with it its links."""

GRACE_MS = 3_000
"""A page that reloads is back within this, and nobody need hear of it."""

MOST_AT_ONCE = 500


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
        self._open: dict[str, str] = {}
        self._left: dict[str, int] = {}

    async def begin(self) -> None:
        """Count as alive from now on."""
        await self._database.write(self._beat)

    def _beat(self, conn: sa.Connection) -> bool:
        """Say that this broker is alive; False when the others had given it up meanwhile."""
        b, now = schema.brokers.c, self._clock()
        seen_at = conn.scalar(
            sa.select(b.seen_at).where(b.site == self._site, b.id == self._broker)
        )
        put(conn, schema.brokers, site=self._site, id=self._broker, seen_at=now)
        if seen_at is not None and now - seen_at < ALIVE_MS:
            return True
        for link_id, party in self._open.items():
            self._put_link(conn, link_id, party)
        return False

    def _put_link(self, conn: sa.Connection, link_id: str, party: str) -> None:
        row = {"site": self._site, "id": link_id, "party": party, "broker": self._broker}
        insert_new(conn, schema.links, **row)

    async def came(self, link_id: str, party: str) -> list[str]:
        """A link of `party` has opened; return the party's live sessions."""
        self._open[link_id] = party
        await self._database.write(lambda conn: self._put_link(conn, link_id, party))
        sessions = await self._welcome_back(party)
        self._doorbell.ring(Ring(topic="availability", subject=party))
        return sessions

    async def _welcome_back(self, party: str) -> list[str]:
        """Tell the sessions of `party` that they are there; return those sessions."""
        sessions = await self._database.read(lambda conn: live_sessions(conn, self._site, party))
        for session in sessions:
            try:
                if party in (await self._desk.fresh(session)).session.gone:
                    await self._desk.notice(session, r.ComeBack(party=party))
            except Refused:
                continue  # it ended, or another link of theirs was quicker
        return sessions

    async def unwatch(self, party: Party) -> None:
        """Let the sessions that `party` monitors, but may no longer, say that they read no more."""
        sessions = await self._database.read(lambda conn: live_sessions(conn, self._site, party.id))
        for name in sessions:
            try:
                session = (await self._desk.fresh(name)).session
                watches = party.id in (*session.monitoring, *session.announced)
                if watches and "monitoring" not in standing(session, party):
                    await self._desk.notice(name, r.Unwatch(rep=party.id))
            except Refused:
                continue  # it ended, or another broker was quicker

    async def went(self, link_id: str, party: str) -> None:
        """A link of `party` has closed. Its row stays until somebody has looked after them."""
        self._open.pop(link_id, None)
        # Kept until it is written: a row that nobody closes is somebody who is there for ever.
        self._left[link_id] = self._clock()
        await self._note_the_left()
        self._doorbell.ring(Ring(topic="availability", subject=party))

    async def _note_the_left(self) -> None:
        left = dict(self._left)
        if not left:
            return

        def work(conn: sa.Connection) -> None:
            for link_id, at in left.items():
                run(conn, _LEAVE, {"_site": self._site, "_id": link_id, "left_at": at})

        await self._database.write(work)
        for link_id in left:
            self._left.pop(link_id, None)

    async def switch(self, rep: str, *, on: bool) -> None:
        """Turn the switch of `rep`: whether they take sessions while they are there."""
        a = schema.accounts
        mine = a.update().where(a.c.site == self._site, a.c.id == rep).values(available=on)
        await self._database.write(partial(sa.Connection.execute, statement=mine))
        self._doorbell.ring(Ring(topic="availability", subject=rep))

    async def set_away(self, link_id: str, rep: str, *, away: bool) -> None:
        """Note that nobody stirs at a link of `rep`, or that somebody does again."""
        w = schema.away
        mine = w.delete().where(w.c.site == self._site, w.c.link == link_id)

        def work(conn: sa.Connection) -> None:
            if away:
                insert_new(conn, w, site=self._site, link=link_id)
            else:
                conn.execute(mine)

        await self._database.write(work)
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
                await self.beat()
            await self._note_the_left()
            await self.look_after_the_gone()

    async def beat(self) -> None:
        """Say that this broker is alive. Where others thought it dead, say so of its people too."""
        if not await self._database.write(self._beat):
            for party in set(self._open.values()):
                await self._welcome_back(party)

    async def look_after_the_gone(self) -> None:
        """Drop whoever left and did not come back, and whoever hung on a broker that died."""
        gone = await self._database.read(self._gone)
        for party, since in {row.party: row.since for row in gone}.items():
            await self._drop(party, since)
            self._doorbell.ring(Ring(topic="availability", subject=party))
        if gone:
            await self._database.write(partial(self._remove, links=[row.id for row in gone]))

    def _gone(self, conn: sa.Connection) -> list[sa.Row[tuple[str, str, int]]]:
        """Return (id, party, since) of links that were closed a moment ago, or hung on a broker
        that died. Two statements, because each has an index of its own."""
        li, b, now = schema.links.c, schema.brokers.c, self._clock()
        of_site = sa.select(li.id, li.party, li.left_at.label("since")).where(li.site == self._site)
        # A time far ahead was written before the clock was set back.
        left = sa.union_all(
            of_site.where(li.left_at > 0, li.left_at < now - GRACE_MS),
            of_site.where(li.left_at > now + ALIVE_MS),
        )
        dead = sa.select(b.id).where(b.site == self._site, b.seen_at < now - ALIVE_MS)
        brokers = list(conn.scalars(dead))
        found = list(conn.execute(left.limit(MOST_AT_ONCE)))
        if brokers:
            died = sa.select(li.id, li.party, sa.literal(now - ALIVE_MS).label("since")).where(
                li.site == self._site, li.broker.in_(brokers)
            )
            found += conn.execute(died.limit(MOST_AT_ONCE))
        return found

    def _remove(self, conn: sa.Connection, links: list[str]) -> None:
        li, b = schema.links, schema.brokers
        conn.execute(li.delete().where(li.c.site == self._site, li.c.id.in_(links)))
        w = schema.away
        conn.execute(w.delete().where(w.c.site == self._site, w.c.link.in_(links)))
        old = self._clock() - 10 * ALIVE_MS
        conn.execute(b.delete().where(b.c.site == self._site, b.c.seen_at < old))

    async def _drop(self, party: str, since: int) -> None:
        """Tell the sessions of `party`, unless they are there by another link."""
        if await self.is_there(party):
            return
        sessions = await self._database.read(lambda conn: live_sessions(conn, self._site, party))
        for session in sessions:
            for noticed in (r.Drop(party=party, since=since), r.Unwatch(rep=party)):
                try:
                    await self._desk.notice(session, noticed)
                except Refused:
                    continue  # they do the other, it ended, or another broker was quicker
        # Whoever came in between has looked before they were dropped.
        if sessions and await self.is_there(party):
            await self._welcome_back(party)

    async def is_there(self, party: str) -> bool:
        """Say whether `party` has a link on a live broker."""
        now = self._clock()
        return bool(await self._database.read(lambda conn: present(conn, self._site, [party], now)))


_LEAVE = schema.links.update().where(
    schema.links.c.site == sa.bindparam("_site"), schema.links.c.id == sa.bindparam("_id")
)
_SWITCH = sa.select(schema.accounts.c.available).where(
    schema.accounts.c.site == sa.bindparam("site"), schema.accounts.c.id == sa.bindparam("rep")
)


def _stirring() -> sa.ColumnElement[bool]:
    """Return the condition that somebody stirs at the link."""
    li, w = schema.links.c, schema.away.c
    return sa.not_(sa.exists().where(w.site == li.site, w.link == li.id))


def present(conn: sa.Connection, site: str, parties: Collection[str], now: int) -> set[str]:
    """Return those of `parties` who have a link on a live broker."""
    li, b, a = schema.links.c, schema.brokers.c, schema.accounts.c
    found = conn.execute(
        sa.select(li.party)
        .join(schema.brokers, sa.and_(b.site == li.site, b.id == li.broker))
        .where(
            li.site == site,
            li.left_at == 0,
            li.party.in_(list(parties)),
            b.seen_at >= now - ALIVE_MS,
            # Who serves no more is not there for a session, though they may be signed in.
            sa.not_(
                sa.exists().where(
                    a.site == li.site, a.id == li.party, a.role.not_in(("rep", "lead"))
                )
            ),
        )
    )
    return set(found.scalars())


def presence_of(
    conn: sa.Connection, site: str, reps: Collection[str], now: int
) -> dict[str, State]:
    """Return for each of `reps` whether they are available, away from all their devices, or off."""
    if not reps:
        return {}
    a, li, b = schema.accounts.c, schema.links.c, schema.brokers.c
    stirs = sa.case((_stirring(), 1), else_=0)
    rows = conn.execute(
        sa.select(a.id, sa.func.max(stirs))
        .join(schema.links, sa.and_(li.site == a.site, li.party == a.id))
        .join(schema.brokers, sa.and_(b.site == a.site, b.id == li.broker))
        .where(
            a.site == site,
            a.id.in_(list(reps)),
            a.available,
            sa.not_(a.disabled),
            li.left_at == 0,
            b.seen_at >= now - ALIVE_MS,
        )
        .group_by(a.id)
    )
    found: dict[str, State] = dict.fromkeys(reps, "off")
    return found | {rep: "available" if stirring else "away" for rep, stirring in rows}


def available_reps(
    conn: sa.Connection, site: str, teams: Sequence[str], now: int
) -> dict[str, list[str]]:
    """Return, for each of `teams`, the reps who are there, not away, and switched on."""
    a, t = schema.accounts.c, schema.account_teams.c
    serving = conn.execute(
        sa.select(t.team, a.id)
        .join(schema.account_teams, sa.and_(t.site == a.site, t.account == a.id))
        .where(
            a.site == site,
            a.available,
            a.role.in_(("rep", "lead")),
            sa.not_(a.disabled),
            t.team.in_(list(teams)),
        )
        .order_by(t.team, a.id)
    ).all()
    # Asked for by name: joined in one, every open link may be walked, and thousands wait.
    states = presence_of(conn, site, {row.id for row in serving}, now)
    found: dict[str, list[str]] = {team: [] for team in teams}
    for row in serving:
        if states[row.id] == "available":
            found[row.team].append(row.id)
    return found
