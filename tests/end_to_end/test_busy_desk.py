"""Three reps and twelve customers at once, while sessions move and the broker dies: at the end every
line that was acknowledged stands in its session once, in its sender's order, for everybody.
"""

import asyncio
import os
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest

from customer_client.link import Link
from protocol import requests as r
from protocol.facts import Said
from protocol.session import Refused, Session
from tests.end_to_end.serving import (
    Person,
    Server,
    ask,
    is_open,
    linked,
    make_available,
    open_session,
    serving,
    spoken,
)

SEED = int(os.environ.get("DESKSIDE_SEED", "20261122"))
CUSTOMERS = 12
REPS = {"ana": "support", "ben": "support", "nia": "network"}
ISSUES = ("computer", "printer", "other")
KILL_EVERY_SECONDS = (4.0, 12.0)
WANTED = {"Accept", "Say", "Note", "Transfer", "Invite", "Join", "Leave", "End", "kill"}


class Desk:
    """What is going on, and what was acknowledged: the lines of each sender in each session."""

    def __init__(self, server: Server, seconds: float) -> None:
        self.server = server
        self.rng = random.Random(SEED)
        self.ends_at = time.monotonic() + seconds
        self.reps: set[str] = set()
        self.customers: dict[str, Person] = {}
        """The customer of each session."""
        self.lines: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.done: dict[str, int] = defaultdict(int)
        """How often each kind of request was carried out."""
        self.invited: set[tuple[str, str]] = set()
        """(session, rep) of the invitations that nobody has answered."""
        self.fault: Exception | None = None
        self._count = 0

    @property
    def is_open(self) -> bool:
        """Go on until everything has happened that can happen."""
        return time.monotonic() < self.ends_at or not set(self.done) >= WANTED

    def session(self, name: str) -> Session:
        """Return the session as its customer knows it."""
        return self.customers[name].sessions[name].session

    def among(self, fits: Callable[[Session], bool]) -> list[str]:
        return [name for name in self.customers if fits(self.session(name))]

    async def try_to(
        self, link: Link, kind: type[r.Request], session: str, **fields: object
    ) -> bool:
        """Ask; that somebody was quicker, or that it is over, is what happens on a busy day."""
        try:
            await ask(link, kind, session, **fields)
        except Refused:
            return False
        self.done[kind.__name__] += 1
        return True

    async def say(self, link: Link, session: str, kind: type[r.Request] = r.Say) -> None:
        self._count += 1
        text = f"line {self._count}"
        if await self.try_to(link, kind, session, text=text) and kind is r.Say:
            self.lines[session, party(link)].append(text)

    async def pause(self) -> None:
        await asyncio.sleep(self.rng.uniform(0.02, 0.3))


def party(link: Link) -> str:
    assert link.welcome
    return link.welcome.party


async def be_a_customer(desk: Desk, link: Person) -> None:
    """Come, wait, talk, go, and come again."""
    while desk.is_open:
        await link.until(is_open)
        try:
            name = await open_session(link, desk.rng.choice(ISSUES))
        except Refused:
            await desk.pause()  # the last rep was just gone
            continue
        desk.customers[name] = link
        patience = desk.rng.randint(20, 60)
        while desk.session(name).state != "ended" and desk.is_open:
            await desk.pause()
            if desk.session(name).state == "talking" or desk.rng.random() < 0.2:
                await desk.say(link, name)
                patience -= 1
            if not patience:
                await desk.try_to(link, r.End, name)
                break


async def be_a_rep(desk: Desk, link: Person, account: str) -> None:
    """Take who waits, talk to everybody, and pass some of them on."""
    me = party(link)
    while desk.is_open:
        await desk.pause()
        waiting = desk.among(lambda s: s.state == "waiting" and s.team == REPS[account])
        if waiting:
            await take(desk, link, desk.rng.choice(waiting), r.Accept)
        if invited := sorted(name for name, rep in desk.invited if rep == me):
            desk.invited.discard((invited[0], me))
            await take(desk, link, invited[0], r.Join)
        for name in desk.among(lambda s: me in (s.owner, *s.joined)):
            await attend(desk, link, name)


async def take(desk: Desk, link: Person, name: str, how: type[r.Request]) -> None:
    if await desk.try_to(link, how, name):
        await link.follow(name)


async def attend(desk: Desk, link: Person, name: str) -> None:
    """Do what a rep does: talk most of the time, and now and then something else."""
    session, me = desk.session(name), party(link)
    if session.owner != me:
        leaves = desk.rng.random() < 0.1
        await (desk.try_to(link, r.Leave, name) if leaves else desk.say(link, name))
        return
    seldom: list[Callable[[], Awaitable[object]]] = [
        lambda: desk.say(link, name, r.Note),
        lambda: desk.try_to(link, r.Nudge, name),
        lambda: desk.try_to(link, r.Transfer, name, team=desk.rng.choice(["support", "network"])),
        lambda: desk.try_to(link, r.ReturnToQueue, name),
        lambda: invite(desk, link, name, desk.rng.choice(sorted(desk.reps - {me}))),
        lambda: desk.try_to(link, r.End, name),
    ]
    await (desk.rng.choice(seldom)() if desk.rng.random() < 0.15 else desk.say(link, name))


async def invite(desk: Desk, link: Person, name: str, rep: str) -> None:
    if await desk.try_to(link, r.Invite, name, rep=rep):
        desk.invited.add((name, rep))


async def kill_often(desk: Desk) -> None:
    while desk.is_open:
        await asyncio.sleep(desk.rng.uniform(*KILL_EVERY_SECONDS))
        await desk.server.restart()
        desk.done["kill"] += 1


async def a_busy_time(folder: Path, seconds: float) -> Desk:
    """Live through it, and account for every line."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(folder, DESKSIDE_RATE_VISITORS="100"))
        reps = {name: await stack.enter_async_context(linked(server, name)) for name in REPS}
        for link in reps.values():
            await make_available(link)
        links = [await stack.enter_async_context(linked(server)) for _ in range(CUSTOMERS)]
        desk = Desk(server, seconds)
        desk.reps = {party(link) for link in reps.values()}
        try:
            await live(desk, reps, links)
            await account(desk)
        except Exception as fault:  # noqa: BLE001 - told below
            # Raised here, it would come wrapped in a group for each of the links.
            desk.fault = fault
    if desk.fault:
        raise desk.fault
    return desk


async def live(desk: Desk, reps: dict[str, Person], customers: list[Person]) -> None:
    async with asyncio.TaskGroup() as group:
        for name, link in reps.items():
            group.create_task(be_a_rep(desk, link, name))
        for link in customers:
            group.create_task(be_a_customer(desk, link))
        group.create_task(kill_often(desk))


async def account(desk: Desk) -> None:
    """Compare what every customer reads with what was acknowledged to whom."""
    for name, link in desk.customers.items():
        expected = {sender: lines for (s, sender), lines in desk.lines.items() if s == name}
        count = sum(map(len, expected.values()))
        await link.until(partial(has_read, session=name, lines=count))
        told: dict[str, list[str]] = defaultdict(list)
        for fact in link.sessions[name].facts:
            if isinstance(fact, Said):
                told[fact.by].append(fact.text)
        assert told == expected
        # Somebody who reads it all anew reads the same.
        facts = link.sessions[name].facts
        async with linked(desk.server, token=link.token) as again:
            await again.follow(name)
            await again.until(partial(has_come_to, session=name, place=len(facts)))
            assert again.sessions[name].facts[: len(facts)] == facts


def has_read(link: Link, session: str, lines: int) -> bool:
    return len(spoken(link, session)) >= lines


def has_come_to(link: Link, session: str, place: int) -> bool:
    return link.sessions[session].place >= place


async def test_a_busy_desk_loses_no_line(tmp_path: Path) -> None:
    desk = await a_busy_time(tmp_path, 15)
    assert set(desk.done) >= WANTED


@pytest.mark.long
async def test_a_busy_desk_loses_no_line_in_ten_minutes(tmp_path: Path) -> None:
    desk = await a_busy_time(tmp_path, 600)
    assert desk.done["kill"] > 30
