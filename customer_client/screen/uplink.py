"""The socket to the relay: opened with a lease, opened again whenever it is lost.

Runs in the event loop and does nothing but carry bytes: what the camera's thread emits goes out in
order, what comes in is read and handed over.
"""

import asyncio
import random
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, NamedTuple

import aiohttp

from customer_client.screen.camera import Closed, Opened, Told
from protocol.picture import MOST_BYTES, BadPicture
from protocol.picture_bytes import decode

FIRST_WAIT_SECONDS: Final = 0.25
LONGEST_WAIT_SECONDS: Final = 5.0
CONNECT_SECONDS: Final = 10.0
BEAT_SECONDS: Final = 10.0
CLOSE_SECONDS: Final = 0.5


class Ticket(NamedTuple):
    """Where a relay is, and the lease that opens a socket there."""

    address: str
    lease: str


class NoTicket(Exception):
    """The broker gives no lease for now; the text says why."""


class Uplink:
    """Carries the picture to the relay that `fetch` names; `hear` is told what comes of it and what
    the relay says.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        fetch: Callable[[], Awaitable[Ticket]],
        hear: Callable[[Told], None],
    ) -> None:
        self._http = http
        self._fetch = fetch
        self._hear = hear
        self._jitter = random.Random()  # noqa: S311 - it spreads reconnections, it hides nothing
        self._line: socket.socket | None = None
        self._is_stopped = False
        self.connections = 0

    def stop(self) -> None:
        """Let nothing out from now on, not even what waits already; from any thread.

        The relay notices a closed socket at once and blanks what viewers see, though no broker may be
        there to tell it.
        """
        self._is_stopped = True
        if line := self._line:
            # Not by way of the event loop, which may be busy.
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    async def run(self) -> None:
        """Keep a socket open until cancelled or stopped."""
        failures = 0
        while not self._is_stopped:
            before = self.connections
            try:
                await self._connect_once()
            except* (NoTicket, aiohttp.ClientError, ConnectionError, TimeoutError, BadPicture):
                pass  # away, or not yet: all are tried again
            failures = 0 if self.connections > before else failures + 1
            longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** min(failures, 10))
            await asyncio.sleep(self._jitter.uniform(FIRST_WAIT_SECONDS / 2, longest))

    async def _connect_once(self) -> None:
        async with asyncio.timeout(CONNECT_SECONDS):
            ticket = await self._fetch()
            picture = await self._http.ws_connect(
                ticket.address,
                max_msg_size=MOST_BYTES,
                compress=0,
                heartbeat=BEAT_SECONDS,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS),
            )
            await picture.send_str(ticket.lease)
        self._line = picture.get_extra_info("socket")
        try:
            async with picture, asyncio.TaskGroup() as group:
                if self._is_stopped:
                    return
                sending = group.create_task(self._send(picture), name="picture")
                try:
                    await self._listen(picture)
                finally:
                    sending.cancel()
        finally:
            self._line = None

    async def _send(self, picture: aiohttp.ClientWebSocketResponse) -> None:
        loop = asyncio.get_running_loop()
        # As much as the camera's window lets it emit, and no more.
        waiting: asyncio.Queue[bytes] = asyncio.Queue()

        def emit(data: bytes) -> None:
            # Once the program ends there is nobody left to send it.
            if not loop.is_closed():
                loop.call_soon_threadsafe(waiting.put_nowait, data)

        self._hear(Opened(emit))
        try:
            while True:
                data = await waiting.get()
                if self._is_stopped:
                    return
                await picture.send_bytes(data)
        except ConnectionError:
            return  # who listens notices as well
        finally:
            self._hear(Closed())

    async def _listen(self, picture: aiohttp.ClientWebSocketResponse) -> None:
        heard = False
        async for message in picture:
            if message.type is not aiohttp.WSMsgType.BINARY:
                raise BadPicture("bytes only")
            self.connections += not heard
            heard = True
            self._hear(decode(message.data).body)
