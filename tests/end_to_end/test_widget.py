"""The chat button on another site, in a Chromium that keeps no third party's cookies."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.end_to_end.browsers import Person, start
from tests.end_to_end.screens import eventually
from tests.end_to_end.shoppers import (
    FRAME,
    LAUNCHER,
    at_the_console,
    button,
    in_the_shop,
    profile,
    talk,
)
from tests.end_to_end.shops import two_sites
from tests.waiting import until


async def test_the_whole_way_through_the_button_with_third_party_cookies_blocked(
    tmp_path: Path,
) -> None:
    async with in_the_shop(tmp_path) as (server, sites, customer):
        requests: list[str] = []
        customer.page.on("request", lambda request: requests.append(request.url))
        await expect(button(customer)).to_have_count(0)
        async with at_the_console(server) as rep:
            await expect(button(customer)).to_be_visible()
            await talk(customer, rep)
            frame = customer.page.frames[1]
            assert frame.url.startswith(f"{server.url}/widget?")
            # The setting is really on: not even a cookie meant for frames is kept.
            await frame.evaluate("document.cookie = 'third=1; SameSite=None; Secure'")
            assert await frame.evaluate("document.cookie.includes('third')") is False
            await customer.say("Good day, desk.")
            await rep.reads("Good day, desk.")
            await customer.press("End chat")
            dialog = customer.at.get_by_role("dialog")
            await dialog.get_by_role("button", name="End chat").click()
            survey = customer.at.get_by_role("dialog", name="Exit survey")
            await survey.get_by_role("button", name="Skip").click()
            await expect(customer.at.get_by_role("button", name="Start chat")).to_be_visible()
            assert all(url.startswith((sites.shop, server.url)) for url in requests)
            assert [*customer.faults, *rep.faults] == []


async def test_a_session_is_kept_while_the_shop_is_loaded_again_and_walked_through(
    tmp_path: Path,
) -> None:
    async with in_the_shop(tmp_path) as (server, sites, customer), at_the_console(server) as rep:
        await button(customer).click()
        await start(customer)
        queue = customer.at.get_by_role("status", name="Queue")
        await customer.page.reload()
        await expect(queue).to_contain_text("You are number 1")
        await rep.press("Accept")
        await rep.say("Which lamp is it?")
        await customer.reads("Which lamp is it?")
        await customer.at.get_by_role("textbox", name="Message", exact=True).fill("The one on")
        await customer.page.reload()
        await customer.reads("Which lamp is it?")
        message = customer.at.get_by_role("textbox", name="Message", exact=True)
        await expect(message).to_have_value("The one on")
        await customer.page.get_by_role("link", name="Another page").click()
        await customer.page.wait_for_url(f"{sites.shop}/second")
        await customer.say("The one on my desk.")
        await rep.reads("The one on my desk.")
        assert [*customer.faults, *rep.faults] == []


async def test_out_of_sight_is_not_over_and_what_comes_meanwhile_is_counted_not_read(
    tmp_path: Path,
) -> None:
    async with in_the_shop(tmp_path) as (server, _, customer), at_the_console(server) as rep:
        await talk(customer, rep)
        composer = customer.at.get_by_role("textbox", name="Message", exact=True)
        await expect(composer).to_be_focused()
        await composer.press("Escape")
        await expect(composer).not_to_be_visible()
        await expect(button(customer)).to_be_focused()
        await expect(button(customer)).to_have_attribute("aria-expanded", "false")
        await rep.say("Are you there?")
        await expect(button(customer, "Chat with us, 1 new message")).to_be_visible()
        await expect(rep.page.get_by_role("log")).to_contain_text("Delivered")
        await customer.page.reload()
        await expect(button(customer, "Chat with us, 1 new message")).to_be_visible()
        # The second from the back: the rep's newest line, which nobody has looked at.
        assert "Read" not in (await rep.page.get_by_role("log").inner_text()).splitlines()[-1]
        await button(customer, "Chat with us, 1 new message").click()
        await customer.reads("Are you there?")
        await expect(rep.page.get_by_role("log").get_by_text("Read").last).to_be_visible()
        await customer.press("Minimise chat")
        await expect(button(customer)).to_be_visible()
        await expect(composer).not_to_be_visible()
        assert [*customer.faults, *rep.faults] == []


async def test_the_chat_goes_on_in_a_tab_of_our_own_without_a_token_in_its_address(
    tmp_path: Path,
) -> None:
    async with in_the_shop(tmp_path) as (server, _, customer), at_the_console(server) as rep:
        await talk(customer, rep)
        await customer.press("Menu")
        async with customer.page.context.expect_page() as opening:
            await customer.at.get_by_role("link", name="Open in its own tab").click()
        own = Person(await opening.value)
        await own.reads("Hello, shop!")
        await expect(own.page).to_have_url(f"{server.url}/?lang=en")
        token = json.loads(await own.page.evaluate("sessionStorage['deskside.visitor']"))["token"]
        framed = await customer.page.frames[1].evaluate("document.cookie")
        assert "deskside.visitor=" in framed
        assert token not in framed
        await expect(button(customer)).to_be_visible()
        await own.say("From my own tab.")
        await rep.reads("From my own tab.")
        await own.page.reload()
        await own.reads("From my own tab.")
        assert [*customer.faults, *own.faults, *rep.faults] == []


async def test_the_button_leaves_one_name_and_nothing_else_on_the_page(tmp_path: Path) -> None:
    async with in_the_shop(tmp_path) as (server, sites, customer), at_the_console(server):
        page, names = customer.page, "Object.getOwnPropertyNames(window)"
        await page.goto(f"{sites.shop}/bare")
        before = set(await page.evaluate(names))
        await page.goto(sites.shop)
        await expect(button(customer)).to_be_visible()
        assert set(await page.evaluate(names)) - before == {"Deskside"}
        await page.evaluate("Deskside.open()")
        await expect(customer.at.get_by_role("button", name="Start chat")).to_be_visible()
        await page.evaluate("Deskside.minimise()")
        await expect(button(customer)).to_be_visible()
        assert customer.faults == []


async def test_the_tag_says_language_colour_and_issue(tmp_path: Path) -> None:
    async with in_the_shop(tmp_path) as (server, sites, customer), at_the_console(server):
        data = 'data-language="de" data-colour="%23ffcc00" data-issue="printer"'
        await customer.page.goto(f"{sites.shop}/?data={data}")
        german = button(customer, "Chatten Sie mit uns")
        await expect(german).to_have_css("background-color", "rgb(255, 204, 0)")
        await expect(german).to_have_css("color", "rgb(0, 0, 0)")
        await german.click()
        issue = customer.at.get_by_role("combobox", name="Wobei brauchen Sie Hilfe?")
        await expect(issue).to_have_value("printer")


async def test_on_a_phone_the_frame_is_the_whole_screen(tmp_path: Path) -> None:
    phone: dict[str, Any] = {"viewport": {"width": 360, "height": 640}, "has_touch": True}
    async with in_the_shop(tmp_path, **phone) as (server, _, customer), at_the_console(server):
        await button(customer).click()
        await expect(customer.at.get_by_role("button", name="Start chat")).to_be_visible()
        frame = customer.page.locator(FRAME)

        async def is_whole() -> bool:
            box = await frame.bounding_box()
            return box == {"x": 0, "y": 0, "width": 360, "height": 640}

        # It comes in from a little below.
        await eventually(is_whole)
        await expect(button(customer, "Minimise chat")).not_to_be_visible()
        await customer.press("Minimise chat")
        await expect(button(customer)).to_be_visible()


FORGED = """
(said) => {
    const frame = document.querySelector('deskside-chat').shadowRoot.querySelector('iframe');
    // As any script on the page can: to the page itself, and to the frame from one that is not it.
    window.postMessage(said, '*');
    const other = document.createElement('iframe');
    document.body.append(other);
    other.contentWindow.eval('(to, said) => to.postMessage(said, "*")')(frame.contentWindow, said);
    other.contentWindow.eval('(to, said) => to.postMessage(said, "*")')(window, said);
    other.remove();
}
"""


@pytest.mark.parametrize(
    "said",
    [
        {"deskside": {"type": "hide"}},
        {"deskside": {"type": "hidden"}},
        {"deskside": {"type": "state", "unread": 7, "on": True}},
        {"deskside": {"type": "ready"}},
    ],
)
async def test_what_others_on_the_page_say_in_our_words_is_not_heard(
    tmp_path: Path, said: dict[str, Any]
) -> None:
    async with in_the_shop(tmp_path) as (server, sites, customer), at_the_console(server) as rep:
        # A page without a policy, so that it can do its worst.
        await customer.page.goto(f"{sites.shop}/framing?button&of=about:blank")
        await talk(customer, rep)
        await customer.page.evaluate(FORGED, said)
        # Messages are heard in order: when these words are there, the forged ones were heard too.
        await customer.say("Still here.")
        await rep.reads("Still here.")
        await expect(button(customer, "Minimise chat")).to_be_visible()
        await rep.say("Looked at.")
        await expect(rep.page.get_by_role("log").get_by_text("Read").last).to_be_visible()


async def is_refused(page: Page, address: str) -> bool:
    """Say whether the page at `address`, which frames something, was kept from it."""
    await page.goto(address)
    return await is_fault(page, 1)


async def is_fault(page: Page, number: int) -> bool:
    """Say whether the browser shows its own page in frame `number`, once that shows anything."""

    def shown() -> str:
        address = page.frames[number].url if len(page.frames) > number else ""
        return "" if address == "about:blank" else address

    await until(shown)
    return shown().startswith("chrome-error:")


async def test_only_the_frame_can_be_framed_and_only_where_it_is_allowed(tmp_path: Path) -> None:
    async with two_sites(tmp_path) as (server, sites), profile(tmp_path) as context:
        page, desk = context.pages[0], server.url
        allowed = f"{desk}/widget?host={sites.shop}"
        assert not await is_refused(page, f"{sites.shop}/framing?of={allowed}")
        for path in ("/", "/console", "/demo", "/v1/site"):
            assert await is_refused(page, f"{sites.shop}/framing?of={desk}{path}"), path
        # A stranger who names themselves, the shop or nobody.
        for host in (sites.stranger, sites.shop, ""):
            address = f"{sites.stranger}/framing?of={desk}/widget?host={host}"
            assert await is_refused(page, address), host
        # The shop's page in a stranger's: the frame is theirs, too, then.
        inner = f"{sites.shop}/framing?of={allowed}"
        await page.goto(f"{sites.stranger}/framing?of={inner}")
        assert await is_fault(page, 2)


async def test_a_site_that_is_not_allowed_gets_no_button(tmp_path: Path) -> None:
    async with in_the_shop(tmp_path) as (server, sites, customer), at_the_console(server):
        await expect(button(customer)).to_be_visible()
        page = customer.page
        # The browser keeps the answer from the page, since the broker allows it to nobody there.
        async with page.expect_event(
            "requestfailed", lambda request: request.url.endswith("/v1/widget")
        ) as asked:
            await page.goto(sites.stranger)
        assert (await asked.value).failure == "net::ERR_FAILED"
        assert await page.evaluate("typeof Deskside") == "object"
        await expect(page.locator(LAUNCHER)).to_have_count(1)
        await expect(page.locator(LAUNCHER)).to_be_hidden()
