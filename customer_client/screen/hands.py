"""Puts a rep's input into an X11 display, and knows what it holds down.

Mouse and text go through pynput, which finds or makes a key for any character; keys by their place go
through XTEST, since pynput only knows what keys mean.
"""

import os
from typing import Any, Final, Protocol

import Xlib.X
from Xlib.ext import xtest

from customer_client.screen.keys import KEYCODES
from customer_client.screen.x11_connection import connected, disconnect

NOTCH: Final = 120
BUTTONS: Final = ("left", "middle", "right", "button8", "button9")
"""pynput's names of the bits of `Pointer.buttons`."""


class Hands(Protocol):
    """What lets a rep's input in."""

    def point(self, x: int, y: int, buttons: int) -> None:
        """Move the cursor, and hold exactly these buttons."""

    def turn(self, right: int, down: int) -> None:
        """Turn the wheel by 120ths of a notch."""

    def press(self, code: str, key: str, *, down: bool) -> None:
        """Press or let go the key at a place, or without a place the one that means `key`."""

    buttons: int
    """Those that are held."""

    @property
    def holds(self) -> bool:
        """Say whether a key or button is held."""

    def release(self) -> None:
        """Let go of all that is held."""

    def close(self) -> None:
        """Let go of the display, and of all that is held."""


class X11Hands:
    """The hands at the display of the environment, called `name`."""

    def __init__(self, name: str = "") -> None:
        # It looks for a display as soon as it is imported.
        from pynput import keyboard, mouse  # noqa: PLC0415

        self._mouse = mouse.Controller()
        self._keyboard = keyboard.Controller()
        # Last: what fails before it leaves no connection behind.
        self._display = connected(name or os.environ.get("DISPLAY", ""))
        self._button = mouse.Button
        self.buttons = 0
        self._keys: set[int] = set()
        self._texts: set[str] = set()
        self._turned = [0, 0]

    def point(self, x: int, y: int, buttons: int) -> None:
        self._mouse.position = (x, y)
        for bit, name in enumerate(BUTTONS):
            if (buttons ^ self.buttons) >> bit & 1:
                button: Any = self._button[name]
                if buttons >> bit & 1:
                    self._mouse.press(button)
                else:
                    self._mouse.release(button)
        self.buttons = buttons & (2 ** len(BUTTONS) - 1)

    def turn(self, right: int, down: int) -> None:
        notches = []
        for at, by in enumerate((right, down)):
            # What is less than a notch waits for the rest of it.
            whole = int((self._turned[at] + by) / NOTCH)
            self._turned[at] += by - whole * NOTCH
            notches.append(whole)
        if any(notches):
            self._mouse.scroll(notches[0], -notches[1])

    def press(self, code: str, key: str, *, down: bool) -> None:
        if keycode := KEYCODES.get(code):
            self._key(keycode, down=down)
        elif len(key) == 1 and key.isprintable() and not code:
            self._text(key, down=down)

    def _key(self, keycode: int, *, down: bool) -> None:
        kind = Xlib.X.KeyPress if down else Xlib.X.KeyRelease
        xtest.fake_input(self._display, kind, keycode)
        self._display.sync()
        (self._keys.add if down else self._keys.discard)(keycode)

    def _text(self, character: str, *, down: bool) -> None:
        if down:
            self._keyboard.press(character)
            self._texts.add(character)
        elif character in self._texts:
            self._keyboard.release(character)
            self._texts.discard(character)

    @property
    def holds(self) -> bool:
        return bool(self._keys or self._texts or self.buttons)

    def release(self) -> None:
        for keycode in tuple(self._keys):
            self._key(keycode, down=False)
        for character in tuple(self._texts):
            self._text(character, down=False)
        for bit, name in enumerate(BUTTONS):
            if self.buttons >> bit & 1:
                self._mouse.release(self._button[name])
        self.buttons = 0
        self._turned = [0, 0]

    def close(self) -> None:
        try:
            self.release()
        finally:
            disconnect(self._display)
            # pynput closes its own connections when nothing holds them any more.
            del self._mouse, self._keyboard
