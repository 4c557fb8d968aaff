"""A walk through the whole console: every view, dialog and state that a lead comes by in a day.

`async for screen in tour(...)` stops wherever there is something new to look at, in any language.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from io import BytesIO

import aiohttp
from PIL import Image
from playwright.async_api import Page, expect

from customer_client.link import Link, new_request_id
from protocol import requests as r
from tests.end_to_end.serving import (
    Server,
    ask,
    is_open,
    linked,
    make_available,
    open_session,
)
from tests.end_to_end.words import Words

LONG = "Maximiliane Musterfrau-Beispielhausen von und zu Vorderhinterdorf"
WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 2


@dataclass(frozen=True)
class Scene:
    """Who is there: the customer of Lea's session `mine`, and two sessions that are over."""

    server: Server
    customer: Link
    mine: str
    ended: str
    ending: str
    """Over as well, and Lea has not said yet what came of it."""


@asynccontextmanager
async def busy_day(server: Server) -> AsyncIterator[Scene]:
    """Let customers wait, talk to Lea and to Ana, have left messages, and have been here before."""
    async with AsyncExitStack() as stack:
        lea, ana = [await stack.enter_async_context(linked(server, who)) for who in ("lea", "ana")]
        customers = [await stack.enter_async_context(linked(server)) for _ in range(6)]
        for rep in (lea, ana):
            await make_available(rep)
        talks = []
        for rep, customer in zip((lea, lea, lea, ana), customers, strict=False):
            await customer.until(is_open)
            talks.append(await open_session(customer, name=LONG))
            await ask(rep, r.Accept, talks[-1])
            await ask(customer, r.Say, talks[-1], text=f"Is this {WORD}?\n\nI do not know.")
        for customer in customers[4:]:
            await open_session(customer, name=LONG)
        await ask(lea, r.Note, talks[0], text=f"Note: {WORD}")
        await ask(lea, r.PushLink, talks[0], url=f"https://example.test/{WORD}")
        await ask(customers[0], r.OfferFile, talks[0], file="f1", name=f"{WORD}.txt", size=1)
        assert lea.welcome
        await ask(ana, r.Invite, talks[3], rep=lea.welcome.party)
        await ask(lea, r.End, talks[1])
        await ask(lea, r.WrapUp, talks[1], text="It was the cable.")
        await ask(lea, r.End, talks[2])
        await leave_message(customers[1], server)
        yield Scene(server, customers[0], talks[0], talks[1], talks[2])


async def leave_message(customer: Link, server: Server) -> None:
    """Leave a message as whoever is behind `customer`."""
    message = {"id": new_request_id(), "issue": "computer", "name": LONG, "text": WORD}
    async with aiohttp.ClientSession() as http:
        headers = {"Authorization": f"Bearer {customer.token}", "X-Deskside": "1"}  # type: ignore[attr-defined]
        url = f"{server.url}/v1/messages"
        message["email"] = f"{'m' * 60}@example.test"
        async with http.post(url, json=message, headers=headers) as response:
            assert response.ok, await response.text()


async def tour(
    page: Page, scene: Scene, words: Words, parts: Iterable[str] = ("sessions", "lists", "own")
) -> AsyncIterator[str]:
    """Walk through `parts` of the console of Lea, who is signed in on `page`, in the language of
    `words`."""
    await page.goto("about:blank")
    await page.goto(f"{scene.server.url}/console?lang={words.language}")
    await expect(page.get_by_role("switch", name=words["Available"])).to_be_enabled()
    walks = {"sessions": _sessions, "lists": _lists, "own": _own}
    for part in parts:
        async for screen in walks[part](page, scene, words):
            yield screen


async def turn_to(page: Page, address: str) -> None:
    """Turn to the view at `address`, as if somebody had followed a link there."""
    await page.evaluate(f"location.hash = '#/{address}'")


async def _dialog(page: Page) -> None:
    await expect(page.get_by_role("dialog").last).to_be_visible()


async def _closed(page: Page) -> None:
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def _sessions(page: Page, scene: Scene, words: Words) -> AsyncIterator[str]:
    await turn_to(page, "sessions")
    await expect(page.locator(".waiting")).to_have_count(2)
    await expect(page.get_by_role("button", name=words["Join"])).to_be_visible()
    yield "sessions, none open"
    await turn_to(page, f"sessions/{scene.mine}")
    await expect(page.get_by_role("log")).to_contain_text(WORD)
    yield "sessions"
    await page.keyboard.press("Alt+n")
    yield "a private note"
    await page.keyboard.press("Alt+n")
    # Single keys are for where nobody writes.
    await page.get_by_role("heading", level=1).click()
    for screen, keys in {
        "transfer": "t",
        "invite": "i",
        "return to queue": "r",
        "end": "e",
        "send a link": "Alt+k",
        "find in the queue": "q",
        "emoji": "o",
        "the palette": "Control+k",
        "the shortcuts": "?",
    }.items():
        await page.keyboard.press(keys)
        await _dialog(page)
        await expect(page.get_by_role("dialog").locator(".mantine-Loader-root")).to_have_count(0)
        yield screen
        await _closed(page)
        await page.get_by_role("heading", level=1).click()
    await page.get_by_role("button", name=words["Sign out"]).click()
    await _dialog(page)
    yield "signing out while somebody is served"
    await _closed(page)
    await page.locator(".team-presence").click()
    await _dialog(page)
    yield "who is there"
    await _closed(page)
    await page.locator(".composer textarea").fill("/")
    await expect(page.get_by_role("option").first).to_be_visible()
    yield "canned messages to pick from"
    await page.locator(".composer textarea").fill("")


async def _lists(page: Page, scene: Scene, words: Words) -> AsyncIterator[str]:
    await turn_to(page, "board")
    take_over = page.get_by_role("button", name=words["Take over"]).first
    await take_over.click()
    await _dialog(page)
    yield "taking over"
    await _closed(page)
    yield "the board"
    await turn_to(page, "inbox")
    await page.get_by_role("listitem").get_by_role("link").filter(has_text=LONG[:20]).click()
    yield "a message"
    await turn_to(page, f"history/{scene.ended}")
    await expect(page.get_by_role("log")).to_contain_text("It was the cable.")
    yield "the history"
    await page.get_by_role("button", name=words["Delete all words"]).click()
    await _dialog(page)
    yield "deleting words"
    await _closed(page)
    await turn_to(page, f"history/{scene.ending}")
    await page.get_by_role("button", name=words["Add a wrap-up note"]).click()
    await expect(page.get_by_role("textbox", name=words["Wrap-up note"])).to_be_focused()
    yield "what came of it"
    await turn_to(page, f"contacts/{scene.ended}")
    for screen, button in {
        "editing a contact": "Edit",
        "merging contacts": "Merge",
        "forgetting a contact": "Forget",
    }.items():
        await page.get_by_role("button", name=words[button], exact=True).click()
        await _dialog(page)
        yield screen
        await _closed(page)
    yield "a contact"
    await page.get_by_text(words["Colleagues"], exact=True).click()
    yield "the directory"
    await turn_to(page, "canned")
    yield "canned messages"
    await page.get_by_role("button", name=words["New canned message"]).click()
    await expect(page.get_by_role("textbox", name=words["Title"])).to_be_visible()
    yield "a new canned message"


async def _own(page: Page, scene: Scene, words: Words) -> AsyncIterator[str]:
    await turn_to(page, "codes")
    await page.get_by_role("button", name=words["Make a session code"]).click()
    await expect(page.locator(".code-digits")).to_be_visible()
    yield "session codes"
    await turn_to(page, "settings")
    await expect(page.get_by_text(words["Passkeys"], exact=True)).to_be_visible()
    yield "settings"
    await page.locator("input[type=file]").set_input_files(
        {"name": "me.png", "mimeType": "image/png", "buffer": portrait()}
    )
    await _dialog(page)
    await expect(page.get_by_role("button", name=words["Use this photo"])).to_be_enabled()
    yield "a photo"
    await _closed(page)


def portrait() -> bytes:
    """A picture that is wider than high, and of another colour on its right."""
    picture = Image.new("RGB", (400, 200), (200, 120, 60))
    picture.paste((40, 90, 160), (200, 0, 400, 200))
    png = BytesIO()
    picture.save(png, "PNG")
    return png.getvalue()
