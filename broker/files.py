"""Files of sessions, in the store: written piece by piece, sealed, and read back.

A file grows by whole pieces, each an object of its own. A piece counts once its row is committed, so
whatever is killed in between, the next one to write begins where the rows end; an object without a row
is never read, and goes with its file.
"""

import asyncio
import json
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from functools import partial
from itertools import zip_longest

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from broker import file_rows as rows
from broker.clock import Clock
from broker.database import Database
from broker.file_contents import Contents
from broker.file_rows import FileRow, Moved, Piece
from broker.file_seal import PieceSeal
from broker.tasks import Ahead
from recordings.keys import SiteKeys
from recordings.seal import KEY_BYTES, SealBroken
from recordings.store import Store, StoreFailed
from recordings.wrapping import NoKey

PIECE_BYTES = 1024**2
"""What a writer holds in memory, and what a reader fetches at a time."""

AHEAD = 2
"""So many pieces are fetched and opened while one is sent."""

TOGETHER = 4
"""Pieces for which one commit does: a crash costs so many, and SQLite waits for the disk once."""

REMEMBERED = 500
"""Files under way whose digest is kept in the making, some hundred bytes each."""

PREFIX = "files"


class Gone(Exception):
    """The file was withdrawn or erased meanwhile."""


class Writing(Struct):
    """One writer of a file: `pieces` are stored and not committed yet, from `start` on."""

    row: FileRow
    seal: PieceSeal
    start: int
    pieces: list[Piece]

    @property
    def end(self) -> int:
        """Where the next piece begins."""
        return sum((piece.size for piece in self.pieces), self.start)


class Files:
    """One per broker."""

    def __init__(
        self, database: Database, site: str, clock: Clock, store: Store, keys: SiteKeys
    ) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._store = store
        self._keys = keys
        self._contents: OrderedDict[str, Contents] = OrderedDict()

    # --- rows

    async def find(self, file_id: str) -> FileRow | None:
        """Return the file that we call `file_id`, if it is there."""
        return await self._database.read(partial(rows.find, site=self._site, file_id=file_id))

    async def find_in(self, session: str, file: str) -> FileRow | None:
        """Return what is called `file` in `session`, if it is there."""
        work = partial(rows.find_in, site=self._site, session=session, file=file)
        return await self._database.read(work)

    async def create(self, session: str, file: str, by: str, size: int) -> FileRow:
        """Begin the file called `file` in `session`, or return the one that was begun."""
        row = self._fresh(session, file, by, size)
        return await self._database.write(partial(self._create, row=row))

    def _fresh(self, session: str, file: str, by: str, size: int) -> FileRow:
        return FileRow(
            id=secrets.token_hex(16),
            session=session,
            file=file,
            by=by,
            place=0,
            size=size,
            received=0,
            state="open",
            digest="",
            kind="",
            changed_at=self._clock(),
        )

    def _create(self, conn: sa.Connection, row: FileRow) -> FileRow:
        place = rows.offered_at(conn, self._site, row.session, row.file)
        return rows.create(conn, self._site, replace(row, place=place))

    async def hold(self, session: str, file: str, by: str, size: int, *, held: bool) -> None:
        """Let `file` pause, or go on, also where nothing of it has come yet."""
        row = self._fresh(session, file, by, size)
        await self._database.write(partial(self._hold, row=row, held=held))

    def _hold(self, conn: sa.Connection, *, row: FileRow, held: bool) -> None:
        rows.hold(conn, self._site, self._create(conn, row).id, held=held)

    async def holds_in(self, session: str) -> dict[str, bool]:
        """Return for each file that is sent in `session` whether it is paused."""
        work = partial(rows.holds_in, site=self._site, session=session)
        return await self._database.read(work)

    async def forsake(self, file_id: str) -> None:
        """Let a file be deleted."""
        self._contents.pop(file_id, None)
        work = partial(rows.forsake, site=self._site, file_id=file_id)
        await self._database.write(work)

    # --- writing

    async def begin(self, row: FileRow, customer: str) -> Writing:
        """Go on with `row`, a file in the session of `customer`."""
        seal = await self._seal(row, customer, make=True)
        return Writing(row=row, seal=seal, start=row.received, pieces=[])

    async def put(self, writing: Writing, content: bytes) -> None:
        """Store the next piece; it counts once it is committed."""
        name = f"{writing.end:012x}-{secrets.token_hex(4)}"
        seen = self._seen(writing)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._store_sealed(writing, name, content))
                if seen:
                    both.create_task(asyncio.to_thread(seen.add, content))
        except* StoreFailed as group:
            # Whoever looked has seen what is not there.
            self._contents.pop(writing.row.id, None)
            raise group.exceptions[0] from None
        writing.pieces.append(Piece(writing.end, len(content), name))

    async def _store_sealed(self, writing: Writing, name: str, content: bytes) -> None:
        sealed = await asyncio.to_thread(writing.seal.seal, writing.end, content)
        await self._store.put(self._path(writing.row.id, name), sealed)

    def _seen(self, writing: Writing) -> Contents | None:
        """Return who looks at the file as it goes by, if they have seen all of it so far."""
        file = writing.row.id
        known = self._contents.pop(file, None)
        if writing.end == 0:
            known = Contents()
        if known is None or known.size != writing.end:
            return None
        self._contents[file] = known
        while len(self._contents) > REMEMBERED:
            self._contents.popitem(last=False)
        return known

    async def commit(self, writing: Writing) -> int:
        """Make what was put count, and return how much of the file is here. Raises `Gone`, or
        `Moved` where another writer was quicker.
        """
        if writing.pieces:
            work = partial(
                rows.advance,
                site=self._site,
                file_id=writing.row.id,
                start=writing.start,
                pieces=tuple(writing.pieces),
                now=self._clock(),
            )
            try:
                await self._database.write(work)
            except Moved:
                self._contents.pop(writing.row.id, None)
                if await self.find(writing.row.id) is None:
                    raise Gone from None
                raise
            writing.start, writing.pieces = writing.end, []
        return writing.start

    async def undo(self, writing: Writing) -> None:
        """Forget what was put and not committed."""
        self._contents.pop(writing.row.id, None)
        for piece in writing.pieces:
            await self._store.delete(self._path(writing.row.id, piece.name))
        writing.pieces = []

    def beginning(self, file_id: str) -> Contents | None:
        """Return what is known of a file that is being written."""
        return self._contents.get(file_id)

    async def contents(self, row: FileRow, customer: str) -> Contents:
        """Return what all of `row` says about itself."""
        known = self._contents.pop(row.id, None)
        if known and known.size == row.size:
            return known
        contents = Contents()
        async for content in self.read(row, customer):
            await asyncio.to_thread(contents.add, content)
        return contents

    async def mark_whole(self, row: FileRow, digest: str, kind: str) -> FileRow:
        """Note that all of `row` is here, and what it is."""
        work = partial(
            rows.mark_whole,
            site=self._site,
            file_id=row.id,
            digest=digest,
            kind=kind,
            now=self._clock(),
        )
        await self._database.write(work)
        known = await self.find(row.id)
        if known is None:
            raise Gone
        return known

    # --- reading

    async def read(
        self, row: FileRow, customer: str, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """Yield what stands from `start` to before `end`, a piece at a time. Raises `Gone`,
        `SealBroken`, and `StoreFailed` while the store is away.
        """
        end = row.size if end is None else end
        seal = await self._seal(row, customer, make=False)
        wanted = [
            piece
            for piece in await self._pieces(row)
            if piece.start < end and piece.start + piece.size > start
        ]
        async with Ahead[bytes]() as ahead:
            for piece in wanted[:AHEAD]:
                ahead.begin(self._open(row, seal, piece))
            for piece, after in zip_longest(wanted, wanted[AHEAD:]):
                content = await ahead.result()
                assert content is not None  # one was begun for each
                if after:
                    ahead.begin(self._open(row, seal, after))
                yield content[max(0, start - piece.start) : end - piece.start]

    async def _pieces(self, row: FileRow) -> list[Piece]:
        """Return all pieces of `row` in order; raise `SealBroken` where one is missing."""
        work = partial(rows.pieces_of, site=self._site, file_id=row.id)
        pieces, at = await self._database.read(work), 0
        for piece in pieces:
            if piece.start != at:
                raise SealBroken(f"file {row.id}, byte {at}")
            at += piece.size
        return pieces

    async def _open(self, row: FileRow, seal: PieceSeal, piece: Piece) -> bytes:
        sealed = await self._store.view(self._path(row.id, piece.name))
        content = await asyncio.to_thread(seal.open, piece.start, sealed)
        if len(content) != piece.size:
            raise SealBroken(f"file {row.id}, byte {piece.start}")
        return content

    async def name_of(self, row: FileRow) -> str:
        """Return what `row` was called when it was offered, "" where that was erased."""
        work = partial(rows.words_at, site=self._site, session=row.session, place=row.place)
        words = await self._database.read(work)
        return str(json.loads(words)["name"]) if words else ""

    # --- deleting

    async def delete(self, row: FileRow) -> None:
        """Delete `row` from the store, and then its rows."""
        await self._store.delete_all(f"{PREFIX}/{self._site}/{row.id}")
        self._contents.pop(row.id, None)
        work = partial(rows.drop, site=self._site, file_id=row.id)
        await self._database.write(work)

    async def gone(self) -> list[FileRow]:
        """Return files that are to be deleted."""
        return await self._in_state("gone")

    async def whole(self) -> list[FileRow]:
        """Return files that are all here, and that nobody may have yet."""
        return await self._in_state("whole")

    async def _in_state(self, state: rows.State) -> list[FileRow]:
        return await self._database.read(partial(rows.in_state, site=self._site, state=state))

    async def unfinished(self) -> list[FileRow]:
        """Return files that are all here, which nobody has said yet."""
        return await self._database.read(partial(rows.unfinished, site=self._site))

    async def expired(self, before: int) -> list[FileRow]:
        """Return files to which nothing has come since `before`."""
        return await self._database.read(partial(rows.expired, site=self._site, before=before))

    # --- keys

    async def _seal(self, row: FileRow, customer: str, *, make: bool) -> PieceSeal:
        side = row.side(customer)
        use = rows.use_of(side)
        where = {"site": self._site, "session": row.session, "side": side}
        wrapped = await self._database.read(partial(rows.wrapped_key, **where))  # type: ignore[arg-type]
        if wrapped is None:
            if not make:
                raise Gone
            key = secrets.token_bytes(KEY_BYTES)
            fresh = await self._asked(self._keys.wrap, row.session, use, key)
            put = partial(rows.put_key, wrapped=fresh, **where)  # type: ignore[arg-type]
            wrapped = await self._database.write(put)
        bare = await self._asked(self._keys.unwrap, row.session, use, wrapped)
        return PieceSeal(bare, row.id)

    async def _asked(
        self, ask: Callable[[str, str, bytes], bytes], session: str, use: str, key: bytes
    ) -> bytes:
        try:
            # A thread asks: they may be in a service far away.
            return await asyncio.to_thread(ask, session, use, key)
        except NoKey as fault:
            raise StoreFailed(str(fault)) from None

    def _path(self, file_id: str, name: str) -> str:
        return f"{PREFIX}/{self._site}/{file_id}/{name}"
