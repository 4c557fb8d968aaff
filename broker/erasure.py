"""Deletes a customer's own words for good, wherever they lie."""

import sqlalchemy as sa

from broker import schema
from broker.database import insert_new
from broker.mail_queue import erase_mails
from broker.recording_life import keeps_words
from broker.search import drop_words, scrub
from protocol.session import BROKER


def erase(conn: sa.Connection, site: str, session: str, by: str, before: int) -> None:
    """Delete the words of `by` in `session` before place `before`, their salts and their index.

    The facts stay, with a digest that nobody can try words against any more. What mails say goes
    too, and which addresses they have confirmed.
    """
    erase_mails(conn, site, by)
    known = schema.confirmed_addresses
    conn.execute(known.delete().where(known.c.site == site, known.c.party == by))
    # The address that a code went to stands in a fact of the broker's, and the name by which a rep
    # called them in the first one.
    t = schema.texts.c
    _erase_texts(conn, site, session, before, sa.or_(t.by.in_((by, BROKER)), t.place == 1))


def erase_all(conn: sa.Connection, site: str, session: str, customer: str, before: int) -> None:
    """Delete the words of everybody in `session` as `erase` does those of `customer`."""
    erase(conn, site, session, customer, before)
    _erase_texts(conn, site, session, before, sa.true())
    insert_new(conn, schema.deleted_sessions, site=site, session=session)


def erase_line(conn: sa.Connection, site: str, session: str, line: int) -> None:
    """Delete the words of fact number `line`, of those that everybody may see, in `session`.

    What is left of them in the write-ahead log and of their entry in the search index goes with
    time: to rewrite all of both, as an erasure does, is too much for what happens every few minutes.
    """
    f, t = schema.facts.c, schema.texts
    # No fact's own place is below that of a reader, and only it is in the key.
    found = sa.select(f.place).where(
        f.site == site, f.session == session, f.place >= line, f.place_all == line
    )
    place = conn.scalar(found.limit(1))
    mine = sa.and_(t.c.site == site, t.c.session == session, t.c.place == place)
    row = conn.execute(sa.select(t.c.search_row).where(mine)).first()
    if row:
        drop_words(conn, site, session, place or 0, row.search_row)
        conn.execute(t.delete().where(mine))


def _erase_texts(
    conn: sa.Connection, site: str, session: str, before: int, which: sa.ColumnElement[bool]
) -> None:
    table = schema.texts
    mine = sa.and_(table.c.site == site, table.c.session == session, which, table.c.place < before)
    found = conn.execute(sa.select(table.c.place, table.c.search_row).where(mine)).all()
    for row in found:
        drop_words(conn, site, session, row.place, row.search_row)
    if keeps_words(conn, site, session):
        _keep_texts(conn, mine)
    conn.execute(table.delete().where(mine))
    if any(row.search_row for row in found):
        scrub(conn)


def _keep_texts(conn: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    t, held = schema.texts.c, schema.held_texts
    columns = ("site", "session", "place", "salt", "words")
    chosen = sa.select(*(t[name] for name in columns)).where(which)
    conn.execute(held.insert().from_select(columns, chosen))
