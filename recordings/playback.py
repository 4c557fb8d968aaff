"""Opens segments for playing: what a page needs of them, without seal, in one run of bytes.

`browser/src/recording_bytes.ts` reads it. Each segment: its number and the bytes that follow, 4 each; then
its records: number 4, kind 1, time 8 (µs), length 4, payload. All big-endian and unsigned. Facts are left
out: whoever plays a recording has them from the transcript, with words that were not erased.
"""

import struct
from collections.abc import Container, Iterable, Iterator
from typing import Final

from msgspec import Struct

from recordings.form import Kind, Sealed, read_records, read_segment_header
from recordings.seal import DataKeys, SealBroken, SegmentSeal

SHOWN: Final = frozenset((Kind.PICTURE, Kind.INPUT, Kind.PAUSED, Kind.RESUMED))

_SEGMENT: Final = struct.Struct(">II")
_RECORD: Final = struct.Struct(">IBQI")


class Opened(Struct, frozen=True):
    """A record without its seal; `time` in µs."""

    number: int
    kind: Kind
    time: int
    payload: bytes


def open_segment(
    data: bytes,
    recording: bytes,
    number: int,
    keys: DataKeys,
    kinds: Iterable[Kind] = SHOWN,
    numbers: Container[int] | None = None,
) -> Iterator[Opened]:
    """Yield the records of `kinds`, or of them those with `numbers`, in the sealed segment `data`, which
    has to be segment `number` of `recording` (16 bytes). Raises `SealBroken` at the first that is not what
    was sealed, and `BadForm`.
    """
    header = read_segment_header(data)
    if (header.recording, header.number) != (recording, number):
        raise SealBroken(f"segment {number}: another one lies in its place")
    seal, wanted = SegmentSeal(keys, header), frozenset(kinds)
    for record in read_records(data):
        if record.kind in wanted and (numbers is None or record.number in numbers):
            yield _opened(seal, record)


def _opened(seal: SegmentSeal, record: Sealed) -> Opened:
    return Opened(record.number, record.kind, record.time, seal.open(record))


def write_opened(number: int, records: Iterable[Opened]) -> bytes:
    """Return segment `number` as a page reads it."""
    parts = [
        part
        for each in records
        for part in (
            _RECORD.pack(each.number, each.kind, each.time, len(each.payload)),
            each.payload,
        )
    ]
    return b"".join((_SEGMENT.pack(number, sum(map(len, parts))), *parts))
