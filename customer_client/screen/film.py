"""Video of the cells in motion: H.264 by x264, through PyAV, the only module that knows it.

An encoder costs a key frame to begin, so it is kept while its area still fits what moves. Its bit
rate is set anew for each frame without a new key frame; its quantizer has a floor, so that an easy
scene takes no more bytes than it needs.
"""

from fractions import Fraction
from typing import Final

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from av.video.reformatter import Colorspace, VideoReformatter

from customer_client.screen.pixels import Picture
from protocol.picture import Rectangle

BEST_QUANTIZER: Final = 20
WORST_QUANTIZER: Final = 44
MOST_BITS: Final = 12_000_000
LEAST_BITS: Final = 150_000
FRAMES_A_SECOND: Final = 30

_OPTIONS: Final = {
    "preset": "ultrafast",
    "tune": "zerolatency",
    "forced-idr": "1",
    "qmin": str(BEST_QUANTIZER),
    "qmax": str(WORST_QUANTIZER),
    # No B frames and one slice thread: what is put in comes out at once.
    "x264-params": "annexb=1:repeat-headers=1:keyint=infinite:scenecut=0:"
    "colorprim=bt709:transfer=bt709:colormatrix=bt709",
    "threads": "1",
}


class Film:
    """A stream of frames of one `area`, whose sides are even."""

    def __init__(self, area: Rectangle) -> None:
        self.area = area
        self._reformatter = VideoReformatter()
        encoder = av.CodecContext.create("libx264", "w")
        assert isinstance(encoder, VideoCodecContext)
        encoder.width, encoder.height = area.width, area.height
        encoder.pix_fmt = "yuv420p"
        encoder.framerate = Fraction(FRAMES_A_SECOND)
        encoder.time_base = Fraction(1, FRAMES_A_SECOND)
        encoder.bit_rate = MOST_BITS
        encoder.gop_size = 1_000_000
        encoder.options = dict(_OPTIONS)
        self._encoder = encoder
        self._frames = 0
        self._key_wanted = True

    def want_key(self) -> None:
        """Make the next frame one that can be decoded without those before it."""
        self._key_wanted = True

    def encode(self, pixels: Picture, bits_a_second: int) -> tuple[bytes, bool]:
        """Return one access unit that shows `pixels`, and whether it is a key frame."""
        bgrx = np.ascontiguousarray(pixels).view(np.uint8)
        bgrx = bgrx.reshape(self.area.height, self.area.width, 4)
        frame = self._reformatter.reformat(
            av.VideoFrame.from_numpy_buffer(bgrx, format="bgra"),
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
        )
        frame.pts = self._frames
        frame.time_base = Fraction(1, FRAMES_A_SECOND)
        frame.pict_type = PictureType.I if self._key_wanted else PictureType.NONE
        self._frames += 1
        self._key_wanted = False
        self._encoder.bit_rate = _bounded(bits_a_second)
        # With zerolatency each frame comes out as it goes in, as one packet.
        (packet,) = self._encoder.encode(frame)
        return bytes(packet), packet.is_keyframe


def _bounded(bits_a_second: int) -> int:
    return max(LEAST_BITS, min(MOST_BITS, bits_a_second))


def even(area: Rectangle) -> Rectangle:
    """Return `area` without an odd last row or column, which 4:2:0 cannot show."""
    return area._replace(width=area.width & ~1, height=area.height & ~1)
