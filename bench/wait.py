"""How far off the estimate of the wait is, on simulated days, beside what others tell customers.

Each estimate is made when somebody joins a queue and judged by how long they waited. All get the
same counted slots, handle times and abandonments, also where the original knows less. "Within" is
the share of waits that stayed under the estimate. Our P90 is judged in seconds; what is shown is
rounded up to whole minutes, which can only keep more. An argument is the seed.
"""

import statistics
import sys
from collections import defaultdict
from collections.abc import Callable

from msgspec import Struct, field

from bench.days import Customer, Days, Pattern, Worker
from bench.report import Line, report
from broker.estimate import (
    MOST,
    Observed,
    Rep,
    Wait,
    estimates,
    free_able_slots,
    leaving_rate,
    mean_handle_seconds,
    usual_at_once,
    waits,
)

DAYS = 60
WARM_DAYS = 1
SEED = 7
HOUR_SECONDS = 3600.0


def team(size: int, cap: int, at_lunch: int = 0) -> Callable[[], list[Worker]]:
    return lambda: [Worker(("support",), (cap,), at_lunch=n < at_lunch) for n in range(size)]


def two_queues() -> list[Worker]:
    served = [("support",)] * 2 + [("support", "billing")] * 4 + [("billing",)] * 2
    return [Worker(queues, (2,)) for queues in served]


def unlimited() -> list[Worker]:
    """Each has a level of their own, and mostly keeps to it."""
    levels = ((n, n - 1, n, n + 1) for n in (2, 3, 4, 5))
    return [Worker(("support",), takes, capped=False) for takes in levels]


def erratic() -> list[Worker]:
    return [Worker(("support",), (2, 3, 4, 5), capped=False) for _ in range(4)]


PATTERNS = (
    Pattern("steady", team(4, 3), {"support": 75.0}),
    Pattern("lunch peak", team(6, 3, at_lunch=3), {"support": 95.0}, swing=0.5),
    Pattern("understaffed", team(3, 1), {"support": 13.0}, handle=1200.0, patience=1500.0),
    Pattern("two queues", two_queues, {"support": 60.0, "billing": 42.0}),
    Pattern("unlimited", unlimited, {"support": 80.0}),
    Pattern("unlimited, erratic", erratic, {"support": 80.0}),
    Pattern("long tails", team(4, 3), {"support": 75.0}, handle_spread=1.5, patience_spread=1.5),
)


class Seen(Struct, frozen=True):
    """What every method may look at."""

    ahead: int
    slots: float
    handle_seconds: float
    hour_seconds: float
    """The mean handle time of the last hour."""
    gave_up: float
    """The share of those who waited that gave up."""
    last_wait: float
    smoothed_wait: float
    head_waited: float
    ours: tuple[Wait, ...]
    """With each number of people ahead."""


PEERS: dict[str, Callable[[Seen], float]] = {
    # The sample size, 100, stands where the number of slots belongs.
    "Rocket.Chat": lambda s: (s.ahead / 100 + 1) * s.handle_seconds,
    "Comm100": lambda s: (s.ahead // s.slots + 1) * s.handle_seconds,
    "queue length": lambda s: (s.ahead + 1) * s.handle_seconds / s.slots,
    "last to enter": lambda s: s.last_wait,
    "Salesforce": lambda s: s.smoothed_wait,
    "Google CCAI": lambda s: (s.ahead + 1) * s.hour_seconds / s.slots + 10,
    "Genesys Cloud": lambda s: (s.ahead + 1) * s.handle_seconds / s.slots * (1 - s.gave_up),
    "head of line": lambda s: s.head_waited,
}
OURS, OUR_MEAN = "ours, half within", "ours, mean"


class Score(Struct):
    """Estimate less truth, in seconds, of each method; and what came of our P90."""

    off: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    truth: list[float] = field(default_factory=list)
    exact: list[bool] = field(default_factory=list)
    """Whether a wait stayed under our P90 before rounding …"""
    shown: list[bool] = field(default_factory=list)
    """… as it was shown …"""
    counted: list[bool] = field(default_factory=list)
    """… and what a broker sees of it, which does not know how long those who left had to wait."""


class Said(Struct, frozen=True):
    """What somebody was told on joining the queue."""

    peers: dict[str, float]
    ours: Wait
    most_minutes: int


def look(days: Days, customer: Customer) -> Said | None:
    """Ask every method about `customer`, who is about to join the queue."""
    history, waiting = days.history[customer.queue], days.waiting[customer.queue]
    handled = [seconds for _, seconds in history.handled]
    latest = [seconds for at, seconds in history.handled if at > days.now - HOUR_SECONDS]
    left = sum(gave_up for _, gave_up in history.waited)
    reps = [
        Rep(len(w.queues), w.limit if w.capped else 0, usual_at_once(w.had))
        for w in days.serving(customer.queue)
    ]
    observed = Observed(
        slots=free_able_slots(reps),
        handle_seconds=mean_handle_seconds(handled, handled),
        finished=len(handled),
        leaving=leaving_rate(left, sum(seconds for seconds, _ in history.waited)),
    )
    shown = estimates(observed, len(waiting) + 1)[-1]
    if shown is None:
        return None
    everyone = waits(observed)
    seen = Seen(
        ahead=len(waiting),
        slots=observed.slots,
        handle_seconds=observed.handle_seconds,
        hour_seconds=statistics.fmean(latest or handled),
        gave_up=left / len(history.waited) if history.waited else 0.0,
        last_wait=history.last_wait,
        smoothed_wait=history.smoothed_wait or 0.0,
        head_waited=days.now - waiting[0].came if waiting else 0.0,
        ours=tuple(next(everyone) for _ in range(len(waiting) + 1)),
    )
    return Said(
        {name: tell(seen) for name, tell in PEERS.items()}, seen.ours[-1], shown.most_within
    )


def measure(pattern: Pattern, seed: int) -> Score:
    """Run the days of `pattern` and score every method on those who wait patiently."""
    score = Score()

    def tell(customer: Customer, waited: float, gave_up: bool) -> None:
        said = customer.said
        if not isinstance(said, Said) or customer.came < WARM_DAYS * 24 * HOUR_SECONDS:
            return
        kept = waited <= said.most_minutes * 60
        if not gave_up or not kept:
            score.counted.append(kept)
        if not customer.patient:
            return
        score.truth.append(waited)
        score.shown.append(kept)
        score.exact.append(waited <= said.ours.within(MOST))
        ours = {OURS: said.ours.within(0.5), OUR_MEAN: said.ours.mean}
        for name, estimated in (ours | said.peers).items():
            score.off[name].append(estimated - waited)

    Days(pattern, seed, look, tell).run(DAYS)
    return score


def error(off: list[float]) -> float:
    return statistics.fmean(map(abs, off))


def percent(kept: list[bool]) -> float:
    return 100 * statistics.fmean(kept)


def table(score: Score) -> str:
    """Lay out every method's figures."""
    lines = [f"{len(score.truth)} waits of {statistics.fmean(score.truth):.0f} s on average"]
    lines.append(f"{'':20}{'error':>8}{'bias':>8}{'within':>8}")
    for name, off in score.off.items():
        within = percent([each >= 0 for each in off])
        lines.append(f"{name:20}{error(off):8.0f}{statistics.fmean(off):+8.0f}{within:7.0f}%")
    return "\n    ".join(lines)


def conclude(scores: dict[str, Score]) -> None:
    lines = []
    for name, score in scores.items():
        ours = error(score.off[OURS])
        best = min(error(score.off[peer]) for peer in PEERS)
        exact = percent(score.exact)
        reached = 85 <= exact <= 95
        lines += [
            Line(f"{name}: error", ours, "s", best, "< every other", ours < best),
            Line(f"{name}: bias", statistics.fmean(score.off[OURS]), "s"),
            Line(f"{name}: P90 kept", exact, "%", reach="85–95", reached=reached),
            Line(f"{name}: P90 kept as shown", percent(score.shown), "%"),
            Line(f"{name}: P90 kept as counted", percent(score.counted), "%"),
        ]
    report("wait", lines, **{name: table(score) for name, score in scores.items()})


if __name__ == "__main__":
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else SEED
    conclude({pattern.name: measure(pattern, seed) for pattern in PATTERNS})
