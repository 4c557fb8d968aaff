"""The story of compliance officers that `scripts/pictures` takes pictures of: what they find, watch and review."""

from functools import partial
from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from broker import schema
from broker.clock import now
from broker.database import insert_new
from protocol import requests as r
from protocol.session import Party
from scripts.picture_stories import Size, Take
from tests.broker.shelved import Shelves, story
from tests.end_to_end.browsers import chromium, sign_in
from tests.end_to_end.recorded_site import DAY, SITE, fill, film_of, printer_story
from tests.end_to_end.serving import Server
from tests.protocol.life import CUSTOMER, Life

WIDE: dict[str, Size] = {"wide": (1280, 800)}


async def take_recordings(folder: Path, take: Take) -> None:
    """Take pictures of recordings, the player, the inbox and its rules."""
    server = Server(folder)
    try:
        await fill(server, _put)
        async with chromium() as browser:
            cora = await sign_in(browser, server.url, "cora")
            page = cora.page
            await page.get_by_role("textbox", name="Search").fill("printer")
            await expect(page.locator("mark").first).to_be_visible()
            await take(cora, "console-recordings", WIDE)
            await page.get_by_role("link", name="Max Muster").click()
            await _turn_to(page, 150)
            await take(cora, "console-recording", WIDE)
            await page.goto(f"{server.url}/console#/recordings")
            await page.get_by_role("link", name="Erika Beispiel").click()
            await _turn_to(page, 85)
            await expect(page.get_by_text("the recording was paused")).to_be_visible()
            await take(cora, "console-recording-paused", WIDE)
            await page.goto(f"{server.url}/console#/reviews")
            await expect(page.get_by_role("article")).to_have_count(4)
            await take(cora, "console-reviews", WIDE)
            await page.goto(f"{server.url}/console#/reviews/rules")
            await cora.press("New rule")
            await page.get_by_role("radio", name="Had control").check()
            await expect(page.get_by_role("region", name="Preview")).to_contain_text("2 of 4")
            await take(cora, "console-review-rule", WIDE)
    finally:
        await server.kill()
        server.close()


async def _turn_to(page: Page, second: int) -> None:
    line = page.get_by_role("slider", name="Time line")
    await expect(line).to_be_visible()
    await page.goto(f"{page.url.split('?')[0]}?t={second}")
    await expect(line).to_have_attribute("aria-valuenow", str(second))
    await expect(page.locator(".reel-still")).to_be_hidden()


async def _put(shelves: Shelves, ana: Party) -> None:
    lives: list[tuple[Life, str]] = [(printer_story(now() - 3 * DAY, ana), "share")]
    for days, name, why in ((7, "Erika Beispiel", "control+"), (5, "Tom Jones", "refused")):
        life = story(now() - days * DAY, rep=ana, name=name, allowed=why != "refused")
        life.wait(30).ask(r.Say, CUSTOMER, text="My printer is broken again.")
        lives.append((life, why))
    paused = lives[1][0]
    paused.ask(r.RequestGrants, ana, tools=("view", "control"))
    paused.ask(r.AnswerGrants, CUSTOMER, allowed=True, scope="session")
    paused.wait(4).ask(r.ShareScreen, CUSTOMER, what="screen")
    paused.wait(30).ask(r.PauseRecording, ana, why="Card data", cut_seconds=5)
    paused.wait(20).ask(r.ResumeRecording, ana)
    late = story(now() - 2 * DAY, rep=ana, name="Jan Vorbild")
    late.wait(20).ask(r.Say, CUSTOMER, text="The printer is offline.")
    lives.append((late, "share"))
    for life, why in lives:
        if life.session.state != "ended":
            life.wait(240).ask(r.End, CUSTOMER)
        film = film_of() if why == "share" and life is lives[0][0] else []
        recording = await shelves.put(life, film)
        row: dict[str, Any] = {
            "recording": recording,
            "why": why,
            "state": "open",
            "made_at": life.now,
        }
        put = partial(insert_new, table=schema.reviews, site=SITE, **row)
        await shelves.database.write(put)
