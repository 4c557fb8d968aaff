"""Takes what is sent of a file, whoever the protocol is spoken by; `tus_calls.py` speaks tus.

One writes to a file at a time. Who comes back after a cut line is not told to wait for the dead one:
that one stops where it is.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from broker.clock import Clock
from broker.desk import Desk
from broker.doorbell import Doorbell, Ring
from broker.file_checks import FileChecks
from broker.file_rows import FileRow
from broker.files import Files, Gone, Writing
from broker.intake import Checksum, Intake, WrongKind
from broker.marks import Marks
from protocol import requests as r
from protocol.identifiers import uuid7
from protocol.session import Party, Refused

READ_BYTES: Final = 256 * 1024
"""Taken from the line at once: what uvloop reads in one go."""

SILENT_SECONDS: Final = 60
"""A line on which nothing comes for so long is dead, whatever TCP thinks."""


class WrongOffset(Exception):
    """The file is not that far, or further."""


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
            told = partial(self._tell, writing)
            intake = Intake(self._files, writing, session, name, checksum, told)
            try:
                await intake.take(partial(turn.next_of, body))
            except WrongKind:
                await self._checks.withhold(row)
                raise
            if writing.start == row.size and not await self._checks.finish(known, session, name):
                raise WrongKind
            return writing.start

    def _tell(self, writing: Writing) -> None:
        """Tell of how much of a file counts."""
        row = writing.row
        ring = Ring(topic="file", subject=row.session, party=row.file, place=writing.start)
        self._doorbell.ring(ring)
        self._marks.moved(row.session, row.by)
