"""How far each party has got in a session, and when they last stirred.

Not facts: one row per party and session, written at most once a second for all together.
"""

import asyncio
from copy import copy

import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.clock import Clock
from broker.database import Database, put
from broker.doorbell import Doorbell, Ring

FLUSH_SECONDS = 1.0


class Mark(Struct, kw_only=True):
    """`delivered` and `read` count facts that everybody may see; `stirred_at` is in ms."""

    delivered: int = 0
    read: int = 0
    stirred_at: int = 0


class Marks:
    """Gathers marks and writes them together."""

    def __init__(self, database: Database, site: str, clock: Clock, doorbell: Doorbell) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._doorbell = doorbell
        self._pending: dict[tuple[str, str], Mark] = {}

    def seen(self, session: str, party: str, delivered: int, read: int) -> None:
        """Note how far `party` has got, and tell the others."""
        mark = self._pending.setdefault((session, party), Mark())
        mark.delivered = max(mark.delivered, delivered)
        mark.read = max(mark.read, read)
        told = Ring(
            topic="marks",
            subject=session,
            party=party,
            delivered=mark.delivered,
            read=mark.read,
        )
        self._doorbell.ring(told)

    def stirred(self, session: str, party: str) -> None:
        """Note that `party` is typing, and tell the others."""
        mark = self._pending.setdefault((session, party), Mark())
        mark.stirred_at = self._clock()
        self._doorbell.ring(Ring(topic="writing", subject=session, party=party))

    def moved(self, session: str, party: str) -> None:
        """Note that `party` does something which nobody is told in this way."""
        self._pending.setdefault((session, party), Mark()).stirred_at = self._clock()

    async def run(self) -> None:
        """Write what has gathered, once a second, for ever."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await self.flush()

    async def flush(self) -> None:
        """Write what has gathered."""
        if not self._pending:
            return
        written = {key: copy(mark) for key, mark in self._pending.items()}
        await self._database.write(lambda conn: _write(conn, self._site, written))
        # What came in meanwhile stays for the next time; what could not be written stays too.
        for key, mark in written.items():
            if self._pending.get(key) == mark:
                del self._pending[key]

    async def of(self, session: str) -> dict[str, Mark]:
        """Return the marks of `session` by party, those not yet written included."""
        stored = await self._database.read(lambda conn: read(conn, self._site, session))
        for (of, party), mark in self._pending.items():
            if of == session:
                stored[party] = _merged(stored.get(party, Mark()), mark)
        return stored


def _merged(one: Mark, other: Mark) -> Mark:
    """Marks only grow, whatever order they arrive in."""
    return Mark(
        delivered=max(one.delivered, other.delivered),
        read=max(one.read, other.read),
        stirred_at=max(one.stirred_at, other.stirred_at),
    )


def _write(conn: sa.Connection, site: str, pending: dict[tuple[str, str], Mark]) -> None:
    stored: dict[str, dict[str, Mark]] = {}
    for (session, party), mark in sorted(pending.items()):
        if session not in stored:
            stored[session] = read(conn, site, session)
        merged = _merged(stored[session].get(party, Mark()), mark)
        values = {
            "delivered": merged.delivered,
            "read": merged.read,
            "stirred_at": merged.stirred_at,
        }
        put(conn, schema.marks, site=site, session=session, party=party, **values)


def read(conn: sa.Connection, site: str, session: str) -> dict[str, Mark]:
    """Return the stored marks of `session` by party."""
    c = schema.marks.c
    rows = conn.execute(
        sa.select(c.party, c.delivered, c.read, c.stirred_at).where(
            c.site == site, c.session == session
        )
    )
    return {
        row.party: Mark(delivered=row.delivered, read=row.read, stirred_at=row.stirred_at)
        for row in rows
    }
