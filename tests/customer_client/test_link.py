"""What a followed session knows, and forgets when it must; and what a link does not understand."""

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from customer_client.link import Followed, Link
from protocol import facts as f
from protocol import messages as m
from tests.waiting import until


def opened() -> f.Opened:
    return f.Opened(
        place=1,
        by="max",
        issue="computer",
        team="support",
        language="en",
        rules=f.Rules(),
        name="Max",
        email="max@example.test",
    )


def followed(*facts: f.Fact) -> Followed:
    session = Followed("s")
    assert session.take(m.Facts(session="s", after=0, facts=facts))
    return session


def test_what_the_customer_erases_is_blanked_at_once_and_nothing_else() -> None:
    session = followed(
        opened(),
        f.Said(place=2, by="max", text="my secret", digest="ab" * 32),
        f.Said(place=3, by="ana", text="our answer"),
        f.TextsErased(place=4, by="max", receipt="r"),
        f.Said(place=5, by="max", text="said later"),
    )
    first, secret, answer, _, later = session.facts
    assert isinstance(first, f.Opened)
    assert (first.name, first.email, first.issue, first.erased) == ("", "", "computer", True)
    assert secret == f.Said(place=2, by="max", digest="ab" * 32, erased=True, text="")
    assert answer == f.Said(place=3, by="ana", text="our answer")
    assert later == f.Said(place=5, by="max", text="said later")


def test_marks_that_come_out_of_order_do_not_go_back() -> None:
    session = followed(opened())
    for delivered, read in ((3, 2), (2, 2), (4, 0)):
        session.mark(m.Marks(session="s", party="ana", delivered=delivered, read=read))
    assert session.marks["ana"] == m.Marks(session="s", party="ana", delivered=4, read=2)


async def ticket() -> str:
    return "t"


@pytest.mark.parametrize(
    ("said", "is_outdated"),
    [
        ('{"type":"facts","session":"s","after":0,"facts":[{"type":"unheard_of"}]}', True),
        ('{"type":"answered","id":"x","novelty":1}', True),
        ('{"type":"unheard_of"}', False),
        ('{"type":"marks","novelty":1}', False),
        ("no frame at all", False),
    ],
)
async def test_what_is_not_understood_matters_where_nothing_goes_on_without(
    said: str, is_outdated: bool
) -> None:
    async def speak(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(said)
        await socket.send_str(m.encode(m.Beat()).decode())
        await socket.receive()  # the answer to the beat: the client has read both
        return socket

    app = web.Application()
    app.router.add_get("/v1/link", speak)
    heard: list[bool] = []
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        link = Link(
            str(server.make_url("")), ticket, http, lambda _: heard.append(link.is_outdated)
        )
        async with link.running():
            await until(lambda: heard)
            assert link.is_outdated is is_outdated
