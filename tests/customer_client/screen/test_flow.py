"""What may leave, by the line and by the relay's limits."""

from customer_client.screen.flow import BYTES, MESSAGES, Flow
from protocol.pace import FIRST_BYTES


def test_a_full_window_waits_for_an_answer() -> None:
    flow = Flow()
    flow.send(FIRST_BYTES, 1.0)
    assert not flow.is_open(1.0)
    assert not flow.is_limited
    flow.acknowledge(FIRST_BYTES, 1.05)
    assert flow.is_open(1.05)


def test_many_small_messages_wait_for_the_next_second_or_for_answers() -> None:
    flow = Flow()
    for _ in range(MESSAGES):
        assert flow.is_open(1.0)
        flow.send(1, 1.0)
    assert not flow.is_open(1.5)
    assert flow.is_limited
    assert not flow.is_open(2.5), "a line that stalls would deliver all at once"
    flow.acknowledge(MESSAGES, 2.6)
    assert flow.is_open(2.6)


def test_no_more_bytes_leave_within_a_second_than_a_relay_takes() -> None:
    flow, now, sent = Flow(), 1.0, 0
    while now < 1.9:
        if flow.is_open(now):
            flow.send(20_000, now)
            sent += 20_000
        now += 0.001
        flow.acknowledge(sent, now)
    assert sent <= BYTES + 20_000


def test_the_rate_is_what_the_line_has_shown() -> None:
    flow = Flow()
    first = flow.rate
    now = 1.0
    for at in range(1, 20):
        flow.send(10_000, now)
        now += 0.2
        flow.acknowledge(at * 10_000, now)
    assert flow.rate < first


def carried(pieces: int, size: int, rate: float, trip: float, every: float = 0.0) -> Flow:
    """Send pieces over a line of `rate` bytes a second, where each takes `trip` there and back."""
    flow, now, free, sent = Flow(), 0.0, 0.0, 0
    under_way: list[tuple[float, int]] = []
    flow.send(50, 0.0)
    sent = 50
    flow.acknowledge(50, trip)
    now = trip
    for _ in range(pieces):
        flow.send(size, now)
        sent += size
        free = max(free, now) + size / rate
        under_way.append((free + trip, sent))
        now += every
        while under_way and under_way[0][0] <= now:
            flow.acknowledge(under_way[0][1], under_way.pop(0)[0])
    for at, position in under_way:
        flow.acknowledge(position, at)
    return flow


def test_a_burst_tells_what_the_line_carries_however_small_the_window() -> None:
    flow = carried(2, 40_000, rate=250_000, trip=0.08)
    assert 0.7 * 250_000 < flow.rate < 0.9 * 250_000


def test_a_line_that_is_never_full_is_not_taken_for_a_slow_one() -> None:
    flow = carried(100, 8_000, rate=1_000_000, trip=0.08, every=0.033)
    assert flow.rate > 500_000


def test_a_line_that_is_full_is_not_taken_for_a_quick_one() -> None:
    flow = carried(100, 20_000, rate=250_000, trip=0.08, every=0.033)
    assert flow.rate < 300_000


def test_answers_that_are_heard_late_and_together_make_no_line_a_quick_one() -> None:
    flow = carried(100, 20_000, rate=250_000, trip=0.08, every=0.033)
    rate, sent = flow.rate, flow.sent
    for _ in range(2):
        flow.send(20_000, 100.0)
    for position in (sent + 20_000, sent + 40_000):
        flow.acknowledge(position, 100.5)
    assert flow.rate < 2 * rate
