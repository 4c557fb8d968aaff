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

from customer_client.screen.camera import Camera, Chosen, Told
from customer_client.screen.display import Display
from customer_client.screen.uplink import Ticket, Uplink
from protocol.fields import Tool


class Sharing:
    """Shares the display that `open_display` opens with the relay that `fetch` names."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        fetch: Callable[[], Awaitable[Ticket]],
        open_display: Callable[[], Display],
        may: Callable[[Tool], bool],
        monitor: int = 0,
    ) -> None:
        self._may = may
        self._camera = Camera(open_display, monitor)
        self._thread = threading.Thread(target=self._camera.run, name="camera", daemon=True)
        self.uplink = Uplink(http, fetch, self._hear)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """Share until the block ends or `stop` is called."""
        self._thread.start()
        try:
            async with asyncio.TaskGroup() as group:
                task = group.create_task(self.uplink.run(), name="uplink")
                try:
                    yield self
                finally:
                    self.stop()
                    task.cancel()
        finally:
            await asyncio.to_thread(self._thread.join)

    @property
    def is_capturing(self) -> bool:
        """Say whether anything may still be captured."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Capture nothing from now on."""
        self._camera.stop()

    def choose(self, monitor: int) -> None:
        """Show this monitor from now on; 0 is all of them."""
        self._camera.tell(Chosen(monitor))

    def _hear(self, said: Told) -> None:
        self._camera.tell(said)
