"""What somebody who joins is sent: just enough to see what is there now."""

from broker.relay.history import ENOUGH_BYTES, ENOUGH_MESSAGES, History
from protocol import picture as p
from protocol.picture_bytes import decode
from tests.broker.relay.pictures import LEFT, RIGHT, SCREEN, WHOLE, Drawing, read, sequences


def history(*messages: bytes) -> History:
    """A history that took in `messages`."""
    made = History()
    for data in messages:
        made.add(decode(data), data)
    return made


def shown(*messages: bytes) -> list[int]:
    """Which of `messages` somebody is sent who joins after them."""
    return sequences(list(history(*messages).messages()))


def test_before_any_geometry_there_is_nothing() -> None:
    empty = history()
    assert (list(empty.messages()), empty.screen, empty.stream, empty.last) == ([], None, 0, 0)


def test_the_last_that_was_painted_is_known() -> None:
    draw = Drawing()
    lines = [draw.screen(), draw.patch(), draw.coded(p.Cursor(x=1, y=1))]
    assert history(*lines).last == 2


def test_what_was_painted_is_sent_in_order() -> None:
    draw = Drawing()
    assert shown(draw.screen(), draw.patch(LEFT), draw.video(key=True), draw.video()) == [
        1,
        2,
        3,
        4,
    ]


def test_a_patch_that_a_later_one_covers_is_not_sent() -> None:
    draw = Drawing()
    assert shown(draw.screen(), draw.patch(LEFT), draw.patch(RIGHT), draw.patch(LEFT)) == [1, 3, 4]
    draw = Drawing()
    assert shown(draw.screen(), draw.patch(LEFT, RIGHT), draw.patch(WHOLE)) == [1, 3]


def test_a_patch_that_is_covered_only_in_part_is_sent() -> None:
    draw = Drawing()
    assert shown(draw.screen(), draw.patch(LEFT, RIGHT), draw.patch(LEFT)) == [1, 2, 3]
    draw = Drawing()
    assert shown(draw.screen(), draw.patch(WHOLE), draw.patch(LEFT)) == [1, 2, 3]


def test_a_patch_whose_pixels_were_moved_away_is_sent() -> None:
    draw = Drawing()
    move = p.Move(sources=((0, 0),))
    lines = [draw.screen(), draw.patch(LEFT), draw.coded(move, RIGHT), draw.patch(LEFT)]
    assert shown(*lines) == [1, 2, 3, 4]


def test_a_patch_after_a_move_can_be_covered() -> None:
    draw = Drawing()
    move = p.Move(sources=((0, 0),))
    lines = [draw.screen(), draw.coded(move, RIGHT), draw.patch(LEFT), draw.patch(LEFT)]
    assert shown(*lines) == [1, 2, 4]


def test_a_whole_picture_begins_anew() -> None:
    draw = Drawing()
    before = [draw.screen(), draw.patch(LEFT), draw.video(key=True)]
    assert shown(*before, draw.whole(), draw.patch(RIGHT)) == [1, 4, 5]


def test_a_key_frame_ends_the_video_before_it_if_it_covers_all_of_that() -> None:
    draw = Drawing()
    before = [draw.screen(), draw.video(LEFT, key=True), draw.video(LEFT), draw.patch(RIGHT)]
    assert shown(*before, draw.video(WHOLE, key=True), draw.video(WHOLE)) == [1, 4, 5, 6]


def test_video_that_can_still_be_seen_is_sent_with_all_that_it_is_made_from() -> None:
    draw = Drawing()
    before = [draw.screen(), draw.video(WHOLE, key=True), draw.video(LEFT), draw.video(WHOLE)]
    assert shown(*before, draw.video(LEFT, key=True)) == [1, 2, 3, 4, 5]


def test_a_new_geometry_begins_anew() -> None:
    draw = Drawing()
    lines = [draw.screen(), draw.patch(), draw.coded(p.Cursor(x=1, y=1)), draw.screen()]
    assert shown(*lines) == [4]
    assert history(*lines).stream == 3
    assert history(*lines).screen == SCREEN


def test_the_cursor_is_sent_last_and_with_its_shape() -> None:
    draw = Drawing()
    shape = p.CursorShape(hot_x=0, hot_y=0, width=1, height=1, rgba=bytes(4))
    lines = [
        draw.screen(),
        draw.coded(p.Cursor(x=1, y=1, shape=shape)),
        draw.coded(p.Cursor(x=2, y=3)),
        draw.patch(),
    ]
    _, _, cursor = read(list(history(*lines).messages()))
    assert isinstance(cursor, p.Cursor)
    assert (cursor.x, cursor.y) == (2, 3)
    assert cursor.shape == shape


def test_a_history_is_long_by_its_bytes_or_its_messages() -> None:
    draw = Drawing()
    heavy = history(draw.screen(), draw.patch(LEFT, size=ENOUGH_BYTES))
    assert heavy.is_long
    frames = [draw.video() for _ in range(ENOUGH_MESSAGES + 1)]
    assert not history(draw.screen(), *frames[1:]).is_long
    assert history(draw.screen(), *frames).is_long
