"""A broker in a process of its own, a site full of people, and the links they come by.

The people are written into the database before the broker starts, so that a measurement begins
with them and not with a thousand sign-ins. From then on all of it is the real thing.
"""

import asyncio
import os
import resource
import secrets
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import msgspec
import psutil
import sqlalchemy as sa
import uvloop
from msgspec import Struct

from bench.report import RESULTS
from bench.wire import Wire, open_wire
from broker import schema
from broker.accounts import Account, insert
from broker.database import open_database
from broker.site import Issue, Settings, Team
from broker.tokens import digest_of, new_token
from protocol import messages as m
from protocol import requests as r
from protocol.facts import Rules
from protocol.identifiers import uuid7

T = TypeVar("T")

SITE = "main"
DAY_MS = 24 * 3600 * 1000
FILES = 16_384
"""Enough for ten thousand links on either side."""

START_SECONDS = 60.0
LOG = RESULTS / "servers.log"
ANSWER_SECONDS = 10.0
"""Whoever waits longer has found a fault, and the measurement ends."""

ADDRESSES = 40
"""People come from as many addresses, 127.0.0.2 and up."""

SETTINGS = Settings(
    organisation="Bench",
    teams=(Team(id="support", name="Support"),),
    issues=(Issue(id="computer", team="support", names={"en": "Computer"}),),
    chat=True,
    # Nobody is to be warned or to be thrown out while a measurement takes its time.
    rules=Rules(inactivity_seconds=86_400, hold_seconds=86_400),
)


class Person(Struct, frozen=True):
    """Somebody who may come: a customer's token or a rep's cookie, and a ticket for one link."""

    id: str
    secret: str
    ticket: str
    source: str


class People(Struct, frozen=True):
    """Who may come to one site."""

    customers: list[Person]
    reps: list[Person]


class Fact(Struct):
    """What a measurement wants to know of a fact."""

    type: str
    place: int
    by: str = ""
    text: str = ""


class Frame(Struct):
    """What a measurement wants to know of a frame, whichever kind it is."""

    type: str
    id: str = ""
    session: str = ""
    after: int = 0
    place: int = 0
    position: int = 0
    code: str = ""
    facts: tuple[Fact, ...] = ()
    sessions: tuple[str, ...] = ()


_frame = msgspec.json.Decoder(Frame)
_BEAT = m.encode(m.Beat())


def now() -> int:
    """Return the time in ms since 1970 UTC."""
    return time.time_ns() // 1_000_000


def new_id() -> str:
    """Return an id that no other request has."""
    return uuid7(now(), os.urandom(10))


def run(work: Callable[[], Awaitable[None]]) -> None:
    """Run a benchmark with as many open files as it needs."""
    RESULTS.mkdir(exist_ok=True)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, most), most))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_awaited(work))


async def _awaited(work: Callable[[], Awaitable[None]]) -> None:
    await work()


@asynccontextmanager
async def temporary_folder() -> AsyncIterator[Path]:
    """A folder on a real disk, gone afterwards; a folder in memory would sync for nothing."""
    with tempfile.TemporaryDirectory(dir=RESULTS) as name:
        yield Path(name)


async def populate(
    folder: Path, customers: int, reps: int, settings: Settings = SETTINGS
) -> People:
    """Make a site in `folder` and the people who may come to it."""
    people = People(
        [_person("c-", n) for n in range(customers)], [_person("r-", n) for n in range(reps)]
    )
    database = await open_database(f"sqlite:///{folder / 'deskside.db'}")
    try:
        await database.write(lambda conn: _write_people(conn, people, settings))
    finally:
        await database.close()
    return people


def _person(kind: str, number: int) -> Person:
    source = f"127.0.0.{2 + number % ADDRESSES}"
    return Person(kind + secrets.token_hex(8), new_token(), new_token(), source)


def _write_people(conn: sa.Connection, people: People, settings: Settings) -> None:
    until = now() + DAY_MS
    setting = {"name": "site", "value": msgspec.json.encode(settings).decode()}
    conn.execute(schema.site_settings.insert(), {"site": SITE, **setting})
    for number, rep in enumerate(people.reps):
        name = f"rep{number}"
        account = Account(id=rep.id, name=name, display_name=name, role="rep", teams=("support",))
        insert(conn, SITE, account, now())
        sign_in = {"digest": digest_of(rep.secret), "id": rep.id, "account": rep.id}
        times = {"created_at": now(), "expires_at": until}
        conn.execute(schema.sign_ins.insert(), {"site": SITE, **times, **sign_in})
    visitors = [
        {"site": SITE, "id": who.id, "token_digest": digest_of(who.secret), "created_at": now()}
        for who in people.customers
    ]
    conn.execute(schema.visitors.insert(), visitors)
    tickets = [
        {
            "site": SITE,
            "digest": digest_of(who.ticket),
            "party": who.id,
            "sign_in": who.id if who.id.startswith("r-") else "",
            "expires_at": until,
        }
        for who in (*people.customers, *people.reps)
    ]
    conn.execute(schema.tickets.insert(), tickets)


class Server:
    """A program that serves on `port`, to be measured, killed and started again."""

    def __init__(self, command: list[str], port: int, **environment: str) -> None:
        self.port = port
        self._command = command
        self._environment = {**os.environ, **environment}
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        with LOG.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, env=self._environment, stdout=asyncio.subprocess.PIPE, stderr=log
            )
        assert self._process.stdout
        async with asyncio.timeout(START_SECONDS):
            while not (line := await self._process.stdout.readline()).startswith(b"ready"):
                assert line, "it ended before it served"

    async def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it, by default as a power cut would."""
        process, self._process = self._process, None
        if process:
            process.send_signal(how)
            await process.communicate()

    @property
    def process(self) -> psutil.Process:
        """What the system knows of it."""
        assert self._process
        return psutil.Process(self._process.pid)


@asynccontextmanager
async def serving(server: Server, how: signal.Signals = signal.SIGKILL) -> AsyncIterator[Server]:
    """Let `server` serve until the block ends, and end it so."""
    await server.start()
    try:
        yield server
    finally:
        await server.end(how)


def broker(folder: Path) -> Server:
    """Return the real broker with its data in `folder`.

    So many people on one machine come from few addresses, which are allowed more than in a site.
    """
    port = free_port()
    return Server(
        [str(Path(sys.executable).with_name("deskside")), "up"],
        port,
        DESKSIDE_HOST="127.0.0.1",
        DESKSIDE_PORT=str(port),
        DESKSIDE_DATA=str(folder),
        DESKSIDE_RATE_CALLS="100000",
    )


def floor(kind: str, *arguments: str) -> Server:
    """Return one of the floors in `floors.py`."""
    port = free_port()
    return Server([sys.executable, "-m", "bench.floors", kind, str(port), *arguments], port)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Caller:
    """A person on a link: asks one thing at a time, and passes on what they are told."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.session = ""
        self.wire: Wire | None = None
        self.told: Callable[[Caller, Frame], None] = _unheard
        self._asked: dict[str, asyncio.Future[Frame]] = {}
        self._welcomed: asyncio.Future[Frame] | None = None

    async def come(self, port: int, ticket: str = "") -> Frame:
        """Open the link and return the welcome; raise `wire.Unopened`."""
        welcomed: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._welcomed = welcomed
        path = f"/v1/link?ticket={ticket or self.person.ticket}"
        self.wire = await open_wire(port, path, self._heard, self.person.source)
        async with asyncio.timeout(ANSWER_SECONDS):
            return await welcomed

    def _heard(self, data: bytes) -> None:
        frame = _frame.decode(data)
        if frame.type in ("answered", "refused"):
            future = self._asked.pop(frame.id, None)
            if future and not future.done():
                future.set_result(frame)
        elif frame.type == "beat":
            self.send(_BEAT)
        elif frame.type == "welcome" and self._welcomed:
            self._welcomed.set_result(frame)
            self._welcomed = None
        self.told(self, frame)

    def send(self, data: bytes) -> None:
        """Send a message and expect nothing."""
        if self.wire:
            self.wire.send(data)

    async def ask(self, asked: r.Request) -> Frame:
        """Ask and return the answer, which is never a refusal."""
        future: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._asked[asked.id] = future
        self.send(m.encode(asked))
        async with asyncio.timeout(ANSWER_SECONDS):
            answer = await future
        assert answer.type == "answered", answer
        return answer


def _unheard(_caller: Caller, _frame: Frame) -> None:
    """Nobody listens yet."""


async def many(work: Iterable[Awaitable[T]], at_once: int) -> list[T]:
    """Await all of `work`, `at_once` at a time."""
    turn = asyncio.Semaphore(at_once)

    async def one(each: Awaitable[T]) -> T:
        async with turn:
            return await each

    return await asyncio.gather(*(one(each) for each in work))


def seconds_of(server: Server) -> float:
    """Return the seconds of processor that `server` has used."""
    times = server.process.cpu_times()
    return times.user + times.system
