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
