"""How far those who watch have drawn. Frames that their machine cannot keep up with are better not made.

A decoder queues what it cannot decode at once, and neither side of a line notices: everything has
arrived. So viewers tell what they have drawn, a relay passes on how far the quickest of them is, and film waits
while too much of it is on its way from the relay to a canvas. No clock is read here; times are given, in seconds.
"""

from collections import deque
from typing import Final

from msgspec import Struct

FRAMES: Final = 3
"""So many may be on their way at any time: one is decoded, one waits, of one the answer is under way."""

LATE_SECONDS: Final = 0.05
"""Above what it takes at best. A viewer may be far from the relay, where more frames are on their way."""

LONGEST_SECONDS: Final = 1.0
"""Nobody is waited for any longer: a viewer that cannot decode at all never tells."""


MOST_FRAMES: Final = 128
"""More than are made in `LONGEST_SECONDS`: the first of them is older than anybody is waited for."""


class _Frame(Struct):
    """A frame of film: its message, the byte at which that ends, and when the relay had it."""

    sequence: int
    ends: int
    arrived_at: float | None = None


class Sight:
    """How far viewers are, as told on one socket."""

    def __init__(self) -> None:
        self._frames: deque[_Frame] = deque(maxlen=MOST_FRAMES)
        """What nobody has drawn yet, as far as is known."""
        self._best = float("inf")

    def show(self, sequence: int, ends: int) -> None:
        """Take note that a frame leaves as message `sequence`, which ends at byte `ends` of all that was sent."""
        self._frames.append(_Frame(sequence, ends))

    def hear(self, received: int, drawn: int, now: float) -> None:
        """Take note that the relay has `received` so many bytes, and what viewers have `drawn`."""
        for frame in self._frames:
            if frame.ends > received:
                break
            if frame.arrived_at is None:
                frame.arrived_at = now
        while self._frames and self._frames[0].sequence <= drawn:
            frame = self._frames.popleft()
            if frame.arrived_at is not None:
                self._best = min(self._best, now - frame.arrived_at)

    def lags(self, now: float) -> bool:
        """Say whether viewers have more before them than they ought to."""
        if len(self._frames) < FRAMES or (since := self._frames[0].arrived_at) is None:
            return False
        if self._frames[FRAMES - 1].arrived_at is None:
            return False  # it is the line that is slow, which has a window of its own
        best = self._best if self._best < float("inf") else 0.0
        return best + LATE_SECONDS < now - since < LONGEST_SECONDS
