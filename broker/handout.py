"""Hands waiting sessions out by load, in the teams that want it so.

`choose` is the whole rule, without I/O. The rest reads who waits and who is free when a ring says
that something changed, and offers. Several brokers may do so at once: a session has one offer at a
time because its transcript has one next place, and a rep because their turn is a row that is
compared and set with it.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from functools import partial

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from broker import schema
from broker.clock import Clock
from broker.database import Database
from broker.desk import Desk
from broker.doorbell import Ring
from broker.presence import available_reps, presence_of
from broker.tasks import is_set_within
from protocol import requests as r
from protocol.fields import Compared
from protocol.session import Offering, Refused

LOOK_SECONDS = 0.5
"""Looked at anyway: other brokers' rings may not reach us, and rounds begin again by the clock."""

GATHER_SECONDS = 0.05
BATCH = 200
MOST_COMPARED = 20


class Candidate(Struct, frozen=True, kw_only=True):
    """An available rep: `active` sessions, so many `since`; `cap` 0 is none; `asked` while another
    offer stands."""

    rep: str
    active: int = 0
    since: int = 0
    cap: int = 0
    asked: bool = False

    @property
    def could(self) -> bool:
        """Whether they could take one more, now or after the offer that they have."""
        return not self.cap or self.active < self.cap


class Open(Struct, frozen=True, kw_only=True):
    """What hand-out wants to know of a session that waits. Times in ms."""

    offer: Offering | None = None
    meant_for: str = ""
    declined: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    offer_ended_at: int = 0
    offer_seconds: int = 60


class Choice(Struct, frozen=True, kw_only=True):
    """Whom to offer a session, out of whom, and whether that begins another round."""

    rep: str
    compared: tuple[Compared, ...]
    again: bool = False


def choose(waiting: Open, candidates: Sequence[Candidate], now: int) -> Choice | None:
    """Return to whom `waiting` is to be offered at `now`, or None: to nobody yet.

    In a round everybody who could take it is asked once. Then it stays open to be picked for as
    long as an offer stands, and goes round again: to those who did not answer, and to those who
    declined only where nobody else is left.
    """
    if waiting.offer or waiting.meant_for:
        return None
    able = [each for each in candidates if each.could]
    willing = [each for each in able if each.rep not in waiting.declined]
    fresh = [each for each in willing if each.rep not in waiting.unanswered]
    if fresh:
        return _least_busy(fresh, again=False)
    if now < waiting.offer_ended_at + waiting.offer_seconds * 1000:
        return None
    return _least_busy(willing or able, again=True)


def _least_busy(of: Sequence[Candidate], *, again: bool) -> Choice | None:
    free = sorted(
        (each for each in of if not each.asked),
        key=lambda each: (each.active, each.since, each.rep),
    )
    if not free:
        return None
    compared = tuple(
        Compared(rep=each.rep, active=each.active, since=each.since)
        for each in free[:MOST_COMPARED]
    )
    return Choice(rep=free[0].rep, compared=compared, again=again)


class HandOut:
    """One per broker. `teams` are those that want sessions handed out."""

    def __init__(
        self,
        database: Database,
        site: str,
        clock: Clock,
        desk: Desk,
        teams: Callable[[], Collection[str]],
    ) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._desk = desk
        self._teams = teams
        self._changed = asyncio.Event()

    def hear(self, ring: Ring) -> None:
        """A ring from any broker."""
        if ring.topic in ("queue", "availability"):
            self._changed.set()

    async def run(self) -> None:
        """Hand out whenever something has changed, for ever."""
        while True:
            if await is_set_within(LOOK_SECONDS, self._changed):
                await asyncio.sleep(GATHER_SECONDS)
            self._changed.clear()
            await self.look()

    async def look(self) -> None:
        """Take back what is offered to nobody who is there, and offer whatever can be offered."""
        read_forsaken = partial(_forsaken, site=self._site, now=self._clock())
        forsaken = await self._database.read(read_forsaken)
        await asyncio.gather(*(self._pass_on(session, rep) for session, rep in forsaken))
        teams = list(self._teams())
        if not teams:
            return
        read = partial(_choices, site=self._site, teams=teams, now=self._clock())
        chosen = await self._database.read(read)
        await asyncio.gather(*(self._offer(session, choice) for session, choice in chosen))

    async def _pass_on(self, session: str, rep: str) -> None:
        # Refused where they accepted at the last moment, or another broker was quicker.
        with suppress(Refused):
            await self._desk.notice(session, r.PassOn(rep=rep))

    async def _offer(self, session: str, choice: Choice) -> None:
        # Refused where somebody picked it meanwhile, or another broker was quicker.
        with suppress(Refused):
            await self._desk.notice(
                session,
                r.Offer(
                    rep=choice.rep,
                    reason="least_busy",
                    compared=choice.compared,
                    again=choice.again,
                ),
            )


def _forsaken(conn: sa.Connection, site: str, now: int) -> list[tuple[str, str]]:
    """Return (session, rep) where the rep to whom it is offered is away, off, or not there. Whom a
    customer named keeps their time."""
    t, p, s = schema.turns.c, schema.participants.c, schema.sessions.c
    asked = list(conn.scalars(sa.select(t.rep).where(t.site == site, t.offers > 0)))
    states = presence_of(conn, site, asked, now) if asked else {}
    gone = [rep for rep in asked if states[rep] != "available"]
    if not gone:
        return []
    theirs = (
        sa.select(p.rep, s.id, s.fold)
        .join(schema.sessions, sa.and_(s.site == p.site, s.id == p.session))
        .where(p.site == site, p.rep.in_(gone), s.state.in_(("waiting", "talking")))
    )
    found = [(row, _fold.decode(row.fold).offer) for row in conn.execute(theirs)]
    return [
        (row.id, row.rep)
        for row, offer in found
        if offer and offer.rep == row.rep and offer.reason != "direct"
    ]


def _choices(
    conn: sa.Connection, site: str, teams: Sequence[str], now: int
) -> list[tuple[str, Choice]]:
    """Return (session, choice) of all that can be offered now, in the order of the queues."""
    there = available_reps(conn, site, teams, now)
    known = _candidates(conn, site, {rep for reps in there.values() for rep in reps})
    found: list[tuple[str, Choice]] = []
    for team in teams:
        reps = there[team]
        if all(known[rep].asked or not known[rep].could for rep in reps):
            continue
        for session, waiting in _waiting(conn, site, team):
            choice = choose(waiting, [known[rep] for rep in reps], now)
            if choice is None:
                continue
            found.append((session, choice))
            known[choice.rep] = replace(known[choice.rep], asked=True)
            if all(known[rep].asked or not known[rep].could for rep in reps):
                break
    return found


def _candidates(conn: sa.Connection, site: str, reps: Collection[str]) -> dict[str, Candidate]:
    a, load, turn = schema.accounts.c, schema.rep_loads.c, schema.turns.c
    found = conn.execute(
        sa.select(a.id, load.active, load.cap, turn.offers, turn.since)
        .outerjoin(schema.rep_loads, sa.and_(load.site == a.site, load.rep == a.id))
        .outerjoin(schema.turns, sa.and_(turn.site == a.site, turn.rep == a.id))
        .where(a.site == site, a.id.in_(list(reps)))
    )
    return {
        row.id: Candidate(
            rep=row.id,
            active=row.active or 0,
            since=row.since or 0,
            cap=row.cap or 0,
            asked=bool(row.offers),
        )
        for row in found
    }


class _Rules(Struct):
    offer_seconds: int


class _Fold(Struct):
    """What a stored session says about its offers."""

    rules: _Rules
    offer: Offering | None
    declined: tuple[str, ...]
    unanswered: tuple[str, ...] = ()
    offer_ended_at: int = 0
    meant_for: str = ""


_fold = msgspec.json.Decoder(_Fold)


def _waiting(conn: sa.Connection, site: str, team: str) -> Iterator[tuple[str, Open]]:
    """Give the sessions that wait for `team`, in order, reading no more than are looked at."""
    s = schema.sessions.c
    queue = (
        sa.select(s.id, s.fold)
        .where(s.site == site, s.state == "waiting", s.team == team)
        .order_by(s.front.desc(), s.waiting_since, s.id)
        .limit(BATCH)
    )
    offset, full = 0, True
    while full:
        batch = conn.execute(queue.offset(offset)).all()
        for session, stored in batch:
            fold = _fold.decode(stored)
            yield (
                session,
                Open(
                    offer=fold.offer,
                    meant_for=fold.meant_for,
                    declined=fold.declined,
                    unanswered=fold.unanswered,
                    offer_ended_at=fold.offer_ended_at,
                    offer_seconds=fold.rules.offer_seconds,
                ),
            )
        offset, full = offset + BATCH, len(batch) == BATCH
