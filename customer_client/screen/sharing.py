"""Sharing the screen: a camera on its thread, a socket to the relay, and the end of both.

`stop` works at once and from any thread, with or without a network: nothing is captured and nothing
put in from then on. Whoever leaves `running` has nothing left of it.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Self

import aiohttp

from customer_client.screen.camera import Camera, Chosen, Closed, Told
from customer_client.screen.control import Control, LetGo
from customer_client.screen.display import Display
from customer_client.screen.uplink import Ticket, Uplink
from protocol.fields import Tool
from protocol.picture import Clipboard, Key, Pointer, ReleaseAll, Wheel

INPUT = (Pointer, Wheel, Key, ReleaseAll, Clipboard)
"""What reps do, and not the relay."""


class Sharing:
    """Shares the display that `open_display` opens with the relay that `fetch` names, and lets in
    what `may` allows at the one called `display`.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        fetch: Callable[[], Awaitable[Ticket]],
        open_display: Callable[[], Display],
        may: Callable[[Tool], bool],
        monitor: int = 0,
        display: str = "",
    ) -> None:
        self._camera = Camera(open_display, monitor)
        self._control = Control(may, self._camera.tell, display)
        self._threads = (
            threading.Thread(target=self._camera.run, name="camera", daemon=True),
            threading.Thread(target=self._control.run, name="control", daemon=True),
        )
        self.uplink = Uplink(http, fetch, self._hear)

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
        """Capture nothing and let nothing in from now on, and let go of what is held."""
        self._camera.stop()
        self._control.stop()

    def choose(self, monitor: int) -> None:
        """Show this monitor from now on; 0 is all of them."""
        self._camera.tell(Chosen(monitor))

    def _hear(self, said: Told) -> None:
        if isinstance(said, Closed):
            self._control.tell(LetGo())
        if isinstance(said, INPUT):
            self._control.tell(said)
        else:
            self._camera.tell(said)
