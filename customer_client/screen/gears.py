"""Which cells of the screen are in motion: those travel as video, all others as exact patches.

A cell goes into motion when it keeps changing and exact patches of it cost more than video would; it
comes back when it has been still for a while, and is then made exact again. No clock is read here;
times are given, in seconds.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from customer_client.screen.grid import Cells, Grid
from customer_client.screen.pixels import Counts

CHANGES: Final = 3
PIXELS: Final = 4096
BYTES: Final = 8000
"""Within a second, all three: changes, changed pixels and the bytes of a cell's patches. A cell of
text costs some 2,000 bytes as a patch and 60 as a part of a video frame; a cell of plain colours
costs 15 as a patch, which then is both the smaller and the quicker.
"""

STILL_SECONDS: Final = 0.15


class Gears:
    """The gear of each cell of a grid."""

    def __init__(self, grid: Grid) -> None:
        self.moving: Cells = grid.none()
        self.inexact: Cells = grid.none()
        """Where viewers do not have the very pixels that were captured."""
        shape = grid.shape
        self._changed_at = np.full(shape, -np.inf)
        # What happened within the last second, fading away evenly.
        self._changes = np.zeros(shape)
        self._pixels = np.zeros(shape)
        self._bytes = np.zeros(shape)
        self._faded_at = 0.0

    def change(self, cells: Cells, pixels: Counts, now: float) -> None:
        """Take note that `cells` changed, each by so many `pixels`."""
        self._fade(now)
        self._changed_at[cells] = now
        self._changes[cells] += 1
        self._pixels[cells] += pixels[cells]
        busy = (self._changes >= CHANGES) & (self._pixels > PIXELS) & (self._bytes > BYTES)
        self.moving |= cells & busy

    def paid(self, cells: Cells, size: float) -> None:
        """Take note that patches of `cells` took `size` bytes together."""
        if count := int(cells.sum()):
            self._bytes[cells] += size / count

    def made_exact(self, cells: Cells) -> None:
        """Take note that viewers have the very pixels of `cells` now."""
        self.inexact &= ~cells

    def hurry(self, cells: Cells, now: float) -> None:
        """Put `cells` into motion at once: exact patches of them would take too long."""
        self.moving |= cells
        self.inexact |= cells
        self._changed_at[cells] = now

    def filmed(self, cells: Cells) -> None:
        """Take note that viewers see `cells` by video."""
        self.inexact |= cells

    def moved(self, cells: Cells, now: float, *, is_exact: bool) -> None:
        """Take note that viewers have `cells` by a move; of what they do not have exactly they have a
        copy that is as good.
        """
        if not is_exact:
            self.inexact |= cells
            self._changed_at[cells] = now

    def leave(self, cells: Cells) -> None:
        """Take `cells` out of the motion gear."""
        self.moving &= ~cells

    def unseen(self) -> None:
        """Forget that anybody has seen anything; all is to be made exact as soon as can be."""
        self.inexact[:] = True
        self._changed_at[~self.moving] = -np.inf

    def settled(self, now: float, drawn: Cells) -> Cells:
        """Return the inexact cells that have been still for a while; they leave the motion gear.
        Those that were `drawn` on and not looked at yet are not still.
        """
        still = (self._changed_at <= now - STILL_SECONDS) & ~drawn
        self.moving &= ~still
        settled: Cells = self.inexact & still
        return settled

    def next_settling(self, now: float, drawn: Cells) -> float | None:
        """Return in how many seconds the next inexact cell will have been still for long enough, of
        those that were not `drawn` on.
        """
        waiting: npt.NDArray[np.float64] = self._changed_at[self.inexact & ~drawn]
        if not len(waiting):
            return None
        return max(0.0, float(waiting.min()) + STILL_SECONDS - now)

    def _fade(self, now: float) -> None:
        left = max(0.0, 1.0 - (now - self._faded_at))
        self._faded_at = now
        self._changes *= left
        self._pixels *= left
        self._bytes *= left
