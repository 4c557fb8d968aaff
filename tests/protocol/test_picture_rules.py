"""Messages of the picture that can be read, but do not fit what was said before."""

from collections.abc import Sequence
from typing import Any

import pytest

from protocol import picture as p
from protocol.picture_rules import (
    MOST_BYTES_A_SECOND,
    MOST_INPUT_BYTES_A_SECOND,
    MOST_INPUTS_A_SECOND,
    MOST_MESSAGES_A_SECOND,
    MOST_WISHES_A_SECOND,
    SHARERS,
    SPARE_ANSWERS,
    TOOLS,
    VIEWERS,
    Rate,
    Sharer,
    Viewer,
    ViewerRate,
)
from tests.protocol.picture_samples import BODIES

WHOLE = p.Rectangle(0, 0, 100, 50)
CELL = p.Rectangle(96, 46, 4, 4)
SCREEN = p.Geometry(width=100, height=50, sharing="screen", names=("one",))
KEY = p.Key(down=True, code="KeyA", key="a")


class Told:
    """A sharer's socket on which `SCREEN` has been told, and more can be."""

    def __init__(self, screen: p.Geometry = SCREEN) -> None:
        self.rules = Sharer()
        self.sequence = 0
        self.tell(screen, [WHOLE])

    def tell(self, body: p.Body, rectangles: Sequence[p.Rectangle] = (), **header: Any) -> None:
        self.sequence += 1
        fields = {"stream": 1, "sequence": self.sequence, "time": 0} | header
        self.rules.judge(p.Message(**fields, body=body, rectangles=tuple(rectangles)))


def raw(*rectangles: p.Rectangle) -> p.Patch:
    return p.Patch(coding="raw", data=bytes(sum(3 * r.width * r.height for r in rectangles)))


def video(area: p.Rectangle) -> p.Video:
    return p.Video(codec="h264", area=area, data=b"\0")


def move(*sources: tuple[int, int]) -> p.Move:
    return p.Move(sources=sources)


FITTING: list[tuple[p.Body, list[p.Rectangle]]] = [
    (raw(CELL, WHOLE), [CELL, WHOLE]),
    (p.Patch(coding="deflate", data=b"\0"), [CELL, WHOLE]),
    (p.Patch(coding="png", data=b"\0"), [CELL]),
    (video(WHOLE), [CELL, WHOLE]),
    (video(CELL), [CELL]),
    (move((0, 0)), [CELL]),
    (move((96, 46), (0, 0)), [p.Rectangle(0, 0, 4, 4), WHOLE]),
    (p.Cursor(x=99, y=49), []),
    (p.Clipboard(text="copied"), []),
]

AMISS: list[tuple[str, p.Body, list[p.Rectangle]]] = [
    ("fill", p.Patch(coding="raw", data=bytes(47)), [CELL]),
    ("fill", p.Patch(coding="raw", data=bytes(49)), [CELL]),
    ("nothing", p.Patch(coding="deflate", data=b"\0"), []),
    ("several", p.Patch(coding="png", data=b"\0"), [CELL, CELL]),
    ("several", p.Patch(coding="webp", data=b"\0"), [CELL, CELL]),
    ("outside", raw(CELL), [p.Rectangle(97, 46, 4, 4)]),
    ("outside", raw(CELL), [p.Rectangle(96, 47, 4, 4)]),
    ("outside", raw(CELL), [p.Rectangle(65_535, 65_535, 65_535, 65_535)]),
    ("empty", raw(CELL), [CELL, p.Rectangle(0, 0, 0, 4)]),
    ("empty", raw(CELL), [CELL, p.Rectangle(0, 0, 4, 0)]),
    ("nothing", video(WHOLE), []),
    ("outside", video(p.Rectangle(0, 0, 101, 50)), [CELL]),
    ("outside the video", video(CELL), [p.Rectangle(95, 46, 4, 4)]),
    ("outside the video", video(CELL), [p.Rectangle(96, 45, 4, 4)]),
    ("outside the video", video(p.Rectangle(0, 0, 99, 49)), [p.Rectangle(96, 0, 4, 4)]),
    ("outside the video", video(p.Rectangle(0, 0, 99, 49)), [p.Rectangle(0, 46, 4, 4)]),
    ("empty", video(p.Rectangle(0, 0, 0, 0)), [CELL]),
    ("outside", move((97, 0)), [CELL]),
    ("outside", move((0, 47)), [CELL]),
    ("nothing", move(), []),
    ("cursor", p.Cursor(x=100, y=0), []),
    ("cursor", p.Cursor(x=0, y=50), []),
    ("cursor", p.Cursor(x=0, y=0), [CELL]),
    ("rectangles", p.Clipboard(text=""), [CELL]),
]


@pytest.mark.parametrize(("body", "rectangles"), FITTING)
def test_what_fits_the_screen_is_let_through(body: p.Body, rectangles: list[p.Rectangle]) -> None:
    Told().tell(body, rectangles)


@pytest.mark.parametrize(("why", "body", "rectangles"), AMISS)
def test_what_does_not_fit_the_screen_is_refused(
    why: str, body: p.Body, rectangles: list[p.Rectangle]
) -> None:
    with pytest.raises(p.BadPicture, match=why):
        Told().tell(body, rectangles)


def test_a_picture_needs_its_geometry_first() -> None:
    message = p.Message(stream=1, sequence=1, time=0, body=raw(CELL), rectangles=(CELL,))

    with pytest.raises(p.BadPicture, match="without its geometry"):
        Sharer().judge(message)


def test_a_picture_of_another_stream_is_refused() -> None:
    with pytest.raises(p.BadPicture, match="without its geometry"):
        Told().tell(raw(CELL), [CELL], stream=2)


def test_there_is_no_picture_while_there_is_trouble() -> None:
    locked = p.Geometry(width=100, height=50, sharing="screen", names=("",), trouble="locked")

    with pytest.raises(p.BadPicture, match="there is none"):
        Told(locked).tell(raw(CELL), [CELL])


def test_a_geometry_begins_a_new_stream() -> None:
    told = Told()
    with pytest.raises(p.BadPicture, match="new stream"):
        told.tell(SCREEN, [WHOLE])

    again = Told()
    again.tell(SCREEN, [WHOLE], stream=2)
    again.tell(raw(CELL), [CELL], stream=2)


@pytest.mark.parametrize(
    ("width", "height"), [(0, 1), (1, 0), (16_385, 1), (1, 16_385), (16_384, 4_097)]
)
def test_a_screen_that_no_viewer_could_show_is_refused(width: int, height: int) -> None:
    with pytest.raises(p.BadPicture, match="a screen of"):
        Told(p.Geometry(width=width, height=height, sharing="screen"))


def test_a_monitor_lies_within_the_screen() -> None:
    small = p.Geometry(width=99, height=50, sharing="screen", names=("",))

    with pytest.raises(p.BadPicture, match="outside 99x50"):
        Told(small)


@pytest.mark.parametrize("sequence", [0, 1, 3, 2**32 - 1])
def test_a_sharer_counts_without_gap(sequence: int) -> None:
    with pytest.raises(p.BadPicture, match="after 1"):
        Told().tell(p.Clipboard(text=""), sequence=sequence)


@pytest.mark.parametrize("kind", sorted(set(BODIES) - set(SHARERS), key=str))
def test_a_sharer_cannot_send_what_others_send(kind: type[p.Body]) -> None:
    with pytest.raises(p.BadPicture, match="no sharer"):
        Told().tell(some(kind))


@pytest.mark.parametrize("kind", sorted(set(BODIES) - set(VIEWERS), key=str))
def test_a_viewer_cannot_send_what_others_send(kind: type[p.Body]) -> None:
    with pytest.raises(p.BadPicture, match="no viewer"):
        judged(some(kind))


@pytest.mark.parametrize("kind", VIEWERS)
def test_a_viewer_sends_no_rectangles(kind: type[p.Body]) -> None:
    with pytest.raises(p.BadPicture, match="no viewer"):
        judged(some(kind), rectangles=(CELL,))


@pytest.mark.parametrize(
    "body",
    [
        p.Pointer(x=99, y=49),
        p.Wheel(x=99, y=49, down=120),
        p.Drawing(what="line", to_x=99, to_y=49),
        KEY,
    ],
)
def test_input_on_the_screen_as_it_is_now_is_passed_on(body: p.Body) -> None:
    assert judged(body)


@pytest.mark.parametrize("body", [p.Pointer(x=1, y=1), p.Wheel(x=1, y=1), p.Drawing(what="clear")])
def test_a_pointer_on_an_earlier_screen_moves_nothing(body: p.Body) -> None:
    assert not judged(body, stream=0)
    assert not judged(body, screen=None)


def test_a_key_is_let_go_whatever_the_screen_is() -> None:
    assert judged(p.Key(down=False, code="KeyA", key="a"), stream=0)
    assert judged(p.ReleaseAll(), screen=None)


@pytest.mark.parametrize(
    "body",
    [
        p.Pointer(x=100, y=0),
        p.Pointer(x=0, y=50),
        p.Wheel(x=0, y=50),
        p.Drawing(what="pointer", x=100),
        p.Drawing(what="line", to_x=100),
        p.Drawing(what="rectangle", to_y=50),
    ],
)
def test_a_pointer_beside_the_screen_is_refused(body: p.Body) -> None:
    with pytest.raises(p.BadPicture, match="outside"):
        judged(body)


@pytest.mark.parametrize("sequence", [0, 2])
def test_a_viewer_counts_from_one(sequence: int) -> None:
    with pytest.raises(p.BadPicture, match="after 0"):
        judged(KEY, sequence=sequence)


def test_what_moves_or_types_needs_control_and_a_clipboard_its_own_grant() -> None:
    needs_only_view = set(VIEWERS) - set(TOOLS)

    assert needs_only_view == {p.Ack, p.Wish}
    assert [kind for kind, tool in TOOLS.items() if tool == "view"] == [p.Drawing]
    assert [kind for kind, tool in TOOLS.items() if tool == "clipboard"] == [p.Clipboard]


def test_so_many_messages_a_second_and_no_more() -> None:
    rate = Rate()
    for count in range(MOST_MESSAGES_A_SECOND):
        rate.count(1, now=1000 + count)
    rate.count(1, now=2000)
    with pytest.raises(p.BadPicture, match="messages within a second"):
        rate.count(1, now=2000)


def test_so_many_bytes_a_second_and_no_more() -> None:
    rate = Rate()
    rate.count(MOST_BYTES_A_SECOND, now=0)
    rate.count(MOST_BYTES_A_SECOND - 1, now=1000)
    rate.count(1, now=1999)
    with pytest.raises(p.BadPicture, match="bytes within a second"):
        rate.count(1, now=1999)


INPUTS = (
    p.Pointer(x=1, y=1),
    p.Wheel(x=1, y=1, right=0, down=1),
    KEY,
    p.ReleaseAll(),
    p.Clipboard(text="a"),
    p.Drawing(what="clear"),
)


def test_every_input_of_a_viewer_counts_together() -> None:
    assert {type(body) for body in INPUTS} == set(VIEWERS) - {p.Ack, p.Wish}
    rate = ViewerRate()
    for count in range(MOST_INPUTS_A_SECOND):
        rate.count(INPUTS[count % len(INPUTS)], 30, now=1000 + count)
    rate.count(KEY, 30, now=2000)
    for body in INPUTS:
        with pytest.raises(p.BadPicture, match="messages within a second"):
            rate.count(body, 30, now=2000)


def test_a_viewer_sends_so_much_text_a_second_and_no_more() -> None:
    rate = ViewerRate()
    rate.count(p.Clipboard(text=""), MOST_INPUT_BYTES_A_SECOND, now=0)
    with pytest.raises(p.BadPicture, match="bytes within a second"):
        rate.count(p.Clipboard(text=""), 1, now=999)


def test_wishes_are_fewer_than_that() -> None:
    rate = ViewerRate()
    for _ in range(MOST_WISHES_A_SECOND):
        rate.count(p.Wish(wanted="key_frame"), 30, now=0)
    with pytest.raises(p.BadPicture, match="messages within a second"):
        rate.count(p.Wish(wanted="key_frame"), 30, now=999)


def test_each_message_is_answered_twice_and_not_many_times() -> None:
    rate = ViewerRate()
    for _ in range(5 * MOST_INPUTS_A_SECOND):
        rate.sent()
        for drawn in (0, 1):
            rate.count(p.Ack(received=1, drawn=drawn), 30, now=0)
    for _ in range(SPARE_ANSWERS):
        rate.count(p.Ack(received=1, drawn=0), 30, now=0)
    with pytest.raises(p.BadPicture, match="more answers than there were messages"):
        rate.count(p.Ack(received=1, drawn=0), 30, now=10_000)


def judged(
    body: p.Body,
    *,
    stream: int = 1,
    sequence: int = 1,
    screen: p.Geometry | None = SCREEN,
    rectangles: tuple[p.Rectangle, ...] = (),
) -> bool:
    """Say what becomes of the first message of a viewer who was shown `screen`."""
    message = p.Message(stream=stream, sequence=sequence, time=0, body=body, rectangles=rectangles)
    return Viewer().judge(message, 1, screen)


def some(kind: type[p.Body]) -> p.Body:
    """Return a body of `kind`."""
    bodies: dict[type[p.Body], p.Body] = {
        p.Geometry: SCREEN,
        p.Patch: raw(CELL),
        p.Video: video(WHOLE),
        p.Move: move(),
        p.Cursor: p.Cursor(x=0, y=0),
        p.Blank: p.Blank(why="stopped"),
        p.Watched: p.Watched(viewers=1, recorded=False),
        p.Pointer: p.Pointer(x=0, y=0),
        p.Wheel: p.Wheel(x=0, y=0),
        p.Key: KEY,
        p.ReleaseAll: p.ReleaseAll(),
        p.Clipboard: p.Clipboard(text=""),
        p.Drawing: p.Drawing(what="line"),
        p.Ack: p.Ack(received=0, drawn=0),
        p.Wish: p.Wish(wanted="key_frame"),
    }
    return bodies[kind]
