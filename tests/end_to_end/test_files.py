"""Files between the customer's page and the console, in Chromium."""

import asyncio
import io
import re
import zlib
from collections.abc import AsyncIterator
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
import pytest_asyncio
from av.audio.stream import AudioStream
from playwright.async_api import FilePayload, Locator, Request, Route, expect

from tests.end_to_end.axe import assert_accessible, assert_narrow
from tests.end_to_end.browsers import Person, chromium, meet, sign_in, visit
from tests.end_to_end.faulty_line import ByteLine, byte_line
from tests.end_to_end.screens import eventually
from tests.end_to_end.serving import Server

pytestmark = pytest.mark.asyncio(loop_scope="module")

MIB = 1024**2
PASTE = """async ([selector, bytes]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], "image.png", { type: "image/png" }));
  const box = document.querySelector(selector);
  box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
DROP = """async (sizes) => {
  const data = new DataTransfer();
  for (const [name, size] of Object.entries(sizes)) {
    data.items.add(new File(["x".repeat(size)], name));
  }
  const box = document.querySelector('[role="log"]');
  for (const type of ["dragover", "drop"]) {
    box.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""


PLAYS = """async (player) => {
  player.muted = true;
  await player.play();
  await new Promise((done) => {
    const look = () => (player.currentTime > 0.2 ? done() : setTimeout(look, 10));
    look();
  });
}"""


def pdf(size: int) -> bytes:
    """Return a PDF of one page and `size` bytes."""
    page = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length 31>>stream\n0.9 0.2 0.2 rg 40 40 220 120 re f\nendstream endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )
    return page[:-6] + b"%" + b"x" * (size - len(page) - 2) + b"\n%%EOF\n"


def png(width: int, height: int) -> bytes:
    """Return a picture in one colour."""
    rows = b"".join(b"\0" + b"\x30\x90\xa0" * width for _ in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + crc

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def media(kind: str) -> bytes:
    """Return a second of sound, and in an `mp4` of pictures too, as cameras and phones make them."""
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as container:
        codec = "aac" if kind == "mp4" else "libmp3lame"
        sound = cast(AudioStream, container.add_stream(codec, rate=44_100, layout="mono"))
        if kind == "mp4":
            video = container.add_stream("libx264", rate=10)
            video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
            for number in range(10):
                pixels = np.full((48, 64, 3), number * 20, np.uint8)
                container.mux(video.encode(av.VideoFrame.from_ndarray(pixels)))
            container.mux(video.encode())
        tone = np.sin(np.arange(44_100) * 0.06).astype(np.float32)[np.newaxis]
        frame = av.AudioFrame.from_ndarray(tone, "fltp", "mono")
        frame.rate, frame.pts, frame.time_base = 44_100, 0, Fraction(1, 44_100)
        container.mux(sound.encode(frame))
        container.mux(sound.encode())
    return file.getvalue()


def payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "", "buffer": content}


async def attach(person: Person, *files: FilePayload) -> None:
    """Choose `files` in the composer."""
    await person.page.locator(".composer input[type=file]").set_input_files(list(files))


async def attach_large(person: Person, path: Path, content: bytes) -> None:
    """Choose a file on the disk: megabytes take their time on the way through Playwright."""
    await asyncio.to_thread(path.write_bytes, content)
    await person.page.locator(".composer input[type=file]").set_input_files(path)


def card(person: Person, name: str) -> Locator:
    return person.page.get_by_role("group", name=name, exact=True)


async def unavailable(route: Route) -> None:
    await route.fulfill(status=503)


async def close_viewer(rep: Person) -> None:
    await rep.page.keyboard.press("Escape")
    await expect(rep.page.get_by_role("dialog")).to_be_hidden()


async def saved(person: Person, file: Locator) -> tuple[str, bytes]:
    """Download `file`; return what it is called then, and what is in it."""
    async with person.page.expect_download(timeout=90_000) as waiting:
        await file.get_by_role("button", name="Download").click()
    download = await waiting.value
    path = await download.path()
    return download.suggested_filename, await asyncio.to_thread(path.read_bytes)


class Desk:
    """A customer and Ana who talk over a line that can be cut; every test begins with fresh pages."""

    def __init__(self, line: ByteLine, customer: Person, rep: Person) -> None:
        self.line = line
        self._customer = customer
        self._rep = rep

    async def afresh(self, language: str = "en") -> tuple[Person, Person]:
        """Return both at pages that know nothing of the test before."""
        self.line.let_go()
        self.line.cut()
        await self._customer.page.goto(f"{self.line.url}/?lang={language}")
        await self._rep.page.reload()
        for person in (self._customer, self._rep):
            await expect(person.page.get_by_role("log")).to_be_visible()
        return self._customer, self._rep


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    server = Server(tmp_path_factory.mktemp("files"))
    async with byte_line(server.port) as line, chromium() as browser:
        server.set(DESKSIDE_URL=line.url)
        await server.start()
        try:
            rep = await sign_in(browser, line.url)
            customer = await visit(browser, line.url)
            await meet(customer, rep)
            yield Desk(line, customer, rep)
        finally:
            await server.kill()
            server.close()


async def arrived(person: Person, name: str, word: str = "Received") -> Locator:
    """Wait until a file is there, on whoever's side, and return it."""
    file = card(person, name)
    await expect(file).to_contain_text(word, timeout=90_000)
    return file


def starts_of(person: Person, header: str) -> list[int]:
    """Return where in a file the person's page begins each time, by the number in `header`; it grows."""
    starts: list[int] = []

    def look(request: Request) -> None:
        if number := re.search(r"\d+", request.headers.get(header, "")):
            starts.append(int(number[0]))

    person.page.on("request", look)
    return starts


async def cut_twice(line: ByteLine, bar: Locator, starts: list[int]) -> None:
    """Break the line twice on the way of a file, by `bar`; what has come is not sent again."""

    async def reaches(size: int) -> None:
        async def look() -> bool:
            reached: float = await bar.evaluate("bar => bar.value")
            return reached >= size

        await eventually(look)

    begun = []
    for done in (4 * MIB, 8 * MIB):
        await reaches(done)
        begun.append(len(starts))
        line.cut()
    # No line carries so much: it has gone on over a third one, which the browser may have begun by itself.
    await reaches(12 * MIB)
    line.let_go()
    first, second = begun
    assert all(start >= 4 * MIB for start in starts[first:second])
    assert all(start >= 8 * MIB for start in starts[second:])


async def test_files_go_both_ways_and_each_side_answers(desk: Desk) -> None:
    customer, rep = await desk.afresh()
    await expect(customer.page.get_by_role("button", name="Attach file")).to_be_visible()
    await attach(customer, payload("report.pdf", pdf(MIB)), payload("notes.txt", b"Hello"))
    for name in ("report.pdf", "notes.txt"):
        await card(rep, name).get_by_role("button", name="Accept").click()
        await arrived(rep, name)
        await arrived(customer, name, "Sent")
    assert await saved(rep, card(rep, "report.pdf")) == ("report.pdf", pdf(MIB))
    await card(rep, "report.pdf").get_by_role("button", name="Show").click()
    await expect(rep.page.get_by_role("img", name="Page 1 of report.pdf")).to_be_visible()
    await assert_accessible(rep.page, "a PDF")
    await close_viewer(rep)

    await expect(rep.page.get_by_role("button", name="Send file")).to_be_visible()
    await attach(rep, payload("driver.txt", b"Take this."), payload("other.txt", b"Or this."))
    await card(customer, "driver.txt").get_by_role("button", name="Accept").click()
    await card(customer, "other.txt").get_by_role("button", name="Decline").click()
    await expect(card(rep, "other.txt")).to_contain_text("Declined")
    got = await saved(customer, card(customer, "driver.txt"))
    assert got == ("driver.txt", b"Take this.")
    await assert_accessible(customer.page, "files")
    await assert_accessible(rep.page, "files")
    await assert_narrow(customer.page, "files")


async def test_what_is_not_taken_is_said_in_a_sentence(desk: Desk) -> None:
    customer, rep = await desk.afresh()
    sent: list[str] = []
    customer.page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    await customer.page.evaluate(DROP, {"large.pdf": 20 * MIB + 1})
    refused = customer.page.get_by_role("alert").filter(has_text="large.pdf")
    sentence = "a little over 20 MB · This file is too large: at most 20 MB can be sent"
    await expect(refused).to_contain_text(sentence)
    await refused.get_by_role("button", name="Remove").click()
    await attach(customer, payload("setup.exe", b"MZ"))
    refused = customer.page.get_by_role("alert").filter(has_text="setup.exe")
    await expect(refused).to_contain_text("You can send: PDF, MP3")
    # Not a byte was sent of either; what was sent before is fetched again, by a page that begins afresh.
    assert not [each for each in sent if "/v1/files" in each and not each.startswith("GET ")]
    await attach(customer, payload("invoice.pdf", b"MZ\x90\0" + bytes(9000)))
    await card(rep, "invoice.pdf").get_by_role("button", name="Accept").click()
    for person in (customer, rep):
        sentence = "Not delivered: the content is not what the name says."
        await expect(card(person, "invoice.pdf")).to_contain_text(sentence)
    await expect(card(rep, "large.pdf")).to_have_count(0)


async def test_screenshots_are_pasted_and_files_are_dropped(desk: Desk) -> None:
    customer, rep = await desk.afresh()
    await customer.page.evaluate(PASTE, [".composer textarea", list(png(640, 400))])
    shot = rep.page.get_by_role("group", name="screenshot-")
    # What cannot be had just then is tried again, small and large.
    for what in ("preview", "content"):
        await rep.page.route(f"**/{what}?ticket=*", unavailable, times=1)
    await shot.get_by_role("button", name="Accept").click()
    await expect(shot.get_by_role("img")).to_be_visible()
    await shot.get_by_role("button", name="Show screenshot-").click()
    await expect(rep.page.get_by_role("dialog").get_by_role("img")).to_be_visible()
    await close_viewer(rep)
    await customer.page.evaluate(DROP, {"a.txt": 5, "b.txt": 6})
    for name in ("a.txt", "b.txt"):
        await card(rep, name).get_by_role("button", name="Accept").click()
        await arrived(rep, name)
    # Reps have the same hands.
    await rep.page.evaluate(PASTE, [".composer textarea", list(png(320, 200))])
    await rep.page.evaluate(DROP, {"c.txt": 7, "d.txt": 8})
    for name in ("screenshot-", "c.txt", "d.txt"):
        theirs = customer.page.get_by_role("group", name=name)
        await theirs.get_by_role("button", name="Accept").click()
    for name in ("c.txt", "d.txt"):
        await arrived(customer, name)
    preview = customer.page.get_by_role("group", name="screenshot-").get_by_role("img")
    await expect(preview).to_have_count(2)


async def test_a_line_that_is_cut_twice_costs_nothing_to_the_rep(
    desk: Desk, tmp_path: Path
) -> None:
    content = pdf(20 * MIB)
    customer, rep = await desk.afresh()
    await attach_large(customer, tmp_path / "survey.pdf", content)
    mine, theirs = card(customer, "survey.pdf"), card(rep, "survey.pdf")
    # It gets no further than this, however long it takes to pause it.
    desk.line.hold_after(2 * MIB)
    await theirs.get_by_role("button", name="Accept").click()
    await mine.get_by_role("button", name="Pause").click()
    await expect(theirs.get_by_role("button", name="Go on")).to_be_visible()
    for side in (mine, theirs):
        await expect(side).to_contain_text("Paused")
    await assert_accessible(customer.page, "a file on its way")
    await assert_accessible(rep.page, "a file on its way")
    starts = starts_of(customer, "upload-offset")
    # Each line carries so much and no more, and what is paused has a new one when it goes on.
    desk.line.let_go()
    desk.line.hold_after(6 * MIB)
    await theirs.get_by_role("button", name="Go on").click()
    await cut_twice(desk.line, theirs.get_by_role("progressbar"), starts)
    await arrived(rep, "survey.pdf")
    assert await saved(rep, theirs) == ("survey.pdf", content)


async def test_a_line_that_is_cut_twice_costs_nothing_to_the_customer(
    desk: Desk, tmp_path: Path
) -> None:
    content = pdf(20 * MIB)
    customer, rep = await desk.afresh()
    await attach_large(rep, tmp_path / "manual.pdf", content)
    mine = card(customer, "manual.pdf")
    await mine.get_by_role("button", name="Accept").click()
    await arrived(customer, "manual.pdf")
    starts = starts_of(customer, "range")
    desk.line.hold_after(6 * MIB, comes_back=True)
    desk.line.cut()
    async with asyncio.TaskGroup() as group:
        saving = group.create_task(saved(customer, mine))
        await cut_twice(desk.line, mine.get_by_role("progressbar"), starts)
    assert saving.result() == ("manual.pdf", content)


async def test_a_page_that_was_reloaded_says_how_the_file_goes_on(
    desk: Desk, tmp_path: Path
) -> None:
    content = pdf(10 * MIB)
    customer, rep = await desk.afresh()
    await attach_large(customer, tmp_path / "plan.pdf", content)
    # Not all of it is there before it pauses.
    desk.line.hold_after(2 * MIB)
    theirs, mine = card(rep, "plan.pdf"), card(customer, "plan.pdf")
    await theirs.get_by_role("button", name="Accept").click()
    await theirs.get_by_role("button", name="Pause").click()
    await expect(mine.get_by_role("button", name="Go on")).to_be_visible()
    desk.line.let_go()
    await customer.page.reload()
    again = mine.get_by_label("Please choose the file again, so that it can go on.")
    (tmp_path / "other.pdf").write_bytes(content)
    await again.set_input_files(tmp_path / "other.pdf")
    wrong = mine.get_by_label("That is another file. Please choose plan.pdf again.")
    await assert_accessible(customer.page, "a file to be chosen again")
    await wrong.set_input_files(tmp_path / "plan.pdf")
    # What was paused before goes on, and the other side hears of it.
    await expect(theirs.get_by_role("button", name="Go on")).to_be_hidden()
    await arrived(customer, "plan.pdf", "Sent")
    assert await saved(rep, theirs) == ("plan.pdf", content)


async def test_video_and_sound_are_played_in_the_console(desk: Desk) -> None:
    customer, rep = await desk.afresh()
    await attach(customer, payload("clip.mp4", media("mp4")), payload("song.mp3", media("mp3")))
    for name, element in (("clip.mp4", "video"), ("song.mp3", "audio")):
        await card(rep, name).get_by_role("button", name="Accept").click()
        await (await arrived(rep, name)).get_by_role("button", name="Play").click()
        player = rep.page.get_by_role("dialog").locator(element)
        await expect(player).to_be_visible()
        await assert_accessible(rep.page, f"a player of {element}")
        await player.evaluate(PLAYS)
        await close_viewer(rep)
    # Customers see no player: they download.
    await expect(card(customer, "clip.mp4").get_by_role("button", name="Play")).to_have_count(0)


async def test_files_in_german(desk: Desk) -> None:
    customer, rep = await desk.afresh("de")
    await customer.page.evaluate(DROP, {"groß.pdf": 20 * MIB + 1})
    refused = customer.page.get_by_role("alert").filter(has_text="groß.pdf")
    await expect(refused).to_contain_text("Höchstens 20 MB können gesendet werden.")
    await expect(customer.page.get_by_role("button", name="Datei anhängen")).to_be_visible()
    await attach(customer, payload("Bericht.pdf", pdf(MIB)))
    await expect(card(customer, "Bericht.pdf")).to_contain_text("Wartet auf die andere Seite")
    await card(rep, "Bericht.pdf").get_by_role("button", name="Accept").click()
    await arrived(customer, "Bericht.pdf", "Gesendet")
    await assert_accessible(customer.page, "files in German")
    await assert_narrow(customer.page, "files in German")
