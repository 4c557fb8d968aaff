"""What a camera shows at the moment: a part of a layout, and how far its picture has got.

Composers know only the part that is shown, and count from its top left; everybody else counts from
the top left of the whole screen.
"""

import time
from collections.abc import Callable, Iterable
from typing import Final

from msgspec.structs import replace

from customer_client.screen.choice import Choice
from customer_client.screen.composer import Composer, Send
from customer_client.screen.display import Layout, Pointed
from customer_client.screen.grid import common
from customer_client.screen.pixels import Picture
from protocol.fields import Shared
from protocol.picture import Body, Cursor, Geometry, Move, Rectangle, Trouble, Video

Grab = Callable[[Rectangle], Picture]


ROUND_SECONDS: Final = 0.012
ROUNDS_AT_ONCE: Final = 3


class Rounds:
    """How often what was drawn is looked at: every 12 ms at most, but for a few times at once.

    Programs draw one change in pieces, with pauses in which they think. Each piece leaves as soon as
    it is there; only who goes on and on is slowed.
    """

    def __init__(self) -> None:
        self.last = 0.0
        self._spent_until = 0.0
        """When all that was done would have been done by one round every 12 ms."""

    def begin(self, now: float) -> None:
        """Take note that a round begins."""
        self.last = now
        self._spent_until = max(self._spent_until, now) + ROUND_SECONDS

    def next_due(self, now: float) -> float:
        """Return in how many seconds the next round may begin."""
        return max(0.0, self._spent_until - (ROUNDS_AT_ONCE - 1) * ROUND_SECONDS - now)


class Take:
    """What of `layout` is shown, or what is wrong with it: the customer's `choice`, and of that the
    monitor `looked_at` (0 for all of it). A customer who chose a monitor shows no other, and viewers
    are told of no other.
    """

    def __init__(self, layout: Layout, choice: Choice, looked_at: int, trouble: Trouble) -> None:
        self.layout = layout
        self.choice = choice
        self.trouble = trouble
        self.monitors, self.names = layout.monitors, layout.names
        chosen = choice.monitor or looked_at
        if choice.monitor:
            number = slice(choice.monitor - 1, choice.monitor)
            self.monitors, self.names = self.monitors[number], self.names[number]
        self.chosen = min(1 if choice.monitor else looked_at, len(self.names))
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
        self.pointed_at = 0.0
        self.rounds = Rounds()
        self.glanced_at = self.whole_at = self.key_at = time.monotonic()

    @property
    def sharing(self) -> Shared:
        """In a word, what is shown."""
        return "monitor" if self.choice.what == "screen" and self.chosen else self.choice.what

    @property
    def geometry(self) -> Geometry:
        """What viewers are told of it."""
        return Geometry(
            width=self.layout.width,
            height=self.layout.height,
            sharing=self.sharing,
            names=self.names,
            chosen=self.chosen,
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

    def damage_all(self, rectangles: Iterable[Rectangle]) -> None:
        """Take note that something was drawn on each of `rectangles`."""
        for each in rectangles:
            self.damage(each)

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
