"""What the tables say of those who wait, as the queues want to know it.

Thousands may wait, and few of them change between two looks. So a look asks for everybody's id and
place in one value, which the database puts together by itself, and reads whole only those whom it
has not read at that place. Whatever is said of a session is said by a fact, and takes a place.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.forecast import InQueue
from broker.overview import not_meant
from protocol.messages import Waiting
from protocol.session import Offering

AT_ONCE = 500
"""Sessions that are read whole by one statement."""


class Line(Struct, frozen=True):
    """Everybody who waits, by team and in order, first to be served first. Whoever waits in two
    lines as they did is the very same object in both."""

    waiting: dict[str, tuple[Waiting, ...]] = {}
    entries: dict[str, tuple[InQueue, ...]] = {}
    """The same people; since when they wait in this queue, where `Waiting` has their first entry of
    all."""
    customers: dict[str, str] = {}
    """The customer of each session."""


class _Spoken(Struct):
    """What the queue wants to know of a stored session."""

    language: str
    state_since: int
    offer: Offering | None = None


_spoken = msgspec.json.Decoder(_Spoken)


class Known(Struct, frozen=True):
    """A session as it was read at one place, its `stamp`."""

    stamp: str
    turn: tuple[bool, int, str]
    """The lower, the earlier they are served."""
    customer: str
    entry: Waiting
    queued: InQueue


class QueueRows:
    """Who waits at `site`, as of the last look."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._told = ""
        self._known: dict[str, Known] = {}
        self._line = Line()

    def read(self, conn: sa.Connection) -> Line:
        """Return who waits now; the same line as at the last look where nothing has changed."""
        told: str = conn.execute(_stamps(self._site)).scalar() or ""
        if told != self._told:
            stamps = told.split(",") if told else []
            unknown = [stamp.split(" ")[0] for stamp in stamps if stamp not in self._known]
            fresh = {each.stamp: each for each in _whole(conn, self._site, unknown)}
            stayed = (self._known[stamp] for stamp in stamps if stamp in self._known)
            self._known = {each.stamp: each for each in stayed} | fresh
            self._line = _in_order(self._known.values())
            self._told = told
        return self._line


def _stamps(site: str) -> sa.Select[str]:
    """Select the stamps of all who wait, with commas between them, in no order.

    As rows they would cost as many turns of the interpreter, each of which waits for whatever else
    the broker does.
    """
    s = schema.sessions.c
    stamp = s.id + " " + sa.cast(s.place, sa.String)
    every = sa.func.aggregate_strings(stamp, ",")
    return sa.select(every).where(s.site == site, s.state == "waiting", not_meant())


def _whole(conn: sa.Connection, site: str, sessions: Sequence[str]) -> Iterable[Known]:
    """Give those of `sessions` that still wait; on PostgreSQL they may have gone on meanwhile."""
    s, t = schema.sessions.c, schema.texts.c
    statement = sa.select(
        s.id,
        s.place,
        s.state,
        s.customer,
        s.team,
        s.issue,
        s.waiting_since,
        s.front,
        s.fold,
        t.words,
    ).outerjoin(schema.texts, sa.and_(t.site == s.site, t.session == s.id, t.place == 1))
    for first in range(0, len(sessions), AT_ONCE):
        some = s.id.in_(sessions[first : first + AT_ONCE])
        for row in conn.execute(statement.where(s.site == site, some, not_meant())):
            # Asked of the database, it might walk the whole queue for it instead.
            if row.state == "waiting":
                yield _know(row)


def _know(row: Any) -> Known:
    fold = _spoken.decode(row.fold)
    words = json.loads(row.words) if row.words else {}
    entry = Waiting(
        session=row.id,
        team=row.team,
        issue=row.issue,
        name=words.get("name", ""),
        language=fold.language,
        waiting_since=row.waiting_since,
        front=row.front,
        offered=fold.offer.rep if fold.offer else "",
    )
    return Known(
        stamp=f"{row.id} {row.place}",
        turn=(not row.front, row.waiting_since, row.id),
        customer=row.customer,
        entry=entry,
        queued=InQueue(row.id, fold.state_since),
    )


def _in_order(known: Iterable[Known]) -> Line:
    teams: dict[str, list[Known]] = {}
    for each in sorted(known, key=lambda each: each.turn):
        teams.setdefault(each.entry.team, []).append(each)
    return Line(
        {team: tuple(each.entry for each in line) for team, line in teams.items()},
        {team: tuple(each.queued for each in line) for team, line in teams.items()},
        {each.entry.session: each.customer for line in teams.values() for each in line},
    )
