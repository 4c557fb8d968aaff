"""The messages of the picture as bytes.

Each is a header of 20 bytes, a list of rectangles of 8 bytes each, and a body that depends on the
kind; `docs/picture.md` tells every byte. All numbers are unsigned and big-endian unless said
otherwise. The pages read and write the same in `browser/src/picture_bytes.ts`; both are held to
`tests/golden/picture/messages.json`.
"""

import struct
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, TypeVar, get_args

from protocol.picture import (
    MOST_BYTES,
    MOST_CLIPBOARD_BYTES,
    MOST_CURSOR_SIDE,
    MOST_NUMBER,
    MOST_RECTANGLES,
    VERSION,
    Ack,
    BadPicture,
    Blank,
    Blanked,
    Body,
    Clipboard,
    Codec,
    Coding,
    Cursor,
    CursorShape,
    Drawing,
    Drawn,
    Geometry,
    Key,
    Message,
    Move,
    Patch,
    Pointer,
    Rectangle,
    ReleaseAll,
    Sharing,
    Trouble,
    Video,
    Wanted,
    Watched,
    Wheel,
    Wish,
)

T = TypeVar("T")
B = TypeVar("B", bound=Body | CursorShape)

_HEADER = struct.Struct(">BBHIQBBH")
_RECTANGLE = struct.Struct(">HHHH")
_POINT = struct.Struct(">HH")

KEY_FLAG: Final = 1
CHECKPOINT_FLAG: Final = 2
MORE_FLAG: Final = 4
_FLAGS: Final = KEY_FLAG | CHECKPOINT_FLAG | MORE_FLAG


def encode(message: Message) -> bytes:
    """Return `message` as bytes."""
    flags = KEY_FLAG * message.key | CHECKPOINT_FLAG * message.checkpoint | MORE_FLAG * message.more
    kind = _KINDS[type(message.body)]
    head = _HEADER.pack(
        VERSION,
        kind.number,
        message.stream,
        message.sequence,
        message.time,
        flags,
        0,
        len(message.rectangles),
    )
    places = [_RECTANGLE.pack(*rectangle) for rectangle in message.rectangles]
    return b"".join((head, *places, *kind.write(message.body)))


def decode(data: bytes | memoryview) -> Message:
    """Read one message; large parts of its body stay views of `data`. Raises `BadPicture`."""
    view = memoryview(data)
    if len(view) > MOST_BYTES:
        raise BadPicture(f"a message of {len(view)} bytes; at most {MOST_BYTES}")
    if len(view) < _HEADER.size:
        raise BadPicture("shorter than a header")
    version, number, stream, sequence, time, flags, zero, count = _HEADER.unpack_from(view)
    if version != VERSION:
        raise BadPicture(f"version {version}; this is {VERSION}")
    if flags & ~_FLAGS or zero:
        raise BadPicture("a bit is set that means nothing")
    if time > MOST_NUMBER:
        raise BadPicture("a time beyond any")
    if number not in _NUMBERED:
        raise BadPicture(f"unknown kind {number}")
    if count > MOST_RECTANGLES:
        raise BadPicture(f"{count} rectangles; at most {MOST_RECTANGLES}")
    body_at = _HEADER.size + count * _RECTANGLE.size
    if len(view) < body_at:
        raise BadPicture("it ends within its rectangles")
    places = _RECTANGLE.iter_unpack(view[_HEADER.size : body_at])
    return Message(
        stream=stream,
        sequence=sequence,
        time=time,
        rectangles=tuple(map(Rectangle._make, places)) if count else (),
        key=bool(flags & KEY_FLAG),
        checkpoint=bool(flags & CHECKPOINT_FLAG),
        more=bool(flags & MORE_FLAG),
        body=_NUMBERED[number].read(_Reader(view, body_at, count)),
    )


def renumbered(data: bytes, sequence: int) -> bytes:
    """Return the encoded message `data` with another sequence."""
    return data[:4] + sequence.to_bytes(4) + data[8:]


class _Reader:
    """Reads the body that begins `at` a place, and knows how many rectangles came before it."""

    __slots__ = ("_at", "_end", "_view", "rectangles")

    def __init__(self, view: memoryview, at: int, rectangles: int) -> None:
        self._view = view
        self._at = at
        self._end = len(view)
        self.rectangles = rectangles

    def take(self, form: str) -> tuple[Any, ...]:
        return struct.unpack_from(form, self._view, self._pass(struct.calcsize(form)))

    def bytes(self, size: int) -> memoryview:
        at = self._pass(size)
        return self._view[at : at + size]

    def _pass(self, size: int) -> int:
        """Go on by `size` bytes, and return where they begin."""
        at = self._at
        if self._end - at < size:
            raise BadPicture("it ends within its body")
        self._at = at + size
        return at

    def word(self, words: Sequence[T]) -> T:
        """Read a byte that stands for one of `words`."""
        number: int = self.take(">B")[0]
        if number >= len(words):
            raise BadPicture(f"unknown word {number}")
        return words[number]

    def flag(self) -> bool:
        return self.word((False, True))

    def text(self, size: int) -> str:
        try:
            return str(self.bytes(size), "utf-8")
        except UnicodeDecodeError:
            raise BadPicture("a text is not UTF-8") from None

    def rest(self) -> memoryview:
        return self.bytes(self._end - self._at)

    def data(self) -> memoryview:
        """Read what is left, of which there must be something."""
        if self._at == self._end:
            raise BadPicture("it holds no data")
        return self.rest()

    def done(self, body: B) -> B:
        """Return `body`, the reader having come to the end."""
        if self._at < self._end:
            raise BadPicture(f"{self._end - self._at} bytes too many")
        return body


_SHARING: tuple[Sharing, ...] = get_args(Sharing)
_TROUBLES: tuple[Trouble, ...] = get_args(Trouble)
_CODINGS: tuple[Coding, ...] = get_args(Coding)
_CODECS: tuple[Codec, ...] = get_args(Codec)
_WANTED: tuple[Wanted, ...] = get_args(Wanted)
_DRAWN: tuple[Drawn, ...] = get_args(Drawn)
_BLANKED: tuple[Blanked, ...] = get_args(Blanked)


def _short(text: str) -> bytes:
    """Return `text` as UTF-8 behind its length in one byte, cut where it is longer."""
    coded = text.encode()[:255].decode(errors="ignore").encode()
    return bytes((len(coded),)) + coded


def _write_geometry(body: Geometry) -> Sequence[bytes]:
    sharing, trouble = _SHARING.index(body.sharing), _TROUBLES.index(body.trouble)
    head = struct.pack(">HHBBB", body.width, body.height, sharing, body.chosen, trouble)
    return (head, *map(_short, body.names))


def _read_geometry(reader: _Reader) -> Geometry:
    width, height = reader.take(">HH")
    sharing = reader.word(_SHARING)
    (chosen,) = reader.take(">B")
    trouble = reader.word(_TROUBLES)
    names = tuple(reader.text(reader.take(">B")[0]) for _ in range(reader.rectangles))
    if chosen > len(names):
        raise BadPicture("a monitor is chosen that is not there")
    return reader.done(
        Geometry(
            width=width,
            height=height,
            sharing=sharing,
            chosen=chosen,
            trouble=trouble,
            names=names,
        )
    )


def _write_patch(body: Patch) -> Sequence[bytes | memoryview]:
    return (bytes((_CODINGS.index(body.coding),)), body.data)


def _read_patch(reader: _Reader) -> Patch:
    return Patch(coding=reader.word(_CODINGS), data=reader.data())


def _write_video(body: Video) -> Sequence[bytes | memoryview]:
    return (bytes((_CODECS.index(body.codec),)), _RECTANGLE.pack(*body.area), body.data)


def _read_video(reader: _Reader) -> Video:
    codec = reader.word(_CODECS)
    return Video(codec=codec, area=Rectangle(*reader.take(">HHHH")), data=reader.data())


def _write_move(body: Move) -> Sequence[bytes]:
    return [_POINT.pack(*source) for source in body.sources]


def _read_move(reader: _Reader) -> Move:
    places = reader.bytes(reader.rectangles * _POINT.size)
    return reader.done(Move(sources=tuple(_POINT.iter_unpack(places))))


def _write_cursor(body: Cursor) -> Sequence[bytes | memoryview]:
    head = struct.pack(">BHH", body.shown, body.x, body.y)
    if not (shape := body.shape):
        return (head,)
    size = struct.pack(">HHHH", shape.hot_x, shape.hot_y, shape.width, shape.height)
    return (head, size, shape.rgba)


def _read_cursor(reader: _Reader) -> Cursor:
    shown = reader.flag()
    x, y = reader.take(">HH")
    shape = None
    if len(rest := reader.rest()):
        shape = _read_shape(_Reader(rest, 0, 0))
    return Cursor(x=x, y=y, shown=shown, shape=shape)


def _read_shape(reader: _Reader) -> CursorShape:
    hot_x, hot_y, width, height = reader.take(">HHHH")
    if not (0 < width <= MOST_CURSOR_SIDE and 0 < height <= MOST_CURSOR_SIDE):
        raise BadPicture(f"a cursor of {width}x{height}")
    if hot_x >= width or hot_y >= height:
        raise BadPicture("a cursor points outside itself")
    rgba = reader.bytes(width * height * 4)
    return reader.done(CursorShape(hot_x=hot_x, hot_y=hot_y, width=width, height=height, rgba=rgba))


def _read_pointer(reader: _Reader) -> Pointer:
    x, y, buttons = reader.take(">HHB")
    return reader.done(Pointer(x=x, y=y, buttons=buttons))


def _read_wheel(reader: _Reader) -> Wheel:
    x, y, right, down = reader.take(">HHhh")
    return reader.done(Wheel(x=x, y=y, right=right, down=down))


def _write_key(body: Key) -> Sequence[bytes]:
    return (bytes((body.down, body.modifiers)), _short(body.code), _short(body.key))


def _read_key(reader: _Reader) -> Key:
    down = reader.flag()
    (modifiers,) = reader.take(">B")
    code, key = (reader.text(reader.take(">B")[0]) for _ in range(2))
    return reader.done(Key(down=down, modifiers=modifiers, code=code, key=key))


def _write_drawing(body: Drawing) -> Sequence[bytes]:
    places = struct.pack(">HHHH", body.x, body.y, body.to_x, body.to_y)
    return (bytes((_DRAWN.index(body.what),)), places)


def _read_drawing(reader: _Reader) -> Drawing:
    what = reader.word(_DRAWN)
    x, y, to_x, to_y = reader.take(">HHHH")
    return reader.done(Drawing(what=what, x=x, y=y, to_x=to_x, to_y=to_y))


def _read_clipboard(reader: _Reader) -> Clipboard:
    rest = reader.rest()
    if len(rest) > MOST_CLIPBOARD_BYTES:
        raise BadPicture(f"{len(rest)} bytes of text; at most {MOST_CLIPBOARD_BYTES}")
    return Clipboard(text=_Reader(rest, 0, 0).text(len(rest)))


def _read_ack(reader: _Reader) -> Ack:
    received, drawn = reader.take(">QI")
    if received > MOST_NUMBER:
        raise BadPicture("more bytes than there can be")
    return reader.done(Ack(received=received, drawn=drawn))


def _read_wish(reader: _Reader) -> Wish:
    wanted = reader.word(_WANTED)
    return reader.done(Wish(wanted=wanted, monitor=reader.take(">B")[0]))


def _read_watched(reader: _Reader) -> Watched:
    (viewers,) = reader.take(">H")
    return reader.done(Watched(viewers=viewers, recorded=reader.flag()))


class _Kind(NamedTuple):
    number: int
    write: Callable[[Any], Sequence[bytes | memoryview]]
    read: Callable[[_Reader], Body]


def _packed(form: str, *names: str) -> Callable[[Body], Sequence[bytes]]:
    """Return a writer of bodies that are `names`, packed as `form`."""
    return lambda body: (struct.pack(form, *(getattr(body, name) for name in names)),)


_KINDS: dict[type[Body], _Kind] = {
    # From the sharer.
    Geometry: _Kind(1, _write_geometry, _read_geometry),
    Patch: _Kind(2, _write_patch, _read_patch),
    Video: _Kind(3, _write_video, _read_video),
    Move: _Kind(4, _write_move, _read_move),
    Cursor: _Kind(5, _write_cursor, _read_cursor),
    # From the relay.
    Blank: _Kind(16, lambda body: (bytes((_BLANKED.index(body.why),)),), lambda reader: reader.done(Blank(why=reader.word(_BLANKED)))),
    Watched: _Kind(17, _packed(">H?", "viewers", "recorded"), _read_watched),
    # From viewers.
    Pointer: _Kind(32, _packed(">HHB", "x", "y", "buttons"), _read_pointer),
    Wheel: _Kind(33, _packed(">HHhh", "x", "y", "right", "down"), _read_wheel),
    Key: _Kind(34, _write_key, _read_key),
    ReleaseAll: _Kind(35, lambda _: (), lambda reader: reader.done(ReleaseAll())),
    Drawing: _Kind(36, _write_drawing, _read_drawing),
    # From either side.
    Clipboard: _Kind(48, lambda body: (body.text.encode(),), _read_clipboard),
    Ack: _Kind(49, _packed(">QI", "received", "drawn"), _read_ack),
    Wish: _Kind(50, lambda body: (bytes((_WANTED.index(body.wanted), body.monitor)),), _read_wish),
}  # fmt: skip

_NUMBERED: dict[int, _Kind] = {kind.number: kind for kind in _KINDS.values()}
NUMBERS: dict[type[Body], int] = {body: kind.number for body, kind in _KINDS.items()}
"""The number of each kind on the wire."""
