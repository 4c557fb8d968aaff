"""Messages left when nobody was there: who reads them, who answers, and what arrives."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from broker import schema
from broker.inbox import MOST_AN_HOUR
from tests.broker.desks import new_id
from tests.broker.servers import Reply, Server, serving
from tests.end_to_end.serving import free_port
from tests.smtp import Post, html_of, post_office, text_of
from tests.waiting import LIMIT_SECONDS, until

KIM = "kim@example.test"
OURS = {"X-Deskside": "1"}


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with post_office() as post:
        yield post


@pytest.fixture
async def mailing(data_folder: Path, post: Post) -> AsyncIterator[Server]:
    """The demo's site, which offers the form, and a mail server."""
    async with serving(data_folder, smtp=post.url, mail_from="help@example.org") as server:
        yield server


async def leave(server: Server, token: str = "", **fields: Any) -> Reply:
    token = token or (await server.visitor())[1]
    body = {"id": new_id(), "issue": "computer", "name": "Kim", "email": KIM, "text": "No sound."}
    return await server.call("POST", "/v1/messages", body | fields, token=token)


async def inbox(server: Server, cookie: str, state: str = "open") -> list[dict[str, Any]]:
    reply = await server.call("GET", f"/v1/inbox?state={state}", cookie=cookie)
    assert reply.status == 200, reply
    messages: list[dict[str, Any]] = reply.json["messages"]
    return messages


async def answer(server: Server, cookie: str, message: str, **fields: Any) -> Reply:
    body = {"id": new_id(), "message": message, "text": "Try the other plug."}
    return await server.call("POST", "/v1/inbox-answers", body | fields, cookie=cookie)


async def test_a_message_is_read_by_the_reps_of_its_team_and_by_nobody_else(
    mailing: Server,
) -> None:
    assert (await leave(mailing, language="de")).status == 204
    mine = await mailing.sign_in(await mailing.add("ana", "rep"))
    theirs = await mailing.sign_in(await mailing.add("nia", "rep", ("network",)))
    (message,) = await inbox(mailing, mine)
    assert (message["name"], message["email"], message["text"]) == ("Kim", KIM, "No sound.")
    assert (message["team"], message["language"], message["state"]) == ("support", "de", "open")
    assert await inbox(mailing, theirs) == []
    for path in ("take", "done", "reopen"):
        reply = await mailing.call("POST", f"/v1/inbox/{message['id']}/{path}", cookie=theirs)
        assert (reply.status, reply.error) == (404, "unknown_message")
    assert (await answer(mailing, theirs, message["id"])).error == "unknown_message"
    (after,) = await inbox(mailing, mine)
    assert after == message


async def test_a_message_sent_twice_is_one_and_too_many_are_refused(mailing: Server) -> None:
    _, token = await mailing.visitor()
    same = new_id()
    for _ in range(2):
        assert (await leave(mailing, token, id=same)).status == 204
    for _ in range(MOST_AN_HOUR - 1):
        assert (await leave(mailing, token)).status == 204
    refused = await leave(mailing, token)
    assert (refused.status, refused.error) == (429, "rate_limited")
    # What was stored before stays acknowledged.
    assert (await leave(mailing, token, id=same)).status == 204
    cookie = await mailing.sign_in_as("rep")
    assert len(await inbox(mailing, cookie)) == MOST_AN_HOUR


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"email": "kim@nowhere"}, "bad_address"),
        ({"email": ""}, "bad_address"),
        ({"issue": "cable"}, "not_now"),
        ({"text": ""}, "malformed"),
        ({"id": "1"}, "malformed"),
    ],
)
async def test_what_cannot_be_answered_is_not_taken(
    mailing: Server, fields: dict[str, Any], error: str
) -> None:
    assert (await leave(mailing, **fields)).error == error
    assert await inbox(mailing, await mailing.sign_in_as("rep")) == []


async def test_a_rep_takes_answers_by_mail_and_puts_away(mailing: Server, post: Post) -> None:
    await leave(mailing, language="de", text="Kein <Ton>.\nHilfe!")
    ana = await mailing.sign_in(await mailing.add("ana", "rep"))
    ben = await mailing.sign_in(await mailing.add("ben", "rep"))
    (message,) = await inbox(mailing, ana)
    where = f"/v1/inbox/{message['id']}"
    assert (await mailing.call("POST", f"{where}/take", cookie=ben)).json["taken_name"] == "Ben"
    body = {"id": new_id(), "text": "Anderer Stecker?"}
    for _ in range(2):
        assert (await answer(mailing, ana, message["id"], **body)).status == 200
    mail = await post.to(KIM)
    assert mail["Subject"] == "Re: Ihre Nachricht an Deskside"
    assert text_of(mail).splitlines()[2:] == [
        "Guten Tag Kim,",
        "",
        "Anderer Stecker?",
        "",
        "Sie schrieben:",
        "",
        "> Kein <Ton>.",
        "> Hilfe!",
    ]
    assert "Kein &lt;Ton&gt;." in html_of(mail)
    assert "Auto-Submitted" not in mail
    again = await answer(mailing, ana, message["id"], text="Geht es?", last=True)
    assert again.json["state"] == "done"
    second = await post.to(KIM, count=2)
    assert second["In-Reply-To"] == mail["Message-ID"]
    assert len(post.mails) == 2
    assert await inbox(mailing, ana) == []

    async def states() -> list[str]:
        (done,) = await inbox(mailing, ben, "done")
        return [each["mail"] for each in done["answers"]]

    for _ in range(2000):
        if await states() == ["sent", "sent"]:
            break
    (done,) = await inbox(mailing, ben, "done")
    assert [(each["name"], each["text"]) for each in done["answers"]] == [
        ("Ana", "Anderer Stecker?"),
        ("Ana", "Geht es?"),
    ]
    assert done["taken_name"] == "Ana"
    await mailing.call("POST", f"{where}/reopen", cookie=ben)
    assert len(await inbox(mailing, ben)) == 1


async def test_reps_are_told_at_once_how_many_are_open(mailing: Server) -> None:
    account = await mailing.add("ana", "rep")
    cookie = await mailing.sign_in(account)
    ticket = (await mailing.call("POST", "/v1/tickets", cookie=cookie)).json["ticket"]
    told: list[int] = []
    async with mailing.link(ticket) as link:
        while told[-1:] != [0]:
            frame = await link.receive_json(timeout=LIMIT_SECONDS)
            told += [frame["open"]] if frame["type"] == "inbox" else []
        await leave(mailing)
        while told[-1:] != [1]:
            frame = await link.receive_json(timeout=LIMIT_SECONDS)
            told += [frame["open"]] if frame["type"] == "inbox" else []
        (message,) = await inbox(mailing, cookie)
        await mailing.call("POST", f"/v1/inbox/{message['id']}/done", cookie=cookie)
        while told[-1:] != [0]:
            frame = await link.receive_json(timeout=LIMIT_SECONDS)
            told += [frame["open"]] if frame["type"] == "inbox" else []


async def test_a_customer_erases_what_they_left_with_the_answers_and_their_mail(
    mailing: Server, post: Post
) -> None:
    _, token = await mailing.visitor()
    await leave(mailing, token, text="My password is hunter2")
    cookie = await mailing.sign_in_as("rep")
    (message,) = await inbox(mailing, cookie)
    await answer(mailing, cookie, message["id"])
    await post.to(KIM)
    erased = await mailing.call("POST", "/v1/messages/erase", token=token, headers=OURS)
    assert erased.status == 204
    assert await inbox(mailing, cookie) == []
    for table in (schema.left_messages, schema.inbox_answers):
        count = sa.select(sa.func.count()).select_from(table)
        assert await mailing.parts.database.read(lambda conn: conn.scalar(count)) == 0  # noqa: B023
    contents = sa.select(schema.mails.c.content)
    assert (
        "".join(await mailing.parts.database.read(lambda conn: list(conn.scalars(contents)))) == ""
    )
    assert (await answer(mailing, cookie, message["id"])).error == "unknown_message"


async def test_where_no_mail_is_sent_nobody_answers_in_vain(server: Server) -> None:
    await leave(server)
    cookie = await server.sign_in_as("rep")
    (message,) = await inbox(server, cookie)
    reply = await answer(server, cookie, message["id"])
    assert (reply.status, reply.error) == (409, "no_mail")


async def test_a_broker_that_dies_before_the_mail_is_out_sends_it_when_it_is_back(
    data_folder: Path,
) -> None:
    post = Post(port=free_port())  # where nobody answers for now
    about: dict[str, Any] = {"smtp": post.url, "mail_from": "help@example.org"}
    async with serving(data_folder, **about) as server:
        await leave(server)
        cookie = await server.sign_in(await server.add("ana", "rep"))
        (message,) = await inbox(server, cookie)
        await answer(server, cookie, message["id"])
        await until(lambda: server.parts.metrics.text().find(b'{outcome="deferred"} 1') > 0)
    async with post_office(post), serving(data_folder, **about) as server:
        # As after a night without the server: it is due now.
        table = schema.mails
        await server.parts.database.write(
            lambda conn: conn.execute(table.update().values(due=0)).close()
        )
        await post.to(KIM)
