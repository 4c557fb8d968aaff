"""The window of a picture stream, on lines that are made of numbers."""

from protocol.pace import FIRST_BYTES, LEAST_BYTES, MOST_BYTES, Window


class Line:
    """A line that carries `rate` bytes a second after `delay` seconds; a queue adds the rest."""

    def __init__(self, rate: float, delay: float) -> None:
        self.rate = rate
        self.delay = delay
        self.window = Window()
        self.now = 0.0
        self._free = 0.0

    def fill(self, pieces: int, size: int = 1000) -> float:
        """Send `pieces` as fast as the window allows; return the longest time one took."""
        due: list[tuple[float, int]] = []
        longest = 0.0
        sent: dict[int, float] = {}
        while pieces or due:
            if pieces and self.window.is_open:
                self.window.send(size, self.now)
                self._free = max(self.now, self._free) + size / self.rate
                due.append((self._free + self.delay, self.window.sent))
                sent[self.window.sent] = self.now
                pieces -= 1
            else:
                self.now, position = due.pop(0)
                longest = max(longest, self.now - sent[position])
                self.window.acknowledge(position, self.now)
        return longest


def test_a_window_begins_small_and_closes_when_it_is_full() -> None:
    window = Window()
    seen = [window.is_open]
    window.send(FIRST_BYTES - 1, 0.0)
    seen.append(window.is_open)
    window.send(1, 0.0)
    seen.append(window.is_open)
    window.acknowledge(FIRST_BYTES, 0.02)
    seen.append(window.is_open)
    assert seen == [True, True, False, True]


def test_a_fast_line_gets_a_large_window() -> None:
    line = Line(rate=100e6, delay=0.01)
    line.fill(20_000)
    assert line.window.size > 500_000


def test_the_window_never_grows_beyond_all_bounds() -> None:
    line = Line(rate=1e12, delay=0.01)
    line.fill(50_000, size=10_000)
    assert line.window.size == MOST_BYTES


def test_a_slow_line_is_not_flooded() -> None:
    line = Line(rate=5e6 / 8, delay=0.04)
    line.fill(1000)

    longest = line.fill(2000)

    # 40 ms there, 1.6 ms for the piece itself, and the rest is our own queue.
    assert longest < 0.04 + 0.0016 + 0.1


def test_a_line_that_becomes_slow_gets_less() -> None:
    line = Line(rate=10e6, delay=0.02)
    line.fill(5000)
    before = line.window.size
    line.rate = 100e3
    line.fill(1500)
    assert line.window.size < before / 4
    assert line.window.size >= LEAST_BYTES


def test_what_was_never_sent_or_is_known_already_changes_nothing() -> None:
    window = Window()
    window.send(1000, 0.0)
    for position in (1001, 2**53, 0, -1):
        window.acknowledge(position, 0.01)
    assert (window.acknowledged, window.in_flight) == (0, 1000)
    window.acknowledge(600, 0.01)
    window.acknowledge(500, 0.02)
    assert (window.acknowledged, window.in_flight) == (600, 400)


def test_after_a_rest_the_window_is_smaller_but_not_forgotten() -> None:
    line = Line(rate=100e6, delay=0.01)
    line.fill(20_000)
    before = line.window.size
    line.window.send(1, line.now + 10)
    assert FIRST_BYTES < line.window.size == before // 2


def test_one_late_answer_changes_nothing() -> None:
    line = Line(rate=100e6, delay=0.01)
    line.fill(3000)
    before = line.window.size
    line.window.send(1000, line.now)
    line.window.acknowledge(line.window.sent, line.now + 1.0)
    assert line.window.size >= before // 2
