"""Video of the cells in motion, and small exact pictures of what stands still, through PyAV: the only
module that knows it.

An encoder costs a key frame to begin, so it is kept while its area still fits what moves, and its bit rate
what the line carries. (x264 sets another bit rate only where its buffer is set with it, which PyAV cannot do
once it is open.) Its quantizer has a floor, so that an easy scene takes no more bytes than it needs.
"""

from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from customer_client.later import unpack
from customer_client.screen.pixels import Picture
from protocol.picture import Rectangle

if TYPE_CHECKING:
    from av.video.codeccontext import VideoCodecContext

BEST_QUANTIZER: Final = 20
WORST_QUANTIZER: Final = 44
MOST_BITS: Final = 12_000_000
LEAST_BITS: Final = 150_000
FRAMES_A_SECOND: Final = 30

BUFFER_SECONDS: Final = 0.25
"""No frame takes the line longer than about this."""

FALL: Final = 0.6
RISE: Final = 2.5
RISE_FRAMES: Final = 60
"""An encoder is begun anew for a line that carries less than so much of what it was begun for, or, after
so many frames, more.
"""

_OPTIONS: Final = {
    # 640x360 of film at 120 kB/s: 5 ms to 35 dB and a first frame of 10 kB; ultrafast 4 ms, 31 dB, 13 kB.
    "preset": "superfast",
    "tune": "zerolatency",
    "forced-idr": "1",
    "qmin": str(BEST_QUANTIZER),
    "qmax": str(WORST_QUANTIZER),
    # No B frames and one slice thread: what is put in comes out at once.
    "x264-params": "annexb=1:repeat-headers=1:keyint=infinite:scenecut=0:"
    "colorprim=bt709:transfer=bt709:colormatrix=bt709",
    "threads": "1",
}


_LOSSLESS: Final = {"lossless": "1", "compression_level": "1", "quality": "60"}
"""864x480 of coloured text: 75 ms to 25 kB (a quality of 50 takes as long to 35 kB, a level of 0 takes
25 ms to 38 kB); deflate takes 7 ms to 79 kB, or 14 ms to 67 kB.
"""

_OPAQUE: Final = np.uint32(0xFF000000)


class Film:
    """A stream of frames of one `area`, whose sides are even."""

    def __init__(self, area: Rectangle) -> None:
        unpack()
        from av.video.reformatter import VideoReformatter  # noqa: PLC0415 - see `later`

        self.area = area
        self._reformatter = VideoReformatter()
        self._encoder: VideoCodecContext | None = None
        self._bits = 0
        self._frames = 0
        self._key_wanted = True

    def _opened(self, bits: int) -> "VideoCodecContext":
        """Return an encoder for a line that carries `bits` a second."""
        rises = bits > RISE * self._bits and self._frames >= RISE_FRAMES
        if self._encoder is None or bits < FALL * self._bits or rises:
            self._encoder, self._bits, self._frames = _begun(self.area, bits), bits, 0
        return self._encoder

    def want_key(self) -> None:
        """Make the next frame one that can be decoded without those before it."""
        self._key_wanted = True

    def encode(self, pixels: Picture, bits_a_second: int) -> tuple[bytes, bool]:
        """Return one access unit that shows `pixels`, and whether it is a key frame."""
        import av  # noqa: PLC0415 - see `later`
        from av.video.frame import PictureType  # noqa: PLC0415
        from av.video.reformatter import Colorspace  # noqa: PLC0415

        bgrx = np.ascontiguousarray(pixels).view(np.uint8)
        bgrx = bgrx.reshape(self.area.height, self.area.width, 4)
        frame = self._reformatter.reformat(
            av.VideoFrame.from_numpy_buffer(bgrx, format="bgra"),
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
        )
        encoder = self._opened(max(LEAST_BITS, min(MOST_BITS, bits_a_second)))
        frame.pts = self._frames
        frame.time_base = Fraction(1, FRAMES_A_SECOND)
        frame.pict_type = PictureType.I if self._key_wanted else PictureType.NONE
        self._frames += 1
        self._key_wanted = False
        # With zerolatency each frame comes out as it goes in, as one packet.
        (packet,) = encoder.encode(frame)
        return bytes(packet), packet.is_keyframe


def _made(codec: str) -> "VideoCodecContext":
    unpack()
    import av  # noqa: PLC0415 - see `later`
    from av.video.codeccontext import VideoCodecContext  # noqa: PLC0415

    encoder = av.CodecContext.create(codec, "w")
    assert isinstance(encoder, VideoCodecContext)
    return encoder


def _begun(area: Rectangle, bits: int) -> "VideoCodecContext":
    encoder = _made("libx264")
    encoder.width, encoder.height = area.width, area.height
    encoder.pix_fmt = "yuv420p"
    encoder.framerate = Fraction(FRAMES_A_SECOND)
    encoder.time_base = Fraction(1, FRAMES_A_SECOND)
    encoder.bit_rate = bits
    encoder.gop_size = 1_000_000
    buffer = {"maxrate": str(bits), "bufsize": str(int(bits * BUFFER_SECONDS))}
    encoder.options = _OPTIONS | buffer
    return encoder


def even(area: Rectangle) -> Rectangle:
    """Return `area` without an odd last row or column, which 4:2:0 cannot show."""
    return area._replace(width=area.width & ~1, height=area.height & ~1)


def packed_small(pixels: Picture) -> bytes:
    """Return `pixels` as lossless WebP, in half the bytes that deflate takes and several times as long."""
    height, width = pixels.shape
    encoder = _made("libwebp")
    encoder.width, encoder.height = width, height
    encoder.pix_fmt = "bgra"
    encoder.time_base = Fraction(1, FRAMES_A_SECOND)
    encoder.options = dict(_LOSSLESS)
    opaque = np.bitwise_or(pixels, _OPAQUE).view(np.uint8).reshape(height, width, 4)
    import av  # noqa: PLC0415 - see `later`

    frame = av.VideoFrame.from_numpy_buffer(opaque, format="bgra")
    frame.pts = 0
    return b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None)))
