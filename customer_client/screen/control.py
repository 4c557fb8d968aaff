"""The thread that lets a rep's input in, as long as the customer allows it.

Everything is checked here once more, though the relay has checked it: a live grant, no stop, and that
the customer is not at the mouse or keyboard themselves. Whatever ends it lets go of all that is held.
"""

import os
import select
import threading
import time
from collections.abc import Callable
from typing import Final

import Xlib.display
from msgspec import Struct

from customer_client.screen.choice import EVERYTHING, Choice
from customer_client.screen.clipboard import Selection
from customer_client.screen.display import DisplayLost
from customer_client.screen.hands import Hands, X11Hands
from customer_client.screen.inbox import Inbox
from customer_client.screen.local_input import LocalInput
from customer_client.screen.reach import Reach
from customer_client.screen.x11_connection import LOST, connected, disconnect
from protocol.fields import Tool
from protocol.picture import Body, Clipboard, Key, Pointer, ReleaseAll, Wheel

LOCAL_SECONDS: Final = 0.5
"""The customer's own input keeps the rep's out for so long."""

LOOK_SECONDS: Final = 0.25
"""While something is held, it is looked this often whether it still may be."""

AGAIN_SECONDS: Final = 1.0


class LetGo(Struct, frozen=True):
    """The socket is gone, and with it who held anything."""


class Control:
    """Lets in what `may` allows at the display called `name`, as far as `choice` says that it is shown;
    `copied` hears what the customer copies. Run `run` on a thread of its own.
    """

    def __init__(
        self,
        may: Callable[[Tool], bool],
        copied: Callable[[Clipboard], None],
        name: str = "",
        choice: Callable[[], Choice] = lambda: EVERYTHING,
    ) -> None:
        self._choice = choice
        self._may = may
        self._copied = copied
        self._name = name
        self._inbox: Inbox[Body | LetGo] = Inbox()
        self._stopping = threading.Event()
        self._local_until = 0.0

    def tell(self, said: Body | LetGo) -> None:
        """Pass on what a rep does; from any thread."""
        self._inbox.put(said)

    def stop(self) -> None:
        """Let nothing in from now on, let go of all, and end; from any thread."""
        self._stopping.set()
        self._inbox.wake()

    def run(self) -> None:
        """Let input in until stopped."""
        try:
            while not self._stopping.is_set():
                try:
                    self._at_display()
                except (DisplayLost, ImportError, *LOST):
                    select.select([self._inbox], [], [], AGAIN_SECONDS)
                    self._inbox.take()
        finally:
            self._inbox.close()

    def _at_display(self) -> None:
        display = connected(self._name or os.environ.get("DISPLAY", ""))
        try:
            hands = X11Hands(self._name)
            try:
                self._attend(display, hands)
            finally:
                hands.close()
        finally:
            disconnect(display)

    def _attend(self, display: Xlib.display.Display, hands: Hands) -> None:
        local, reach = LocalInput(display), Reach(display, self._choice)
        selection = Selection(
            display,
            lambda text: self._copied(Clipboard(text=text)),
            lambda: self._may("clipboard"),
        )
        while not self._stopping.is_set():
            seconds = LOOK_SECONDS if hands.holds else None
            if display.pending_events():
                seconds = 0.0
            watched: list[Inbox[Body | LetGo] | Xlib.display.Display] = [self._inbox, display]
            select.select(watched, [], [], seconds)
            while not self._stopping.is_set() and display.pending_events():
                event = display.next_event()
                selection.take(event)
                if local.is_local(event):
                    self._local_until = time.monotonic() + LOCAL_SECONDS
            for said in self._inbox.take():
                if not self._stopping.is_set():
                    self._do(said, hands, selection, reach)
            if hands.holds and not self.is_free:
                hands.release()

    @property
    def is_free(self) -> bool:
        """Say whether a rep's input is let in now."""
        return self._may("control") and time.monotonic() >= self._local_until

    def _do(self, said: Body | LetGo, hands: Hands, selection: Selection, reach: Reach) -> None:
        if isinstance(said, ReleaseAll | LetGo):
            hands.release()
        elif isinstance(said, Clipboard):
            if self._may("clipboard"):
                selection.set(said.text)
        elif not self.is_free:
            return
        elif isinstance(said, Pointer):
            # What is held already may be let go of anywhere.
            fresh = said.buttons & ~hands.buttons
            is_let = not fresh or reach.has_point(said.x, said.y)
            hands.point(said.x, said.y, said.buttons & (~0 if is_let else hands.buttons))
        elif isinstance(said, Wheel):
            hands.point(said.x, said.y, hands.buttons)
            if reach.has_point(said.x, said.y):
                hands.turn(said.right, said.down)
        elif isinstance(said, Key) and (not said.down or reach.has_focus()):
            hands.press(said.code, said.key, down=said.down)
