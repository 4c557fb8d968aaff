"""A program with windows of one colour, which does what lines on its standard input say.

Its windows have no background, as those of GTK and Qt have none: what the screen showed before stays in
them until they are drawn, which they are when the X server asks for it. Run as
`python -m tests.customer_client.screen.program COLOUR`, COLOUR being 0x00RRGGBB.
"""

import os
import select
import subprocess
import sys
from typing import Any

import Xlib.display
import Xlib.X
import Xlib.Xutil

from customer_client.screen.x11_connection import connected


class Windows:
    """The windows of this program, by name."""

    def __init__(self, colour: int) -> None:
        self.display = connected(os.environ["DISPLAY"])
        self._screen = self.display.screen()
        self._gc = self._screen.root.create_gc(foreground=colour)
        self._named: dict[str, Any] = {}
        self.draws = True

    def open(self, name: str, x: str, y: str, width: str, height: str, kind: str = "") -> None:
        """Open a window, by itself (as menus and tooltips are) or for the window manager."""
        window = self._screen.root.create_window(
            *(int(x), int(y), int(width), int(height), 0, Xlib.X.CopyFromParent),
            background_pixmap=Xlib.X.NONE,
            override_redirect=kind == "popup",
            event_mask=Xlib.X.ExposureMask,
        )
        window.set_wm_name(name)
        window.set_wm_class(name, "Program")
        flags = Xlib.Xutil.USPosition | Xlib.Xutil.USSize
        window.set_wm_normal_hints(flags=flags)
        window.map()
        self._named[name] = window

    def move(self, name: str, x: str, y: str) -> None:
        self._named[name].configure(x=int(x), y=int(y))

    def size(self, name: str, width: str, height: str) -> None:
        self._named[name].configure(width=int(width), height=int(height))

    def front(self, name: str) -> None:
        self._named[name].configure(stack_mode=Xlib.X.Above)

    def back(self, name: str) -> None:
        self._named[name].configure(stack_mode=Xlib.X.Below)

    def minimise(self, name: str) -> None:
        iconic = self.display.intern_atom("WM_CHANGE_STATE")
        mask = Xlib.X.SubstructureRedirectMask | Xlib.X.SubstructureNotifyMask
        from Xlib.protocol.event import ClientMessage  # noqa: PLC0415 - said nowhere else

        data = (32, [Xlib.Xutil.IconicState, 0, 0, 0, 0])
        message = ClientMessage(window=self._named[name], client_type=iconic, data=data)
        self._screen.root.send_event(message, event_mask=mask)

    def restore(self, name: str) -> None:
        self._named[name].map()

    def close(self, name: str) -> None:
        self._named.pop(name).destroy()

    def hang(self) -> None:
        """Draw nothing any more, until told to go on."""
        self.draws = False

    def go_on(self) -> None:
        self.draws = True
        for window in self._named.values():
            window.fill_rectangle(self._gc, 0, 0, 4000, 4000)

    def draw(self) -> None:
        """Draw what the server asks for."""
        while self.display.pending_events():
            event = self.display.next_event()
            if event.type == Xlib.X.Expose and self.draws:
                event.window.fill_rectangle(self._gc, event.x, event.y, event.width, event.height)
        self.display.flush()


class Program:
    """Such a program on `display`, from outside."""

    def __init__(self, display: str, colour: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(colour)],
            env=os.environ | {"DISPLAY": display},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid

    def do(self, *words: object) -> None:
        """Have it do something, and wait until the X server has done it."""
        assert self._process.stdin
        assert self._process.stdout
        print(*words, file=self._process.stdin, flush=True)
        assert self._process.stdout.readline() == "done\n"

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


def main() -> None:
    windows = Windows(int(sys.argv[1]))
    while True:
        ready, _, _ = select.select([sys.stdin.fileno(), windows.display], [], [])
        if sys.stdin.fileno() in ready:
            # A line at a time, each answered before the next is written.
            if not (line := os.read(sys.stdin.fileno(), 4096).decode()):
                return
            name, *words = line.split()
            getattr(windows, name)(*words)
            windows.display.sync()
            sys.stdout.write("done\n")
            sys.stdout.flush()
        windows.draw()


if __name__ == "__main__":
    main()
