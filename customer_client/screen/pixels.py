"""The pixels of the screen as they were last captured, and what is different in fresh ones.

A pixel is a 32-bit number 0x00RRGGBB, as X11 and Windows hand it out; the byte that means nothing is
cleared, so that it makes no difference.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from customer_client.screen.grid import CELL, Grid
from protocol.picture import Rectangle

Picture = npt.NDArray[np.uint32]
Counts = npt.NDArray[np.int64]

_COLOURS: Final = np.uint32(0x00FFFFFF)


def picture(bgrx: bytes | bytearray, width: int, height: int) -> Picture:
    """Return captured bytes as pixels, without copying them where they may be written to."""
    pixels: Picture = np.frombuffer(bgrx, np.uint32).reshape(height, width)
    if pixels.flags.writeable:
        return np.bitwise_and(pixels, _COLOURS, out=pixels)
    return pixels & _COLOURS


class Pixels:
    """What was last captured of a screen, black at first."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self.all: Picture = np.zeros((grid.height, grid.width), np.uint32)

    def of(self, rectangle: Rectangle) -> Picture:
        """Return the pixels of `rectangle`, as a view."""
        x, y, width, height = rectangle
        return self.all[y : y + height, x : x + width]

    def changed(self, rows: slice, columns: slice, fresh: Picture) -> Counts:
        """Return how many pixels of each cell of a block differ in `fresh`."""
        block = self._grid.pixels(rows, columns)
        known = self.of(block)
        counts = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.int64)
        different = np.flatnonzero((known != fresh).any(axis=1))
        if not len(different):
            return counts
        first = int(different[0]) // CELL
        last = int(different[-1]) // CELL + 1
        top, bottom = first * CELL, min(last * CELL, block.height)
        unequal = (known[top:bottom] != fresh[top:bottom]).view(np.uint8)
        lines = np.add.reduceat(unequal, range(0, block.width, CELL), axis=1, dtype=np.int64)
        counts[first:last] = np.add.reduceat(lines, range(0, bottom - top, CELL), axis=0)
        return counts

    def tight(self, block: Rectangle, fresh: Picture) -> Rectangle | None:
        """Return the smallest rectangle within `block` outside of which `fresh` is as known."""
        unequal = self.of(block) != fresh
        rows = np.flatnonzero(unequal.any(axis=1))
        if not len(rows):
            return None
        columns = np.flatnonzero(unequal.any(axis=0))
        left, top = int(columns[0]), int(rows[0])
        width, height = int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top
        return Rectangle(block.x + left, block.y + top, width, height)

    def take(self, rectangle: Rectangle, fresh: Picture) -> None:
        """Remember `fresh` as what `rectangle` shows."""
        self.of(rectangle)[:] = fresh

    def rgb(self, rectangle: Rectangle) -> bytes:
        """Return the pixels of `rectangle` as a patch wants them: RGB, row by row."""
        pixels = np.ascontiguousarray(self.of(rectangle))
        bgrx = pixels.view(np.uint8).reshape(rectangle.height, rectangle.width, 4)
        rgb = np.empty((rectangle.height, rectangle.width, 3), np.uint8)
        # Three plain copies: a third of the time that one with a reversed axis takes.
        for channel in range(3):
            rgb[..., channel] = bgrx[..., 2 - channel]
        return rgb.tobytes()
