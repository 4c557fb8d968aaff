"""What reps draw on the customer's screen: bright, with a light edge, and gone after some seconds."""

import threading
import time
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from customer_client.screen.stamps import Stamp
from protocol.picture import Drawing

SECONDS: Final = 5.0
MOST: Final = 40
"""At a time; the oldest goes."""

COLOUR, EDGE = np.uint32(0xE8420A), np.uint32(0xFFFFFF)
HALF: Final = 2.5
"""Pixels from the middle of a stroke to its side, and two more to that of its edge."""

AROUND: Final = 5
RING: Final = 18
DOT: Final = 3

Distances = npt.NDArray[np.float64]


class Drawings:
    """The layer of drawings; `take` from any thread."""

    name = "drawings"

    def __init__(self) -> None:
        self._drawn: list[tuple[float, Drawing]] = []
        self._turn = threading.Lock()
        self._shown: tuple[object, ...] = ()

    def take(self, drawing: Drawing) -> None:
        """Add what a rep draws, or take all away."""
        now = time.monotonic()
        with self._turn:
            if drawing.what == "clear":
                self._drawn.clear()
                return
            if drawing.what == "pointer":
                self._drawn = [each for each in self._drawn if each[1].what != "pointer"]
            self._drawn = [*self._drawn, (now + SECONDS, drawing)][-MOST:]

    def stamps(self, width: int, height: int, now: float) -> Sequence[Stamp] | None:
        """Return what is drawn at `now`, if it is something else than before."""
        with self._turn:
            self._drawn = [each for each in self._drawn if now < each[0]]
            drawn = [drawing for _, drawing in self._drawn]
        if (shown := (width, height, *drawn)) == self._shown or not (drawn or self._shown):
            return None
        self._shown = shown if drawn else ()
        return [stroke(each, width, height) for each in drawn]

    def due_in(self, now: float) -> float | None:
        """Return in how many seconds the next drawing goes."""
        with self._turn:
            return max(0.0, self._drawn[0][0] - now) if self._drawn else None


def stroke(drawing: Drawing, width: int, height: int) -> Stamp:
    """Return `drawing` on a screen of this size."""
    ends, reach = ((drawing.x, drawing.to_x), (drawing.y, drawing.to_y)), AROUND
    if drawing.what == "pointer":
        ends, reach = ((drawing.x, drawing.x), (drawing.y, drawing.y)), RING + AROUND
    left, top = (max(0, min(each) - reach) for each in ends)
    right = max(left + 1, min(width, max(ends[0]) + reach + 1))
    bottom = max(top + 1, min(height, max(ends[1]) + reach + 1))
    across = np.arange(left, right, dtype=np.float64)
    down = np.arange(top, bottom, dtype=np.float64)[:, None]
    away = _away(drawing, across, down)
    pixels = np.where(away <= HALF, COLOUR, EDGE)
    return Stamp(left, top, pixels, away <= HALF + 2)


def _away(drawing: Drawing, across: Distances, down: Distances) -> Distances:
    """Return how far each pixel is from the middle of the stroke."""
    x, y, to_x, to_y = drawing.x, drawing.y, drawing.to_x, drawing.to_y
    if drawing.what == "pointer":
        middle = np.hypot(across - x, down - y)
        away: Distances = np.minimum(np.abs(middle - RING), np.maximum(middle - DOT, 0))
        return away
    if drawing.what == "line":
        long = max(1, (to_x - x) ** 2 + (to_y - y) ** 2)
        along = ((across - x) * (to_x - x) + (down - y) * (to_y - y)) / long
        along = along.clip(0, 1)
        return np.hypot(across - x - along * (to_x - x), down - y - along * (to_y - y))
    beside = np.maximum(min(x, to_x) - across, across - max(x, to_x))
    above = np.maximum(min(y, to_y) - down, down - max(y, to_y))
    outside = np.hypot(np.maximum(beside, 0), np.maximum(above, 0))
    return np.asarray(outside - np.minimum(np.maximum(beside, above), 0))
