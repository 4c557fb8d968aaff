"""People at a broker of the tests: their links, and the pictures they share and watch."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from aiohttp import ClientWebSocketResponse
from aiohttp.test_utils import TestServer

from broker.clock import Clock, now
from broker.relay.journal import Journal
from broker.relay.keys import open_keys
from broker.relay.server import RELAY, Relay, build_relay
from broker.relay.tapes import Tapes
from broker.relay_places import RelayAt
from broker.tasks import Tasks
from customer_client.link import Followed, Link
from protocol import picture as p
from protocol.picture_bytes import decode
from recordings.store import open_store
from tests.broker.servers import Reply, Server
from tests.waiting import LIMIT_SECONDS

Socket = ClientWebSocketResponse


@asynccontextmanager
async def linked(
    server: Server,
    *,
    cookie: str = "",
    token: str = "",
    known: Followed | None = None,
    told: Callable[[Any], None] | None = None,
) -> AsyncIterator[Link]:
    """A link to `server`, of whom `cookie` or `token` says; it goes on with what is `known`, and
    `told` hears each frame.
    """

    async def ticket() -> str:
        reply = await server.call("POST", "/v1/tickets", cookie=cookie, token=token)
        if reply.status != HTTPStatus.OK:  # signed out, perhaps by the test itself
            raise ConnectionError(reply.error)
        return str(reply.json["ticket"])

    link = Link(server.url, ticket, server.http, told)
    if known:
        link.sessions[known.session.id] = known
    async with link.running():
        await link.until(lambda link: link.welcome)
        yield link


@dataclass(frozen=True)
class Relaying:
    """A relay in this process."""

    at: RelayAt
    relay: Relay


@asynccontextmanager
async def relaying(
    folder: Path, journal: Journal | None = None, clock: Clock = now
) -> AsyncIterator[Relaying]:
    """Run a relay that takes orders from brokers whose data lie in `folder`, and records as they do
    unless a `journal` stands in for that.
    """
    keys = open_keys(folder)

    def open_tapes(tasks: Tasks) -> Tapes:
        store = partial(open_store, str(folder / "blobs"))
        return Tapes(folder / "journal", store, clock, tasks)

    app = build_relay(
        keys.signing.public_key(),
        keys.secret,
        clock,
        journal,
        None if journal else open_tapes,
    )
    async with TestServer(app) as server:
        base = f"ws://127.0.0.1:{server.port}/v1"
        yield Relaying(RelayAt(address=f"{base}/picture", orders=f"{base}/orders"), app[RELAY])


async def ask_picture(server: Server, session: str, **who: str) -> Reply:
    """Ask for the picture of `session`, as the `cookie` or `token` of `who`."""
    return await server.call("POST", f"/v1/sessions/{session}/picture", {}, **who)  # type: ignore[arg-type]


@asynccontextmanager
async def opened(server: Server, session: str, **who: str) -> AsyncIterator[Socket]:
    """A picture socket of whom the `cookie` or `token` of `who` says."""
    reply = await ask_picture(server, session, **who)
    assert reply.status == 200, reply.body
    async with server.http.ws_connect(reply.json["address"]) as ws:
        await ws.send_str(reply.json["lease"])
        yield ws


async def next_of(ws: Socket, kind: type[p.Body], seconds: float = LIMIT_SECONDS) -> Any:
    """Return the body of the next message of `kind`."""
    while True:
        body = decode(await ws.receive_bytes(timeout=seconds)).body
        if isinstance(body, kind):
            return body
