"""Ctrl+Alt+End, wherever the keyboard's focus is: the customer's way to stop at once.

Two things of X11 are used. Raw events of XInput 2 reach us even while another program holds the keyboard
(a menu, a game, something a rep has opened), so nothing can keep the key from us. The grab only
keeps the key from the program with the focus, and does no harm where somebody else has it.

Keys are counted for each keyboard by itself: what is put in for a rep comes from a keyboard of its own
and can neither let go of the customer's keys nor press the missing one.
"""

import os
import select
import threading
from collections.abc import Callable
from typing import Any, Final

import Xlib.display
import Xlib.X
from Xlib.ext import xinput

from customer_client.screen.inbox import Inbox
from customer_client.screen.keys import KEYCODES
from customer_client.screen.local_input import RAW_EVENT, announce
from customer_client.screen.x11_connection import LOST, connected, disconnect

NAME: Final = ("Ctrl", "Alt", "End")
"""As it stands on the keys."""

AGAIN_SECONDS: Final = 1.0

_PARTS: Final = tuple(
    frozenset(KEYCODES[each] for each in names)
    for names in (("ControlLeft", "ControlRight"), ("AltLeft", "AltRight"), ("End",))
)
_LOCKS: Final = (0, Xlib.X.LockMask, Xlib.X.Mod2Mask, Xlib.X.LockMask | Xlib.X.Mod2Mask)
"""Caps Lock and Num Lock make another key of it."""


class Chord:
    """Tells from single keys when all of the chord are down on one keyboard."""

    def __init__(self) -> None:
        self._down: dict[int, set[int]] = {}

    def take(self, keyboard: int, keycode: int, *, down: bool) -> bool:
        """Take note of a key; say whether it completes the chord."""
        held = self._down.setdefault(keyboard, set())
        if not down:
            held.discard(keycode)
            return False
        held.add(keycode)
        return keycode in _PARTS[-1] and all(part & held for part in _PARTS)


class HotKey:
    """Calls `pressed` on a thread of its own whenever the key is pressed at the display called
    `name`, from `start` to `stop`.
    """

    def __init__(self, pressed: Callable[[], None], name: str = "") -> None:
        self._pressed = pressed
        self._name = name
        self._stopping = threading.Event()
        self._inbox: Inbox[None] = Inbox()
        self._thread = threading.Thread(target=self._run, name="hot key", daemon=True)
        self.listening = threading.Event()
        """Set once the key is heard."""

    def start(self) -> None:
        """Listen from now on, and again whenever the display was lost."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no more; from any thread, this one included."""
        self._stopping.set()
        self._inbox.wake()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                try:
                    self._at_display()
                except LOST:
                    select.select([self._inbox], [], [], AGAIN_SECONDS)
        finally:
            self._inbox.close()

    def _at_display(self) -> None:
        display = connected(self._name or os.environ.get("DISPLAY", ""))
        try:
            self._listen(display)
        finally:
            self.listening.clear()
            disconnect(display)

    def _listen(self, display: Xlib.display.Display) -> None:
        root = display.screen().root
        for locks in _LOCKS:
            modifiers = Xlib.X.ControlMask | Xlib.X.Mod1Mask | locks
            for keycode in _PARTS[-1]:
                root.grab_key(
                    *(keycode, modifiers, False, Xlib.X.GrabModeAsync, Xlib.X.GrabModeAsync)
                )
        if (opcode := announce(display)) >= 0:
            mask = xinput.RawKeyPressMask | xinput.RawKeyReleaseMask
            root.xinput_select_events([(xinput.AllMasterDevices, mask)])
        display.sync()
        self.listening.set()
        chord = Chord()
        while not self._stopping.is_set():
            if not display.pending_events():
                watched: list[Inbox[None] | Xlib.display.Display] = [self._inbox, display]
                select.select(watched, [], [])
            while not self._stopping.is_set() and display.pending_events():
                if _completes(chord, display.next_event(), opcode):
                    self._pressed()


def _completes(chord: Chord, event: Any, opcode: int) -> bool:
    if opcode < 0:
        # Without XInput 2 there is the grab alone.
        return bool(event.type == Xlib.X.KeyPress)
    kind = getattr(event, "evtype", None)
    if getattr(event, "extension", None) != opcode or kind not in _RAW_KEYS:
        return False
    _, _, keycode, keyboard = RAW_EVENT.unpack_from(event.data)
    return chord.take(keyboard, keycode, down=kind == xinput.RawKeyPress)


_RAW_KEYS: Final = (xinput.RawKeyPress, xinput.RawKeyRelease)
