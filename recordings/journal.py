"""The local journal of a recording while it is made: sealed records, cut into segments.

Each record is handed to the operating system before `keep` returns, so that killing the process loses
none; a closed segment is forced to the disk, so that a power loss costs at most `SEGMENT_SECONDS`.
Nothing here is asynchronous or safe to call from two threads: a recording has one writer.
"""

import hashlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from recordings.form import (
    MOST_PAYLOAD,
    NO_DIGEST,
    Kind,
    SegmentHeader,
    read_records,
    read_segment_header,
    whole_length,
    write_segment_header,
)
from recordings.seal import DataKeys, SegmentSeal

SEGMENT_SECONDS: Final = 2
SEGMENT_BYTES: Final = 1024 * 1024
MOST_BYTES: Final = 512 * 1024 * 1024
"""So much of one recording may wait for the store before the journal is full."""

PART: Final = ".part"
SEGMENT: Final = ".seg"

Full = Literal["", "key", "exact"]
"""A record from which the picture can be shown: a video's key frame, or exact pixels of it all."""


class JournalFailed(Exception):
    """A record could not be kept; the text says why. Nothing of it is in the journal."""


class FullPicture(Struct, frozen=True, kw_only=True):
    """Where a segment holds a full picture: its record, and when (µs)."""

    record: int
    time: int
    full: Full


class SegmentRow(Struct, frozen=True, kw_only=True):
    """What the index says of one segment; digests in hex, times in µs."""

    number: int
    writer: str
    digest: str
    size: int
    records: int
    begins: int
    ends: int
    whole: bool = True
    """Whether its last record says that it is the last. One that was cut short by a crash is not."""
    pictures: tuple[FullPicture, ...] = ()


class _Open(Struct, kw_only=True):
    """The segment that is being written."""

    header: SegmentHeader
    seal: SegmentSeal
    handle: int
    path: Path
    digest: "hashlib._Hash"
    size: int
    records: int = 0
    ends: int = 0
    is_ended: bool = False
    """Whether it has its last record, and is only to be put away."""
    pictures: list[FullPicture]


class Journal:
    """Writes `recording` (16 bytes) into `folder`, from segment `first` on."""

    def __init__(
        self,
        folder: Path,
        recording: bytes,
        keys: DataKeys,
        *,
        first: int = 0,
        previous: bytes = NO_DIGEST,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.folder = folder
        self.closed: list[SegmentRow] = []
        """The segments that were closed and are not yet taken away by `forget`, in order."""
        self._recording = recording
        self._keys = keys
        # A second writer of the same recording, such as one that was thought dead, seals with other
        # keys and can neither repeat a nonce nor pass for this one.
        self._writer = secrets.token_bytes(16)
        self._next = first
        self._previous = previous
        self._most_bytes = most_bytes
        self._open: _Open | None = None
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as fault:
            raise JournalFailed(_words(fault)) from fault

    @property
    def waiting_bytes(self) -> int:
        """How much is closed and not yet taken away."""
        return sum(row.size for row in self.closed)

    def keep(self, kind: Kind, time: int, payload: bytes, full: Full = "") -> None:
        """Seal `payload` of µs `time` and write it, or raise `JournalFailed`. What says an earlier
        time than the record before it is given that record's.
        """
        if len(payload) > MOST_PAYLOAD:
            raise JournalFailed(f"a record of {len(payload)} bytes")
        self.tick(time)
        if self._open and self._open.is_ended:
            self.close()
        opened = self._open or self._begin(time)
        number, time = opened.records, max(time, opened.ends)
        self._write(opened, kind, time, payload, last=False)
        if full:
            opened.pictures.append(FullPicture(record=number, time=time, full=full))
        if opened.size >= SEGMENT_BYTES:
            self.close()

    def is_due(self, time: int) -> bool:
        """Say whether the segment that is being written is as old as one may get at `time`. This may be
        asked from another thread.
        """
        opened = self._open
        return opened is not None and time - opened.header.time >= SEGMENT_SECONDS * 1_000_000

    def tick(self, time: int) -> None:
        """Close the segment that is as old as one may get at `time`."""
        if self.is_due(time):
            self.close()

    def close(self) -> None:
        """Close the segment that is being written, if any, and force it to the disk."""
        if not (opened := self._open):
            return
        if not opened.is_ended:
            self._write(opened, Kind.END, opened.ends, b"", last=True)
            opened.is_ended = True
        try:
            # Tried again by whoever comes next, if it fails.
            os.fsync(opened.handle)
            opened.path.rename(opened.path.with_suffix(SEGMENT))
        except OSError as fault:
            raise JournalFailed(_words(fault)) from fault
        os.close(opened.handle)
        digest = opened.digest.digest()
        self._open, self._previous, self._next = None, digest, self._next + 1
        self.closed.append(
            SegmentRow(
                number=opened.header.number,
                writer=self._writer.hex(),
                digest=digest.hex(),
                size=opened.size,
                records=opened.records,
                begins=opened.header.time,
                ends=opened.ends,
                pictures=tuple(opened.pictures),
            )
        )

    def path_of(self, number: int) -> Path:
        """Return where the closed segment `number` lies."""
        return self.folder / f"{number:08d}{SEGMENT}"

    def forget(self, row: SegmentRow) -> None:
        """Take away the segment of `row`, which is safe elsewhere."""
        self.path_of(row.number).unlink(missing_ok=True)
        self.closed.remove(row)

    def _begin(self, time: int) -> _Open:
        if self.waiting_bytes >= self._most_bytes:
            raise JournalFailed("the journal is full")
        header = SegmentHeader(
            recording=self._recording,
            writer=self._writer,
            number=self._next,
            time=time,
            previous=self._previous,
        )
        path = self.folder / f"{self._next:08d}{PART}"
        begun = write_segment_header(header)
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)
            try:
                _write_all(handle, begun, 0)
            except OSError:
                os.close(handle)
                path.unlink()
                raise
        except OSError as fault:
            raise JournalFailed(_words(fault)) from fault
        self._open = _Open(
            header=header,
            seal=SegmentSeal(self._keys, header),
            handle=handle,
            path=path,
            digest=hashlib.sha256(begun),
            size=len(begun),
            ends=time,
            pictures=[],
        )
        return self._open

    def _write(self, opened: _Open, kind: Kind, time: int, payload: bytes, *, last: bool) -> None:
        record = opened.seal.seal(opened.records, kind, time, payload, last=last)
        try:
            _write_all(opened.handle, record, opened.size)
        except OSError as fault:
            raise JournalFailed(_words(fault)) from fault
        opened.digest.update(record)
        opened.size += len(record)
        opened.records += 1
        opened.ends = time


def sealed_at_once(
    keys: DataKeys,
    recording: bytes,
    records: Sequence[tuple[Kind, int, bytes]],
    *,
    number: int,
    previous: bytes,
) -> tuple[SegmentRow, bytes]:
    """Return segment `number` of `recording` with `records` (kind, µs, payload; at least one) and no
    others, and its row in the index. `previous` is the digest of the segment before it.
    """
    writer, time = secrets.token_bytes(16), records[0][1]
    header = SegmentHeader(
        recording=recording, writer=writer, number=number, time=time, previous=previous
    )
    seal, parts = SegmentSeal(keys, header), [write_segment_header(header)]
    for kind, at, payload in records:
        time = max(time, at)
        parts.append(seal.seal(len(parts) - 1, kind, time, payload, last=False))
    parts.append(seal.seal(len(parts) - 1, Kind.END, time, b"", last=True))
    data = b"".join(parts)
    return row_of(data), data


def _write_all(handle: int, data: bytes, before: int) -> None:
    """Append `data` to the file, or nothing of it."""
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
    except OSError:
        # Half a record would make everything after it unreadable.
        os.ftruncate(handle, before)
        raise


def row_of(data: bytes) -> SegmentRow:
    """Return what the index says of the segment `data` (its full pictures apart, which only who
    wrote it knows), or raise `BadForm`.
    """
    header = read_segment_header(data)
    records = list(read_records(data))
    return SegmentRow(
        number=header.number,
        writer=header.writer.hex(),
        digest=hashlib.sha256(data).hexdigest(),
        size=len(data),
        records=len(records),
        begins=header.time,
        ends=records[-1].time if records else header.time,
        whole=bool(records) and records[-1].last,
    )


def salvage(folder: Path) -> list[Path]:
    """Make what a killed writer left in `folder` readable, and return its segments in order: of the
    one it was at, whole records only.
    """
    for part in folder.glob("*" + PART):
        data = part.read_bytes()
        with part.open("r+b") as file:
            file.truncate(whole_length(data))
            os.fsync(file.fileno())
        part.rename(part.with_suffix(SEGMENT))
    return sorted(folder.glob("*" + SEGMENT))


def _words(fault: OSError) -> str:
    return fault.strerror or type(fault).__name__
