"""Where a rep's input may go while not all of the screen is shown: nobody steers what they do not see."""

import contextlib
from collections.abc import Callable
from typing import Any

import Xlib.display

from customer_client.screen.choice import Choice
from customer_client.screen.grid import common
from customer_client.screen.x11_owners import GONE, Owners
from protocol.picture import Rectangle


class Reach:
    """Judges by the windows of `display` and by what is chosen to be shown just now."""

    def __init__(self, display: Xlib.display.Display, choice: Callable[[], Choice]) -> None:
        self._display = display
        self._root = display.screen().root
        self._choice = choice

    def has_point(self, x: int, y: int) -> bool:
        """Say whether a button may be pressed, or the wheel turned, at this point."""
        choice = self._choice()
        if choice.what == "monitor":
            return self._is_on_monitor(Rectangle(x, y, 1, 1), choice.monitor)
        if choice.what != "applications":
            return True
        there = self._root.translate_coords(self._root, x, y).child
        return bool(there) and self._is_shown(there.id)

    def has_focus(self) -> bool:
        """Say whether a key may be pressed: whether what would get it is shown, or a part of it."""
        if self._choice().what not in ("monitor", "applications"):
            return True
        focus: Any = self._display.get_input_focus().focus
        with contextlib.suppress(*GONE):
            while hasattr(focus, "query_tree"):
                above = focus.query_tree().parent
                if not above or above == self._root:
                    return bool(above) and self._is_seen(focus)
                focus = above
        return False

    def _is_seen(self, window: Any) -> bool:
        choice = self._choice()
        if choice.what != "monitor":
            return self._is_shown(window.id)
        at = window.get_geometry()
        return self._is_on_monitor(Rectangle(at.x, at.y, at.width, at.height), choice.monitor)

    def _is_on_monitor(self, place: Rectangle, number: int) -> bool:
        monitors = self._root.xrandr_get_monitors().monitors
        if not 0 < number <= len(monitors):
            return False
        at = monitors[number - 1]
        shown = Rectangle(at.x, at.y, at.width_in_pixels, at.height_in_pixels)
        return common(place, shown) is not None

    def _is_shown(self, window: int) -> bool:
        # Asked anew each time: a frame may hold another program's window by now.
        owners = Owners(self._display).of(window)
        return bool(owners) and owners <= self._choice().applications
