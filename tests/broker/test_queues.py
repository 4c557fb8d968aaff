"""What reps are told of a queue, however long it is."""

from broker.queue_rows import Line
from broker.queues import MOST_SHOWN, State, queue_changes
from protocol.messages import Waiting


def queued(first: int, last: int) -> State:
    """Return a queue of the sessions `first` to `last`, in their order."""
    waiting = tuple(
        Waiting(
            session=f"s-{number:05d}",
            team="support",
            issue="computer",
            name="Max",
            language="en",
            waiting_since=number,
            front=False,
            offered="",
        )
        for number in range(first, last)
    )
    return State(Line({"support": waiting}))


def test_of_a_very_long_queue_reps_see_those_to_be_served_first() -> None:
    (frame,) = queue_changes(State(Line()), queued(0, 5_000))
    assert [entry.session for entry in frame.came] == [f"s-{n:05d}" for n in range(MOST_SHOWN)]
    assert frame.total == 5_000


def test_whoever_moves_up_into_sight_comes_when_somebody_goes() -> None:
    (frame,) = queue_changes(queued(0, 5_000), queued(2, 5_000))
    assert frame.went == ("s-00000", "s-00001")
    came = [entry.session for entry in frame.came]
    assert came == [f"s-{MOST_SHOWN:05d}", f"s-{MOST_SHOWN + 1:05d}"]


def test_of_what_happens_out_of_sight_only_the_number_is_told() -> None:
    (frame,) = queue_changes(queued(0, 5_000), queued(0, 4_999))
    assert (frame.came, frame.went, frame.total) == ((), (), 4_999)
    assert queue_changes(queued(0, 5_000), queued(0, 5_000)) == []
