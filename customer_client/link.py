"""The client's end of a link: the Python twin of `browser/src/link.ts`.

It keeps asking until it is answered, over any number of connections, and follows sessions
fact by fact. What it sends twice the broker carries out once; what it hears twice it drops.
"""

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any, Self

import aiohttp
import msgspec
from msgspec import Struct
from msgspec.structs import replace

from protocol import messages as m
from protocol.facts import Called, Fact, PersonalFact, TextsErased
from protocol.identifiers import uuid7
from protocol.requests import Request
from protocol.session import Refused, Session, evolve

FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 15.0
STEADY_SECONDS = 5.0
"""A connection that lived this long, or answered anything, was a good one."""

CONNECT_SECONDS = 10.0
"""A line that takes the first bytes and answers none is given up after this."""

MOST_PATHS = 32

FRAME_LIMIT = 8 * 1024 * 1024

NEEDED = frozenset(
    str(kind.__struct_config__.tag)
    for kind in (m.Welcome, m.Facts, m.Answered, m.RefusedRequest, m.Goodbye)
)
"""What is said in these cannot be done without."""

TicketMaker = Callable[[], Awaitable[str]]


class _Named(Struct):
    """A frame of which nothing is known but its type."""

    type: str


class Followed:
    """A session as this client knows it: its facts in order, and what they amount to."""

    def __init__(self, session_id: str) -> None:
        self.facts: list[Fact] = []
        self.session = Session(id=session_id)
        self.complete = False
        self.marks: dict[str, m.Marks] = {}

    @property
    def place(self) -> int:
        """The newest place known."""
        return len(self.facts)

    def take(self, frame: m.Facts) -> bool:
        """Add the facts that are new; False when some are missing in between."""
        for fact in frame.facts:
            if fact.place <= self.place:
                continue
            if fact.place != self.place + 1:
                return False
            self.facts.append(fact)
            self.session = evolve(self.session, fact)
            if isinstance(fact, TextsErased):
                self._erase()
        self.complete = self.complete or (not frame.facts and frame.after == self.place)
        return frame.after <= self.place

    def mark(self, frame: m.Marks) -> None:
        """Note how far a party is; marks may come out of order, and never go back."""
        known = self.marks.get(frame.party, frame)
        delivered, read = max(known.delivered, frame.delivered), max(known.read, frame.read)
        self.marks[frame.party] = replace(frame, delivered=delivered, read=read)

    def _erase(self) -> None:
        """Blank the customer's own words so far, and what they were called by, as the broker has."""
        for number, fact in enumerate(self.facts):
            theirs = fact.by == self.session.customer or isinstance(fact, Called)
            if theirs and isinstance(fact, PersonalFact):
                self.facts[number] = replace(fact, erased=True, **dict.fromkeys(fact.personal, ""))


class Link:
    """A link to the broker at `url` that comes back whenever it is lost.

    `make_ticket` fetches a ticket for each connection. Run it with `async with`. `told` hears each
    frame once it is taken in, and None when a connection is lost or something else has changed.
    """

    def __init__(
        self,
        url: str,
        make_ticket: TicketMaker,
        http: aiohttp.ClientSession,
        told: Callable[[m.Frame | m.Beat | None], None] | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._make_ticket = make_ticket
        self._http = http
        self._told = told
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._waiting: dict[str, tuple[Request, asyncio.Future[m.Answered]]] = {}
        self._changed = asyncio.Condition()
        self._jitter = random.Random()  # noqa: S311 - it spreads reconnections, it hides nothing
        self.welcome: m.Welcome | None = None
        self.sessions: dict[str, Followed] = {}
        self.last: dict[type[m.Frame], m.Frame] = {}
        self.about_paths: asyncio.Queue[m.DirectProposed | m.DirectOver] = asyncio.Queue(MOST_PATHS)
        """What was said of direct paths, for whoever shares; lost where nobody does."""
        self.connections = 0
        self.dismissed = False
        self.is_outdated = False
        """The broker has said something that cannot be done without, and is not known here."""
        self._answers = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """Keep the link up until the block ends; what goes wrong in it comes out as it is."""
        try:
            async with asyncio.TaskGroup() as group:
                task = group.create_task(self._run(), name="link")
                try:
                    yield self
                finally:
                    task.cancel()
        except BaseExceptionGroup as faults:
            if len(faults.exceptions) > 1:
                raise
            raise faults.exceptions[0] from None

    @property
    def is_open(self) -> bool:
        """Say whether there is a connection."""
        return self._socket is not None

    @property
    def waiting(self) -> int:
        """How many requests have no answer yet."""
        return len(self._waiting)

    # --- asking

    async def ask(self, asked: Request) -> m.Answered:
        """Ask until there is an answer, and return it; raise `Refused` when it is no."""
        future: asyncio.Future[m.Answered] = asyncio.get_running_loop().create_future()
        self._waiting[asked.id] = (asked, future)
        await self._send(asked)
        try:
            return await future
        finally:
            self._waiting.pop(asked.id, None)

    async def signal(self, signal: m.Signal) -> None:
        """Say something that is worth nothing later; lost when there is no connection."""
        await self._send(signal)

    async def _send(self, message: Request | m.Signal) -> None:
        if self._socket is None or self._socket.closed:
            return
        with suppress(ConnectionError, aiohttp.ClientError):
            await self._socket.send_str(m.encode(message).decode())

    async def follow(self, session_id: str) -> Followed:
        """Follow a session from its first fact on."""
        followed = self.sessions.setdefault(session_id, Followed(session_id))
        await self._send(m.Resume(session=session_id, after=followed.place))
        return followed

    async def begin_anew(self) -> None:
        """Come back as whoever tickets are for now, and follow nothing of what was before."""
        self.welcome = None
        self.sessions.clear()
        if self._socket:
            await self._socket.close()

    async def until(self, holds: Callable[["Link"], Any], seconds: float = 30.0) -> None:
        """Wait until `holds(self)` is true; raise `TimeoutError` when it stays false."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: holds(self))

    # --- staying connected

    async def _run(self) -> None:
        failures = 0
        while not self.dismissed:
            began, self._answers = time.monotonic(), 0
            try:
                await self._connect_once()
            except aiohttp.ClientResponseError as refused:
                self.dismissed = refused.status == HTTPStatus.UNAUTHORIZED
            except (aiohttp.ClientError, ConnectionError, TimeoutError):
                pass  # away, or a bad line: both end
            self._socket = None
            self._tell(None)
            # A broker that lets in and throws out at once is no better than one that is away.
            good = self._answers or time.monotonic() - began > STEADY_SECONDS
            failures = 0 if good else failures + 1
            limit = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** min(failures, 10))
            await asyncio.sleep(self._jitter.uniform(0, limit))

    async def _connect_once(self) -> None:
        async with asyncio.timeout(CONNECT_SECONDS):
            ticket = await self._make_ticket()
            socket = await self._http.ws_connect(
                f"{self._url}/v1/link",
                params={"ticket": ticket},
                max_msg_size=FRAME_LIMIT,
                compress=0,
            )
        async with socket:
            await self._listen(socket)

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            beat = self.welcome.beat_seconds if self.welcome else m.BEAT_SECONDS
            message = await socket.receive(timeout=2 * beat)
            if message.type is not aiohttp.WSMsgType.TEXT:
                return
            try:
                frame = m.decode_down(message.data)
            except msgspec.DecodeError:
                self._missed(message.data)
                continue
            if isinstance(frame, m.Welcome):
                await self._welcomed(socket, frame)
            elif isinstance(frame, m.Beat):
                await self._send(m.Beat())
            else:
                await self._hear(frame)
            self._tell(frame)
            async with self._changed:
                self._changed.notify_all()

    def _missed(self, frame: str) -> None:
        """Note that a newer broker says what this client does not know, if nothing goes on without."""
        with suppress(msgspec.DecodeError):
            if msgspec.json.decode(frame, type=_Named).type in NEEDED:
                self.is_outdated = True
                self._tell(None)

    def _tell(self, frame: m.Frame | m.Beat | None) -> None:
        if self._told:
            self._told(frame)

    async def _welcomed(self, socket: aiohttp.ClientWebSocketResponse, welcome: m.Welcome) -> None:
        """Take up again: first what was missed, then what was not answered, in order."""
        self._socket = socket
        self.welcome = welcome
        self.connections += 1
        for session_id, followed in self.sessions.items():
            await self._send(m.Resume(session=session_id, after=followed.place))
        for asked, _ in tuple(self._waiting.values()):
            await self._send(asked)

    async def _hear(self, frame: m.Frame | m.Beat) -> None:
        if isinstance(frame, m.Facts):
            await self._heard_facts(frame)
        elif isinstance(frame, m.Answered):
            self._settle(frame.id, frame)
        elif isinstance(frame, m.RefusedRequest):
            self._settle(frame.id, Refused(frame.code, frame.detail))
        elif isinstance(frame, m.Marks) and frame.session in self.sessions:
            self.sessions[frame.session].mark(frame)
        elif isinstance(frame, m.Goodbye):
            self.dismissed = frame.final
        elif isinstance(frame, m.DirectProposed | m.DirectOver):
            with suppress(asyncio.QueueFull):
                self.about_paths.put_nowait(frame)
        if isinstance(frame, m.Frame):
            self.last[type(frame)] = frame

    async def _heard_facts(self, frame: m.Facts) -> None:
        followed = self.sessions.get(frame.session)
        if followed and not followed.take(frame):
            await self._send(m.Resume(session=frame.session, after=followed.place))

    def _settle(self, request: str, answer: m.Answered | Refused) -> None:
        self._answers += 1
        _, future = self._waiting.get(request, (None, None))
        if future is None or future.done():
            return
        if isinstance(answer, Refused):
            future.set_exception(answer)
        else:
            future.set_result(answer)


class Visitor:
    """A customer's way in: a token for as long as they like, a ticket for each connection."""

    def __init__(self, url: str, http: aiohttp.ClientSession, token: str = "") -> None:
        self._url = url.rstrip("/")
        self._http = http
        self.token = token

    async def ticket(self) -> str:
        """Fetch a ticket, becoming a new visitor first where there is no token yet."""
        if not self.token:
            self.token = (await self._post("/v1/visitors"))["token"]
        headers = {"Authorization": f"Bearer {self.token}"}
        ticket: str = (await self._post("/v1/tickets", headers))["ticket"]
        return ticket

    async def _post(self, path: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        async with self._http.post(self._url + path, headers=headers) as response:
            response.raise_for_status()
            answer: dict[str, Any] = await response.json()
            return answer


def new_request_id() -> str:
    """Return an id that no other request has."""
    return uuid7(time.time_ns() // 1_000_000, os.urandom(10))
