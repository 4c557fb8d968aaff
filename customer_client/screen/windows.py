"""The windows on a screen, whichever system has them: whose they are and what they cover.

`x11_windows.py` is what runs and is tested. `win32_windows.py` and `quartz_windows.py` are written against the
same seam by their systems' documents; nobody has run them.
"""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from customer_client.screen.pixels import Picture, Unequal
from protocol.picture import Rectangle


class CannotMask(Exception):
    """This system does not let us tell the windows of one application from others'."""


class Application(Struct, frozen=True):
    """A running program with windows. `key` names it as long as it runs; what starts later, even
    of the same name, is another one.
    """

    key: str
    name: str
    titles: tuple[str, ...]


class Pane(Struct, frozen=True):
    """A window that is on the screen: the `number` of one that is shown, 0 for any other, and what
    it covers, on the screen.
    """

    number: int
    covers: tuple[Rectangle, ...]


class Panes(Protocol):
    """The windows of a screen, and the pixels of those that may be shown."""

    def panes(self) -> Sequence[Pane]:
        """Return all windows that can be seen, from the lowest to the topmost."""

    def pixels(self, number: int, rectangle: Rectangle) -> tuple[Picture, Unequal] | None:
        """Return what the window `number` has drawn at `rectangle` of the screen, with which of it
        it has drawn itself: never pixels of another window's. None if it is gone.
        """
