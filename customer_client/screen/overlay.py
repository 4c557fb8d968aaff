"""Shows stamps over everything on an X11 screen, in windows that let every click through.

One window for each stamp, of the shape of its solid pixels (SHAPE), with no shape at all for input: no
compositor is needed, and whatever is under it is clicked, dragged and read as if it were not there.
"""

import os
import select
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import numpy as np
import Xlib.display
import Xlib.X
import Xlib.Xatom
from Xlib.ext import shape

from customer_client.screen.inbox import Inbox
from customer_client.screen.pixels import Unequal
from customer_client.screen.stamps import Stamp, Stamps
from customer_client.screen.x11_connection import LOST, connected, disconnect
from customer_client.screen.x11_owners import OVERLAY

AGAIN_SECONDS: Final = 1.0
RAISE_SECONDS: Final = 0.5
"""What covers a stamp is covered again, but two programs that both want to be on top get no war."""

MOST_BYTES: Final = 250_000
"""Of one request; X11 takes 256 KiB."""


class Layer(Protocol):
    """Something that is drawn over the screen, and changes with time."""

    name: str

    def stamps(self, width: int, height: int, now: float) -> Sequence[Stamp] | None:
        """Return what is to be seen at `now` on a screen of this size; None if that is as before."""

    def due_in(self, now: float) -> float | None:
        """Return in how many seconds to ask again, if nothing else happens."""


class Overlay:
    """Shows `layers` on the display called `name` and in `stamps`. Run `run` on a thread of its own."""

    def __init__(self, stamps: Stamps, layers: Sequence[Layer], name: str = "") -> None:
        self._stamps = stamps
        self._layers = layers
        self._name = name
        self._stopping = threading.Event()
        self._inbox: Inbox[None] = Inbox()

    def wake(self) -> None:
        """Ask the layers again; from any thread."""
        self._inbox.wake()

    def stop(self) -> None:
        """Show nothing more, and end; from any thread."""
        self._stopping.set()
        self._inbox.wake()

    def run(self) -> None:
        """Show what the layers say until stopped."""
        try:
            while not self._stopping.is_set():
                try:
                    self._at_display()
                except LOST:
                    select.select([self._inbox], [], [], AGAIN_SECONDS)
                    self._inbox.take()
        finally:
            for layer in self._layers:
                self._stamps.show(layer.name, ())
            self._inbox.close()

    def _at_display(self) -> None:
        display = connected(self._name or os.environ.get("DISPLAY", ""))
        try:
            Shown(display, self._stamps, self._layers, self._inbox, self._stopping.is_set).run()
        finally:
            disconnect(display)


class Shown:
    """What an overlay shows on one connection to a display."""

    def __init__(
        self,
        display: Xlib.display.Display,
        stamps: Stamps,
        layers: Sequence[Layer],
        inbox: Inbox[None],
        is_over: Callable[[], bool],
    ) -> None:
        self._display = display
        self._stamps = stamps
        self._layers = layers
        self._inbox = inbox
        self._is_over = is_over
        self._root = display.screen().root
        self._root.change_attributes(event_mask=Xlib.X.StructureNotifyMask)
        self._overlay = display.intern_atom(OVERLAY)
        self._windows: dict[str, list[Any]] = {layer.name: [] for layer in layers}
        self._size = (0, 0)
        self._is_covered = True
        self._raised_at = 0.0

    def run(self) -> None:
        """Show until it is over."""
        size = self._root.get_geometry()
        self._size = (size.width, size.height)
        while not self._is_over():
            now = time.monotonic()
            for layer in self._layers:
                stamps = layer.stamps(*self._size, now)
                if stamps is not None:
                    self._stamps.show(layer.name, stamps)
                    self._draw(layer.name, stamps)
            self._keep_on_top(now)
            self._display.flush()
            due = [each for layer in self._layers if (each := layer.due_in(now)) is not None]
            self._wait(min(due, default=None))

    def _wait(self, seconds: float | None) -> None:
        if self._is_covered:
            seconds = min(seconds if seconds is not None else RAISE_SECONDS, RAISE_SECONDS)
        if not self._display.pending_events():
            watched: list[Inbox[None] | Xlib.display.Display] = [self._inbox, self._display]
            select.select(watched, [], [], seconds)
        self._inbox.take()
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == Xlib.X.VisibilityNotify:
                self._is_covered |= event.state != Xlib.X.VisibilityUnobscured
            elif event.type == Xlib.X.ConfigureNotify and event.window == self._root:
                self._size = (event.width, event.height)

    def _keep_on_top(self, now: float) -> None:
        if self._is_covered and now - self._raised_at >= RAISE_SECONDS:
            self._is_covered, self._raised_at = False, now
            for windows in self._windows.values():
                for window in windows:
                    window.configure(stack_mode=Xlib.X.Above)

    def _draw(self, layer: str, stamps: Sequence[Stamp]) -> None:
        before = self._windows[layer]
        # Tiles are drawn once, and share what they are drawn with.
        pixmaps = {id(each.pixels): each for each in stamps}
        drawn = {key: self._pixmap(each) for key, each in pixmaps.items()}
        shapes = {key: _runs(each.solid) for key, each in pixmaps.items()}
        self._windows[layer] = [
            self._open(each, drawn[id(each.pixels)], shapes[id(each.pixels)]) for each in stamps
        ]
        for window in before:
            window.destroy()
        for pixmap in drawn.values():
            pixmap.free()

    def _open(self, stamp: Stamp, pixmap: Any, solid: list[tuple[int, int, int, int]]) -> Any:
        x, y, width, height = stamp.place
        window = self._root.create_window(
            *(x, y, width, height, 0, self._display.screen().root_depth),
            override_redirect=True,
            background_pixmap=pixmap,
            event_mask=Xlib.X.VisibilityChangeMask,
        )
        window.change_property(self._overlay, Xlib.Xatom.CARDINAL, 32, [1])
        for kind, covered in ((shape.SK.Bounding, solid), (shape.SK.Input, [])):
            shape.rectangles(window, shape.SO.Set, kind, Xlib.X.Unsorted, 0, 0, covered)
        window.map()
        return window

    def _pixmap(self, stamp: Stamp) -> Any:
        _, _, width, height = stamp.place
        depth = self._display.screen().root_depth
        pixmap = self._root.create_pixmap(width, height, depth)
        gc = pixmap.create_gc()
        rows = max(1, MOST_BYTES // (4 * width))
        for top in range(0, height, rows):
            part = np.ascontiguousarray(stamp.pixels[top : top + rows])
            pixmap.put_image(
                *(gc, 0, top, width, len(part), Xlib.X.ZPixmap, depth, 0, part.tobytes())
            )
        gc.free()
        return pixmap


def _runs(solid: Unequal) -> list[tuple[int, int, int, int]]:
    """Return rectangles of one row each that cover just what is `solid`."""
    edges = np.diff(solid.astype(np.int8), axis=1, prepend=0, append=0)
    rows, begins = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    return [
        (int(begin), int(row), int(end - begin), 1)
        for row, begin, end in zip(rows, begins, ends, strict=True)
    ]
