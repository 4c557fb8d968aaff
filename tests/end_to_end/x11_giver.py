"""Another program on an X11 display, from which something is pasted, or files are dragged.

Clipboards are selections (ICCCM, section 2): who has something answers whoever asks for it. Dragging is
the XDND protocol, version 5, whose payload is a selection again.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import Xlib.display
import Xlib.error
import Xlib.X
import Xlib.Xatom
from Xlib.protocol import event as events

from customer_client.screen.x11_connection import disconnect
from tests.waiting import LIMIT_SECONDS

VERSION = 5
WAKE_SECONDS = 0.05


class Giver:
    """Owns the selection called `selection` and gives `contents`, by their kinds."""

    def __init__(self, display: str, selection: str, contents: dict[str, bytes]) -> None:
        self.display = Xlib.display.Display(display)
        self.root = self.display.screen().root
        self.window = self.root.create_window(0, 0, 1, 1, 0, Xlib.X.CopyFromParent)
        self._contents = {self.atom(kind): content for kind, content in contents.items()}
        self.window.set_selection_owner(self.atom(selection), Xlib.X.CurrentTime)
        self.display.sync()

    def atom(self, name: str) -> int:
        return int(self.display.intern_atom(name))

    def serve(self, event: Any) -> None:
        """Answer whoever asks what there is, or for it."""
        if event.type != Xlib.X.SelectionRequest:
            return
        place = event.property or event.target
        if event.target == self.atom("TARGETS"):
            kinds = [event.target, *self._contents]
            event.requestor.change_property(place, Xlib.Xatom.ATOM, 32, kinds)
        elif event.target in self._contents:
            content = self._contents[event.target]
            event.requestor.change_property(place, event.target, 8, content)
        else:
            place = Xlib.X.NONE
        answer = events.SelectionNotify(
            time=event.time,
            requestor=event.requestor,
            selection=event.selection,
            target=event.target,
            property=place,
        )
        event.requestor.send_event(answer)
        self.display.flush()

    def drop_on(self, target: Any, x: int, y: int) -> None:
        """Drag what there is over `target`, and drop it there."""
        kind = next(iter(self._contents))
        self._say(target, "XdndEnter", VERSION << 24, kind, 0, 0)
        copy = self.atom("XdndActionCopy")
        self._say(target, "XdndPosition", 0, x << 16 | y, Xlib.X.CurrentTime, copy)
        status = self._hear("XdndStatus")
        assert status[1] & 1, "it takes no files"
        self._say(target, "XdndDrop", 0, Xlib.X.CurrentTime, 0, 0)
        self._hear("XdndFinished")

    def _say(self, target: Any, what: str, *data: int) -> None:
        message = events.ClientMessage(
            window=target, client_type=self.atom(what), data=(32, [self.window.id, *data])
        )
        target.send_event(message)
        self.display.flush()

    def _hear(self, what: str) -> list[int]:
        while True:
            event = self.display.next_event()
            self.serve(event)
            if event.type == Xlib.X.ClientMessage and event.client_type == self.atom(what):
                return [*event.data[1]]


@contextmanager
def on_the_clipboard(display: str, kind: str, content: bytes) -> Iterator[None]:
    """Have `content` on the clipboard until the block ends."""
    giver = Giver(display, "CLIPBOARD", {kind: content})
    is_over = threading.Event()

    def give() -> None:
        while not is_over.wait(WAKE_SECONDS):
            while giver.display.pending_events():
                giver.serve(giver.display.next_event())

    thread = threading.Thread(target=give, name="clipboard")
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(LIMIT_SECONDS)
        disconnect(giver.display)


def drop_files(display: str, paths: list[Path]) -> None:
    """Drop files in the midst of the window that takes them."""
    uris = "".join(f"{path.as_uri()}\r\n" for path in paths).encode()
    giver = Giver(display, "XdndSelection", {"text/uri-list": uris})
    try:
        target = next(_aware(giver.root, giver.atom("XdndAware")))
        there = target.translate_coords(giver.root, 0, 0)
        shape = target.get_geometry()
        # Where it says that a point of the root lies, seen from itself, is the other way round.
        giver.drop_on(target, shape.width // 2 - there.x, shape.height // 2 - there.y)
    finally:
        disconnect(giver.display)


def _aware(window: Any, aware: int) -> Iterator[Any]:
    """Yield the windows that take what is dropped on them."""
    try:
        if window.get_full_property(aware, Xlib.X.AnyPropertyType):
            yield window
        for each in window.query_tree().children:
            yield from _aware(each, aware)
    except Xlib.error.BadWindow:
        return
