"""What a view is made of: a tree of plain values that `drawing` turns into widgets.

The same tree drawn again changes nothing on the screen. Children are told apart by `key`, else by
their number.
"""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from customer_client.window.deeds import Deed

Ground = Literal["", "raised", "tint", "warn", "own", "theirs", "share"]
"""What something stands on; nothing is the ground of whatever it is in."""

Voice = Literal[
    "body", "title", "name", "lead", "hint", "strong", "error", "number", "link", "italic"
]


class Node(Struct, frozen=True, kw_only=True):
    """A part of what is shown; `grows` takes the room that is left."""

    key: str = ""
    grows: bool = False


class Text(Node, frozen=True, kw_only=True):
    """Words that wrap."""

    text: str
    voice: Voice = "body"
    align: Literal["left", "center", "right"] = "left"


class Button(Node, frozen=True, kw_only=True):
    """Does something when pressed. `says` is its name where its text is a sign, or a drawn one."""

    text: str
    does: Deed
    look: Literal["plain", "main", "danger", "quiet", "link"] = "plain"
    is_enabled: bool = True
    says: str = ""
    sign: Literal["", "clip"] = ""


class Field(Node, frozen=True, kw_only=True):
    """A line or, with `rows`, several to type into, called `name`. `enter` is what Return does."""

    name: str
    label: str
    text: str = ""
    error: str = ""
    rows: int = 1
    hint: str = ""
    longest: int = 254
    enter: Deed | None = None


class Choice(Node, frozen=True, kw_only=True):
    """One of several `options`, each a value and its words; typed as the field `name`."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str = ""
    error: str = ""


class Switch(Node, frozen=True, kw_only=True):
    """Is on or off."""

    text: str
    is_on: bool
    does: Deed


class Rating(Node, frozen=True, kw_only=True):
    """Numbers of which one is chosen; typed as the field `name`."""

    name: str
    label: str
    chosen: int
    least: str
    most: str


class Face(Node, frozen=True, kw_only=True):
    """A photo, or a name's initials, in a circle."""

    name: str
    photo: bytes = b""
    presence: Literal["", "here", "away"] = ""
    is_small: bool = False


class Progress(Node, frozen=True, kw_only=True):
    """How much of something is done."""

    done: int
    whole: int


class Image(Node, frozen=True, kw_only=True):
    """A small picture, as the broker makes them; `says` is what it shows."""

    content: bytes
    says: str


class Column(Node, frozen=True, kw_only=True):
    """Parts one below the other."""

    children: tuple[Node, ...]
    ground: Ground = ""
    gap: int = 12


class Row(Node, frozen=True, kw_only=True):
    """Parts side by side; `even` gives each the same room."""

    children: tuple[Node, ...]
    ground: Ground = ""
    even: bool = False
    gap: int = 10


class Scroll(Node, frozen=True, kw_only=True):
    """One part that may be higher than there is room."""

    child: Column


class Line(Node, frozen=True, kw_only=True):
    """One line of a conversation: on whose side, with a face or not, and a remark below.

    One that `is_plain` stands on the same ground on either side.
    """

    side: Literal["own", "theirs", "middle"]
    texts: tuple[Text | Button | Row | Progress | Image, ...]
    is_plain: bool = False
    detail: str = ""
    is_fault: bool = False
    face: Face | None = None


class Log(Node, frozen=True, kw_only=True):
    """A conversation, the newest at the bottom."""

    lines: tuple[Line, ...]
    writing: str = ""
    newest: str = ""


def words_of(line: Line) -> str:
    """Return what can be read in `line`."""
    return "\n".join(each.text for each in line.texts if isinstance(each, Text | Button))


def walk(node: Node) -> Iterator[Node]:
    """Yield `node` and everything in it, in the order in which it stands."""
    yield node
    inner: tuple[Node, ...] = ()
    if isinstance(node, Column | Row):
        inner = node.children
    elif isinstance(node, Scroll):
        inner = (node.child,)
    elif isinstance(node, Log):
        inner = node.lines
    elif isinstance(node, Line):
        inner = node.texts
    for each in inner:
        yield from walk(each)
