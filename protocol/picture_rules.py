"""Whether a message of the picture fits what was said before it.

A `Sharer` or `Viewer` below judges every message that came over one socket, in order, and raises
`BadPicture` on the first that breaks a rule; the socket is closed with that reason, and session and
chat go on. Limits are those of a customer's stream: so many messages and bytes a second.
"""

from collections import deque
from collections.abc import Iterable

from protocol.fields import Tool
from protocol.picture import (
    MOST_PIXELS,
    MOST_SIDE,
    Ack,
    BadPicture,
    Body,
    Clipboard,
    Cursor,
    Drawing,
    Geometry,
    Key,
    Message,
    Move,
    Patch,
    Pointer,
    Rectangle,
    ReleaseAll,
    Video,
    Wheel,
    Wish,
)

MOST_MESSAGES_A_SECOND = 240
MOST_BYTES_A_SECOND = 50_000_000 // 8
SECOND = 1000

MOST_INPUTS_A_SECOND = 500
"""Of one viewer: a pointer on the quickest monitor moves 240 times a second, and somebody types and turns the
wheel as well.
"""

MOST_INPUT_BYTES_A_SECOND = 2 * 1024 * 1024
MOST_WISHES_A_SECOND = 20
"""Each may cost a whole picture."""

SPARE_ANSWERS = 100
"""So many more answers than messages are no flood."""

SHARERS: tuple[type[Body], ...] = (Geometry, Patch, Video, Move, Cursor, Clipboard)
VIEWERS: tuple[type[Body], ...] = (
    Pointer,
    Wheel,
    Key,
    ReleaseAll,
    Clipboard,
    Drawing,
    Ack,
    Wish,
)

TOOLS: dict[type[Body], Tool] = {
    Pointer: "control",
    Wheel: "control",
    Key: "control",
    ReleaseAll: "control",
    Clipboard: "clipboard",
    Drawing: "view",
}
"""The grant that a viewer needs for a message; others need that of `view`, as watching does."""


class Rate:
    """How much came within the last second; refuses more than `messages`, or `size` bytes."""

    def __init__(
        self, messages: int = MOST_MESSAGES_A_SECOND, size: int = MOST_BYTES_A_SECOND
    ) -> None:
        self._most_messages = messages
        self._most_bytes = size
        self._came: deque[tuple[int, int]] = deque()
        self._bytes = 0

    def count(self, size: int, now: int) -> None:
        """Take note of `size` bytes at `now` (ms), or raise `BadPicture`."""
        while self._came and self._came[0][0] <= now - SECOND:
            self._bytes -= self._came.popleft()[1]
        self._came.append((now, size))
        self._bytes += size
        if len(self._came) > self._most_messages:
            raise BadPicture(f"more than {self._most_messages} messages within a second")
        if self._bytes > self._most_bytes:
            raise BadPicture(f"more than {self._most_bytes} bytes within a second")


class ViewerRate:
    """What one viewer may send: so much input and so many wishes a second, and for each message
    that was sent to them two answers: it has come, and it is drawn. More is no viewer's, and would keep the picture from others.
    """

    def __init__(self) -> None:
        self._inputs = Rate(MOST_INPUTS_A_SECOND, MOST_INPUT_BYTES_A_SECOND)
        self._wishes = Rate(MOST_WISHES_A_SECOND)
        self._unanswered = SPARE_ANSWERS

    def sent(self) -> None:
        """Take note that a message was sent to the viewer."""
        self._unanswered += 2

    def count(self, body: Body, size: int, now: int) -> None:
        """Take note that `body` came in `size` bytes at `now` (ms), or raise `BadPicture`."""
        if isinstance(body, Ack):
            self._unanswered -= 1
            if self._unanswered < 0:
                raise BadPicture("more answers than there were messages")
        elif isinstance(body, Wish):
            self._wishes.count(size, now)
        else:
            self._inputs.count(size, now)


class Sharer:
    """Judges what one sharer's socket sends."""

    def __init__(self) -> None:
        self._sequence = 0
        self._stream = -1
        self.geometry: Geometry | None = None

    def judge(self, message: Message) -> None:
        """Raise `BadPicture` if `message` does not fit what came before it."""
        body = message.body
        if not isinstance(body, SHARERS):
            raise BadPicture("no sharer sends this")
        if message.sequence != self._sequence + 1:
            raise BadPicture(f"message {message.sequence} after {self._sequence}")
        self._sequence = message.sequence
        if isinstance(body, Geometry):
            self._begin(body, message)
        elif isinstance(body, Patch | Video | Move | Cursor):
            self._fit(body, message)
        elif message.rectangles:
            raise BadPicture("rectangles where none belong")

    def _begin(self, body: Geometry, message: Message) -> None:
        if message.stream == self._stream:
            raise BadPicture("a geometry begins a new stream")
        fit_screen(body)
        inside(message.rectangles, body.width, body.height)
        self._stream, self.geometry = message.stream, body

    def _fit(self, body: Patch | Video | Move | Cursor, message: Message) -> None:
        if not (screen := self.geometry) or message.stream != self._stream:
            raise BadPicture("a picture without its geometry")
        if screen.trouble:
            raise BadPicture("a picture although there is none")
        inside(message.rectangles, screen.width, screen.height)
        if isinstance(body, Cursor):
            if message.rectangles or body.x >= screen.width or body.y >= screen.height:
                raise BadPicture("a cursor outside the screen")
            return
        if not message.rectangles:
            raise BadPicture("a picture of nothing")
        fit_body(body, message.rectangles, screen)


class Viewer:
    """Judges what one viewer's socket sends; `stream` and `screen` are what it was last shown."""

    def __init__(self) -> None:
        self._sequence = 0

    def judge(self, message: Message, stream: int, screen: Geometry | None) -> bool:
        """Say whether `message` is to be passed on: not if it speaks of an earlier screen. Raises
        `BadPicture` where no screen could make it right.
        """
        body = message.body
        if not isinstance(body, VIEWERS) or message.rectangles:
            raise BadPicture("no viewer sends this")
        if message.sequence != self._sequence + 1:
            raise BadPicture(f"message {message.sequence} after {self._sequence}")
        self._sequence = message.sequence
        if not isinstance(body, Pointer | Wheel | Drawing):
            return True
        if message.stream != stream or not screen:
            return False
        if body.x >= screen.width or body.y >= screen.height:
            raise BadPicture("a pointer outside the screen")
        if isinstance(body, Drawing) and (body.to_x >= screen.width or body.to_y >= screen.height):
            raise BadPicture("a drawing outside the screen")
        return True


def fit_screen(body: Geometry) -> None:
    """Raise `BadPicture` if `body` is no size that a viewer can show."""
    width, height = body.width, body.height
    if not (0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE and width * height <= MOST_PIXELS):
        raise BadPicture(f"a screen of {width}x{height}")


def fit_body(
    body: Patch | Video | Move, rectangles: tuple[Rectangle, ...], screen: Geometry
) -> None:
    """Raise `BadPicture` if `body` does not go with its rectangles."""
    if isinstance(body, Patch):
        if body.coding == "raw" and len(body.data) != 3 * area(rectangles):
            raise BadPicture("the pixels do not fill the rectangles")
        if body.coding in ("png", "webp") and len(rectangles) != 1:
            raise BadPicture("one picture for several rectangles")
    elif isinstance(body, Video):
        inside((body.area,), screen.width, screen.height)
        if any(not encloses(body.area, each) for each in rectangles):
            raise BadPicture("a rectangle outside the video")
    else:
        sizes = zip(body.sources, rectangles, strict=True)
        origins = [Rectangle(x, y, each.width, each.height) for (x, y), each in sizes]
        inside(origins, screen.width, screen.height)


def inside(rectangles: Iterable[Rectangle], width: int, height: int) -> None:
    """Raise `BadPicture` unless each of `rectangles` has pixels, all within `width` x `height`."""
    for each in rectangles:
        if not each.width or not each.height:
            raise BadPicture("an empty rectangle")
        if each.x + each.width > width or each.y + each.height > height:
            raise BadPicture(f"a rectangle outside {width}x{height}")


def encloses(outer: Rectangle, inner: Rectangle) -> bool:
    """Say whether all of `inner` lies within `outer`."""
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )


def area(rectangles: Iterable[Rectangle]) -> int:
    """Return how many pixels `rectangles` have together."""
    return sum(each.width * each.height for each in rectangles)
