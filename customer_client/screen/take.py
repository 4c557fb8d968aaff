"""What a camera shows at the moment: a part of a layout, and how far its picture has got.

Composers know only the part that is shown, and count from its top left; everybody else counts from
the top left of the whole screen.
"""

import time
from collections.abc import Callable

from msgspec.structs import replace

from customer_client.screen.composer import Composer, Send
from customer_client.screen.display import Layout, Pointed
from customer_client.screen.grid import common
from customer_client.screen.pixels import Picture
from protocol.picture import Body, Cursor, Geometry, Move, Rectangle, Trouble, Video

Grab = Callable[[Rectangle], Picture]


class Take:
    """The monitor `chosen` of `layout` (0 for all of it), or what is wrong with it."""

    def __init__(self, layout: Layout, chosen: int, trouble: Trouble) -> None:
        self.layout = layout
        self.chosen = chosen
        self.trouble = trouble
        self.shown = Rectangle(0, 0, layout.width, layout.height)
        if 0 < chosen <= len(layout.monitors):
            self.shown = layout.monitors[chosen - 1]
        self.composer: Composer | None = None
        self.layout_is_due = False
        self.is_new = True
        self.is_wished = True
        """A whole picture is due."""
        self.cursor_is_due = True
        self.pointed: Pointed | None = None
        self.pointed_at = self.rounded_at = 0.0
        self.glanced_at = self.whole_at = self.key_at = time.monotonic()

    @property
    def geometry(self) -> Geometry:
        """What viewers are told of it."""
        return Geometry(
            width=self.layout.width,
            height=self.layout.height,
            sharing="monitor" if self.chosen else "screen",
            names=self.layout.names,
            chosen=min(self.chosen, len(self.layout.names)),
            trouble=self.trouble,
        )

    def compose(self, grab: Grab, send: Send) -> None:
        """Show it: pixels come from `grab`, messages go to `send`, both in the whole screen's
        coordinates.
        """

        def grab_shown(rectangle: Rectangle) -> Picture:
            return grab(self._outward(rectangle))

        def send_shown(
            body: Body,
            rectangles: tuple[Rectangle, ...],
            *,
            key: bool = False,
            checkpoint: bool = False,
            more: bool = False,
        ) -> int:
            placed = tuple(self._outward(each) for each in rectangles)
            return send(self._body(body), placed, key=key, checkpoint=checkpoint, more=more)

        self.composer = Composer(self.shown.width, self.shown.height, grab_shown, send_shown)

    def damage(self, rectangle: Rectangle) -> None:
        """Take note that something was drawn on `rectangle` of the whole screen."""
        if self.composer and (seen := common(rectangle, self.shown)):
            inward = seen._replace(x=seen.x - self.shown.x, y=seen.y - self.shown.y)
            self.composer.damage(inward)

    def cursor(self, pointed: Pointed) -> Cursor:
        """Return where viewers are to show the cursor; not at all beside what is shown."""
        shown = self.shown
        inside = common(Rectangle(pointed.x, pointed.y, 1, 1), shown) is not None
        x = min(max(pointed.x, shown.x), shown.x + shown.width - 1)
        y = min(max(pointed.y, shown.y), shown.y + shown.height - 1)
        return Cursor(x=x, y=y, shown=inside)

    def _outward(self, rectangle: Rectangle) -> Rectangle:
        return rectangle._replace(x=rectangle.x + self.shown.x, y=rectangle.y + self.shown.y)

    def _body(self, body: Body) -> Body:
        if isinstance(body, Move):
            left, top = self.shown.x, self.shown.y
            return Move(sources=tuple((x + left, y + top) for x, y in body.sources))
        if isinstance(body, Video):
            return replace(body, area=self._outward(body.area))
        return body
