"""A session whose customer may share the screen, with two brokers and a relay in this process."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from broker.accounts import Account
from broker.clock import now
from broker.relay.keys import open_keys
from broker.relay.leases import verify
from broker.relay.server import Relay
from customer_client.link import Link
from protocol import picture as p
from protocol import requests as r
from protocol.fields import Tool
from tests.broker.people import Socket, linked, next_of, opened, relaying
from tests.broker.relay.pictures import LEFT, Drawing
from tests.broker.servers import Server, serving
from tests.end_to_end.serving import ask, begin
from tests.waiting import until


class StoppableClock:
    """The relay's clock: right, until it is stopped."""

    def __init__(self) -> None:
        self._stopped_at = 0

    def __call__(self) -> int:
        return self._stopped_at or now()

    def stop(self) -> None:
        """Let no more time pass, so that whatever comes has come within a second."""
        self._stopped_at = now()


@dataclass(frozen=True)
class Scene:
    """Ana owns a session in which Max may share his screen. `other` is a second broker."""

    relay: Relay
    clock: StoppableClock
    server: Server
    other: Server
    folder: Path
    session: str
    ana: Link
    customer: Link
    account: Account
    cookie: str
    token: str

    def tools(self, lease: str) -> set[Tool]:
        key = open_keys(self.folder).signing.public_key()
        return set(verify(lease, key, self.server.parts.clock()).tools)

    async def share(self) -> None:
        await ask(self.customer, r.ShareScreen, self.session, what="screen")

    async def grant(self, *tools: Tool, rep: Link | None = None) -> None:
        rep = rep or self.ana
        await ask(rep, r.RequestGrants, self.session, tools=tools)
        await ask(self.customer, r.AnswerGrants, self.session, allowed=True)


@asynccontextmanager
async def sharing_scene(data_folder: Path) -> AsyncIterator[Scene]:
    """Max and Ana talk, at two brokers with one relay."""
    clock = StoppableClock()
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(relaying(data_folder, clock=clock))
        one, two = [
            await stack.enter_async_context(serving(data_folder, relays=[running.at]))
            for _ in range(2)
        ]
        for server in (one, two):
            await until(server.parts.pictures._living)
        account = await one.add("ana", "rep")
        cookie = await one.sign_in(account)
        _, token = await one.visitor()
        ana = await stack.enter_async_context(linked(one, cookie=cookie))
        customer = await stack.enter_async_context(linked(one, token=token))
        session = await begin(customer, ana)
        yield Scene(
            running.relay,
            clock,
            one,
            two,
            data_folder,
            session,
            ana,
            customer,
            account,
            cookie,
            token,
        )


@asynccontextmanager
async def watched(scene: Scene, *tools: Tool) -> AsyncIterator[tuple[Socket, Socket]]:
    """Sockets of sharer and viewer, on which a picture goes; Ana holds `tools` beside view."""
    draw = Drawing()
    await scene.share()
    if tools:
        await scene.grant(*tools)
    async with (
        opened(scene.server, scene.session, token=scene.token) as sharer,
        opened(scene.server, scene.session, cookie=scene.cookie) as viewer,
    ):
        for data in (draw.screen(), draw.patch(LEFT)):
            await sharer.send_bytes(data)
        await next_of(viewer, p.Patch)
        yield sharer, viewer
