"""A screen, a relay, a sharer of the one on the other, and a viewer that paints what comes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.clock import now
from broker.relay.journal import NoJournal
from broker.relay.leases import Lease, sign
from broker.relay.server import build_relay
from customer_client.screen.sharing import Sharing
from customer_client.screen.uplink import Ticket
from customer_client.screen.x11 import X11
from protocol import picture as p
from protocol.fields import Tool
from protocol.picture_bytes import decode, encode
from tests.customer_client.screen.painter import Painter
from tests.customer_client.screen.screens import Canvas, xvfb
from tests.waiting import until

KEY = Ed25519PrivateKey.generate()


class Watching:
    """A viewer's socket: what it has painted, and what it sends."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.painter = Painter()
        self.messages: list[p.Message] = []
        self.received = 0
        self._sequence = 0

    async def listen(self) -> None:
        async for message in self.socket:
            self.received += len(message.data)
            said = decode(message.data)
            self.take(said)
            if not isinstance(said.body, p.Blank | p.Clipboard):
                await self.say(p.Ack(received=self.received, drawn=said.sequence))

    def take(self, said: p.Message) -> None:
        self.messages.append(said)
        self.painter.take(said)

    async def say(self, body: p.Body) -> None:
        self._sequence += 1
        stream = next((m.stream for m in reversed(self.messages) if m.stream), 0)
        message = p.Message(stream=stream, sequence=self._sequence, time=0, body=body)
        await self.socket.send_bytes(encode(message))

    async def shows(self, canvas: Canvas) -> None:
        """Wait until what is painted is what the screen shows, to the pixel."""
        await until(lambda: np.array_equal(self.painter.pixels, canvas.pixels()))

    def of(self, kind: type[p.Body]) -> list[Any]:
        return [each.body for each in self.messages if isinstance(each.body, kind)]


def relay_app() -> web.Application:
    return build_relay(KEY.public_key(), "secret", now, NoJournal())


class Stage:
    """A relay, and what it takes to share with it and to watch."""

    def __init__(self, client: TestClient[Any, Any], http: aiohttp.ClientSession) -> None:
        self.client = client
        self.http = http
        self.given: set[Tool] = {"view", "control", "clipboard"}
        """What the sharer's machine knows to be granted."""

    def ticket(self, side: str = "sharer", *tools: Tool) -> Ticket:
        lease = Lease(
            session="s",
            party="max" if side == "sharer" else "ana",
            side="sharer" if side == "sharer" else "viewer",
            until=now() + 600_000,
            tools=tools,
        )
        return Ticket(str(self.client.make_url("/v1/picture")), sign(lease, KEY))

    async def fetch(self) -> Ticket:
        return self.ticket()

    def cut(self) -> None:
        """Cut every connection to the relay."""
        runner = self.client.server.runner
        assert runner
        assert runner.server
        for connection in runner.server.connections:
            assert connection.transport
            connection.transport.abort()

    @asynccontextmanager
    async def sharing(self, display: str, **options: Any) -> AsyncIterator[Sharing]:
        open_display: Callable[[], X11] = lambda: X11(display)  # noqa: E731
        sharing = Sharing(
            self.http,
            self.fetch,
            open_display,
            lambda tool: tool in self.given,
            display=display,
            **options,
        )
        async with sharing.running():
            yield sharing

    @asynccontextmanager
    async def watching(
        self, *tools: Tool, kind: type[Watching] = Watching
    ) -> AsyncIterator[Watching]:
        ticket = self.ticket("viewer", "view", *tools)
        async with self.http.ws_connect(ticket.address, max_msg_size=p.MOST_BYTES) as socket:
            await socket.send_str(ticket.lease)
            watching = kind(socket)
            async with asyncio.TaskGroup() as group:
                task = group.create_task(watching.listen())
                try:
                    yield watching
                finally:
                    task.cancel()


@pytest.fixture
def display() -> Iterator[str]:
    with xvfb() as name:
        yield name


@pytest.fixture
def canvas(display: str) -> Iterator[Canvas]:
    canvas = Canvas(display)
    yield canvas
    canvas.close()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with TestClient(TestServer(relay_app())) as client, aiohttp.ClientSession() as http:
        yield Stage(client, http)
