"""The audit: who did what to whose data, and when. Rows are added and never changed."""

import secrets
from collections.abc import Sequence
from typing import Literal

import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.clock import Clock
from broker.database import Database, insert_new

What = Literal[
    "viewed",
    "deleted",
    "role_changed",
    "disabled",
    "contact_changed",
    "contacts_merged",
    "contact_deleted",
    "watched",
    "commented",
    "judged",
    "held",
    "released",
    "exported",
    "taken",
    "assigned",
    "rule_made",
    "rule_changed",
    "rule_ended",
]

PAGE = 100


class Entry(Struct, frozen=True, kw_only=True):
    """`who`, an account, did `what` to `subject`, a session or an account, at `at` (ms)."""

    id: str
    at: int
    who: str
    what: str
    subject: str
    detail: str


class Audit:
    """The audit of one site."""

    def __init__(self, database: Database, site: str, clock: Clock) -> None:
        self._database = database
        self._site = site
        self._clock = clock

    async def note(self, who: str, what: What, subject: str, detail: str = "") -> None:
        """Write down that `who` is about to do `what`: what is not written down is not done."""
        row = {"who": who, "what": what, "subject": subject, "detail": detail}
        at = self._clock()
        entry = f"{at:013}-{secrets.token_hex(6)}"
        await self._database.write(
            lambda conn: insert_new(conn, schema.audit, site=self._site, id=entry, at=at, **row)
        )

    async def has(self, who: str, what: What, subject: str) -> bool:
        """Say whether `who` did `what` to `subject`."""
        a = schema.audit.c
        found = sa.select(a.id).where(
            a.site == self._site, a.subject == subject, a.who == who, a.what == what
        )
        return await self._database.read(lambda conn: conn.scalar(found.limit(1))) is not None

    async def entries(self, before: str = "") -> Sequence[Entry]:
        """Return the newest entries, or those before the one with the id `before`."""
        a = schema.audit.c
        chosen = sa.select(a.id, a.at, a.who, a.what, a.subject, a.detail).where(
            a.site == self._site
        )
        if before:
            chosen = chosen.where(a.id < before)
        rows = chosen.order_by(a.id.desc()).limit(PAGE)
        return await self._database.read(
            lambda conn: [Entry(**row._mapping) for row in conn.execute(rows)]  # noqa: SLF001 - its public name
        )
