"""What goes between a film's maker and the process that composes it.

On the process's standard input stand a length (4 bytes, big-endian) and so many bytes of JSON, a `Head`; then
records as `Line` has them: kind 1, time 8 (µs from the recording's beginning), length 4, payload. A line of
kind `END` says how long the film is. On its standard output is the film.
"""

import struct
from typing import IO, Final, Literal, NamedTuple

import msgspec
from msgspec import Struct

BLANK: Final = 250
"""A line that is no record: from then on nothing is shown; its payload says why."""

END: Final = 255

NOTHING_TO_SHOW: Final = 3
"""The exit status where there is no video to preview."""

_LINE: Final = struct.Struct(">BQI")
_LENGTH: Final = struct.Struct(">I")

Way = Literal["film", "preview"]


class Head(Struct, frozen=True, kw_only=True):
    """What film is wanted: pixels of the largest picture in it, and the words that are burned in. `began` is
    in ms; `shift` is how many seconds its clock is ahead of UTC, whose name is `zone`.
    """

    way: Way
    width: int
    height: int
    began: int
    title: str
    label: str
    shift: int = 0
    zone: str = "UTC"
    nothing: str = ""
    paused: str = ""


class Line(NamedTuple):
    """One record, or a mark."""

    kind: int
    time: int
    payload: bytes


class BadLine(Exception):
    """What came in ends before its end."""


def write_head(head: Head) -> bytes:
    """Return `head` as the process reads it."""
    data = msgspec.json.encode(head)
    return _LENGTH.pack(len(data)) + data


def write_line(kind: int, time: int, payload: bytes = b"") -> bytes:
    """Return one line as the process reads it."""
    return _LINE.pack(kind, time, len(payload)) + payload


def read_head(stream: IO[bytes]) -> Head:
    """Read what `write_head` wrote, or raise `BadLine`."""
    (length,) = _LENGTH.unpack(_whole(stream, _LENGTH.size))
    return msgspec.json.decode(_whole(stream, length), type=Head)


def read_line(stream: IO[bytes]) -> Line:
    """Read what `write_line` wrote, or raise `BadLine`."""
    kind, time, length = _LINE.unpack(_whole(stream, _LINE.size))
    return Line(kind, time, _whole(stream, length))


def _whole(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise BadLine
    return data
