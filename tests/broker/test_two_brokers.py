"""Two whole brokers over one database, whose rings do not reach each other: only looking helps."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from customer_client.link import Link, new_request_id
from protocol import messages as m
from protocol import requests as r
from tests.broker.people import linked
from tests.broker.servers import Server, serving
from tests.end_to_end.serving import ask, begin, said_by_all, spoken

Pair = tuple[Server, Server]


@pytest.fixture
async def brokers(tmp_path: Path, database_url: str) -> AsyncIterator[Pair]:
    async with AsyncExitStack() as stack:
        one, two = [
            await stack.enter_async_context(serving(tmp_path, database=database_url))
            for _ in range(2)
        ]
        yield one, two


async def kill(server: Server) -> None:
    """Let `server` stop dead, with all it still had to say and to write."""
    links = server.parts.links
    await links._tasks.stop()
    await server.parts.database.close()
    for link in tuple(links._links.values()):
        link.abort()


async def talk(session: str, turns: int, **links: Link) -> None:
    """Let everybody say something `turns` times, all at once."""

    async def speak(name: str, link: Link) -> None:
        for turn in range(turns):
            await ask(link, r.Say, session, text=f"{name} {turn}")

    await asyncio.gather(*(speak(name, link) for name, link in links.items()))


def sound(said: list[str], turns: int, *names: str) -> bool:
    """Say whether everybody's words are there once, each one's own in their order."""
    return len(said) == turns * len(names) and all(
        [words for words in said if words.startswith(name)]
        == [f"{name} {turn}" for turn in range(turns)]
        for name in names
    )


async def test_people_at_two_brokers_talk_and_go_on_at_one_when_the_other_dies(
    brokers: Pair,
) -> None:
    one, two = brokers
    cookie = await one.sign_in_as("rep")
    _, token = await two.visitor()
    async with linked(two, cookie=cookie) as rep:
        async with linked(one, token=token) as customer:
            session = await begin(customer, rep)
            await talk(session, 10, customer=customer, rep=rep)
            assert sound(await said_by_all((customer, rep), session), 10, "customer", "rep")
            last = r.Say(id=new_request_id(), session=session, text="customer 10")
            answered = await customer.ask(last)
            await kill(one)
            await ask(rep, r.Say, session, text="rep 10")
        async with linked(two, token=token, known=customer.sessions[session]) as again:
            assert await again.ask(last) == answered
            assert sound(await said_by_all((again, rep), session), 11, "customer", "rep")
            await ask(again, r.End, session)
            await rep.until(lambda rep: rep.sessions[session].session.state == "ended")
            places = [fact.place for fact in again.sessions[session].facts]
            assert places == list(range(1, len(places) + 1))


async def test_a_device_at_the_other_broker_learns_of_a_session_and_follows_it(
    brokers: Pair,
) -> None:
    one, two = brokers
    account = await one.add("ana", "rep")
    _, token = await one.visitor()
    async with (
        linked(one, cookie=await one.sign_in(account)) as rep,
        linked(two, cookie=await one.sign_in(account)) as device,
        linked(one, token=token) as customer,
    ):
        session = await begin(customer, rep)
        await device.until(lambda device: m.MySessions(sessions=(session,)) in device.last.values())
        await device.follow(session)
        await talk(session, 5, customer=customer, rep=rep, device=device)
        said = await said_by_all((customer, rep, device), session)
        assert sound(said, 5, "customer", "rep", "device")
        await ask(customer, r.End, session)
        await device.until(lambda device: m.MySessions(sessions=()) in device.last.values())
        assert spoken(device, session) == said
