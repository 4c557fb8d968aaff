"""What a rep draws: on the customer's screen, in the picture, and soon gone."""

import time
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from customer_client.screen import drawings as layer
from customer_client.screen.drawings import AROUND, MOST, RING, SECONDS, Drawings, stroke
from protocol import picture as p
from protocol.fields import Tool
from tests.customer_client.screen.conftest import Stage
from tests.customer_client.screen.screens import Canvas
from tests.waiting import until

RED = (0xE8, 0x42, 0x0A)


def _has(drawing: p.Drawing, x: int, y: int) -> bool:
    stamp = stroke(drawing, 800, 600)
    at = stamp.place
    if not (at.x <= x < at.x + at.width and at.y <= y < at.y + at.height):
        return False
    return bool(stamp.solid[y - at.y, x - at.x] and stamp.pixels[y - at.y, x - at.x] == 0xE8420A)


def test_a_line_goes_from_one_point_to_the_other_and_nowhere_else() -> None:
    line = p.Drawing(what="line", x=100, y=300, to_x=300, to_y=100)
    assert all(_has(line, 100 + step, 300 - step) for step in range(201))
    assert not any(_has(line, *place) for place in ((100, 100), (300, 300), (90, 310), (310, 90)))


def test_a_rectangle_is_its_sides_alone() -> None:
    drawn = p.Drawing(what="rectangle", x=300, y=200, to_x=100, to_y=100)
    assert all(_has(drawn, x, y) for x in range(100, 301) for y in (100, 200))
    assert all(_has(drawn, x, y) for y in range(100, 201) for x in (100, 300))
    assert not _has(drawn, 200, 150)


def test_a_pointer_is_a_ring_around_a_dot() -> None:
    drawn = p.Drawing(what="pointer", x=400, y=300)
    assert _has(drawn, 400, 300)
    assert _has(drawn, 400 + RING, 300)
    assert not _has(drawn, 400 + RING // 2 + 1, 300)


@pytest.mark.parametrize("what", ["pointer", "line", "rectangle"])
def test_at_the_edge_of_the_screen_nothing_lies_beyond(what: p.Drawn) -> None:
    at = stroke(p.Drawing(what=what, x=799, y=599, to_x=0, to_y=0), 800, 600).place
    assert min(at.x, at.y) >= 0
    assert at.x + at.width <= 800
    assert at.y + at.height <= 600


def test_drawings_go_after_their_time_and_the_oldest_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawings, now = Drawings(), time.monotonic()
    monkeypatch.setattr(layer, "time", SimpleNamespace(monotonic=lambda: now))
    assert drawings.stamps(800, 600, now) is None
    for x in range(MOST + 5):
        drawings.take(p.Drawing(what="line", x=x, to_x=x))
    stamps = drawings.stamps(800, 600, now)
    assert stamps
    assert len(stamps) == MOST
    assert min(each.x for each in stamps) == max(0, 5 - AROUND)
    assert drawings.stamps(800, 600, now) is None, "nothing is new"
    due = drawings.due_in(now)
    assert due is not None
    assert due == SECONDS
    assert drawings.stamps(800, 600, now + SECONDS + 0.1) == []
    assert drawings.due_in(now) is None


def test_there_is_one_pointer_at_a_time_and_clear_takes_all() -> None:
    drawings = Drawings()
    for x in (10, 100, 200):
        drawings.take(p.Drawing(what="pointer", x=x))
    drawings.take(p.Drawing(what="line", to_x=50))
    assert len(drawings.stamps(800, 600, time.monotonic()) or ()) == 2
    drawings.take(p.Drawing(what="clear"))
    assert drawings.stamps(800, 600, time.monotonic()) == []


@pytest.fixture
def lasting(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is drawn stays for as long as it takes to look at it."""
    monkeypatch.setattr(layer, "SECONDS", 1000.0)


@pytest.mark.usefixtures("lasting")
async def test_what_is_drawn_is_on_the_screen_and_in_the_picture(
    stage: Stage, display: str
) -> None:
    with closing(Canvas(display)) as canvas:
        async with stage.sharing(display), stage.watching() as rep:
            await rep.shows(canvas)
            await rep.say(p.Drawing(what="rectangle", x=100, y=100, to_x=300, to_y=200))
            await until(lambda: _is_red(canvas.pixels(), 200, 100))
            await until(lambda: _is_red(rep.painter.pixels, 200, 100))
            await rep.say(p.Drawing(what="clear"))
            await until(lambda: not (canvas.pixels() == RED).all(axis=-1).any())
            await rep.shows(canvas)
            assert np.array_equal(rep.painter.pixels, canvas.pixels())


@pytest.mark.usefixtures("lasting")
async def test_who_may_not_see_the_screen_draws_nothing(stage: Stage, display: str) -> None:
    asked: list[str] = []

    class Given(set[Tool]):
        def __contains__(self, tool: object) -> bool:
            asked.append(str(tool))
            return super().__contains__(tool)

    stage.given = Given()
    with closing(Canvas(display)) as canvas:
        async with stage.sharing(display), stage.watching() as rep:
            await rep.shows(canvas)
            asked.clear()
            await rep.say(p.Drawing(what="rectangle", x=100, y=100, to_x=300, to_y=200))
            await until(lambda: "view" in asked)
            stage.given.add("view")
            await rep.say(p.Drawing(what="pointer", x=500, y=500))
            await until(lambda: _is_red(canvas.pixels(), 500, 500))
            assert not _is_red(canvas.pixels(), 200, 100)


def _is_red(pixels: Any, x: int, y: int) -> bool:
    return bool((pixels[y, x] == RED).all())
