"""A rep's input, from the socket to a real program on a real screen."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from typing import Any

import pytest
import Xlib.display
import Xlib.X
import Xlib.XK

from customer_client.screen import control
from customer_client.screen.choice import monitor
from customer_client.screen.control import Control, LetGo
from customer_client.screen.keys import KEYCODES
from customer_client.screen.x11_connection import connected, disconnect
from protocol import picture as p
from protocol.fields import Tool
from tests.customer_client.screen.conftest import Stage
from tests.customer_client.screen.screens import run, x_server, xvfb
from tests.waiting import until

NAMES = {"ß": "ssharp", "é": "eacute", "Ω": "Greek_OMEGA", "€": "EuroSign"}


class Program:
    """A window with the keyboard's focus, which notes what happens to it."""

    def __init__(self, display: str) -> None:
        self.display = connected(display)
        self.screen = self.display.screen()
        mask = (
            Xlib.X.KeyPressMask | Xlib.X.KeyReleaseMask | Xlib.X.ButtonPressMask
            | Xlib.X.ButtonReleaseMask | Xlib.X.PointerMotionMask
        )  # fmt: skip
        self.window = self.screen.root.create_window(
            0, 0, 640, 480, 0, Xlib.X.CopyFromParent, override_redirect=True, event_mask=mask
        )
        self.window.map()
        self.display.sync()
        self.window.set_input_focus(Xlib.X.RevertToParent, Xlib.X.CurrentTime)
        self.display.sync()
        self.seen: list[str] = []
        self.keysyms: list[int] = []

    def has(self, *seen: str) -> bool:
        """Say whether all of these happened so far, whatever else did."""
        kinds = {2: "down", 3: "up", 4: "pressed", 5: "let go", 6: "moved"}
        while self.display.pending_events():
            event = self.display.next_event()
            if event.type == Xlib.X.MappingNotify:
                self.display.refresh_keyboard_mapping(event)
            elif event.type in kinds:
                self.seen.append(f"{kinds[event.type]} {self._what(event)}")
        return all(each in self.seen for each in seen)

    def _what(self, event: Any) -> str:
        if event.type == Xlib.X.MotionNotify:
            return f"{event.event_x},{event.event_y}"
        if event.type in (Xlib.X.ButtonPress, Xlib.X.ButtonRelease):
            return str(event.detail)
        level = bool(event.state & Xlib.X.ShiftMask)
        keysym = self.display.keycode_to_keysym(event.detail, level)
        self.keysyms.append(keysym)
        return str(self.display.lookup_string(keysym))

    def close(self) -> None:
        disconnect(self.display)


class Granted:
    """A running control, and what is granted to it."""

    def __init__(self, display: str) -> None:
        self.given: set[Tool] = {"control", "clipboard"}
        self.copied: list[str] = []
        self.asked: list[Tool] = []
        self.control = Control(self._may, lambda said: self.copied.append(said.text), display)
        self._thread = threading.Thread(target=self.control.run)

    def _may(self, tool: Tool) -> bool:
        self.asked.append(tool)
        return tool in self.given

    @contextmanager
    def running(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self.control.stop()
            self._thread.join()

    def key(self, code: str, *, down: bool, key: str = "") -> None:
        self.control.tell(p.Key(down=down, code=code, key=key))

    def tap(self, code: str, key: str = "") -> None:
        self.key(code, down=True, key=key)
        self.key(code, down=False, key=key)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with xvfb() as name:
        monkeypatch.setenv("DISPLAY", name)
        yield name


@pytest.fixture
def program(screen: str) -> Iterator[Program]:
    with closing(Program(screen)) as program:
        yield program


@pytest.fixture
def rep(screen: str) -> Iterator[Granted]:
    rep = Granted(screen)
    with rep.running():
        yield rep


async def test_keys_arrive_by_their_place_with_what_they_mean_there(
    screen: str, program: Program, rep: Granted
) -> None:
    rep.tap("KeyZ")
    await until(lambda: program.has("down z", "up z"))
    run(screen, "setxkbmap", "de")
    await until(lambda: program.display.keycode_to_keysym(KEYCODES["KeyZ"], 0) != 0)
    rep.key("ShiftLeft", down=True)
    rep.tap("Digit2")
    rep.key("ShiftLeft", down=False)
    await until(lambda: program.has('down "', 'up "'))


@pytest.mark.parametrize("character", ["a", "ß", "é", "Ω", "€"])
async def test_a_key_without_a_place_arrives_by_what_it_means(
    character: str, program: Program, rep: Granted
) -> None:
    rep.tap("", character)
    meant = Xlib.XK.string_to_keysym(NAMES.get(character, character))
    await until(lambda: program.has() or meant in program.keysyms)


async def test_the_mouse_moves_clicks_and_turns(program: Program, rep: Granted) -> None:
    for x, buttons in ((100, 0), (100, 1), (120, 1), (120, 0)):
        rep.control.tell(p.Pointer(x=x, y=50, buttons=buttons))
    for _ in range(2):
        rep.control.tell(p.Wheel(x=120, y=50, down=60))
    await until(
        lambda: program.has("moved 100,50", "pressed 1", "moved 120,50", "let go 1", "pressed 5")
    )
    assert program.seen.count("pressed 5") == 1


@pytest.mark.parametrize("ends", ["release all", "socket", "grant", "stop"])
async def test_whatever_ends_it_lets_go_of_all(ends: str, program: Program, rep: Granted) -> None:
    rep.key("KeyA", down=True)
    rep.key("ControlLeft", down=True)
    rep.control.tell(p.Pointer(x=10, y=10, buttons=3))
    await until(lambda: program.has("down a", "pressed 1", "pressed 2"))
    if ends == "release all":
        rep.control.tell(p.ReleaseAll())
    elif ends == "socket":
        rep.control.tell(LetGo())
    elif ends == "grant":
        rep.given.clear()
    else:
        rep.control.stop()
    await until(lambda: program.has("up a", "let go 1", "let go 2"))


async def test_without_a_grant_nothing_gets_in(program: Program, rep: Granted) -> None:
    rep.given.clear()
    rep.tap("KeyA")
    rep.control.tell(p.Pointer(x=10, y=10, buttons=1))
    rep.control.tell(p.Clipboard(text="secret"))
    await until(lambda: rep.asked == ["control"] * 3 + ["clipboard"])
    rep.given.add("control")
    rep.tap("KeyB")
    await until(lambda: program.has("up b"))
    assert not program.has("down a")
    assert not program.has("pressed 1")


@asynccontextmanager
async def copying(display: str, text: str) -> AsyncIterator[None]:
    """A program that has copied `text`, until the block ends."""
    code = (
        "import sys, tkinter; root = tkinter.Tk(); root.clipboard_clear();"
        "root.clipboard_append(sys.argv[1]); root.update(); print('copied', flush=True);"
        "root.mainloop()"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, text),
        env=os.environ | {"DISPLAY": display, "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout
        assert await process.stdout.readline() == b"copied\n"
        yield
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def test_copied_text_goes_both_ways_where_it_may(screen: str, rep: Granted) -> None:
    rep.given.clear()
    async with copying(screen, "not this"):
        pass
    rep.given.add("clipboard")
    await until(lambda: _pasted(screen, rep))
    async with copying(screen, "Grüße ✓"):
        await until(lambda: rep.copied)
    assert rep.copied == ["Grüße ✓"]


def _pasted(display: str, rep: Granted) -> bool:
    rep.control.tell(p.Clipboard(text="from the rep ✓"))
    code = "import tkinter; print(tkinter.Tk().clipboard_get())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"DISPLAY": display, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout == "from the rep ✓\n"


async def test_the_customers_own_hands_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Xephyr's keyboard and mouse are a window of another server's: what arrives there is real
    input to it, and told from XTEST's, which comes from devices of its own.
    """
    with (
        xvfb() as outer,
        x_server("Xephyr", "-screen", "640x480", display=outer) as inner,
        closing(Program(inner)) as program,
    ):
        monkeypatch.setenv("DISPLAY", inner)
        # Longer than a busy machine takes to come to the next key.
        monkeypatch.setattr(control, "LOCAL_SECONDS", 8.0)
        rep = Granted(inner)
        with rep.running():
            rep.tap("KeyA")
            await until(lambda: program.has("up a"))
            rep.key("KeyB", down=True)
            await until(lambda: program.has("down b"))
            for at in range(50, 60):
                run(outer, "xdotool", "mousemove", str(at), str(at))
            # What was held is let go, and nothing gets in for a while.
            await until(lambda: program.has("up b"))
            rep.tap("KeyC")
            await until(lambda: rep.control.is_free)
            rep.tap("KeyD")
            await until(lambda: program.has("up d"))
        assert not program.has("down c")


async def test_beside_the_chosen_monitor_nothing_is_pressed(
    stage: Stage, screen: str, program: Program
) -> None:
    run(screen, "xrandr", "--setmonitor", "left", "400/100x600/150+0+0", "screen")
    run(screen, "xrandr", "--setmonitor", "right", "400/100x600/150+400+0", "none")
    async with (
        stage.sharing(screen, choice=monitor(2)) as sharing,
        stage.watching("control") as rep,
    ):
        await until(lambda: rep.painter.geometry)
        await rep.say(p.Pointer(x=100, y=50, buttons=1))
        await rep.say(p.Wheel(x=110, y=50, down=120))
        await rep.say(p.Pointer(x=450, y=50, buttons=0))
        await rep.say(p.Pointer(x=450, y=60, buttons=2))
        await until(lambda: program.has("moved 110,50", "pressed 2"))
        assert not program.has("pressed 1")
        assert not program.has("pressed 5")
        # The window that gets the keys stands on the chosen monitor as well; now it does not.
        program.window.configure(width=300)
        program.display.sync()
        await rep.say(p.Key(down=True, code="KeyQ", key="q"))
        await rep.say(p.Pointer(x=450, y=70, buttons=0))
        await until(lambda: program.has("let go 2"))
        assert not program.has("down q")
        sharing.choose(monitor(1))
        await rep.say(p.Key(down=True, code="KeyW", key="w"))
        await until(lambda: program.has("down w"))


async def test_input_comes_all_the_way_from_a_viewer(
    stage: Stage, screen: str, program: Program
) -> None:
    async with stage.sharing(screen), stage.watching("control", "clipboard") as rep:
        await until(lambda: rep.painter.geometry)
        await rep.say(p.Key(down=True, code="KeyQ", key="q"))
        await until(lambda: program.has("down q"))
        rep.painter.kinds.clear()
    # The sharing is over, and with it what was held.
    await until(lambda: program.has("up q"))
