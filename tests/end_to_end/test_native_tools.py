"""A rep's tools at the console, and what they do on the customer's computer: drawings, system
information, special actions. The client is the real one, on a screen of its own.
"""

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, get_args

import mss
import numpy as np
import pytest
from playwright.async_api import FloatRect, Locator, expect

from protocol import facts as f
from protocol import picture as p
from protocol import requests as r
from protocol.fields import SpecialAction
from protocol.session import Refused, Session
from protocol.system import read
from tests.customer_client.screen.painter import Painter
from tests.end_to_end.axe import assert_accessible
from tests.end_to_end.browsers import Person as Browsing
from tests.end_to_end.browsers import chromium, sign_in
from tests.end_to_end.native_window import NativeWindow, desktop, native_window
from tests.end_to_end.picturing import Watching
from tests.end_to_end.serving import Person, Server, ask, linked, make_available, serving
from tests.end_to_end.test_native_client import agree, first_in_queue, start
from tests.waiting import LIMIT_SECONDS, until

INK = (0xE8, 0x42, 0x0A)
"""What reps draw with."""


@pytest.fixture
def display() -> Iterator[str]:
    with desktop() as name:
        yield name


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path) as server:
        yield server


def programs(folder: Path) -> tuple[str, Path]:
    """Return a path on which screens are locked by a program that writes that down, and where to."""
    runs = folder / "runs"
    locks = f"echo locked >> {runs}"
    for name, then in (("dbus-send", "exit 1"), ("xflock4", locks), ("qps", "")):
        program = folder / name
        program.write_text(f"#!/bin/sh\n{then}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return f"{folder}:{os.environ['PATH']}", runs


def lockings(runs: Path) -> int:
    """Return how often the screen was locked."""
    return len(runs.read_text().splitlines()) if runs.exists() else 0


def ink(display: str) -> list[tuple[int, int]]:
    """Return where the screen shows what a rep has drawn: the corners of it, or nothing."""
    with mss.MSS(display=display) as camera:
        shot = camera.grab(camera.monitors[0])
        pixels = np.frombuffer(shot.rgb, np.uint8).reshape(shot.height, shot.width, 3)
    down, across = np.nonzero((pixels == INK).all(axis=2))
    if not across.size:
        return []
    return [(int(each(across)), int(each(down))) for each in (np.min, np.max)]


class Scene:
    """Ana at the console and on a link, and the customer's window, in one session."""

    def __init__(self, ana: Person, rep: Browsing, window: NativeWindow, session: str) -> None:
        self.ana = ana
        self.rep = rep
        self.window = window
        self.session = session
        self.dialog = rep.page.get_by_role("dialog", name="The customer's computer")

    @property
    def now(self) -> Session:
        return self.ana.sessions[self.session].session

    def facts(self, kind: type[f.Fact]) -> list[Any]:
        return [fact for fact in self.ana.sessions[self.session].facts if isinstance(fact, kind)]

    async def refused(self, kind: type[r.Request], **about: Any) -> str:
        with pytest.raises(Refused) as caught:
            await ask(self.ana, kind, self.session, **about)
        return caught.value.code

    async def allow(self) -> None:
        """Press the last button of the question that the window is about."""
        await self.window.is_about("Ana asks for your permission")
        await self.window.press("shift+Tab", "space")

    async def ask_for(self, part: str) -> Locator:
        """Ask for the permission that a part of the dialog needs, and have it given."""
        region = self.dialog.get_by_role("region", name=part)
        await region.get_by_role("button", name="Ask for permission").click()
        await self.allow()
        return region


async def test_a_rep_reads_acts_and_draws_as_far_as_it_was_allowed(
    server: Server, display: str, tmp_path: Path
) -> None:
    path, runs = programs(tmp_path)
    async with (
        linked(server, "ana") as ana,
        chromium() as browser,
        native_window(display, "--broker", server.url, PATH=path, LOGNAME="max") as window,
    ):
        await make_available(ana)
        rep = await sign_in(browser, server.url)
        await start(window)
        await window.is_about("Before we begin")
        await agree(window)
        await window.is_about("May we record this session?")
        await agree(window)
        session = await first_in_queue(ana)
        await rep.press("Accept")
        await window.is_about("Ana")
        scene = Scene(ana, rep, window, session)
        await nothing_without_a_grant(scene)
        await rep.press("Computer")
        await reading(scene)
        await acting(scene, runs, tmp_path)
        await rep.page.keyboard.press("Escape")
        await drawing(scene, display)
        assert not rep.faults, rep.faults


async def nothing_without_a_grant(scene: Scene) -> None:
    """Whatever a page may show, the broker says no."""
    assert await scene.refused(r.RequestSystem) == "no_grant"
    for action in get_args(SpecialAction):
        url = "https://example.test/" if action == "open_page" else ""
        assert await scene.refused(r.RequestAction, action=action, url=url) == "no_grant"


async def reading(scene: Scene) -> None:
    """What the computer is made of."""
    information = await scene.ask_for("System information")
    await information.get_by_role("button", name="Read it now").click()
    await expect(information.get_by_text("1000 × 800")).to_be_visible()
    await information.get_by_text("Programs that hold the most memory").click()
    await expect(information.get_by_role("table")).to_contain_text("python")
    # The page may have heard of it before the link has.
    await until(lambda: scene.facts(f.SystemTold))
    (told,) = scene.facts(f.SystemTold)
    known = read(told.told)
    assert [(each.width, each.height) for each in known.monitors] == [(1000, 800)]
    assert known.account == "max"


async def acting(scene: Scene, runs: Path, folder: Path) -> None:
    """An action is put to the customer, who lets it happen; and one that they do not."""
    actions = await scene.ask_for("Special actions")
    await actions.get_by_role("button", name="Lock the screen").click()
    await until(lambda: scene.now.action is not None)
    await scene.window.is_about("Ana asks for your permission")
    assert lockings(runs) == 0
    page = scene.rep.page
    await assert_accessible(page, "the customer's computer")
    await page.mouse.wheel(0, -9999)
    await page.screenshot(path=os.environ.get("PICTURE", str(folder / "computer.png")))
    await scene.allow()
    await expect(actions.get_by_text("Done: Lock the screen")).to_be_visible()
    assert lockings(runs) == 1
    await until(lambda: scene.now.action is None)
    await actions.get_by_role("button", name="Open the task manager").click()
    await until(lambda: scene.now.action is not None)
    await scene.window.is_about("Ana asks for your permission")
    await scene.window.press("shift+Tab", "shift+Tab", "space")
    await until(lambda: scene.now.action is None)
    assert not scene.facts(f.ActionAnswered)[-1].allowed
    await expect(actions.get_by_text("The customer said no: Open the task manager")).to_be_visible()


TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


async def at_rest(canvas: Locator, width: int) -> FloatRect:
    """Return where a picture is once it has the screen's `width` and moves no more."""
    box: FloatRect | None = None
    async with asyncio.timeout(LIMIT_SECONDS):
        while True:
            before, box = box, await canvas.bounding_box()
            if box and box == before and await canvas.evaluate("each => each.width") == width:
                return box
            await canvas.page.evaluate(TWO_FRAMES)


async def drawing(scene: Scene, display: str) -> None:
    """What the rep draws stands on the customer's own screen, and goes by itself."""
    rep = scene.rep
    await rep.press("Request screen")
    await scene.allow()
    await rep.press("Draw")
    await rep.press("Draw a rectangle")
    canvas = rep.page.locator(".screen-surface > canvas").first
    box = await at_rest(canvas, width=1000)
    assert ink(display) == []
    mouse = rep.page.mouse
    await mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"])
    await mouse.down()
    await mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.8 * box["height"])
    await mouse.up()
    # What is looked at while it is painted is not all of it yet.
    await until(lambda: reaches(ink(display), (200, 160), (800, 640)))
    await until(lambda: not ink(display))


def reaches(corners: list[tuple[int, int]], *places: tuple[int, int]) -> bool:
    """Say whether something is drawn from the one place to the other, and no further."""
    return len(corners) == len(places) and all(
        corner == pytest.approx(place, abs=6) for corner, place in zip(corners, places, strict=True)
    )


MARK = {"when": "always", "text": "{rep}", "forensic": True}
TILE = 0x8C
"""How bright the solid parts of a faint tile are, where nothing is behind it."""


class Painting(Watching):
    """A rep's eyes."""

    def __init__(self, server: Server, person: Person, session: str) -> None:
        super().__init__(server, person, session)
        self.painter = Painter()

    async def hear(self, message: p.Message) -> None:
        self.painter.take(message)
        await super().hear(message)


def is_marked(pixels: Any) -> bool:
    """Say whether a tile lies in the corner of the screen that no window reaches."""
    return bool((pixels[600:, 700:] == TILE).all(axis=-1).any())


def on_screen(display: str) -> Any:
    with mss.MSS(display=display) as camera:
        shot = camera.grab(camera.monitors[0])
        return np.frombuffer(shot.rgb, np.uint8).reshape(shot.height, shot.width, 3)


async def test_the_sites_watermark_lies_on_the_screen_while_a_rep_sees_it(
    display: str, tmp_path: Path
) -> None:
    async with (
        serving(tmp_path, site={"watermark": MARK}) as server,
        linked(server, "ana") as ana,
        native_window(display, "--broker", server.url) as window,
    ):
        await make_available(ana)
        await start(window)
        await agree(window)
        await window.is_about("May we record this session?")
        await agree(window)
        session = await first_in_queue(ana)
        await ask(ana, r.Accept, session)
        assert not is_marked(on_screen(display))
        await ask(ana, r.RequestGrants, session, tools=("view",))
        await window.is_about("Ana asks for your permission")
        await window.press("shift+Tab", "space")
        followed = ana.sessions[session]
        await ana.until(lambda _: followed.session.sharing)
        async with Painting(server, ana, session).running() as rep:
            await until(lambda: is_marked(on_screen(display)))
            await until(lambda: is_marked(rep.painter.pixels))
        await ask(ana, r.End, session)
        await until(lambda: not is_marked(on_screen(display)))
