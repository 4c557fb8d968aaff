"""Draws a site's watermark with Pillow: at the lower right, or faintly all over."""

import base64
import binascii
import io
import re
import textwrap
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

from customer_client.screen.pixels import Picture
from customer_client.screen.stamps import Stamp
from protocol.watermark import Watermark

LIGHT, DARK = (255, 255, 255, 255), (32, 32, 32, 255)
EDGE: Final = 1
GREY: Final = 0x8C8C8C
MARGIN: Final = 24
TEXT_SIDE: Final = 18
FAINT_SIDE: Final = 12
LEAST_SIDE: Final = 8

TILE: Final = 0.14
PITCH: Final = 0.15
"""Of the screen's sides. A part of it with sides of 30 % holds a whole tile wherever it lies, since a tile
and the pitch to the next are no more than that together."""

PICTURE_SHARE: Final = 0.2
MOST_PICTURE_PIXELS: Final = 4_000_000
FONTS: Final = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "Arial.ttf")

LOOK_SECONDS: Final = 1.0

Pixels = npt.NDArray[np.uint8]
"""RGBA, row by row."""

_MACRO: Final = re.compile(r"{(\w+)}")


class Marking:
    """The layer of a site's mark: `words` gives its macros, or nothing while nobody sees the screen.
    `mark` may be set at any time.
    """

    name = "watermark"

    def __init__(
        self, words: Callable[[], Mapping[str, str] | None], mark: Watermark | None = None
    ) -> None:
        self.mark = mark
        self._words = words
        self._began = time.monotonic()
        self._shown: object = None

    def stamps(self, width: int, height: int, now: float) -> Sequence[Stamp] | None:
        """Return the mark, if it is another one than before."""
        mark, words = self.mark, self._words()
        is_due = mark and words is not None and mark.is_due(now - self._began)
        text = filled(mark, words) if mark and words is not None and is_due else ""
        wanted = (mark, text, width, height) if is_due else None
        if wanted == self._shown:
            return None
        self._shown = wanted
        return drawn(mark, text, width, height) if mark and is_due else ()

    def due_in(self, _: float) -> float | None:
        """Look again in a second: what is written in it may have changed."""
        return LOOK_SECONDS


def filled(mark: Watermark, words: Mapping[str, str]) -> str:
    """Return the text of `mark` with its macros filled in; braces in a name stay a name's."""
    text = _MACRO.sub(lambda found: words.get(found[1], found[0]), mark.text)
    return "".join(each if each.isprintable() else " " for each in text).strip()


def drawn(mark: Watermark, text: str, width: int, height: int) -> Sequence[Stamp]:
    """Return the stamps of `mark` with `text` on a screen of this size."""
    if mark.forensic:
        return _tiles(text, width, height)
    block = _block(_picture(mark, width, height), text, width - 2 * MARGIN)
    if block is None:
        return ()
    high, wide = block.shape[:2]
    return (_stamp(block, max(0, width - wide - MARGIN), max(0, height - high - MARGIN)),)


def _block(picture: Image.Image | None, text: str, most: int) -> Pixels | None:
    """Return picture and text below each other as RGBA, whose alpha is 0 or 255."""
    parts = [each for each in (picture, _lettering(text, most) if text else None) if each]
    if not parts:
        return None
    whole = Image.new(
        "RGBA", (max(each.width for each in parts), sum(each.height for each in parts))
    )
    top = 0
    for each in parts:
        whole.paste(each, (whole.width - each.width, top))
        top += each.height
    return np.asarray(whole)


def _lettering(text: str, most: int) -> Image.Image:
    """Return `text` in white with a dark edge, which shows on any ground."""
    font = _font(TEXT_SIDE)
    each = max(1.0, font.getlength("n"))
    lines = "\n".join(textwrap.wrap(text, max(8, int(most / each))))
    box = ImageDraw.Draw(Image.new("1", (1, 1))).multiline_textbbox(
        (0, 0), lines, font=font, stroke_width=EDGE
    )
    size = int(box[2] - box[0]) + 2, int(box[3] - box[1]) + 2
    at = 1 - box[0], 1 - box[1]
    layers = []
    for stroke in (EDGE, 0):
        layer = Image.new("1", size)
        pen = ImageDraw.Draw(layer)
        pen.fontmode = "1"
        pen.multiline_text(at, lines, fill=1, font=font, align="right", stroke_width=stroke)
        layers.append(layer)
    shown = Image.new("RGBA", size)
    shown.paste(DARK, mask=layers[0])
    shown.paste(LIGHT, mask=layers[1])
    return shown


def _picture(mark: Watermark, width: int, height: int) -> Image.Image | None:
    """Return the picture of `mark`, a fifth of the screen at most; none if it cannot be read."""
    if not mark.picture:
        return None
    try:
        opened = Image.open(io.BytesIO(base64.b64decode(mark.picture)), formats=("PNG",))
        if opened.width * opened.height > MOST_PICTURE_PIXELS:
            return None
        picture = opened.convert("RGBA")
    except (OSError, UnidentifiedImageError, ValueError, binascii.Error):
        return None
    picture.thumbnail((int(width * PICTURE_SHARE), int(height * PICTURE_SHARE)))
    picture.putalpha(picture.getchannel("A").point(lambda alpha: 255 if alpha > 127 else 0))
    return picture


def _tiles(text: str, width: int, height: int) -> Sequence[Stamp]:
    wide, high = int(width * TILE), int(height * TILE)
    tile = np.asarray(_fitted(text, wide, high)).copy()
    # Every other pixel: what lies below stays readable.
    tile[::2, ::2] = tile[1::2, 1::2] = False
    pixels = np.full(tile.shape, GREY, np.uint32)
    step = int(width * PITCH), int(height * PITCH)
    return [
        Stamp(x, y, pixels, tile)
        for y in range(0, height - high + 1, step[1])
        for x in range(0, width - wide + 1, step[0])
    ]


def _fitted(text: str, width: int, height: int) -> Image.Image:
    """Return all of `text` within these sides, as large as fits."""
    tile = Image.new("1", (width, height))
    pen = ImageDraw.Draw(tile)
    pen.fontmode = "1"
    for side in range(FAINT_SIDE, LEAST_SIDE - 1, -1):
        font = _font(side)
        each = max(1.0, font.getlength("n"))
        lines = "\n".join(textwrap.wrap(text, max(4, int(width / each))))
        box = pen.multiline_textbbox((0, 0), lines, font=font)
        if (box[2] <= width and box[3] <= height) or side == LEAST_SIDE:
            pen.multiline_text((0, 0), lines, fill=1, font=font)
            break
    return tile


def _font(side: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for name in FONTS:
        try:
            return ImageFont.truetype(name, side)
        except OSError:
            continue
    return ImageFont.load_default(side)


def _stamp(rgba: Pixels, x: int, y: int) -> Stamp:
    red, green, blue, alpha = (rgba[..., each].astype(np.uint32) for each in range(4))
    pixels: Picture = red << np.uint32(16) | green << np.uint32(8) | blue
    return Stamp(x, y, pixels, alpha > 0)
