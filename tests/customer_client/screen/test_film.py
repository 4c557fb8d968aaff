"""Video follows what the line carries."""

from statistics import mean

import numpy as np

from customer_client.screen.film import RISE_FRAMES, Film
from customer_client.screen.pixels import Picture
from protocol.picture import Rectangle
from tests.customer_client.screen.screens import noise

AREA = Rectangle(0, 0, 320, 240)
MANY, FEW = 4_000_000, 400_000


def moving(turn: int) -> Picture:
    """Return a picture that is hard to pack, and different at each turn."""
    return np.roll(noise(AREA.width, AREA.height), 7 * turn, axis=1)


def frames(film: Film, count: int, bits: int) -> list[tuple[bytes, bool]]:
    return [film.encode(moving(turn), bits) for turn in range(count)]


def test_frames_take_what_the_line_carries_and_no_more() -> None:
    film = Film(AREA)
    wide = frames(film, 20, MANY)
    narrow = frames(film, 20, FEW)
    assert mean(len(data) for data, _ in narrow) < mean(len(data) for data, _ in wide) / 2
    assert narrow[0][1], "what begins anew begins with a key frame"


def test_a_line_that_varies_a_little_costs_no_key_frame() -> None:
    film = Film(AREA)
    frames(film, 1, MANY)
    later = [film.encode(moving(turn), int(MANY * (0.7 + turn % 2))) for turn in range(10)]
    assert not any(is_key for _, is_key in later)


def test_a_line_that_carries_far_more_is_used_after_a_while() -> None:
    film = Film(AREA)
    narrow = frames(film, RISE_FRAMES, FEW)
    wide = frames(film, 20, MANY)
    assert wide[0][1]
    assert mean(len(data) for data, _ in wide) > 2 * mean(len(data) for data, _ in narrow[1:])
