"""Five thousand wait: how soon all of them know their new place, and how soon a rep has the first.

Every five seconds one near the front leaves, and everybody behind moves up; each is timed until
their own link has said so. Then a rep comes free, and declines, again and again; each time is until
the next session is theirs. Last, on a quiet desk, customers start and a console in Chromium calls
its rep: the time from the click until its title says that somebody waits.
"""

import asyncio
import time

from msgspec.structs import replace

from bench.consoles import console
from bench.load import (
    SETTINGS,
    Caller,
    Frame,
    Server,
    broker,
    many,
    new_id,
    populate,
    run,
    seconds_of,
    serving,
    temporary_folder,
)
from bench.report import Line, percentile, report
from broker.site import Team
from protocol import messages as m
from protocol import requests as r
from protocol.facts import Rules

WAITING = 5_000
MOVES = 5
MOVE_SECONDS = 5.0
HANDED = 10
ALERTS = 10
LIMIT_SECONDS = 30.0
REST_SECONDS = 4.0
REST_SHARE = 0.25
REST_LIMIT_SECONDS = 240.0
PUSHED = replace(
    SETTINGS,
    teams=(Team(id="support", name="Support", hand_out="least_busy"),),
    # One rep sits on an offer all the time, so that the desk is open and everybody waits.
    rules=Rules(inactivity_seconds=86_400, hold_seconds=86_400, offer_seconds=86_400),
)

TITLES = """
globalThis.called = [];
new MutationObserver(() => {
    if (/waiting/.test(document.title)) called.push(Date.now());
}).observe(document, { subtree: true, childList: true, characterData: true });
"""


class Crowd:
    """Everybody who waits, and when each last heard of their place."""

    def __init__(self, callers: list[Caller]) -> None:
        self.callers = callers
        self.heard: dict[str, float] = {}
        self._places: dict[str, int] = {}
        for caller in callers:
            caller.told = self._told

    def _told(self, caller: Caller, frame: Frame) -> None:
        if frame.type == "position":
            self.heard[caller.person.id] = time.perf_counter()
            self._places[caller.person.id] = frame.position

    async def moves(self) -> list[float]:
        """Let the first leave and return after how many seconds each of the others knew."""
        # They came ten at once, so only their places say who is where; whoever is first is offered.
        first = min(self.callers[1:], key=self._place)
        behind = {each.person.id for each in self.callers if self._place(each) > self._place(first)}
        self.callers.remove(first)
        self.heard.clear()
        began = time.perf_counter()
        await first.ask(r.End(id=new_id(), session=first.session))
        async with asyncio.timeout(LIMIT_SECONDS):
            while not behind <= self.heard.keys():  # noqa: ASYNC110 - it waits for sockets
                await asyncio.sleep(0.01)
        return [self.heard[who] - began for who in behind]

    def _place(self, caller: Caller) -> int:
        return self._places.get(caller.person.id, 0)


async def come_and_start(server: Server, caller: Caller) -> Caller:
    await caller.come(server.port)
    start = r.Start(id=new_id(), session="", issue="computer", name="Max")
    caller.session = (await caller.ask(start)).session
    return caller


async def available(server: Server, rep: Caller) -> None:
    await rep.come(server.port)
    rep.send(m.encode(m.SetAvailable(available=True)))


class Handed:
    """A rep who declines whatever they are offered, and how long each took to come."""

    def __init__(self, rep: Caller) -> None:
        self.rep = rep
        self.given: asyncio.Queue[tuple[str, float]] = asyncio.Queue()
        self._known: set[str] = set()
        rep.told = self._told

    def _told(self, _: Caller, frame: Frame) -> None:
        if frame.type in ("welcome", "my_sessions"):
            for session in frame.sessions:
                if session not in self._known:
                    self._known.add(session)
                    self.given.put_nowait((session, time.perf_counter()))

    async def next(self, since: float) -> tuple[str, float]:
        """Return the next session, and after how many seconds it came."""
        async with asyncio.timeout(LIMIT_SECONDS):
            session, at = await self.given.get()
        return session, at - since


async def crowded() -> tuple[list[float], float, list[float], float]:
    """Return the seconds of each push, the share of a core, and the seconds of each hand-out."""
    async with temporary_folder() as folder:
        people = await populate(folder, WAITING, 2, PUSHED)
        async with serving(broker(folder)) as server:
            await available(server, Caller(people.reps[0]))
            await asyncio.sleep(1.0)
            callers = [Caller(person) for person in people.customers]
            crowd = Crowd(callers)
            began = time.perf_counter()
            # The first of all is the one who is offered, and stays.
            await come_and_start(server, callers[0])
            await many((come_and_start(server, caller) for caller in callers[1:]), 10)
            filled = time.perf_counter() - began
            await at_rest(server)
            pushed, used, span = await move_up(server, crowd)
            handed = await hand_out(server, Handed(Caller(people.reps[1])))
    return pushed, used / span, handed, filled


async def at_rest(server: Server) -> None:
    """Wait until the broker has greeted everybody who came in that one minute."""
    async with asyncio.timeout(REST_LIMIT_SECONDS):
        share = 1.0
        while share > REST_SHARE:
            used = seconds_of(server)
            await asyncio.sleep(REST_SECONDS)
            share = (seconds_of(server) - used) / REST_SECONDS


async def move_up(server: Server, crowd: Crowd) -> tuple[list[float], float, float]:
    pushed: list[float] = []
    began, used = time.perf_counter(), seconds_of(server)
    for number in range(1, MOVES + 1):
        pushed += await crowd.moves()
        await asyncio.sleep(max(0.0, began + number * MOVE_SECONDS - time.perf_counter()))
    return pushed, seconds_of(server) - used, time.perf_counter() - began


async def hand_out(server: Server, handed: Handed) -> list[float]:
    await available(server, handed.rep)
    since, seconds = time.perf_counter(), []
    for _ in range(HANDED):
        session, took = await handed.next(since)
        seconds.append(took)
        await handed.rep.ask(r.Decline(id=new_id(), session=session))
        since = time.perf_counter()
    return seconds


async def alerted() -> list[float]:
    """Return the seconds from a customer's start until a console calls its rep, one by one."""
    seconds = []
    async with temporary_folder() as folder:
        people = await populate(folder, ALERTS, 1)
        async with (
            serving(broker(folder)) as server,
            console(server, people.reps[0], TITLES) as page,
        ):
            await asyncio.sleep(2.0)
            for person in people.customers:
                caller = Caller(person)
                await caller.come(server.port)
                known, began = await page.evaluate("called.length"), time.time()
                start = r.Start(id=new_id(), session="", issue="computer", name="Max")
                session = (await caller.ask(start)).session
                async with asyncio.timeout(LIMIT_SECONDS):
                    while await page.evaluate("called.length") == known:  # noqa: ASYNC110 - as above
                        await asyncio.sleep(0.02)
                seconds.append(await page.evaluate(f"called[{known}]") / 1000 - began)
                await caller.ask(r.End(id=new_id(), session=session))
                async with asyncio.timeout(LIMIT_SECONDS):
                    while "waiting" in await page.title():  # noqa: ASYNC110 - as above
                        await asyncio.sleep(0.05)
    return seconds


async def main() -> None:
    pushed, share, handed, filled = await crowded()
    alerts = await alerted()
    last, slowest = max(pushed) * 1000, max(handed) * 1000
    report(
        "queue",
        [
            Line("new place to all, p50", percentile(pushed, 0.5) * 1000, "ms"),
            Line("new place to all, last", last, "ms", None, "≤ 1,000", last <= 1000),
            Line("broker, a move each 5 s", share * 100, "% of a core", None, "≤ 20", share <= 0.2),
            Line("hand-out, p50", percentile(handed, 0.5) * 1000, "ms"),
            Line("hand-out, slowest", slowest, "ms", None, "≤ 1,000", slowest <= 1000),
            Line("start to alert, p50", percentile(alerts, 0.5) * 1000, "ms"),
            Line("start to alert, slowest", max(alerts) * 1000, "ms"),
        ],
        waiting=f"{WAITING}, all in after {filled:.0f} s",
        samples=f"{MOVES} moves, {HANDED} hand-outs, {ALERTS} alerts",
    )


if __name__ == "__main__":
    run(main)
