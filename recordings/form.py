"""How a sealed recording looks, byte by byte; `docs/recordings.md` says the same in words.

All numbers are unsigned and big-endian. A segment is a header and records; nothing in it can be read,
changed, moved or left out without showing. Nothing here knows a key.
"""

import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import Final

from msgspec import Struct

VERSION: Final = 1
MAGIC: Final = b"DSKR"
TAG_BYTES: Final = 16
"""What AES-GCM adds to each record."""

MOST_PAYLOAD: Final = 8 * 1024 * 1024 + 1024
"""The largest message of the picture, and a little for what stands around it."""

NO_DIGEST: Final = bytes(32)
"""What the first segment of a stretch names as the one before it."""

STRETCH: Final = 1_000_000
"""Each writer of a recording has so many numbers for its segments, from a multiple of this on: two that
do not know of each other cannot take each other's place.
"""

_SEGMENT: Final = struct.Struct(">4sB3x16s16sIQ32s")
_RECORD: Final = struct.Struct(">IIBB2xQ")
SEGMENT_HEADER_BYTES: Final = _SEGMENT.size
RECORD_HEADER_BYTES: Final = _RECORD.size


class BadForm(ValueError):
    """These bytes are no segment; the text says why."""


class Kind(IntEnum):
    """What a record holds. From 128 on the payload is personal text, sealed with a key of its own."""

    END = 0
    PICTURE = 1
    INPUT = 2
    FACT = 3
    PAUSED = 4
    RESUMED = 5
    WORDS = 128
    TYPED = 129


PERSONAL: Final = 128

LAST: Final = 1
"""The flag of a segment's last record."""


class SegmentHeader(Struct, frozen=True, kw_only=True):
    """What a segment says of itself before its records. `recording` and `writer` have 16 bytes;
    `time` is in µs since 1970; `previous` is SHA-256 of the whole segment before.
    """

    recording: bytes
    writer: bytes
    number: int
    time: int
    previous: bytes


class Sealed(Struct, frozen=True, kw_only=True):
    """A record as it is stored; `body` is the ciphertext with its tag, `at` where it begins."""

    number: int
    kind: Kind
    last: bool
    time: int
    body: bytes | memoryview
    at: int = 0


def write_segment_header(header: SegmentHeader) -> bytes:
    """Return the `SEGMENT_HEADER_BYTES` of `header`."""
    return _SEGMENT.pack(
        MAGIC,
        VERSION,
        header.recording,
        header.writer,
        header.number,
        header.time,
        header.previous,
    )


def read_segment_header(data: bytes | memoryview) -> SegmentHeader:
    """Read what `data` begins with, or raise `BadForm`."""
    if len(data) < SEGMENT_HEADER_BYTES:
        raise BadForm("cut short in its header")
    magic, version, recording, writer, number, time, previous = _SEGMENT.unpack_from(data)
    if magic != MAGIC:
        raise BadForm("not a segment")
    if version != VERSION:
        raise BadForm(f"written in version {version}; this reader knows {VERSION}")
    if any(data[5:8]):
        raise BadForm("something where nothing may stand")
    return SegmentHeader(
        recording=recording, writer=writer, number=number, time=time, previous=previous
    )


def write_record_header(number: int, kind: Kind, last: bool, time: int, payload: int) -> bytes:
    """Return the `RECORD_HEADER_BYTES` of a record with `payload` bytes."""
    return _RECORD.pack(payload + TAG_BYTES, number, kind, LAST if last else 0, time)


def read_records(data: bytes | memoryview) -> Iterator[Sealed]:
    """Yield the records of a whole segment `data` in their order, or raise `BadForm` where they end
    in the middle of one. Whether the last one says so is left to the caller.
    """
    view = memoryview(data)
    at, expected, time = SEGMENT_HEADER_BYTES, 0, 0
    while at < len(view):
        record = _read_record(view, at)
        if record.number != expected:
            raise BadForm(f"record {record.number} where {expected} belongs")
        if record.time < time:
            raise BadForm(f"record {record.number} is older than the one before it")
        yield record
        at += RECORD_HEADER_BYTES + len(record.body)
        if record.last and at < len(view):
            raise BadForm("something after its last record")
        expected, time = expected + 1, record.time


def whole_length(data: bytes | memoryview) -> int:
    """Return how many bytes of a segment that was cut anywhere hold whole records."""
    view = memoryview(data)
    at = SEGMENT_HEADER_BYTES
    while at < len(view):
        try:
            record = _read_record(view, at)
        except BadForm:
            break
        at += RECORD_HEADER_BYTES + len(record.body)
    return min(at, len(view))


def _read_record(view: memoryview, at: int) -> Sealed:
    if len(view) - at < RECORD_HEADER_BYTES:
        raise BadForm("cut short in a record's header")
    length, number, kind, flags, time = _RECORD.unpack_from(view, at)
    if flags & ~LAST or any(view[at + 10 : at + 12]):
        raise BadForm(f"record {number} has something where nothing may stand")
    if kind not in Kind.__members__.values():
        raise BadForm(f"record {number} is of kind {kind}, which version {VERSION} has not")
    if not TAG_BYTES <= length <= MOST_PAYLOAD + TAG_BYTES:
        raise BadForm(f"record {number} claims {length} bytes")
    begin = at + RECORD_HEADER_BYTES
    if len(view) - begin < length:
        raise BadForm(f"cut short in record {number}")
    return Sealed(
        number=number,
        kind=Kind(kind),
        last=bool(flags & LAST),
        time=time,
        body=view[begin : begin + length],
        at=at,
    )
