"""Session codes by mail, over HTTP and through a real SMTP server."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from broker.code_mail import MOST_TO_ONE
from broker.codes import MOST_LIVE_OF_A_REP
from tests.broker.servers import Reply, Server, serving
from tests.smtp import Post, html_of, post_office, text_of

KIM = "kim@example.test"


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with post_office() as post:
        yield post


@pytest.fixture
async def mailing(data_folder: Path, post: Post) -> AsyncIterator[Server]:
    async with serving(data_folder, smtp=post.url, mail_from="help@example.org") as server:
        yield server


async def signed_in(server: Server, name: str = "ana") -> str:
    return await server.sign_in(await server.add(name, "rep"))


async def make(server: Server, cookie: str, **asked: Any) -> Reply:
    return await server.call("POST", "/v1/codes", asked, cookie=cookie)


async def redeem(server: Server, code: str) -> int:
    _, token = await server.visitor()
    reply = await server.call("POST", "/v1/codes/redeem", {"code": code}, token=token)
    return reply.status


async def test_a_code_is_mailed_and_leads_to_the_rep(mailing: Server, post: Post) -> None:
    made = await make(mailing, await signed_in(mailing), email=KIM)
    message = await post.to(KIM)
    text, code = text_of(message), made.json["code"]
    assert str(message["Subject"]).startswith("Ana of ")
    assert f"code={code}" in text
    assert f"{code[:3]} {code[3:6]} {code[6:]}" in text
    assert await redeem(mailing, code) == 200


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Dieser Link führt Sie direkt zu Ana:"),
        ("es", "Este enlace le lleva directamente a Ana:"),
        ("fr", "Ce lien vous mène directement à Ana :"),
        ("it", "Questo link la porta direttamente da Ana:"),
    ],
)
async def test_it_is_written_in_the_language_that_was_chosen(
    mailing: Server, post: Post, language: str, words: str
) -> None:
    await make(mailing, await signed_in(mailing), email=KIM, language=language)
    message = await post.to(KIM)
    assert words in text_of(message)
    assert f"lang={language}" in text_of(message)
    assert f'<html lang="{language}">' in html_of(message)


async def test_without_an_address_nothing_is_mailed(mailing: Server, post: Post) -> None:
    cookie = await signed_in(mailing)
    assert (await make(mailing, cookie)).status == 200
    await make(mailing, cookie, email=KIM)
    await post.to(KIM)
    assert len(post.mails) == 1


async def test_one_address_gets_so_many_a_day_and_then_no_code_is_made(mailing: Server) -> None:
    cookies = [await signed_in(mailing, name) for name in ("ana", "ben", "eli")]
    for number in range(MOST_TO_ONE):
        cookie = cookies[number // MOST_LIVE_OF_A_REP]
        assert (await make(mailing, cookie, email=KIM)).status == 200
    reply = await make(mailing, cookies[-1], email=KIM)
    assert (reply.status, reply.error) == (429, "rate_limited")
    # What was refused left no code behind: as many as ever can be made.
    for _ in range(MOST_LIVE_OF_A_REP):
        assert (await make(mailing, cookies[-1])).status == 200


async def test_no_bad_address_is_taken(mailing: Server) -> None:
    reply = await make(mailing, await signed_in(mailing), email="kim@nowhere")
    assert (reply.status, reply.error) == (400, "bad_address")


async def test_a_broker_without_mail_says_so(server: Server) -> None:
    reply = await make(server, await signed_in(server), email=KIM)
    assert (reply.status, reply.error) == (409, "no_mail")
