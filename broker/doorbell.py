"""Tells every broker that something has changed, never what.

Losing every ring costs latency and no data: who hears one looks into the database, and every
broker also looks by itself now and then. In process by default; several brokers share one
`Doorbell` over a message bus with the same two methods.
"""

from collections.abc import Callable
from typing import Literal, Protocol

from msgspec import Struct

from protocol.messages import Frame

Topic = Literal[
    "session",
    "queue",
    "availability",
    "party",
    "writing",
    "marks",
    "close",
    "canned",
    "file",
    "held",
    "direct",
]


class Ring(Struct, frozen=True, kw_only=True):
    """`subject` is the session, team or party that changed.

    What is not stored at all travels with the ring: who writes, how far somebody has read, and the
    `frame` that is for `party` alone.
    """

    topic: Topic
    subject: str = ""
    party: str = ""
    place: int = 0
    delivered: int = 0
    read: int = 0
    frame: Frame | None = None


Hearer = Callable[[Ring], None]


class Doorbell(Protocol):
    """Rings reach every hearer, the ringing broker's own included."""

    def ring(self, ring: Ring) -> None:
        """Tell all; never blocks and never fails."""

    def listen(self, hear: Hearer) -> Callable[[], None]:
        """Call `hear` for each ring from now on; the returned function ends that."""


class InProcess:
    """The doorbell of a single process, shared by all desks in it."""

    def __init__(self) -> None:
        self._hearers: list[Hearer] = []

    def ring(self, ring: Ring) -> None:
        for hear in tuple(self._hearers):
            hear(ring)

    def listen(self, hear: Hearer) -> Callable[[], None]:
        self._hearers.append(hear)
        return lambda: self._hearers.remove(hear)
