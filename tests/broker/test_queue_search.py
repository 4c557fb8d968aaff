"""Somebody who waits is found by name, wherever they stand and only by the reps of their team."""

import pytest

from broker.queue_search import find
from protocol import requests as r
from protocol.messages import Waiting
from protocol.session import Party
from tests.broker.desks import new_id
from tests.broker.servers import Server, welcomed
from tests.broker.test_handlers import ticket
from tests.broker.test_history_calls import consent
from tests.waiting import until


def waits(number: int, name: str, team: str = "support", *, front: bool = False) -> Waiting:
    return Waiting(
        session=f"s-{number:05d}",
        team=team,
        issue="computer",
        name=name,
        language="en",
        waiting_since=number,
        front=front,
    )


SUPPORT = (
    waits(9, "Zoë Returned", front=True),
    waits(1, "Max Muster"),
    waits(3, "Jürgen Müller"),
)
NETWORK = (waits(2, "MAX Power", "network"),)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("", ["Zoë Returned", "Max Muster", "MAX Power", "Jürgen Müller"]),
        ("max", ["Max Muster", "MAX Power"]),
        ("must ma", ["Max Muster"]),
        ("muller", ["Jürgen Müller"]),
        ("ZOË", ["Zoë Returned"]),
        ("max müller", []),
    ],
)
def test_every_word_stands_somewhere_in_the_name(words: str, named: list[str]) -> None:
    assert [each.entry.name for each in find((SUPPORT, NETWORK), words)] == named


def test_a_place_counts_everybody_of_the_team() -> None:
    queue = [waits(number, "Kim" if number == 4_711 else "Max") for number in range(5_000)]
    (found,) = find((queue,), "kim")
    assert found.position == 4_712


async def test_only_who_waits_for_a_team_of_the_caller_is_found(server: Server) -> None:
    ana, nia = await server.add("ana", "rep"), await server.add("nia", "rep", ("network",))
    cookies = [await server.sign_in(who) for who in (ana, nia)]
    party, _ = await server.visitor()
    desk, customer = server.parts.desk, Party(id=party, role="customer")
    async with server.link(await ticket(server, cookie=cookies[0])) as link:
        await welcomed(link)
        await server.parts.links._presence.switch(ana.id, on=True)
        start = r.Start(id=new_id(), issue="computer", name="Kim")
        session = (await desk.ask(start, customer)).session
        await consent(server, session, customer)
    await until(lambda: server.parts.queues.waiting_for("support"))
    hers, theirs = [
        (await server.call("GET", "/v1/waiting?q=kim", cookie=each)).json for each in cookies
    ]
    assert [each["entry"]["session"] for each in hers["found"]] == [session]
    assert theirs == {"total": 0, "found": []}
    # Naming a team lets nobody see more of it.
    asked = "/v1/waiting?team=support"
    assert (await server.call("GET", asked, cookie=cookies[1])).json["found"] == []
