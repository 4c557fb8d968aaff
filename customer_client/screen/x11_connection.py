"""Connections to an X server that leave nothing behind, whatever becomes of the server."""

import contextlib
import socket
from typing import Final

import Xlib.display
import Xlib.error

LOST: Final = (Xlib.error.ConnectionClosedError, Xlib.error.DisplayError, OSError, EOFError)


def connected(name: str) -> Xlib.display.Display:
    """Return a connection of python-xlib's to the display `name`; it raises one of `LOST`."""
    if name.startswith(":"):
        # Where nobody listens, python-xlib would leave sockets behind.
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(f"/tmp/.X11-unix/X{name[1:].partition('.')[0]}")  # noqa: S108 - X11's own place
    display = Xlib.display.Display(name)
    # What one request did wrong is no matter for the others; python-xlib would print it.
    display.set_error_handler(lambda *_: None)
    return display


def disconnect(display: Xlib.display.Display) -> None:
    """Let go of a connection, which may be broken; then python-xlib leaves its socket open."""
    with contextlib.suppress(*LOST):
        display.close()
    display.display.socket.close()
