"""Which cells are in motion, and when they are made exact again."""

from typing import Any

import numpy as np

from customer_client.screen.gears import BYTES, STILL_SECONDS, Gears
from customer_client.screen.grid import Grid

GRID = Grid(128, 64)


def one() -> Any:
    cells = GRID.none()
    cells[0, 0] = True
    return cells


def changes(gears: Gears, times: int, *, pixels: int, size: int, every: float = 0.1) -> float:
    now = 100.0
    for _ in range(times):
        now += every
        gears.change(one(), np.full(GRID.shape, pixels, np.int64), now)
        gears.paid(one(), size)
    return now


def test_a_cell_that_keeps_changing_much_goes_into_motion_alone() -> None:
    gears = Gears(GRID)
    changes(gears, 6, pixels=4096, size=BYTES)
    assert gears.moving.tolist() == [[True, False]]


def test_rare_small_or_cheap_changes_stay_patches() -> None:
    for times, pixels, size, every in (
        (20, 4096, BYTES, 0.9),
        (20, 100, BYTES, 0.1),
        (20, 4096, 15, 0.1),
    ):
        gears = Gears(GRID)
        changes(gears, times, pixels=pixels, size=size, every=every)
        assert not gears.moving.any()


def test_what_was_filmed_is_made_exact_when_it_has_stood_still() -> None:
    gears = Gears(GRID)
    now = changes(gears, 6, pixels=4096, size=BYTES)
    gears.filmed(one())
    assert not gears.settled(now + STILL_SECONDS / 2, GRID.none()).any()
    assert gears.moving.any()
    wait = gears.next_settling(now, GRID.none())
    assert wait is not None
    assert abs(wait - STILL_SECONDS) < 1e-6
    later = now + STILL_SECONDS + 0.001
    # Drawn on, but the line has had no room to look at it.
    assert not gears.settled(later, one()).any()
    assert gears.next_settling(later, one()) is None
    assert gears.moving.any()
    assert (gears.settled(later, GRID.none()) == one()).all()
    assert not gears.moving.any()
    gears.made_exact(one())
    assert gears.next_settling(later, GRID.none()) is None


def test_what_nobody_has_seen_is_made_exact_at_once() -> None:
    gears = Gears(GRID)
    gears.unseen()
    assert gears.settled(0.0, GRID.none()).all()
