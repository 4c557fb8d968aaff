"""How often what was drawn is looked at."""

import pytest

from customer_client.screen.take import ROUND_SECONDS, ROUNDS_AT_ONCE, Rounds


def test_the_pieces_of_one_change_leave_at_once() -> None:
    rounds = Rounds()
    for at in range(ROUNDS_AT_ONCE):
        assert rounds.next_due(100.0) == 0, at
        rounds.begin(100.0)
    assert rounds.next_due(100.0) == pytest.approx(ROUND_SECONDS)
    assert rounds.next_due(100.0 + ROUND_SECONDS) == pytest.approx(0, abs=1e-9)


def test_who_draws_on_and_on_is_looked_at_every_round() -> None:
    rounds, now, count = Rounds(), 100.0, 0
    while now < 110.0:
        now += rounds.next_due(now)
        rounds.begin(now)
        count += 1
        now += 0.001
    assert count == pytest.approx(10 / ROUND_SECONDS, rel=0.01)
    # After a pause no more than before: what was not used is not kept.
    now += 60
    rounds.begin(now)
    rounds.begin(now)
    rounds.begin(now)
    assert rounds.next_due(now) > 0
