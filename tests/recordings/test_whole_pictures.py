"""A picture can be begun wherever the index says so, and nowhere else."""

from typing import Any

from protocol import picture as p
from protocol.picture_bytes import decode, encode
from recordings.whole_pictures import Record, WholePictures

WHOLE = p.Rectangle(0, 0, 64, 48)
LEFT = p.Rectangle(0, 0, 32, 48)
SHAPE = p.CursorShape(hot_x=0, hot_y=0, width=1, height=1, rgba=bytes(4))
PIXELS = p.Patch(coding="deflate", data=b"pixels")


class Writer:
    def __init__(self) -> None:
        self.pictures = WholePictures()
        self.sequence = 0

    def say(self, body: p.Body, *rectangles: p.Rectangle, **flags: Any) -> list[Record]:
        self.sequence += 1
        message = p.Message(
            stream=1, sequence=self.sequence, time=0, body=body, rectangles=rectangles, **flags
        )
        return self.pictures.records(message, encode(message))


def screen(**fields: Any) -> p.Geometry:
    return p.Geometry(width=64, height=48, sharing="screen", **fields)


def test_screen_and_cursor_stand_before_each_whole_picture() -> None:
    writer = Writer()
    writer.say(screen())
    writer.say(p.Cursor(x=1, y=1, shape=SHAPE))
    writer.say(p.Cursor(x=2, y=3))
    kept = writer.say(PIXELS, WHOLE, key=True)
    assert [record.full for record in kept] == ["exact", "", ""]
    bodies = [decode(record.data).body for record in kept]
    assert bodies == [screen(), p.Cursor(x=2, y=3, shape=SHAPE), PIXELS]


def test_a_key_frame_of_everything_is_a_beginning_and_one_of_a_part_is_not() -> None:
    writer = Writer()
    writer.say(screen())
    film = p.Video(codec="vp8", area=WHOLE, data=b"frame")
    part = p.Video(codec="vp8", area=LEFT, data=b"frame")
    assert writer.say(film, WHOLE, key=True)[0].full == "key"
    assert [record.full for record in writer.say(part, LEFT, key=True)] == [""]
    assert [record.full for record in writer.say(film, WHOLE)] == [""]


def test_what_fills_the_chosen_monitor_is_whole() -> None:
    writer = Writer()
    right = p.Rectangle(32, 0, 32, 48)
    writer.say(screen(names=("one", "two"), chosen=2), LEFT, right)
    assert len(writer.say(PIXELS, LEFT, key=True)) == 1
    assert writer.say(PIXELS, right, key=True)[0].full == "exact"


def test_a_screen_in_trouble_is_all_there_is_to_show() -> None:
    assert Writer().say(screen(trouble="locked"))[0].full == "exact"


def test_the_cursor_of_an_earlier_screen_is_not_shown_on_the_next() -> None:
    writer = Writer()
    writer.say(screen())
    writer.say(p.Cursor(x=1, y=1, shape=SHAPE))
    writer.say(screen(names=("other",)), WHOLE)
    assert len(writer.say(PIXELS, WHOLE, key=True)) == 2


def test_nothing_is_begun_before_there_is_a_screen() -> None:
    assert [record.full for record in Writer().say(PIXELS, WHOLE, key=True)] == [""]
