"""Paints a sharer's messages with numpy and PyAV, as the viewer's page does with a canvas."""

import zlib
from io import BytesIO
from typing import Any

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from PIL import Image

from protocol import picture as p


class Painter:
    """What a viewer sees: RGB in `pixels`, and what it was told beside them."""

    def __init__(self) -> None:
        self.pixels: Any = np.zeros((1, 1, 3), np.uint8)
        self.geometry: p.Geometry | None = None
        self.monitors: tuple[p.Rectangle, ...] = ()
        self.cursor: p.Cursor | None = None
        self.shape: p.CursorShape | None = None
        self.kinds: list[str] = []
        self.video_pixels = 0
        self._decoder: VideoCodecContext | None = None
        self._held: list[Any] = []

    def take(self, message: p.Message) -> None:
        """Paint `message`; what belongs to one change all at once."""
        body = message.body
        self.kinds.append(type(body).__name__)
        if isinstance(body, p.Geometry):
            self._begin(body, message)
        elif isinstance(body, p.Cursor):
            self.cursor, self.shape = body, body.shape or self.shape
        elif isinstance(body, p.Patch | p.Video | p.Move):
            self._held.append((message, self._film(message)))
            if not message.more:
                for each, frame in self._held:
                    self._paint(each, frame)
                self._held.clear()

    def _begin(self, body: p.Geometry, message: p.Message) -> None:
        self.geometry, self.monitors = body, message.rectangles
        if self.pixels.shape[:2] != (body.height, body.width):
            self.pixels = np.zeros((body.height, body.width, 3), np.uint8)
        self._held.clear()

    def _film(self, message: p.Message) -> Any:
        body = message.body
        if not isinstance(body, p.Video):
            return None
        if message.key:
            decoder = av.CodecContext.create("h264", "r")
            assert isinstance(decoder, VideoCodecContext)
            # One frame in, one frame out, as WebCodecs does it when asked for low latency.
            decoder.flags |= 0x80000
            decoder.thread_count = 1
            self._decoder = decoder
        assert self._decoder, "a frame without its key frame"
        (frame,) = self._decoder.decode(av.Packet(bytes(body.data)))
        assert (frame.width, frame.height) == (body.area.width, body.area.height)
        return frame.to_ndarray(format="rgb24")

    def _paint(self, message: p.Message, frame: Any) -> None:
        body = message.body
        if isinstance(body, p.Patch):
            data, at = _rgb(body), 0
            for x, y, width, height in message.rectangles:
                rows = np.frombuffer(data, np.uint8, 3 * width * height, at)
                self.pixels[y : y + height, x : x + width] = rows.reshape(height, width, 3)
                at += 3 * width * height
            assert at == len(data)
        elif isinstance(body, p.Move):
            pairs = list(zip(body.sources, message.rectangles, strict=True))
            stood = [self.pixels[y : y + r.height, x : x + r.width].copy() for (x, y), r in pairs]
            for (_, (x, y, width, height)), pixels in zip(pairs, stood, strict=True):
                self.pixels[y : y + height, x : x + width] = pixels
        elif isinstance(body, p.Video):
            for x, y, width, height in message.rectangles:
                left, top = x - body.area.x, y - body.area.y
                self.pixels[y : y + height, x : x + width] = frame[
                    top : top + height, left : left + width
                ]
                self.video_pixels += width * height


def _rgb(patch: p.Patch) -> bytes:
    if patch.coding == "deflate":
        return zlib.decompress(patch.data)
    assert patch.coding == "webp"
    with Image.open(BytesIO(patch.data)) as image:
        return image.convert("RGB").tobytes()
