"""The relay's two doors: `/v1/picture` for sharers and viewers, `/v1/orders` for brokers.

A picture socket is opened by a lease in the first message, as text, so that it stands in no address and no
log. A broker shows the relay's secret.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable, Iterable

import msgspec
import structlog
from aiohttp import WSCloseCode, WSMsgType, web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from broker.clock import Clock
from broker.relay.journal import Journal, NoJournal
from broker.relay.leases import INPUT_SECONDS, VIEW_SECONDS, BadLease, Lease, verify
from broker.relay.orders import (
    Allow,
    Finish,
    Hello,
    Paused,
    Refused,
    Report,
    Resumed,
    Settled,
    read_order,
)
from broker.relay.outlet import Outlet
from broker.relay.room import Room
from broker.relay.tapes import Tapes
from broker.relay.viewer import Viewer
from broker.tasks import Tasks, keep_running
from protocol.fields import Id, Tool
from protocol.picture import MOST_BYTES, BadPicture

log = structlog.get_logger()

TICK_SECONDS = 0.25
"""Rights lapse, and paused pictures are tried again, this often."""

FIRST_SECONDS = 10.0
"""Who opens a picture socket shows a lease within this time."""

BEAT_SECONDS = 10.0

SLACK_BYTES = 64 * 1024
"""Who sends too much is told so; of what is larger still nothing is read, and the socket closes (1009)."""

OVER = b"over"
"""Said to those who may stay no longer, or are to come to another relay: they ask the broker anew."""

CLOSED_REASON = 123
"""A WebSocket's closing reason has at most so many bytes (RFC 6455 §5.5)."""


Rights = dict[Tool, int]
"""Until when (ms) each tool may be used."""


class Known(Struct, frozen=True):
    """What a broker last ordered for a session, at `at` (ms)."""

    order: Allow
    rights: dict[Id, Rights]
    at: int


class Relay:
    """The rooms of one relay, and the brokers that listen to it."""

    def __init__(
        self,
        *,
        key: Ed25519PublicKey,
        secret: str,
        clock: Clock,
        journal: Journal,
        tapes: Tapes | None,
        tasks: Tasks,
    ) -> None:
        self._key = key
        self._secret = secret
        self._clock = clock
        self._journal = journal
        self._tapes = tapes
        self._tasks = tasks
        self._rooms: dict[Id, Room] = {}
        self._known: dict[Id, Known] = {}
        self._sockets: dict[Id, set[web.WebSocketResponse]] = {}
        # The one that came first hears of pauses.
        self._brokers: list[Outlet] = []
        self._turn = 0

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """Be the picture socket of a sharer or a viewer."""
        ws = web.WebSocketResponse(
            compress=False, max_msg_size=MOST_BYTES + SLACK_BYTES, heartbeat=BEAT_SECONDS
        )
        await ws.prepare(request)
        try:
            async with asyncio.timeout(FIRST_SECONDS):
                lease = verify(await ws.receive_str(), self._key, self._clock())
            rights = self._rights(lease)
        except (BadLease, TimeoutError, TypeError) as fault:
            await _close(ws, str(fault) or "a lease is needed first")
            return ws
        outlet = Outlet(ws, request.transport)
        sockets = self._sockets.setdefault(lease.session, set())
        sockets.add(ws)
        try:
            await self._be(ws, outlet, lease, rights)
        except BadPicture as fault:
            broken = Refused(session=lease.session, party=lease.party, why=str(fault))
            self._report(broken, self._brokers)
            await _close(ws, str(fault))
        finally:
            sockets.discard(ws)
            if not sockets:
                self._sockets.pop(lease.session, None)
        return ws

    def _rights(self, lease: Lease) -> Rights:
        """Return what who comes with `lease` may do for now, or raise `BadLease`."""
        now, known = self._clock(), self._known.get(lease.session)
        if known and known.order.place >= lease.place:
            # What was taken back since the lease was signed is not given again by it.
            rights = known.rights.get(_seat(lease), {})
            allowed = known.order.sharer == lease.party if lease.side == "sharer" else rights
            if not allowed:
                raise BadLease("no longer valid")
            return rights
        input_until = min(lease.until, now + INPUT_SECONDS * 1000)
        return {tool: lease.until if tool == "view" else input_until for tool in lease.tools}

    async def _be(
        self, ws: web.WebSocketResponse, outlet: Outlet, lease: Lease, rights: Rights
    ) -> None:
        room = self._room(lease)
        try:
            if lease.side == "sharer":
                await self._sharer(ws, outlet, room, lease)
            else:
                await self._viewer(ws, room, Viewer(_seat(lease), outlet.write, rights))
        finally:
            if not room.is_used:
                self._rooms.pop(lease.session, None)

    async def _sharer(
        self, ws: web.WebSocketResponse, outlet: Outlet, room: Room, lease: Lease
    ) -> None:
        sharer = room.share(lease.party, outlet.write)
        try:
            async for data in _messages(ws):
                await room.show(sharer, data)
        finally:
            room.unshare(sharer, "customer_gone")

    async def _viewer(self, ws: web.WebSocketResponse, room: Room, viewer: Viewer) -> None:
        room.watch(viewer)
        try:
            async for data in _messages(ws):
                await room.hear(viewer, data)
        finally:
            room.unwatch(viewer)

    def _room(self, lease: Lease) -> Room:
        def told(what: str) -> None:
            kind = Paused if what == "paused" else Resumed
            self._report(kind(session=lease.session), self._brokers[:1])

        if lease.session not in self._rooms:
            self._rooms[lease.session] = Room(
                lease.session, self._clock, self._journal, told, recorded=lease.recorded
            )
        return self._rooms[lease.session]

    # --- brokers

    @property
    def has_brokers(self) -> bool:
        """Say whether any broker is connected."""
        return bool(self._brokers)

    @property
    def has_pictures(self) -> bool:
        """Say whether anybody shows or watches anything."""
        return bool(self._sockets)

    async def orders(self, request: web.Request) -> web.StreamResponse:
        """Take a broker's orders, and report to it, until it goes."""
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(shown.encode(), self._secret.encode()):
            raise web.HTTPForbidden
        ws = web.WebSocketResponse(compress=False, heartbeat=BEAT_SECONDS)
        await ws.prepare(request)
        outlet = Outlet(ws, request.transport, WSMsgType.TEXT)
        self._brokers.append(outlet)
        self._greet(outlet)
        if self._tapes:
            self._tapes.tell_all()
        try:
            async for message in ws:
                await self._heed(read_order(message.data))
        except msgspec.DecodeError:
            log.exception("bad_order")
            await ws.close(code=WSCloseCode.POLICY_VIOLATION)
        finally:
            was_first = outlet is self._brokers[0]
            self._brokers.remove(outlet)
            if was_first and self._brokers:
                self._greet(self._brokers[0])
        return ws

    def _greet(self, broker: Outlet) -> None:
        paused = tuple(session for session, room in self._rooms.items() if room.is_paused)
        hears = broker is self._brokers[0]
        hello = Hello(
            sessions=tuple(self._sockets),
            paused=paused if hears else None,
            relay=self._tapes.life if self._tapes else "",
        )
        self._report(hello, [broker])

    async def _heed(self, order: Allow | Settled | Finish) -> None:
        if isinstance(order, Allow):
            self._obey(order)
        elif not self._tapes:
            log.warning("nothing_recorded_here", order=type(order).__name__)
        elif isinstance(order, Settled):
            self._tapes.settle(order)
        else:
            self._tasks.start(self._tapes.finish(order), "finish")

    def _obey(self, order: Allow) -> None:
        known = self._known.get(order.session)
        if known and order.place < known.order.place:
            return
        now = self._clock()
        rights = {
            seat: {tool: now + span for tool, span in tools.items()}
            for seat, tools in order.viewers.items()
        }
        self._known[order.session] = Known(order, rights, now)
        if self._tapes:
            self._tapes.heed(order.session, order.tap, order.now)
        if room := self._rooms.get(order.session):
            room.allow(order.sharer, rights, recorded=order.recorded, hidden=order.hidden)
        if not order.sharer:
            for ws in self._sockets.get(order.session, ()):
                self._tasks.start(_send_away(ws), "send away")

    def _report(self, report: Report, brokers: Iterable[Outlet]) -> None:
        for broker in brokers:
            broker.write(msgspec.json.encode(report))

    def tell_one(self, report: Report) -> bool:
        """Tell one broker, any; say whether one was there."""
        if not self._brokers:
            return False
        # Another one each time, so that one that does not answer is not the only one asked.
        self._turn = (self._turn + 1) % len(self._brokers)
        self._report(report, [self._brokers[self._turn]])
        return True

    async def close(self) -> None:
        """Close every socket: who was there comes to the next relay."""
        sockets = [ws for each in self._sockets.values() for ws in each]
        outlets = [outlet.close(WSCloseCode.GOING_AWAY) for outlet in self._brokers]
        leaving = [ws.close(code=WSCloseCode.GOING_AWAY) for ws in sockets]
        await asyncio.gather(*outlets, *leaving, return_exceptions=True)

    async def run(self) -> None:
        """Let rights lapse, and try again what is paused, for ever."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            for room in list(self._rooms.values()):
                room.beat()
                if room.is_paused:
                    self._tasks.start(room.retry(), "retry")
            self._forget()

    def _forget(self) -> None:
        """Forget orders about which nobody can have a lease any more."""
        past = self._clock() - VIEW_SECONDS * 1000
        for session, known in list(self._known.items()):
            if known.at < past:
                del self._known[session]


RELAY = web.AppKey("RELAY", Relay)


def build_relay(
    key: Ed25519PublicKey,
    secret: str,
    clock: Clock,
    journal: Journal | None = None,
    open_tapes: Callable[[Tasks], Tapes] | None = None,
) -> web.Application:
    """Return a relay that lives as long as the application. It keeps what is recorded in the tapes
    that `open_tapes` opens; `journal` stands in for them.
    """

    async def opened(_: web.Application) -> AsyncIterator[None]:
        tasks.start(relay.run(), "relay")
        if tapes:
            tapes.tell = relay.tell_one
            tasks.start(keep_running(tapes.run), "tapes")
        yield
        await tasks.stop()
        if tapes:
            await tapes.close()

    async def closing(_: web.Application) -> None:
        await relay.close()

    tasks = Tasks()
    tapes = open_tapes(tasks) if open_tapes else None
    relay = Relay(
        key=key,
        secret=secret,
        clock=clock,
        journal=journal or tapes or NoJournal(),
        tapes=tapes,
        tasks=tasks,
    )
    app = web.Application()
    app[RELAY] = relay
    app.cleanup_ctx.append(opened)
    app.on_shutdown.append(closing)
    app.router.add_get("/v1/picture", relay.picture)
    # Behind a proxy that puts several relays under one name.
    app.router.add_get("/relay/{number}/v1/picture", relay.picture)
    app.router.add_get("/v1/orders", relay.orders)
    return app


def _seat(lease: Lease) -> Id:
    return lease.seat or lease.party


async def _messages(ws: web.WebSocketResponse) -> AsyncIterator[bytes]:
    async for message in ws:
        if message.type is not WSMsgType.BINARY:
            raise BadPicture("bytes only")
        if len(message.data) > MOST_BYTES:
            raise BadPicture(f"more than {MOST_BYTES} bytes")
        yield message.data


async def _send_away(ws: web.WebSocketResponse) -> None:
    await ws.close(code=WSCloseCode.OK, message=OVER)


async def _close(ws: web.WebSocketResponse, why: str) -> None:
    reason = why.encode()[:CLOSED_REASON].decode(errors="ignore").encode()
    await ws.close(code=WSCloseCode.POLICY_VIOLATION, message=reason)
