"""`kill -9` of the broker at any moment: nothing acknowledged is lost, nothing comes twice."""

import asyncio
import os
import random
from pathlib import Path

import pytest

from customer_client.link import Link
from protocol import messages as m
from protocol import requests as r
from tests.end_to_end.serving import Server, ask, begin, linked, said_by_all, serving
from tests.waiting import until

SEED = int(os.environ.get("DESKSIDE_SEED", "20261121"))


async def test_killed_between_any_two_messages_of_a_conversation(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        linked(server, "ana") as rep,
        linked(server) as customer,
    ):
        session = await begin(customer, rep)
        script = [(customer, "My screen is black."), (rep, "Is it plugged in?"), (customer, "Yes."),
                  (rep, "Press the button."), (customer, "Thank you!")]  # fmt: skip
        for link, text in script:
            await server.restart()
            await ask(link, r.Say, session, text=text)
        await server.restart()
        assert await said_by_all((customer, rep), session) == [text for _, text in script]
        await ask(customer, r.End, session)
        await rep.until(lambda link: link.sessions[session].session.state == "ended")


class Talk:
    """One customer and one rep who never stop talking, and remember what was acknowledged."""

    def __init__(self, customer: Link, rep: Link, session: str) -> None:
        self.customer = customer
        self.rep = rep
        self.session = session
        self.acknowledged: list[str] = []

    async def run(self, over: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._speak(self.customer, "customer", over))
            group.create_task(self._speak(self.rep, "rep", over))

    async def _speak(self, link: Link, name: str, over: asyncio.Event) -> None:
        number = 0
        while not over.is_set():
            text = f"{name} {number}"
            await ask(link, r.Say, self.session, text=text)
            self.acknowledged.append(text)
            number += 1

    async def check(self) -> None:
        said = await said_by_all((self.customer, self.rep), self.session)
        assert sorted(said) == sorted(self.acknowledged)
        for name in ("customer", "rep"):
            mine = [text for text in said if text.startswith(name)]
            assert mine == [f"{name} {number}" for number in range(len(mine))]


async def kill_under_load(folder: Path, kills: int) -> None:
    rng = random.Random(SEED)
    over = asyncio.Event()
    async with (
        serving(folder) as server,
        linked(server, "ana") as rep,
        linked(server) as one,
        linked(server) as two,
    ):
        talks = [Talk(each, rep, await begin(each, rep)) for each in (one, two)]
        async with asyncio.TaskGroup() as group:
            for talk in talks:
                group.create_task(talk.run(over))
            await kill_often(server, rng, kills)
            # However often it was too short for a word, they go on until enough was said.
            await until(lambda: all(len(talk.acknowledged) > kills for talk in talks))
            over.set()
        for talk in talks:
            await talk.check()


async def kill_often(server: Server, rng: random.Random, kills: int) -> None:
    for _ in range(kills):
        await asyncio.sleep(rng.uniform(0.05, 1.0))
        await server.restart()


async def test_killed_at_random_moments_under_load(tmp_path: Path) -> None:
    await kill_under_load(tmp_path, 8)


@pytest.mark.long
async def test_killed_five_hundred_times_under_load(tmp_path: Path) -> None:
    await kill_under_load(tmp_path, 500)


async def test_a_stopped_broker_sends_everyone_away_and_they_come_back(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        linked(server, "ana") as rep,
        linked(server) as customer,
    ):
        session = await begin(customer, rep)
        assert await server.stop() == 0
        # What it said last may still be on its way.
        await customer.until(lambda link: m.Goodbye in link.last)
        goodbye = customer.last[m.Goodbye]
        assert isinstance(goodbye, m.Goodbye)
        assert goodbye.why == "draining"
        await server.start()
        await ask(customer, r.Say, session, text="Still here")
        assert await said_by_all((customer, rep), session) == ["Still here"]
