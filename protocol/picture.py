"""The messages of the picture: what a sharer shows, and what a viewer does with it.

`picture_bytes.py` says how they look on the wire, `picture_rules.py` whether one fits the screen
that it speaks of. `docs/picture.md` explains both.
"""

from typing import Final, Literal, NamedTuple

from msgspec import Struct

VERSION: Final = 1
MOST_BYTES: Final = 8 * 1024 * 1024
MOST_RECTANGLES: Final = 1024
MOST_CLIPBOARD_BYTES: Final = 256 * 1024
MOST_CURSOR_SIDE: Final = 128
MOST_SIDE: Final = 16_384
MOST_PIXELS: Final = 2**26
MOST_NUMBER: Final = 2**53 - 1
"""What a page can count to without losing a one."""

Sharing = Literal["", "screen", "monitor", "applications", "window", "tab"]
Trouble = Literal["", "locked", "display_lost", "monitor_gone", "capture_failed"]
Coding = Literal["raw", "deflate", "png", "webp"]
Codec = Literal["h264", "vp8", "vp9"]
Wanted = Literal["key_frame", "whole_picture", "monitor"]
Drawn = Literal["clear", "pointer", "line", "rectangle"]
Blanked = Literal["stopped", "paused", "revoked", "customer_gone", "lease_over"]


class BadPicture(ValueError):
    """A message cannot be read; the text says why, and the socket it came on is closed with it."""


class Rectangle(NamedTuple):
    """Pixels of the shared screen, from its top left."""

    x: int
    y: int
    width: int
    height: int


class Body(Struct, frozen=True, kw_only=True):
    """What one kind of message says besides its header."""


class Geometry(Body, frozen=True, kw_only=True):
    """What is shared, and how large it is; begins a new stream. The message's rectangles are the
    monitors, named in `names`; `chosen` counts from 1 which is shown, 0 being all. With `trouble`
    there is no picture for now.
    """

    width: int
    height: int
    sharing: Sharing
    names: tuple[str, ...] = ()
    chosen: int = 0
    trouble: Trouble = ""


class Patch(Body, frozen=True, kw_only=True):
    """Exact pixels for the message's rectangles: RGB rows, one rectangle after the other. Coded as
    a picture, there is one rectangle of just its size.
    """

    coding: Coding
    data: bytes | memoryview


class Video(Body, frozen=True, kw_only=True):
    """One access unit; decoded, it covers `area`, but only the message's rectangles are drawn."""

    codec: Codec
    area: Rectangle
    data: bytes | memoryview


class Move(Body, frozen=True, kw_only=True):
    """Each of the message's rectangles takes the pixels that stood at its point of `sources`."""

    sources: tuple[tuple[int, int], ...]


class CursorShape(Struct, frozen=True, kw_only=True):
    """What a cursor looks like: `rgba` has 4 bytes a pixel, not premultiplied; the hot spot is what
    points.
    """

    hot_x: int
    hot_y: int
    width: int
    height: int
    rgba: bytes | memoryview


class Cursor(Body, frozen=True, kw_only=True):
    """Where the customer's cursor is, and what it looks like if that is new."""

    x: int
    y: int
    shown: bool = True
    shape: CursorShape | None = None


class Blank(Body, frozen=True, kw_only=True):
    """Nothing may be seen any more, or for now."""

    why: Blanked


class Pointer(Body, frozen=True, kw_only=True):
    """Where the rep points, and which buttons are held: bit 0 left, 1 middle, 2 right, 3 back,
    4 forward.
    """

    x: int
    y: int
    buttons: int = 0


class Wheel(Body, frozen=True, kw_only=True):
    """The rep turned the wheel at a point by signed 120ths of a notch; positive is right and
    down.
    """

    x: int
    y: int
    right: int = 0
    down: int = 0


class Key(Body, frozen=True, kw_only=True):
    """A key went down or up: the physical one (`code`) and what it means (`key`), both as in W3C UI
    Events; `modifiers` has bit 0 shift, 1 control, 2 alt, 3 meta, 4 AltGraph.
    """

    down: bool
    code: str
    key: str
    modifiers: int = 0


class Clipboard(Body, frozen=True, kw_only=True):
    """The text that was copied on the sender's side."""

    text: str


class ReleaseAll(Body, frozen=True, kw_only=True):
    """Let go of every key and button that is held for this rep."""


class Drawing(Body, frozen=True, kw_only=True):
    """The rep draws on the customer's screen, from one point to another, for some seconds: a line or a
    rectangle. A pointer stands at the first point, one at a time; clear takes all drawings away.
    """

    what: Drawn
    x: int = 0
    y: int = 0
    to_x: int = 0
    to_y: int = 0


class Ack(Body, frozen=True, kw_only=True):
    """How far the receiver of a stream has got: bytes of messages received since the socket was
    opened, and the sequence of the last one drawn: for a relay, by the quickest
    viewer, and where nobody draws, the last one passed on.
    """

    received: int
    drawn: int


class Wish(Body, frozen=True, kw_only=True):
    """A viewer, or the relay for it, wants something; `monitor` counts from 1, 0 being all."""

    wanted: Wanted
    monitor: int = 0


class Watched(Body, frozen=True, kw_only=True):
    """So many viewers watch, and whether it is recorded; with neither, nothing need be captured."""

    viewers: int
    recorded: bool


class Message(Struct, frozen=True, kw_only=True):
    """One message. `sequence` counts a sender's messages from 1; `stream` is the number of the
    geometry that coordinates belong to; `time` is when it was captured, in µs since 1970 by the
    sender's clock.
    """

    stream: int
    sequence: int
    time: int
    body: Body
    rectangles: tuple[Rectangle, ...] = ()
    key: bool = False
    """Everything after it can be decoded without anything before it."""
    checkpoint: bool = False
    """For recordings and joiners; who shows the screen already need not draw it."""
    more: bool = False
    """The rest of the same change follows; draw them together."""
