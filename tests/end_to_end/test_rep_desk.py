"""A rep's day at the real console: many customers at once, by keyboard, and no word in a wrong chat."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from playwright.async_api import Locator, expect

from customer_client.link import Link
from protocol import requests as r
from tests.end_to_end.browsers import Person, chromium, meet, sign_in, visit
from tests.end_to_end.serving import (
    Person as Linked,
)
from tests.end_to_end.serving import (
    Server,
    ask,
    available_rep,
    begin,
    linked,
    make_available,
    open_session,
    serving,
    spoken,
)
from tests.waiting import until

NAMES = ("Max Muster", "Erika Beispiel", "Jean Lefèvre")

PATIENT = {"rules": {"take_back_seconds": 600}}
"""For as long as a line can be taken back here, no machine is too slow."""


def my_sessions(rep: Person) -> Locator:
    return rep.page.get_by_role("region", name="My sessions")


def conversation(rep: Person) -> Locator:
    return rep.page.get_by_role("region", name="Conversation")


async def card(rep: Person, number: int) -> Locator:
    """Return the button of the session in the place `number` of the list."""
    return my_sessions(rep).get_by_role("listitem").nth(number - 1).get_by_role("button").first


async def sees_all(rep: Person, count: int) -> None:
    """Wait until the list shows all that customers of `served` wrote, from which its order comes."""
    for number, name in enumerate(NAMES[:count], 1):
        await expect(await card(rep, number)).to_contain_text(f"I am {name}.")


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
        await sees_all(rep, 3)
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
        await sees_all(rep, 3)
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


async def test_numbers_mean_what_they_say_for_as_long_as_they_are_read(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser, served(server, 3) as (ana, them):
        rep = await sign_in(browser, server.url)
        await sees_all(rep, 3)
        await rep.page.keyboard.down("Alt")
        # Answered at another device, so that somebody else waits longest.
        await ask(ana, r.Say, them[0][1], text="Good morning, Max!")
        await expect(await card(rep, 1)).to_contain_text("You: Good morning, Max!")
        await rep.page.keyboard.press("2")
        heading = conversation(rep).get_by_role("heading", level=2)
        await expect(heading).to_have_text(NAMES[1])
        await rep.page.keyboard.up("Alt")
        await expect(await card(rep, 3)).to_contain_text(NAMES[0])
        assert rep.faults == []


async def test_who_is_left_in_the_midst_of_a_word_goes_on_in_the_note(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        chromium() as browser,
        served(server, 2) as (_, them),
        linked(server) as waiting,
    ):
        rep = await sign_in(browser, server.url)
        await open_session(waiting, name=NAMES[2])
        await sees_all(rep, 2)
        await (await card(rep, 1)).click()
        message = rep.page.get_by_role("textbox", name="Message", exact=True)
        await message.press_sequentially("Please unp")
        await ask(them[0][0], r.End, them[0][1])
        note = rep.page.get_by_role("textbox", name="Wrap-up note")
        await expect(note).to_be_focused()
        # As single keys these would take who waits, and turn to somebody else.
        await rep.page.keyboard.type("lug a junk box")
        await expect(note).to_have_value("Please unplug a junk box")
        queue = rep.page.get_by_role("region", name="Queue")
        await expect(queue.get_by_role("listitem")).to_have_count(1)
        await expect(conversation(rep).get_by_role("heading", level=2)).to_have_text(NAMES[0])
        assert rep.faults == []


async def test_a_single_key_acts_outside_of_text_unless_it_is_switched_off(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser, served(server, 2):
        rep = await sign_in(browser, server.url)
        await sees_all(rep, 2)
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
        view = page.get_by_role("heading", level=1)
        await page.keyboard.type("gh")
        await expect(view).to_have_text("History")
        # Within a text too, where letters are letters.
        await page.get_by_role("textbox", name="Search").focus()
        await page.keyboard.press("Alt+j")
        await page.keyboard.press("e")
        await expect(view).to_have_text("Settings")
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
        linked(server, "ben") as ben,
        linked(server) as customer,
    ):
        session = await begin(customer, ben, name=NAMES[0])
        rep = await sign_in(browser, server.url)
        switch = rep.page.get_by_role("switch", name="Available")
        for keys in ("Alt+x", "Alt+q"):
            await ask(ben, r.Transfer, session, rep=await available_rep(ben, "Ana"))
            await expect(rep.page.get_by_role("button", name="Decline")).to_be_visible()
            if keys == "Alt+q":
                # From wherever one is; who accepts is shown the conversation.
                await rep.page.get_by_role("link", name="History").click()
                await expect(rep.page.get_by_role("heading", level=1)).to_have_text("History")
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
    async with serving(tmp_path, site=PATIENT) as server, chromium() as browser:
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
        # Of the lines that can be taken back, the last that has come back to the rep as well.
        await expect(rep.page.get_by_role("button", name="Undo")).to_have_count(2)
        await message.press("Alt+z")
        await expect(customer.page.get_by_text("Message taken back")).to_have_count(2)
        await customer.page.reload()
        await expect(customer.page.get_by_text("Message taken back")).to_have_count(2)
        await expect(customer.page.get_by_text(secret)).to_have_count(0)
        assert rep.faults == customer.faults == []


async def test_a_line_can_be_taken_back_for_a_while_and_no_longer(tmp_path: Path) -> None:
    async with (
        serving(tmp_path, site=PATIENT) as server,
        chromium() as browser,
        served(server, 1) as (_, them),
    ):
        customer, session = them[0]
        rep = await sign_in(browser, server.url)
        await (await card(rep, 1)).click()
        # The page's time is ours, so that nothing is over before it has been looked at.
        await rep.page.clock.install()
        await rep.say("It stays")
        await until(lambda: says(customer, session, "It stays"))
        undo = rep.page.get_by_role("button", name="Undo")
        await expect(undo).to_be_visible()
        await rep.page.clock.fast_forward(600_000)
        await expect(undo).to_be_hidden()
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
        # In the midst of what is written already; what follows stays where it is.
        await message.fill("First.  Last.")
        for _ in range(6):
            await message.press("ArrowLeft")
        await message.press_sequentially("/hel")
        await expect(choices.get_by_role("option", selected=True)).to_contain_text("Greeting")
        await message.press("Tab")
        await expect(message).to_have_value(re.compile(r"^First\. Hello Max Muster, .* Last\.$"))
        await message.press("x")
        await expect(message).to_have_value(re.compile(r"\?x Last\.$"))
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
    async with (
        serving(tmp_path, site=PATIENT) as server,
        chromium() as browser,
        served(server, 2) as (ana, them),
    ):
        customer, session = them[0]
        rep = await sign_in(browser, server.url)
        page = rep.page
        await sees_all(rep, 2)
        await (await card(rep, 1)).click()
        await rep.say("Good morning")
        await expect(page.get_by_role("button", name="Undo")).to_be_visible()
        await page.keyboard.press("Alt+n")
        note = page.get_by_role("textbox", name="Private note", exact=True)
        await note.press_sequentially(aside)
        # To somebody else and back, a line taken back meanwhile, and a reload: it is still a note.
        await page.keyboard.press("Alt+z")
        await expect(note).to_have_value(f"Good morning\n{aside}")
        await expect(page.get_by_role("log").get_by_text("Message taken back")).to_be_visible()
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
