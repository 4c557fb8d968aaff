"""A process of its own that makes photos and previews of what people upload: small, and without a past.

Decoders of pictures have had holes, so none runs in the broker. This process is started with the
broker, without its environment, and forks for every picture. The fork can open no file and no
socket, and takes bounded memory and processor; whatever becomes of it, the next one begins afresh.

On its standard input stand, one after the other, a length (4 bytes, big-endian) and so many bytes: what
is wanted, a letter, and the picture. On its standard output, for each, the same of what was made, as
WebP, or the length 0 where it was no picture that we take.
"""

import io
import os
import resource
import sys
from typing import IO

SIDE = 256
"""Pixels of a photo: 64 on the largest screen we draw it on, times four for dense ones."""

MOST_PIXELS = 64_000_000
"""More than a telephone takes in 5 MiB; at 4 bytes each they fit into the memory below."""

MEMORY_BYTES = 1024**3
PROCESSOR_SECONDS = 5
FORMATS = ("JPEG", "PNG", "WEBP")

PHOTO, PREVIEW = b"s", b"p"
PREVIEW_SIDE = 720
"""Pixels of the longer side: 360 beside a conversation, times two for dense screens."""
PREVIEW_FORMATS = (*FORMATS, "GIF", "BMP")

LENGTH_BYTES = 4


def main() -> None:
    """Make photos until nobody asks for more."""
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while (picture := read(asked)) is not None:
        write(answers, _apart(picture))


def read(stream: IO[bytes]) -> bytes | None:
    """Return what `write` wrote to the other end of `stream`, or None at its end."""
    length = stream.read(LENGTH_BYTES)
    if len(length) < LENGTH_BYTES:
        return None
    data = stream.read(size := int.from_bytes(length, "big"))
    return data if len(data) == size else None


def write(stream: IO[bytes], data: bytes) -> None:
    """Write `data` and, before it, its length."""
    stream.write(len(data).to_bytes(LENGTH_BYTES, "big") + data)
    stream.flush()


def square(picture: bytes) -> bytes:
    """Return the middle of `picture` as a square WebP with nothing in it but pixels.

    What is no picture raises whatever the decoder raises.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - only once somebody uploads something

    with Image.open(io.BytesIO(picture), formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        # A large JPEG is decoded at a fraction of its size.
        image.draft("RGB", (2 * SIDE, 2 * SIDE))
        # Telephones write beside the pixels which way is up.
        upright = ImageOps.exif_transpose(image)
    upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    fitted = ImageOps.fit(upright, (SIDE, SIDE))
    # Onto new ground, so that neither place nor camera comes along.
    photo = Image.new("RGB", (SIDE, SIDE), "white")
    photo.paste(fitted, mask=fitted if fitted.mode == "RGBA" else None)
    made = io.BytesIO()
    photo.save(made, "WEBP", quality=82)
    return made.getvalue()


def preview(picture: bytes) -> bytes:
    """Return all of `picture`, made small, as WebP; of one that moves, the first frame.

    What is no picture raises whatever the decoder raises.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - as in `square`

    with Image.open(io.BytesIO(picture), formats=PREVIEW_FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        image.draft("RGB", (PREVIEW_SIDE, PREVIEW_SIDE))
        upright = ImageOps.exif_transpose(image)
    upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    upright.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    small = Image.new(upright.mode, upright.size)
    small.paste(upright)
    made = io.BytesIO()
    small.save(made, "WEBP", quality=85)
    return made.getvalue()


def _apart(picture: bytes) -> bytes:
    """Return the photo that a fork makes of `picture`, or nothing where it came to grief."""
    _load_decoders()
    theirs, ours = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(theirs)
        _make(picture, ours)
    os.close(ours)
    with os.fdopen(theirs, "rb") as made:
        photo = made.read()
    _, status = os.waitpid(child, 0)
    return photo if status == 0 else b""


def _load_decoders() -> None:
    """Import now what the fork could not any more."""
    from PIL import (  # noqa: F401, PLC0415 - as in `square`
        BmpImagePlugin,
        GifImagePlugin,
        Image,
        ImageOps,
        JpegImagePlugin,
        MpoImagePlugin,
        PngImagePlugin,
        TiffImagePlugin,
        WebPImagePlugin,
    )

    Image.preinit()


def _make(picture: bytes, ours: int) -> None:
    """In the fork: write the photo to `ours`, and end."""
    status = 1
    try:
        _bound()
        wanted, picture = picture[:1], picture[1:]
        photo = preview(picture) if wanted == PREVIEW else square(picture)
        with os.fdopen(ours, "wb") as out:
            out.write(photo)
        status = 0
    finally:
        # Not as usual: nothing of the parent's may be flushed or closed here.
        os._exit(status)


def _bound() -> None:
    limits = (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
    )
    for what, most in limits:
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
