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
Unequal = npt.NDArray[np.bool_]

PLAIN_PIXELS: Final = 128
"""So many of one colour take about as much as one edge between two."""

_COLOURS: Final = np.uint32(0x00FFFFFF)


def picture(bgrx: bytes | bytearray, width: int, height: int) -> Picture:
    """Return captured bytes as pixels, without copying them where they may be written to."""
    pixels: Picture = np.frombuffer(bgrx, np.uint32).reshape(height, width)
    if pixels.flags.writeable:
        return np.bitwise_and(pixels, _COLOURS, out=pixels)
    return pixels & _COLOURS


def counts(unequal: Unequal) -> Counts:
    """Return how many pixels of each cell are `unequal`; the first cell begins at the top left."""
    height, width = unequal.shape
    found = np.zeros((-(-height // CELL), -(-width // CELL)), np.int64)
    rows = np.flatnonzero(unequal.any(axis=1))
    if not len(rows):
        return found
    first, last = int(rows[0]) // CELL, int(rows[-1]) // CELL + 1
    part = unequal[first * CELL : last * CELL].view(np.uint8)
    # A cell's width fits a byte: several times as fast as with room to spare.
    lines = np.add.reduceat(part, range(0, width, CELL), axis=1, dtype=np.uint8)
    found[first:last] = np.add.reduceat(lines, range(0, len(part), CELL), axis=0, dtype=np.int64)
    return found


def extent(unequal: Unequal) -> Rectangle | None:
    """Return the smallest rectangle that holds all that is `unequal`, if anything is."""
    rows = np.flatnonzero(unequal.any(axis=1))
    if not len(rows):
        return None
    columns = np.flatnonzero(unequal.any(axis=0))
    left, top = int(columns[0]), int(rows[0])
    return Rectangle(left, top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top)


class Pixels:
    """What was last captured of a screen, black at first."""

    def __init__(self, grid: Grid) -> None:
        self.all: Picture = np.zeros((grid.height, grid.width), np.uint32)

    def of(self, rectangle: Rectangle) -> Picture:
        """Return the pixels of `rectangle`, as a view."""
        x, y, width, height = rectangle
        return self.all[y : y + height, x : x + width]

    def unequal(self, block: Rectangle, fresh: Picture) -> Unequal:
        """Return which pixels of `block` differ in `fresh`."""
        unequal: Unequal = np.not_equal(self.of(block), fresh)
        return unequal

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


def weight(pixels: Picture) -> float:
    """Return about how much `pixels` take when they are packed, compared to others: mostly by how
    often one pixel of a row differs from the next.
    """
    edges = int((pixels[:, 1:] != pixels[:, :-1]).sum())
    return edges + (1 + pixels.size) / PLAIN_PIXELS
