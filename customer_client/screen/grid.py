"""The screen as cells of 64 pixels: sets of cells, and the rectangles that cover them."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from protocol.picture import Rectangle

CELL: Final = 64

Cells = npt.NDArray[np.bool_]
"""One truth for each cell, row by row."""


class Grid:
    """The cells of a screen of `width` x `height` pixels; those at the edges may be smaller."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.shape = (-(-height // CELL), -(-width // CELL))

    def none(self) -> Cells:
        """Return a set without any cell."""
        return np.zeros(self.shape, dtype=np.bool_)

    def touched(self, rectangle: Rectangle) -> tuple[slice, slice]:
        """Return where the cells are that `rectangle` touches; beyond the screen there are none."""
        x, y, width, height = rectangle
        right, bottom = min(x + width, self.width), min(y + height, self.height)
        rows = slice(max(y, 0) // CELL, max(-(-bottom // CELL), 0))
        return rows, slice(max(x, 0) // CELL, max(-(-right // CELL), 0))

    def pixels(self, rows: slice, columns: slice) -> Rectangle:
        """Return the pixels of a block of cells."""
        left, top = columns.start * CELL, rows.start * CELL
        right, bottom = min(columns.stop * CELL, self.width), min(rows.stop * CELL, self.height)
        return Rectangle(left, top, right - left, bottom - top)

    def blocks(self, cells: Cells) -> Iterator[tuple[slice, slice]]:
        """Cover `cells` with blocks that do not overlap, and nothing else: runs of a row, joined
        with equal runs below.
        """
        # All edges of all runs at once: most sets are of a few cells, and this is asked often.
        edges = np.diff(cells, axis=1, prepend=False, append=False).nonzero()
        rows, columns = (each.tolist() for each in edges)
        open_runs: dict[tuple[int, int], tuple[int, int]] = {}
        for row, start, stop in zip(rows[::2], columns[::2], columns[1::2], strict=True):
            first, after = open_runs.get((start, stop), (row, row))
            if after < row:
                yield slice(first, after), slice(start, stop)
                first = row
            open_runs[start, stop] = first, row + 1
        for (start, stop), (first, after) in open_runs.items():
            yield slice(first, after), slice(start, stop)


def enclosing(cells: Cells) -> tuple[slice, slice]:
    """Return the smallest block that holds all of `cells`, of which there must be some."""
    rows, columns = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def common(one: Rectangle, other: Rectangle) -> Rectangle | None:
    """Return the pixels that both have."""
    left, top = max(one.x, other.x), max(one.y, other.y)
    right = min(one.x + one.width, other.x + other.width)
    bottom = min(one.y + one.height, other.y + other.height)
    if right <= left or bottom <= top:
        return None
    return Rectangle(left, top, right - left, bottom - top)


def bands(block: Rectangle, most: int) -> Iterator[Rectangle]:
    """Cut `block` into bands of whole rows of cells, each of about `most` pixels."""
    height = max(1, most // block.width // CELL) * CELL
    for top in range(0, block.height, height):
        yield block._replace(y=block.y + top, height=min(height, block.height - top))


def groups(rectangles: list[Rectangle], most: int) -> Iterator[list[Rectangle]]:
    """Put `rectangles` together in groups of at most about `most` pixels, cut into bands where they are larger."""
    group: list[Rectangle] = []
    size = 0
    for block in rectangles:
        for band in bands(block, most):
            if group and size + band.width * band.height > most:
                yield group
                group, size = [], 0
            group.append(band)
            size += band.width * band.height
    if group:
        yield group
