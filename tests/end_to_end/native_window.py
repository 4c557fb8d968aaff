"""The native client's window on a screen of its own, used as its customers do: by keyboard.

Tk tells nobody what is on the screen, so a test looks at what a press brings about at the other end.
"""

import asyncio
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import mss
import mss.tools
import Xlib.display
import Xlib.error
import Xlib.X

from customer_client.screen.x11_connection import disconnect
from tests.customer_client.screen.screens import run, xvfb
from tests.waiting import LIMIT_SECONDS, until

AGAIN_SECONDS = 15.0
"""Long enough for the window to answer on a busy machine: a key pressed twice may answer twice."""

OURS = "^Deskside ."
"""Part of the title of every window of the client."""

FROM_SOURCE = (sys.executable, "-m", "customer_client.main")


@contextmanager
def desktop() -> Iterator[str]:
    """A screen with a window manager; returns the display's name."""
    with xvfb(1000, 800) as display:
        manager = subprocess.Popen(
            ["openbox"],
            env=os.environ | {"DISPLAY": display},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for_manager(display)
            yield display
        finally:
            manager.terminate()
            manager.wait()


def _wait_for_manager(name: str) -> None:
    """Wait until windows are managed: one that is there before is taken over, and loses the keyboard."""
    display = Xlib.display.Display(name)
    try:
        root = display.screen().root
        root.change_attributes(event_mask=Xlib.X.PropertyChangeMask)
        managed = display.intern_atom("_NET_SUPPORTING_WM_CHECK")
        until = time.monotonic() + LIMIT_SECONDS
        while not root.get_full_property(managed, Xlib.X.AnyPropertyType):
            left = until - time.monotonic()
            assert left > 0, "no window manager started"
            if select.select([display], [], [], left)[0]:
                # Something has changed; what it was is asked for above.
                while display.pending_events():
                    display.next_event()
    finally:
        disconnect(display)


class NativeWindow:
    """The window of `process` on `display`."""

    def __init__(self, process: asyncio.subprocess.Process, display: str) -> None:
        self.process = process
        self.display = display

    async def shows(self, title: str = OURS, seconds: float = LIMIT_SECONDS) -> None:
        """Wait until there is a window with this in its title, and it has the keyboard."""
        await until(lambda: self._finds(title) or self.process.returncode is not None, seconds)
        assert self.process.returncode is None, "it ended"
        search = ("search", "--sync", "--onlyvisible", "--name", title, "windowfocus")
        for tries_left in (2, 1, 0):
            try:
                await asyncio.to_thread(self._xdotool, *search)
            except subprocess.CalledProcessError:
                # It was found before it could take the keyboard.
                if not tries_left:
                    raise
            else:
                return

    def _finds(self, title: str) -> bool:
        done = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", title],
            env=os.environ | {"DISPLAY": self.display},
            capture_output=True,
            check=False,
        )
        return done.returncode == 0

    async def is_about(self, *headings: str, seconds: float = LIMIT_SECONDS) -> None:
        """Wait until the task bar says that the window is about this, or one of these."""
        await until(lambda: self.heading() in headings, seconds)

    async def press_until_it_helps(self, *keys: str) -> None:
        """Press keys, again where they came too early, until the window is about something else."""
        await until(self.heading)
        before = self.heading()
        async with asyncio.timeout(3 * LIMIT_SECONDS):
            while True:
                await self.press(*keys)
                with suppress(TimeoutError):
                    # Nothing was found where something of the screen went just then.
                    await until(lambda: self.heading() not in (before, ""), AGAIN_SECONDS)
                    return

    def heading(self) -> str:
        """Return what the task bar says that the window is about."""
        display = Xlib.display.Display(self.display)
        try:
            named = display.intern_atom("_NET_WM_ICON_NAME")
            for window in _below(display.screen().root):
                found = window.get_full_property(named, Xlib.X.AnyPropertyType)
                # A terminal has a name as well.
                is_ours = "Deskside" in (window.get_wm_class() or ())
                if found and found.value and is_ours:
                    return bytes(found.value).decode()
        except Xlib.error.BadWindow:
            pass  # it was gone before it was asked
        finally:
            disconnect(display)
        return ""

    def _xdotool(self, *arguments: str) -> None:
        run(self.display, "xdotool", *arguments)

    async def _keep_keyboard(self) -> None:
        """Give the window the keyboard again where another that has gone had taken it along."""
        if not self._has_keyboard() and self._finds(OURS):
            with suppress(subprocess.CalledProcessError):
                await asyncio.to_thread(
                    self._xdotool, "search", "--onlyvisible", "--name", OURS, "windowfocus"
                )

    def _has_keyboard(self) -> bool:
        display = Xlib.display.Display(self.display)
        try:
            window = display.get_input_focus().focus
            while not isinstance(window, int) and window != display.screen().root:
                if window.get_wm_class():
                    return True
                window = window.query_tree().parent
        except Xlib.error.BadWindow:
            pass  # it was gone before it was asked
        finally:
            disconnect(display)
        return False

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, as X11 calls them."""
        await self._keep_keyboard()
        await asyncio.to_thread(self._xdotool, "key", "--delay", "40", *keys)

    async def type(self, text: str) -> None:
        """Type words."""
        await self._keep_keyboard()
        await asyncio.to_thread(self._xdotool, "type", "--delay", "25", text)

    async def close(self) -> None:
        """Press the button that every window has for it."""
        await self.press("alt+F4")

    async def close_for_good(self) -> None:
        """Close it, again where that came too early, until its program has ended."""
        async with asyncio.timeout(3 * LIMIT_SECONDS):
            while self.process.returncode is None:
                await self.close()
                with suppress(TimeoutError):
                    await until(lambda: self.process.returncode is not None, AGAIN_SECONDS)

    def picture(self, path: Path) -> None:
        """Save what the screen shows."""
        with mss.MSS(display=self.display) as camera:
            shot = camera.grab(camera.monitors[0])
            mss.tools.to_png(shot.rgb, shot.size, output=str(path))


def _below(window: Any) -> Iterator[Any]:
    for each in window.query_tree().children:
        yield each
        yield from _below(each)


@asynccontextmanager
async def native_window(
    display: str, *arguments: str, command: Sequence[str] = FROM_SOURCE, **environment: str
) -> AsyncIterator[NativeWindow]:
    """Start the client; it is killed if it is still there at the end. To it, no other is running."""
    with TemporaryDirectory() as folder:
        own = {"DISPLAY": display, "LANG": "en_GB.UTF-8", "XDG_RUNTIME_DIR": folder}
        process = await asyncio.create_subprocess_exec(
            *command,
            *arguments,
            env={**os.environ, **own, **environment},
            stdin=subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            yield NativeWindow(process, display)
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGKILL)
            assert process.stdout
            await process.stdout.read()
            await process.wait()
