"""Since when a rep has been available, away or off: one row a rep, written when that changes.

What somebody is follows from their links and their switch; only the time is kept here. Any broker
may notice a change; the first one writes it.
"""

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from broker import schema
from broker.database import put
from broker.presence import presence_of
from protocol.fields import Presence


def note_presence(conn: sa.Connection, site: str, states: Mapping[str, Presence], now: int) -> None:
    """Write for each rep of `states` that they have been so since `now`, unless they were before."""
    known = _known(conn, site, states)
    for rep, state in sorted(states.items()):
        if rep not in known or known[rep][0] != state:
            put(conn, schema.presence_times, site=site, rep=rep, state=state, since=now)


def there_since(conn: sa.Connection, site: str, reps: Collection[str], now: int) -> dict[str, int]:
    """Return since when each of `reps` is as they are; since now where nobody has written it yet."""
    states = presence_of(conn, site, reps, now)
    known = _known(conn, site, reps)
    return {
        rep: known[rep][1] if rep in known and known[rep][0] == state else now
        for rep, state in states.items()
    }


def _known(conn: sa.Connection, site: str, reps: Collection[str]) -> dict[str, tuple[str, int]]:
    p = schema.presence_times.c
    found = sa.select(p.rep, p.state, p.since).where(p.site == site, p.rep.in_(list(reps)))
    return {row.rep: (row.state, row.since) for row in conn.execute(found)}
