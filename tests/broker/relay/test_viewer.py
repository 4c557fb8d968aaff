"""One viewer's line: what is sent at once, what waits, and what is dropped for something newer."""

from broker.relay.history import History
from broker.relay.viewer import WAITING_BYTES, Viewer
from protocol.pace import FIRST_BYTES
from protocol.picture import Ack
from protocol.picture_bytes import decode
from tests.broker.relay.pictures import LEFT, WHOLE, Drawing, sequences


class Watching:
    """A viewer of what `draw` draws, and the relay's history of it. Nobody acknowledges anything
    until `acknowledge`.
    """

    def __init__(self) -> None:
        self.draw = Drawing()
        self.history = History()
        self.sent: list[bytes] = []
        self.acknowledged = 0
        self.seconds = 0.0
        self.viewer = Viewer("ana", self.sent.append, {"view": 1}, lambda: self.seconds)

    def show(self, data: bytes) -> None:
        self.history.add(decode(data), data)
        self.viewer.send(data)

    def acknowledge(self) -> None:
        """Acknowledge all that was sent so far, a little later."""
        self.seconds += 0.01
        received = sum(map(len, self.sent))
        self.viewer.hear(Ack(received=received, drawn=0), self.history)

    def drain(self) -> None:
        """Acknowledge until nothing more comes."""
        before = -1
        while before != len(self.sent):
            before = len(self.sent)
            self.acknowledge()


def test_a_small_picture_goes_out_at_once() -> None:
    watching = Watching()
    watching.show(watching.draw.screen())
    watching.show(watching.draw.patch())
    assert sequences(watching.sent) == [1, 2]


def test_what_is_beyond_the_window_waits_for_an_answer() -> None:
    watching = Watching()
    watching.show(watching.draw.screen())
    for _ in range(3):
        watching.show(watching.draw.patch(LEFT, size=FIRST_BYTES))
    assert sequences(watching.sent) == [1, 2]
    watching.drain()
    assert sequences(watching.sent) == [1, 2, 3, 4]


def test_who_falls_behind_gets_the_newest_picture_and_nothing_stale() -> None:
    watching = Watching()
    watching.show(watching.draw.screen())
    for _ in range(40):
        watching.show(watching.draw.patch(WHOLE, size=100_000))
    watching.drain()
    # The geometry and the last of the patches that cover each other.
    assert sequences(watching.sent) == [1, 2, 1, 41]


def test_what_waits_for_a_viewer_is_bounded() -> None:
    watching = Watching()
    watching.show(watching.draw.screen())
    for _ in range(1000):
        watching.show(watching.draw.video(size=10_000))
    assert sum(map(len, watching.sent)) < 2 * FIRST_BYTES
    assert watching.viewer.waiting_bytes <= WAITING_BYTES


def test_a_whole_picture_arrives_however_slowly_while_newer_ones_come() -> None:
    watching = Watching()
    watching.show(watching.draw.screen())
    cells = [watching.draw.patch(LEFT, size=200_000, more=True) for _ in range(10)]
    for data in cells:
        watching.history.add(decode(data), data)
    watching.viewer.begin(watching.history)
    for _ in range(20):
        watching.acknowledge()
        watching.show(watching.draw.patch(WHOLE, size=100_000))
    seen = sequences(watching.sent)[1:]
    assert seen[: seen.index(11) + 1] == list(range(1, 12)), "it was begun anew on the way"


def test_a_blank_overtakes_the_picture() -> None:
    watching = Watching()
    watching.show(watching.draw.screen())
    for _ in range(3):
        watching.show(watching.draw.patch(LEFT, size=FIRST_BYTES))
    watching.viewer.blank(b"blank")
    watching.sent.remove(b"blank")
    watching.acknowledge()
    assert sequences(watching.sent) == [1, 2]


def test_a_tool_may_be_used_until_its_time_and_no_other() -> None:
    viewer = Watching().viewer
    assert viewer.may("view", 0)
    assert not viewer.may("view", 1)
    assert not viewer.may("control", 0)
