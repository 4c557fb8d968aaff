"""Sharers and viewers of real pictures, who ask for a new lease whenever they lose their socket."""

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import aiohttp

from broker.tasks import Tasks
from protocol import picture as p
from protocol.picture_bytes import decode, encode
from tests.broker.relay.pictures import WHOLE, Drawing
from tests.end_to_end.serving import Person, Rep, Server
from tests.waiting import until

FIRST_WAIT, LONGEST_WAIT = 0.25, 5.0


class Picture:
    """A picture socket of `person`, opened again for as long as the session has a picture."""

    def __init__(self, server: Server, person: Person, session: str) -> None:
        self._server = server
        self._person = person
        self._session = session
        self._ws: aiohttp.ClientWebSocketResponse | None = None
        self.refusals: list[str] = []
        self.reasons: list[str] = []
        """Why each socket was closed."""
        self.seen: list[p.Body] = []
        self.openings = 0
        self.through = ""
        """The address of a line on the way to the relay."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """Be there until the block ends."""
        # Who vouches for a server of ours is not what is tried here.
        connector = aiohttp.TCPConnector(ssl=not self._server.url.startswith("https"))
        jar = aiohttp.DummyCookieJar()
        async with (
            aiohttp.ClientSession(cookie_jar=jar, connector=connector) as http,
            meanwhile(self._run(http)),
        ):
            yield self

    async def _run(self, http: aiohttp.ClientSession) -> None:
        wait = FIRST_WAIT
        while True:
            try:
                address, lease = await self._ask(http)
                address = f"{self.through}/v1/picture" if self.through else address
                async with http.ws_connect(address, max_msg_size=0) as ws:
                    await ws.send_str(lease)
                    self._ws, wait = ws, FIRST_WAIT
                    self.openings += 1
                    await self.opened()
                    async for message in ws:
                        await self.hear(decode(message.data))
                    self.reasons.append(str(ws.close_code))
            except (OSError, aiohttp.ClientError, PermissionError):
                pass
            finally:
                self._ws = None
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)

    async def _ask(self, http: aiohttp.ClientSession) -> tuple[str, str]:
        way, headers = self._person.way, {"X-Deskside": "1"}
        if isinstance(way, Rep):
            headers["Cookie"] = way.cookie
        else:
            headers["Authorization"] = f"Bearer {way.token}"
        url = f"{self._server.url}/v1/sessions/{self._session}/picture"
        async with http.post(url, json={}, headers=headers) as response:
            answer = await response.json()
            if response.status != 200:
                self.refusals.append(answer["error"])
                raise PermissionError(answer["error"])
            return answer["address"], answer["lease"]

    async def opened(self) -> None:
        """A new socket is there."""

    async def hear(self, message: p.Message) -> None:
        """Take in what came."""
        self.seen.append(message.body)

    @property
    def is_there(self) -> bool:
        """Say whether the socket is open."""
        return self._ws is not None

    async def send(self, data: bytes) -> None:
        """Send `data`, or raise `ConnectionError`."""
        if self._ws is None:
            raise ConnectionError
        await self._ws.send_bytes(data)

    def count(self, kind: type[p.Body]) -> int:
        """Say how many messages of `kind` have come."""
        return sum(isinstance(body, kind) for body in self.seen)

    async def hears(self, kind: type[p.Body]) -> p.Body:
        """Wait for another message of `kind`, and return it."""
        before = self.count(kind)
        await until(lambda: self.count(kind) > before)
        return [body for body in self.seen if isinstance(body, kind)][before]


class Sharing(Picture):
    """A customer's screen: whole on each socket, and painted on by `paint`."""

    def __init__(self, server: Server, person: Person, session: str) -> None:
        super().__init__(server, person, session)
        self.drawing = Drawing()

    async def opened(self) -> None:
        self.drawing = Drawing(self.drawing.stream)
        for data in (self.drawing.screen(), self.drawing.whole()):
            await self.send(data)

    async def hear(self, message: p.Message) -> None:
        await super().hear(message)
        if isinstance(message.body, p.Wish):
            await self.send(self.drawing.whole())

    async def paint(self, size: int = 1) -> None:
        """Send a patch; nothing happens while there is no socket."""
        if self.is_there:
            try:
                await self.send(self.drawing.patch(WHOLE, size=size))
            except (ConnectionError, RuntimeError):
                return


class Watching(Picture):
    """A rep who looks, and tells how far they got."""

    def __init__(self, server: Server, person: Person, session: str) -> None:
        super().__init__(server, person, session)
        self.sequence = self.received = self.drawn = 0

    async def opened(self) -> None:
        self.sequence = self.received = self.drawn = 0

    async def hear(self, message: p.Message) -> None:
        await super().hear(message)
        self.received += len(encode(message))
        if isinstance(message.body, p.Patch):
            self.drawn = message.sequence
            await self.say(p.Ack(received=self.received, drawn=self.drawn))

    async def say(self, body: p.Body) -> None:
        """Send a message of the viewer's."""
        self.sequence += 1
        await self.send(encode(p.Message(stream=0, sequence=self.sequence, time=0, body=body)))


async def keeps_painting(sharer: Sharing, seconds: float = 0.05) -> None:
    """Paint on and on, as a busy screen does."""
    while True:
        await sharer.paint()
        await asyncio.sleep(seconds)


@asynccontextmanager
async def busy(sharer: Sharing) -> AsyncIterator[None]:
    """Let the screen be busy while the block runs."""
    async with meanwhile(keeps_painting(sharer)):
        yield


@asynccontextmanager
async def meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Let `work` go on while the block runs."""
    tasks = Tasks()
    tasks.start(work, "meanwhile")
    try:
        yield
    finally:
        await tasks.stop()


def processes_of(server: Server) -> tuple[int, list[int]]:
    """Return the keeper of a server's relays, and the relays."""
    assert server.process
    for keeper in children(server.process.pid):
        if b"photo_worker" not in Path(f"/proc/{keeper}/cmdline").read_bytes():
            return keeper, children(keeper)
    raise AssertionError("no keeper runs")


async def started(server: Server, relays: int = 1) -> tuple[int, list[int]]:
    """Wait until so many relays run, and return their keeper and them."""
    await until(lambda: len(processes_of(server)[1]) == relays)
    return processes_of(server)


def children(pid: int) -> list[int]:
    """Return the processes that `pid` started."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except FileNotFoundError:
        return []
    return [int(each) for each in text.split()]


def runs(pid: int) -> bool:
    """Say whether the process is there and not a mere memory of one."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def kill(pid: int, number: int = 9) -> None:
    """Send a signal."""
    os.kill(pid, number)
