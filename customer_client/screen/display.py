"""What the camera needs of a screen, whichever system draws it.

`x11.py` is the one there is; a system without damage events says so, and is then polled.
"""

from typing import Protocol, Self

from msgspec import Struct

from customer_client.screen.pixels import Picture
from protocol.picture import CursorShape, Rectangle, Trouble


class DisplayLost(Exception):
    """There is no display (any more); the text says what happened."""


class CaptureFailed(Exception):
    """The display is there, but cannot be read for now."""


class Layout(Struct, frozen=True):
    """How large the screen is, and the monitors it is made of."""

    width: int
    height: int
    monitors: tuple[Rectangle, ...]
    names: tuple[str, ...]


class Pointed(Struct, frozen=True):
    """Where the cursor is, and what it looks like: `serial` tells one shape from another."""

    x: int
    y: int
    serial: int


NOWHERE = Pointed(-1, -1, -1)
"""The cursor is over what is not shown."""


class Noticed(Struct):
    """What a display has told since it was last asked."""

    damage: list[Rectangle]
    layout: bool = False
    cursor: bool = False


class Display(Protocol):
    """A display that is open. Everything but `fileno` may raise `DisplayLost`."""

    has_damage: bool
    """Whether it tells what was drawn; else it has to be looked at again and again."""

    def restrict(self, applications: frozenset[str] | None) -> None:
        """Show only windows of `applications`, by their keys, from now on; all of the screen, if
        none are given. Raises `CannotMask`.
        """

    def due_in(self) -> float | None:
        """Return in how many seconds there is something to notice, though nothing may happen."""

    def fileno(self) -> int:
        """Return what becomes readable when there is something to notice."""

    def has_news(self) -> bool:
        """Say whether there is something to notice, which `fileno` may have been read for."""

    def notice(self) -> Noticed:
        """Return what happened since the last time."""

    def layout(self) -> Layout:
        """Return the layout as it is now."""

    def trouble(self) -> Trouble:
        """Say what keeps the screen from being shown, if anything does."""

    def grab(self, rectangle: Rectangle) -> Picture:
        """Return the pixels of `rectangle`, or raise `CaptureFailed`."""

    def pointed(self) -> Pointed:
        """Return where the cursor is."""

    def shape(self) -> CursorShape | None:
        """Return what the cursor looks like; none if it is larger than can be told."""

    def close(self) -> None:
        """Let go of the display."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...
