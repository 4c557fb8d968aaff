"""A journal in plain files: one a session, each message with its time and length before it.

Nothing in it is sealed: it stands in for recordings while those are tried out, and is no recording.
What was written survives the death of the relay, but not the last seconds before a power cut.
"""

import asyncio
import errno
import os
import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from broker.relay.journal import JournalFailed
from protocol.fields import Id

HEAD: Final = struct.Struct(">QI")
"""When it was received (ms since 1970), and how many bytes follow."""


class FileJournal:
    """Keeps messages in files of `folder`, which is made where it is missing."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        # One thread: the order of a session's messages is that of their writing.
        self._writer = ThreadPoolExecutor(1, "journal")

    async def keep(self, session: Id, data: bytes, now: int) -> None:
        """Write `data` to the session's file, or raise `JournalFailed`."""
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._writer, self._write, session, data, now)
        except OSError as fault:
            raise JournalFailed(fault.strerror or "") from None

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
