"""The queue of outgoing mail: rows, each part of the transaction of whatever causes it.

A row keeps what a mail says only until it is sent, given up or erased; `mail.py` sends it.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.database import insert_new
from broker.letters import Letter
from broker.tokens import digest_of

Kind = Literal["code", "transcript", "answer", "session_code", "ledger"]

DAY_MS = 24 * 3_600_000
KEPT_MS = 30 * DAY_MS
"""How long it is remembered that a mail went out, without what it said."""


class Mailed(Struct, frozen=True, kw_only=True):
    """A mail to be queued. `about` is a session or a left message, `party` its customer."""

    id: str
    kind: Kind
    about: str
    party: str
    letter: Letter
    keep_trying_ms: int = DAY_MS


def put_mail(conn: sa.Connection, site: str, mailed: Mailed, now: int) -> None:
    """Queue `mailed`, once: a second one with its id changes nothing."""
    insert_new(
        conn,
        schema.mails,
        site=site,
        id=mailed.id,
        kind=mailed.kind,
        about=mailed.about,
        party=mailed.party,
        content=msgspec.json.encode(mailed.letter).decode(),
        address_digest=digest_of(mailed.letter.to),
        state="waiting",
        created_at=now,
        due=now,
        until=now + mailed.keep_trying_ms,
    )


def count_mails(conn: sa.Connection, site: str, kind: Kind, since: int, **same: str) -> int:
    """Return how many mails of `kind` were queued since `since` (ms) with the `same` columns."""
    c = schema.mails.c
    alike = [c[name] == value for name, value in same.items()]
    found = sa.select(sa.func.count()).where(
        c.site == site, c.kind == kind, c.created_at > since, *alike
    )
    return conn.scalar(found) or 0


def erase_mails(conn: sa.Connection, site: str, party: str) -> None:
    """Delete what mails to or about `party` say; what was not sent yet never will be."""
    table = schema.mails
    theirs = sa.and_(table.c.site == site, table.c.party == party)
    waiting = sa.case((table.c.state == "waiting", "failed"), else_=table.c.state)
    gone = {"content": "", "address_digest": "", "state": waiting}
    conn.execute(table.update().where(theirs).values(gone))


def states_of(conn: sa.Connection, site: str, mails: list[str]) -> Mapping[str, str]:
    """Return what has become of `mails`: `waiting`, `sent` or `failed`."""
    c = schema.mails.c
    found = conn.execute(sa.select(c.id, c.state).where(c.site == site, c.id.in_(mails)))
    return {row.id: row.state for row in found}


def forget_mails(conn: sa.Connection, site: str, now: int) -> None:
    """Remove what is too old to matter."""
    table = schema.mails
    old = sa.and_(table.c.state != "waiting", table.c.created_at < now - KEPT_MS)
    conn.execute(table.delete().where(table.c.site == site, old))
