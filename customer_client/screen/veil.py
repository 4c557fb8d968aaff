"""A picture of chosen windows only: what they have drawn where they can be seen, and elsewhere a quiet
pattern.

No pixel is taken from the screen. Each comes from the store of a window that is shown, so that a mask that is
late shows at worst a part of the same program that another window has just covered, and never
anything of another program.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from customer_client.screen.grid import common
from customer_client.screen.pixels import Picture
from customer_client.screen.windows import Pane, Panes
from protocol.picture import Rectangle

PLAIN: Final = np.uint32(0x3B4252)
STRIPE: Final = np.uint32(0x434C5E)
STRIPES: Final = 16
"""Pixels from one stripe to the next. Two near greys: seen at once for what it is, and no strain."""

Owners = npt.NDArray[np.uint32]
"""Which window is seen at each pixel, by its number; 0 where none is that is shown."""


def pattern(rectangle: Rectangle) -> Picture:
    """Return what stands at `rectangle` of the screen for what is not shown."""
    across = np.arange(rectangle.x, rectangle.x + rectangle.width)
    down = np.arange(rectangle.y, rectangle.y + rectangle.height)[:, None]
    striped = (across + down) % STRIPES < STRIPES // 8
    return np.where(striped, STRIPE, PLAIN)


def owners(width: int, height: int, panes: Iterable[Pane]) -> Owners:
    """Return who is seen where on a screen of this size, with `panes` from the lowest up."""
    seen: Owners = np.zeros((height, width), np.uint32)
    for pane in panes:
        for x, y, wide, high in pane.covers:
            seen[max(y, 0) : max(y + high, 0), max(x, 0) : max(x + wide, 0)] = pane.number
    return seen


class Veil:
    """What may be seen of a screen of `width` x `height` with `panes` on it."""

    def __init__(self, width: int, height: int, panes: Panes) -> None:
        self._size = (width, height)
        self._panes = panes
        self.look()

    def look(self) -> None:
        """Take note of which windows there are now, and where."""
        self._all = [pane for pane in self._panes.panes() if pane.covers]
        self._owners = owners(*self._size, self._all)

    def shows(self, x: int, y: int) -> bool:
        """Say whether a pixel of the screen may be seen."""
        width, height = self._size
        return 0 <= x < width and 0 <= y < height and bool(self._owners[y, x])

    def grab(self, rectangle: Rectangle) -> Picture:
        """Return what may be seen of `rectangle`."""
        picture = pattern(rectangle)
        x, y, width, height = rectangle
        seen = self._owners[y : y + height, x : x + width]
        if not seen.any():
            return picture
        for pane in self._all:
            if pane.number:
                self._put(pane, rectangle, seen, picture)
        return picture

    def _put(self, pane: Pane, rectangle: Rectangle, seen: Owners, picture: Picture) -> None:
        if not (part := common(_around(pane.covers), rectangle)):
            return
        top, left = part.y - rectangle.y, part.x - rectangle.x
        place = np.s_[top : top + part.height, left : left + part.width]
        here = seen[place] == pane.number
        if not here.any() or not (drawn := self._panes.pixels(pane.number, part)):
            return
        pixels, own = drawn
        np.copyto(picture[place], pixels, where=here & own)


def _around(rectangles: tuple[Rectangle, ...]) -> Rectangle:
    left, top = min(each.x for each in rectangles), min(each.y for each in rectangles)
    right = max(each.x + each.width for each in rectangles)
    bottom = max(each.y + each.height for each in rectangles)
    return Rectangle(left, top, right - left, bottom - top)
