"""A film's bytes on their way out, in the order in which they are made, except for its beginning.

What writes a film goes back at its end, to say at the beginning where things are, and within the list of all
frames that it writes last. So the first `BEGINNING` bytes stay here until all is done, and the last `END`; nothing
else of it is held. Each stretch that goes out is where it belongs
(8 bytes), its length (4), and the bytes.
"""

import struct
from collections.abc import Iterator
from typing import IO, Final

BEGINNING: Final = 4 * 1024 * 1024

END: Final = 16 * 1024 * 1024
"""That list takes about 20 bytes a frame: 3 MB for four hours of ten frames a second."""

SENT: Final = 256 * 1024
"""So much is sent at once."""

_STRETCH: Final = struct.Struct(">QI")


class Tape:
    """A file for whoever writes a film; `out` is where it goes."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._beginning = bytearray()
        self._at = self._end = 0
        self._tail, self._tail_at = bytearray(), BEGINNING

    def write(self, data: bytes) -> int:
        """Write `data` where the film stands; what has gone out cannot be written again."""
        bare = bytes(data)
        length = len(bare)
        kept = bare[: max(0, BEGINNING - self._at)]
        if kept:
            self._beginning[self._at : self._at + len(kept)] = kept
        rest, at = bare[len(kept) :], self._at + len(kept)
        if rest:
            within = at - self._tail_at
            if not 0 <= within <= len(self._tail):
                raise OSError("only the beginning and the end of a film can be written again")
            self._tail[within : within + len(rest)] = rest
            if len(self._tail) >= END + SENT:
                self._send(len(self._tail) - END)
        self._at += length
        self._end = max(self._end, self._at)
        return length

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to `offset`."""
        self._at = offset + (0, self._at, self._end)[whence]
        return self._at

    def tell(self) -> int:
        """Say where the film stands."""
        return self._at

    def close(self) -> None:
        """Send the end, and the beginning, which is whole now."""
        while self._tail:
            self._send(min(SENT, len(self._tail)))
        self._out.write(_STRETCH.pack(0, len(self._beginning)) + self._beginning)
        self._out.flush()

    def _send(self, size: int) -> None:
        """Send the first `size` bytes of what is held of the end."""
        self._out.write(_STRETCH.pack(self._tail_at, size) + self._tail[:size])
        del self._tail[:size]
        self._tail_at += size


def stretches(data: bytearray) -> Iterator[tuple[int, bytes]]:
    """Yield where each stretch in `data` belongs, and it, and take it from there."""
    while len(data) >= _STRETCH.size:
        at, length = _STRETCH.unpack_from(data)
        if len(data) < _STRETCH.size + length:
            return
        stretch = bytes(data[_STRETCH.size : _STRETCH.size + length])
        del data[: _STRETCH.size + length]
        yield at, stretch
