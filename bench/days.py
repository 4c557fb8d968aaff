"""Simulated days of a support team: who comes, waits, gives up, and is helped by whom.

First come, first served, over all queues that a rep serves. Arrivals are Poisson around the day's
curve. One customer in ten has endless patience: only their waits show what the estimate ought to
have been, as those of the others end when they leave. Times are in seconds.
"""

import heapq
import math
import random
from collections import deque
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

from msgspec import Struct, field

OPEN_SECONDS = 10 * 3600.0
DAY_SECONDS = 24 * 3600.0
PATIENT = 0.1
"""How many are measured."""

LUNCH = (4 * 3600.0, 5 * 3600.0)
STRAIN = 0.1
"""How much longer each other session of a rep without a cap makes one of theirs."""


class Worker(Struct, eq=False):
    """A rep. `takes` is how many sessions they put up with, drawn from it anew at each accept."""

    queues: tuple[str, ...]
    takes: tuple[int, ...]
    capped: bool = True
    """Whether the broker knows it, in which case it is one number."""
    at_lunch: bool = False
    active: int = 0
    limit: int = 0
    had: deque[int] = field(default_factory=partial(deque[int], maxlen=100))
    """How many sessions they had right after each accept."""

    def is_there(self, at: float) -> bool:
        return not (self.at_lunch and LUNCH[0] <= at % DAY_SECONDS < LUNCH[1])


class Pattern(Struct, frozen=True):
    """A kind of day: arrivals an hour and queue, over a day's curve, and who is there."""

    name: str
    workers: Callable[[], list[Worker]]
    hourly: dict[str, float]
    handle: float = 600.0
    handle_spread: float = 1.0
    """Standard deviation over mean, lognormal."""
    patience: float = 600.0
    patience_spread: float = 0.0
    """0 is exponential, else lognormal."""
    swing: float = 0.0
    """How far arrivals rise above the mean at noon, and fall below it at both ends."""


class Customer(Struct, eq=False):
    """Somebody who wants help."""

    queue: str
    came: float
    patient: bool
    said: Any = None
    """What `Day.ask` returned when they had to wait."""


class History(Struct):
    """What a broker could have counted for a queue until now."""

    handled: deque[tuple[float, float]] = field(
        default_factory=partial(deque[tuple[float, float]], maxlen=400)
    )
    """When a session finished, and how long it took."""
    waited: deque[tuple[float, bool]] = field(
        default_factory=partial(deque[tuple[float, bool]], maxlen=400)
    )
    """How long somebody waited, and whether they gave up."""
    last_wait: float = 0.0
    smoothed_wait: float | None = None


def drawn(rng: random.Random, mean: float, spread: float) -> float:
    """Draw from a lognormal distribution, or an exponential one where `spread` is 0."""
    if not spread:
        return rng.expovariate(1 / mean)
    variance = math.log(1 + spread**2)
    return rng.lognormvariate(math.log(mean) - variance / 2, math.sqrt(variance))


class Days:
    """Some days in a row. `ask` is called for each who has to wait, `tell` when that is over."""

    def __init__(
        self,
        pattern: Pattern,
        seed: int,
        ask: Callable[["Days", Customer], Any],
        tell: Callable[[Customer, float, bool], None],
    ) -> None:
        self.pattern = pattern
        self.workers = pattern.workers()
        for worker in self.workers:
            worker.limit = worker.takes[0]
        self.now = 0.0
        self.waiting: dict[str, list[Customer]] = {queue: [] for queue in pattern.hourly}
        self.history = {queue: History() for queue in pattern.hourly}
        self._ask, self._tell = ask, tell
        self._rng = random.Random(f"{pattern.name} {seed}")
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._number = count()

    def run(self, days: int) -> None:
        for day in range(days):
            self._plan(day * DAY_SECONDS)
            while self._agenda:
                self.now, _, happen = heapq.heappop(self._agenda)
                happen()

    def _at(self, when: float, happen: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (when, next(self._number), happen))

    def _plan(self, morning: float) -> None:
        self._at(morning + LUNCH[1], self._all_fill)
        for queue, hourly in self.pattern.hourly.items():
            most = hourly * (1 + self.pattern.swing) / 3600
            at = self._rng.expovariate(most)
            while at < OPEN_SECONDS:
                curve = 1 - self.pattern.swing * math.cos(2 * math.pi * at / OPEN_SECONDS)
                if self._rng.random() < curve / (1 + self.pattern.swing):
                    self._at(morning + at, partial(self._come, queue))
                at += self._rng.expovariate(most)

    def _come(self, queue: str) -> None:
        customer = Customer(queue, self.now, self._rng.random() < PATIENT)
        free = [worker for worker in self.serving(queue) if worker.active < worker.limit]
        if free:
            self._start(customer, min(free, key=lambda worker: worker.active))
            return
        customer.said = self._ask(self, customer)
        self.waiting[queue].append(customer)
        if not customer.patient:
            patience = drawn(self._rng, self.pattern.patience, self.pattern.patience_spread)
            self._at(self.now + patience, partial(self._leave, customer))

    def serving(self, queue: str) -> list[Worker]:
        """List who takes sessions of `queue` now."""
        return [w for w in self.workers if queue in w.queues and w.is_there(self.now)]

    def _leave(self, customer: Customer) -> None:
        if customer in self.waiting[customer.queue]:
            self._end_wait(customer, gave_up=True)

    def _end_wait(self, customer: Customer, *, gave_up: bool) -> None:
        self.waiting[customer.queue].remove(customer)
        waited = self.now - customer.came
        self.history[customer.queue].waited.append((waited, gave_up))
        self._tell(customer, waited, gave_up)

    def _start(self, customer: Customer, worker: Worker) -> None:
        wait, history = self.now - customer.came, self.history[customer.queue]
        history.last_wait = wait
        old = wait if history.smoothed_wait is None else history.smoothed_wait
        history.smoothed_wait = 0.9 * old + 0.1 * wait
        worker.active += 1
        worker.had.append(worker.active)
        seconds = drawn(self._rng, self.pattern.handle, self.pattern.handle_spread)
        if not worker.capped:
            seconds *= 1 + STRAIN * (worker.active - 1)
        worker.limit = self._rng.choice(worker.takes)
        self._at(self.now + seconds, partial(self._finish, customer.queue, worker, seconds))

    def _finish(self, queue: str, worker: Worker, seconds: float) -> None:
        worker.active -= 1
        self.history[queue].handled.append((self.now, seconds))
        self._fill(worker)

    def _all_fill(self) -> None:
        for worker in self.workers:
            self._fill(worker)

    def _fill(self, worker: Worker) -> None:
        while worker.is_there(self.now) and worker.active < worker.limit:
            heads = [self.waiting[queue][0] for queue in worker.queues if self.waiting[queue]]
            if not heads:
                return
            longest = min(heads, key=lambda customer: customer.came)
            self._end_wait(longest, gave_up=False)
            self._start(longest, worker)
