"""The built client itself: downloaded from the page, used, and gone without a trace afterwards."""

import asyncio
import importlib.metadata
import io
import json
import shutil
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from PyInstaller.archive.readers import CArchiveReader  # type: ignore[import-untyped]

from protocol import picture as p
from protocol import requests as r
from protocol.messages import SetAvailable
from tests.customer_client.screen.screens import Canvas, noise
from tests.end_to_end.browsers import Person, chromium
from tests.end_to_end.built import Computer, built_site
from tests.end_to_end.native_window import NativeWindow, desktop
from tests.end_to_end.picturing import Watching
from tests.end_to_end.serving import Server, ask, linked, make_available
from tests.end_to_end.test_customer_ways import come_in, write
from tests.end_to_end.test_native_client import agree, first_in_queue, said, say, start
from tests.end_to_end.words import Words
from tests.waiting import until

pytestmark = [pytest.mark.timeout(1200), pytest.mark.asyncio(loop_scope="module")]

GERMAN = "de_DE.UTF-8"
NAMES = (
    "Deskside-123456789 (1)",
    "Deskside-http%3A%2F%2F127.0.0.1%3A1",
    "Deskside --broker http:\N{FRACTION SLASH}\N{FRACTION SLASH}127.0.0.1:1",
    "Deskside-'$(id)'",
)
HOSTILE = ("127.0.0.1:1", "--broker=x", "$(id)", "`id`", "%2e%2e", "123456789x", "\u202e", "\n")
TWO_HUNDRED = tuple(
    f"Deskside{between}{word}{end}"
    for between in ("", "-", " ", "-123456789 ", "-12345678")
    for word in HOSTILE
    for end in ("", ".exe", "?url=x", "@x.example", " (1).sh")
)
APPENDED = b'\n{"url": "http://127.0.0.1:1", "certificate": ""}\nsite.json' * 100
START_SECONDS = 180.0
"""What is unpacked on a machine that does other things as well takes its time."""

WAYS_TO_BE_KILLED = ("the client", "who unpacked it", "both", "its terminal")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """The site of all tests here: they end the sessions that they start."""
    async with built_site(tmp_path_factory.mktemp("site")) as server:
        await server.start()
        try:
            yield server
        finally:
            await server.kill()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@asynccontextmanager
async def ruled(server: Server, **rules: int) -> AsyncIterator[None]:
    """Let other rules hold within the block."""
    settings = json.loads(await server.command("site", "show"))
    before = {name: settings["rules"][name] for name in rules}
    await server.kill()
    await server.set_site(server.data.parent, rules=rules)
    await server.start()
    try:
        yield
    finally:
        await server.kill()
        await server.set_site(server.data.parent, rules=before)
        await server.start()


@pytest.fixture
def computer(tmp_path: Path) -> Iterator[Computer]:
    with desktop() as display:
        yield Computer.at(tmp_path / "computer", display)


async def download(page: Page, words: Words, computer: Computer) -> Path:
    """Press what the download page offers first, and return the archive."""
    link = page.get_by_role("link", name=words["Download the app"], exact=True)
    async with page.expect_download() as coming:
        await link.first.click()
    file = await coming.value
    archive = computer.downloads / file.suggested_filename
    await file.save_as(archive)
    return archive


async def downloaded(browser: Browser, server: Server, computer: Computer) -> Path:
    """Go to the download page as somebody new, and unpack what comes from there."""
    async with await browser.new_context(ignore_https_errors=True) as context:
        page = await context.new_page()
        await page.goto(f"{server.url}/download?lang=en")
        archive = await download(page, Words("en"), computer)
    unpacked = await asyncio.create_subprocess_exec("tar", "xzf", archive, cwd=computer.downloads)
    assert await unpacked.wait() == 0
    return archive.with_name(archive.name.removesuffix(".tar.gz"))


def put(server: Server, computer: Computer, name: str = "Deskside") -> Path:
    """Put the plain executable among the downloads: the same bytes under every name."""
    program = computer.downloads / name
    shutil.copy2(server.data / "client/Deskside", program)
    return program


async def agree_to_both(window: NativeWindow) -> None:
    """Answer what the demo site asks before a session with yes."""
    await window.is_about("Before we begin")
    await agree(window)
    await window.is_about("May we record this session?")
    await agree(window)


async def is_as_before(computer: Computer, before: dict[str, int]) -> None:
    """Wait until nothing runs on `computer`, and it holds what it held before."""
    with suppress(TimeoutError):
        await until(lambda: computer.processes() == [] and computer.files() == before)
    assert computer.processes() == []
    assert computer.files() == before


async def test_a_chat_of_the_page_goes_on_in_the_app_and_nothing_is_left(
    server: Server, browser: Browser, computer: Computer
) -> None:
    words, before = Words("de"), computer.files()
    german = await browser.new_context(locale="de", ignore_https_errors=True)
    async with german as context, linked(server, "ana") as rep:
        await make_available(rep)
        customer = Person(await context.new_page())
        await customer.page.goto(server.url + "/")
        await come_in(customer, words, "Drucker")
        session = await first_in_queue(rep)
        await ask(rep, r.Accept, session)
        await write(customer, words, "vorher")
        await customer.reads("vorher")

        # Ana would need more than a page can give.
        await ask(rep, r.OfferApp, session)
        link = customer.page.get_by_role("link", name=words["Download the app"])
        async with context.expect_page() as opened:
            await link.click()
        archive = await download(await opened.value, words, computer)
        name = archive.name.removesuffix(".tar.gz")
        assert name.startswith("Deskside-")
        command = computer.terminal(f"tar xzf {archive.name} && ./{name}")
        async with computer.runs(*command, LANG=GERMAN) as window:
            await window.shows(seconds=START_SECONDS)
            await expect(
                customer.page.get_by_text(words["This chat goes on in the app"])
            ).to_be_visible()
            await window.is_about("Ana")
            await rep.until(lambda _: rep.sessions[session].session.where == "app")
            assert not rep.sessions[session].session.sharing
            await say(window, rep, session, "nachher")
            await customer.reads("nachher")
            assert said(rep, session)[0] == "vorher"

            # The server goes away and comes back: so does everybody.
            await server.kill()
            await server.start()
            await ask(rep, r.Say, session, text="wieder da")
            await customer.reads("wieder da")
            await say(window, rep, session, "ja")

            # More can be allowed here than on a page.
            await ask(rep, r.RequestGrants, session, tools=("view",))
            await window.is_about("Ana bittet um Ihre Erlaubnis")
            with closing(Canvas(computer.display)) as canvas:
                canvas.draw(0, 0, noise(1000, 800))
            await window.press("shift+Tab", "space")
            await rep.until(lambda _: rep.sessions[session].session.sharing)
            async with Watching(server, rep, session).running() as watching:
                # What is too much for exact pixels takes the libraries that wait until then.
                await until(lambda: watching.count(p.Video), START_SECONDS)
            await ask(rep, r.End, session)
            await window.is_about("Chat beendet")
            # The program goes with the session, though its window still says so.
            await until(lambda: not (computer.downloads / name).exists())
            await window.close_for_good()
        assert customer.faults == []
    await is_as_before(computer, before)


async def test_from_the_download_to_closing_the_window(
    server: Server, browser: Browser, computer: Computer
) -> None:
    before = computer.files()
    async with linked(server, "ana") as rep:
        await make_available(rep)
        program = await downloaded(browser, server, computer)
        async with computer.runs(*computer.terminal("./Deskside")) as window:
            await window.shows(seconds=START_SECONDS)
            await start(window)
            await agree_to_both(window)
            session = await first_in_queue(rep)
            await ask(rep, r.Accept, session)
            await window.is_about("Ana")

            # A second start calls the first one forward.
            code, _, _ = await computer.run_bare(program, DISPLAY=computer.display)
            assert code == 0
            assert program.exists()
            await say(window, rep, session, "Still here")

            await window.press_until_it_helps("alt+F4")
            await window.is_about("End this chat?")
            await window.press("Tab", "Tab", "Tab", "Tab", "space")
            await rep.until(lambda _: rep.sessions[session].session.state == "ended")
            await window.is_about("Chat ended")
            await window.close_for_good()
    await is_as_before(computer, before)


async def test_nothing_is_left_of_one_who_ran_out_of_time(
    server: Server, computer: Computer
) -> None:
    # Who agrees to nothing is let go of; a rep who is there keeps the site open meanwhile.
    before = computer.files()
    async with ruled(server, acceptance_seconds=5), linked(server, "ana") as rep:
        await make_available(rep)
        program = put(server, computer)
        async with computer.runs(str(program)) as window:
            await window.shows(seconds=START_SECONDS)
            await start(window)
            await window.is_about("Chat ended")
            await until(lambda: not program.exists())
            await window.close_for_good()
    await is_as_before(computer, before)


async def test_nothing_is_left_of_one_whom_nobody_can_help(
    server: Server, computer: Computer
) -> None:
    before = computer.files()
    async with linked(server, "ana") as rep:
        await make_available(rep)
        program = put(server, computer)
        async with computer.runs(str(program)) as window:
            await window.shows(seconds=START_SECONDS)
            await start(window)
            await agree_to_both(window)
            await first_in_queue(rep)
            await rep.signal(SetAvailable(available=False))
            await window.is_about("Chat ended")
            await until(lambda: not program.exists())
            await window.close_for_good()
    await is_as_before(computer, before)


def end_by_force(started: psutil.Process, how: str) -> None:
    """End a client as `how` says; `started` is what has unpacked it, or its terminal."""
    if how == "its terminal":
        started.terminate()
        return
    (client,) = started.children()
    if how == "both":
        # At once: what waits for their end is left.
        started.suspend()
    if how in ("the client", "both"):
        client.kill()
    if how in ("who unpacked it", "both"):
        started.kill()


async def test_one_that_is_killed_leaves_nothing_either(server: Server, computer: Computer) -> None:
    before = computer.files()
    for how in WAYS_TO_BE_KILLED:
        program = put(server, computer)
        is_typed = how == "its terminal"
        command = computer.terminal("./Deskside") if is_typed else (str(program),)
        async with computer.runs(*command) as window:
            await window.shows(seconds=START_SECONDS)
            end_by_force(psutil.Process(window.process.pid), how)
            async with asyncio.timeout(60):
                await window.process.wait()
        await is_as_before(computer, before)


async def test_the_next_start_removes_what_nobody_was_left_to_remove(
    server: Server, computer: Computer
) -> None:
    before = computer.files()
    program = put(server, computer)
    async with computer.runs(str(program)) as window:
        await window.shows(seconds=START_SECONDS)
        # As when the power goes: who would clean up goes as well.
        for how in (psutil.Process.suspend, psutil.Process.kill):
            for each in computer.running():
                with suppress(psutil.NoSuchProcess):
                    how(each)
        await window.process.wait()
    await until(lambda: computer.processes() == [])
    assert program.exists()
    another = put(server, computer, "Deskside-123456789")
    code, _, _ = await computer.run_bare(another, BROWSER="true", LANG="C")
    assert code == 2
    await is_as_before(computer, before)


async def test_neither_its_name_nor_what_is_appended_leads_elsewhere(
    server: Server, computer: Computer
) -> None:
    """Without a screen it says where its site is, which is the quickest way to learn it."""
    before = computer.files()
    opened = computer.root / "run/opened"
    browser = computer.root / "browser"
    for number, name in enumerate(NAMES):
        program = put(server, computer, name)
        with program.open("ab") as file:
            file.write(APPENDED if number % 2 else b"")
        browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
        browser.chmod(0o755)
        code, _, complained = await computer.run_bare(
            program,
            BROWSER=str(browser),
            BROKER="http://127.0.0.1:1",
            DESKSIDE_URL="http://127.0.0.1:1",
            WAYLAND_DISPLAY="wayland-0",
            LANG="fr_FR.UTF-8",
        )
        assert code == 2
        assert "X11" in complained
        assert "navigateur" in complained
        await until(opened.exists)
        assert opened.read_text().strip() == f"{server.url}/?lang=fr"
        assert not program.exists()
        opened.unlink()
        browser.unlink()
    await is_as_before(computer, before)


@pytest.mark.long
@pytest.mark.parametrize("appended", [b"", APPENDED], ids=["as it is", "with bytes appended"])
async def test_no_name_of_two_hundred_leads_elsewhere(
    server: Server, computer: Computer, appended: bytes
) -> None:
    before = computer.files()
    assert len(set(TWO_HUNDRED)) == 200
    for name in TWO_HUNDRED:
        program = put(server, computer, name)
        with program.open("ab") as file:
            file.write(appended)
        code, _, complained = await computer.run_bare(program, BROWSER="true", LANG="C")
        assert code == 2
        assert f" {server.url}\n" in complained
        assert not program.exists()
    await is_as_before(computer, before)


async def test_everything_inside_is_named_in_its_notices(server: Server) -> None:
    archive = CArchiveReader(str(server.data / "client/Deskside"))
    notices = archive.extract("NOTICES.txt").decode()
    (modules,) = (archive.open_embedded_archive(n) for n in archive.toc if n.startswith("PYZ"))
    owners = importlib.metadata.packages_distributions()
    packages = {o for module in modules.toc for o in owners.get(module.split(".")[0], ())}
    assert {"aiohttp", "av", "numpy", "pillow"} <= packages
    for package in packages - {"deskside"}:
        part = importlib.metadata.distribution(package)
        assert f"\n{part.metadata['Name']} {part.version}: " in notices
    with zipfile.ZipFile(io.BytesIO(archive.extract("later.zip"))) as later:
        held = (*archive.toc, *later.namelist())
    # What waits until it is needed is not unpacked before.
    assert not any(name.startswith("av.libs/") for name in archive.toc)
    names = [name.rpartition("/")[2] for name in held]
    libraries = [name for name in names if name.startswith("lib") and ".so" in name]
    assert len(libraries) > len(packages)
    assert [name for name in libraries if name not in notices] == []
