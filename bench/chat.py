"""How fast a word gets from one person to the other, and how many words fit through a broker.

A thousand customers talk with fifty reps. First 500 messages a second are offered for 20 s, on a
schedule that does not wait for anybody, and each is timed from the moment it was due until the
other side has it. Then everybody who may speaks again as soon as they were answered, by turns with
a floor that only writes the same rows: what it does without our rules, and we with them.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable

from msgspec import Struct, field

from bench.load import (
    Caller,
    Frame,
    People,
    Person,
    Server,
    broker,
    floor,
    many,
    new_id,
    populate,
    run,
    seconds_of,
    serving,
    temporary_folder,
)
from bench.report import Line, median_and_spread, percentile, report
from protocol import messages as m
from protocol import requests as r

CUSTOMERS = 1_000
REPS = 50
OFFERED = 500
WARM_SECONDS = 3.0
SECONDS = 20.0
ROUNDS = 3
ROUND_SECONDS = 5.0
SPEAKING = 256
"""Who speaks at once in the closed loop: enough to fill several commits."""

LATE_SECONDS = 20.0
WORDS = "I have restarted it twice and it still does not print anything."


class Tally(Struct):
    """What has been said, and what the other side has seen of it."""

    due: dict[int, float] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    shown: Counter[int] = field(default_factory=Counter)
    places: dict[tuple[str, str], int] = field(default_factory=dict)
    last: dict[tuple[str, str], int] = field(default_factory=dict)
    doubled: int = 0
    reordered: int = 0

    def hear(self, who: Caller, frame: Frame) -> None:
        """Note what `who` is shown of the others' words."""
        for fact in frame.facts:
            if fact.type == "said":
                self._shown(who.person.id, frame.session, fact.place)
                if fact.by != who.person.id:
                    self._said(int(fact.text.partition(" ")[0]), (frame.session, fact.by))

    def _shown(self, who: str, session: str, place: int) -> None:
        known = self.places.get((session, who), 0)
        self.doubled += place == known
        self.reordered += place < known
        self.places[session, who] = place

    def _said(self, number: int, speaker: tuple[str, str]) -> None:
        self.shown[number] += 1
        if number in self.due:
            self.seconds.append(time.perf_counter() - self.due[number])
        if number < self.last.get(speaker, -1):
            self.reordered += 1
        self.last[speaker] = number

    @property
    def lost(self) -> int:
        """How many were said and not shown."""
        return sum(number not in self.shown for number in self.due)


class Rate(Struct, frozen=True):
    """Messages a second, and a second of the server's processor."""

    passed: float
    used: float


class Talk(Struct):
    """A session and its two sides."""

    session: str
    customer: Caller
    rep: Caller


def words(number: int) -> str:
    return f"{number} {WORDS}"


async def open_talks(server: Server, people: People) -> list[Talk]:
    """Bring everybody onto a link and each customer into a session with a rep."""
    reps = [Caller(person) for person in people.reps]
    await many((rep.come(server.port) for rep in reps), 20)
    for rep in reps:
        rep.send(m.encode(m.SetAvailable(available=True)))
    await asyncio.sleep(1.0)
    customers = [Caller(person) for person in people.customers]
    return await many(
        (
            open_talk(server, customer, reps[number % len(reps)])
            for number, customer in enumerate(customers)
        ),
        50,
    )


async def open_talk(server: Server, customer: Caller, rep: Caller) -> Talk:
    await customer.come(server.port)
    start = r.Start(id=new_id(), session="", issue="computer", name="Max")
    session = (await customer.ask(start)).session
    await rep.ask(r.Accept(id=new_id(), session=session))
    for side in (customer, rep):
        side.send(m.encode(m.Resume(session=session)))
    return Talk(session, customer, rep)


async def offer(
    talks: list[Talk], tally: Tally, seconds: float, first: int, rate: int = OFFERED
) -> int:
    """Say `rate` things a second, whoever they are and whether or not we are behind."""
    rng, began = random.Random(1), time.perf_counter()
    total = int(rate * seconds)
    for number in range(total):
        due = began + number / rate
        wait = due - time.perf_counter()
        if wait > 0.001:
            await asyncio.sleep(wait)
        talk = rng.choice(talks)
        side = rng.choice((talk.customer, talk.rep))
        tally.due[first + number] = due
        say = r.Say(id=new_id(), session=talk.session, text=words(first + number))
        side.send(m.encode(say))
    return first + total


async def settle(tally: Tally) -> None:
    """Give what is late a while to arrive."""
    until = time.perf_counter() + LATE_SECONDS
    while tally.lost and time.perf_counter() < until:  # noqa: ASYNC110 - it waits for the network
        await asyncio.sleep(0.1)


async def press(server: Server, talks: list[Talk], seconds: float) -> Rate:
    """Let one side of some talks speak as often as it is answered; return messages a second."""
    until = time.perf_counter() + seconds
    said = [0]

    async def speak(talk: Talk) -> None:
        while time.perf_counter() < until:
            await talk.customer.ask(r.Say(id=new_id(), session=talk.session, text=words(0)))
            said[0] += 1

    began, used = time.perf_counter(), seconds_of(server)
    await asyncio.gather(*(speak(talk) for talk in talks[:SPEAKING]))
    passed = time.perf_counter() - began
    return Rate(said[0] / passed, said[0] / (seconds_of(server) - used))


def listen(talks: list[Talk], told: Callable[[Caller, Frame], None]) -> None:
    for talk in talks:
        talk.customer.told = talk.rep.told = told


async def open_floor(server: Server) -> list[Talk]:
    """Do as `open_talks`, for as many talks as the closed loop needs, with the floor."""
    talks = []
    for number in range(SPEAKING):
        session = f"{number:036d}"
        sides = [Caller(Person(f"{kind}{number}", "", "", "127.0.0.1")) for kind in "cr"]
        for side in sides:
            await side.come(server.port, side.person.id)
            side.send(m.encode(m.Resume(session=session)))
        talks.append(Talk(session, *sides))
    return talks


async def measure_pace(server: Server, talks: list[Talk]) -> tuple[Tally, float]:
    """Return the tally of the paced part, and the share of a core the broker used."""
    warm, tally = Tally(), Tally()
    listen(talks, warm.hear)
    first = await offer(talks, warm, WARM_SECONDS, 1)
    await settle(warm)
    listen(talks, tally.hear)
    used, began = seconds_of(server), time.perf_counter()
    await offer(talks, tally, SECONDS, first)
    share = (seconds_of(server) - used) / (time.perf_counter() - began)
    await settle(tally)
    return tally, share


async def main() -> None:
    async with temporary_folder() as folder, temporary_folder() as floor_folder:
        people = await populate(folder, CUSTOMERS, REPS)
        await populate(floor_folder, 1, 1)
        bare = floor("chat", str(floor_folder / "deskside.db"))
        async with serving(broker(folder)) as server, serving(bare):
            talks = await open_talks(server, people)
            tally, share = await measure_pace(server, talks)
            bare_talks = await open_floor(bare)
            floor_tally, _ = await measure_pace(bare, bare_talks)
            listen(talks, lambda *_: None)
            ours, floors = list[Rate](), list[Rate]()
            for _ in range(ROUNDS):
                floors.append(await press(bare, bare_talks, ROUND_SECONDS))
                ours.append(await press(server, talks, ROUND_SECONDS))
    conclude(tally, floor_tally, share, ours, floors)


def conclude(
    tally: Tally, floor_tally: Tally, share: float, ours: list[Rate], floors: list[Rate]
) -> None:
    p50, p99 = (percentile(tally.seconds, each) * 1000 for each in (0.5, 0.99))
    floor_p50, floor_p99 = (percentile(floor_tally.seconds, each) * 1000 for each in (0.5, 0.99))
    most, spread = median_and_spread([rate.passed for rate in ours])
    floor_most, floor_spread = median_and_spread([rate.passed for rate in floors])
    by_core, _ = median_and_spread([rate.used for rate in ours])
    floor_by_core, _ = median_and_spread([rate.used for rate in floors])
    report(
        "chat",
        [
            Line("send to shown, p50", p50, "ms", floor_p50),
            Line("send to shown, p99", p99, "ms", floor_p99, "≤ 100", p99 <= 100),
            Line("lost", tally.lost, "of 10,000", reach="0", reached=tally.lost == 0),
            Line("doubled", tally.doubled, "frames", reach="0", reached=tally.doubled == 0),
            Line("reordered", tally.reordered, "frames", reach="0", reached=not tally.reordered),
            Line("broker at 500/s", share * 100, "% of a core"),
            Line("most", most, "messages/s", floor_most, "≥ 0.5 ×", most >= 0.5 * floor_most),
            Line("most by a core", by_core, "messages/s", floor_by_core),
        ],
        rounds=f"broker {spread}, floor {floor_spread} messages/s",
    )


if __name__ == "__main__":
    run(main)
