"""Deletes a customer's own words for good, wherever they lie."""

import sqlalchemy as sa

from broker import schema
from broker.mail_queue import erase_mails
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
    table = schema.texts
    # The address that a code went to stands in a fact of the broker's.
    theirs = table.c.by.in_((by, BROKER))
    mine = sa.and_(table.c.site == site, table.c.session == session, theirs, table.c.place < before)
    found = conn.execute(sa.select(table.c.place, table.c.search_row).where(mine)).all()
    for row in found:
        drop_words(conn, site, session, row.place, row.search_row)
    conn.execute(table.delete().where(mine))
    if any(row.search_row for row in found):
        scrub(conn)
