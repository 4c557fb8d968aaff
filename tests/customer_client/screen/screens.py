"""Real X servers for tests, and a program that draws on them."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import mss
import numpy as np
import Xlib.display
import Xlib.X

from customer_client.screen.x11_connection import disconnect
from protocol.picture import Rectangle


class Server(str):  # noqa: SLOT000 - a str has no slots of its own to give
    """The name of a display, and the process behind it."""

    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def x_server(*command: str, display: str = "") -> Iterator[Server]:
    """Run an X server and return the name of its display, once it is ready."""
    reader, writer = os.pipe()
    environment = os.environ | ({"DISPLAY": display} if display else {})
    server = subprocess.Popen(
        [*command, "-displayfd", str(writer), "-nolisten", "tcp", "-noreset"],
        pass_fds=(writer,),
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as pipe:
            number = pipe.readline().strip()
        assert number, "the X server did not start"
        name = Server(f":{number}")
        name.process = server
        yield name
    finally:
        server.terminate()
        server.wait()


def xvfb(width: int = 800, height: int = 600) -> Any:
    """Run a screen of its own."""
    return x_server("Xvfb", "-screen", "0", f"{width}x{height}x24")


def run(display: str, *command: str) -> None:
    """Run a program on `display` to its end."""
    subprocess.run(command, env=os.environ | {"DISPLAY": display}, check=True, timeout=20)


class Canvas:
    """Draws on a display, straight on its root window."""

    def __init__(self, display: str) -> None:
        self._name = display
        self.display = Xlib.display.Display(display)
        self.root = self.display.screen().root
        self._gc = self.root.create_gc(subwindow_mode=Xlib.X.IncludeInferiors)

    def fill(self, rectangle: Rectangle, colour: int) -> None:
        self._gc.change(foreground=colour)
        self.root.fill_rectangle(self._gc, *rectangle)
        self.display.sync()

    def draw(self, x: int, y: int, pixels: Any) -> None:
        """Draw 0x00RRGGBB pixels."""
        height, width = pixels.shape
        rows = max(1, 65_000 // width)
        for top in range(0, height, rows):
            part = np.ascontiguousarray(pixels[top : top + rows])
            self.root.put_image(
                self._gc, x, y + top, width, len(part), Xlib.X.ZPixmap, 24, 0, part.tobytes()
            )
        self.display.sync()

    def scroll(self, rectangle: Rectangle, by: int) -> None:
        """Move what is in `rectangle` up by so many rows."""
        x, y, width, height = rectangle
        self.root.copy_area(self._gc, self.root, x, y + by, width, height - by, x, y)
        self.display.sync()

    def pixels(self) -> Any:
        """Return what the display shows, as RGB."""
        with mss.MSS(display=self._name) as camera:
            shot = camera.grab(camera.monitors[0])
            return np.frombuffer(shot.rgb, np.uint8).reshape(shot.height, shot.width, 3)

    def close(self) -> None:
        disconnect(self.display)


def noise(width: int, height: int, seed: int = 1) -> Any:
    """Return pixels that nothing can compress."""
    return np.random.default_rng(seed).integers(0, 2**24, (height, width), dtype=np.uint32)


def text(width: int, height: int, seed: int = 1) -> Any:
    """Return something like a page of small coloured text."""
    random = np.random.default_rng(seed)
    page = np.full((height, width), 0xFFFFFF, np.uint32)
    for y in range(2, height - 14, 16):
        for x in range(4, width - 8, 8):
            if random.random() < 0.8:
                glyph = random.random((11, 6)) < 0.4
                page[y : y + 11, x : x + 6][glyph] = random.integers(0, 2**24)
    return page
