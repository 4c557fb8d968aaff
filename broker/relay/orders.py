"""What broker and relay tell each other, over a WebSocket with JSON text that only brokers open.

A broker says who may do what, again and again; a relay that hears nothing lets rights lapse. Times are spans
(ms), so that two clocks need not agree.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from protocol.fields import Id, Tool

Span = Annotated[int, Meta(ge=0, le=3_600_000)]


class Order(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag=str.lower
):
    """From a broker to a relay."""


class Allow(Order, frozen=True, kw_only=True):
    """All that may be done in `session` from now on: the `sharer` may show, each of `viewers` may
    use tools for a while. Whoever is not named may do nothing.
    """

    session: Id
    sharer: Id = ""
    recorded: bool = False
    viewers: dict[Id, dict[Tool, Span]] = {}


class Report(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag=str.lower
):
    """From a relay to its brokers."""


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


def read_report(text: str) -> Paused | Resumed | Refused:
    """Read what a relay said, or raise `msgspec.DecodeError`."""
    said: Paused | Resumed | Refused = msgspec.json.decode(text, type=Paused | Resumed | Refused)
    return said
