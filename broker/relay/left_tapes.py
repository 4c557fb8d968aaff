"""What relays that died have left in their journals.

Each life of a relay has a folder of its own, and holds a lock on a file in it. Whoever gets that lock
knows that the relay is dead, even if it had only been stopped for a minute: it stores what was left.
"""

import fcntl
import os
import secrets
from pathlib import Path
from typing import Final

import structlog

from protocol.fields import Id
from recordings.form import SEGMENT_HEADER_BYTES, STRETCH, BadForm
from recordings.journal import SegmentRow, row_of, salvage

log = structlog.get_logger()

LOCK: Final = "lock"


class Left:
    """What one life left of a stretch of `recording`, at least one segment."""

    def __init__(self, folder: Path, segments: list[Path]) -> None:
        self.folder = folder
        self.recording = folder.name
        self._paths = {int(path.stem): path for path in segments}
        self.stretch = next(iter(self._paths)) // STRETCH
        self.closed: list[SegmentRow] = [row_of(path.read_bytes()) for path in segments]

    def is_due(self, _time: int) -> bool:
        """Nothing is open here."""
        return False

    def tick(self, _time: int) -> None:
        """Nothing is open here."""

    def close(self) -> None:
        """Nothing is open here."""

    def path_of(self, number: int) -> Path:
        """Return where segment `number` lies."""
        return self._paths[number]

    def forget(self, row: SegmentRow) -> None:
        """Take away the segment of `row`."""
        self.path_of(row.number).unlink(missing_ok=True)
        self.closed.remove(row)


class LeftTapes:
    """One per life of a relay: makes its own folder below `root`, and finds those of the dead."""

    def __init__(self, root: Path) -> None:
        self.life: Id = secrets.token_hex(16)
        self.folder = root / self.life
        self._root = root
        self.folder.mkdir(mode=0o700, parents=True)
        own = _locked(self.folder)
        assert own is not None
        self._locks: dict[Path, int] = {self.folder: own}

    def look(self) -> list[Left]:
        """Return what those left that have died since the last look."""
        found: list[Left] = []
        for lock in self._root.glob(f"*/{LOCK}"):
            folder = lock.parent
            if folder in self._locks:
                continue
            handle = _locked(folder)
            if handle is not None:
                self._locks[folder] = handle
                found += _left_in(folder)
        return found

    def emptied(self) -> list[Id]:
        """Return the dead of whom nothing is left any more, and remove their folders."""
        gone = [
            folder
            for folder in self._locks
            if folder != self.folder and not any(each.is_dir() for each in folder.iterdir())
        ]
        for folder in gone:
            remove(folder)
            os.close(self._locks.pop(folder))
        return [folder.name for folder in gone]

    def close(self) -> None:
        """Let go of all; an empty folder of our own is removed."""
        if not any(each.is_dir() for each in self.folder.iterdir()):
            remove(self.folder)
        for handle in self._locks.values():
            os.close(handle)
        self._locks.clear()


def remove(folder: Path) -> None:
    """Remove `folder`, in which nothing is left but its lock."""
    (folder / LOCK).unlink(missing_ok=True)
    folder.rmdir()


def _locked(folder: Path) -> int | None:
    """Return the lock on `folder`, or None if its relay lives."""
    handle = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def _with_records(segments: list[Path]) -> list[Path]:
    """Take away the segment that was only begun, and return the others."""
    for path in segments:
        if path.stat().st_size <= SEGMENT_HEADER_BYTES:
            path.unlink()
    return [path for path in segments if path.exists()]


def _left_in(folder: Path) -> list[Left]:
    found: list[Left] = []
    for recording in (each for each in folder.iterdir() if each.is_dir()):
        try:
            segments = _with_records(salvage(recording))
            if segments:
                found.append(Left(recording, segments))
            else:
                recording.rmdir()
        except (OSError, BadForm, ValueError):
            # What cannot be read is kept for somebody who can, and does not stop the rest.
            log.exception("left_tape_unreadable", folder=str(recording))
    return found
