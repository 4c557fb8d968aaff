"""How far viewers have drawn, and when film waits for them."""

from customer_client.screen.sight import FRAMES, LATE_SECONDS, LONGEST_SECONDS, MOST_FRAMES, Sight


def shown(frames: int, *, arrived_at: float) -> Sight:
    """Return what is known once `frames` have reached the relay, and none was drawn."""
    sight = Sight()
    for number in range(1, frames + 1):
        sight.show(number, 100 * number)
        sight.hear(100 * number, 0, arrived_at)
    return sight


def test_film_waits_while_several_frames_have_come_and_none_is_drawn() -> None:
    sight = shown(FRAMES, arrived_at=1.0)
    assert not sight.lags(1.0 + LATE_SECONDS / 2)
    assert sight.lags(1.0 + 1.1 * LATE_SECONDS)


def test_film_goes_on_as_soon_as_one_of_them_is_drawn() -> None:
    sight = shown(FRAMES, arrived_at=1.0)
    sight.hear(100 * FRAMES, 1, 1.2)
    assert not sight.lags(1.2)


def test_a_few_frames_are_waited_for_by_nobody() -> None:
    # What was drawn is told with the next answer, and there may be none for a while.
    assert not shown(FRAMES - 1, arrived_at=1.0).lags(1.5)


def test_a_far_viewer_has_more_on_the_way() -> None:
    sight = shown(1, arrived_at=1.0)
    sight.hear(100, 1, 1.3)
    for number in range(2, 2 + FRAMES):
        sight.show(number, 100 * number)
    sight.hear(100 * (1 + FRAMES), 1, 2.0)
    assert not sight.lags(2.3)
    assert sight.lags(2.3 + 1.1 * LATE_SECONDS)


def test_a_slow_line_is_not_the_viewers_fault() -> None:
    sight = Sight()
    for number in range(1, 10):
        sight.show(number, 100 * number)
    sight.hear(100, 0, 1.0)
    assert not sight.lags(1.5)


def test_nobody_waits_for_ever_for_who_draws_nothing() -> None:
    sight = shown(FRAMES, arrived_at=1.0)
    assert not sight.lags(1.0 + LONGEST_SECONDS)


def test_whoever_stops_drawing_is_not_remembered_frame_by_frame() -> None:
    sight = shown(2 * MOST_FRAMES, arrived_at=1.0)
    assert len(sight._frames) == MOST_FRAMES
    sight.hear(200 * MOST_FRAMES, 2 * MOST_FRAMES, 9.0)
    assert not sight.lags(9.0)


def test_what_was_drawn_before_the_relay_said_that_it_came_is_drawn() -> None:
    sight = Sight()
    sight.show(1, 100)
    sight.hear(0, 1, 1.0)
    sight.show(2, 200)
    sight.show(3, 300)
    sight.hear(300, 1, 1.0)
    assert not sight.lags(1.5)
