"""What a customer does not lose: their words, their place, and the mail that is on its way."""

import json
from pathlib import Path
from typing import Any

from playwright.async_api import WebSocketRoute, expect

from broker.mail import TAKEN_MS
from customer_client.link import Link
from protocol import messages as m
from protocol import requests as r
from tests.end_to_end.browsers import chromium, sign_in, start, visit
from tests.end_to_end.serving import ask, free_port, is_open, linked, make_available, serving
from tests.end_to_end.test_mail import KIM, code_of
from tests.end_to_end.words import Words
from tests.smtp import Post, post_office, text_of


def without_news(socket: WebSocketRoute) -> None:
    """Keep from the page that the last rep has gone, as when both happen at the same moment."""
    server = socket.connect_to_server()

    def pass_on(message: str | bytes) -> None:
        frame = json.loads(message)
        if frame["type"] != "availability" or frame["open"]:
            socket.send(message)

    server.on_message(pass_on)


async def test_a_start_that_loses_the_race_keeps_the_words_and_leaves_them(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        linked(server, "ana") as rep,
        linked(server) as other,
        chromium() as browser,
    ):
        await make_available(rep)
        await other.until(is_open)
        customer = await visit(browser, server.url)
        page = customer.page
        await page.route_web_socket(lambda url: "/v1/link" in url, without_news)
        await page.reload()
        await expect(page.get_by_role("button", name="Start chat")).to_be_visible()
        what = page.get_by_role("combobox", name="What do you need help with?")
        await what.select_option(label="Printer")
        await page.get_by_role("textbox", name="Your name").fill("Max Muster")
        await page.get_by_role("textbox", name="E-mail").fill("max@example.org")
        await rep.signal(m.SetAvailable(available=False))
        await other.until(lambda link: not is_open(link))

        await customer.press("Start chat")

        await expect(page.get_by_role("button", name="Leave message")).to_be_visible()
        await expect(page.get_by_role("textbox", name="Your name")).to_have_value("Max Muster")
        await expect(page.get_by_role("textbox", name="E-mail")).to_have_value("max@example.org")
        await expect(what).to_have_value("printer")
        await page.get_by_role("textbox", name="Message").fill("It takes no paper.")
        await customer.press("Leave message")
        await expect(page.get_by_text("We have your message.")).to_be_visible()
        assert customer.faults == []


async def test_a_persistent_queue_keeps_who_waits_when_everybody_has_left(tmp_path: Path) -> None:
    site = {"rules": {"persistent_queue": True}}
    async with (
        serving(tmp_path, site=site) as server,
        linked(server, "ana") as rep,
        linked(server) as other,
        chromium() as browser,
    ):
        await make_available(rep)
        await other.until(is_open)
        customer = await visit(browser, server.url)
        await start(customer)
        await rep.signal(m.SetAvailable(available=False))
        await other.until(lambda link: not is_open(link))
        await customer.page.reload()
        queue = customer.page.get_by_role("status", name="Queue")
        await expect(queue).to_contain_text("1")

        ana = await sign_in(browser, server.url)
        await ana.press("Accept")

        await customer.reads("Ana is here for you.")
        assert [*customer.faults, *ana.faults] == []


async def test_a_code_is_mailed_once_although_the_broker_is_killed_before(tmp_path: Path) -> None:
    # It is known where it will be; for now nobody is there.
    post = Post(port=free_port())
    site = {"rules": {"identity_asked": True}}
    mail = {"DESKSIDE_SMTP": post.url, "DESKSIDE_MAIL_FROM": "help@example.org"}
    async with (
        serving(tmp_path, site=site, **mail) as server,
        linked(server, "ana") as rep,
        linked(server) as customer,
    ):
        await make_available(rep)
        await customer.until(is_open)
        session = (await ask(customer, r.Start, issue="computer", name="Kim", email=KIM)).session
        followed = await customer.follow(session)
        await customer.until(lambda _: followed.session.state == "identity")
        await server.kill()
        async with post_office(post):
            await server.start()
            # Killed in the midst of a try, nobody else tries before its time is over.
            code = code_of(text_of(await post.to(KIM, seconds=2 * TAKEN_MS / 1000)))
            await ask(customer, r.ConfirmCode, session, code=code)
            await customer.until(lambda _: has_gone_on(customer, session))
        assert len(post.mails) == 1


def has_gone_on(link: Link, session: str) -> bool:
    return link.sessions[session].session.state == "agreement"


async def test_a_code_is_asked_for_and_mailed_in_german(tmp_path: Path) -> None:
    words = Words("de")
    site: dict[str, Any] = {"rules": {"identity_asked": True}}
    async with (
        post_office() as post,
        serving(
            tmp_path, site=site, DESKSIDE_SMTP=post.url, DESKSIDE_MAIL_FROM="help@example.org"
        ) as server,
        linked(server, "ana") as rep,
        linked(server) as other,
        chromium() as browser,
    ):
        await make_available(rep)
        await other.until(is_open)
        customer = await visit(browser, server.url, locale="de-DE")
        page = customer.page
        what = page.get_by_role("combobox", name=words["What do you need help with?"])
        await what.select_option(label="Drucker")
        await page.get_by_role("textbox", name=words["Your name"]).fill("Kim")
        await page.get_by_role("textbox", name=words["E-mail"]).fill(KIM)
        await customer.press(words["Start chat"])
        mail = await post.to(KIM)
        assert "Code" in str(mail["Subject"])
        await expect(
            page.get_by_role("heading", name=words["Please check your mail"])
        ).to_be_visible()
        await page.get_by_role("textbox", name=words["Code"]).fill(code_of(text_of(mail)))
        await customer.press(words["Accept"])
        assert customer.faults == []
