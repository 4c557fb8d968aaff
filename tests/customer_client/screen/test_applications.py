"""Chosen applications: a stranger's colour covers the whole desktop, and none of it ever leaves."""

import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from typing import Any

import aiohttp
import numpy as np
import pytest
import Xlib.X

from customer_client.screen.choice import EVERYTHING, only
from customer_client.screen.veil import PLAIN, STRIPE
from customer_client.screen.x11_connection import connected, disconnect
from customer_client.screen.x11_owners import applications
from protocol import picture as p
from tests.customer_client.screen.conftest import Stage, Watching
from tests.customer_client.screen.program import Program
from tests.customer_client.screen.screens import Canvas, xvfb
from tests.customer_client.screen.test_control import Program as Listener
from tests.waiting import until

STRANGE, SHARED = 0xFF00FF, 0x00C040
POPUPS = ("menu", "tooltip", "notification")


class Witness(Watching):
    """Looks at every picture that ever comes for the stranger's colour, as video may bend it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        super().__init__(socket)
        self.pictures = 0

    def take(self, said: p.Message) -> None:
        super().take(said)
        red, green, blue = (self.painter.pixels[..., each] for each in range(3))
        assert not ((red > 140) & (green < 100) & (blue > 140)).any(), "a stranger's pixels"
        self.pictures += isinstance(said.body, p.Patch | p.Video | p.Move)


def of(pixels: Any, colour: int) -> Any:
    """Return where `pixels` have `colour`."""
    return (pixels == [colour >> 16, colour >> 8 & 255, colour & 255]).all(axis=-1)


@contextmanager
def openbox(display: str) -> Iterator[None]:
    process = subprocess.Popen(
        ["openbox", "--sm-disable"],
        env=os.environ | {"DISPLAY": display},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


class Desk:
    """A desktop with the customer's program and a stranger's, which covers all that is behind."""

    def __init__(self, display: str) -> None:
        self.display = display
        self.canvas = Canvas(display)
        self.mine = Program(display, SHARED)
        self.strange = Program(display, STRANGE)
        self.strange.do("open", "desktop", 0, 0, 800, 600, "popup")
        self.strange.do("back", "desktop")

    async def key(self, program: Program) -> str:
        """Return what `program` is chosen by, once the window manager has listed it."""
        found: list[str] = []

        def is_listed() -> bool:
            found[:] = [each for each in self._keys() if each.startswith(f"{program.pid}.")]
            return bool(found)

        await until(is_listed)
        return found[0]

    def _keys(self) -> list[str]:
        display = connected(self.display)
        try:
            return [each.key for each in applications(display)]
        finally:
            disconnect(display)

    async def opened(self, program: Program, name: str, *place: int, kind: str = "") -> None:
        """Open a window and wait until it is on the screen, where a window manager has to put it there."""
        program.do("open", name, *place, *([kind] if kind else []))
        await until(lambda: self._shows(program, place).all(axis=0).any())

    async def closed(self, program: Program, name: str, *place: int) -> None:
        """Close a window and wait until its left edge is not on the screen any more."""
        program.do("close", name)
        await until(lambda: not self._shows(program, place)[:, 0].any())

    def _shows(self, program: Program, place: tuple[int, ...]) -> Any:
        """Return where the screen has the colour of `program` within `place`, a frame apart."""
        x, y, width, height = place
        colour = SHARED if program is self.mine else STRANGE
        return of(self.canvas.pixels(), colour)[y + 30 : y + height, x + 10 : x + width]

    async def seen(self, rep: Watching) -> None:
        """Wait until the rep sees of the customer's program just what the screen shows of it."""
        await until(lambda: self._is_seen(rep))

    def _is_seen(self, rep: Watching) -> bool:
        shown, screen = rep.painter.pixels, self.canvas.pixels()
        return shown.shape == screen.shape and bool(
            np.array_equal(of(shown, SHARED), of(screen, SHARED))
        )

    def close(self) -> None:
        self.strange.close()
        self.mine.close()
        self.canvas.close()


@pytest.fixture
def desk() -> Iterator[Desk]:
    with xvfb() as display, openbox(display), closing(Desk(display)) as desk:
        yield desk


@pytest.fixture
async def rep(stage: Stage, desk: Desk) -> AsyncIterator[Witness]:
    """A rep who sees a letter of the customer's, beside a stranger's diary."""
    await desk.opened(desk.mine, "letter", 100, 100, 400, 300)
    await desk.opened(desk.strange, "diary", 350, 250, 300, 250)
    choice = only(await desk.key(desk.mine))
    async with (
        stage.sharing(desk.display, choice=choice),
        stage.watching(kind=Witness) as rep,
    ):
        assert isinstance(rep, Witness)
        await until(lambda: of(rep.painter.pixels, SHARED).any())
        await desk.seen(rep)
        yield rep


async def test_what_opens_over_it_never_leaves(desk: Desk, rep: Witness) -> None:
    assert rep.painter.geometry
    assert rep.painter.geometry.sharing == "applications"
    places = {popup: (150 + 60 * at, 150, 80, 120) for at, popup in enumerate(POPUPS)}
    for popup, place in places.items():
        await desk.opened(desk.strange, popup, *place, kind="popup")
        await desk.seen(rep)
    for popup, place in places.items():
        await desk.closed(desk.strange, popup, *place)
        await desk.seen(rep)
    # The program's own menu belongs to it.
    await desk.opened(desk.mine, "menu", 20, 140, 60, 150, kind="popup")
    await desk.seen(rep)
    await desk.closed(desk.mine, "menu", 20, 140, 60, 150)
    await desk.seen(rep)
    assert rep.pictures > 4
    greys = {tuple(int(each).to_bytes(4)[1:]) for each in (PLAIN, STRIPE)}
    assert tuple(rep.painter.pixels[590, 790]) in greys


async def test_what_moves_over_it_or_under_it_never_leaves(desk: Desk, rep: Witness) -> None:
    for step in range(12):
        desk.strange.do("move", "diary", 350 - 25 * step, 250 - 10 * step)
    await desk.seen(rep)
    for step in range(12):
        desk.mine.do("move", "letter", 100 + 10 * step, 100 + 10 * step)
    await desk.seen(rep)
    for step in range(12):
        desk.mine.do("size", "letter", 400 - 20 * step, 300 - 10 * step)
    await desk.seen(rep)
    desk.mine.do("size", "letter", 450, 320)
    await desk.seen(rep)
    desk.mine.do("front", "letter")
    await desk.seen(rep)
    desk.mine.do("minimise", "letter")
    await until(lambda: not of(rep.painter.pixels, SHARED).any())
    desk.mine.do("restore", "letter")
    await until(lambda: of(rep.painter.pixels, SHARED).any())
    desk.strange.do("minimise", "diary")
    await desk.seen(rep)


async def test_what_a_window_holds_before_it_is_drawn_never_leaves(
    desk: Desk, rep: Witness
) -> None:
    mine, strange = desk.mine, desk.strange
    mine.do("front", "letter")
    mine.do("hang")
    # It holds what the screen showed there: the stranger's desktop.
    mine.do("open", "popup", 10, 10, 80, 80, "popup")
    strange.do("open", "tooltip", 300, 300, 50, 50, "popup")
    await desk.seen(rep)
    mine.do("size", "popup", 85, 85)
    strange.do("move", "tooltip", 350, 350)
    await desk.seen(rep)
    mine.do("move", "popup", 15, 15)
    strange.do("close", "tooltip")
    await desk.seen(rep)
    mine.do("open", "second", 300, 300, 200, 200)
    mine.do("size", "letter", 500, 400)
    for step in range(5):
        strange.do("move", "diary", 40 * step, 30 * step)
    mine.do("go_on")
    await desk.seen(rep)


async def test_what_is_shown_can_be_changed_without_a_stranger_in_between(
    stage: Stage, desk: Desk
) -> None:
    await desk.opened(desk.mine, "letter", 100, 100, 400, 300)
    key = await desk.key(desk.mine)
    async with (
        stage.sharing(desk.display, choice=only()) as sharing,
        stage.watching(kind=Witness) as rep,
    ):
        await until(lambda: (rep.painter.pixels == 0x43).any() or rep.of(p.Patch))
        sharing.choose(only(key))
        await until(lambda: of(rep.painter.pixels, SHARED).any())
        await desk.seen(rep)
        sharing.choose(only("1.1"))
        await until(lambda: not of(rep.painter.pixels, SHARED).any())
        # Nor may a viewer's wish for a monitor bring more.
        await rep.say(p.Wish(wanted="monitor", monitor=1))
        await rep.say(p.Wish(wanted="whole_picture"))
        sharing.choose(only(key))
        await desk.seen(rep)


async def test_without_a_choice_all_is_shown(stage: Stage, desk: Desk) -> None:
    async with stage.sharing(desk.display, choice=only()) as sharing, stage.watching() as rep:
        await until(lambda: rep.painter.geometry)
        sharing.choose(EVERYTHING)
        await until(lambda: of(rep.painter.pixels, STRANGE).all())


async def test_a_rep_steers_only_what_is_shown(
    stage: Stage, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", desk.display)
    with closing(Listener(desk.display)) as program:
        await desk.opened(desk.mine, "letter", 650, 100, 140, 300)
        program.window.set_input_focus(Xlib.X.RevertToParent, Xlib.X.CurrentTime)
        program.display.sync()
        async with (
            stage.sharing(desk.display, choice=only(await desk.key(desk.mine))) as sharing,
            stage.watching("control") as rep,
        ):
            await until(lambda: of(rep.painter.pixels, SHARED).any())
            await rep.say(p.Pointer(x=50, y=50, buttons=1))
            await rep.say(p.Key(down=True, code="KeyQ", key="q"))
            await rep.say(p.Pointer(x=60, y=60, buttons=0))
            await until(lambda: program.has("moved 60,60"))
            assert not program.has("pressed 1")
            assert not program.has("down q")
            sharing.choose(EVERYTHING)
            await rep.say(p.Pointer(x=70, y=70, buttons=1))
            await rep.say(p.Key(down=True, code="KeyW", key="w"))
            await until(lambda: program.has("pressed 1", "down w"))
