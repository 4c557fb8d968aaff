"""Who was here before: a row for each session with the name and address that its customer gave.

It is a copy of personal words, so it goes in the same transaction in which those are erased. A
contact is everybody who typed the same address, or else one visitor; an address may be anybody's,
so what only shares the address says so.
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


class Contact(Struct, frozen=True, kw_only=True):
    """Somebody who wrote before. `customer` is the visitor of their last session."""

    customer: str
    name: str
    email: str
    session: str
    last_at: int
    sessions: int


def put_visit(conn: sa.Connection, site: str, after: Session, fact: Fact) -> None:
    """Store what `fact` says about who comes, or forget it with their words."""
    v = schema.visits
    if isinstance(fact, Opened):
        email = fact.email.lower()
        _insert(conn, site, after, fact.name, email)
    elif isinstance(fact, Called):
        # The name that they gave last: they say nothing when they are called.
        last = _of(site, v.c.customer == fact.customer).limit(1)
        row = conn.execute(last).first()
        if row:
            _insert(conn, site, after, row.name, row.email)
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
    own = conn.execute(sa.select(v.email).where(v.site == site, v.session == session)).scalar()
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
    return count, [_visit(row, here.customer) for row in rows]


def _visit(row: sa.Row[tuple[str, ...]], customer: str) -> Visit:
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


def contacts(
    conn: sa.Connection, site: str, teams: Collection[str], words: str = "", before: int = 0
) -> list[Contact]:
    """Return contacts with a session of `teams`, who came last first, and before `before` (ms).

    Every one of `words` stands somewhere in their name or address.
    """
    v, s = schema.visits.c, schema.sessions.c
    later, theirs = schema.visits.alias(), schema.sessions.alias()
    newer = sa.exists().where(
        later.c.site == v.site,
        later.c.contact == v.contact,
        later.c.opened_at > v.opened_at,
        theirs.c.site == v.site,
        theirs.c.id == later.c.session,
        theirs.c.team.in_(list(teams)),
    )
    chosen = (
        sa.select(schema.visits)
        .join(schema.sessions, sa.and_(s.site == v.site, s.id == v.session))
        .where(v.site == site, s.team.in_(list(teams)), sa.or_(v.name != "", v.email != ""))
        .where(sa.not_(newer))
    )
    for word in words.lower().split()[:10]:
        chosen = chosen.where(sa.func.lower(v.name + " " + v.email).contains(word, autoescape=True))
    if before:
        chosen = chosen.where(v.opened_at < before)
    rows = conn.execute(chosen.order_by(v.opened_at.desc(), v.session).limit(MOST)).all()
    counts = _counts(conn, site, teams, [row.contact for row in rows])
    return [
        Contact(
            customer=row.customer,
            name=row.name,
            email=row.email,
            session=row.session,
            last_at=row.opened_at,
            sessions=counts.get(row.contact, 1),
        )
        for row in rows
    ]


def _counts(
    conn: sa.Connection, site: str, teams: Collection[str], of: Collection[str]
) -> dict[str, int]:
    v, s = schema.visits.c, schema.sessions.c
    rows = conn.execute(
        sa.select(v.contact, sa.func.count())
        .join(schema.sessions, sa.and_(s.site == v.site, s.id == v.session))
        .where(v.site == site, v.contact.in_(list(of)), s.team.in_(list(teams)))
        .group_by(v.contact)
    )
    return {row[0]: row[1] for row in rows}
