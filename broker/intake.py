"""One body on its way into a file: cut into pieces, looked at, stored, and made to count.

Waiting for a disk or a bucket costs more time than everything else, so several pieces are on their way
there at once, while what comes after is read. They are asked for in their order, so only what
is there without a gap ever counts, whichever was there first.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

from msgspec import Struct

from broker.file_contents import HEAD_BYTES
from broker.file_rows import Moved, Piece
from broker.files import PIECE_BYTES, Files, Gone, Writing
from broker.tasks import Ahead
from protocol.file_kinds import kind_of
from protocol.session import Session

ALGORITHMS: Final = ("sha1", "sha256", "md5")

AT_ONCE: Final = 4
"""Pieces of one body that are on their way into the store: a disk forces four in little more time than one."""

KEEP_SECONDS: Final = 1.0
"""On a slow line or one that stalls, what has come counts after so long, and those who wait are told of it."""

SELDOM_SECONDS: Final = 0.1
"""On a fast line, what has come counts no sooner: each time waits for the disk."""

TOGETHER: Final = 4
"""Pieces for which one commit does: a crash costs so many, and SQLite waits for the disk once."""


class WrongChecksum(Exception):
    """What came is not what was sent."""


class TooMuch(Exception):
    """More came than the file has."""


class WrongKind(Exception):
    """It is not what its name says."""


class Checksum(Struct, frozen=True):
    """What a body's digest by `algorithm` must be."""

    algorithm: str
    digest: bytes


class Intake:
    """Takes a body into the file of `writing`, which was offered in `session` as `name`; `told` is called
    each time when more of it counts.
    """

    def __init__(
        self,
        files: Files,
        writing: Writing,
        session: Session,
        name: str,
        checksum: Checksum | None,
        told: Callable[[], None],
    ) -> None:
        self._files = files
        self._writing = writing
        self._session = session
        self._name = name
        self._checksum = checksum
        self._told = told
        self._hash = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
        self._taken = writing.end
        self._buffer: list[bytes] = []
        self._buffered = 0
        self._storing = Ahead[None]()
        self._in_order = asyncio.Lock()
        self._reading = Ahead[bytes]()
        self._counting = Ahead[None]()
        self._kept_at = time.monotonic()
        self._seldom_at = 0.0

    async def take(self, next_bytes: Callable[[], Coroutine[Any, Any, bytes]]) -> None:
        """Take what `next_bytes` gives until that is b"", or the line is gone or to be left
        (`ConnectionError`, `TimeoutError`).

        What came before it failed is kept, unless there is a checksum. Raises `Gone`, `Moved`, `StoreFailed`,
        `TooMuch`, `WrongChecksum` and `WrongKind`.
        """
        whole = False
        async with self._storing, self._counting, self._reading:
            try:
                try:
                    while content := await self._next(next_bytes()):
                        await self._add(content)
                    whole = True
                except (ConnectionError, TimeoutError):
                    pass  # what came is kept, and its sender goes on from there
                await self._end(whole=whole)
            except (Gone, Moved, TooMuch, WrongChecksum, WrongKind):
                # What is still on its way would lie there for ever.
                await self._settle()
                await self._files.undo(self._writing)
                raise

    async def _next(self, reading: Coroutine[Any, Any, bytes]) -> bytes:
        """Return what comes next; when the line stalls, what has come counts meanwhile."""
        self._reading.begin(reading)
        if not self._checksum and not await self._reading.is_ready_within(KEEP_SECONDS):
            await self._keep()
        return await self._reading.result() or b""

    async def _add(self, content: bytes) -> None:
        if self._hash:
            self._hash.update(content)
        self._taken += len(content)
        if self._taken > self._writing.row.size:
            raise TooMuch
        while content:
            taken = content[: PIECE_BYTES - self._buffered]
            self._buffer.append(taken)
            self._buffered += len(taken)
            content = content[len(taken) :]
            if self._buffered == PIECE_BYTES:
                await self._put()
                await self._count_now_and_then()
        if not self._checksum and time.monotonic() - self._kept_at >= KEEP_SECONDS:
            await self._keep()

    async def _put(self) -> None:
        """Store what has come, while what comes after is read."""
        content = b"".join(self._buffer)
        self._buffer, self._buffered = [], 0
        while self._storing.ready or len(self._storing) == AT_ONCE:
            await self._stored()
        self._storing.begin(self._store(self._writing.add(len(content)), content))

    async def _store(self, piece: Piece, content: bytes) -> None:
        # Bytes are looked at in their order (who came first gets the lock first), and stored in any; but
        # nothing comes after the beginning before that is seen to be right, and its folder is on the disk.
        async with self._in_order:
            sealed = await asyncio.to_thread(self._writing.take, piece, content)
            del content  # memory that the next one can have
            if piece.start < HEAD_BYTES:
                self._check_beginning()
                await self._files.put(self._writing, piece, sealed)
                return
        await self._files.put(self._writing, piece, sealed)

    def _check_beginning(self) -> None:
        contents = self._writing.contents
        if contents is None or contents.size < min(HEAD_BYTES, self._writing.row.size):
            return
        kind = kind_of(self._name)
        kinds = self._session.rules.file_kinds
        if kind is None or kind not in kinds or not contents.may_be(kind):
            raise WrongKind

    async def _stored(self) -> None:
        """Wait until the first of the pieces that are on their way is there."""
        await self._storing.result()
        self._writing.stored += 1

    async def _count_now_and_then(self) -> None:
        # With a checksum nothing counts before all of it has been seen.
        now, many = time.monotonic(), self._writing.stored >= TOGETHER
        if not self._checksum and many and now >= self._seldom_at:
            self._seldom_at = now + SELDOM_SECONDS
            await self._counting.result()
            self._counting.begin(self._count())

    async def _end(self, *, whole: bool) -> None:
        if self._checksum and not whole:
            await self._settle()
            await self._files.undo(self._writing)
            return
        if self._checksum and self._hash and self._hash.digest() != self._checksum.digest:
            raise WrongChecksum
        await self._keep()
        self._files.leave(self._writing)

    async def _keep(self) -> None:
        """Make all that has come count."""
        if self._buffer:
            await self._put()
        await self._settle()
        await self._count()

    async def _settle(self) -> None:
        """Wait for all that is under way."""
        while len(self._storing):
            await self._stored()
        await self._counting.result()

    async def _count(self) -> None:
        """Make count what is there without a gap."""
        if self._writing.stored:
            await self._files.commit(self._writing)
            self._told()
        self._kept_at = time.monotonic()
