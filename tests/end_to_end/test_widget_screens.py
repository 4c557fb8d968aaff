"""What the chat button on another site shows when things are otherwise than usual, and to whom."""

from pathlib import Path

from playwright.async_api import expect

from tests.end_to_end.axe import assert_accessible
from tests.end_to_end.browsers import Person, start
from tests.end_to_end.shoppers import LAUNCHER, at_the_console, button, in_the_shop, talk
from tests.end_to_end.test_mail import KIM, mailing
from tests.smtp import post_office


async def test_the_button_and_the_frame_are_accessible_on_somebody_elses_page(
    tmp_path: Path,
) -> None:
    async with in_the_shop(tmp_path) as (server, _, customer), at_the_console(server) as rep:
        page = customer.page
        await expect(button(customer)).to_be_visible()
        await assert_accessible(page, "the button")
        await button(customer).click()
        await expect(customer.at.get_by_role("button", name="Start chat")).to_be_visible()
        await assert_accessible(page, "the page around the open frame")
        frame = page.frames[1]
        await assert_accessible(page, "the first screen in the frame", frame)
        await start(customer)
        await assert_accessible(page, "waiting in the frame", frame)
        await rep.press("Accept")
        await rep.say("Hello, shop!")
        await customer.reads("Hello, shop!")
        await customer.press("Menu")
        await assert_accessible(page, "the menu in the frame", frame)
        await customer.press("Minimise chat")
        await rep.say("Are you there?")
        await expect(button(customer, "Chat with us, 1 new message")).to_be_visible()
        await assert_accessible(page, "the button with something unread")
        assert [*customer.faults, *rep.faults] == []


async def test_where_frames_may_keep_things_the_session_lies_in_the_frames_own_storage(
    tmp_path: Path,
) -> None:
    async with (
        in_the_shop(tmp_path, blocking=False) as (server, _, customer),
        at_the_console(server) as rep,
    ):
        await talk(customer, rep)
        frame = customer.page.frames[1]
        assert "token" in await frame.evaluate("localStorage['deskside.visitor']")
        assert await frame.evaluate("document.cookie") == ""
        await customer.page.reload()
        await customer.reads("Hello, shop!")
        await customer.say("Still me.")
        await rep.reads("Still me.")
        assert [*customer.faults, *rep.faults] == []


async def test_who_waits_in_a_frame_is_asked_about_notifications_in_a_tab_of_our_own(
    tmp_path: Path,
) -> None:
    async with in_the_shop(tmp_path) as (server, _, customer), at_the_console(server) as rep:
        await button(customer).click()
        await start(customer)
        ask = "Shall we tell you when it is your turn"
        await expect(customer.at.get_by_role("region", name=ask)).to_be_visible()
        # In a frame the browser would say no for the customer.
        await expect(customer.at.get_by_role("button", name="Notify me")).to_have_count(0)
        async with customer.page.context.expect_page() as opening:
            await customer.at.get_by_role("link", name="Open in its own tab").click()
        own = Person(await opening.value)
        await expect(own.page.get_by_role("region", name=ask)).to_be_visible()
        await expect(button(customer)).to_be_visible()
        await own.page.context.grant_permissions(["notifications"], origin=server.url)
        await own.press("Notify me")
        await expect(own.page.get_by_role("region", name=ask)).to_have_count(0)
        # The same customer, and nobody is asked twice.
        await button(customer).click()
        await expect(customer.at.get_by_role("status", name="Queue")).to_be_visible()
        await expect(customer.at.get_by_role("region", name=ask)).to_have_count(0)
        await rep.press("Accept")
        await rep.say("Your turn.")
        await own.reads("Your turn.")
        await customer.reads("Your turn.")
        assert [*customer.faults, *own.faults, *rep.faults] == []


async def test_while_nobody_is_there_the_button_leads_to_a_message(tmp_path: Path) -> None:
    async with (
        post_office() as post,
        in_the_shop(tmp_path, settings=mailing(post)) as (server, _, customer),
    ):
        leave = "Leave a message"
        await button(customer, leave).click()
        await customer.at.get_by_role("combobox").first.select_option(label="Printer")
        for field, text in (("Your name", "Kim"), ("E-mail", KIM), ("Message", "Nothing prints.")):
            await customer.at.get_by_role("textbox", name=field, exact=True).fill(text)
        await customer.press("Leave message")
        done = customer.at.get_by_role("heading", name="We have your message.")
        await expect(done).to_be_visible()
        await assert_accessible(customer.page, "the message was left", customer.page.frames[1])
        await customer.press("Minimise chat")
        await expect(button(customer, leave)).to_be_visible()
        async with at_the_console(server) as rep:
            # Who was there sees that somebody is now.
            await expect(button(customer)).to_be_visible()
            await expect(rep.page.get_by_label("1 open message")).to_be_visible()
            assert [*customer.faults, *rep.faults] == []


async def test_a_site_that_takes_no_messages_hides_its_button_while_nobody_is_there(
    tmp_path: Path,
) -> None:
    async with in_the_shop(tmp_path, site={"offline": "hide"}) as (server, _, customer):
        launcher = customer.page.locator(LAUNCHER)
        await expect(launcher).to_have_count(1)
        await expect(launcher).to_be_hidden()
        async with at_the_console(server) as rep:
            await expect(launcher).to_be_visible()
            await rep.page.get_by_role("switch", name="Available").click()
            await expect(launcher).to_be_hidden()
            assert [*customer.faults, *rep.faults] == []
