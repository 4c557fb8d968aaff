"""The site's ledger: a line for everything that is done with a recording, and heads that are signed.

Whoever does something appends the line in the same transaction. Heads are signed once a minute by any
broker; each receipt and export carries one.
"""

import asyncio
import secrets
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec
import sqlalchemy as sa

from broker import schema
from broker.clock import Clock
from broker.database import Database, insert_new
from recordings.ledger import Entry, Head, Line, follow, sign_head, write_entry

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SIGN_SECONDS: Final = 60.0
LOOK_SECONDS: Final = 5.0


def entry_of(
    kind: str, recording: str = "", *, by: str = "", digest: str = "", why: str = ""
) -> Entry:
    """Return an entry whose digest nobody can guess the rest from."""
    salt = secrets.token_hex(16)
    return Entry(kind=kind, recording=recording, by=by, digest=digest, why=why, salt=salt)


def append(conn: sa.Connection, site: str, at: int, entry: Entry) -> Line:
    """Write the next line of the ledger, at `at` (ms), and return it."""
    while True:
        line = follow(last_line(conn, site), at, entry)
        row = {"number": line.number, "at": at, "entry": line.entry, "previous": line.previous}
        about = {"kind": entry.kind, "recording": entry.recording, "by": entry.by}
        body = write_entry(entry).decode()
        # Where another broker is quicker, there is another last line.
        if insert_new(conn, schema.ledger_lines, site=site, **row, **about, body=body):
            return line


def note_officer(conn: sa.Connection, site: str, at: int, account: str, by: str, kind: str) -> None:
    """Write that `account` has become one that watches recordings ("officer_made"), or is none any more
    ("officer_ended"), by the account `by`; "" is the command line.
    """
    append(conn, site, at, entry_of(kind, by=by, why=account))


def last_line(conn: sa.Connection, site: str) -> Line | None:
    """Return the ledger's last line."""
    c = schema.ledger_lines.c
    chosen = sa.select(c.number, c.at, c.entry, c.previous).where(c.site == site)
    row = conn.execute(chosen.order_by(c.number.desc()).limit(1)).first()
    return _line(tuple(row)) if row else None


def lines_from(conn: sa.Connection, site: str, first: int, last: int) -> list[Line]:
    """Return the lines from number `first` to `last`."""
    c = schema.ledger_lines.c
    found = conn.execute(
        sa.select(c.number, c.at, c.entry, c.previous)
        .where(c.site == site, c.number >= first, c.number <= last)
        .order_by(c.number)
    )
    return [_line(tuple(row)) for row in found]


def _line(row: tuple[int, int, str, str]) -> Line:
    number, at, entry, previous = row
    return Line(number=number, at=at, entry=entry, previous=previous)


def entries_of(conn: sa.Connection, site: str, recording: str) -> list[tuple[int, Entry]]:
    """Return what was done with `recording`, each with when (ms)."""
    c = schema.ledger_lines.c
    found = conn.execute(
        sa.select(c.at, c.body).where(c.site == site, c.recording == recording).order_by(c.number)
    )
    return [(row.at, msgspec.json.decode(row.body, type=Entry)) for row in found]


class LedgerHeads:
    """One per broker; `signing` gives the site's key."""

    def __init__(
        self,
        database: Database,
        site: str,
        clock: Clock,
        signing: "Callable[[], Ed25519PrivateKey]",
    ) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._signing = signing

    async def run(self) -> None:
        """Sign where there is something new, for ever."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            last, signed_at = await self._database.read(self._unsigned)
            if last and self._clock() - signed_at >= SIGN_SECONDS * 1000:
                await self.head()

    def _unsigned(self, conn: sa.Connection) -> tuple[Line | None, int]:
        c = schema.ledger_heads.c
        chosen = sa.select(c.number, c.at).where(c.site == self._site)
        row = conn.execute(chosen.order_by(c.number.desc()).limit(1)).first()
        last = last_line(conn, self._site)
        if row is None:
            return last, 0
        return (last if last and last.number > row.number else None), row.at

    async def latest(self) -> Head | None:
        """Return the head that was signed last, a minute ago or so; None while there is none."""
        return await self._database.read(partial(latest_head, site=self._site))

    async def head(self) -> Head | None:
        """Sign the ledger as it is now, and keep that; None while it is empty."""
        last = await self._database.read(partial(last_line, site=self._site))
        return await self.sign(last) if last else None

    async def sign(self, last: Line) -> Head:
        """Sign the ledger up to its line `last`, and keep that."""
        head = sign_head(last, self._clock(), self._signing())
        values = {
            "number": head.number,
            "digest": head.digest,
            "at": head.at,
            "signature": head.signature,
        }
        keep = partial(_keep_head, site=self._site, values=values)
        await self._database.write(keep)
        return head


def latest_head(conn: sa.Connection, site: str) -> Head | None:
    """Return the head that was signed last, if there is one."""
    c = schema.ledger_heads.c
    chosen = sa.select(c.number, c.digest, c.at, c.signature).where(c.site == site)
    row = conn.execute(chosen.order_by(c.number.desc(), c.at.desc()).limit(1)).first()
    if row is None:
        return None
    return Head(number=row.number, digest=row.digest, at=row.at, signature=row.signature)


def _keep_head(conn: sa.Connection, site: str, values: dict[str, object]) -> None:
    insert_new(conn, schema.ledger_heads, site=site, **values)
