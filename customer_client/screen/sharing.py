"""Sharing the screen: a camera on its thread, a socket to the relay, and the end of both.

`stop` works at once and from any thread, with or without a network: nothing is captured and nothing
put in from then on. Whoever leaves `running` has nothing left of it.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Self

import aiohttp

from customer_client.direct.lines import Lines
from customer_client.screen.camera import Camera, Chosen, Closed, Stamped, Told
from customer_client.screen.choice import EVERYTHING, Choice
from customer_client.screen.control import Control, LetGo
from customer_client.screen.display import Display
from customer_client.screen.drawings import Drawings
from customer_client.screen.overlay import Layer, Overlay
from customer_client.screen.stamps import Stamps
from customer_client.screen.uplink import Ticket, Uplink
from protocol.fields import Tool
from protocol.picture import Clipboard, Drawing, Key, Pointer, ReleaseAll, Wheel

INPUT = (Pointer, Wheel, Key, ReleaseAll, Clipboard)
"""What reps do, and not the relay."""


class Sharing:
    """Shares the display that `open_display` opens with the relay that `fetch` names, and lets in
    what `may` allows at the one called `display`. `layers` are drawn over the screen meanwhile.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        fetch: Callable[[], Awaitable[Ticket]],
        open_display: Callable[[], Display],
        may: Callable[[Tool], bool],
        choice: Choice = EVERYTHING,
        display: str = "",
        layers: Sequence[Layer] = (),
    ) -> None:
        self._stamps = Stamps()
        self._camera = Camera(open_display, choice, self._stamps)
        self._stamps.changed = lambda places: self._camera.tell(Stamped(tuple(places)))
        self._may = may
        self._drawings = Drawings()
        self._overlay = Overlay(self._stamps, (self._drawings, *layers), display)
        self._choice = choice
        self._control = Control(may, self._camera.tell, display, lambda: self._choice)
        self._threads = (
            threading.Thread(target=self._camera.run, name="camera", daemon=True),
            threading.Thread(target=self._control.run, name="control", daemon=True),
            threading.Thread(target=self._overlay.run, name="overlay", daemon=True),
        )
        self.lines = Lines(self._hear)
        self.uplink = Uplink(http, fetch, self.lines.relay)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """Share until the block ends or `stop` is called."""
        for thread in self._threads:
            thread.start()
        try:
            async with asyncio.TaskGroup() as group:
                task = group.create_task(self.uplink.run(), name="uplink")
                try:
                    yield self
                finally:
                    self.stop()
                    task.cancel()
        finally:
            for thread in self._threads:
                await asyncio.to_thread(thread.join)

    @property
    def is_capturing(self) -> bool:
        """Say whether anything may still be captured or put in."""
        return any(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        """Capture nothing, let nothing in or out from now on, and let go of what is held."""
        self._camera.stop()
        self._control.stop()
        self._overlay.stop()
        self.uplink.stop()
        self.lines.stop()

    def choose(self, choice: Choice) -> None:
        """Show this, and nothing else, from now on; from any thread."""
        self._choice = choice
        self._camera.tell(Chosen(choice))

    def _hear(self, said: Told) -> None:
        if isinstance(said, Closed):
            self._control.tell(LetGo())
        if isinstance(said, INPUT):
            self._control.tell(said)
        elif isinstance(said, Drawing):
            if self._may("view"):
                self._drawings.take(said)
                self._overlay.wake()
        else:
            self._camera.tell(said)
