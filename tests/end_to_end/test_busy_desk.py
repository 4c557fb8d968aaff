"""Three reps and twelve customers at once, while sessions move and the broker dies: at the end every
line and note that was acknowledged stands in its session once, in its sender's order, for customers
and reps, on the links they had all the time and on new ones.
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
from protocol import messages as m
from protocol import requests as r
from protocol.facts import Noted, Said
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
)

SEED = int(os.environ.get("DESKSIDE_SEED", "20261122"))
CUSTOMERS = 12
REPS = {"ana": "support", "ben": "support", "nia": "network"}
ISSUES = ("computer", "printer", "other")
KILL_EVERY_SECONDS = (4.0, 12.0)
WANTED = {"Accept", "Say", "Note", "Transfer", "Invite", "Join", "Leave", "End", "kill"}


class Desk:
    """What is going on, and what was acknowledged: the lines of each sender in each session."""

    def __init__(self, server: Server, seconds: float, kills: int) -> None:
        self.server = server
        self.rng = random.Random(SEED)
        self.ends_at = time.monotonic() + seconds
        self.kills = kills
        self.reps: dict[str, Person] = {}
        """The link of each rep, by their id."""
        self.customers: dict[str, Person] = {}
        """The customer of each session."""
        self.lines: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.notes: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.done: dict[str, int] = defaultdict(int)
        """How often each kind of request was carried out."""
        self.invited: set[tuple[str, str]] = set()
        """(session, rep) of the invitations that nobody has answered."""
        self.fault: Exception | None = None
        self._count = 0

    @property
    def is_open(self) -> bool:
        """Go on until everything has happened that can happen, often enough."""
        if time.monotonic() < self.ends_at or not set(self.done) >= WANTED:
            return True
        return self.done["kill"] < self.kills

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
        if await self.try_to(link, kind, session, text=text):
            kept = self.lines if kind is r.Say else self.notes
            kept[session, party(link)].append(text)

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
        lambda: invite(desk, link, name, desk.rng.choice(sorted(desk.reps.keys() - {me}))),
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


async def a_busy_time(folder: Path, seconds: float, kills: int = 1) -> Desk:
    """Live through it for as long at least, and account for every line."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(folder, DESKSIDE_RATE_VISITORS="100"))
        reps = {name: await stack.enter_async_context(linked(server, name)) for name in REPS}
        for link in reps.values():
            await make_available(link)
        links = [await stack.enter_async_context(linked(server)) for _ in range(CUSTOMERS)]
        desk = Desk(server, seconds, kills)
        desk.reps = {party(link): link for link in reps.values()}
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


Words = dict[str, list[str]]
"""What each sender has said, in order."""


async def account(desk: Desk) -> None:
    """Compare what everybody reads with what was acknowledged to whom."""
    async with AsyncExitStack() as stack:
        anew = [await stack.enter_async_context(linked(desk.server, name)) for name in REPS]
        for name, link in desk.customers.items():
            lines = {sender: said for (s, sender), said in desk.lines.items() if s == name}
            notes = {sender: said for (s, sender), said in desk.notes.items() if s == name}
            await link.until(partial(has_heard, session=name, count=count_of(lines)))
            assert words(link, name, Said) == lines
            assert words(link, name, Noted) == {}, "notes are between reps"
            # Somebody who reads it all anew reads the same.
            facts = link.sessions[name].facts
            async with linked(desk.server, token=link.token) as again:
                await again.follow(name)
                await again.until(partial(has_come_to, session=name, place=len(facts)))
                assert again.sessions[name].facts[: len(facts)] == facts
            for live, new in zip(desk.reps.values(), anew, strict=True):
                await account_to_rep(live, new, name, lines, notes)


async def account_to_rep(live: Link, new: Link, name: str, lines: Words, notes: Words) -> None:
    """Compare what a rep reads, on the link they had all the time and on a new one."""
    if not await may_read(new, name):
        if name in live.sessions:
            assert begins(words(live, name, Said), lines)
            assert begins(words(live, name, Noted), notes)
        return
    for link in (live, new):
        # Who had lost the session for a while has not heard of everything by itself.
        await link.follow(name)
        count = count_of(lines) + count_of(notes)
        await link.until(partial(has_heard, session=name, count=count))
        assert words(link, name, Said) == lines
        assert words(link, name, Noted) == notes
        assert places(link, name) == list(range(1, link.sessions[name].place + 1))


async def may_read(link: Link, name: str) -> bool:
    """Follow the session over `link`, and say whether the broker lets them."""
    link.last.pop(m.RefusedRequest, None)
    followed = await link.follow(name)
    await link.until(lambda link: followed.place or m.RefusedRequest in link.last)
    return followed.place > 0


def words(link: Link, name: str, kind: type[Said | Noted]) -> Words:
    """Return what `link` knows of the session that is of `kind`, by sender."""
    found: Words = defaultdict(list)
    for fact in link.sessions[name].facts:
        if isinstance(fact, kind):
            found[fact.by].append(fact.text)
    return found


def places(link: Link, name: str) -> list[int]:
    return [fact.place for fact in link.sessions[name].facts]


def begins(some: Words, every: Words) -> bool:
    """Say whether each has said the first lines of what they said in all."""
    return all(said == every.get(sender, [])[: len(said)] for sender, said in some.items())


def count_of(said: Words) -> int:
    return sum(map(len, said.values()))


def has_heard(link: Link, session: str, count: int) -> bool:
    """Say whether `link` knows of so many lines and notes."""
    kinds = (Said, Noted)
    return sum(isinstance(fact, kinds) for fact in link.sessions[session].facts) >= count


def has_come_to(link: Link, session: str, place: int) -> bool:
    return link.sessions[session].place >= place


async def test_a_busy_desk_loses_no_line(tmp_path: Path) -> None:
    desk = await a_busy_time(tmp_path, 15)
    assert set(desk.done) >= WANTED


@pytest.mark.long
async def test_a_busy_desk_loses_no_line_in_ten_minutes(tmp_path: Path) -> None:
    desk = await a_busy_time(tmp_path, 600, kills=30)
    assert set(desk.done) >= WANTED
