"""The relay's two doors: `/v1/picture` for sharers and viewers, `/v1/orders` for brokers.

A picture socket is opened by a lease in the first message, as text, so that it stands in no address and no
log. A broker shows the relay's secret.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator

import msgspec
import structlog
from aiohttp import WSCloseCode, WSMsgType, web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from broker.clock import Clock
from broker.relay.journal import Journal
from broker.relay.leases import BadLease, Lease, verify
from broker.relay.orders import Allow, Paused, Refused, Report, Resumed, read_order
from broker.relay.outlet import Outlet
from broker.relay.room import Room
from broker.relay.viewer import Viewer
from broker.tasks import Tasks
from protocol.fields import Id
from protocol.picture import MOST_BYTES, BadPicture

log = structlog.get_logger()

TICK_SECONDS = 0.25
"""Rights lapse, and paused pictures are tried again, this often."""

FIRST_SECONDS = 10.0
"""Who opens a picture socket shows a lease within this time."""

BEAT_SECONDS = 10.0

CLOSED_REASON = 123
"""A WebSocket's closing reason has at most so many bytes (RFC 6455 §5.5)."""


class Relay:
    """The rooms of one relay, and the brokers that listen to it."""

    def __init__(
        self, key: Ed25519PublicKey, secret: str, clock: Clock, journal: Journal, tasks: Tasks
    ) -> None:
        self._key = key
        self._secret = secret
        self._clock = clock
        self._journal = journal
        self._tasks = tasks
        self._rooms: dict[Id, Room] = {}
        self._brokers: list[Outlet] = []

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """Be the picture socket of a sharer or a viewer."""
        ws = web.WebSocketResponse(compress=False, max_msg_size=MOST_BYTES, heartbeat=BEAT_SECONDS)
        await ws.prepare(request)
        try:
            async with asyncio.timeout(FIRST_SECONDS):
                lease = verify(await ws.receive_str(), self._key, self._clock())
        except (BadLease, TimeoutError, TypeError) as fault:
            await _close(ws, str(fault) or "a lease is needed first")
            return ws
        outlet = Outlet(ws, request.transport, self._tasks)
        room = self._room(lease)
        try:
            await (self._sharer if lease.side == "sharer" else self._viewer)(
                ws, outlet, room, lease
            )
        except BadPicture as fault:
            self._report(Refused(session=lease.session, party=lease.party, why=str(fault)))
            await _close(ws, str(fault))
        finally:
            if not room.is_used:
                self._rooms.pop(lease.session, None)
        return ws

    async def _sharer(
        self, ws: web.WebSocketResponse, outlet: Outlet, room: Room, lease: Lease
    ) -> None:
        sharer = room.share(lease.party, outlet.write)
        try:
            async for data in _messages(ws):
                await room.show(sharer, data)
        finally:
            room.unshare(sharer, "customer_gone")

    async def _viewer(
        self, ws: web.WebSocketResponse, outlet: Outlet, room: Room, lease: Lease
    ) -> None:
        until = dict.fromkeys(lease.tools, lease.until)
        viewer = Viewer(lease.party, outlet.write, until)
        room.watch(viewer)
        try:
            async for data in _messages(ws):
                room.hear(viewer, data)
        finally:
            room.unwatch(viewer)

    def _room(self, lease: Lease) -> Room:
        def told(what: str) -> None:
            kind = Paused if what == "paused" else Resumed
            self._report(kind(session=lease.session))

        if lease.session not in self._rooms:
            self._rooms[lease.session] = Room(
                lease.session, self._clock, self._journal, told, recorded=lease.recorded
            )
        return self._rooms[lease.session]

    # --- brokers

    async def orders(self, request: web.Request) -> web.StreamResponse:
        """Take a broker's orders, and report to it, until it goes."""
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(shown.encode(), self._secret.encode()):
            raise web.HTTPForbidden
        ws = web.WebSocketResponse(compress=False, heartbeat=BEAT_SECONDS)
        await ws.prepare(request)
        outlet = Outlet(ws, request.transport, self._tasks, WSMsgType.TEXT)
        self._brokers.append(outlet)
        try:
            async for message in ws:
                self._obey(read_order(message.data))
        except msgspec.DecodeError:
            log.exception("bad_order")
            await ws.close(code=WSCloseCode.POLICY_VIOLATION)
        finally:
            self._brokers.remove(outlet)
        return ws

    def _obey(self, order: Allow) -> None:
        if room := self._rooms.get(order.session):
            now = self._clock()
            rights = {
                party: {tool: now + span for tool, span in tools.items()}
                for party, tools in order.viewers.items()
            }
            room.allow(order.sharer, rights, recorded=order.recorded)

    def _report(self, report: Report) -> None:
        for broker in self._brokers:
            broker.write(msgspec.json.encode(report))

    async def run(self) -> None:
        """Let rights lapse, and try again what is paused, for ever."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            for room in list(self._rooms.values()):
                room.expire()
                if room.is_paused:
                    self._tasks.start(room.retry(), "retry")


def build_relay(
    key: Ed25519PublicKey, secret: str, clock: Clock, journal: Journal
) -> web.Application:
    """Return a relay that lives as long as the application."""

    async def opened(_: web.Application) -> AsyncIterator[None]:
        tasks.start(relay.run(), "relay")
        yield
        await tasks.stop()

    tasks = Tasks()
    relay = Relay(key, secret, clock, journal, tasks)
    app = web.Application()
    app.cleanup_ctx.append(opened)
    app.router.add_get("/v1/picture", relay.picture)
    app.router.add_get("/v1/orders", relay.orders)
    return app


async def _messages(ws: web.WebSocketResponse) -> AsyncIterator[bytes]:
    async for message in ws:
        if message.type is not WSMsgType.BINARY:
            raise BadPicture("bytes only")
        yield message.data


async def _close(ws: web.WebSocketResponse, why: str) -> None:
    reason = why.encode()[:CLOSED_REASON].decode(errors="ignore").encode()
    await ws.close(code=WSCloseCode.POLICY_VIOLATION, message=reason)
