"""The rows of codes: nine digits that start a session or let an app into one, by their digests."""

import secrets

import sqlalchemy as sa

from broker import schema
from broker.database import insert_new
from broker.tokens import digest_of, new_token

LIVE_MS = 10 * 60 * 1000
HOUR_MS = 3600 * 1000
REMEMBERED_MS = 24 * HOUR_MS
"""So long it can be said that a code was used or has expired; it is not made again meanwhile."""

APP_MS = 24 * HOUR_MS
"""So long an app speaks for a customer."""


def put_code(conn: sa.Connection, site: str, **about: str | int) -> str:
    """Store a new code with what is known `about` it, and return its digits."""
    while True:
        code = f"{secrets.randbelow(10**9):09}"
        if insert_new(conn, schema.session_codes, site=site, digest=digest_of(code), **about):
            return code


def forget_old(conn: sa.Connection, site: str, now: int) -> None:
    """Remove the codes of which nothing is to be said any more, and let nobody else make one before
    this transaction ends."""
    c = schema.session_codes
    conn.execute(c.delete().where(c.c.site == site, c.c.expires_at < now - REMEMBERED_MS))
    # A row to lock, so that a crowd cannot make more together than each alone.
    counter(conn, site, digest_of("codes made"))


def counter(conn: sa.Connection, site: str, digest: str) -> tuple[int, int]:
    """Return when a counter was last raised and how far it got; its row stays locked."""
    t = schema.attempts
    insert_new(conn, t, site=site, digest=digest, tried_at=0, count=0)
    mine = sa.and_(t.c.site == site, t.c.digest == digest)
    row = conn.execute(sa.select(t.c.tried_at, t.c.count).where(mine).with_for_update()).one()
    return row[0], row[1]


def live_apps(site: str, now: int) -> sa.ColumnElement[bool]:
    """Return the condition that a code can still let an app in."""
    c = schema.session_codes.c
    return sa.and_(c.site == site, c.expires_at > now, c.used_at == 0, c.session != "")


def let_in(conn: sa.Connection, site: str, session: str, now: int) -> str:
    """Return a token with which an app speaks for the customer of `session`; "" if that is over.

    What other codes of the session there are expire, or somebody could follow.
    """
    s, c = schema.sessions.c, schema.session_codes
    live = sa.select(s.customer).where(s.site == site, s.id == session, s.state != "ended")
    customer = conn.scalar(live)
    if customer is None:
        return ""
    conn.execute(c.update().where(live_apps(site, now), c.c.session == session).values(used_at=now))
    token = new_token()
    new = {"digest": digest_of(token), "visitor": customer, "expires_at": now + APP_MS}
    conn.execute(schema.window_tokens.insert().values(site=site, **new))
    return token
