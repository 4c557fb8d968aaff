"""What the camera hears while it is busy."""

import threading
import time

import pytest

from customer_client.screen.camera import Camera, Opened
from customer_client.screen.display import Display, DisplayLost
from customer_client.screen.flow import Flow
from protocol.picture import Ack
from tests.waiting import until


def nothing() -> Display:
    raise DisplayLost("nobody watches")


async def test_an_answer_counts_from_when_it_came_and_not_from_when_there_was_time_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[float] = []
    monkeypatch.setattr(Flow, "acknowledge", lambda _flow, _position, now: heard.append(now))
    camera = Camera(nothing)
    camera.tell(Opened(lambda _: None))
    before = time.monotonic()
    camera.tell(Ack(received=1, drawn=0))
    after = time.monotonic()
    # It packs something meanwhile, as it were: only now does it listen.
    thread = threading.Thread(target=camera.run, name="camera")
    thread.start()
    try:
        await until(lambda: heard)
    finally:
        camera.stop()
        thread.join()
    assert before <= heard[0] <= after
