"""What goes out on one socket: put in at once, sent in order, bounded."""

import asyncio
from collections import deque

from aiohttp import WSCloseCode, WSMsgType, web

from broker.tasks import Tasks

MOST_BYTES = 16 * 1024 * 1024
"""More than a viewer's window and a whole picture; beyond it the peer does not read at all."""


class Outlet:
    """The sending side of `ws`, for messages of one `kind`."""

    def __init__(
        self,
        ws: web.WebSocketResponse,
        transport: asyncio.Transport | None,
        tasks: Tasks,
        kind: WSMsgType = WSMsgType.BINARY,
    ) -> None:
        self._kind = kind
        self._ws = ws
        self._transport = transport
        self._tasks = tasks
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._sending = False

    async def close(self, code: WSCloseCode) -> None:
        """Close the socket."""
        await self._ws.close(code=code)

    def write(self, data: bytes) -> None:
        """Send `data` after what was written before; a peer who reads nothing is cut off."""
        if self._ws.closed:
            return
        self._waiting.append(data)
        self._size += len(data)
        if self._size > MOST_BYTES:
            self._waiting.clear()
            if self._transport:
                self._transport.abort()
        elif not self._sending:
            self._sending = True
            self._tasks.start(self._send(), "outlet")

    async def _send(self) -> None:
        try:
            while self._waiting:
                data = self._waiting.popleft()
                self._size -= len(data)
                await self._ws.send_frame(data, self._kind)
        except (ConnectionError, RuntimeError):
            # The peer is gone; the reading side notices by itself.
            self._waiting.clear()
            self._size = 0
        finally:
            self._sending = False
