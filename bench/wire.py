"""The lightest client there can be, so that a load from one process can press a broker on another.

HTTP and WebSocket by hand over asyncio's protocols: no answer is checked beyond what a measurement
needs, frames are told apart by length alone, and the mask is zero, which saves us the masking and
costs the server as much as any other.
"""

import asyncio
import struct
from collections.abc import Callable
from typing import Any, cast

import msgspec

OPEN_SECONDS = 60.0

_TEXT, _BINARY, _CLOSE, _PING = 1, 2, 8, 9


class Unopened(Exception):
    """The other side did not let us in; the message is what it said instead."""


class Wire(asyncio.Protocol):
    """One WebSocket. `hear` gets each message, `lost` is called once when it is over."""

    __slots__ = ("_buffer", "_head", "_opened", "_transport", "hear", "lost")

    def __init__(self, head: bytes, hear: Callable[[bytes], None]) -> None:
        self.hear = hear
        self.lost: Callable[[], None] | None = None
        self._head = head
        self._buffer = b""
        self._opened: asyncio.Future[None] | None = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None

    async def opened(self) -> None:
        """Wait for the end of the handshake; raise `Unopened`."""
        assert self._opened
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                await self._opened
        except TimeoutError:
            self.close()
            raise Unopened("no answer") from None
        self._opened = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._head)

    def connection_lost(self, _fault: Exception | None) -> None:
        self._transport = None
        if self._opened and not self._opened.done():
            self._opened.set_exception(Unopened("closed"))
        if self.lost:
            self.lost()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._opened and not self._opened.done() and not self._upgrade(self._opened):
            return
        self._read_frames()

    def _upgrade(self, opened: asyncio.Future[None]) -> bool:
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return False
        if not head.startswith(b"HTTP/1.1 101"):
            opened.set_exception(Unopened(head[:200].decode(errors="replace")))
            self.close()
            return False
        self._buffer = rest
        opened.set_result(None)
        return True

    def _read_frames(self) -> None:
        """Take every whole frame there is; a server's frames are not masked."""
        data, at = self._buffer, 0
        while len(data) - at >= 2:
            size, start = data[at + 1], at + 2
            if size >= 126:
                wide = 2 if size == 126 else 8
                if len(data) < start + wide:
                    break
                size = int.from_bytes(data[start : start + wide])
                start += wide
            if len(data) < start + size:
                break
            self._frame(data[at] & 0x0F, data[start : start + size])
            at = start + size
        self._buffer = data[at:]

    def _frame(self, kind: int, payload: bytes) -> None:
        if kind in (_TEXT, _BINARY):
            self.hear(payload)
        elif kind == _PING:
            self._write(0x8A, payload)
        elif kind == _CLOSE:
            self.close()

    def send(self, payload: bytes) -> None:
        """Send one text message; nothing happens where the connection is gone."""
        self._write(0x81, payload)

    def send_bytes(self, payload: bytes) -> None:
        """Send one binary message of at most 64 KiB; nothing happens where the connection is gone."""
        self._write(0x82, payload)

    def _write(self, first: int, payload: bytes) -> None:
        if self._transport is None:
            return
        size = len(payload)
        head = (
            struct.pack(">BBI", first, 0x80 | size, 0)
            if size < 126
            else struct.pack(">BBHI", first, 0x80 | 126, size, 0)
        )
        self._transport.write(head + payload)

    def close(self) -> None:
        """End the connection without a word."""
        if self._transport:
            self._transport.abort()
            self._transport = None


async def open_wire(
    port: int, path: str, hear: Callable[[bytes], None], source: str = "127.0.0.1"
) -> Wire:
    """Open a WebSocket to `path` from the address `source`; raise `Unopened` or `OSError`."""
    head = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()
    _, wire = await asyncio.get_running_loop().create_connection(
        lambda: Wire(head, hear), "127.0.0.1", port, local_addr=(source, 0)
    )
    await wire.opened()
    return wire


class _Call(asyncio.Protocol):
    """One HTTP call on a connection of its own."""

    def __init__(self, call: bytes) -> None:
        self._call = call
        self._heard = b""
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast("asyncio.Transport", transport).write(self._call)

    def data_received(self, data: bytes) -> None:
        self._heard += data

    def connection_lost(self, _fault: Exception | None) -> None:
        if not self.answer.done():
            self.answer.set_result(self._heard)


async def post(port: int, path: str, headers: str, source: str = "127.0.0.1") -> dict[str, Any]:
    """Post to `path` with `headers` (lines that end in CRLF); return the JSON of the answer.

    Raises `Unopened` for everything but success, and `OSError`.
    """
    call = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 0\r\n"
        f"Connection: close\r\n{headers}\r\n"
    ).encode()
    transport, protocol = await asyncio.get_running_loop().create_connection(
        lambda: _Call(call), "127.0.0.1", port, local_addr=(source, 0)
    )
    try:
        async with asyncio.timeout(OPEN_SECONDS):
            answer = await protocol.answer
    except TimeoutError:
        raise Unopened("no answer") from None
    finally:
        transport.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
        raise Unopened(head[:200].decode(errors="replace"))
    return msgspec.json.decode(body, type=dict[str, Any])
