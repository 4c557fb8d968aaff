"""What a screen shows now, as the messages that paint it.

Whoever joins, or has fallen behind, is sent these and is up to date. The history begins anew with each
whole picture; a patch that a later one covers is dropped, so that a busy corner of the screen does
not make it longer and longer.
"""

from collections.abc import Iterable

from msgspec import Struct

from protocol.picture import Cursor, CursorShape, Geometry, Message, Move, Patch, Video
from protocol.picture_bytes import encode
from protocol.picture_rules import encloses

ENOUGH_BYTES = 4 * 1024 * 1024
"""Beyond this a new whole picture costs less than what has come since the last one."""

ENOUGH_MESSAGES = 1000
"""And beyond this it takes less time to look through."""


class Entry(Struct, frozen=True):
    """A message, and the bytes it came as."""

    message: Message
    data: bytes


class History:
    """The picture of one session. Add to it in order; read it at any time."""

    def __init__(self) -> None:
        self._bytes = 0
        self._geometry: Entry | None = None
        self._entries: list[Entry] = []
        self._cursor: Entry | None = None
        self._shape: CursorShape | None = None

    @property
    def screen(self) -> Geometry | None:
        """The geometry in force."""
        body = self._geometry.message.body if self._geometry else None
        return body if isinstance(body, Geometry) else None

    @property
    def stream(self) -> int:
        """The number of the geometry in force; 0 before any."""
        return self._geometry.message.stream if self._geometry else 0

    @property
    def is_long(self) -> bool:
        """Say whether it is time for a whole picture."""
        return self._bytes > ENOUGH_BYTES or len(self._entries) > ENOUGH_MESSAGES

    def add(self, message: Message, data: bytes) -> None:
        """Take in `message`, whose bytes are `data`, and drop what it makes superfluous."""
        body = message.body
        if isinstance(body, Geometry):
            self._begin(Entry(message, data))
        elif isinstance(body, Cursor):
            self._point(body, message)
        elif isinstance(body, Patch | Video | Move):
            self._paint(Entry(message, data))

    def _begin(self, geometry: Entry) -> None:
        self._geometry = geometry
        self.forget()

    def forget(self) -> None:
        """Forget all that was painted, but not the screen it was painted on."""
        self._entries.clear()
        self._bytes = 0
        self._cursor = self._shape = None

    def _point(self, cursor: Cursor, message: Message) -> None:
        self._shape = cursor.shape or self._shape
        whole = Cursor(x=cursor.x, y=cursor.y, shown=cursor.shown, shape=self._shape)
        told = Message(
            stream=message.stream, sequence=message.sequence, time=message.time, body=whole
        )
        self._cursor = Entry(told, encode(told))

    def _paint(self, entry: Entry) -> None:
        message = entry.message
        if message.key and message.checkpoint:
            self._keep([])
        elif isinstance(message.body, Patch):
            self._keep([e for e in self._entries if not self._covered(e, message)])
        elif isinstance(message.body, Video) and message.key:
            self._forget_video(message)
        self._entries.append(entry)
        self._bytes += len(entry.data)

    def _keep(self, entries: list[Entry]) -> None:
        if len(entries) < len(self._entries):
            self._entries = entries
            self._bytes = sum(len(e.data) for e in entries)

    def _forget_video(self, key_frame: Message) -> None:
        """Drop the video before `key_frame` if that paints over all of it: no part of a chain of
        frames can be decoded without the rest.
        """
        videos = [e for e in self._entries if isinstance(e.message.body, Video)]
        if all(_is_within(each.message, key_frame) for each in videos):
            self._keep([e for e in self._entries if not isinstance(e.message.body, Video)])

    def _covered(self, old: Entry, new: Message) -> bool:
        """Say whether nothing of the patch `old` can be seen any more, directly or moved."""
        if not isinstance(old.message.body, Patch) or old.message.more:
            return False
        return _is_within(old.message, new) and not any(
            isinstance(each.message.body, Move) and each.message.sequence > old.message.sequence
            for each in self._entries
        )

    def messages(self) -> Iterable[bytes]:
        """Return what paints the picture on an empty canvas, in order."""
        if self._geometry:
            yield self._geometry.data
        yield from (entry.data for entry in self._entries)
        if self._cursor:
            yield self._cursor.data

    @property
    def last(self) -> int:
        """The sequence of the last message taken in that paints something; 0 for none."""
        return self._entries[-1].message.sequence if self._entries else 0


def _is_within(old: Message, new: Message) -> bool:
    """Say whether each rectangle of `old` lies within one of `new`."""
    return all(any(encloses(n, o) for n in new.rectangles) for o in old.rectangles)
