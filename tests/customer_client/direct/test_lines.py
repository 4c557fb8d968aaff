"""Which way the picture takes, and what the camera is told of it."""

from typing import Any, cast

from customer_client.direct.lines import Lines
from customer_client.direct.path import DirectPath
from customer_client.screen.camera import Opened, Told
from protocol import picture as p
from protocol.picture_bytes import decode
from tests.broker.relay.pictures import Drawing


class Path:
    """A direct path that takes what it is given."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def emit(self, data: bytes) -> None:
        self.sent.append(data)

    def told_to_leave(self) -> None:
        """Nothing follows."""


def test_back_on_the_relay_its_answers_count_from_where_the_camera_began_anew() -> None:
    told: list[Told] = []
    relayed: list[bytes] = []
    lines, path = Lines(told.append), cast("DirectPath", Path())

    def show(messages: int) -> None:
        opened: Any = next(each for each in reversed(told) if isinstance(each, Opened))
        drawing = Drawing()
        for data in (drawing.screen(), *(drawing.patch() for _ in range(messages - 1))):
            opened.emit(data)

    lines.relay(Opened(relayed.append))
    lines.relay(p.Watched(viewers=1, recorded=False))
    show(3)
    before = sum(map(len, relayed))
    lines.take(path)
    lines.leave(path)
    show(4)
    assert [decode(data).sequence for data in relayed] == [1, 2, 3, 4, 5, 6, 7]
    lines.relay(p.Ack(received=before, drawn=2))
    assert not [each for each in told if isinstance(each, p.Ack)]
    for drawn in (2, 5):
        lines.relay(p.Ack(received=sum(map(len, relayed)), drawn=drawn))
    answers = [each for each in told if isinstance(each, p.Ack)]
    size = sum(map(len, relayed)) - before
    assert answers == [p.Ack(received=size, drawn=0), p.Ack(received=size, drawn=2)]
