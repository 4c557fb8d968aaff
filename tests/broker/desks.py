"""A desk on a real database, with a clock that a test moves and circumstances that it sets."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from broker.beginnings import Begun
from broker.database import Database, open_database
from broker.desk import Desk
from broker.doorbell import Doorbell, InProcess
from broker.identity import Identity
from broker.meetings import Meetings
from broker.site import Settings, Site
from broker.store import Answer
from protocol import requests as r
from protocol.facts import Fact, Rules
from protocol.identifiers import uuid7
from protocol.messages import Facts, Frame, decode_down
from protocol.session import Party, Session

SITE = "site"
CUSTOMER = Party(id="c-max", role="customer", name="Max")
STRANGER = Party(id="c-eve", role="customer", name="Eve")
ANA = Party(id="r-ana", role="rep", name="Ana", teams=("support",))
BEN = Party(id="r-ben", role="rep", name="Ben", teams=("support",))
NIA = Party(id="r-nia", role="rep", name="Nia", teams=("network",))
LEA = Party(id="r-lea", role="rep", name="Lea", teams=("support",), leads=("support",))


class MovedClock:
    """A clock that stands still until it is moved. Times in ms."""

    def __init__(self, now: int = 1_800_000_000_000) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += int(seconds * 1000)


class Everyone:
    """Circumstances in which all reps but the `absent` are there."""

    def __init__(self) -> None:
        self.rules = Rules(monitoring="silent")
        self.absent: set[str] = set()
        self.meetings: Meetings | None = None
        self.closed_teams: set[str] = set()

    def team_of(self, issue: str) -> str | None:
        return {"computer": "support", "cable": "network"}.get(issue)

    def rules_for(self, language: str) -> Rules:
        return self.rules

    def greeting(self, session: Session, position: int) -> str:
        return f"Welcome, you are number {position}."

    def hold_text(self, session: Session, position: int) -> str:
        return f"Please hold, you are number {position}."

    async def reachable(self, teams: Sequence[str], without: str = "") -> str | None:
        return next((team for team in teams if team not in self.closed_teams), None)

    async def language_of(self, customer: str) -> str:
        return "en"

    async def begun(self, empty: Session, asked: r.Start | r.Call, sender: Party) -> Begun:
        assert self.meetings
        return await self.meetings.begun(empty, asked, sender)

    async def is_there(self, session: Session) -> bool:
        assert self.meetings
        return await self.meetings.is_there(session)

    async def is_available(self, rep: str) -> bool:
        return rep not in self.absent


class Reader:
    """A follower that keeps what it was told."""

    def __init__(self, party: Party) -> None:
        self.party = party
        self.facts: list[Fact] = []
        self.frames = 0
        self.aborted = False

    def send(self, frame: Frame | bytes) -> None:
        told = decode_down(frame) if isinstance(frame, bytes) else frame
        assert isinstance(told, Facts)
        assert told.after == len(self.facts)
        self.facts.extend(told.facts)
        self.frames += 1

    async def roomy(self) -> None:
        return

    def abort(self) -> None:
        self.aborted = True

    @property
    def kinds(self) -> list[str]:
        return [str(fact.__struct_config__.tag) for fact in self.facts]

    @property
    def places(self) -> list[int]:
        return [fact.place for fact in self.facts]


class Counter:
    """One desk with everything around it that a test may want to touch."""

    def __init__(self, database: Database, clock: MovedClock, doorbell: Doorbell) -> None:
        self.database = database
        self.clock = clock
        self.doorbell = doorbell
        self.circumstances = Everyone()
        self.site = Site(database, SITE, Settings(organisation="Example"), clock)
        identity = Identity(database, SITE, clock, self.site)
        self.desk = Desk(database, SITE, clock, doorbell, self.circumstances, identity)

    async def ask(
        self, kind: type[r.Request], sender: Party, session: str = "", **fields: Any
    ) -> Answer:
        """Ask with a new id, a millisecond later."""
        self.clock.now += 1
        return await self.desk.ask(kind(id=new_id(), session=session, **fields), sender)

    async def start(self, customer: Party = CUSTOMER, issue: str = "computer") -> str:
        """Open a session and return its id."""
        return (await self.ask(r.Start, customer, issue=issue, name=customer.name)).session

    async def start_talking(self, customer: Party = CUSTOMER, rep: Party = ANA) -> str:
        session = await self.start(customer)
        await self.ask(r.Accept, rep, session)
        return session


def customers(count: int) -> list[Party]:
    """Return `count` customers; each has one session at a time."""
    return [Party(id=f"c-{n}", role="customer", name=f"Customer {n}") for n in range(count)]


def new_id() -> str:
    """Return a UUIDv7 as a client would make it."""
    return uuid7(1_800_000_000_000, os.urandom(10))


@asynccontextmanager
async def counter_at(url: str) -> AsyncIterator[Counter]:
    database = await open_database(url)
    try:
        yield Counter(database, MovedClock(), InProcess())
    finally:
        await database.close()
