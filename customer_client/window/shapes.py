"""Round shapes with smooth edges, as PNG: what Tk itself draws only in steps.

The one module of the window that knows Pillow. Shapes are drawn four times as large as they are
needed, and made smaller.
"""

import io
import math
from typing import Final

from PIL import Image, ImageDraw, UnidentifiedImageError

TIMES: Final = 4
MIDDLE: Final = 120
MOST_PHOTO_PIXELS: Final = 1_000_000


def rounded(radius: int, fill: str, edge: str = "", width: int = 1, corner: str = "") -> bytes:
    """Return a square with round corners and a wide middle.

    Tk fills what is larger with copies of the middle: were that a pixel, it would paint by pixels.
    `corner` names one that stays sharp, as in a speech bubble: "left" or "right", at the bottom.
    """
    side = (2 * radius + 1) * TIMES
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    box = (0, 0, side - 1, side - 1)
    # Without either, Pillow would draw in white.
    if fill or edge:
        draw.rounded_rectangle(
            box, radius * TIMES, fill=fill or None, outline=edge or None, width=width * TIMES
        )
    if corner:
        left = 0 if corner == "left" else side - radius * TIMES
        sharp = (left, side - radius * TIMES, left + radius * TIMES, side)
        draw.rounded_rectangle(sharp, radius * TIMES // 3, fill=fill)
    return _png(_widened(_smaller(image), radius))


def _widened(image: Image.Image, radius: int) -> Image.Image:
    """Return `image` with its middle row and column as wide as `MIDDLE`."""
    side, far = image.width, radius + 1
    wide = Image.new("RGBA", (side + MIDDLE - 1, side), (0, 0, 0, 0))
    wide.paste(image.crop((0, 0, radius, side)), (0, 0))
    wide.paste(image.crop((radius, 0, far, side)).resize((MIDDLE, side)), (radius, 0))
    wide.paste(image.crop((far, 0, side, side)), (radius + MIDDLE, 0))
    whole = Image.new("RGBA", (wide.width, wide.width), (0, 0, 0, 0))
    whole.paste(wide.crop((0, 0, wide.width, radius)), (0, 0))
    middle = wide.crop((0, radius, wide.width, far)).resize((wide.width, MIDDLE))
    whole.paste(middle, (0, radius))
    whole.paste(wide.crop((0, far, wide.width, side)), (0, radius + MIDDLE))
    return whole


def disc(side: int, fill: str, photo: bytes = b"", dot: str = "", ground: str = "") -> bytes:
    """Return a circle of `fill`, or with `photo` in it; and at its edge a `dot` on `ground`."""
    size = (side * TIMES, side * TIMES)
    image = _photo(photo, size) or Image.new("RGBA", size, fill)
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).ellipse((0, 0, size[0] - 1, size[1] - 1), fill=255)
    image.putalpha(mask)
    if dot:
        draw = ImageDraw.Draw(image)
        reach, rim = side * TIMES * 3 // 10, side * TIMES // 20
        box = (size[0] - reach, size[1] - reach, size[0] - 1, size[1] - 1)
        draw.ellipse(box, fill=ground)
        draw.ellipse((box[0] + rim, box[1] + rim, box[2] - rim, box[3] - rim), fill=dot)
    return _png(_smaller(image))


def _photo(data: bytes, size: tuple[int, int]) -> Image.Image | None:
    """Return a photo as the broker sends it; nothing where it is none after all."""
    if not data:
        return None
    try:
        with Image.open(io.BytesIO(data), formats=("WEBP",)) as image:
            if image.width * image.height > MOST_PHOTO_PIXELS:
                return None
            return image.convert("RGBA").resize(size, Image.Resampling.LANCZOS)
    except (UnidentifiedImageError, OSError, ValueError):
        return None


def preview(data: bytes, most: tuple[int, int]) -> bytes:
    """Return a small picture as the broker makes them, no larger than `most`; else a pixel."""
    try:
        with Image.open(io.BytesIO(data), formats=("WEBP",)) as image:
            if image.width * image.height <= MOST_PHOTO_PIXELS:
                image.thumbnail(most, Image.Resampling.LANCZOS)
                return _png(image.convert("RGBA"))
    except (UnidentifiedImageError, OSError, ValueError):
        pass  # it is not what we asked for
    return _png(Image.new("RGBA", (1, 1), (0, 0, 0, 0)))


def switch(height: int, fill: str, edge: str, knob: str, *, on: bool) -> bytes:
    """Return a switch, its knob at the right if it is `on`, and some room beside it."""
    size = (height * 9 // 5 * TIMES, height * TIMES)
    image = Image.new("RGBA", (size[0] + size[1] // 2, size[1]), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    rim = max(1, height // 12) * TIMES
    box = (0, 0, size[0] - 1, size[1] - 1)
    draw.rounded_rectangle(box, size[1] // 2, fill=fill, outline=edge, width=rim)
    away, side = 3 * rim, size[1] - 6 * rim
    left = size[0] - side - away if on else away
    draw.ellipse((left, away, left + side - 1, away + side - 1), fill=knob)
    return _png(_smaller(image))


def arrow(side: int, ink: str) -> bytes:
    """Return the arrow of a list that opens downwards, and some room at its right."""
    size = side * TIMES
    image = Image.new("RGBA", (size * 8 // 5, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    ends = [
        (size // 10, size * 3 // 10),
        (size // 2, size * 7 // 10),
        (size * 9 // 10, size * 3 // 10),
    ]
    draw.line(ends, fill=ink, width=max(1, size // 9), joint="curve")
    return _png(_smaller(image))


def icon(side: int, fill: str, mark: str) -> bytes:
    """Return the window's icon: a speech bubble."""
    size = side * TIMES
    image = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, size - 1, size - 1), size // 4, fill=fill)
    left, top, right, bottom = size // 5, size // 4, size * 4 // 5, size * 13 // 20
    draw.rounded_rectangle((left, top, right, bottom), size // 9, fill=mark)
    tail = [(left + size // 10, bottom - 1), (left + size // 10, size * 4 // 5)]
    draw.polygon([*tail, (left + size * 3 // 10, bottom - 1)], fill=mark)
    return _png(_smaller(image))


def clip(side: int, ink: str) -> bytes:
    """Return a paper clip: one wire in three bows."""
    size = side * TIMES
    image = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    wire = [
        (0.41, 0.36),
        *_bow(0.50, 0.70, -0.09),
        *_bow(0.45, 0.24, 0.14),
        *_bow(0.50, 0.72, -0.19),
        (0.69, 0.36),
    ]
    points = [(x * size, y * size) for x, y in wire]
    ImageDraw.Draw(image).line(points, ink, max(1, size // 13), joint="curve")
    return _png(_smaller(image.rotate(-40, Image.Resampling.BICUBIC)))


def _bow(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    """Return half a circle around a point: below it from the left where `radius` is negative, above
    it from the right otherwise.
    """
    turns = [math.pi * step / 12 for step in range(13)]
    return [(x + radius * math.cos(t), y - radius * math.sin(t)) for t in turns]


def _smaller(image: Image.Image) -> Image.Image:
    size = (image.width // TIMES, image.height // TIMES)
    return image.resize(size, Image.Resampling.LANCZOS)


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
