"""What a change is sent as, by what the line carries."""

from typing import Any

import numpy as np
import pytest

from customer_client.screen.composer import SLOW_LINE, SLOW_RATE, SMALL_BAND_PIXELS, Composer
from customer_client.screen.film import FRAMES_A_SECOND
from customer_client.screen.gears import STILL_SECONDS
from customer_client.screen.pixels import Picture
from protocol import picture as p
from protocol.picture import Rectangle
from protocol.picture_rules import encloses
from tests.customer_client.screen.painter import Painter
from tests.customer_client.screen.screens import noise, text

WIDTH, HEIGHT = 640, 480
SLOW, FAST = 100_000, 5_000_000
assert SLOW < SLOW_LINE < FAST


class Shown:
    """A screen that is composed, and what a viewer sees of it."""

    def __init__(self) -> None:
        self.screen: Picture = np.full((HEIGHT, WIDTH), 0x336699, np.uint32)
        self.painter = Painter()
        self.codings: list[str] = []
        self.patched: list[Rectangle] = []
        self.filmed: list[Rectangle] = []
        self._sequence = 0
        whole = Rectangle(0, 0, WIDTH, HEIGHT)
        self._send(p.Geometry(width=WIDTH, height=HEIGHT, sharing="screen", names=("",)), (whole,))
        self.composer = Composer(WIDTH, HEIGHT, self._grab, self._send)
        self.composer.whole(FAST, checkpoint=False)
        self.painter.kinds.clear()
        self.codings.clear()
        self.patched.clear()

    def _grab(self, at: Rectangle) -> Picture:
        return self.screen[at.y : at.y + at.height, at.x : at.x + at.width].copy()

    def _send(self, body: p.Body, rectangles: tuple[Rectangle, ...], **flags: Any) -> int:
        self._sequence += 1
        if isinstance(body, p.Patch):
            self.codings.append(body.coding)
            self.patched += rectangles
        elif isinstance(body, p.Video):
            self.filmed.append(body.area)
        said = p.Message(
            stream=1, sequence=self._sequence, time=0, body=body, rectangles=rectangles, **flags
        )
        self.painter.take(said)
        return 0

    def draw(self, at: Rectangle, pixels: Picture, now: float, rate: int) -> None:
        self.screen[at.y : at.y + at.height, at.x : at.x + at.width] = pixels
        self.composer.damage(at)
        self.composer.compose(now, rate)

    def settle(self, now: float, rate: int) -> None:
        for _ in range(20):
            self.composer.settle(now, rate)

    @property
    def is_exact(self) -> bool:
        return self.is_exact_at(Rectangle(0, 0, WIDTH, HEIGHT))

    def is_exact_at(self, at: Rectangle) -> bool:
        rows, columns = slice(at.y, at.y + at.height), slice(at.x, at.x + at.width)
        seen = self.painter.pixels[rows, columns].astype(np.uint32)
        colours = seen[..., 0] << 16 | seen[..., 1] << 8 | seen[..., 2]
        return np.array_equal(colours, self.screen[rows, columns])


PAGE = Rectangle(10, 20, 600, 400)


def test_a_picture_on_a_slow_line_is_seen_at_once_and_exact_when_it_has_stood_still() -> None:
    shown = Shown()
    shown.draw(PAGE, noise(PAGE.width, PAGE.height), 100.0, SLOW)
    assert shown.painter.kinds == ["Video"]
    shown.settle(100.0 + STILL_SECONDS / 2, SLOW)
    assert shown.painter.kinds == ["Video"]
    shown.settle(100.0 + STILL_SECONDS + 0.001, SLOW)
    assert shown.is_exact
    assert set(shown.codings) == {"webp"}
    # What is drawn meanwhile waits for one of these at most.
    assert all(each.width * each.height <= SMALL_BAND_PIXELS for each in shown.patched)


def test_a_page_on_a_slow_line_is_exact_at_once_in_few_bytes() -> None:
    shown = Shown()
    shown.draw(PAGE, text(PAGE.width, PAGE.height), 100.0, SLOW)
    assert shown.is_exact
    assert shown.codings == ["webp"]
    assert shown.patched == [PAGE]


@pytest.mark.parametrize(("rate", "coding"), [(SLOW, "webp"), (FAST, "deflate")])
def test_a_whole_picture_takes_few_bytes_on_a_slow_line(rate: int, coding: str) -> None:
    shown = Shown()
    shown.screen[20:420, 10:610] = text(600, 400)
    shown.composer.whole(rate, checkpoint=True)
    assert shown.is_exact
    assert shown.codings == [coding]


def test_a_page_on_a_fast_line_is_exact_at_once() -> None:
    shown = Shown()
    shown.draw(PAGE, text(PAGE.width, PAGE.height), 100.0, FAST)
    assert shown.is_exact
    assert set(shown.codings) == {"deflate"}


@pytest.mark.parametrize("rate", [SLOW, FAST])
def test_a_few_letters_are_exact_at_once_on_any_line(rate: int) -> None:
    shown = Shown()
    shown.draw(Rectangle(100, 100, 60, 16), text(60, 16), 100.0, rate)
    assert shown.is_exact
    assert shown.codings == ["deflate"]


def test_what_scrolls_before_it_is_exact_goes_on_as_moves_and_is_exact_in_the_end() -> None:
    shown, page = Shown(), text(600, 2000)
    # A picture beside the text lets all of it begin as video.
    page[:, 500:] = noise(100, 2000)
    shown.draw(PAGE, page[: PAGE.height], 100.0, SLOW)
    assert shown.painter.kinds == ["Video"]
    shown.painter.kinds.clear()
    for turn in range(1, 20):
        top = 17 * turn
        shown.draw(PAGE, page[top : top + PAGE.height], 100.0 + turn / 20, SLOW)
        shown.settle(100.0 + turn / 20 + 0.01, SLOW)
    assert shown.painter.kinds.count("Move") > 15
    assert "Video" not in shown.painter.kinds
    assert not shown.is_exact
    shown.settle(101.0 + STILL_SECONDS, SLOW)
    assert shown.is_exact


def test_what_changes_in_several_places_at_once_is_one_message() -> None:
    shown = Shown()
    for left in (10, 300, 500):
        at = Rectangle(left, 100, 40, 16)
        shown.screen[100:116, left : left + 40] = text(40, 16)
        shown.composer.damage(at)
    shown.composer.compose(100.0, FAST)
    assert shown.is_exact
    assert shown.painter.kinds == ["Patch"]


@pytest.mark.parametrize("rate", [SLOW, FAST])
def test_what_changes_beside_a_film_for_little_is_no_part_of_it(rate: int) -> None:
    shown = Shown()
    film, clock = Rectangle(320, 192, 256, 256), Rectangle(0, 0, 60, 20)
    for turn in range(30):
        for at, pixels in (
            (film, np.roll(noise(film.width, film.height), 9 * turn, axis=1)),
            (clock, np.full((clock.height, clock.width), 0x112233 * (1 + turn % 2), np.uint32)),
        ):
            shown.screen[at.y : at.y + at.height, at.x : at.x + at.width] = pixels
            shown.composer.damage(at)
        shown.composer.compose(100.0 + turn / 30, rate)
        assert shown.is_exact_at(clock)
    assert shown.painter.kinds.count("Video") > 20
    assert {encloses(each, clock) for each in shown.filmed} == {False}


def test_what_is_in_motion_waits_while_viewers_cannot_keep_up_and_patches_do_not() -> None:
    shown, at, letters = Shown(), Rectangle(0, 0, 256, 256), Rectangle(400, 400, 60, 16)
    now = 100.0
    for number in range(8):
        now += 0.1
        shown.draw(at, noise(at.width, at.height, seed=number), now, FAST)
    assert shown.painter.kinds[-1] == "Video"
    shown.painter.kinds.clear()
    shown.composer.holds_film = True
    for number in range(8, 12):
        now += 0.1
        shown.draw(at, noise(at.width, at.height, seed=number), now, FAST)
        shown.settle(now, FAST)
    assert not shown.painter.kinds
    assert shown.composer.next_due(now, FAST) is None
    shown.draw(letters, text(60, 16), now, FAST)
    assert shown.painter.kinds == ["Patch"]
    shown.composer.holds_film = False
    assert shown.composer.next_due(now, FAST) == 0
    shown.composer.compose(now, FAST)
    assert shown.painter.kinds == ["Patch", "Video"]
    shown.settle(now + STILL_SECONDS + 0.001, FAST)
    assert shown.is_exact


def frames(rate: int) -> int:
    """Return how many frames of a film of two seconds are shown, which changes 60 times a second."""
    shown, at, now = Shown(), Rectangle(64, 64, 192, 192), 100.0
    film = noise(192, 192)
    for turn in range(120):
        now += 1 / 60
        shown.screen[64:256, 64:256] = np.roll(film, 7 * turn, axis=1)
        shown.composer.damage(at)
        if shown.composer.is_due(now, rate):
            shown.composer.compose(now, rate)
    return shown.painter.kinds.count("Video")


def test_where_even_the_coarsest_film_is_too_much_it_has_fewer_frames() -> None:
    assert SLOW_RATE < SLOW < SLOW_LINE
    assert 1.8 * FRAMES_A_SECOND < frames(SLOW) <= 2 * FRAMES_A_SECOND + 1
    assert frames(SLOW_RATE - 1) <= 2 * 15 + 1
