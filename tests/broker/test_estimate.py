import math
from itertools import islice, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.estimate import (
    Estimate,
    Observed,
    Rep,
    Wait,
    can_say,
    estimate,
    estimates,
    free_able_slots,
    has_held,
    in_minutes,
    leaving_rate,
    mean_handle_seconds,
    usual_at_once,
    waits,
)

# Quantiles of the gamma distribution with scale 1, halved from printed tables of chi-square with
# twice the degrees of freedom: shape, half within, nine of ten within.
TABLE = [
    (1, 1.386 / 2, 4.605 / 2),
    (2, 3.357 / 2, 7.779 / 2),
    (3, 5.348 / 2, 10.645 / 2),
    (5, 9.342 / 2, 15.987 / 2),
    (10, 19.337 / 2, 28.412 / 2),
    (15, 29.336 / 2, 40.256 / 2),
]

SHAPES = (1, 1.1, 1.5, 2, 2.5, 4, 7.3, 20, 60, 150)

counts = st.integers(0, 200)
slots = st.floats(0.5, 100)
handle = st.floats(10, 10_000)
leaving = st.floats(0, 0.1)


def observed(**known: Any) -> Observed:
    """Two slots and ten minutes a session, unless told otherwise."""
    return Observed(**({"slots": 2.0, "handle_seconds": 600.0, "finished": 100} | known))


def nth(known: Observed, ahead: int) -> Wait:
    return next(islice(waits(known), ahead, None))


def probability(shape: float, within: float) -> float:
    """Integrate the gamma density by Simpson's rule: nothing in common with what is tested."""
    steps = 4000
    width = within / steps

    def density(x: float) -> float:
        if not x:
            return 1.0 if shape == 1 else 0.0
        return math.exp((shape - 1) * math.log(x) - x - math.lgamma(shape))

    odd = sum(density(width * n) for n in range(1, steps, 2))
    even = sum(density(width * n) for n in range(2, steps, 2))
    return (density(0) + density(within) + 4 * odd + 2 * even) * width / 3


def test_the_wait_adds_up_one_departure_after_the_other() -> None:
    # s/m = 1/300, α = 1/600: departures every 300 s, then 200 s with one ahead, 150 s with two.
    known = observed(leaving=1 / 600)
    firsts = list(islice(waits(known), 3))
    assert [wait.mean for wait in firsts] == pytest.approx([300, 500, 650])
    assert [wait.variance for wait in firsts] == pytest.approx([90_000, 130_000, 152_500])


def test_the_estimate_is_in_whole_minutes_rounded_up() -> None:
    # Exponential with mean 300 s: half within 208 s, nine of ten within 691 s.
    assert estimate(observed(), 0) == Estimate(half_within=4, most_within=12)
    # Mean 650 s and shape 2.77: half within 573 s, nine of ten within 1,173 s by integration.
    assert probability(650**2 / 152_500, 573 * 650 / 152_500) == pytest.approx(0.5, abs=0.002)
    assert probability(650**2 / 152_500, 1173 * 650 / 152_500) == pytest.approx(0.9, abs=0.002)
    assert estimate(observed(leaving=1 / 600), 2) == Estimate(half_within=10, most_within=20)


def test_an_estimate_is_never_0_minutes() -> None:
    assert estimate(observed(slots=1000.0, handle_seconds=1.0), 0) == Estimate(1, 1)
    assert in_minutes(Wait(59.9, 1e-9)) == Estimate(1, 1)
    assert in_minutes(Wait(60.1, 1e-9)) == Estimate(2, 2)
    # No queue has this shape, but a median of nothing would show as 0.
    assert Wait(60.0, 360_000.0).within(0.5) == 0
    assert in_minutes(Wait(60.0, 360_000.0)).half_within == 1


@given(counts, slots, handle)
def test_nobody_leaving_makes_it_erlang(ahead: int, slots: float, handle: float) -> None:
    wait = nth(observed(slots=slots, handle_seconds=handle), ahead)
    almost = nth(observed(slots=slots, handle_seconds=handle, leaving=1e-15), ahead)
    each = handle / slots
    assert wait.mean == pytest.approx((ahead + 1) * each)
    assert wait.variance == pytest.approx((ahead + 1) * each**2)
    assert almost.mean == pytest.approx(wait.mean, rel=1e-6)


@given(slots, handle, leaving)
def test_with_nobody_ahead_it_does_not_matter_who_leaves(
    slots: float, handle: float, leaving: float
) -> None:
    wait = nth(observed(slots=slots, handle_seconds=handle, leaving=leaving), 0)
    assert wait.mean == pytest.approx(handle / slots)
    assert wait.variance == pytest.approx(wait.mean**2)


@pytest.mark.parametrize(("shape", "half", "most"), TABLE)
def test_the_quantiles_are_those_of_the_tables(shape: float, half: float, most: float) -> None:
    wait = Wait(shape, shape)
    assert wait.within(0.5) == pytest.approx(half, rel=0.0135)
    assert wait.within(0.9) == pytest.approx(most, rel=0.0105)


@pytest.mark.parametrize("share", [0.5, 0.9])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_quantiles_hold_what_they_say(shape: float, share: float) -> None:
    assert probability(shape, Wait(shape, shape).within(share)) == pytest.approx(share, abs=0.005)
    if shape >= 4:
        assert probability(shape, Wait(shape, shape).within(share)) == pytest.approx(
            share, abs=0.001
        )


def test_the_integration_finds_what_is_known_exactly() -> None:
    assert probability(1, math.log(10)) == pytest.approx(0.9, abs=1e-9)
    assert probability(2, 3.0) == pytest.approx(1 - 4 * math.exp(-3), abs=1e-9)


@given(counts, slots, handle, leaving)
def test_the_shape_is_never_below_1(
    ahead: int, slots: float, handle: float, leaving: float
) -> None:
    wait = nth(observed(slots=slots, handle_seconds=handle, leaving=leaving), ahead)
    assert wait.mean**2 >= wait.variance * (1 - 1e-9)


@given(slots, handle, leaving, st.sampled_from([0.5, 0.9]))
def test_further_back_is_never_sooner(
    slots: float, handle: float, leaving: float, share: float
) -> None:
    known = observed(slots=slots, handle_seconds=handle, leaving=leaving)
    within = [wait.within(share) for wait in islice(waits(known), 100)]
    assert all(ahead <= behind * (1 + 1e-9) for ahead, behind in pairwise(within))


@given(
    counts, slots, handle, leaving, st.sampled_from([0.5, 0.9]), st.floats(1, 5), st.floats(0, 0.1)
)
def test_more_slots_shorter_sessions_and_more_leaving_never_lengthen_the_wait(
    ahead: int,
    slots: float,
    handle: float,
    leaving: float,
    share: float,
    times: float,
    more: float,
) -> None:
    def within(slots: float, handle: float, leaving: float) -> float:
        known = observed(slots=slots, handle_seconds=handle, leaving=leaving)
        return nth(known, ahead).within(share)

    least = within(slots, handle, leaving) * (1 + 1e-9)
    assert within(slots * times, handle, leaving) <= least
    assert within(slots, handle / times, leaving) <= least
    assert within(slots, handle, leaving + more) <= least


@given(counts, slots, handle, leaving)
def test_half_never_wait_longer_than_nine_of_ten(
    ahead: int, slots: float, handle: float, leaving: float
) -> None:
    found = estimate(observed(slots=slots, handle_seconds=handle, leaving=leaving), ahead)
    assert found
    assert 1 <= found.half_within <= found.most_within


@given(st.integers(0, 60), leaving)
def test_a_queue_is_estimated_as_each_of_its_people(waiting: int, leaving: float) -> None:
    known = observed(leaving=leaving)
    assert estimates(known, waiting) == [estimate(known, ahead) for ahead in range(waiting)]


@pytest.mark.parametrize(
    ("known", "says"),
    [
        ({"finished": 19}, False),
        ({"finished": 20}, True),
        ({"slots": 0.0}, False),
        ({"handle_seconds": 0.0}, False),
        ({"outcomes": 99, "kept": 0}, True),
        ({"outcomes": 100, "kept": 79}, False),
        ({"outcomes": 100, "kept": 80}, True),
        ({"outcomes": 1000, "kept": 799}, False),
    ],
)
def test_nothing_is_said_that_cannot_be_known(known: dict[str, Any], says: bool) -> None:
    known = {"slots": 2.0, "handle_seconds": 600.0, "finished": 100} | known
    assert can_say(Observed(**known)) is says
    assert (estimate(Observed(**known), 3) is not None) is says
    assert [each is not None for each in estimates(Observed(**known), 2)] == [says, says]


def test_the_wait_is_known_while_it_is_not_shown() -> None:
    hidden = observed(finished=1, outcomes=100, kept=0)
    assert estimate(hidden, 0) is None
    assert nth(hidden, 0).mean == 300
    assert has_held(0, 0)


@pytest.mark.parametrize("missing", ["slots", "handle_seconds"])
def test_without_a_slot_or_a_handle_time_there_is_no_wait(missing: str) -> None:
    with pytest.raises(ValueError, match="no wait to estimate"):
        waits(observed(**{missing: 0.0}))


@pytest.mark.parametrize("wrong", [-1.0, math.nan, math.inf])
@pytest.mark.parametrize("name", ["slots", "handle_seconds", "leaving"])
def test_what_cannot_have_been_observed_is_named(name: str, wrong: float) -> None:
    with pytest.raises(ValueError, match=f"^{name} is a number from 0 on, not {wrong}$"):
        observed(**{name: wrong})


def test_nonsense_is_turned_down() -> None:
    with pytest.raises(ValueError, match="101 of only 100 outcomes"):
        observed(outcomes=100, kept=101)
    with pytest.raises(ValueError, match="finished is a number from 0 on, not -1"):
        observed(finished=-1)
    with pytest.raises(ValueError, match="ahead is a number from 0 on, not -1"):
        estimate(observed(), -1)
    with pytest.raises(ValueError, match="waiting is a number from 0 on, not -1"):
        estimates(observed(), -1)
    with pytest.raises(ValueError, match="between 0 and 1, not 1"):
        Wait(1.0, 1.0).within(1)


def test_the_handle_time_is_that_of_the_last_hundred() -> None:
    assert mean_handle_seconds([10_000.0] * 50 + [300.0] * 100, [60.0] * 500) == 300


def test_a_young_team_leans_on_its_site() -> None:
    site = [500.0, 700.0]
    assert mean_handle_seconds([], site) == 600
    assert mean_handle_seconds([200.0] * 5, site) == pytest.approx((5 * 200 + 15 * 600) / 20)
    assert mean_handle_seconds([200.0] * 19, site) == pytest.approx((19 * 200 + 600) / 20)
    assert mean_handle_seconds([200.0] * 20, site) == 200


def test_a_handle_time_needs_a_session() -> None:
    assert mean_handle_seconds([], []) == 0
    assert mean_handle_seconds([200.0], []) == 200
    with pytest.raises(ValueError, match="a handle time is a number from 0 on, not -1"):
        mean_handle_seconds([-1.0], [])


def test_a_rep_counts_once_over_all_their_queues() -> None:
    assert free_able_slots([]) == 0
    assert free_able_slots([Rep(queues=1, cap=3), Rep(queues=2, cap=3)]) == 4.5
    # Without a cap what they usually have counts, with one it does not.
    assert free_able_slots([Rep(queues=2, usual=5.0), Rep(queues=1, cap=1, usual=5.0)]) == 3.5


@pytest.mark.parametrize(
    ("rep", "what"),
    [
        (Rep(queues=0), "serves at least 1 queue, not 0"),
        (Rep(queues=1, cap=-1), "cap is a number from 0 on, not -1"),
        (Rep(queues=1, usual=math.nan), "usual is a number from 0 on, not nan"),
    ],
)
def test_a_rep_that_cannot_be_is_turned_down(rep: Rep, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        free_able_slots([rep])


def test_what_a_rep_usually_has_is_the_third_quartile() -> None:
    assert usual_at_once([4, 1, 3, 2]) == 3
    assert usual_at_once([1, 1, 1, 1, 1, 1, 4, 4]) == 1
    assert usual_at_once([1, 2, 2, 5, 5, 5, 5, 5]) == 5
    assert usual_at_once([0, 0]) == usual_at_once([]) == 1


def test_people_leave_at_so_many_per_second_waited() -> None:
    assert leaving_rate(3, 1800.0) == pytest.approx(1 / 600)
    assert leaving_rate(0, 0.0) == 0
    with pytest.raises(ValueError, match="abandoned is a number from 0 on, not -1"):
        leaving_rate(-1, 10.0)
