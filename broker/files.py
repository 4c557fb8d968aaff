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

REMEMBERED = 500
"""Files under way whose digest is kept in the making, some hundred bytes each."""

PREFIX = "files"


class Gone(Exception):
    """The file was withdrawn or erased meanwhile."""


class Writing(Struct):
    """One writer of a file, of which `start` bytes count. `pieces` come after that; the first `stored` of them
    are in the store, the others on their way there. `contents` looks at the file as it goes by, if
    it has seen all of it so far.
    """

    row: FileRow
    seal: PieceSeal
    start: int
    contents: Contents | None
    pieces: list[Piece]
    stored: int = 0

    @property
    def end(self) -> int:
        """Where the next piece begins."""
        last = self.pieces[-1] if self.pieces else None
        return last.start + last.size if last else self.start

    def add(self, size: int) -> Piece:
        """Return the next piece, of `size` bytes."""
        piece = Piece(self.end, size, f"{self.end:012x}-{secrets.token_hex(4)}")
        self.pieces.append(piece)
        return piece

    def take(self, piece: Piece, content: bytes) -> bytearray:
        """Look at `content`, which is `piece`, and return it sealed. It comes after what was looked at last."""
        if self.contents:
            self.contents.add(content)
        return self.seal.seal(piece.start, content)


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
        contents = self._contents.pop(row.id, None)
        if row.received == 0:
            contents = Contents()
        if contents and contents.size != row.received:
            contents = None
        return Writing(row=row, seal=seal, start=row.received, contents=contents, pieces=[])

    async def put(self, writing: Writing, piece: Piece, sealed: bytearray) -> None:
        """Store `piece` of `writing`. It counts once it is committed, and all before it are."""
        await self._store.put(self._path(writing.row.id, piece.name), sealed)

    async def commit(self, writing: Writing) -> None:
        """Make the stored pieces count. Raises `Gone`, or `Moved` where another writer was quicker."""
        pieces = tuple(writing.pieces[: writing.stored])
        work = partial(
            rows.advance,
            site=self._site,
            file_id=writing.row.id,
            start=writing.start,
            pieces=pieces,
            now=self._clock(),
        )
        try:
            await self._database.write(work)
        except Moved:
            if await self.find(writing.row.id) is None:
                raise Gone from None
            raise
        # More may have been stored meanwhile.
        writing.start += sum(piece.size for piece in pieces)
        writing.stored -= len(pieces)
        del writing.pieces[: len(pieces)]

    async def undo(self, writing: Writing) -> None:
        """Delete all pieces that do not count. None may be on its way any more."""
        for piece in writing.pieces:
            await self._store.delete(self._path(writing.row.id, piece.name))
        writing.pieces, writing.stored = [], 0

    def leave(self, writing: Writing) -> None:
        """Remember, for who goes on with the file, what `writing` has seen of it: all that counts."""
        if writing.contents and writing.contents.size == writing.start:
            self._contents[writing.row.id] = writing.contents
            while len(self._contents) > REMEMBERED:
                self._contents.popitem(last=False)

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
