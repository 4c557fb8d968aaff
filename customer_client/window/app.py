"""Where asyncio and Tk meet, and nowhere else.

Tk has the main thread, as all systems want it; the event loop has another one. What the loop has to
say goes into a queue, and a byte into a pipe that Tk waits for: an idle window costs nothing. What the
window wants is called in the loop. Stopping waits for neither.
"""

import asyncio
import contextlib
import os
import queue
import signal
import threading
import tkinter as tk
from collections.abc import Callable, Sequence
from typing import Final

import aiohttp

from customer_client.casework import Casework
from customer_client.screen.display import Display
from customer_client.screen.windows import Application
from customer_client.window.attention import come_forward
from customer_client.window.deeds import Deed, StopSharing, UseCode
from customer_client.window.state import Case, Local
from customer_client.window.window import Window
from protocol.fields import NudgeMeans

POLL_MS: Final = 40
"""How often it is looked for news where Tk cannot wait for a pipe: on Windows."""


NEWS: Final = b"."
ENDED: Final = b"x"


class App:
    """A window to the broker `url`; `connector` makes what its connections go through."""

    def __init__(  # noqa: PLR0913 - what a visit needs
        self,
        url: str,
        language: str,
        code: str,
        *,
        connector: Callable[[], aiohttp.BaseConnector],
        open_display: Callable[[], Display],
        remove: Callable[[], Sequence[str]],
        running: Callable[[], Sequence[Application]] = tuple,
        why_not: str = "",
        is_dark: bool | None = None,
    ) -> None:
        self._url = url
        self._language = language
        self._code = code
        self._connector = connector
        self._open_display = open_display
        self._remove = remove
        self._running = running
        self._why_not = why_not
        self._news: queue.SimpleQueue[Case] = queue.SimpleQueue()
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self._loop = asyncio.new_event_loop()
        self._casework: Casework | None = None
        self._is_ready = threading.Event()
        self.fault: BaseException | None = None
        self.root = tk.Tk(className="Deskside")
        self.window = Window(
            self.root,
            language,
            perform=self._perform,
            close=self._close,
            worked=self._worked,
            look=self._look,
            is_dark=is_dark,
        )

    def run(self) -> tuple[str, ...]:
        """Show the window until it is closed; return what was taken off the computer."""
        # A signal wakes Tk, which would else not hear of it before something happens.
        signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        thread = threading.Thread(target=self._run_loop, name="loop")
        thread.start()
        self._is_ready.wait()
        self._listen()
        try:
            self.root.mainloop()
        finally:
            self._end()
            thread.join()
            signal.set_wakeup_fd(-1)
            os.close(self._reader)
            os.close(self._writer)
        while not self._news.empty():
            self.window.case = self._news.get()
        return self.window.case.removed

    def leave(self) -> None:
        """End everything; from a signal handler."""
        self.root.after_idle(self._close)

    def come_forward(self, code: str) -> None:
        """Let the window come forward, with a `code` that somebody has handed over; likewise."""
        self.root.after_idle(self._come_forward, code)

    def _come_forward(self, code: str) -> None:
        come_forward(self.root)
        if code and self.window.case.session is None:
            self._perform(UseCode(digits=code), self.window.local)

    # --- the loop's thread

    def _run_loop(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._work())
        except BaseException as fault:  # noqa: BLE001 - whatever it is, the window must not stay
            self.fault = fault
        finally:
            self._is_ready.set()
            self._wake(ENDED)

    async def _work(self) -> None:
        async with aiohttp.ClientSession(connector=self._connector()) as http:
            self._casework = Casework(
                self._url,
                http,
                self._tell,
                self._open_display,
                self._remove,
                running=self._running,
                why_not=self._why_not,
            )
            self._is_ready.set()
            await self._casework.run(self._language, self._code)

    def _tell(self, case: Case) -> None:
        self._news.put(case)
        self._wake(NEWS)

    def _wake(self, byte: bytes) -> None:
        with contextlib.suppress(OSError):  # the window is gone
            os.write(self._writer, byte)

    # --- Tk's thread

    def _listen(self) -> None:
        try:
            self.root.createfilehandler(self._reader, tk.READABLE, lambda *_: self._hear())
        except (AttributeError, NotImplementedError):
            os.set_blocking(self._reader, False)
            self._poll()

    def _poll(self) -> None:
        self._hear()
        self.root.after(POLL_MS, self._poll)

    def _hear(self) -> None:
        with contextlib.suppress(BlockingIOError):
            said = os.read(self._reader, 4096)
            case = None
            while not self._news.empty():
                # Each is told: a sound belongs to what has just come, not to the last state.
                case = self._news.get()
                self.window.took(case)
            if ENDED in said:
                self.root.quit()

    def _perform(self, deed: Deed, local: Local) -> None:
        if isinstance(deed, StopSharing) and self._casework:
            # Here and now; the broker is told when the loop comes to it.
            self._casework.wishes.stop_now()
        self._call(lambda casework: casework.do(deed, local))

    def _look(self, is_looking: bool) -> None:
        self._call(lambda casework: casework.look(looking=is_looking))

    def _worked(self, worked: tuple[NudgeMeans, ...]) -> None:
        self._call(lambda casework: casework.report_nudge(worked))

    def _close(self) -> None:
        self.root.withdraw()
        self._end()

    def _end(self) -> None:
        if self._casework:
            self._casework.wishes.stop_now()
        self._call(lambda casework: casework.close())

    def _call(self, does: Callable[[Casework], object]) -> None:
        if (casework := self._casework) and not self._loop.is_closed():
            with contextlib.suppress(RuntimeError):  # it is closing
                self._loop.call_soon_threadsafe(does, casework)
