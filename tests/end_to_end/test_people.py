"""Whom a rep knows: contacts, earlier visits, calls, what came of it, and what follows the rep."""

import re
from pathlib import Path

from playwright.async_api import expect

from protocol import requests as r
from tests.end_to_end.axe import assert_accessible
from tests.end_to_end.browsers import Person, begin, chromium, sign_in, visit
from tests.end_to_end.screens import eventually
from tests.end_to_end.serving import ask, linked, open_session, serving
from tests.end_to_end.test_rep_views import past, turn_to


async def agree(customer: Person) -> None:
    """Answer what the demo site asks before the queue."""
    await customer.press("Accept")
    await customer.press("Allow recording")
    await customer.press("No, thank you")


async def was_here(customer: Person, rep: Person, name: str = "Max Muster") -> None:
    """Live through a session at the pages, to its end."""
    await begin(customer, name)
    await agree(customer)
    await rep.page.get_by_role("region", name="Queue").get_by_role("button", name="Accept").click()
    await customer.say("The printer is on fire.")
    await rep.reads("The printer is on fire.")
    await end(rep)


async def end(rep: Person) -> None:
    """End the open session, as its owner."""
    await rep.press("End session")
    await rep.page.get_by_role("dialog").get_by_role("button", name="End session").click()


async def test_a_rep_calls_a_contact_who_refuses_once_and_then_talks(tmp_path: Path) -> None:
    # Looking at everything may take a while; nobody waits here.
    site = {"rules": {"call_seconds": 3600}}
    async with serving(tmp_path, site=site) as server, chromium() as browser:
        rep = await sign_in(browser, server.url)
        page = rep.page
        await turn_to(page, "Contacts")
        await expect(page.get_by_text("Nobody yet.")).to_be_visible()
        await assert_accessible(page, "no contacts")
        await turn_to(page, "Sessions")
        customer = await visit(browser, server.url)
        await was_here(customer, rep)
        await customer.press("Skip")
        await rep.press("Skip")
        await past(server, "Erika Beispiel", "Only half of each page.")
        await turn_to(page, "Contacts")
        found = page.get_by_role("region", name="Contacts").get_by_role("listitem")
        await expect(found).to_have_count(2)
        await page.get_by_role("textbox", name="Search").fill("mus")
        await expect(found).to_have_count(1)
        await found.get_by_role("link").click()
        contact = page.get_by_role("region", name="Contact", exact=True)
        await expect(contact.get_by_role("heading", name="Max Muster")).to_be_visible()
        await assert_accessible(page, "a contact")
        await contact.get_by_role("link", name="Computer").click()
        await rep.reads("The printer is on fire.")
        await page.go_back()
        await rep.press("Call")
        await expect(page.get_by_text("Connecting…")).to_be_visible()
        await expect(page.get_by_role("heading", name="Max Muster")).to_be_visible()
        await assert_accessible(page, "a call")
        await customer.press("Not now")
        await expect(page.get_by_text("The customer does not want to talk now.")).to_be_visible()
        await assert_accessible(page, "a call in vain")
        await rep.press("Call again")
        await customer.press("Talk now")
        await agree_again(customer)
        await rep.say("This is Ana.")
        await customer.reads("This is Ana.")
        visits = page.get_by_role("region", name="Earlier visits").get_by_role("listitem")
        await expect(visits).to_have_count(2)
        await assert_accessible(page, "earlier visits")
        assert rep.faults == customer.faults == []


async def agree_again(customer: Person) -> None:
    """Answer the site's questions a second time; the browser has answered its own."""
    await customer.press("Accept")
    await customer.press("Allow recording")


async def test_a_contact_is_put_right_merged_and_forgotten(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        await past(server, "Max Muster", "One.")
        await past(server, "M. Muster", "Two.")
        lead = await sign_in(browser, server.url, "lea")
        page = lead.page
        await turn_to(page, "Contacts")
        await page.get_by_role("link", name="M. Muster").click()
        await lead.press("Edit")
        dialog = page.get_by_role("dialog")
        await dialog.get_by_role("textbox", name="E-mail").fill("max@example.org")
        await assert_accessible(page, "editing a contact")
        await dialog.get_by_role("button", name="Save").click()
        contact = page.get_by_role("region", name="Contact", exact=True)
        await expect(contact.get_by_role("link", name="max@example.org")).to_be_visible()
        await lead.press("Merge")
        await assert_accessible(page, "merging contacts")
        await dialog.get_by_role("button", name="Max Muster").click()
        await expect(contact.get_by_role("heading", name="2 sessions")).to_be_visible()
        await expect(contact.get_by_role("heading", name="Max Muster")).to_be_visible()
        await lead.press("Forget")
        await dialog.get_by_role("button", name="Forget the contact").click()
        await expect(page.get_by_text("Nobody yet.")).to_be_visible()
        await page.get_by_text("Colleagues", exact=True).click()
        directory = page.get_by_role("region", name="Directory")
        await expect(directory.get_by_role("region", name="Support")).to_contain_text("Ana")
        await assert_accessible(page, "the directory")
        assert lead.faults == []


async def test_what_came_of_it_is_kept_for_colleagues_and_never_shown_to_the_customer(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        rep, customer = await sign_in(browser, server.url), await visit(browser, server.url)
        page = rep.page
        await was_here(customer, rep)
        form = page.get_by_role("form", name="Wrap-up")
        await form.get_by_text("To be followed up").click()
        await form.get_by_role("textbox", name="Wrap-up note").fill("Call the fire brigade.")
        await assert_accessible(page, "wrapping up")
        await rep.press("Save the note")
        await expect(page.get_by_text("No conversation is open.")).to_be_visible()
        await expect(
            page.get_by_role("region", name="My sessions").get_by_role("listitem")
        ).to_have_count(0)
        await turn_to(page, "History")
        await page.get_by_role("textbox", name="Search").fill("brigade")
        found = page.get_by_role("region", name="Ended sessions").get_by_role("listitem")
        await expect(found).to_have_count(1)
        await found.get_by_role("link").click()
        await expect(page.get_by_role("log")).to_contain_text(
            re.compile("wrapped up: To be followed up – Call the fire brigade.")
        )
        await customer.press("Skip")
        await customer.page.reload()
        assert "brigade" not in await customer.page.content()
        assert rep.faults == []


async def test_a_rep_whose_browser_died_before_the_note_adds_it_in_the_history(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        await past(server, "Max Muster", "One.")
        rep = await sign_in(browser, server.url)
        page = rep.page
        await turn_to(page, "History")
        await page.get_by_role("link", name="Max Muster").click()
        await rep.press("Add a wrap-up note")
        await page.get_by_role("textbox", name="Wrap-up note").fill("Rebooted.")
        await assert_accessible(page, "wrapping up later")
        await rep.press("Save the note")
        await expect(page.get_by_role("log")).to_contain_text("wrapped up: Rebooted.")
        await expect(page.get_by_role("button", name="Add a wrap-up note")).to_have_count(0)
        assert rep.faults == []


async def test_who_waits_is_known_from_before(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        rep = await sign_in(browser, server.url)
        async with linked(server, "ana") as ana, linked(server) as customer:
            for words in ("One.", "Two."):
                session = await open_session(customer, name="Max Muster")
                await ask(ana, r.Accept, session)
                await ask(customer, r.Say, session, text=words)
                await ask(ana, r.End, session)
            await open_session(customer, name="Max Muster")
            queue = rep.page.get_by_role("region", name="Queue")
            await expect(queue.get_by_role("link", name="2 visits before")).to_be_visible()
            await queue.get_by_role("link", name="2 visits before").click()
            await rep.reads("Two.")
        assert rep.faults == []


async def test_how_a_rep_likes_it_follows_them_to_another_browser(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        first = await sign_in(browser, server.url)
        layout = first.page.get_by_role("separator", name="Width of the lists")
        usual = await layout.get_attribute("aria-valuenow")
        await layout.press("ArrowRight")
        await expect(layout).not_to_have_attribute("aria-valuenow", str(usual))
        width = await layout.get_attribute("aria-valuenow")
        await keeps(first, f'lists\\":{width},')
        await turn_to(first.page, "Settings")
        for choice in ("Dark", "Compact"):
            await first.page.get_by_text(choice, exact=True).click()
            await keeps(first, f'\\"{choice.lower()}\\"')
        second = await sign_in(browser, server.url)
        dark = second.page.locator('html[data-mantine-color-scheme="dark"]')
        await expect(dark).to_have_count(1)
        await expect(second.page.locator('html[data-density="compact"]')).to_have_count(1)
        layout = second.page.get_by_role("separator", name="Width of the lists")
        await expect(layout).to_have_attribute("aria-valuenow", str(width))
        other = await sign_in(browser, server.url, "ben")
        await expect(other.page.locator('html[data-mantine-color-scheme="light"]')).to_have_count(1)
        await expect(other.page.locator('html[data-density="compact"]')).to_have_count(0)


KEPT = """async words => {
    const answer = await fetch("/v1/me/preferences", { headers: { "X-Deskside": "1" } });
    return (await answer.text()).includes(words);
}"""


async def keeps(rep: Person, words: str) -> None:
    """Wait until `words` are among what the account of `rep` keeps of how they like it."""

    async def is_kept() -> bool:
        return bool(await rep.page.evaluate(KEPT, words))

    await eventually(is_kept)


async def test_a_code_is_cancelled_and_leads_nowhere(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        rep = await sign_in(browser, server.url)
        page = rep.page
        await turn_to(page, "Session codes")
        await page.get_by_role("textbox", name="Mail it to").fill("max@example.org")
        await rep.press("Make and mail it")
        await expect(page.get_by_role("alert")).to_contain_text("Copy the link instead.")
        await page.get_by_role("textbox", name="Mail it to").fill("")
        await rep.press("Make a session code")
        card = page.get_by_role("region", name="Session code", exact=True)
        url = await card.locator("code").inner_text()
        await assert_accessible(page, "a session code")
        # It is still there after one has looked after somebody else.
        await turn_to(page, "Sessions")
        await turn_to(page, "Session codes")
        await expect(card.locator("code")).to_have_text(url)
        await rep.press("Cancel the code")
        await expect(card).to_have_count(0)
        customer = Person(await browser.new_page())
        await customer.page.goto(url)
        await expect(customer.page.get_by_text("expired").first).to_be_visible()
        # That no mail can be sent is said by a 409, which the browser notes down.
        assert [fault for fault in rep.faults if "409" not in fault] == []
