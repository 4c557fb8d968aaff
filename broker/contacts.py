"""Contacts: who wrote before, as their visits tell it, and as reps have put it right.

A contact is everybody who typed the same address, or else one visitor. It has no row of its own:
its name and address stand in the rows of its visits, so that erasing those leaves nothing of it. A
contact is named by any session it had. Whoever asks sees and changes only visits of their teams.
"""

from collections.abc import Collection

import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.visits import MOST, Visit, not_deleted, visit_of


class Contact(Struct, frozen=True, kw_only=True):
    """Somebody who wrote before. `customer` is the visitor of their last session."""

    customer: str
    name: str
    email: str
    session: str
    last_at: int
    sessions: int


class ContactOpened(Struct, frozen=True, kw_only=True):
    """A contact and its visits, the last first: at most 50 of the `count` there are."""

    customer: str
    name: str
    email: str
    count: int
    visits: tuple[Visit, ...]


class UnknownContact(Exception):
    """No contact of these teams had this session."""


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


def open_contact(
    conn: sa.Connection, site: str, teams: Collection[str], session: str
) -> ContactOpened:
    """Return the contact that had `session`, or raise `UnknownContact`."""
    own = _row(conn, site, teams, session)
    v, s = schema.visits.c, schema.sessions.c
    visible = (
        sa.select(schema.sessions)
        .join(schema.visits, sa.and_(v.site == s.site, v.session == s.id))
        .where(_is_of(site, teams, own.contact), not_deleted())
    )
    count = conn.scalar(sa.select(sa.func.count()).select_from(visible.subquery())) or 0
    rows = conn.execute(visible.order_by(s.opened_at.desc(), s.id).limit(MOST)).all()
    last = conn.execute(
        sa.select(v.customer)
        .join(schema.sessions, sa.and_(s.site == v.site, s.id == v.session))
        .where(_is_of(site, teams, own.contact))
        .order_by(v.opened_at.desc())
        .limit(1)
    ).scalar_one()
    return ContactOpened(
        customer=last,
        name=own.name,
        email=own.email,
        count=count,
        visits=tuple(visit_of(row, last) for row in rows),
    )


def change_contact(
    conn: sa.Connection, site: str, teams: Collection[str], session: str, name: str, email: str
) -> None:
    """Call the contact that had `session` by `name` and `email`; who has that address is the same.

    Raises `UnknownContact`.
    """
    own = _row(conn, site, teams, session)
    # Without an address, each is again who their browser says.
    key = email.lower() or schema.visits.c.customer
    _update(conn, site, teams, own.contact, name=name, email=email.lower(), contact=key)


def merge_contacts(
    conn: sa.Connection, site: str, teams: Collection[str], session: str, into: str
) -> None:
    """Make the contact that had `session` the same as the one that had `into`, whose name and
    address count where it has them. Raises `UnknownContact`."""
    gone, stays = (_row(conn, site, teams, each) for each in (session, into))
    name, email = stays.name or gone.name, stays.email or gone.email
    for each in (gone, stays):
        key = email or stays.contact
        _update(conn, site, teams, each.contact, name=name, email=email, contact=key)


def delete_contact(conn: sa.Connection, site: str, teams: Collection[str], session: str) -> None:
    """Forget name and address of the contact that had `session`; the sessions themselves stay.

    Raises `UnknownContact`.
    """
    own = _row(conn, site, teams, session)
    v = schema.visits
    chosen = sa.and_(v.c.site == site, v.c.contact == own.contact)
    conn.execute(v.delete().where(chosen, v.c.session.in_(_sessions(site, teams))))


def _row(
    conn: sa.Connection, site: str, teams: Collection[str], session: str
) -> sa.Row[tuple[str, ...]]:
    v = schema.visits.c
    chosen = sa.select(schema.visits).where(
        v.site == site, v.session == session, v.session.in_(_sessions(site, teams))
    )
    row = conn.execute(chosen).first()
    if row is None:
        raise UnknownContact
    return row


def _update(
    conn: sa.Connection, site: str, teams: Collection[str], known: str, **values: object
) -> None:
    v = schema.visits
    chosen = sa.and_(v.c.site == site, v.c.contact == known)
    conn.execute(v.update().where(chosen, v.c.session.in_(_sessions(site, teams))).values(**values))


def _sessions(site: str, teams: Collection[str]) -> sa.Select[tuple[str]]:
    s = schema.sessions.c
    # Each session looked up by its key: the rows of the contact are few.
    return (
        sa.select(s.id)
        .where(s.site == site, s.id == schema.visits.c.session, s.team.in_(list(teams)))
        .correlate(schema.visits)
    )


def _is_of(site: str, teams: Collection[str], contact: str) -> sa.ColumnElement[bool]:
    v, s = schema.visits.c, schema.sessions.c
    return sa.and_(v.site == site, v.contact == contact, s.team.in_(list(teams)))
