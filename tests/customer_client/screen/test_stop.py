"""Stop is local and comes first: whatever the network, the relay, the machine or the rep are doing,
nothing is captured, let out or let in once it was called.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from customer_client.screen import camera
from customer_client.screen.sharing import Sharing
from customer_client.screen.x11 import X11
from protocol import picture as p
from protocol.picture import Rectangle
from protocol.picture_bytes import encode
from protocol.picture_rules import MOST_INPUTS_A_SECOND
from tests.customer_client.screen.conftest import Stage, Watching
from tests.customer_client.screen.screens import Canvas, xvfb
from tests.customer_client.screen.test_control import Program
from tests.waiting import LIMIT_SECONDS, until


class Grabs:
    """Counts what is captured, on whichever thread."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.count = 0
        grab = X11.grab

        def counted(display: X11, rectangle: Rectangle) -> object:
            self.count += 1
            return grab(display, rectangle)

        patch.setattr(X11, "grab", counted)


@pytest.fixture
def grabs(monkeypatch: pytest.MonkeyPatch) -> Grabs:
    return Grabs(monkeypatch)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with xvfb() as name:
        monkeypatch.setenv("DISPLAY", name)
        yield name


async def _stopped(sharing: Sharing, grabs: Grabs, canvas: Canvas) -> None:
    """Stop, and see that what is drawn from then on is not even looked at."""
    sharing.stop()
    await until(lambda: not sharing.is_capturing)
    before = grabs.count
    for at in range(20):
        canvas.fill(Rectangle(20 * at, 0, 20, 600), 0x00FF00 + at)
        await asyncio.sleep(0)
    assert grabs.count == before


async def test_the_rep_sees_nothing_any_more_though_no_broker_says_so(
    stage: Stage, screen: str, grabs: Grabs
) -> None:
    with closing(Canvas(screen)) as canvas:
        async with stage.sharing(screen) as sharing, stage.watching() as rep:
            await rep.shows(canvas)
            await _stopped(sharing, grabs, canvas)
            await until(lambda: rep.of(p.Blank))
            assert not (rep.painter.pixels == (0, 255, 0)).all(axis=-1).any()


async def test_a_line_that_takes_nothing_keeps_nobody_from_stopping(
    stage: Stage, screen: str, grabs: Grabs
) -> None:
    with closing(Canvas(screen)) as canvas:
        async with stage.sharing(screen) as sharing, stage.watching() as rep:
            await rep.shows(canvas)
            runner = stage.client.server.runner
            assert runner
            assert runner.server
            for connection in runner.server.connections:
                assert isinstance(connection.transport, asyncio.Transport)
                connection.transport.pause_reading()
            seen = grabs.count
            canvas.fill(Rectangle(0, 0, 100, 100), 0xFF0000)
            await until(lambda: grabs.count > seen)
            await _stopped(sharing, grabs, canvas)


async def test_what_waits_for_a_busy_program_is_not_let_out_any_more(
    stage: Stage, screen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event loop is busy all the while: the key that stops is pressed on another thread."""
    encoded = threading.Event()

    def told(message: p.Message) -> bytes:
        if isinstance(message.body, p.Patch):
            encoded.set()
        return encode(message)

    with closing(Canvas(screen)) as canvas:
        async with stage.sharing(screen) as sharing, stage.watching() as rep:
            await rep.shows(canvas)
            monkeypatch.setattr(camera, "encode", told)
            canvas.fill(Rectangle(0, 0, 100, 100), 0xFF0000)
            # Not awaited: this is the loop's own thread, which does nothing else meanwhile.
            assert encoded.wait(LIMIT_SECONDS)
            stopping = threading.Thread(target=sharing.stop)
            stopping.start()
            stopping.join()
            await until(lambda: rep.of(p.Blank))
            assert not rep.painter.pixels.any()


async def test_a_flood_of_input_stops_with_it_and_nothing_stays_down(
    stage: Stage, screen: str
) -> None:
    with closing(Program(screen)) as program:
        async with (
            stage.sharing(screen) as sharing,
            stage.watching("control", "clipboard") as rep,
            asyncio.TaskGroup() as group,
        ):
            await until(lambda: rep.painter.geometry)
            flood = group.create_task(_flood(rep))
            await until(lambda: program.has("down q", "pressed 1"))
            sharing.stop()
            await until(lambda: not sharing.is_capturing)
            await until(lambda: not any(program.display.query_keymap()))
            program.has()
            program.seen.clear()
            await asyncio.sleep(0)
            flood.cancel()
            assert not program.has() or not program.seen
            assert not any(program.display.query_keymap()), "a key is still down"


async def _flood(rep: Watching) -> None:
    """Type and click without end, as much as a relay lets through."""
    pause = 2.5 / MOST_INPUTS_A_SECOND
    at = 0
    while True:
        at += 1
        await rep.say(p.Pointer(x=at % 600, y=50, buttons=at & 1))
        await rep.say(p.Key(down=bool(at & 1), code="KeyQ", key="q"))
        await asyncio.sleep(pause)
