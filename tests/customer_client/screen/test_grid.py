"""Sets of cells, and the blocks that cover them."""

import numpy as np
import pytest

from customer_client.screen.grid import CELL, Grid, bands, enclosing, groups
from protocol.picture import Rectangle


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_blocks_cover_each_cell_once_and_nothing_else(share: float, seed: int) -> None:
    grid = Grid(30 * CELL, 17 * CELL)
    cells = np.random.default_rng(seed).random(grid.shape) < share
    covered = np.zeros(grid.shape, int)
    for rows, columns in grid.blocks(cells):
        covered[rows, columns] += 1
    assert np.array_equal(covered, cells.astype(int))


def test_equal_runs_below_each_other_are_one_block() -> None:
    grid = Grid(4 * CELL, 4 * CELL)
    cells = grid.none()
    cells[0:3, 1:3] = True
    cells[3, 1:2] = True
    found = [
        (rows.start, rows.stop, columns.start, columns.stop) for rows, columns in grid.blocks(cells)
    ]
    assert sorted(found) == [(0, 3, 1, 3), (3, 4, 1, 2)]
    assert enclosing(cells) == (slice(0, 4), slice(1, 3))


def test_cells_at_the_edge_have_only_the_pixels_that_are_there() -> None:
    grid = Grid(100, 70)
    assert grid.shape == (2, 2)
    assert grid.pixels(slice(1, 2), slice(1, 2)) == Rectangle(64, 64, 36, 6)


def test_bands_are_whole_rows_of_cells_of_about_so_many_pixels() -> None:
    block = Rectangle(10, 20, 100, 300)
    found = list(bands(block, 2 * CELL * 100))
    assert found == [
        Rectangle(10, 20, 100, 2 * CELL),
        Rectangle(10, 20 + 2 * CELL, 100, 2 * CELL),
        Rectangle(10, 20 + 4 * CELL, 100, 300 - 4 * CELL),
    ]
    assert next(bands(block, 1)).height == CELL, "never less than a row of cells"


def test_groups_hold_everything_in_its_order_and_no_more_than_they_may() -> None:
    small = [Rectangle(at, 0, 10, 10) for at in range(0, 50, 10)]
    large = Rectangle(0, 64, 100, 2 * CELL)
    found = list(groups([*small, large], 64 * 100))
    assert found[0] == small
    assert [each for group in found[1:] for each in group] == list(bands(large, 64 * 100))
    assert all(sum(e.width * e.height for e in group) <= 64 * 100 for group in found)
