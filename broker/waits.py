"""What became of each wait, beside what was said of it; the estimate learns from nothing else.

How a wait or a stretch of talking ended follows from a fact and is stored in the fact's own
transaction, so no crash loses it. The estimate follows from no fact: whoever first works it out
stores it, also while it is hidden. A broker that dies in between leaves a wait about which nothing
was said, and its successor estimates what is left of it. So a wait is measured from `said_at`.
"""

from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import NamedTuple

import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.database import insert_new, put, rows
from broker.estimate import RECENT
from protocol.session import Session

LAST = 400
"""How many of a team's waits count."""

GAVE_UP = ("abandoned", "customer_ended", "customer_lost")
"""Endings of a wait that was too long; the second where they had talked with a rep before. Who left
on a notice or was orphaned did not give up."""

_MINUTE_MS = 60_000


class Said(NamedTuple):
    """The first estimate of one wait, in seconds; `shown` if the customer read it."""

    session: str
    began_at: int
    team: str
    said_at: int
    half_seconds: int
    most_seconds: int
    shown: bool


class Ended(NamedTuple):
    """A wait that is over: times in ms, `ending` as in the table; `said_at` 0 if nothing was."""

    began_at: int
    ended_at: int
    ending: str
    said_at: int
    half_seconds: int
    most_seconds: int

    @property
    def kept(self) -> bool | None:
        """Whether it stayed under what nine of ten should; None where nobody can know."""
        if not self.said_at:
            return None
        minutes = -(-self.most_seconds // 60)
        if self.ended_at - self.said_at > minutes * _MINUTE_MS:
            return False
        return True if self.ending == "accepted" else None


class Record(Struct, frozen=True, kw_only=True):
    """How good the estimates of a team were over its last waits."""

    outcomes: int = 0
    """Of how many we know whether they stayed under what nine of ten should …"""
    kept: int = 0
    """… and how many did."""
    accepted: int = 0
    """How many of those that were estimated ended with a rep. Of these:"""
    error_seconds: float = 0.0
    """how far "half within" was off on average …"""
    bias_seconds: float = 0.0
    """… and by how much it was too long; negative: too short."""

    @property
    def coverage(self) -> float:
        """The share that was kept, 0 to 1; aimed at is 0.9."""
        return self.kept / self.outcomes if self.outcomes else 0.0


def put_ended(conn: sa.Connection, site: str, before: Session, after: Session, at: int) -> None:
    """Store that a wait or a stretch of talking ended at `at`, where `after` shows that one did.

    Part of the transaction that stores the fact, after the rep's load was counted.
    """
    if before.state == after.state or before.state not in ("waiting", "talking"):
        return
    stretch = {
        "site": site,
        "session": before.id,
        "began_at": before.state_since,
        "team": before.team,
        # Another broker's clock may be behind.
        "ended_at": max(at, before.state_since),
    }
    if before.state == "talking":
        insert_new(conn, schema.handled, **stretch, rep=before.owner)
    elif after.state == "talking":
        ((had,),) = rows(conn, _LOAD, {"site": site, "rep": after.owner})
        put(conn, schema.waits, **stretch, ending="accepted", rep=after.owner, had=had)
    else:
        put(conn, schema.waits, **stretch, ending=after.ending, rep="", had=0)


def put_said(conn: sa.Connection, site: str, said: Iterable[Said]) -> None:
    """Store each first estimate, unless another broker was quicker or the wait is over."""
    for each in said:
        insert_new(conn, schema.waits, site=site, **each._asdict())


def ended_waits(conn: sa.Connection, site: str, team: str) -> list[Ended]:
    """Return the last waits of `team`, newest first."""
    return [Ended(*row) for row in rows(conn, _ENDED, {"site": site, "team": team})]


def handle_seconds(conn: sa.Connection, site: str, team: str = "") -> list[float]:
    """Return how long the last stretches of talking took, of `team` or of the whole site."""
    known = {"site": site, "team": team} if team else {"site": site}
    return [row[0] / 1000 for row in rows(conn, _HANDLED_BY_TEAM if team else _HANDLED, known)]


def had_at_once(conn: sa.Connection, site: str, rep: str) -> list[int]:
    """Return how many sessions `rep` had right after each of their last accepts."""
    return [row[0] for row in rows(conn, _HAD, {"site": site, "rep": rep})]


def record(conn: sa.Connection, site: str, team: str) -> Record:
    """Return the error and the coverage of what was said to customers of `team`.

    Hidden estimates count too: they show whether it is time to say something again.
    """
    return record_of(ended_waits(conn, site, team))


def record_of(waits: Sequence[Ended]) -> Record:
    """Return the error and the coverage over `waits`."""
    known = [wait.kept for wait in waits if wait.kept is not None]
    off = [
        wait.half_seconds - (wait.ended_at - wait.said_at) / 1000
        for wait in waits
        if wait.said_at and wait.ending == "accepted"
    ]
    return Record(
        outcomes=len(known),
        kept=sum(known),
        accepted=len(off),
        error_seconds=fmean(map(abs, off)) if off else 0.0,
        bias_seconds=fmean(off) if off else 0.0,
    )


def gave_up(waits: Sequence[Ended]) -> int:
    """Count those of `waits` that ended because the customer had waited too long."""
    return sum(wait.ending in GAVE_UP for wait in waits)


def waited_seconds(waits: Sequence[Ended]) -> float:
    """Add up `waits`, however they ended."""
    return sum(wait.ended_at - wait.began_at for wait in waits) / 1000


_w, _h = schema.waits.c, schema.handled.c
_SITE: sa.BindParameter[str] = sa.bindparam("site")
_TEAM: sa.BindParameter[str] = sa.bindparam("team")
_REP: sa.BindParameter[str] = sa.bindparam("rep")

_LOAD = sa.select(schema.rep_loads.c.active).where(
    schema.rep_loads.c.site == _SITE, schema.rep_loads.c.rep == _REP
)
_ENDED = (
    sa.select(*(_w[name] for name in Ended._fields))
    .where(_w.site == _SITE, _w.team == _TEAM, _w.ended_at > sa.literal_column("0"))
    .order_by(_w.ended_at.desc())
    .limit(sa.literal_column(str(LAST)))
)
_HAD = (
    sa.select(_w.had)
    .where(_w.site == _SITE, _w.rep == _REP)
    .order_by(_w.ended_at.desc())
    .limit(sa.literal_column("100"))
)
_HANDLED = (
    sa.select(_h.ended_at - _h.began_at)
    .where(_h.site == _SITE)
    .order_by(_h.ended_at.desc())
    .limit(sa.literal_column(str(RECENT)))
)
_HANDLED_BY_TEAM = _HANDLED.where(_h.team == _TEAM)
