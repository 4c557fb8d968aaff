"""How soon everybody is back when a broker is killed, and how it serves who is back already.

Five thousand customers lose their broker at once, two hundred of them in a session that waits. They come back as
`browser/src/link.ts` does: a ticket over HTTP, a link, and after each failure a random wait up to a
limit that doubles. Meanwhile some of those who are back ask for something and time the answer.
"""

import asyncio
import random
import time

from msgspec import Struct, field

from bench.load import (
    Caller,
    Person,
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
from bench.wire import Unopened, post
from protocol import messages as m
from protocol import requests as r

CUSTOMERS = 5_000
TALKERS = 200
"""As many of them speak, again and again, once they are back."""

FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 15.0
SPEAK_SECONDS = 0.5
LIMIT_SECONDS = 120.0


class Returned(Struct):
    """When people were back, and how long answers took while others were not."""

    back: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    failures: int = 0


class Customer:
    """One customer, who comes back until they are there."""

    def __init__(self, person: Person, server: Server, returned: Returned) -> None:
        self.caller = Caller(person)
        self._server = server
        self._returned = returned
        self._person = person

    async def come(self) -> None:
        """Come for the first time."""
        await self.caller.come(self._server.port)

    async def come_back(self, rng: random.Random) -> None:
        """Come back, waiting as the page does after each failure."""
        failures = 0
        while True:
            limit = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**failures)
            await asyncio.sleep(rng.random() * limit)
            try:
                headers = f"Authorization: Bearer {self._person.secret}\r\n"
                answer = await post(self._server.port, "/v1/tickets", headers, self._person.source)
                await self.caller.come(self._server.port, answer["ticket"])
            except (Unopened, OSError):
                failures += 1
                self._returned.failures += 1
            else:
                self._returned.back.append(time.perf_counter())
                return

    async def speak(self, everybody_back: asyncio.Event) -> None:
        """Ask again and again until everybody is back, timing each answer."""
        while not everybody_back.is_set():
            began = time.perf_counter()
            await self.caller.ask(r.Say(id=new_id(), session=self.caller.session, text="Hello?"))
            self._returned.answers.append(time.perf_counter() - began)
            await asyncio.sleep(SPEAK_SECONDS)


async def all_come_back(customers: list[Customer]) -> float:
    """Return how long it took until all were back."""
    rng, everybody_back = random.Random(2), asyncio.Event()

    async def talk(customer: Customer) -> None:
        await customer.come_back(rng)
        await customer.speak(everybody_back)

    async with asyncio.timeout(LIMIT_SECONDS), asyncio.TaskGroup() as talking:
        for customer in customers[:TALKERS]:
            talking.create_task(talk(customer))
        began = time.perf_counter()
        await asyncio.gather(*(customer.come_back(rng) for customer in customers[TALKERS:]))
        everybody_back.set()
    return time.perf_counter() - began


async def open_session(customer: Customer) -> None:
    await customer.come()
    start = r.Start(id=new_id(), session="", issue="computer", name="Max")
    customer.caller.session = (await customer.caller.ask(start)).session


async def main() -> None:
    returned = Returned()
    async with temporary_folder() as folder:
        people = await populate(folder, CUSTOMERS, 1)
        server = broker(folder)
        async with serving(server):
            rep = Caller(people.reps[0])
            await rep.come(server.port)
            rep.send(m.encode(m.SetAvailable(available=True)))
            await asyncio.sleep(1.0)
            customers = [Customer(person, server, returned) for person in people.customers]
            await many((open_session(customer) for customer in customers[:TALKERS]), 50)
            await many((customer.come() for customer in customers[TALKERS:]), 200)
            await server.end()
            began = time.perf_counter()
            async with asyncio.TaskGroup() as group:
                group.create_task(server.start())
                back = group.create_task(all_come_back(customers))
            conclude(returned, back.result(), began, seconds_of(server))


def conclude(returned: Returned, seconds: float, began: float, used: float) -> None:
    half = percentile(returned.back, 0.5) - began
    p99 = percentile(returned.answers, 0.99) * 1000
    report(
        "restart",
        [
            Line("half are back", half, "s"),
            Line("all are back", seconds, "s", reach="≤ 30", reached=seconds <= 30),
            Line("answer meanwhile, p50", percentile(returned.answers, 0.5) * 1000, "ms"),
            Line("answer meanwhile, p99", p99, "ms", reach="≤ 300", reached=p99 <= 300),
            Line("answers meanwhile", len(returned.answers), ""),
            Line("processor of the broker", used, "s"),
            Line("failed attempts", returned.failures, ""),
        ],
    )


if __name__ == "__main__":
    run(main)
