"""Stories that `scripts/pictures` takes pictures of, each with a broker of its own: a team at work, people
who were here before, and a customer who shows their screen.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Protocol

from playwright.async_api import Browser, Page, expect

from customer_client.link import Link
from protocol import requests as r
from tests.end_to_end.browsers import Person, chromium, meet, sign_in, visit
from tests.end_to_end.screens import PICKED, TITLE, eventually
from tests.end_to_end.serving import Server, ask, linked, open_session, serving

Size = tuple[int, int]
GERMAN = {"narrow": (360, 740)}
GERMAN_DESK = {"wide": (1280, 800)}

NOTIFIED: dict[str, Any] = {"permissions": ["notifications"]}
"""For a console that needs not ask for that any more."""

SHOWN = f"""<!doctype html><title>{TITLE}</title>
<style>
  body {{ margin: 0; background: #eceff1; color: #263238; font: 15px/1.5 sans-serif; }}
  header {{ padding: 14px 28px; background: #37474f; color: #fff; font-size: 18px; }}
  main {{ display: grid; grid-template-columns: 220px 1fr; gap: 24px; padding: 28px; }}
  nav, section {{ padding: 20px 24px; border-radius: 6px; background: #fff; }}
  nav p {{ margin: 0 0 12px; }}
  h2 {{ margin: 0 0 12px; font-size: 20px; }}
  td {{ padding: 9px 34px 9px 0; border-bottom: 1px solid #dde3e6; }}
  b {{ color: #b71c1c; }}
  i {{ display: inline-block; margin-top: 22px; padding: 9px 18px; background: #1565c0; }}
  i {{ border-radius: 4px; color: #fff; font-style: normal; }}
</style>
<header>Printers and scanners</header>
<main>
  <nav><p>Devices</p><p>Network</p><p>Sound</p><p>Display</p><p>Users</p></nav>
  <section>
    <h2>Office printer, second floor</h2>
    <table>
      <tr><td>State</td><td><b>Paused: 3 jobs are waiting</b></td></tr>
      <tr><td>Paper</td><td>Tray 1: A4, empty</td></tr>
      <tr><td>Toner</td><td>62 %</td></tr>
      <tr><td>Address</td><td>printer-2.example.org</td></tr>
    </table>
    <i>Resume printing</i>
  </section>
</main>"""


class Take(Protocol):
    """Takes pictures of the screen `name` in both schemes and, unless said, the usual sizes."""

    def __call__(
        self, person: Person, name: str, sizes: Mapping[str, Size] | None = None
    ) -> Awaitable[None]: ...


async def take_board(folder: Path, take: Take) -> None:
    """Take pictures of a team: what the lead sees of it, who is there, and an offer."""
    site: dict[str, Any] = {"rules": {"monitoring": "announced"}}
    async with (
        serving(folder, site=site) as server,
        chromium() as browser,
        AsyncExitStack() as customers,
    ):
        lea = await sign_in(browser, server.url, "lea", **NOTIFIED)
        await lea.page.get_by_role("link", name="Board").click()
        ana = await sign_in(browser, server.url, **NOTIFIED)
        await begin(customers, server, "Max Muster", "computer")
        await accept(ana, "Max Muster")
        await begin(customers, server, "Erika Beispiel", "printer")
        await accept(ana, "Erika Beispiel")
        await begin(customers, server, "Jan Vorbild", "printer")
        ben = await sign_in(browser, server.url, "ben", **NOTIFIED)
        board = lea.page.get_by_role("region", name="Support")
        await expect(board.get_by_role("row", name="Erika Beispiel")).to_contain_text("Ana")
        await expect(board.get_by_role("row", name="Ben")).to_contain_text("Available")
        await take(lea, "console-board")
        await ana.page.get_by_role("button", name=re.compile("colleague")).click()
        await expect(ana.page.get_by_role("dialog", name=re.compile("colleague"))).to_be_visible()
        await take(ana, "console-team")
        await ana.page.keyboard.press("Escape")
        await take_directory(ana, take)
        await take_offer(ana, ben, take)


async def take_directory(ana: Person, take: Take) -> None:
    """Take pictures of who works here, and go back to the sessions."""
    page = ana.page
    links = page.get_by_role("navigation")
    await links.get_by_role("link", name="Contacts").click()
    await page.get_by_text("Colleagues", exact=True).click()
    directory = page.get_by_role("region", name="Directory")
    await expect(directory.get_by_role("region", name="Support")).to_contain_text("2 sessions")
    await take(ana, "console-directory")
    await links.get_by_role("link", name="Sessions").click()


async def begin(customers: AsyncExitStack, server: Server, name: str, issue: str) -> Link:
    """Have a customer wait until `customers` end."""
    customer = await customers.enter_async_context(linked(server))
    session = await open_session(customer, issue, name)
    await ask(customer, r.Say, session, text=f"Hello, this is {name}.")
    return customer


async def accept(rep: Person, name: str) -> None:
    """Accept the only one who waits, and read what they said."""
    queue = rep.page.get_by_role("region", name="Queue")
    await expect(queue).to_contain_text(name)
    await queue.get_by_role("button", name="Accept").click()
    await rep.reads(f"Hello, this is {name}.")


async def take_offer(ana: Person, ben: Person, take: Take) -> None:
    """Take pictures of what a colleague is offered."""
    await ana.press("Transfer")
    await ana.page.get_by_role("dialog").get_by_role("button", name="Ben").click()
    theirs = ben.page.get_by_role("region", name="My sessions")
    await expect(theirs).to_contain_text("offers you")
    await take(ben, "console-offer")


async def take_people(folder: Path, take: Take) -> None:
    """Take pictures of who was here before, of a call, and of what the keyboard does."""
    site: dict[str, Any] = {"rules": {"call_seconds": 3600}}
    async with (
        serving(folder, site=site) as server,
        chromium() as browser,
        linked(server) as customer,
        AsyncExitStack() as others,
    ):
        ana = await sign_in(browser, server.url, **NOTIFIED)
        page = ana.page
        erika = await begin(others, server, "Erika Beispiel", "printer")
        await accept(ana, "Erika Beispiel")
        await ask(erika, r.End, next(iter(erika.sessions)))
        await ana.press("Skip")
        session = await open_session(customer, name="Max Muster")
        await ask(customer, r.Say, session, text="Hello, this is Max Muster.")
        await accept(ana, "Max Muster")
        await page.keyboard.press("Control+k")
        await page.get_by_role("combobox", name="Command").fill("se")
        await take(ana, "console-palette")
        await page.keyboard.press("Escape")
        await page.get_by_role("heading", name="Sessions", exact=True).click()
        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
        await take(ana, "console-shortcuts")
        await page.keyboard.press("Escape")
        await ask(customer, r.End, session)
        await page.get_by_text("Solved", exact=True).click()
        note = page.get_by_role("textbox", name="Wrap-up note")
        await note.fill("The cable at the back of the screen was loose.")
        await take(ana, "console-wrap-up")
        await ana.press("Save the note")
        await page.goto(f"{server.url}/console#/contacts/{session}")
        await expect(page.get_by_role("button", name="Call", exact=True)).to_be_visible()
        await take(ana, "console-contacts")
        await ana.press("Call")
        await expect(page.get_by_text("Connecting…")).to_be_visible()
        await take(ana, "console-call")


async def take_screen(folder: Path, take: Take) -> None:
    """Take pictures of a customer's screen from both ends."""
    async with serving(folder) as server, chromium(PICKED) as browser:
        await show_screen(browser, server, take)


async def show_screen(browser: Browser, server: Server, take: Take) -> None:
    """Have a customer asked for their screen, and show it."""
    ana = await sign_in(browser, server.url, **NOTIFIED)
    customer = await visit(browser, server.url)
    await meet(customer, ana)
    shown = await (await browser.new_context(viewport={"width": 1280, "height": 800})).new_page()
    await shown.set_content(SHOWN)
    await customer.page.bring_to_front()
    await customer.say("Nothing comes out of the printer on the second floor.")
    await ana.say("Let us look at it together. May I see your screen?")
    await speak(customer, "Menu", "Language", "de")
    await ana.press("Request screen")
    await expect(customer.page.get_by_role("alertdialog")).to_be_visible()
    await take(customer, "customer-grants-german", GERMAN)
    await customer.press("Ablehnen")
    await speak(customer, "Menü", "Sprache", "en")
    await ana.press("Request screen")
    await expect(customer.page.get_by_role("alertdialog")).to_be_visible()
    await take(customer, "customer-grants")
    # Here a tab is captured no larger than the page that captures it.
    await customer.page.set_viewport_size({"width": 1280, "height": 800})
    await customer.press("Accept")
    await see_picture(ana.page)
    await take(customer, "customer-sharing")
    await take(ana, "console-screen")
    await speak(customer, "Menu", "Language", "de")
    await take(customer, "customer-sharing-german", GERMAN)
    await ana.page.goto(server.url + "/console?lang=de")
    await ana.page.get_by_role("region", name="Meine Sitzungen").get_by_text("Max Muster").click()
    await see_picture(ana.page)
    await take(ana, "console-screen-german", GERMAN_DESK)


async def speak(customer: Person, menu: str, choice: str, language: str) -> None:
    """Choose another language in the customer's menu, and close that."""
    await customer.press(menu)
    await customer.page.get_by_role("combobox", name=choice).select_option(language)
    await expect(customer.page.locator("html")).to_have_attribute("lang", language)
    await customer.page.keyboard.press("Escape")
    await expect(customer.page.get_by_role("combobox", name=choice)).to_have_count(0)


async def see_picture(page: Page) -> None:
    """Wait until the customer's screen is on the canvas."""

    async def look() -> bool:
        return await page.locator(".screen-surface > canvas").first.is_visible()

    await eventually(look)


STORIES: dict[str, Callable[[Path, Take], Awaitable[None]]] = {
    "board": take_board,
    "people": take_people,
    "screen": take_screen,
}
