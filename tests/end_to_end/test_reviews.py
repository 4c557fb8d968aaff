"""Officers at work: an inbox that rules fill, verdicts of two, a hold, and a recording that was damaged."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa
from playwright.async_api import Locator, Page, expect

from broker import schema
from broker.clock import now
from protocol import requests as r
from protocol.session import Party
from recordings.store import segment_at
from tests.broker.shelved import Shelves, story
from tests.end_to_end.axe import assert_accessible
from tests.end_to_end.browsers import Person, chromium, sign_in
from tests.end_to_end.recorded_site import DAY, SITE, fill, film_of, printer_story
from tests.end_to_end.screens import colour, eventually
from tests.end_to_end.serving import Server
from tests.protocol.life import CUSTOMER

pytestmark = pytest.mark.asyncio(loop_scope="module")

BROKEN_SECOND = 115
"""In which second of a recording somebody has changed what was stored."""


async def _put(shelves: Shelves, ana: Party) -> None:
    damaged = printer_story(now() - 3 * DAY, ana)
    await _damage(shelves, await shelves.put(damaged, film_of()))
    paused = story(now() - DAY, rep=ana, name="Erika Beispiel")
    paused.ask(r.RequestGrants, ana, tools=("view", "control"))
    paused.ask(r.AnswerGrants, CUSTOMER, allowed=True, scope="session")
    paused.wait(5).ask(r.ShareScreen, CUSTOMER, what="screen")
    paused.wait(30).ask(r.PauseRecording, ana, why="Card data", cut_seconds=5)
    paused.wait(20).ask(r.ResumeRecording, ana)
    paused.wait(30).ask(r.End, CUSTOMER)
    await _ask_for(shelves, await shelves.put(paused), "control+")


async def _damage(shelves: Shelves, recording: str) -> None:
    """Change one bit of what was stored of `BROKEN_SECOND`."""
    database, store = shelves.database, shelves.recorder.store
    c, r = schema.recording_segments.c, schema.recordings.c
    began = await database.read(
        lambda conn: conn.scalar(sa.select(r.began_at).where(r.id == recording)) or 0
    )
    at = (began + BROKEN_SECOND * 1000) * 1000
    chosen = sa.select(c.number, c.writer).where(
        c.recording == recording, c.begins <= at, c.ends >= at
    )
    row = await database.read(lambda conn: conn.execute(chosen).one())
    name = segment_at(recording, row.number, row.writer)
    data = bytearray(await store.get(name))
    data[len(data) // 2] ^= 1
    await store.delete(name)
    await store.put(name, bytes(data))


async def _ask_for(shelves: Shelves, recording: str, why: str) -> None:
    """Put `recording` into the inbox, as a rule would."""
    row = {"recording": recording, "why": why, "state": "open", "made_at": now() - 8 * DAY}
    put = schema.reviews.insert().values(site=SITE, **row)
    await shelves.database.write(lambda conn: conn.execute(put))


@dataclass
class Office:
    """Cora and Carl, each in a browser."""

    url: str
    cora: Person
    carl: Person

    async def go(self, person: Person, place: str) -> Page:
        await person.page.goto(f"{self.url}/console#/{place}")
        return person.page

    async def watch(self, person: Person, name: str, second: int = 0) -> Page:
        """Open the recording of the customer called `name`."""
        page = await self.go(person, "recordings")
        found = page.get_by_role("region", name="Found recordings").get_by_role("link", name=name)
        address = await found.get_attribute("href")
        await page.goto(f"{self.url}/console{address}?t={second}")
        await expect(page.get_by_role("slider", name="Time line")).to_be_visible()
        return page


@asynccontextmanager
async def _office(folder: Path) -> AsyncIterator[Office]:
    server = Server(folder)
    try:
        await fill(server, _put, more_officers=("carl",))
        async with chromium() as browser:
            cora = await sign_in(browser, server.url, "cora")
            carl = await sign_in(browser, server.url, "carl")
            yield Office(server.url, cora, carl)
            # What the broker refuses on purpose, the browser reports too.
            faults = [fault for fault in cora.faults + carl.faults if "409" not in fault]
            assert not faults
    finally:
        await server.kill()
        server.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    async with _office(tmp_path_factory.mktemp("reviews")) as office:
        yield office


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("complementary", name="About the recording").get_by_role(
        "tab", name=name
    )


async def test_a_rule_says_what_it_would_bring_before_it_is_made(office: Office) -> None:
    page = await office.go(office.cora, "reviews/rules")
    await expect(page.get_by_text("There is no rule yet")).to_be_visible()
    await office.cora.press("New rule")
    dialog = page.get_by_role("dialog", name="New rule")
    preview = dialog.get_by_role("region", name="Preview")
    await expect(preview).to_contain_text("it would have brought 0 of 2 sessions")
    await dialog.get_by_role("radio", name="Had control").check()
    await expect(preview).to_contain_text("it would have brought 2 of 2 sessions")
    await assert_accessible(page, "a rule that is being made")
    await dialog.get_by_role("checkbox", name="Two officers have to look").check()
    await dialog.get_by_role("button", name="Save").click()

    rule = page.get_by_role("article", name="Every session in which a rep had control")
    await expect(rule).to_contain_text("two officers look")
    await expect(dialog).to_have_count(0)
    await assert_accessible(page, "rules")
    await rule.get_by_role("button", name="Change").click()
    dialog = page.get_by_role("dialog", name="Change the rule")
    await dialog.get_by_role("combobox", name="Team").select_option(label="Network")
    await expect(dialog.get_by_role("region", name="Preview")).to_contain_text("0 of 0 sessions")
    await dialog.get_by_role("button", name="Save").click()
    await expect(rule).to_contain_text("Network")
    await rule.get_by_role("button", name="Remove").click()
    await page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    await expect(rule).to_have_count(0)


async def test_two_officers_review_what_waits(office: Office) -> None:
    page = await office.go(office.cora, "reviews")
    card = page.get_by_role("article", name="Erika Beispiel")
    await expect(card).to_contain_text("waits for 8 days")
    await expect(card).to_contain_text("Had control")
    await assert_accessible(page, "the inbox of officers")
    theirs = await office.go(office.carl, "reviews")
    await card.get_by_role("combobox").select_option(label="Cora")
    await page.get_by_role("link", name="Looked at by me").click()
    await expect(card).to_be_visible()
    await card.get_by_role("button", name="Look at it").click()
    await expect(page.get_by_role("slider", name="Time line")).to_be_visible()

    await page.get_by_role("slider", name="Time line").press("PageUp")
    await tab(page, "Comments").click()
    await page.get_by_role("textbox", name="Comment").fill("Why was it paused?")
    await page.get_by_role("button", name="Comment at 1:00").click()
    comment = page.get_by_role("list", name="Comments").get_by_role("button").first
    await expect(comment).to_contain_text("1:00CoraWhy was it paused?")
    await assert_accessible(page, "comments on a recording")
    await page.get_by_role("slider", name="Time line").press("Home")
    await comment.click()
    line = page.get_by_role("slider", name="Time line")
    await expect(line).to_have_attribute("aria-valuenow", "60")

    await tab(page, "Verdict").click()
    verdict = page.get_by_role("region", name="Verdict")
    await verdict.get_by_text("A concern", exact=True).click()
    await verdict.get_by_role("textbox", name="Note").fill("Ask Ana.")
    await verdict.get_by_role("button", name="Give the verdict").click()
    await expect(verdict).to_contain_text("Another officer has to give the second verdict.")
    await expect(verdict.get_by_role("button")).to_have_count(0)

    await theirs.reload()
    card = theirs.get_by_role("article", name="Erika Beispiel")
    await expect(card).to_contain_text("Cora: A concern. A second verdict is wanted.")
    await expect(card.get_by_role("option", name="Cora")).to_have_count(0)
    await card.get_by_role("button", name="Look at it").click()
    await tab(theirs, "Verdict").click()
    verdict = theirs.get_by_role("region", name="Verdict")
    await verdict.get_by_text("A breach", exact=True).click()
    await verdict.get_by_role("button", name="Give the second verdict").click()
    await expect(verdict).to_contain_text("A breach · Carl")

    await office.go(office.cora, "reviews/done")
    done = page.get_by_role("article", name="Erika Beispiel")
    await expect(done).to_contain_text("A concern · CoraAsk Ana.")
    await expect(done).to_contain_text("A breach · Carl")
    await assert_accessible(page, "what is reviewed")


async def test_a_hold_is_put_and_released_and_the_trail_tells_who_did(office: Office) -> None:
    page = await office.watch(office.cora, "Max Muster", 60)

    async def is_shown() -> bool:
        return await colour(office.cora, 5, 5) is not None

    await eventually(is_shown)
    await tab(page, "Verdict").click()
    hold = page.get_by_role("region", name="Legal hold")
    await hold.get_by_role("textbox", name="Reason").fill("Asked for by the court")
    await hold.get_by_role("button", name="Put on hold").click()
    await expect(hold.get_by_role("listitem")).to_contain_text("Asked for by the court")
    await office.go(office.cora, "recordings")
    await office.cora.press("On legal hold")
    cards = page.get_by_role("region", name="Found recordings").get_by_role("link")
    await expect(cards).to_have_count(1)
    await expect(cards).to_contain_text("Max Muster")

    page = await office.watch(office.carl, "Max Muster", 60)
    await tab(page, "Verdict").click()
    await page.get_by_role("button", name="Release").click()
    trail = page.get_by_role("region", name="Who watched what")
    await expect(trail.get_by_role("listitem").first).to_contain_text(
        "Carl released the legal hold"
    )
    await expect(trail).to_contain_text("Cora put it on legal hold")
    watched = trail.get_by_role("listitem").filter(has_text="Cora watched")
    await expect(watched.first).to_contain_text("–")
    await assert_accessible(page, "a trail beside a recording")

    await office.go(office.cora, "reviews/trail")
    page = office.cora.page
    everything = page.get_by_role("region", name="Who watched what")
    await expect(everything).to_contain_text("Carl released the legal hold · Max Muster")
    await everything.get_by_role("combobox", name="Officer").select_option(label="Cora")
    await expect(everything.get_by_role("list")).not_to_contain_text("Carl")
    await expect(everything).to_contain_text("Cora put it on legal hold · Max Muster")
    await assert_accessible(page, "who watched what")


async def test_an_empty_stage_says_why_and_leads_on(office: Office) -> None:
    page = await office.watch(office.cora, "Erika Beispiel", 45)
    stage = page.get_by_role("region", name="Recording")
    await expect(stage).to_contain_text("Nothing was recorded here: the recording was paused.")
    await expect(stage).to_contain_text("Ana: Card data")
    await expect(stage).to_contain_text("The last 5 seconds before it were taken out.")
    await assert_accessible(page, "a recording where it was paused")
    page = await office.watch(office.cora, "Max Muster")
    stage = page.get_by_role("region", name="Recording")
    await expect(stage).to_contain_text("Nothing was shared here.")
    await stage.get_by_role("button", name="Go on to 0:48, where a screen is shared").click()
    line = page.get_by_role("slider", name="Time line")
    await expect(line).to_have_attribute("aria-valuenow", "48")
    await expect(stage).not_to_contain_text("Nothing was shared here.")


async def test_a_damaged_part_is_named_and_what_follows_can_be_seen(office: Office) -> None:
    page = await office.watch(office.cora, "Max Muster", BROKEN_SECOND + 5)
    alert = page.get_by_role("region", name="Recording").get_by_role("alert")
    await expect(alert).to_contain_text("This part was changed since it was sealed.")
    await expect(alert).to_contain_text(re.compile(r"Segment \d+, 1:5\d to 1:5\d"))
    await assert_accessible(page, "a recording that was damaged")
    await alert.get_by_role("button", name="Go on after it").click()
    await expect(alert).to_have_count(0)
    line = page.get_by_role("slider", name="Time line")
    await expect(line).to_have_attribute("aria-valuenow", "169")


async def test_all_keys_of_the_player_stand_on_the_sheet(office: Office) -> None:
    page = await office.watch(office.cora, "Max Muster", 60)
    await page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(sheet.get_by_role("heading", name="Player")).to_be_visible()
    for what in ("Play or pause", "One change on", "Faster", "Skip rests, or not", "Full screen"):
        await expect(sheet.get_by_text(what, exact=True)).to_be_visible()
    await page.keyboard.press("Escape")
