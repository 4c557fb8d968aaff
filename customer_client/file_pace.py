"""How fast something goes, from how far it has come: the twin of `browser/src/file_pace.ts`."""

from typing import Final

HALF_LIFE_SECONDS: Final = 2.0

AT_ONCE_SECONDS: Final = 0.1
"""Reports that come in one burst say nothing about the line."""


class Pace:
    """A mean that forgets, over the last few seconds."""

    def __init__(self) -> None:
        self._bytes = -1
        self._at = 0.0
        self._speed = 0.0

    def at(self, count: int, now: float) -> float:
        """Take note that `count` bytes are there at `now` (s), and return the bytes a second."""
        passed = now - self._at
        if self._bytes < 0 or count < self._bytes:
            self._bytes, self._at, self._speed = count, now, 0.0
        elif passed >= AT_ONCE_SECONDS:
            fresh = (count - self._bytes) / passed
            kept = 0.5 ** (passed / HALF_LIFE_SECONDS) if self._speed else 0.0
            self._speed = kept * self._speed + (1 - kept) * fresh
            self._bytes, self._at = count, now
        return self._speed
