"""How much of a picture may be on its way: a window in bytes, sized by the delay that it adds.

A reliable stream hides loss, but shows congestion as growing delay. So the receiver acknowledges
byte positions, and the sender compares how long an answer takes with how long it takes at best:
what is more is delay that our own bytes add. The idea and its steps are those of TigerVNC's
`Congestion` class. No clock is read here; every time is given, in seconds.
"""

from collections import deque
from statistics import median
from typing import Final

LEAST_BYTES: Final = 4 * 1024
FIRST_BYTES: Final = 16 * 1024
MOST_BYTES: Final = 4 * 1024 * 1024

GROW_BELOW: Final = 0.025
GROW_FAST_BELOW: Final = 0.005
SHRINK_ABOVE: Final = 0.050
SCALE_ABOVE: Final = 0.100
STEP_BYTES: Final = 4 * 1024

MEASUREMENTS: Final = 3
"""So many answers are looked at before the window changes; a single late one says little."""

IDLE_SECONDS: Final = 0.1


class Window:
    """The window of one stream. `send` before and `acknowledge` after each piece of it."""

    def __init__(self) -> None:
        self.size = FIRST_BYTES
        self.sent = 0
        self.acknowledged = 0
        self.best = float("inf")
        """The quickest answer so far, in seconds."""
        self._slow_start = True
        self._asked: deque[tuple[int, float]] = deque()
        self._answers: list[float] = []
        self._last_sent = 0.0
        self._was_used = False
        """A window that nothing fills has shown nothing, and does not grow."""
        self._changed_at = 0
        """The position up to which bytes left before the window had its size."""

    @property
    def in_flight(self) -> int:
        """How many bytes are on their way."""
        return self.sent - self.acknowledged

    @property
    def is_open(self) -> bool:
        """Say whether more may be sent now. A piece may be larger than what is left."""
        return self.in_flight < self.size

    def send(self, size: int, now: float) -> None:
        """Take note that `size` bytes leave at `now`."""
        if not self.in_flight and now - self._last_sent > max(IDLE_SECONDS, 2 * self._best_or_0):
            # Who knows what the line is like by now.
            self.size = min(self.size, max(FIRST_BYTES, self.size // 2))
        self.sent += size
        self._was_used |= 2 * self.in_flight >= self.size
        self._last_sent = now
        self._asked.append((self.sent, now))

    @property
    def _best_or_0(self) -> float:
        return self.best if self.best < float("inf") else 0.0

    def acknowledge(self, position: int, now: float) -> None:
        """Take note that all bytes up to `position` have arrived. One that was never sent, or was
        acknowledged before, changes nothing.
        """
        if not self.acknowledged < position <= self.sent:
            return
        self.acknowledged = position
        while self._asked and self._asked[0][0] <= position:
            piece, sent_at = self._asked.popleft()
            self.best = min(self.best, now - sent_at)
            # What left before the window changed says nothing of how it is now.
            if piece > self._changed_at:
                self._answers.append(now - sent_at)
        if len(self._answers) >= MEASUREMENTS:
            self._adapt(median(self._answers))
            self._answers.clear()
            self._changed_at = self.sent
            self._was_used = False

    def _adapt(self, took: float) -> None:
        added = took - self.best
        if added < GROW_BELOW and not self._was_used:
            return
        if self._slow_start and added < GROW_BELOW:
            self.size *= 2
        else:
            self._slow_start = False
            self.size += self._step(took, added)
        self.size = max(LEAST_BYTES, min(MOST_BYTES, self.size))

    def _step(self, took: float, added: float) -> int:
        if added > SCALE_ABOVE and added > self.best / 2:
            return int(self.size * self.best / took) - self.size
        if added > SHRINK_ABOVE:
            return -STEP_BYTES
        if added < GROW_FAST_BELOW:
            return 2 * STEP_BYTES
        return STEP_BYTES if added < GROW_BELOW else 0
