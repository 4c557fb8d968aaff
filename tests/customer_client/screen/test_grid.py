"""Sets of cells, and the blocks that cover them."""

import numpy as np
import pytest

from customer_client.screen.grid import CELL, Grid, enclosing
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
