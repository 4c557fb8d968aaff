"""What is drawn over the screen: the same pixels on the customer's screen and in the rep's picture.

A stamp has no half-transparent pixels. So it looks the same with and without a compositor, and putting it
into a picture of a screen that shows it already changes nothing.
"""

import threading
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from msgspec import Struct

from customer_client.screen.grid import common
from customer_client.screen.pixels import Picture, Unequal
from protocol.picture import Rectangle


class Stamp(Struct, frozen=True, eq=False):
    """Pixels at a place of the screen; where `solid` is false, nothing is drawn."""

    x: int
    y: int
    pixels: Picture
    solid: Unequal

    @property
    def place(self) -> Rectangle:
        """Where it is."""
        height, width = self.solid.shape
        return Rectangle(self.x, self.y, width, height)


class Stamps:
    """The stamps of the moment, in layers by name; from any thread."""

    def __init__(self) -> None:
        self._layers: Mapping[str, Sequence[Stamp]] = {}
        self._turn = threading.Lock()
        self.changed: Callable[[Sequence[Rectangle]], None] = lambda _: None
        """Hears where the picture is another one now."""

    def show(self, layer: str, stamps: Sequence[Stamp]) -> None:
        """Show just these in `layer` from now on."""
        with self._turn:
            before = self._layers.get(layer, ())
            self._layers = {**self._layers, layer: tuple(stamps)}
        self.changed([each.place for each in (*before, *stamps)])

    def all(self) -> list[Stamp]:
        """Return all that are shown, the lowest first."""
        return [each for name in sorted(self._layers) for each in self._layers[name]]

    def put(self, rectangle: Rectangle, picture: Picture) -> Picture:
        """Return the `picture` of `rectangle` with what is shown drawn on it."""
        for stamp in self.all():
            if not (part := common(stamp.place, rectangle)):
                continue
            top, left = part.y - rectangle.y, part.x - rectangle.x
            into = picture[top : top + part.height, left : left + part.width]
            top, left = part.y - stamp.y, part.x - stamp.x
            here = np.s_[top : top + part.height, left : left + part.width]
            np.copyto(into, stamp.pixels[here], where=stamp.solid[here])
        return picture
