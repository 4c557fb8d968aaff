"""The officer finds what was said, and sees at that second what the rep saw."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from broker import export_worker
from broker.clock import now
from protocol import requests as r
from protocol.session import Party
from tests.broker.shelved import Shelves, story
from tests.end_to_end.axe import assert_accessible
from tests.end_to_end.browsers import Person, chromium, sign_in
from tests.end_to_end.recorded_site import DAY, fill, film_of, printer_story, square_at
from tests.end_to_end.screens import colour, eventually
from tests.end_to_end.serving import Server
from tests.protocol.life import CUSTOMER
from tests.recordings.film import CLOCK
from tests.waiting import LIMIT_SECONDS, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

MIDDLE = (CLOCK.x + 12, CLOCK.y + 12)


PRESSED = """([key, times]) => {
    for (let time = 0; time < times; time++)
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
}"""
"""Presses a key so soon after itself that nothing of what it does is done in between."""


async def _put(shelves: Shelves, ana: Party) -> None:
    life = printer_story(now() - 3 * DAY, ana)
    await shelves.put(life, film_of(), state="closing")
    refused = story(now() - DAY, rep=ana, name="Tom Jones", allowed=False)
    refused.wait(30).ask(r.Say, CUSTOMER, text="No zebra pictures, please.")
    refused.wait(30).ask(r.End, CUSTOMER)
    await shelves.put(refused)


class Officer:
    """Cora in a browser, in front of a recording."""

    def __init__(self, person: Person, server: Server) -> None:
        self.person = person
        self.page = person.page
        self.url = server.url
        self.data = server.data
        self._server = server

    @asynccontextmanager
    async def export_held(self) -> AsyncIterator[None]:
        """Hold still what makes an export, which may end sooner than one can look."""
        assert self._server.process
        broker = psutil.Process(self._server.process.pid)
        makers: list[psutil.Process] = []

        def are_there() -> bool:
            started = [each for each in broker.children() if each.status() != psutil.STATUS_ZOMBIE]
            makers[:] = [each for each in started if export_worker.__name__ in each.cmdline()]
            return bool(makers)

        await until(are_there)
        for each in makers:
            each.suspend()
        try:
            yield
        finally:
            for each in makers:
                with suppress(psutil.NoSuchProcess):
                    each.resume()

    @contextmanager
    def other_keys(self) -> Iterator[None]:
        """Have all data keys wrapped by a key that the server does not have."""
        keys = sqlite3.connect(self.data / "deskside.db", timeout=LIMIT_SECONDS)
        turn = "UPDATE recording_keys SET wrapped = ? WHERE recording = ? AND use = ?"
        rows = keys.execute("SELECT wrapped, recording, use FROM recording_keys").fetchall()
        try:
            with keys:
                keys.executemany(turn, [(bytes(68), *which) for _, *which in rows])
            yield
        finally:
            with keys:
                keys.executemany(turn, rows)
            keys.close()

    async def search(self, words: str) -> Locator:
        """Look for `words`, and return the cards that are found."""
        await self.page.goto(f"{self.url}/console#/recordings")
        await self.page.get_by_role("textbox", name="Search").fill(words)
        found = self.page.get_by_role("region", name="Found recordings").get_by_role("link")
        await expect(found.first).to_contain_text(words)
        return found

    async def open(self, words: str) -> None:
        """Open the recording in which `words` were said."""
        await (await self.search(words)).click()
        await expect(self.page.get_by_role("slider", name="Time line")).to_be_visible()

    async def shows(self, second: float) -> None:
        """Wait until the picture is that of `second`."""
        wanted = square_at(second)

        async def look() -> bool:
            return await colour(self.person, *MIDDLE) == wanted

        await eventually(look)

    async def at(self) -> int:
        """Return the second at which the time line stands."""
        line = self.page.get_by_role("slider", name="Time line")
        return int(await line.get_attribute("aria-valuenow") or -1)


@asynccontextmanager
async def _officer(folder: Path) -> AsyncIterator[Officer]:
    server = Server(folder)
    try:
        await fill(server, _put)
        async with chromium() as browser:
            cora = await sign_in(browser, server.url, name="cora")
            yield Officer(cora, server)
            assert not cora.faults
    finally:
        await server.kill()
        server.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def officer(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Officer]:
    async with _officer(tmp_path_factory.mktemp("recordings")) as officer:
        yield officer


async def test_a_word_leads_to_the_second_and_to_the_pixels_the_rep_saw(officer: Officer) -> None:
    page = officer.page
    found = await officer.search("queue of 40")
    await expect(found).to_have_count(1)
    await expect(found.locator("mark").first).to_have_text("queue")
    await assert_accessible(page, "recordings that were found")
    await found.click()
    said = page.get_by_role("button", name="Oh! There is a queue of 40 pages.")
    await expect(page.locator("[aria-current=true]", has=said)).to_be_visible()
    second = await officer.at()
    await officer.shows(second)
    await assert_accessible(page, "a recording that is being watched")

    # Another line, another picture; the address of a second does the same.
    await page.get_by_role("button", name="I see it. May I click for you?").click()
    line = page.get_by_role("slider", name="Time line")
    await expect(line).not_to_have_attribute("aria-valuenow", str(second))
    await officer.shows(await officer.at())
    assert await officer.at() < second
    address = page.url.split("?")[0]
    await page.goto(f"{address}?t=120")
    await officer.shows(120)
    passed_on = address.replace("/console#", "")
    await page.goto(f"{passed_on}?t=150")
    await officer.shows(150)


async def test_everything_can_be_done_from_the_keyboard(officer: Officer) -> None:
    page = officer.page
    found = await officer.search("zebra error")
    await found.focus()
    await page.keyboard.press("Enter")
    line = page.get_by_role("slider", name="Time line")
    await expect(line).to_be_visible()
    await line.focus()
    await page.keyboard.press("Home")
    await expect(page.get_by_text("Nothing was shared here.")).to_be_visible()
    for _ in range(2):
        await page.keyboard.press("PageUp")
    await expect(line).to_have_attribute("aria-valuenow", "120")
    await expect(line).to_have_attribute("aria-valuetext", "2 minutes of 4 minutes 27 seconds")
    await officer.shows(120)

    await page.keyboard.press("l")
    await expect(line).to_have_attribute("aria-valuenow", "130")
    await page.keyboard.press("ArrowLeft")
    await expect(line).to_have_attribute("aria-valuenow", "125")
    await page.keyboard.press("+")
    await expect(page.get_by_role("combobox", name="Speed")).to_have_value("1.5")
    await page.keyboard.press("i")
    skips = page.get_by_role("button", name="Skip rests")
    await expect(skips).to_have_attribute("aria-pressed", "false")

    await page.keyboard.press("k")
    await expect(page.get_by_role("button", name="Pause")).to_be_visible()
    await expect(line).not_to_have_attribute("aria-valuenow", "125")
    await page.keyboard.press("k")
    await expect(page.get_by_role("button", name="Play")).to_be_visible()


async def test_a_step_is_one_change_of_the_picture(officer: Officer) -> None:
    page = officer.page
    await officer.open("zebra error")
    await page.goto(f"{page.url.split('?')[0]}?t=120")
    await officer.shows(120)
    # The square is painted first in each second, then four lines of text.
    await page.evaluate(PRESSED, [".", 6])
    await officer.shows(121.1)
    await page.keyboard.press(",")
    await officer.shows(120.1)


async def test_fast_and_without_rests_it_ends_where_it_ends(officer: Officer) -> None:
    page = officer.page
    await officer.open("zebra error")
    await page.get_by_role("combobox", name="Speed").select_option(label="16×")
    await page.get_by_role("button", name="Play", exact=True).click()
    ended = page.locator("[aria-current=true]", has_text="Ended by the customer.")
    # It waits for pictures that are late.
    await expect(ended).to_be_visible(timeout=120_000)
    await expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


async def test_full_screen_is_a_key_away(officer: Officer) -> None:
    page = officer.page
    await officer.open("zebra error")
    await page.keyboard.press("f")
    await officer.person.sees("document.fullscreenElement !== null")
    line = page.get_by_role("slider", name="Time line")
    await expect(line).to_be_visible()
    await page.keyboard.press("f")
    await officer.person.sees("document.fullscreenElement === null")


async def test_what_cannot_be_opened_says_why_and_comes_back(officer: Officer) -> None:
    page = officer.page
    stage = page.get_by_role("region", name="Recording")
    blobs, away = officer.data / "blobs", officer.data / "blobs-away"
    blobs.rename(away)
    try:
        await officer.open("queue of 40")
        await expect(stage.get_by_role("alert")).to_contain_text(
            "The store does not have this part"
        )
        await assert_accessible(page, "a recording whose store is away")
    finally:
        away.rename(blobs)
    await page.goto(f"{page.url.split('?')[0]}?t=120")
    await officer.shows(120)
    await expect(stage.get_by_role("alert")).to_have_count(0)

    with officer.other_keys():
        await page.reload()
        await expect(stage.get_by_role("alert")).to_contain_text("not on this server")
    await page.reload()
    await officer.shows(120)
    # What could not be fetched stands in the browser's own log as well.
    officer.person.faults[:] = [each for each in officer.person.faults if "resource" not in each]


async def test_the_command_beside_the_bundle_proves_it(officer: Officer, tmp_path: Path) -> None:
    page = officer.page
    await officer.open("zebra error")
    await page.get_by_role("tab", name="Verdict").click()
    part = page.get_by_role("region", name="Export")
    command = part.locator("code")
    await expect(command).to_contain_text("--signer")
    await assert_accessible(page, "the command that proves a bundle")
    async with page.expect_download() as download:
        await part.get_by_role("link", name="Sealed bundle").click()
    python, _, _, verify, file, *given = str(await command.text_content()).split()
    assert (python, verify, file) == ("python", "verify", (await download.value).suggested_filename)
    await (await download.value).save_as(tmp_path / file)
    proved = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "recordings", verify, str(tmp_path / file), *given,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said = (await proved.communicate())[0].decode()
    assert proved.returncode == 0, said
    assert "not checked" not in said


async def test_where_the_customer_refused_there_is_nothing_to_see(officer: Officer) -> None:
    page = officer.page
    found = await officer.search("No zebra pictures")
    await expect(found).to_contain_text("Recording refused")
    await found.click()
    await expect(page.get_by_text("The customer refused to be recorded.")).to_be_visible()
    await expect(page.get_by_text("Recording was refused.")).to_be_visible()
    await expect(page.get_by_role("slider")).to_have_count(0)
    await assert_accessible(page, "a recording that was refused")


async def test_a_transcript_and_a_film_are_taken_along(officer: Officer) -> None:
    page = officer.page
    await officer.open("queue of 40")
    await page.get_by_role("tab", name="Verdict").click()
    part = page.get_by_role("region", name="Export")
    made = part.get_by_role("list", name="Exports").get_by_role("listitem")

    await part.get_by_role("button", name="Film (MP4)").click()
    film = made.filter(has_text="Film (MP4)")
    async with officer.export_held():
        # Hidden, to a browser, while nothing of it is filled.
        await expect(film.get_by_role("progressbar")).to_have_count(1)
        await assert_accessible(page, "a film that is being made")
        await film.get_by_role("button", name="Cancel").click()
        await expect(film).to_contain_text("Cancelled")

    await part.get_by_role("button", name="Transcript (HTML)").click()
    link = made.filter(has_text="Transcript (HTML)").get_by_role("link", name="Download")
    await expect(link).to_be_visible(timeout=60_000)
    async with page.expect_download() as download:
        await link.click()
    saved = await (await download.value).path()
    transcript = saved.read_text("utf-8")
    assert "Oh! There is a queue of 40 pages." in transcript
    assert "Private note" in transcript
    assert (await download.value).suggested_filename.endswith(".html")
