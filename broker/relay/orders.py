"""What broker and relay tell each other, over a WebSocket with JSON text that only brokers open.

A broker says who may do what, again and again; a relay that hears nothing lets rights lapse. Times are spans
(ms), so that two clocks need not agree.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from protocol.fields import Count, Id, Tool

Span = Annotated[int, Meta(ge=0, le=3_600_000)]


class Order(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag=str.lower
):
    """From a broker to a relay."""


class Allow(Order, frozen=True, kw_only=True):
    """All that may be done in `session` from now on: the `sharer` may show, each of `viewers`, by
    the seats of their leases, may use tools for a while. Whoever is not named may do nothing; where
    nobody may show anything, all are sent away.

    `place` is how far the broker knew the session. What one broker says of an earlier place than
    another has is out of date, and not obeyed.
    """

    session: Id
    place: Count = 0
    sharer: Id = ""
    recorded: bool = False
    viewers: dict[Id, dict[Tool, Span]] = {}


class Report(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag=str.lower
):
    """From a relay to its brokers."""


class Hello(Report, frozen=True, kw_only=True):
    """The first thing a relay says to a broker: which sessions it has sockets of, and which of
    them are paused."""

    sessions: tuple[Id, ...]
    paused: tuple[Id, ...]


class Paused(Report, frozen=True, kw_only=True):
    """The picture of `session` cannot be recorded and is not shown for now."""

    session: Id


class Resumed(Report, frozen=True, kw_only=True):
    """The picture of `session` goes on."""

    session: Id


class Refused(Report, frozen=True, kw_only=True):
    """A socket of `party` in `session` was closed because it broke a rule."""

    session: Id
    party: Id
    why: str


def read_order(text: str) -> Allow:
    """Read what a broker said, or raise `msgspec.DecodeError`."""
    return msgspec.json.decode(text, type=Allow)


def read_report(text: str) -> Hello | Paused | Resumed | Refused:
    """Read what a relay said, or raise `msgspec.DecodeError`."""
    said: Hello | Paused | Resumed | Refused = msgspec.json.decode(
        text, type=Hello | Paused | Resumed | Refused
    )
    return said
