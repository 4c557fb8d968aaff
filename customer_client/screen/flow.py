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


class Flow:
    """What is under way on one socket. All times are given, in seconds."""

    def __init__(self) -> None:
        self._window = Window()
        self._recent: deque[tuple[float, int]] = deque()
        self._recent_bytes = 0
        self._unanswered: deque[int] = deque()

    def send(self, size: int, now: float) -> None:
        """Take note that a message of `size` bytes leaves."""
        self._window.send(size, now)
        self._recent.append((now, size))
        self._recent_bytes += size
        self._unanswered.append(self._window.sent)

    def acknowledge(self, position: int, now: float) -> None:
        """Take note that all bytes up to `position` have arrived."""
        self._window.acknowledge(position, now)
        while self._unanswered and self._unanswered[0] <= self._window.acknowledged:
            self._unanswered.popleft()

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
        if self._window.best == float("inf"):
            return FIRST_RATE
        return int(SHARE * self._window.size / max(self._window.best, SWIFT_SECONDS))
