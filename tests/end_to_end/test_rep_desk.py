"""A rep's day at the real console: many customers at once, by keyboard, and no word in a wrong chat."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from customer_client.link import Link
from protocol import requests as r
from tests.end_to_end.browsers import Person, chromium, meet, sign_in, visit
from tests.end_to_end.serving import (
    Person as Linked,
)
from tests.end_to_end.serving import (
    Server,
    ask,
    begin,
    is_open,
    linked,
    make_available,
    open_session,
    serving,
    spoken,
)
from tests.waiting import until

NAMES = ("Max Muster", "Erika Beispiel", "Jean Lefèvre")


def my_sessions(rep: Person) -> Locator:
    return rep.page.get_by_role("region", name="My sessions")


def conversation(rep: Person) -> Locator:
    return rep.page.get_by_role("region", name="Conversation")


async def card(rep: Person, number: int) -> Locator:
    """Return the button of the session in the place `number` of the list."""
    return my_sessions(rep).get_by_role("listitem").nth(number - 1).get_by_role("button").first


@asynccontextmanager
async def served(
    server: Server, count: int
) -> AsyncIterator[tuple[Linked, list[tuple[Linked, str]]]]:
    """Ana's link, and customers she serves; each has written one line, the first one first."""
    async with AsyncExitStack() as stack:
        ana = await stack.enter_async_context(linked(server, "ana"))
        await make_available(ana)
        customers = []
        for name in NAMES[:count]:
            customer = await stack.enter_async_context(linked(server))
            session = await begin(customer, ana, name=name)
            await ask(customer, r.Say, session, text=f"I am {name}.")
            customers.append((customer, session))
        yield ana, customers


def says(link: Link, session: str, text: str) -> bool:
    return text in spoken(link, session)


async def test_who_waits_longest_for_an_answer_comes_first(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser, served(server, 3) as (_, them):
        rep = await sign_in(browser, server.url)
        for number, name in enumerate(NAMES, 1):
            await expect(await card(rep, number)).to_contain_text(name)
        await expect(my_sessions(rep).get_by_label("1 unread line")).to_have_count(3)
        await (await card(rep, 1)).click()
        await rep.page.mouse.move(900, 300)
        await rep.say("Good morning, Max!")
        await expect(await card(rep, 1)).to_contain_text("Erika")
        await expect(await card(rep, 3)).to_contain_text("Max")
        await expect(my_sessions(rep).get_by_label("1 unread line")).to_have_count(2)
        await rep.page.get_by_role("button", name="Pin Max Muster").click()
        await rep.page.mouse.move(900, 300)
        await expect(await card(rep, 1)).to_contain_text("Max")
        customer, session = them[0]
        await until(lambda: says(customer, session, "Good morning, Max!"))
        assert rep.faults == []


async def test_sessions_are_switched_by_keys_and_each_keeps_its_draft(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser, served(server, 3):
        rep = await sign_in(browser, server.url)
        await expect(await card(rep, 3)).to_be_visible()
        message = rep.page.get_by_role("textbox", name="Message", exact=True)
        heading = conversation(rep).get_by_role("heading", level=2)
        await rep.page.keyboard.press("Alt+2")
        await expect(heading).to_have_text(NAMES[1])
        await expect(conversation(rep).get_by_text(f"To {NAMES[1]}")).to_be_visible()
        await expect(message).to_be_focused()
        await rep.page.keyboard.type("For Erika u j k")
        await rep.page.keyboard.press("Alt+3")
        await expect(heading).to_have_text(NAMES[2])
        await expect(message).to_have_value("")
        await expect(await card(rep, 2)).to_contain_text("Draft For Erika")
        await rep.page.keyboard.press("Alt+ArrowUp")
        await expect(message).to_have_value("For Erika u j k")
        await rep.page.keyboard.press("Alt+u")
        await expect(heading).to_have_text(NAMES[0])
        await rep.page.go_back()
        await expect(heading).to_have_text(NAMES[1])
        assert rep.faults == []


async def test_a_single_key_acts_outside_of_text_unless_it_is_switched_off(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser, served(server, 2):
        rep = await sign_in(browser, server.url)
        await expect(await card(rep, 2)).to_be_visible()
        page = rep.page
        heading = conversation(rep).get_by_role("heading", level=2)
        await page.get_by_role("heading", name="Sessions", exact=True).click()
        await page.keyboard.press("u")
        await expect(heading).to_have_text(NAMES[0])
        await page.get_by_role("heading", name="Sessions", exact=True).click()
        await page.keyboard.press("?")
        sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
        await expect(sheet).to_contain_text("Next who waits for an answer")
        # Also the keys of what cannot be done right now, and each once.
        await expect(sheet.get_by_text("Decline", exact=True)).to_have_count(1)
        await expect(sheet.get_by_text("Keyboard shortcuts", exact=True)).to_have_count(2)
        # With a dialog open, keys are the dialog's.
        await page.keyboard.press("Alt+2")
        await page.keyboard.press("Escape")
        await expect(sheet).to_be_hidden()
        await expect(heading).to_have_text(NAMES[0])
        await page.get_by_role("link", name="Settings").click()
        await page.get_by_role("switch", name="Single keys").click()
        await page.get_by_role("link", name="Sessions").click()
        await page.get_by_role("heading", name="Sessions", exact=True).click()
        await page.keyboard.press("?")
        await page.keyboard.press("Control+k")
        await expect(page.get_by_role("dialog")).to_have_count(1)
        await expect(page.get_by_role("combobox", name="Command")).to_be_focused()
        await page.keyboard.type("erika")
        await page.keyboard.press("Enter")
        await expect(heading).to_have_text(NAMES[1])
        assert rep.faults == []


async def test_what_is_offered_is_declined_and_accepted_by_keys(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        chromium() as browser,
        linked(server, "ana") as ana,
        linked(server, "ben") as ben,
        linked(server) as customer,
    ):
        assert ana.welcome
        session = await begin(customer, ben, name=NAMES[0])
        rep = await sign_in(browser, server.url)
        switch = rep.page.get_by_role("switch", name="Available")
        for keys in ("Alt+x", "Alt+q"):
            await ask(ben, r.Transfer, session, rep=ana.welcome.party)
            await expect(rep.page.get_by_role("button", name="Decline")).to_be_visible()
            await rep.page.keyboard.press(keys)
            await expect(rep.page.get_by_role("button", name="Decline")).to_be_hidden()
        await expect(conversation(rep).get_by_text(f"To {NAMES[0]}")).to_be_visible()
        await rep.page.keyboard.press("Alt+r")
        await expect(switch).not_to_be_checked()
        await rep.page.keyboard.press("Alt+r")
        await expect(switch).to_be_checked()
        assert rep.faults == []


async def test_a_line_is_taken_back_from_under_the_customers_eyes(tmp_path: Path) -> None:
    secret = "The password is hunter2"
    async with serving(tmp_path) as server, chromium() as browser:
        rep = await sign_in(browser, server.url)
        customer = await visit(browser, server.url)
        await meet(customer, rep)
        await rep.say(secret)
        await customer.reads(secret)
        await rep.press("Undo")
        message = rep.page.get_by_role("textbox", name="Message", exact=True)
        await expect(message).to_have_value(secret)
        for person in (customer, rep):
            log = person.page.get_by_role("log")
            await expect(log.get_by_text("Message taken back")).to_be_visible()
        await expect(customer.page.get_by_text(secret)).to_have_count(0)
        await message.fill("Please choose a new password.")
        await message.press("Enter")
        await customer.reads("Please choose a new password.")
        # Who comes later learns no more, and the keyboard does it too.
        await message.fill(secret)
        await message.press("Enter")
        await customer.reads(secret)
        await message.press("Alt+z")
        await expect(customer.page.get_by_text("Message taken back")).to_have_count(2)
        await customer.page.reload()
        await expect(customer.page.get_by_text("Message taken back")).to_have_count(2)
        await expect(customer.page.get_by_text(secret)).to_have_count(0)
        assert rep.faults == customer.faults == []


async def test_a_line_can_be_taken_back_for_five_seconds_and_no_longer(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser, served(server, 1) as (_, them):
        customer, session = them[0]
        rep = await sign_in(browser, server.url)
        await (await card(rep, 1)).click()
        await rep.say("It stays")
        await until(lambda: says(customer, session, "It stays"))
        undo = rep.page.get_by_role("button", name="Undo")
        await expect(undo).to_be_visible()
        await expect(undo).to_be_hidden(timeout=15_000)
        assert says(customer, session, "It stays")
        assert rep.faults == []


async def test_a_canned_message_is_typed_with_a_slash_and_can_be_changed_before_it_is_sent(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as server, chromium() as browser, served(server, 1) as (_, them):
        customer, session = them[0]
        rep = await sign_in(browser, server.url)
        await (await card(rep, 1)).click()
        message = rep.page.get_by_role("textbox", name="Message", exact=True)
        await message.press_sequentially("/hel")
        choices = rep.page.get_by_role("listbox", name="Canned messages")
        await expect(choices.get_by_role("option", selected=True)).to_contain_text("Greeting")
        await expect(conversation(rep)).to_contain_text("Hello Max Muster, my name is Ana.")
        await message.press("Enter")
        await expect(choices).to_be_hidden()
        await expect(message).to_have_value(re.compile("^Hello Max Muster, my name is Ana"))
        await message.press_sequentially(" Really.")
        await message.press("Enter")
        await until(lambda: any(text.endswith(" Really.") for text in spoken(customer, session)))
        assert rep.faults == []


async def test_every_variable_of_the_messages_that_come_with_it_is_filled_in(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as server, chromium() as browser, served(server, 1):
        rep = await sign_in(browser, server.url)
        await (await card(rep, 1)).click()
        message = rep.page.get_by_role("textbox", name="Message", exact=True)
        await message.fill("/")
        options = rep.page.get_by_role("listbox", name="Canned messages").get_by_role("option")
        await expect(options.first).to_be_visible()
        for number in range(await options.count()):
            await expect(options.nth(number)).to_have_attribute("aria-selected", "true")
            await expect(conversation(rep)).not_to_contain_text(re.compile(r"\{\w+\}"))
            await message.press("ArrowDown")
        assert rep.faults == []


async def test_what_was_begun_as_a_note_is_never_said_to_the_customer(tmp_path: Path) -> None:
    aside = "Careful, this one shouts."
    async with serving(tmp_path) as server, chromium() as browser, served(server, 2) as (ana, them):
        customer, session = them[0]
        rep = await sign_in(browser, server.url)
        page = rep.page
        await (await card(rep, 1)).click()
        await rep.say("Good morning")
        await page.keyboard.press("Alt+n")
        note = page.get_by_role("textbox", name="Private note", exact=True)
        await note.press_sequentially(aside)
        # To somebody else and back, a line taken back meanwhile, and a reload: it is still a note.
        await page.keyboard.press("Alt+z")
        await expect(note).to_have_value(f"Good morning\n{aside}")
        await page.keyboard.press("Alt+ArrowDown")
        await expect(conversation(rep).get_by_text(f"To {NAMES[1]}")).to_be_visible()
        await page.keyboard.press("Alt+ArrowUp")
        await expect(note).to_have_value(f"Good morning\n{aside}")
        await page.reload()
        await expect(note).to_have_value(f"Good morning\n{aside}")
        # What is picked is put where one writes.
        await note.press("Control+Home")
        await rep.press("Emoji")
        await page.get_by_role("dialog", name="Emoji").get_by_role("button").first.click()
        await expect(note).to_be_focused()
        await expect(note).to_have_value(re.compile("^[^G]+Good morning\n"))
        await note.press("Enter")
        await expect(page.get_by_role("log").get_by_text("Private note")).to_have_count(1)
        await ask(ana, r.Say, session, text="And now to you.")
        await until(lambda: says(customer, session, "And now to you."))
        assert not any(aside in text for text in spoken(customer, session))
        assert rep.faults == []


async def test_a_rep_is_called_by_sound_title_and_notification_until_somebody_accepts(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        rep = await sign_in(browser, server.url, permissions=["notifications"])
        page = rep.page
        await page.get_by_role("link", name="Settings").click()
        await page.get_by_role("button", name="Test alert").click()
        shown = "navigator.serviceWorker.getRegistration('/assets/console/').then(it => it"
        tags = f"{shown}?.getNotifications()).then(all => (all ?? []).map(each => each.tag))"
        await expect_soon(page, tags, lambda found: "test" in found)
        # Somebody else's window is in front.
        await page.evaluate("document.hasFocus = () => false")
        async with linked(server) as customer:
            await customer.until(is_open)
            session = await open_session(customer, name="Max Muster")
            await expect(page).to_have_title(re.compile("^1 waiting · "))
            await expect_soon(page, tags, lambda found: f"queue {session}" in found)
            async with linked(server, "ben") as ben:
                await make_available(ben)
                await ask(ben, r.Accept, session)
                await expect(page).not_to_have_title(re.compile("waiting"))
                await expect_soon(page, tags, lambda found: f"queue {session}" not in found)
        assert rep.faults == []


async def expect_soon(page: Page, script: str, holds: Callable[[list[str]], bool]) -> None:
    """Evaluate `script` in the page until `holds` says yes of its result."""
    async with asyncio.timeout(30):
        while not holds(await page.evaluate(script)):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.05)
