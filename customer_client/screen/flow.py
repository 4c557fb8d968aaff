"""How much of the picture may leave now: by the line's window, and by the relay's limits.

A relay refuses more than so many messages or bytes within a second. A line that stalls delivers what
is under way all at once, so what is under way counts for these limits too.
"""

from collections import deque
from typing import Final

from protocol.pace import Window
from protocol.picture_rules import MOST_BYTES_A_SECOND, MOST_MESSAGES_A_SECOND

MESSAGES: Final = MOST_MESSAGES_A_SECOND // 2 - 10
"""Under way, and as many within a second, with some to spare for what is sent unasked."""

BYTES: Final = MOST_BYTES_A_SECOND * 4 // 5

SHARE: Final = 0.7
"""Of what a window says the line carries: it holds what waits at the line's end as well."""

SWIFT_SECONDS: Final = 0.005
"""An answer within this time says no more about the line than that it is fast."""

FIRST_RATE: Final = 500_000

ENOUGH_BYTES: Final = 16 * 1024
"""What arrives of less says more about chance than about the line."""

FEW_BYTES: Final = 2 * 1024
"""A line with so little on it is idle."""

QUEUED_SECONDS: Final = 0.025
"""A piece that took so much longer than the quickest had to wait: the line was full."""

LEAP: Final = 2.0
"""What a few pieces say of more than so many times what is known is not believed at once: answers that were
heard late, all together, look as if the line had carried everything in no time.
"""

PROBE: Final = 1.1
MOST_RATE: Final = 20_000_000
CAUTION: Final = 0.8


class Speed:
    """How many bytes a second a line carries: what arrived in the time that it was busy.

    What arrives of a line that was not full says only that it carries that much at least; then a little
    more is tried.
    """

    def __init__(self) -> None:
        self.known: float | None = None
        self._began = 0.0
        self._carried = 0

    def begin(self, now: float) -> None:
        """Take note that something leaves on a line that was idle."""
        self._began, self._carried = now, 0

    def arrived(self, size: int, took: float, best: float, now: float) -> None:
        """Take note that `size` bytes have arrived, the last of which `took` so long, where the
        quickest of all took `best`.
        """
        self._carried += size
        if self._carried < ENOUGH_BYTES:
            return
        busy = max(now - self._began - best, self._carried / MOST_RATE)
        seen = self._carried / busy
        if self.known is None:
            self.known = seen
        elif took - best > QUEUED_SECONDS:
            self.known = (self.known + min(seen, LEAP * self.known)) / 2
        else:
            seen = min(seen, LEAP * self.known)
            self.known = min(MOST_RATE, max(seen, PROBE * self.known))
        # What is still under way keeps the line busy from here on.
        self.begin(now - best)


class Flow:
    """What is under way on one socket. All times are given, in seconds."""

    def __init__(self) -> None:
        self._window = Window()
        self._recent: deque[tuple[float, int]] = deque()
        self._recent_bytes = 0
        self._unanswered: deque[tuple[int, float]] = deque()
        self._speed = Speed()

    @property
    def sent(self) -> int:
        """How many bytes have left so far."""
        return self._window.sent

    def send(self, size: int, now: float) -> None:
        """Take note that a message of `size` bytes leaves."""
        if self._window.in_flight < FEW_BYTES:
            self._speed.begin(now)
        self._window.send(size, now)
        self._recent.append((now, size))
        self._recent_bytes += size
        self._unanswered.append((self._window.sent, now))

    def acknowledge(self, position: int, now: float) -> None:
        """Take note that all bytes up to `position` have arrived."""
        before = self._window.acknowledged
        self._window.acknowledge(position, now)
        arrived, sent_at = self._window.acknowledged - before, now
        while self._unanswered and self._unanswered[0][0] <= self._window.acknowledged:
            _, sent_at = self._unanswered.popleft()
        if arrived:
            self._speed.arrived(arrived, now - sent_at, self._window.best, now)

    def is_open(self, now: float) -> bool:
        """Say whether a message may be sent."""
        while self._recent and self._recent[0][0] <= now - 1:
            self._recent_bytes -= self._recent.popleft()[1]
        return (
            self._window.is_open
            and len(self._recent) < MESSAGES
            and len(self._unanswered) < MESSAGES
            and self._recent_bytes + self._window.in_flight < BYTES
        )

    @property
    def is_limited(self) -> bool:
        """Say whether it is the relay's limits, and not the line, that may keep it closed: then no
        answer opens it, but time.
        """
        return self._window.is_open

    @property
    def rate(self) -> int:
        """How many bytes a second the line carries, by what is known."""
        if self._speed.known is not None:
            return int(CAUTION * self._speed.known)
        if self._window.best == float("inf"):
            return FIRST_RATE
        return int(SHARE * self._window.size / max(self._window.best, SWIFT_SECONDS))
