"""Every screen of the customer's page, for those who do not see it, or see little, or use no mouse."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import expect

from protocol import requests as r
from tests.end_to_end.axe import assert_accessible, assert_narrow
from tests.end_to_end.browsers import Person, begin, chromium, sign_in, visit
from tests.end_to_end.serving import ask, linked, serving
from tests.end_to_end.test_mail import KIM, code_of, fill_in, mailing
from tests.smtp import post_office, text_of

# Asked, not pressed: the browser's own question stays away.
ASKABLE = "Object.defineProperty(Notification, 'permission', { get: () => 'default' })"

Look = Callable[[Person, str], Awaitable[None]]


async def assert_good(customer: Person, screen: str) -> None:
    """Hold everything against `screen` that holds for all of them."""
    await assert_accessible(customer.page, screen)
    await assert_narrow(customer.page, screen)
    # Twice as large is half as wide.
    await assert_narrow(customer.page, f"{screen} at 200 %", 320)
    statuses = customer.page.locator("[aria-live=assertive]")
    assert await statuses.count() == 0, screen


async def walk(customer: Person, rep: Person, look: Look) -> None:
    """Go through every screen from the first to the last, and `look` at each."""
    page = customer.page
    await customer.press("Start chat")
    await look(customer, "the first screen with something missing")
    await begin(customer)
    await expect(page.get_by_role("button", name="Accept")).to_be_visible()
    await look(customer, "agreement")
    await customer.press("Accept")
    await expect(page.get_by_role("button", name="Allow recording")).to_be_visible()
    await look(customer, "recording question")
    await customer.press("Allow recording")
    await expect(page.get_by_role("button", name="Notify me")).to_be_visible()
    await look(customer, "waiting, with the notification question")
    await rep.press("Accept")
    await rep.say("What do you see at https://example.org?")
    await customer.say("A black screen.")
    await rep.reads("A black screen.")
    await look(customer, "talking")
    await customer.press("Emoji")
    await look(customer, "emoji")
    await page.get_by_role("searchbox").fill("zzz")
    await look(customer, "no emoji found")
    await page.keyboard.press("Escape")
    await customer.press("Menu")
    await look(customer, "menu")
    await customer.press("Withdraw the permission to record")
    await look(customer, "withdrawing the permission to record")
    await customer.press("Keep allowing it")
    await customer.press("Menu")
    await customer.press("Delete my data")
    await look(customer, "deleting data")
    await customer.press("Delete for good")
    await expect(page.get_by_text("Receipt number:")).to_be_visible()
    await look(customer, "receipt")
    await customer.press("Close")
    await customer.press("End chat")
    await look(customer, "whether to end")
    await page.get_by_role("dialog").get_by_role("button", name="End chat").click()
    await expect(page.get_by_role("dialog", name="Exit survey")).to_be_visible()
    await look(customer, "exit survey")
    await customer.press("Skip")
    await expect(page.get_by_role("button", name="Start chat")).to_be_visible()
    await look(customer, "the end")


async def test_every_screen_is_accessible_and_fits_a_small_telephone(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        customer = await visit(browser, server.url)
        await customer.page.add_init_script(ASKABLE)
        await customer.page.reload()
        await expect(customer.page.get_by_text("Nobody is available right now.")).to_be_visible()
        await assert_good(customer, "nobody there")
        rep = await sign_in(browser, server.url)
        await expect(customer.page.get_by_role("button", name="Start chat")).to_be_visible()
        await assert_good(customer, "the first screen")
        await walk(customer, rep, assert_good)
        assert [*customer.faults, *rep.faults] == []


async def test_leaving_a_message_is_accessible(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        customer = await visit(browser, server.url)
        page = customer.page
        await customer.press("Leave message")
        await expect(page.get_by_role("combobox").first).to_be_focused()
        await assert_good(customer, "offline form with all missing")
        await page.get_by_role("combobox").first.select_option(label="Printer")
        await fill_in(page, "E-mail", KIM)
        await fill_in(page, "Message", "Nothing prints.")
        await assert_good(customer, "offline form")
        await customer.press("Leave message")
        receipt = page.get_by_role("heading", name="We have your message.")
        await expect(receipt).to_be_focused()
        await assert_good(customer, "the message's receipt")
        await customer.press("Delete my message")
        await assert_good(customer, "the message deleted")
        assert customer.faults == []


async def test_code_known_problems_and_transcript_by_mail_are_accessible(tmp_path: Path) -> None:
    site = {"rules": {"identity_asked": True}}
    async with (
        post_office() as post,
        serving(tmp_path, site=site, **mailing(post)) as server,
        chromium() as browser,
    ):
        await server.command("notice", "add", "--text", "en=Mail is slow today.")
        rep = await sign_in(browser, server.url)
        customer = await visit(browser, server.url)
        page = customer.page
        await fill_in(page, "E-mail", KIM)
        await expect(page.get_by_role("group", name="Known problems")).to_contain_text("slow")
        await assert_good(customer, "the first screen with a known problem")
        await begin(customer)
        code = code_of(text_of(await post.to(KIM)))
        await expect(page.get_by_role("heading", name="Please check your mail")).to_be_focused()
        await assert_good(customer, "mailed code")
        await fill_in(page, "Code", "000000" if code != "000000" else "000001")
        await expect(page.get_by_role("alert")).to_contain_text("4 more times")
        await assert_good(customer, "wrong code")
        await customer.press("Change the address")
        await assert_good(customer, "another address")
        await customer.press("Back")
        await fill_in(page, "Code", code)
        await customer.press("Accept")
        await customer.press("Do not allow")
        await expect(page.get_by_role("button", name="Leave because of this")).to_be_visible()
        await assert_good(customer, "waiting with a known problem")
        await rep.press("Accept")
        await customer.reads("Ana is here for you.")
        await customer.press("Menu")
        await customer.press("Mail transcript")
        await expect(page.get_by_role("textbox", name="Mail the transcript to")).to_be_focused()
        await assert_good(customer, "transcript by mail")
        await customer.press("Send transcript")
        await expect(page.get_by_text("The transcript is on its way")).to_be_focused()
        await assert_good(customer, "transcript on its way")
        # The keyboard is still in the menu, and leaves it as ever.
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("button", name="Menu")).to_be_focused()
        assert [*customer.faults, *rep.faults] == []


MAKE_CODE = """fetch("/v1/codes", {
    method: "POST", body: "{}",
    headers: { "Content-Type": "application/json", "X-Deskside": "1" },
}).then(made => made.json())"""
PARTY = "Object.keys(localStorage).find(key => key.includes('session.')).split('session.').at(-1)"


async def test_codes_and_calls_of_a_rep_are_accessible(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        rep = await sign_in(browser, server.url)
        customer = await visit(browser, server.url + "/?code=000000000&")
        page = customer.page
        await expect(page.get_by_role("alert")).to_contain_text("Your code is not known.")
        await assert_good(customer, "a code that is not known")
        made = await rep.page.evaluate(MAKE_CODE)
        await page.goto(f"{server.url}/?code={made['code']}")
        await expect(page.get_by_role("heading", name="Ana is expecting you")).to_be_focused()
        await assert_good(customer, "code form")
        await customer.press("Start chat")
        await customer.press("Accept")
        await customer.press("Do not allow")
        await customer.reads("Ana is here for you.")
        party = await page.evaluate(PARTY)
        await customer.press("End chat")
        await page.get_by_role("dialog").get_by_role("button", name="End chat").click()
        await customer.press("Skip")
        async with linked(server, "ana") as link:
            await ask(link, r.Call, customer=party)
            call = page.get_by_role("alertdialog", name="Ana would like to talk to you")
            await expect(call).to_be_visible()
            await expect(call).to_contain_text("left to answer")
            await assert_good(customer, "incoming call")
            await customer.press("Not now")
        refused = page.get_by_role("heading", name="You did not take the call")
        await expect(refused).to_be_focused()
        await assert_good(customer, "call not taken")


async def test_the_whole_way_can_be_gone_by_keyboard_alone(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        rep, customer = await sign_in(browser, server.url), await visit(browser, server.url)
        page = customer.page
        await expect(page.get_by_role("button", name="Start chat")).to_be_visible()
        await tab_to(customer, "combobox", "What do you need help with?")
        # One letter: keys that come a second apart look for something else.
        await page.keyboard.press("C")
        await expect(page.get_by_role("combobox").first).to_have_value("computer")
        await tab_to(customer, "textbox", "Your name")
        await page.keyboard.type("Max")
        await tab_to(customer, "button", "Start chat")
        await page.keyboard.press("Enter")
        for button in ("Accept", "Do not allow"):
            await expect(page.get_by_role("button", name=button)).to_be_visible()
            # It takes the keyboard when it comes in: Tab goes on from there.
            await expect(page.get_by_role("heading", level=2)).to_be_focused()
            await tab_to(customer, "button", button)
            await page.keyboard.press("Enter")
        await expect(page.get_by_role("status", name="Queue")).to_be_visible()
        await rep.press("Accept")
        await customer.reads("Ana is here for you.")
        await tab_to(customer, "textbox", "Message")
        await page.keyboard.type("A black screen.")
        await page.keyboard.press("Enter")
        await rep.reads("A black screen.")
        await tab_to(customer, "button", "End chat")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Keep chatting")).to_be_focused()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        survey = page.get_by_role("dialog", name="Exit survey")
        await expect(survey).to_be_visible()
        await tab_to(customer, "radio", "1")
        await page.keyboard.press("ArrowRight")
        await tab_to(customer, "button", "Submit")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Thank you for your answer.")).to_be_visible()
        await expect(rep.page.get_by_role("log")).to_contain_text("Rated 2 of 5.")
        assert [*customer.faults, *rep.faults] == []


async def tab_to(person: Person, role: str, name: str) -> None:
    """Press Tab until the keyboard is there; there are never many steps."""
    wanted = person.page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    for _ in range(25):
        if await wanted.evaluate("each => each === document.activeElement"):
            return
        await person.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to the {role} {name}")
