"""The store of one window of an X11 display, and what of it the window's own program has drawn.

Composite gives every window a store of its own, in which others' windows do not draw. There is one way
still for a stranger's pixels into it: a window without a background that has just been mapped or made
larger holds what the screen showed there, until its program draws. DAMAGE tells what was drawn since then.
What was not is nobody's, and is not shown; the program is asked to draw it.
"""

import contextlib
import time
from typing import Any, Final

import numpy as np
import Xlib.display
from Xlib.ext import damage

from customer_client.screen.grid import common
from customer_client.screen.pixels import Unequal
from customer_client.screen.x11_owners import GONE
from protocol.picture import Rectangle

ASK_SECONDS: Final = (0.0, 0.1, 0.4, 1.5)
"""After a window came or changed its size, its program is asked so soon to draw what it has not."""

MOST_INNER: Final = 1000
"""Of so many windows within one, at most, it is asked to draw anew."""


class Drawn:
    """The store of `window`, which is at `place` with its border. Nothing of it counts as drawn yet."""

    def __init__(self, display: Xlib.display.Display, window: Any, place: Rectangle) -> None:
        self._display = display
        self._window = window
        self._since = time.monotonic()
        self._asked = 0
        self.own: Unequal = np.zeros((place.height, place.width), np.bool_)
        """What the program has drawn itself, from the top left of the window's border."""
        self.is_whole = False
        self._store = window.composite_name_window_pixmap()
        # Told once for each pixel, until it is subtracted.
        self._damage = window.damage_create(damage.DamageReportDeltaRectangles)
        self.ignore()

    @property
    def store(self) -> int:
        """The pixmap that the window is drawn in."""
        return int(self._store.id)

    def ignore(self) -> None:
        """Count nothing that has been drawn and not been added yet; it will be told again."""
        self._display.damage_subtract(self._damage)

    def add(self, where: Rectangle) -> Rectangle | None:
        """Count `where`, from the top left of the border, as drawn; return it, if there is any of it."""
        height, width = self.own.shape
        if part := common(where, Rectangle(0, 0, width, height)):
            x, y, wide, high = part
            self.own[y : y + high, x : x + wide] = True
            self.is_whole = bool(self.own.all())
        return part

    def ask_in(self) -> float | None:
        """Return in how many seconds the program is to be asked to draw, if it is."""
        if self.is_whole or self._asked >= len(ASK_SECONDS):
            return None
        return max(0.0, self._since + ASK_SECONDS[self._asked] - time.monotonic())

    def ask_again(self) -> None:
        """Begin asking anew, soon: the program may have drawn, and it did not count."""
        self._since, self._asked = time.monotonic(), min(self._asked, 1)

    def ask(self) -> None:
        """Ask the program to draw all of the window, and of those in it."""
        self._asked += 1
        asked = [self._window]
        for each in asked:
            # What has a background is painted with it; all else is left and told to its program.
            each.clear_area(0, 0, 0, 0, True)
            with contextlib.suppress(*GONE):
                asked += each.query_tree().children[: MOST_INNER - len(asked)]
        self._display.flush()

    def close(self) -> None:
        """Let go of the store."""
        self._display.damage_destroy(self._damage)
        self._store.free()
