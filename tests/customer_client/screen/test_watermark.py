"""A site's mark: on the customer's screen, in the rep's picture, and in nobody's way."""

import base64
import io
from collections.abc import Mapping

import numpy as np
import pytest
from PIL import Image

from customer_client.screen.choice import only
from customer_client.screen.stamps import Stamp, Stamps
from customer_client.screen.watermark import Marking, drawn, filled
from protocol import picture as p
from protocol.picture import Rectangle
from protocol.watermark import Watermark
from tests.customer_client.screen.conftest import Stage
from tests.customer_client.screen.screens import Canvas
from tests.customer_client.screen.test_control import Program
from tests.waiting import until

WORDS = {"organisation": "Example Ltd", "rep": "Ana {time}", "session": "1a2b3c4d", "time": "09:15"}


def _png(side: int) -> str:
    file = io.BytesIO()
    Image.new("RGBA", (side, side), (255, 0, 0, 255)).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_macros_are_filled_in_once_and_braces_in_a_name_stay() -> None:
    mark = Watermark(when="always", text="{organisation}: {rep}, {unknown}\n")
    assert filled(mark, WORDS) == "Example Ltd: Ana {time}, {unknown}"


@pytest.mark.parametrize("size", [(800, 600), (1920, 1080), (2560, 1440)])
def test_any_part_with_sides_of_thirty_percent_holds_a_whole_tile(size: tuple[int, int]) -> None:
    mark = Watermark(when="always", forensic=True)
    width, height = size
    tiles = [each.place for each in drawn(mark, filled(mark, WORDS), width, height)]
    wide, high = int(0.3 * width), int(0.3 * height)
    for x in {*range(0, width - wide, 7), width - wide}:
        assert any(x <= each.x and each.x + each.width <= x + wide for each in tiles)
    for y in {*range(0, height - high, 7), height - high}:
        assert any(y <= each.y and each.y + each.height <= y + high for each in tiles)


def test_a_tile_is_faint_and_holds_all_of_a_long_text() -> None:
    mark = Watermark(when="always", forensic=True)
    long = "Example Insurance Company Ltd · Maximiliane Mustermann · 1a2b3c4d · 2026-11-22 09:15"
    (tile, *_) = drawn(mark, long, 800, 600)
    more = drawn(mark, f"{long} more", 800, 600)[0]
    assert not np.array_equal(tile.solid, more.solid), "its end is cut off"
    assert tile.solid.any()
    assert tile.solid.mean() < 0.15


def test_the_mark_says_another_thing_when_its_text_is_another() -> None:
    mark = Watermark(when="always")
    one, other = (drawn(mark, text, 800, 600)[0] for text in ("Ana", "Ben Ö"))
    assert one.solid.shape != other.solid.shape or not np.array_equal(one.solid, other.solid)


@pytest.mark.parametrize("picture", [_png(600), _png(10), "AAAA", ""])
def test_a_picture_is_shown_small_and_a_broken_one_is_left_out(picture: str) -> None:
    mark = Watermark(when="always", text="Ana", picture=picture)
    (stamp,) = drawn(mark, "Ana", 800, 600)
    has_red = bool((stamp.pixels[stamp.solid] == 0xFF0000).any())
    assert has_red == (len(picture) > 10)
    assert stamp.place.height <= 0.2 * 600 + 40


@pytest.mark.parametrize(
    "wrong",
    [
        {"when": "always", "text": " "},
        {"when": "now_and_then", "every_seconds": 10, "shown_seconds": 11},
        {"forensic": True, "text": "", "picture": "AAAA"},
    ],
)
def test_a_mark_that_nobody_would_see_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="watermark"):
        Watermark(**wrong)  # type: ignore[arg-type]


def test_now_and_then_is_as_often_and_as_long_as_set() -> None:
    mark = Watermark(when="now_and_then", every_seconds=60, shown_seconds=5)
    assert [second for second in range(130) if mark.is_due(second)] == [
        *(0, 1, 2, 3, 4, 60, 61, 62, 63, 64, 120, 121, 122, 123, 124)
    ]


def test_a_stamp_put_twice_is_as_put_once() -> None:
    stamps, picture = Stamps(), np.zeros((10, 10), np.uint32)
    solid = np.eye(4, dtype=np.bool_)
    stamps.show("a", [Stamp(8, 8, np.full((4, 4), 7, np.uint32), solid)])
    once = stamps.put(Rectangle(0, 0, 10, 10), picture.copy())
    assert once[8:, 8:].tolist() == [[7, 0], [0, 7]]
    assert np.array_equal(stamps.put(Rectangle(0, 0, 10, 10), once.copy()), once)
    assert np.array_equal(stamps.put(Rectangle(8, 8, 2, 2), picture[8:, 8:].copy()), once[8:, 8:])


class Seen:
    """Whether anybody sees the screen, and under which name."""

    def __init__(self) -> None:
        self.rep = "Ana"

    def words(self) -> Mapping[str, str] | None:
        return {**WORDS, "rep": self.rep} if self.rep else None


async def test_it_is_on_the_screen_in_the_picture_and_lets_clicks_through(
    stage: Stage, display: str, canvas: Canvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    program = Program(display)
    for window in (canvas.root, program.window):
        # What was under a mark that goes is painted again.
        window.change_attributes(background_pixel=0x336699)
        window.clear_area(0, 0, 0, 0)
    program.display.sync()
    seen = Seen()
    marking = Marking(seen.words, Watermark(when="always", forensic=True))
    try:
        async with stage.sharing(display, layers=(marking,)), stage.watching("control") as rep:
            await until(lambda: (canvas.pixels() == 0x8C).all(axis=-1).any())
            await rep.shows(canvas)
            marked = canvas.pixels()
            solid = (marked == 0x8C).all(axis=-1)
            y, x = np.argwhere(solid[:480, :640])[0]
            await rep.say(p.Pointer(x=int(x), y=int(y), buttons=1))
            await until(lambda: program.has(f"moved {x},{y}", "pressed 1"))
            # Who else looks stands in it soon.
            seen.rep = "Ben"
            await until(lambda: not np.array_equal(canvas.pixels(), marked))
            await rep.shows(canvas)
            seen.rep = ""
            await until(lambda: not (canvas.pixels() == 0x8C).all(axis=-1).any())
            await rep.shows(canvas)
    finally:
        program.close()


async def test_it_is_in_the_picture_though_another_window_covers_it(
    stage: Stage, display: str, canvas: Canvas
) -> None:
    marking = Marking(Seen().words, Watermark(when="always", text="{rep}"))
    async with (
        stage.sharing(display, choice=only(), layers=(marking,)) as sharing,
        stage.watching() as rep,
    ):
        await until(lambda: (rep.painter.pixels[500:, 600:] == 255).all(axis=-1).any())
        sharing.stop()
        await until(lambda: not sharing.is_capturing)
        assert not (canvas.pixels() == 255).all(axis=-1).any(), "left on the screen"
