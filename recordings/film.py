"""A process of its own that makes a film of what a rep saw, and knows nothing but what it is handed.

A *film* is composed: patches, video and cursor as a viewer's page shows them, and below the picture, in
each frame, who exported it and what the clock said. A *preview* is quick: the video alone as the customer's
machine encoded it, behind a card that says so. `film_lines.py` says what comes in, `tape.py` what goes out.
"""

import io
import resource
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import IO, Any, Final

import av
from av.video.frame import PictureType, VideoFrame
from av.video.reformatter import Colorspace
from av.video.stream import VideoStream
from PIL import Image, ImageDraw, ImageFont

from protocol.picture import BadPicture, Geometry, Message, Video
from protocol.picture_bytes import decode
from recordings.canvas import Canvas, image_of
from recordings.film_lines import (
    BLANK,
    END,
    NOTHING_TO_SHOW,
    BadLine,
    Head,
    read_head,
    read_line,
    write_head,
    write_line,
)
from recordings.form import Kind
from recordings.tape import Tape

STEP_MS: Final = 100
"""No more frames than one in so many ms: what changes within is shown together."""

IDLE_MS: Final = 1_000
"""At least one in so many: the clock goes on."""

KEY_MS: Final = 10_000
"""A player can begin this often."""

CARD_MS: Final = 3_000
LEAST_WIDTH: Final = 480
MOST_SIDES: Final = (3840, 2160)
TEXT: Final = 15
BAR: Final = 30
INK, GROUND = (236, 240, 242), (24, 32, 38)
MEMORY_BYTES: Final = 3 * 1024**3
CLOCK: Final = Fraction(1, 1000)

_ENCODERS: Final = {"h264": "libx264", "vp8": "libvpx", "vp9": "libvpx-vp9"}
_X264: Final = {
    "preset": "veryfast",
    "crf": "24",
    # Few frames wait inside, so that little memory does.
    "x264-params": "rc-lookahead=10:bframes=0:colorprim=bt709:transfer=bt709:colormatrix=bt709",
    "threads": "2",
}
_VPX: Final = {"deadline": "realtime", "cpu-used": "8", "crf": "24", "b": "2M"}


class Film:
    """A composed film, a frame whenever something changed, and one each second."""

    def __init__(self, head: Head, tape: Tape) -> None:
        self._head = head
        self._size = film_size(head)
        self._container = av.open(tape, "w", format="mp4")
        _describe(self._container, head)
        self._stream = _stream(self._container, "h264", (self._size[0], self._size[1] + BAR))
        self._canvas = Canvas()
        self._words = head.nothing
        self._font = ImageFont.load_default(TEXT)
        self._changed, self._next, self._last, self._key_at = True, 0, -IDLE_MS, 0

    def take(self, kind: int, time: int, payload: bytes) -> None:
        """Take what happened at `time` (µs)."""
        self._go_to(time // 1000)
        if kind == Kind.PICTURE:
            try:
                changed = self._canvas.take(decode(payload))
            except BadPicture:
                return
        elif kind in (Kind.PAUSED, BLANK):
            self._words = self._head.paused if kind == Kind.PAUSED else self._head.nothing
            self._canvas.blank()
            changed = True
        else:
            return
        self._changed = self._changed or changed

    def end(self, time: int) -> None:
        """End the film after `time` (µs)."""
        length = time // 1000
        self._go_to(length)
        self._frame(max(length, self._last + 1))
        for packet in self._stream.encode(None):
            self._container.mux(packet)
        self._container.close()

    def _go_to(self, at: int) -> None:
        """Make the frames that are due before `at` (ms)."""
        while self._next < at:
            if self._changed or self._next - self._last >= IDLE_MS:
                self._frame(self._next)
            if self._changed:
                self._next += STEP_MS
            else:
                self._next = min(self._last + IDLE_MS, at - at % STEP_MS + STEP_MS)

    def _frame(self, at: int) -> None:
        frame = frame_of(self._composed(at))
        frame.pts, frame.time_base = at, CLOCK
        if at >= self._key_at:
            frame.pict_type, self._key_at = PictureType.I, at + KEY_MS
        for packet in self._stream.encode(frame):
            self._container.mux(packet)
        self._changed, self._last = False, at

    def _composed(self, at: int) -> Image.Image:
        width, height = self._size
        frame = Image.new("RGB", (width, height + BAR))
        draw = ImageDraw.Draw(frame)
        if picture := self._canvas.shown():
            picture = fitted(picture, self._size)
            frame.paste(picture, ((width - picture.width) // 2, (height - picture.height) // 2))
        else:
            draw.text((width // 2, height // 2), self._words, INK, self._font, anchor="mm")
        draw.rectangle((0, height, width, height + BAR), fill=GROUND)
        clock = clock_text(self._head, at)
        room = width - 36 - draw.textlength(clock, self._font)
        title = shortened(self._head.title, room, lambda text: draw.textlength(text, self._font))
        draw.text((12, height + BAR // 2), title, INK, self._font, anchor="lm")
        draw.text((width - 12, height + BAR // 2), clock, INK, self._font, anchor="rm")
        return frame


class Preview:
    """The video as it was sent, and nothing else: no patches, no cursor, and gaps where there is none."""

    def __init__(self, head: Head, tape: Tape) -> None:
        self._head, self._tape = head, tape
        self._container: av.container.OutputContainer | None = None
        self._stream: VideoStream | None = None
        self._codec = ""
        self._last = 0
        self._ready = False
        self._said: Geometry | None = None

    def take(self, kind: int, time: int, payload: bytes) -> None:
        """Take what happened at `time` (µs)."""
        if kind != Kind.PICTURE:
            return
        try:
            message = decode(payload)
        except BadPicture:
            return
        if isinstance(message.body, Geometry):
            self._ready = self._ready and message.body == self._said
            self._said = message.body
        if isinstance(message.body, Video):
            self._show(message, message.body, time // 1000)

    def _show(self, message: Message, video: Video, at: int) -> None:
        if self._container is None:
            self._begin(video)
        assert self._container
        if video.codec != self._codec:
            return
        self._ready = self._ready or message.key
        if not self._ready:
            return
        packet = av.Packet(bytes(video.data))
        self._last = max(self._last + 1, CARD_MS + at)
        packet.pts = packet.dts = self._last
        assert self._stream
        packet.time_base, packet.stream = CLOCK, self._stream
        packet.is_keyframe = message.key
        self._container.mux(packet)

    def _begin(self, video: Video) -> None:
        """Write the card: what is seen first is that this is not all that was seen."""
        self._codec = video.codec
        form = "mp4" if video.codec == "h264" else "webm"
        self._container = av.open(self._tape, "w", format=form)
        _describe(self._container, self._head)
        size = video.area.width - video.area.width % 2, video.area.height - video.area.height % 2
        self._stream = stream = _stream(self._container, video.codec, size)
        card = Image.new("RGB", size, GROUND)
        font = ImageFont.load_default(max(9, min(22, size[0] // 28)))
        words = f"{self._head.label}\n\n{self._head.title}"
        draw = ImageDraw.Draw(card)
        draw.multiline_text(
            (size[0] // 2, size[1] // 2), words, INK, font, anchor="mm", align="center"
        )
        frame = frame_of(card)
        for at in (0, CARD_MS - 1):
            frame.pts, frame.time_base = at, CLOCK
            for packet in stream.encode(frame):
                self._container.mux(packet)
        for packet in stream.encode(None):
            self._container.mux(packet)
        self._last = CARD_MS - 1

    def end(self, _time: int) -> None:
        """End it; without any video there is nothing."""
        if self._container is None:
            sys.exit(NOTHING_TO_SHOW)
        self._container.close()


def frame_of(picture: Image.Image) -> VideoFrame:
    """Return `picture` as an encoder takes it."""
    # PyAV says nothing of what it makes of Pillow's pictures.
    made: Any = VideoFrame
    frame: VideoFrame = made.from_image(picture)
    return frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709)


def film_size(head: Head) -> tuple[int, int]:
    """Return the even size of the picture in a film whose largest is as `head` says."""
    width, height = max(head.width, LEAST_WIDTH), max(head.height, LEAST_WIDTH * 9 // 16)
    share = min(1.0, MOST_SIDES[0] / width, MOST_SIDES[1] / height)
    width, height = int(width * share), int(height * share)
    return width + width % 2, height + height % 2


def fitted(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return `picture`, smaller where it does not fit."""
    share = min(1.0, size[0] / picture.width, size[1] / picture.height)
    if share == 1.0:
        return picture
    smaller = max(1, int(picture.width * share)), max(1, int(picture.height * share))
    return picture.resize(smaller, Image.Resampling.BILINEAR, reducing_gap=2.0)


def clock_text(head: Head, at: int) -> str:
    """Return what the clock said `at` ms from the beginning."""
    when = datetime.fromtimestamp((head.began + at) // 1000, UTC) + timedelta(seconds=head.shift)
    return f"{when:%Y-%m-%d %H:%M:%S} {head.zone}"


def shortened(text: str, room: float, width: Callable[[str], float]) -> str:
    """Return as much of `text` as fits into `room`."""
    if width(text) <= room:
        return text
    while text and width(f"{text}…") > room:
        text = text[:-1]
    return f"{text}…"


def _describe(container: "av.container.OutputContainer", head: Head) -> None:
    container.metadata["title"] = head.label
    container.metadata["comment"] = head.title


def _stream(
    container: "av.container.OutputContainer", codec: str, size: tuple[int, int]
) -> VideoStream:
    options = dict(_X264 if codec == "h264" else _VPX)
    stream = container.add_stream(_ENCODERS[codec], rate=1000 // STEP_MS, options=options)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = stream.time_base = CLOCK
    stream.codec_context.gop_size = 1_000_000
    return stream


def make(asked: IO[bytes], answer: IO[bytes]) -> None:
    """Make the film that stands in `asked`, or raise `BadLine` where that ends too soon."""
    head, tape = read_head(asked), Tape(answer)
    maker = Film(head, tape) if head.way == "film" else Preview(head, tape)
    while (line := read_line(asked)).kind != END:
        maker.take(line.kind, line.time, line.payload)
    maker.end(line.time)
    tape.close()


def _load() -> None:
    """Do once what a film needs, so that all of it is loaded: later nothing could be."""
    for coding in ("PNG", "WEBP"):
        coded = io.BytesIO()
        Image.new("RGB", (2, 2)).save(coded, coding)
        Image.open(coded, formats=(coding,)).load()
    head = Head(way="film", width=2, height=2, began=0, title="", label="")
    make(io.BytesIO(write_head(head) + write_line(END, 0)), io.BytesIO())
    image_of(frame_of(Image.new("RGB", (16, 16))))
    for codec in _ENCODERS:
        av.CodecContext.create(codec, "r")


def main() -> None:
    """Make one film; from here on no file is opened, and memory is bounded."""
    _load()
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(what, (most, most))
    try:
        make(sys.stdin.buffer, sys.stdout.buffer)
    except BadLine:
        sys.exit(1)


if __name__ == "__main__":
    main()
