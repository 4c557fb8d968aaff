"""Where in a recording a picture can be begun: whoever writes one says so, and whoever plays it jumps there.

Who jumps has nothing on the canvas. So the screen (its geometry) and the cursor, with its shape, are
written once more in front of each whole picture, and it is that geometry's record which the index names.
"""

from typing import NamedTuple

from msgspec import structs

from protocol.picture import Cursor, CursorShape, Geometry, Message, Patch, Rectangle, Video
from protocol.picture_bytes import encode
from protocol.picture_rules import encloses
from recordings.journal import Full


class Record(NamedTuple):
    """What goes into the journal: a message's bytes, and whether a picture can be begun there."""

    data: bytes
    full: Full = ""


class WholePictures:
    """Follows one sharer's messages, in order."""

    def __init__(self) -> None:
        self._screen: Geometry | None = None
        self._monitors: tuple[Rectangle, ...] = ()
        self._said = b""
        self._cursor: Message | None = None
        self._shape: CursorShape | None = None

    def records(self, message: Message, data: bytes) -> list[Record]:
        """Return what to keep of `message`, whose bytes are `data`: mostly just that."""
        body = message.body
        if isinstance(body, Geometry):
            self._screen, self._monitors, self._said = body, message.rectangles, bytes(data)
            self._cursor = self._shape = None
            # There is no picture to wait for: to show the trouble is to show everything.
            return [Record(data, "exact" if body.trouble else "")]
        if isinstance(body, Cursor):
            self._shape = body.shape or self._shape
            self._cursor = structs.replace(message, body=structs.replace(body, shape=self._shape))
        elif full := self._full(message):
            return [Record(self._said, full), *self._pointed(), Record(data)]
        return [Record(data)]

    def _pointed(self) -> list[Record]:
        return [Record(encode(self._cursor))] if self._cursor else []

    def _full(self, message: Message) -> Full:
        """Say whether `message` paints everything that is shown, whatever was there before."""
        if not message.key or not self._screen:
            return ""
        shown = self._shown(self._screen)
        if not message.checkpoint and not any(encloses(r, shown) for r in message.rectangles):
            return ""
        if isinstance(message.body, Patch):
            return "exact"
        return "key" if isinstance(message.body, Video) else ""

    def _shown(self, screen: Geometry) -> Rectangle:
        if screen.chosen:
            return self._monitors[screen.chosen - 1]
        return Rectangle(0, 0, screen.width, screen.height)
