"""What broker and relay tell each other, over a WebSocket with JSON text that only brokers open.

A broker says who may do what, again and again; a relay that hears nothing lets rights lapse. Times are spans
(ms), so that two clocks need not agree.
"""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from protocol.fields import Count, Id, Time, Tool
from recordings.journal import SegmentRow
from recordings.manifest import Recording

Span = Annotated[int, Meta(ge=0, le=3_600_000)]
Stretch = Annotated[int, Meta(ge=1, le=2000)]


class Tap(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, repr_omit_defaults=True):
    """Into which recording a picture goes: with which data keys it is sealed, and which stretch of
    the numbers of segments this relay writes. `typed` says whether to keep the text of keys too.
    """

    recording: Recording
    stretch: Stretch
    media: bytes
    words: bytes
    typed: bool = False

    def __repr__(self) -> str:
        return f"Tap({self.recording}, {self.stretch}, …)"


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

    What is `recorded` goes into `tap` first; without one it is not shown. What is `hidden` is neither
    recorded nor shown. `now` is the broker's clock, which recordings go by.
    """

    session: Id
    place: Count = 0
    sharer: Id = ""
    recorded: bool = False
    hidden: bool = False
    tap: Tap | None = None
    now: Time = 0
    viewers: dict[Id, dict[Tool, Span]] = {}


class Settled(Order, frozen=True, kw_only=True):
    """The relay may forget these segments of `recording`: those `kept` are in its index, the
    others nobody wants.
    """

    recording: Recording
    kept: tuple[int, ...] = ()
    unwanted: tuple[int, ...] = ()


class Finish(Order, frozen=True, kw_only=True):
    """Nothing more goes into `recording`: store what there is of `stretch`, and say `Done`."""

    recording: Recording
    stretch: Stretch


class Report(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag=str.lower
):
    """From a relay to its brokers."""


class Hello(Report, frozen=True, kw_only=True):
    """The first thing a relay says to a broker: which sessions it has sockets of, and which of
    them are paused. Only one broker at a time hears of pauses, since two would tell them in an order
    of their own; when that one goes, the next hears this again. For the others, `paused` is null.
    `relay` names this life of it.
    """

    sessions: tuple[Id, ...]
    paused: tuple[Id, ...] | None
    relay: Id = ""


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


class Stored(Report, frozen=True, kw_only=True):
    """These segments of `recording` are in the store."""

    recording: Recording
    rows: tuple[SegmentRow, ...]


class Done(Report, frozen=True, kw_only=True):
    """All that there was of `stretch` is in the store, and nothing more comes."""

    recording: Recording
    stretch: Stretch


class Gone(Report, frozen=True, kw_only=True):
    """The life `relay` of a relay is over, and all that it left is in the store."""

    relay: Id


AnyOrder = Allow | Settled | Finish
AnyReport = Hello | Paused | Resumed | Refused | Stored | Done | Gone


def read_order(text: str) -> AnyOrder:
    """Read what a broker said, or raise `msgspec.DecodeError`."""
    said: AnyOrder = msgspec.json.decode(text, type=AnyOrder)
    return said


def read_report(text: str) -> AnyReport:
    """Read what a relay said, or raise `msgspec.DecodeError`."""
    said: AnyReport = msgspec.json.decode(text, type=AnyReport)
    return said
