"""How long the wait will be: "half wait under 3 minutes, nine of ten under 6".

The people ahead go one by one, because a slot comes free or because one of them gives up. With i of
them left this happens `s/m + i·α` times a second, and the customer's own turn needs one more slot:
the mean wait is `Σ 1/(s/m + i·α)`, the variance `Σ 1/(s/m + i·α)²`, i from 0 to the number ahead.
This is the queue-length estimator with abandonment (QLm) of Ibrahim and Whitt, Manufacturing &
Service Operations Management 11 (2009). A gamma distribution with these two moments gives the
quantiles. Before changing anything here, run `scripts/bench wait`; docs/wait.md has the figures.

Values in, values out: what was observed is counted elsewhere, and kept even while nothing is shown.
"""

import math
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from statistics import NormalDist

from msgspec import Struct

LEAST_FINISHED = 20
"""Nothing is said before so many sessions have finished; a team with fewer leans on its site."""

RECENT = 100
"""How many of a team's finished sessions make its handle time."""

LEAST_OUTCOMES = 100
LEAST_KEPT = 0.8
"""Of that many outcomes, this share has to have stayed under what nine of ten should."""

HALF, MOST = 0.5, 0.9
_MINUTE_SECONDS = 60.0


class Observed(Struct, frozen=True, kw_only=True):
    """What is known of a queue at one moment; raises `ValueError` where that cannot be."""

    slots: float
    """From `free_able_slots`."""
    handle_seconds: float
    """From `mean_handle_seconds`."""
    finished: int
    """How many sessions of the site have finished."""
    leaving: float = 0.0
    """From `leaving_rate`."""
    outcomes: int = 0
    """Of how many earlier estimates we know what came of them …"""
    kept: int = 0
    """… and how many of those waits stayed under what nine of ten should."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            _require(name, getattr(self, name))
        if self.kept > self.outcomes:
            raise ValueError(f"{self.kept} of only {self.outcomes} outcomes cannot have been kept")


class Wait(Struct, frozen=True):
    """A wait of which mean and variance are known, in seconds."""

    mean: float
    variance: float

    def within(self, share: float) -> float:
        """Return the seconds within which `share` (0 to 1) of such waits end, if gamma distributed.

        Wilson and Hilferty (PNAS 17, 1931): the cube root is nearly normal. The shape is never
        below 1 here, where this is 1.3 % too long in HALF and 1.0 % too short in MOST; from shape 4
        on it is within 0.2 %. Whole minutes hide that: the exact inverse would show nothing new.
        """
        if not 0 < share < 1:
            raise ValueError(f"the share is between 0 and 1, not {share}")
        ninth = self.variance / (9 * self.mean**2)
        root = 1 - ninth + _normal(share) * math.sqrt(ninth)
        return self.mean * max(0.0, root) ** 3


_normal = cache(NormalDist().inv_cdf)
"""Asked for two shares only, twice for each of thousands who wait."""


class Estimate(Struct, frozen=True):
    """The wait in whole minutes: half the customers wait at most this long, nine of ten that."""

    half_within: int
    most_within: int


class Rep(Struct, frozen=True):
    """An available rep, as far as one queue is concerned."""

    queues: int
    """How many queues they serve."""
    cap: int = 0
    """How many sessions they take at once; 0 is no cap."""
    usual: float = 1.0
    """From `usual_at_once`; counts where there is no cap."""


def estimate(observed: Observed, ahead: int) -> Estimate | None:
    """Return the estimate with `ahead` people in front, or None: we cannot say yet."""
    _require("ahead", ahead)
    if not can_say(observed):
        return None
    return in_minutes(next(islice(waits(observed), ahead, None)))


def estimates(observed: Observed, waiting: int) -> list[Estimate | None]:
    """Return the estimate of each of `waiting` people from the head of the queue on.

    One pass, because thousands may wait and all are told when one leaves.
    """
    _require("waiting", waiting)
    if not can_say(observed):
        return [None] * waiting
    return [in_minutes(wait) for wait in islice(waits(observed), waiting)]


def waits(observed: Observed) -> Iterator[Wait]:
    """Yield the wait with 0, 1, 2, … people ahead, whether or not it may be shown.

    It is stored beside what happens also while nothing is shown, or nothing would ever be shown
    again. Raise `ValueError` where no slot or no handle time is known.
    """
    if not (observed.slots and observed.handle_seconds):
        raise ValueError("without a slot and a handle time there is no wait to estimate")
    return _waits(observed.slots / observed.handle_seconds, observed.leaving)


def _waits(rate: float, leaving: float) -> Iterator[Wait]:
    mean = variance = 0.0
    while True:
        mean += 1 / rate
        variance += 1 / rate**2
        yield Wait(mean, variance)
        rate += leaving


def in_minutes(wait: Wait) -> Estimate:
    """Round `wait` up to whole minutes, at least one."""
    return Estimate(_minutes(wait.within(HALF)), _minutes(wait.within(MOST)))


def _minutes(seconds: float) -> int:
    return max(1, math.ceil(seconds / _MINUTE_SECONDS))


def can_say(observed: Observed) -> bool:
    """Say whether enough is known of the queue, and what was said of it held."""
    return (
        observed.finished >= LEAST_FINISHED
        and observed.slots > 0
        and observed.handle_seconds > 0
        and has_held(observed.outcomes, observed.kept)
    )


def has_held(outcomes: int, kept: int) -> bool:
    """Say whether enough waits stayed under what nine of ten should; few outcomes prove nothing."""
    return outcomes < LEAST_OUTCOMES or kept >= LEAST_KEPT * outcomes


def mean_handle_seconds(team: Sequence[float], site: Sequence[float]) -> float:
    """Return how long a session of the team takes, of the times of finished sessions, oldest first.

    A team with less than `LEAST_FINISHED` of its own is filled up with as many of the site's mean.
    Return 0 where nothing has finished at all.
    """
    for seconds in (*team, *site):
        _require("a handle time", seconds)
    recent = team[-RECENT:]
    lent = max(0, LEAST_FINISHED - len(recent)) if site else 0
    total = sum(recent) + (lent * sum(site) / len(site) if lent else 0.0)
    return total / (len(recent) + lent) if recent or lent else 0.0


def free_able_slots(reps: Sequence[Rep]) -> float:
    """Return how many sessions `reps` can have at once for one queue, whether or not they do."""
    for rep in reps:
        if rep.queues < 1:
            raise ValueError(f"a rep of this queue serves at least 1 queue, not {rep.queues}")
        _require("cap", rep.cap)
        _require("usual", rep.usual)
    return sum((rep.cap or rep.usual) / rep.queues for rep in reps)


def usual_at_once(counts: Sequence[int]) -> float:
    """Return how many sessions a rep without a cap usually has, the third quartile of `counts`.

    Each is how many they had right after accepting one. Nobody can do with less than one slot.
    """
    ordered = sorted(counts)
    return max(1.0, ordered[math.ceil(0.75 * len(ordered)) - 1]) if ordered else 1.0


def leaving_rate(abandoned: int, waited_seconds: float) -> float:
    """Return abandonments per second waited, of `abandoned` people out of all who waited."""
    _require("abandoned", abandoned)
    _require("waited_seconds", waited_seconds)
    return abandoned / waited_seconds if waited_seconds else 0.0


def _require(name: str, value: float) -> None:
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{name} is a number from 0 on, not {value}")
