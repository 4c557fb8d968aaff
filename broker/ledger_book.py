"""The site's whole ledger as it leaves the house: `recordings/ledger_proof.py` proves it offline."""

from collections.abc import AsyncIterator
from functools import partial

import msgspec
import sqlalchemy as sa

from broker import schema
from broker.database import Database
from broker.ledger import LedgerHeads, last_line, lines_from
from recordings import ledger_proof as files
from recordings.ledger import Line, write_head
from recordings.ledger_proof import Shelved
from recordings.manifest import digest_of
from recordings.proof import write_lines


class LedgerBook:
    """The ledger of one site; `signer` is its public key in hex."""

    def __init__(self, database: Database, site: str, heads: LedgerHeads, signer: str) -> None:
        self._database = database
        self._site = site
        self._heads = heads
        self._signer = signer

    async def parts(self) -> AsyncIterator[tuple[str, bytes]]:
        """Yield the files of the ledger by name; none where it is empty."""
        found = await self._database.read(self._found)
        while found and not await self._database.read(partial(self._is_as_it_was, last=found[0])):
            found = await self._database.read(self._found)
        if not found:
            return
        last, shelf = found
        yield files.HEAD, write_head(await self._heads.sign(last))
        yield files.SIGNER, msgspec.json.encode(self._signer)
        yield files.SHELF, write_lines(shelf)
        yield files.ENTRIES, await self._database.read(partial(self._entries, last=last))
        lines = partial(lines_from, site=self._site, first=1, last=last.number)
        yield files.LINES, write_lines(await self._database.read(lines))

    def _found(self, conn: sa.Connection) -> tuple[Line, list[Shelved]] | None:
        """Return the last line, and the recordings that are there and were closed by then."""
        last = last_line(conn, self._site)
        if last is None:
            return None
        r = schema.recordings.c
        chosen = sa.select(r.id, r.manifest).where(r.site == self._site, r.state == "closed")
        closed = conn.execute(chosen.where(r.line <= last.number).order_by(r.id))
        shelf = [
            Shelved(recording=row.id, digest=digest_of(row.manifest.encode())) for row in closed
        ]
        return last, shelf

    def _is_as_it_was(self, conn: sa.Connection, last: Line) -> bool:
        """Say whether no recording was destroyed after `last`, while we looked which are there."""
        c = schema.ledger_lines.c
        later = sa.select(c.number).where(c.site == self._site, c.number > last.number)
        return conn.execute(later.where(c.kind == "destroyed").limit(1)).first() is None

    def _entries(self, conn: sa.Connection, last: Line) -> bytes:
        c = schema.ledger_lines.c
        chosen = sa.select(c.body).where(c.site == self._site, c.number <= last.number)
        bodies = conn.scalars(chosen.order_by(c.number))
        return b"".join(body.encode() + b"\n" for body in bodies)
