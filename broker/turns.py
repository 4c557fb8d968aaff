"""Whose turn it is: how many offers stand with each rep, and since when they serve as many sessions.

Both follow from facts and are written in the fact's own transaction; hand-out compares them, and a
rep who has an offer gets no second one by load, whichever broker makes it.
"""

import sqlalchemy as sa

from broker import schema
from broker.database import insert_new
from protocol.facts import Fact, Offered
from protocol.session import Refused, Session


def put_turns(conn: sa.Connection, site: str, before: Session, after: Session, fact: Fact) -> None:
    """Store what follows from `fact`, or raise `Refused` when it is an offer by load to somebody
    who has one already."""
    off = before.offer.rep if before.offer else ""
    on = after.offer.rep if after.offer else ""
    served = {before.owner, after.owner} if _owner(before) != _owner(after) else set()
    by_load = isinstance(fact, Offered) and fact.reason not in ("direct", "transfer")
    t = schema.turns
    # In one order, or two transactions would block each other.
    for rep in sorted(({off, on} if off != on else set()) | served - {""}):
        if not rep:
            continue
        insert_new(conn, t, site=site, rep=rep, offers=0, since=0)
        more = (rep == on != off) - (rep == off != on)
        free = t.c.offers == 0 if rep == on and by_load else sa.true()
        mine = sa.and_(t.c.site == site, t.c.rep == rep, free)
        changed = t.update().where(mine).values(offers=t.c.offers + more)
        if rep in served:
            changed = changed.values(since=fact.at)
        if conn.execute(changed).rowcount == 0:
            raise Refused("at_capacity")


def _owner(session: Session) -> str:
    return session.owner if session.state == "talking" else ""


def put_meeting(conn: sa.Connection, site: str, before: Session, after: Session) -> None:
    """Keep the list of sessions that are in no queue, because a rep is to meet their customer."""
    m = schema.meetings
    # What the desk has prepared is nowhere yet.
    was = before.state != "new" and before.meant_for
    if was and not after.meant_for:
        conn.execute(m.delete().where(m.c.site == site, m.c.session == after.id))
    elif after.meant_for and not was:
        insert_new(conn, m, site=site, session=after.id, rep=after.meant_for)
