"""Who was here before: a row for each session with the name and address that its customer gave.

It is a copy of personal words, so it goes in the same transaction in which those are erased. An
address may be anybody's, so a visit that only shares the address says so.
"""

from collections.abc import Collection
from typing import Literal

import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.database import insert_new
from protocol.facts import Called, Fact, Opened, TextsErased, Wiped
from protocol.session import Session

MOST = 50


class Visit(Struct, frozen=True, kw_only=True):
    """An earlier session of the same customer: known by their browser, or by the address typed."""

    session: str
    known_by: Literal["visitor", "email"]
    team: str
    issue: str
    rep: str
    state: str
    ending: str
    opened_at: int
    ended_at: int


def put_visit(conn: sa.Connection, site: str, after: Session, fact: Fact) -> None:
    """Store what `fact` says about who comes, or forget it with their words."""
    v = schema.visits
    if isinstance(fact, Opened):
        email = fact.email.lower()
        _insert(conn, site, after, fact.name, email)
    elif isinstance(fact, Called):
        # Where the rep says no name: the one that they gave last themselves.
        last = _of(site, v.c.customer == fact.customer).limit(1)
        row = None if fact.name or fact.email else conn.execute(last).first()
        known = row or fact
        _insert(conn, site, after, known.name, known.email.lower())
    elif isinstance(fact, TextsErased | Wiped):
        conn.execute(v.delete().where(v.c.site == site, v.c.session == after.id))


def _insert(conn: sa.Connection, site: str, session: Session, name: str, email: str) -> None:
    insert_new(
        conn,
        schema.visits,
        site=site,
        session=session.id,
        customer=session.customer,
        contact=email or session.customer,
        name=name,
        email=email,
        opened_at=session.opened_at,
    )


def _of(site: str, whose: sa.ColumnElement[bool]) -> sa.Select[tuple[str, ...]]:
    v = schema.visits
    return sa.select(v).where(v.c.site == site, whose).order_by(v.c.opened_at.desc())


def earlier(
    conn: sa.Connection, site: str, session: str, teams: Collection[str]
) -> tuple[int, list[Visit]]:
    """Return how many other sessions of `teams` the customer of `session` had, and the last ones."""
    v, s = schema.visits.c, schema.sessions.c
    here = conn.execute(sa.select(s.customer).where(s.site == site, s.id == session)).first()
    if here is None:
        return 0, []
    own = conn.scalar(sa.select(v.contact).where(v.site == site, v.session == session))
    # Two selects, each with an index of its own.
    same = sa.select(v.session).where(v.site == site, v.contact == (own or here.customer))
    theirs = sa.select(s.id).where(s.site == site, s.customer == here.customer)
    found = sa.union(same, theirs).subquery()
    visible = (
        sa.select(schema.sessions)
        .join(found, found.c[0] == s.id)
        .where(s.site == site, s.id != session, s.team.in_(list(teams)), not_deleted())
    )
    count = conn.scalar(sa.select(sa.func.count()).select_from(visible.subquery())) or 0
    rows = conn.execute(visible.order_by(s.opened_at.desc(), s.id).limit(MOST))
    return count, [visit_of(row, here.customer) for row in rows]


def visit_of(row: sa.Row[tuple[str, ...]], customer: str) -> Visit:
    """Return the session in `row` as a visit; `customer` is whom it is known from."""
    return Visit(
        session=row.id,
        known_by="visitor" if row.customer == customer else "email",
        team=row.team,
        issue=row.issue,
        rep=row.owner,
        state=row.state,
        ending=row.ending,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
    )


def not_deleted() -> sa.ColumnElement[bool]:
    """Return the condition that nobody has deleted what was said in the session."""
    s, d = schema.sessions.c, schema.deleted_sessions.c
    return sa.not_(sa.exists().where(d.site == s.site, d.session == s.id))
