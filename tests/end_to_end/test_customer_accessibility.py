"""Every screen of the customer's page, for those who do not see it, or see little, or use no mouse."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import expect

from tests.end_to_end.axe import assert_accessible, assert_narrow
from tests.end_to_end.browsers import Person, begin, chromium, sign_in, visit
from tests.end_to_end.serving import serving

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


async def test_the_whole_way_can_be_gone_by_keyboard_alone(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        rep, customer = await sign_in(browser, server.url), await visit(browser, server.url)
        page = customer.page
        await expect(page.get_by_role("button", name="Start chat")).to_be_visible()
        await tab_to(customer, "combobox", "What do you need help with?")
        await page.keyboard.type("Computer")
        await tab_to(customer, "textbox", "Your name")
        await page.keyboard.type("Max")
        await tab_to(customer, "button", "Start chat")
        await page.keyboard.press("Enter")
        for button in ("Accept", "Do not allow"):
            await expect(page.get_by_role("button", name=button)).to_be_visible()
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
