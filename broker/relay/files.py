"""A journal in plain files: one a session, each message with its time and length before it.

Nothing in it is sealed: it stands in for recordings while those are tried out, and is no recording.
What was written survives the death of the relay, but not the last seconds before a power cut.
"""

import asyncio
import errno
import os
import struct
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

from msgspec import Struct

from broker.relay.journal import JournalFailed
from protocol.fields import Id

HEAD: Final = struct.Struct(">QI")
"""When it was received (ms since 1970), and how many bytes follow."""


class Record(Struct):
    """A message that waits to be written, and who waits for that."""

    session: Id
    data: bytes
    at: int
    kept: asyncio.Future[None]


class FileJournal:
    """Keeps messages in files of `folder`, which is made where it is missing.

    All that comes while something is being written is written next, in one go: to wake a thread costs
    more than to write.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._writer = ThreadPoolExecutor(1, "journal")
        self._waiting: list[Record] = []
        self._is_writing = False

    async def keep(self, session: Id, data: bytes, now: int) -> None:
        """Write `data` to the session's file, or raise `JournalFailed`."""
        kept = asyncio.get_running_loop().create_future()
        self._waiting.append(Record(session, data, now, kept))
        self._next()
        await kept

    def _next(self) -> None:
        # Who was not served in time has gone.
        self._waiting = [each for each in self._waiting if not each.kept.done()]
        if self._is_writing or not self._waiting:
            return
        self._is_writing = True
        batch, self._waiting = self._waiting, []
        loop = asyncio.get_running_loop()
        written = loop.run_in_executor(self._writer, self._write_all, batch)
        written.add_done_callback(partial(self._settle, batch))

    def _settle(self, batch: list[Record], written: asyncio.Future[list[OSError | None]]) -> None:
        self._is_writing = False
        for record, fault in zip(batch, written.result(), strict=True):
            if record.kept.done():
                continue
            if fault:
                record.kept.set_exception(JournalFailed(fault.strerror or ""))
            else:
                record.kept.set_result(None)
        self._next()

    def _write_all(self, batch: list[Record]) -> list[OSError | None]:
        return [self._written(each) for each in batch]

    def _written(self, record: Record) -> OSError | None:
        try:
            self._write(record.session, record.data, record.at)
        except OSError as fault:
            return fault
        return None

    def _write(self, session: Id, data: bytes, now: int) -> None:
        file = os.open(self._folder / session, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            record = HEAD.pack(now, len(data)) + data
            written = os.write(file, record)
            if written < len(record):
                # The disk was full half way: what cannot be read again is not kept.
                os.ftruncate(file, os.lseek(file, 0, os.SEEK_END) - written)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        finally:
            os.close(file)
