"""One link: a WebSocket with JSON text to one device of one party.

Requests of a link are carried out one after the other, so their order is the sender's, and a
sender who is faster than the disk is slowed down instead of dropped. What goes down is
bounded: who does not read is closed, and comes back to `resume`.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from broker.devices import device_of
from broker.tasks import Tasks
from protocol.fields import Id
from protocol.messages import (
    LINK_LIMIT,
    Frame,
    Goodbye,
    RefusedRequest,
    Signal,
    decode_up,
    encode,
)
from protocol.requests import Request
from protocol.session import Party

OUTBOX_BYTES = 256 * 1024
"""A reader who is this far behind is closed; nothing is lost, they resume."""

ROOMY_BYTES = 64 * 1024
"""Filling goes on only below this, so that it never fills the outbox by itself."""

GOODBYE_SECONDS = 2.0

MESSAGES_PER_SECOND = 500
BURST = 1000

Heard = Callable[["Link", Request | Signal], Awaitable[None]]


class Link:
    """One device of `party`, let in by `sign_in` unless it is a customer's. `heard_at` is when it last said anything, in seconds of
    a clock that nobody sets; `turn` is with which others it beats."""

    __slots__ = (
        "_allowance", "_closing", "_flushing", "_outbox", "_paced_at", "_room", "_size", "_tasks", "_transport", "_ws",
        "device", "heard_at", "id", "party", "role", "sign_in", "turn",
    )  # fmt: skip

    def __init__(
        self, link_id: str, party: Party, role: str, tasks: Tasks, sign_in: str = ""
    ) -> None:
        self.id = link_id
        self.party = party
        self.role = role
        self.sign_in = sign_in
        self.device = ""
        self.heard_at = time.monotonic()
        self.turn = 0
        self._tasks = tasks
        self._ws = web.WebSocketResponse(
            compress=False, max_msg_size=LINK_LIMIT, writer_limit=ROOMY_BYTES
        )
        self._outbox: deque[bytes] = deque()
        self._size = 0
        self._flushing = False
        self._closing = False
        self._room: asyncio.Event | None = None
        self._transport: asyncio.Transport | None = None
        self._allowance = float(BURST)
        self._paced_at = self.heard_at

    async def open(self, request: web.Request) -> None:
        """Finish the WebSocket's opening handshake."""
        self.device = device_of(request.headers.get("User-Agent", ""))
        await self._ws.prepare(request)
        self._transport = request.transport

    @property
    def is_closing(self) -> bool:
        """Whether nothing more goes down."""
        return self._closing

    @property
    def response(self) -> web.WebSocketResponse:
        """The response that aiohttp wants back."""
        return self._ws

    def send(self, frame: Frame | bytes) -> None:
        """Put a frame into the outbox; never blocks."""
        if self._closing:
            return
        data = frame if isinstance(frame, bytes) else encode(frame)
        self._outbox.append(data)
        self._size += len(data)
        if self._size > OUTBOX_BYTES:
            self.abort()
        elif not self._flushing:
            self._flushing = True
            self._tasks.begin(self._flush(), f"flush {self.id}")

    async def roomy(self) -> None:
        """Wait until the outbox is nearly empty."""
        while self._size > ROOMY_BYTES and not self._closing:
            self._room = self._room or asyncio.Event()
            await self._room.wait()

    async def _flush(self) -> None:
        """Send what is in the outbox. Only a link whose reader is slow has a task for this."""
        try:
            while self._outbox and not self._closing:
                data = self._outbox.popleft()
                await self._ws.send_frame(data, WSMsgType.TEXT)
                self._size -= len(data)
                if self._room and self._size <= ROOMY_BYTES:
                    self._room.set()
                    self._room = None
        except (ConnectionError, RuntimeError):
            # The peer is gone; the reading side notices by itself.
            self._closing = True
        finally:
            self._flushing = False
            if self._closing and self._room:
                self._room.set()

    def abort(self) -> None:
        """Close at once, without a word that would only queue behind the rest."""
        self._closing = True
        self._outbox.clear()
        if self._room:
            self._room.set()
        if self._transport:
            self._transport.abort()

    async def listen(self, heard: Heard) -> None:
        """Pass on each message until the link closes."""
        async for message in self._ws:
            self.heard_at = time.monotonic()
            if message.type is not WSMsgType.TEXT:
                self._refuse_malformed("", ValueError("text only"))
                continue
            await self._hear(message, heard)
            await self._keep_pace()

    async def _hear(self, message: WSMessage, heard: Heard) -> None:
        try:
            said = decode_up(message.data)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as fault:
            self._refuse_malformed(message.data, fault)
            return
        await heard(self, said)

    def _refuse_malformed(self, said: str, fault: Exception) -> None:
        """Refuse it by its own id where it has one, or its sender would ask again for ever."""
        # The fault may quote what was sent, which may hold anything.
        why = "".join(c for c in str(fault)[:200] if c.isprintable())
        self.send(
            RefusedRequest(
                id=_field(said, "id"), session=_field(said, "session"), code="malformed", detail=why
            )
        )

    async def _keep_pace(self) -> None:
        """Read no faster than allowed; TCP tells the sender to wait, and nothing is dropped."""
        passed = self.heard_at - self._paced_at
        self._paced_at = self.heard_at
        self._allowance = min(BURST, self._allowance + passed * MESSAGES_PER_SECOND) - 1
        if self._allowance < 0:
            await asyncio.sleep(-self._allowance / MESSAGES_PER_SECOND)

    async def close(self, goodbye: Goodbye) -> None:
        """Say goodbye and close; a restart closes with 1012, which clients answer at once."""
        self._closing = True
        restart = goodbye.why == "draining"
        code = WSCloseCode.SERVICE_RESTART if restart else WSCloseCode.POLICY_VIOLATION
        try:
            # A peer that is half gone would hold up a restart.
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._ws.send_str(encode(goodbye).decode())
                await self._ws.close(code=code, message=goodbye.why.encode())
        except (ConnectionError, TimeoutError, RuntimeError):
            self.abort()


def _field(said: str, name: str) -> str:
    """Return the identifier called `name` in a message that is none of ours, "" if it has none."""
    try:
        value = json.loads(said)[name]
        return msgspec.convert(value, Id)
    except (ValueError, KeyError, TypeError, RecursionError, msgspec.ValidationError):
        return ""
