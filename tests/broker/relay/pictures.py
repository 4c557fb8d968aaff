"""Pictures that tests send: small screens and what is painted on them."""

from typing import Any

from protocol import picture as p
from protocol.picture_bytes import decode, encode

WIDTH, HEIGHT = 128, 64
WHOLE = p.Rectangle(0, 0, WIDTH, HEIGHT)
LEFT = p.Rectangle(0, 0, 64, 64)
RIGHT = p.Rectangle(64, 0, 64, 64)
SCREEN = p.Geometry(width=WIDTH, height=HEIGHT, sharing="screen", names=("one",))


class Drawing:
    """A sharer that counts its messages."""

    def __init__(self, stream: int = 1) -> None:
        self.sequence = 0
        self.stream = stream

    def message(self, body: p.Body, *rectangles: p.Rectangle, **flags: Any) -> p.Message:
        self.sequence += 1
        return p.Message(
            stream=self.stream,
            sequence=self.sequence,
            time=0,
            body=body,
            rectangles=rectangles,
            **flags,
        )

    def coded(self, body: p.Body, *rectangles: p.Rectangle, **flags: Any) -> bytes:
        return encode(self.message(body, *rectangles, **flags))

    def screen(self) -> bytes:
        self.stream += 1
        return self.coded(SCREEN, WHOLE)

    def patch(self, *rectangles: p.Rectangle, size: int = 1, **flags: Any) -> bytes:
        body = p.Patch(coding="deflate", data=bytes(size))
        return self.coded(body, *(rectangles or (LEFT,)), **flags)

    def whole(self, size: int = 1) -> bytes:
        return self.patch(WHOLE, size=size, key=True, checkpoint=True)

    def video(self, area: p.Rectangle = WHOLE, size: int = 1, **flags: Any) -> bytes:
        return self.coded(p.Video(codec="h264", area=area, data=bytes(size)), area, **flags)


def read(sent: list[bytes]) -> list[p.Body]:
    """Return what stands in `sent`."""
    return [decode(data).body for data in sent]


def sequences(sent: list[bytes]) -> list[int]:
    """Return the sequence of each message in `sent` that came from a sharer."""
    own = (p.Blank, p.Watched)
    return [each.sequence for each in map(decode, sent) if not isinstance(each.body, own)]
