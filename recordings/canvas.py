"""Paints what a sharer sent, as a viewer's page does: patches, video, moves, and the cursor on top.

What comes in was made by a customer's machine, and is decoded here: so only the process that composes a
film imports this, which has no key, opens no file and reaches no network (`film.py`).
"""

import io
import zlib
from typing import Any, Final

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace
from PIL import Image

from protocol.picture import (
    BadPicture,
    Cursor,
    CursorShape,
    Geometry,
    Message,
    Move,
    Patch,
    Rectangle,
    Video,
)
from protocol.picture_rules import area

BLACK: Final = (0, 0, 0)
LOW_DELAY: Final = 0x80000
"""One frame in, one frame out, as WebCodecs does it when asked for low latency."""

UNSPECIFIED: Final = 2
"""What FFmpeg says of colours of which the stream says nothing."""

HIGH_DEFINITION: Final = 720

Change = tuple[Message, list[Image.Image]]


class Canvas:
    """What a viewer sees of one sharer; nothing before the first geometry."""

    def __init__(self) -> None:
        self.part = Rectangle(0, 0, 0, 0)
        self.lost = 0
        """How many messages could not be decoded; a viewer would have asked for a new picture."""
        self._image: Image.Image | None = None
        self._cursor: Cursor | None = None
        self._shape: Image.Image | None = None
        self._hot = (0, 0)
        self._held: list[Change] = []
        self._decoder: VideoCodecContext | None = None
        self._said: tuple[Geometry, tuple[Rectangle, ...]] | None = None

    def take(self, message: Message) -> bool:
        """Paint `message`; say whether it changed what is seen."""
        body = message.body
        if isinstance(body, Geometry):
            return self._begin(body, message.rectangles)
        if isinstance(body, Cursor):
            self._point(body)
            return self._image is not None
        if self._image is None or not isinstance(body, Patch | Video | Move):
            return False
        try:
            self._held.append((message, self._decoded(message)))
        except (BadPicture, OSError, ValueError, SyntaxError, zlib.error, av.FFmpegError):
            self.lost += 1
            return False
        if message.more:
            return False
        for each, decoded in self._held:
            self._paint(self._image, each, decoded)
        self._held.clear()
        return True

    def blank(self) -> bool:
        """Show nothing any more; say whether there was something."""
        was_there = self._image is not None
        self._image = self._said = self._cursor = self._decoder = None
        self._held.clear()
        return was_there

    def shown(self) -> Image.Image | None:
        """Return the picture with its cursor, or None while nothing is shared."""
        if self._image is None:
            return None
        if not (cursor := self._cursor) or not cursor.shown or not self._shape:
            return self._image
        picture = self._image.copy()
        left, top = cursor.x - self._hot[0] - self.part.x, cursor.y - self._hot[1] - self.part.y
        picture.paste(self._shape, (left, top), self._shape)
        return picture

    def _begin(self, screen: Geometry, monitors: tuple[Rectangle, ...]) -> bool:
        if (screen, monitors) == self._said and not screen.trouble:
            # Written again for those who begin here; who saw it all has it already.
            return False
        before, self._said = self.part, (screen, monitors)
        self.part = part_of(screen, monitors)
        self._held.clear()
        self._decoder = None
        size = self.part.width, self.part.height
        if self._image is None or self._image.size != size:
            self._image = Image.new("RGB", size)
        elif screen.trouble or before[:2] != self.part[:2]:
            self._image.paste(BLACK, (0, 0, *size))
        return True

    def _point(self, cursor: Cursor) -> None:
        self._cursor = cursor
        if shape := cursor.shape:
            self._shape, self._hot = _pointer(shape), (shape.hot_x, shape.hot_y)

    def _decoded(self, message: Message) -> list[Image.Image]:
        """Return the pixels of each of the message's rectangles; of moves they are here already."""
        body = message.body
        if isinstance(body, Patch):
            return _patch(body, message.rectangles)
        if isinstance(body, Video):
            frame, (left, top, *_) = self._frame(body, message.key), body.area
            return [
                frame.crop((x - left, y - top, x - left + width, y - top + height))
                for x, y, width, height in message.rectangles
            ]
        return []

    def _frame(self, video: Video, key: bool) -> Image.Image:
        if key:
            decoder = av.CodecContext.create(video.codec, "r")
            assert isinstance(decoder, VideoCodecContext)
            decoder.flags |= LOW_DELAY
            decoder.thread_count = 1
            self._decoder = decoder
        if self._decoder is None:
            raise BadPicture("a frame without its key frame")
        frames = self._decoder.decode(av.Packet(bytes(video.data)))
        if not frames or not isinstance(frames[-1], VideoFrame):
            raise BadPicture("no frame")
        return image_of(frames[-1])

    def _paint(self, image: Image.Image, message: Message, pixels: list[Image.Image]) -> None:
        left, top, body = self.part.x, self.part.y, message.body
        if isinstance(body, Move):
            # All sources are what stood there before the message.
            pixels = [
                image.crop((x - left, y - top, x - left + each.width, y - top + each.height))
                for (x, y), each in zip(body.sources, message.rectangles, strict=True)
            ]
        for each, rectangle in zip(pixels, message.rectangles, strict=True):
            image.paste(each, (rectangle.x - left, rectangle.y - top))


def image_of(frame: VideoFrame) -> Image.Image:
    """Return what is on a decoded frame."""
    # Where the stream does not say, it is as browsers take it to be.
    unsaid = Colorspace.ITU709 if frame.height >= HIGH_DEFINITION else Colorspace.ITU601
    space = {"src_colorspace": unsaid} if frame.colorspace == UNSPECIFIED else {}
    # PyAV says nothing of what it makes for Pillow.
    made: Any = frame.reformat(format="rgb24", **space)
    image: Image.Image = made.to_image()
    return image


def part_of(screen: Geometry, monitors: tuple[Rectangle, ...]) -> Rectangle:
    """Return what of `screen` is shown: a chosen monitor, or all of it."""
    if screen.chosen:
        return monitors[screen.chosen - 1]
    return Rectangle(0, 0, screen.width, screen.height)


def _patch(patch: Patch, rectangles: tuple[Rectangle, ...]) -> list[Image.Image]:
    """Return the pixels of each rectangle."""
    sizes = [(each.width, each.height) for each in rectangles]
    if patch.coding in ("png", "webp"):
        with Image.open(io.BytesIO(patch.data), formats=(patch.coding.upper(),)) as image:
            if [image.size] != sizes:
                raise BadPicture("a picture of another size than it was said to have")
            return [image.convert("RGB")]
    data, wanted = bytes(patch.data), 3 * area(rectangles)
    if patch.coding == "deflate":
        # One byte more than there ought to be shows whether there are too many.
        data = zlib.decompressobj().decompress(data, wanted + 1)
    if len(data) != wanted:
        raise BadPicture("the pixels do not fill the rectangles")
    pixels, at = [], 0
    for width, height in sizes:
        pixels.append(Image.frombytes("RGB", (width, height), data[at : at + 3 * width * height]))
        at += 3 * width * height
    return pixels


def _pointer(shape: CursorShape) -> Image.Image:
    return Image.frombytes("RGBA", (shape.width, shape.height), bytes(shape.rgba))
