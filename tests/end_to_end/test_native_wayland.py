"""On Wayland no program reads the screen: the native client says so, and leads to the browser."""

import asyncio
import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from protocol import requests as r
from tests.end_to_end.browsers import chromium
from tests.end_to_end.native_window import FROM_SOURCE, desktop, native_window
from tests.end_to_end.serving import ask, linked, make_available, serving
from tests.end_to_end.test_native_client import agree, first_in_queue, start
from tests.waiting import until


@pytest.fixture
def display() -> Iterator[str]:
    with desktop() as name:
        yield name


REFUSED = (
    "This desktop runs on Wayland, which lets no program read the screen."
    " Your browser can show it: this chat goes on there."
)


class Opened:
    """A browser that only writes down which address it was to open."""

    def __init__(self, folder: Path) -> None:
        self._told = folder / "opened"
        program = folder / "browser"
        program.write_text(f'#!/bin/sh\necho "$1" >> {self._told}\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        self.environment = {"BROWSER": str(program), "XDG_SESSION_TYPE": "wayland"}

    def __call__(self) -> list[str]:
        return self._told.read_text().splitlines() if self._told.exists() else []


async def test_the_window_leads_to_the_browser_where_the_same_chat_goes_on(
    tmp_path: Path, display: str
) -> None:
    opened = Opened(tmp_path)
    async with (
        serving(tmp_path) as server,
        linked(server, "ana") as rep,
        native_window(display, "--broker", server.url, **opened.environment) as window,
    ):
        await make_available(rep)
        await start(window)
        await window.is_about("Before we begin")
        await agree(window)
        await window.is_about("May we record this session?")
        await agree(window)
        session = await first_in_queue(rep)
        await ask(rep, r.Accept, session)
        await window.is_about("Ana")
        await ask(rep, r.RequestGrants, session, tools=("view",))
        await window.is_about("Ana asks for your permission")
        await window.press("shift+Tab", "space")
        followed = rep.sessions[session]
        await rep.until(lambda _: followed.session.grants)
        # Nothing is shared from here. From the message round: emoji, file, end, menu, close, browser.
        await window.is_about(REFUSED)
        await window.press(*["Tab"] * 6, "space")
        await until(opened)
        assert not followed.session.sharing
        (address,) = opened()
        async with chromium() as browser:
            page = await browser.new_page()
            await page.goto(address)
            await ask(rep, r.Say, session, text="There you are.")
            await expect(page.get_by_text("There you are.")).to_be_visible()
            # The app has had the session until the customer wants it here.
            await page.get_by_role("button", name="Go on here").click()
            await expect(page.get_by_role("button", name="Share my screen")).to_be_visible()
            # The address opens the chat once, and for nobody else.
            other = await browser.new_page()
            await other.goto(address)
            await expect(other.get_by_role("button", name="Start chat")).to_be_visible()
            await expect(other.get_by_text("There you are.")).to_be_hidden()


async def test_without_x11_it_says_so_and_opens_the_page(tmp_path: Path) -> None:
    opened = Opened(tmp_path)
    environment = os.environ | opened.environment | {"LANG": "de_DE.UTF-8", "LANGUAGE": ""}
    environment.pop("DISPLAY", None)
    environment["WAYLAND_DISPLAY"] = "wayland-0"
    async with serving(tmp_path) as server:
        client = await asyncio.create_subprocess_exec(
            *FROM_SOURCE,
            *("--broker", server.url),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        _, told = await client.communicate()
        assert client.returncode == 2
        assert "Auf diesem Rechner läuft kein X11" in told.decode()
        assert f"Bitte nutzen Sie stattdessen Ihren Browser: {server.url}" in told.decode()
        await until(opened)
        (address,) = opened()
        assert address == f"{server.url}/?lang=de"
        async with chromium() as browser:
            page = await browser.new_page()
            await page.goto(address)
            await expect(page.locator("html")).to_have_attribute("lang", "de")
