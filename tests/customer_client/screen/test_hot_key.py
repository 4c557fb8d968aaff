"""The key that stops: on a keyboard that is real to the server, whatever else goes on."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
import Xlib.X

from customer_client.screen.hot_key import Chord, HotKey
from customer_client.screen.keys import KEYCODES
from tests.customer_client.screen.screens import run, x_server, xvfb
from tests.customer_client.screen.test_control import Program
from tests.waiting import LIMIT_SECONDS, until

CONTROL, ALT, END = (KEYCODES[each] for each in ("ControlLeft", "AltRight", "End"))


def test_all_keys_on_one_keyboard_are_the_chord() -> None:
    chord = Chord()
    assert not chord.take(1, CONTROL, down=True)
    assert not chord.take(1, ALT, down=True)
    assert chord.take(1, END, down=True)


@pytest.mark.parametrize("let_go", [CONTROL, ALT])
def test_a_key_that_is_up_again_does_not_count(let_go: int) -> None:
    chord = Chord()
    chord.take(1, CONTROL, down=True)
    chord.take(1, ALT, down=True)
    chord.take(1, let_go, down=False)
    assert not chord.take(1, END, down=True)


def test_another_keyboard_can_neither_help_nor_hinder() -> None:
    chord = Chord()
    chord.take(1, CONTROL, down=True)
    chord.take(2, ALT, down=True)
    assert not chord.take(1, END, down=True)
    chord.take(1, ALT, down=True)
    chord.take(2, CONTROL, down=False)
    chord.take(2, ALT, down=False)
    assert chord.take(1, END, down=True)


@contextmanager
def hot_key(display: str) -> Iterator[threading.Event]:
    pressed = threading.Event()
    key = HotKey(pressed.set, display)
    key.start()
    try:
        assert key.listening.wait(LIMIT_SECONDS)
        yield pressed
    finally:
        key.stop()


async def test_it_is_heard_while_another_program_holds_the_keyboard() -> None:
    with (
        xvfb() as outer,
        x_server("Xephyr", "-screen", "640x480", display=outer) as inner,
        closing(Program(inner)) as program,
        hot_key(inner) as pressed,
    ):
        # Xephyr lets its keyboard in where the pointer is.
        run(outer, "xdotool", "mousemove", "50", "50")
        run(outer, "xdotool", "key", "a")
        await until(lambda: program.has("up a"))
        grab = program.window.grab_keyboard(
            *(True, Xlib.X.GrabModeAsync, Xlib.X.GrabModeAsync, Xlib.X.CurrentTime)
        )
        assert grab == Xlib.X.GrabSuccess
        run(outer, "xdotool", "key", "ctrl+End")
        await until(lambda: program.has("up a"))
        assert not pressed.is_set()
        run(outer, "xdotool", "key", "ctrl+alt+End")
        await until(pressed.is_set)


async def test_it_can_be_listened_to_again_after_its_display_was_lost() -> None:
    with xvfb() as display, hot_key(display):
        display.kill()
