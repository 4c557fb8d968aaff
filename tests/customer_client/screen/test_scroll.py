"""Finding what only moved, exactly or not at all."""

import numpy as np
import pytest

from customer_client.screen.pixels import Picture
from customer_client.screen.scroll import Moved, _is_plain, find_move
from tests.customer_client.screen.screens import noise, text


def found(before: Picture, after: Picture) -> Moved | None:
    return find_move(before, after, before != after)


@pytest.mark.parametrize("by", [1, 17, 60, -1, -17, -60])
@pytest.mark.parametrize("left", [0, 1, 30])
def test_a_scrolled_text_is_found_wherever_it_stands(by: int, left: int) -> None:
    page = text(300, 600)
    before, after = (np.full((400, 500), 0xDDDDDD, np.uint32) for _ in range(2))
    before[40:340, left : left + 300] = page[100:400]
    after[40:340, left : left + 300] = page[100 + by : 400 + by]
    moved = found(before, after)
    assert moved
    assert moved.by == by
    x, y, width, height, _ = moved
    assert height > 200
    assert width > 200
    assert np.array_equal(
        before[y + by : y + by + height, x : x + width], after[y : y + height, x : x + width]
    )


def test_what_is_new_has_not_moved() -> None:
    assert found(noise(200, 200, 1), noise(200, 200, 2)) is None
    assert found(noise(200, 200), noise(200, 200)) is None


def test_empty_rows_say_nothing_of_where_they_went() -> None:
    before, after = (np.zeros((200, 200), np.uint32) for _ in range(2))
    after[50:150] = 0xFFFFFF
    assert found(before, after) is None


def test_a_plain_colour_has_come_from_nowhere() -> None:
    before = np.zeros((200, 200), np.uint32)
    after = np.full((200, 200), 0x336699, np.uint32)
    assert find_move(before, after, before != after) is None
    assert _is_plain(after)
    assert not _is_plain(text(200, 200))
