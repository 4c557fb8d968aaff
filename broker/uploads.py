"""Takes what is sent of a file, whoever the protocol is spoken by; `tus_calls.py` speaks tus.

One writes to a file at a time. Who comes back after a cut line is not told to wait for the dead one:
that one stops where it is.
"""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from msgspec import Struct

from broker.clock import Clock
from broker.desk import Desk
from broker.doorbell import Doorbell, Ring
from broker.file_checks import FileChecks
from broker.file_contents import HEAD_BYTES
from broker.file_rows import FileRow
from broker.files import PIECE_BYTES, TOGETHER, Files, Gone, Writing
from broker.marks import Marks
from broker.tasks import Ahead
from protocol import requests as r
from protocol.file_kinds import kind_of
from protocol.identifiers import uuid7
from protocol.session import Party, Refused, Session

ALGORITHMS: Final = ("sha1", "sha256", "md5")

KEEP_SECONDS: Final = 1.0
"""On a slow line, what has come counts after so long, and those who wait are told of it."""

SELDOM_SECONDS: Final = 0.1
"""On a fast line, what has come counts no sooner: each time waits for the disk."""

READ_BYTES: Final = 256 * 1024
"""Taken from the line at once: what uvloop reads in one go."""

SILENT_SECONDS: Final = 60
"""A line on which nothing comes for so long is dead, whatever TCP thinks."""


class WrongChecksum(Exception):
    """What came is not what was sent."""


class TooMuch(Exception):
    """More came than the file has."""


class WrongOffset(Exception):
    """The file is not that far, or further."""


class WrongKind(Exception):
    """It is not what its name says."""


class Checksum(Struct, frozen=True):
    """What a body's digest by `algorithm` must be."""

    algorithm: str
    digest: bytes


class Turn:
    """Who writes to a file; `give_way` is what others ask."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.here = 0
        self._reading: asyncio.Timeout | None = None

    def give_way(self) -> None:
        """Ask whoever writes to keep what has come, and to stop."""
        if self._reading:
            self._reading.reschedule(0)

    async def next_of(self, body: AsyncIterator[bytes]) -> bytes:
        """Return what comes next, b"" at the end; raise `TimeoutError` where one is to stop."""
        if self.here > 1:
            raise TimeoutError
        async with asyncio.timeout(SILENT_SECONDS) as limit:
            self._reading = limit
            try:
                return await anext(body, b"")
            finally:
                self._reading = None


class Uploads:
    """One per broker."""

    def __init__(
        self,
        clock: Clock,
        desk: Desk,
        doorbell: Doorbell,
        marks: Marks,
        files: Files,
        checks: FileChecks,
    ) -> None:
        self._clock = clock
        self._desk = desk
        self._doorbell = doorbell
        self._marks = marks
        self._files = files
        self._checks = checks
        self._turns: dict[str, Turn] = {}

    async def begin(self, session_id: str, file: str, size: int, sender: Party) -> FileRow:
        """Begin to take `file`, which `sender` offered in `session_id`, or go on; raise `Refused`."""
        session = await self._desk.session(session_id)
        known = session.files.get(file)
        if known is None or known.by != sender.id:
            raise Refused("unknown_file")
        if size > session.rules.file_bytes:
            raise Refused("file_too_large", str(session.rules.file_bytes))
        if known.state != "accepted" or session.state not in ("waiting", "talking"):
            raise Refused("not_now")
        if known.size != size:
            raise Refused("malformed")
        return await self._files.create(session_id, file, sender.id, size)

    async def of(self, file_id: str, sender: Party) -> FileRow:
        """Return the file that we call `file_id`, if `sender` sends it; raise `Refused`."""
        row = await self._files.find(file_id)
        if row is None or row.by != sender.id:
            raise Refused("unknown_file")
        return row

    @asynccontextmanager
    async def turn(self, file_id: str) -> AsyncIterator[Turn]:
        """Be the only one who writes to a file; who did so before stops."""
        turn = self._turns.setdefault(file_id, Turn())
        turn.here += 1
        turn.give_way()
        try:
            async with turn.lock:
                yield turn
        finally:
            turn.here -= 1
            if not turn.here:
                self._turns.pop(file_id, None)

    async def received(self, row: FileRow) -> int:
        """Return how much of `row` counts, once whoever writes to it has stopped."""
        async with self.turn(row.id):
            known = await self._files.find(row.id)
        if known is None:
            raise Refused("unknown_file")
        return known.received

    async def withdraw(self, row: FileRow, sender: Party) -> None:
        """Let `sender` withdraw `row`, or raise `Refused`."""
        request = uuid7(self._clock(), os.urandom(10))
        asked = r.WithdrawFile(id=request, session=row.session, file=row.file)
        await self._desk.ask(asked, sender)

    async def write(
        self,
        row: FileRow,
        offset: int,
        body: AsyncIterator[bytes],
        checksum: Checksum | None = None,
    ) -> int:
        """Add `body` to `row` at `offset`, and return how much of it is here then.

        What came before `body` failed is kept, unless there is a `checksum`. Raises `Gone`,
        `WrongOffset`, `WrongChecksum`, `TooMuch` and `WrongKind`.
        """
        async with self.turn(row.id) as turn:
            known = await self._files.find(row.id)
            if known is None:
                raise Gone
            if known.received != offset or known.state != "open":
                raise WrongOffset
            session = await self._desk.session(row.session)
            name = await self._files.name_of(known)
            if not name:
                raise Gone
            writing = await self._files.begin(known, session.customer)
            intake = _Intake(self, session, name, writing, checksum)
            await intake.take(body, turn)
            if writing.start == row.size and not await self._checks.finish(known, session, name):
                raise WrongKind
            return writing.start

    async def put(self, writing: Writing, content: bytes) -> None:
        """Store the next piece of a file."""
        await self._files.put(writing, content)

    async def commit(self, writing: Writing) -> None:
        """Make what was put count, and tell of it."""
        received = await self._files.commit(writing)
        row = writing.row
        self._doorbell.ring(Ring(topic="file", subject=row.session, party=row.file, place=received))
        self._marks.moved(row.session, row.by)

    async def undo(self, writing: Writing) -> None:
        """Forget what was put and does not count."""
        await self._files.undo(writing)

    async def check_beginning(self, writing: Writing, session: Session, name: str) -> None:
        """Raise `WrongKind` where the beginning shows that it cannot be what `name` says."""
        contents = self._files.beginning(writing.row.id)
        kind = kind_of(name)
        if contents is None or contents.size < min(HEAD_BYTES, writing.row.size):
            return
        if kind is None or kind not in session.rules.file_kinds or not contents.may_be(kind):
            await self._files.undo(writing)
            await self._checks.withhold(writing.row)
            raise WrongKind


class _Intake:
    """One body on its way into a file."""

    def __init__(
        self,
        uploads: Uploads,
        session: Session,
        name: str,
        writing: Writing,
        checksum: Checksum | None,
    ) -> None:
        self._uploads = uploads
        self._session = session
        self._name = name
        self._writing = writing
        self._checksum = checksum
        self._hash = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
        self._taken = writing.end
        self._buffer: list[bytes] = []
        self._buffered = 0
        self._storing = Ahead[None]()
        self._kept_at = time.monotonic()
        self._seldom_at = 0.0

    async def take(self, body: AsyncIterator[bytes], turn: Turn) -> None:
        """Take `body` until it ends or somebody else wants to write."""
        whole = False
        async with self._storing:
            try:
                while content := await turn.next_of(body):
                    await self._add(content)
                whole = True
            except (ConnectionError, TimeoutError):
                pass  # what came is kept, and its sender goes on from there
            await self._end(whole=whole)

    async def _add(self, content: bytes) -> None:
        if self._hash:
            self._hash.update(content)
        self._taken += len(content)
        if self._taken > self._writing.row.size:
            await self._storing.result()
            await self._uploads.undo(self._writing)
            raise TooMuch
        while content:
            taken = content[: PIECE_BYTES - self._buffered]
            self._buffer.append(taken)
            self._buffered += len(taken)
            content = content[len(taken) :]
            if self._buffered == PIECE_BYTES:
                await self._put()
        if not self._checksum and time.monotonic() - self._kept_at >= KEEP_SECONDS:
            await self._keep()

    async def _put(self) -> None:
        """Store what has come, while what comes after is read."""
        await self._storing.result()
        content = b"".join(self._buffer)
        self._buffer, self._buffered = [], 0
        self._storing.begin(self._store(content))

    async def _store(self, content: bytes) -> None:
        first = self._writing.end < HEAD_BYTES
        await self._uploads.put(self._writing, content)
        if first:
            await self._uploads.check_beginning(self._writing, self._session, self._name)
        # With a checksum nothing counts before all of it has been seen.
        now, many = time.monotonic(), len(self._writing.pieces) >= TOGETHER
        if not self._checksum and many and now >= self._seldom_at:
            self._seldom_at = now + SELDOM_SECONDS
            await self._commit()

    async def _end(self, *, whole: bool) -> None:
        if self._checksum and not (whole and self._fits(self._checksum)):
            await self._storing.result()
            await self._uploads.undo(self._writing)
            if whole:
                raise WrongChecksum
            return
        await self._keep()

    def _fits(self, checksum: Checksum) -> bool:
        return self._hash is not None and self._hash.digest() == checksum.digest

    async def _keep(self) -> None:
        if self._buffer:
            await self._put()
        await self._storing.result()
        await self._commit()

    async def _commit(self) -> None:
        if self._writing.pieces:
            await self._uploads.commit(self._writing)
        self._kept_at = time.monotonic()
