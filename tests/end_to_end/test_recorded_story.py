"""A recording from outside: what was refused is nowhere, what was allowed is found, seen, exported and proved."""

import tarfile
import zlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from broker.clock import now
from broker.routes import OFFICER, ROUTES
from protocol import picture as p
from protocol import requests as r
from recordings.__main__ import main
from tests.end_to_end.browsers import Person, chromium, sign_in
from tests.end_to_end.screens import PlayedSharer, allow, colour, eventually, sharing
from tests.end_to_end.serving import Rep, Server, ask, is_open, linked, open_session, serving
from tests.waiting import LIMIT_SECONDS, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIRST, SECRET, LAST = (30, 90, 160), (200, 20, 20), (40, 160, 70)
SCREEN = p.Rectangle(0, 0, 320, 200)
WINDOW = p.Rectangle(40, 30, 120, 80)

PIXELS = """async () => {
    const canvas = document.querySelector(".screen-surface > canvas");
    if (!canvas || canvas.closest("[hidden]") || !canvas.width) return null;
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
    return [width, height, [...digest].join(" ")];
}"""


@dataclass
class Site:
    """A site at work: Ana serves, Cora reviews."""

    server: Server
    ana: Person
    cora: Person

    async def found(self) -> list[Any]:
        """Return the recordings that Cora finds, the newest first."""
        answer: Any = await self.cora.page.evaluate(
            """async () => (await fetch("/v1/recordings", { headers: { "X-Deskside": "1" } })).json()"""
        )
        found: list[Any] = answer["recordings"]
        return found

    async def until_closed(self, recording: str) -> None:
        async def is_closed() -> bool:
            return any(
                each["id"] == recording and each["state"] == "closed" for each in await self.found()
            )

        await eventually(is_closed, 2 * LIMIT_SECONDS)

    async def open(self, place: str) -> Page:
        await self.cora.page.goto(f"{self.server.url}/console#/recordings/{place}")
        return self.cora.page


@asynccontextmanager
async def _site(folder: Path) -> AsyncIterator[Site]:
    async with serving(folder) as server, chromium() as browser:
        ana = await sign_in(browser, server.url, "ana")
        cora = await sign_in(browser, server.url, "cora")
        yield Site(server, ana, cora)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with _site(tmp_path_factory.mktemp("story")) as site:
        yield site


async def test_of_who_refuses_no_picture_is_stored_and_the_console_says_so(site: Site) -> None:
    async with linked(site.server) as customer:
        await customer.until(is_open)
        session = (await ask(customer, r.Start, issue="computer", name="Tom")).session
        followed = await customer.follow(session)
        await customer.until(lambda _: followed.session.state == "agreement")
        digest = followed.session.rules.agreement_digest
        await ask(customer, r.AcceptAgreement, session, digest=digest)
        await customer.until(lambda _: followed.session.state == "recording")
        digest = followed.session.rules.recording_digest
        await ask(customer, r.AnswerRecording, session, allowed=False, digest=digest)
        await site.ana.press("Accept")
        await customer.until(lambda _: followed.session.state == "talking")
        await ask(customer, r.Say, session, text="No pictures of my zebra, please.")
        await site.ana.reads("No pictures of my zebra, please.")
        await expect(site.ana.page.get_by_role("button", name="Pause recording")).to_have_count(0)
        await allow(customer, session, site.ana, "Request screen")
        async with sharing(site.server, customer, session) as sharer:
            await _paint(sharer, FIRST, begins=True)
            await _sees(site.ana, FIRST)
        await ask(customer, r.End, session)

    (found,) = [each for each in await site.found() if each["session"] == session]
    assert (found["state"], found["answer"]) == ("refused", "refused")
    page = await site.open(found["id"])
    await expect(page.get_by_text("The customer refused to be recorded.")).to_be_visible()
    await expect(page.get_by_text("Refused: ")).to_be_visible()
    await expect(page.get_by_role("button", name="Recording was refused.")).to_be_visible()
    await expect(page.locator(".reel-chip-warn")).to_have_text("Recording refused")
    stored = [path for path in (site.server.data / "blobs").rglob("*") if path.is_file()]
    assert not [path for path in stored if found["id"] in str(path)]


async def _paint(sharer: PlayedSharer, rgb: tuple[int, int, int], *, begins: bool = False) -> None:
    """Show a screen in `rgb` with a window in it; `begins` with how large it is."""
    if begins:
        await sharer.show_plain(SCREEN.width, SCREEN.height, rgb)
    else:
        await sharer.show(_plain(SCREEN, rgb), SCREEN, key=True, checkpoint=True)
    await sharer.show(_plain(WINDOW, (250, 250, 250)), WINDOW)


def _plain(part: p.Rectangle, rgb: tuple[int, int, int]) -> p.Patch:
    return p.Patch(coding="deflate", data=zlib.compress(bytes(rgb) * (part.width * part.height)))


async def _sees(person: Person, rgb: tuple[int, int, int]) -> None:
    """Wait until `person` sees the whole of what `_paint` shows."""

    async def look() -> bool:
        window = await colour(person, WINDOW.x + 5, WINDOW.y + 5)
        return await colour(person, 5, 5) == rgb and window == (250, 250, 250)

    await eventually(look)


async def test_what_was_allowed_is_found_by_a_word_seen_as_it_was_exported_and_proved(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, ana = site.cora.page, site.ana
    async with AsyncExitStack() as stack:
        customer = await stack.enter_async_context(linked(site.server))
        session = await open_session(customer, name="Max")
        await ana.press("Accept")
        followed = customer.sessions[session]
        await customer.until(lambda _: followed.session.state == "talking")
        await allow(customer, session, ana, "Request screen")
        sharer = await stack.enter_async_context(sharing(site.server, customer, session))
        await _paint(sharer, FIRST, begins=True)
        await _sees(ana, FIRST)
        pixels = await ana.page.evaluate(PIXELS)
        # An address names a second: the words come in one that begins after the picture.
        painted = now()
        await until(lambda: now() > painted + 1_500)
        await ask(customer, r.Say, session, text="There is a purple giraffe on it.")
        await ana.reads("There is a purple giraffe on it.")

        # While it goes on, an officer watches it live.
        (found,) = [each for each in await site.found() if each["session"] == session]
        await site.open(f"{found['id']}?t=0")
        await expect(page.get_by_text("Going on now")).to_be_visible()
        await page.get_by_role("button", name="Live").click()
        await _sees(site.cora, FIRST)

        await _pause(site, sharer, followed)
        await _paint(sharer, LAST)
        await _sees(ana, LAST)
        await _sees(site.cora, LAST)
        await ask(customer, r.End, session)
    await site.until_closed(found["id"])

    await page.goto(f"{site.server.url}/console#/recordings")
    await page.get_by_role("textbox", name="Search").fill("purple giraffe")
    found_cards = page.get_by_role("region", name="Found recordings").get_by_role("link")
    await found_cards.filter(has_text="purple giraffe").click()
    await _sees(site.cora, FIRST)
    assert await page.evaluate(PIXELS) == pixels
    await expect(
        page.get_by_role("button", name="Ana paused the recording: Card data")
    ).to_be_visible()
    await _is_exported_and_proved(site, tmp_path / "exported.tar", capsys)
    await _is_in_a_whole_ledger(site, tmp_path / "ledger.tar", capsys)
    await _is_for_nobody_else(site, found["id"])


async def _pause(site: Site, sharer: PlayedSharer, followed: Any) -> None:
    """Have Ana pause the recording while something secret is shown."""
    ana = site.ana
    await ana.press("Pause recording")
    dialog = ana.page.get_by_role("dialog", name="Pause the recording")
    await expect(dialog.get_by_role("button", name="Pause recording")).to_be_disabled()
    await dialog.get_by_text("Card data", exact=True).click()
    await dialog.get_by_role("button", name="Pause recording").click()
    banner = ana.page.get_by_role("region", name="Recording is paused")
    await expect(banner).to_contain_text("Recording is paused by Ana: Card data")
    await expect(banner).to_contain_text("the screen is not shown to you")
    await until(lambda: followed.session.recording_paused and not _is_recorded(sharer))
    wished = len(sharer.of(p.Wish))
    await _paint(sharer, SECRET)
    await banner.get_by_role("button", name="Resume recording").click()
    await expect(banner).to_have_count(0)
    await until(lambda: _is_recorded(sharer) and len(sharer.of(p.Wish)) > wished)


def _is_recorded(sharer: PlayedSharer) -> bool:
    """Say whether the sharer was told last that what they show is recorded."""
    told = sharer.of(p.Watched)
    return bool(told and told[-1].recorded)


async def _is_exported_and_proved(
    site: Site, bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Have Cora export what she sees: it is whole, and after one bit has changed it says where."""
    page = site.cora.page
    await page.get_by_role("tab", name="Verdict").click()
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="Sealed bundle").click()
    await (await coming.value).save_as(bundle)
    assert main(["verify", str(bundle)]) == 0
    assert "whole" in capsys.readouterr().out
    _change_a_bit(bundle)
    assert main(["verify", str(bundle)]) == 1
    assert "segment" in capsys.readouterr().out


async def _is_in_a_whole_ledger(
    site: Site, ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Have Cora take the ledger along, and prove it with the command that stands beside it."""
    page = site.cora.page
    await page.goto(f"{site.server.url}/console#/reviews/trail")
    beside = page.get_by_role("region", name="Ledger")
    command = beside.locator("code")
    await expect(command).to_contain_text("--head")
    _, given = (await command.inner_text()).split("ledger.tar ")
    async with page.expect_download() as coming:
        await beside.get_by_role("link", name="Take the ledger along").click()
    await (await coming.value).save_as(ledger)
    assert main(["ledger", str(ledger), *given.split()]) == 0
    assert "whole, 1 recordings closed, 0 destroyed" in capsys.readouterr().out
    await page.reload()
    await expect(page.get_by_text("Cora took the ledger along")).to_be_visible()


def _change_a_bit(bundle: Path) -> None:
    """Change a bit in the middle of the largest file of `bundle`, a segment."""
    with tarfile.open(bundle) as files:
        largest = max(files.getmembers(), key=lambda each: each.size)
    data = bytearray(bundle.read_bytes())
    data[largest.offset_data + largest.size // 2] ^= 1
    bundle.write_bytes(data)


async def _is_for_nobody_else(site: Site, recording: str) -> None:
    """Try every route of officers as a rep and as an administrator."""
    mine = [each for each in ROUTES if each.may == frozenset(OFFICER)]
    assert len(mine) > 20
    url = site.server.url
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        for name in ("ana", "adam"):
            way = Rep(url, http, name)
            await way.ticket()
            headers = {"Cookie": way.cookie, "X-Deskside": "1"}
            for route in mine:
                path = route.path.replace("{id}", recording)
                async with http.request(
                    route.method, url + path, headers=headers, json={}
                ) as response:
                    assert response.status == 403, f"{name}: {route.method} {path}"
