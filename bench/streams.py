"""Pictures as a busy screen makes them: 30 frames of video a second, 1 Mbit/s, to one who watches."""

import asyncio
import os
import time
from typing import Final

from bench.wire import Wire, open_wire
from protocol import picture as p
from protocol.picture_bytes import encode, renumbered

FRAMES: Final = 30
BITS: Final = 1_000_000
WIDTH, HEIGHT = 1920, 1080
WHOLE: Final = p.Rectangle(0, 0, WIDTH, HEIGHT)

_HEAD_BYTES: Final = 45


class Stream:
    """One session's picture: a sharer and one who watches, each on a socket of their own."""

    def __init__(self) -> None:
        self.sent = 0
        """Bytes of frames."""
        self.arrived = 0
        self._sequence = 0
        self._acks = 0
        self._received = 0
        self._sharer: Wire | None = None
        self._viewer: Wire | None = None
        frame = p.Video(
            codec="h264", area=WHOLE, data=os.urandom(BITS // 8 // FRAMES - _HEAD_BYTES)
        )
        self._key = _coded(frame, key=True, checkpoint=True)
        self._delta = _coded(frame)

    async def open(self, port: int, sharer: str, viewer: str) -> None:
        """Connect both by their leases, and show the first frame."""
        self._sharer = await open_wire(port, "/v1/picture", self._answered)
        self._sharer.send(sharer.encode())
        screen = p.Geometry(width=WIDTH, height=HEIGHT, sharing="screen", names=("one",))
        self._send(
            encode(p.Message(stream=1, sequence=0, time=0, body=screen, rectangles=(WHOLE,)))
        )
        self._send(self._key)
        self._viewer = await open_wire(port, "/v1/picture", self._seen)
        self._viewer.send(viewer.encode())

    def _answered(self, data: bytes) -> None:
        """The relay wishes for a whole picture now and then."""
        if data[1] == WISH:
            self._send(self._key)

    def _seen(self, data: bytes) -> None:
        self._received += len(data)
        if data[1] == VIDEO and self._viewer:
            self.arrived += len(data)
            self._acks += 1
            ack = p.Ack(received=self._received, drawn=int.from_bytes(data[4:8]))
            message = p.Message(stream=0, sequence=self._acks, time=0, body=ack)
            self._viewer.send_bytes(encode(message))

    def _send(self, data: bytes) -> None:
        assert self._sharer
        self._sequence += 1
        self._sharer.send_bytes(renumbered(data, self._sequence))
        if data[1] == VIDEO:
            self.sent += len(data)

    def tick(self) -> None:
        """Send the next frame."""
        self._send(self._delta)

    def close(self) -> None:
        """End both connections."""
        for wire in (self._sharer, self._viewer):
            if wire:
                wire.close()


def _coded(body: p.Body, **flags: bool) -> bytes:
    return encode(p.Message(stream=1, sequence=0, time=0, body=body, rectangles=(WHOLE,), **flags))


VIDEO: Final = _coded(p.Video(codec="h264", area=WHOLE, data=b"x"))[1]
WISH: Final = encode(p.Message(stream=0, sequence=0, time=0, body=p.Wish(wanted="key_frame")))[1]


async def play(streams: list[Stream], seconds: float) -> None:
    """Let all of `streams` show a busy screen for `seconds`, each in its own beat."""
    began, step = time.perf_counter(), 1 / FRAMES / max(1, len(streams))
    for number in range(int(seconds * FRAMES * len(streams))):
        wait = began + number * step - time.perf_counter()
        if wait > 0.001:
            await asyncio.sleep(wait)
        streams[number % len(streams)].tick()
