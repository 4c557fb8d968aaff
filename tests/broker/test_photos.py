"""Photos of reps: what is taken, what is refused, and what a hostile picture cannot do."""

import asyncio
import io
import os
import socket
import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

from broker import photo_maker, photo_worker
from broker.photo_calls import PICTURE_BYTES
from broker.photo_maker import NoPhoto, PhotoMaker, TooBusy
from tests.broker.servers import Reply, Server
from tests.waiting import until

PNG = b"\x89PNG\r\n\x1a\n"
ORIENTATION, MODEL = 0x0112, 0x0110


def saved(image: Image.Image, kind: str, **more: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes) -> bytes:
    """A PNG with one bit a pixel that says it is so large."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return PNG + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def halves(left: str, right: str, mode: str = "RGB") -> Image.Image:
    """A picture with two colours, wider than it is high."""
    image = Image.new(mode, (600, 400), left)
    image.paste(Image.new(mode, (300, 400), right), (300, 0))
    return image


RED = halves("red", "red")
PHOTO = saved(RED, "JPEG")

HOSTILE = {
    "empty": b"",
    "words": b"GIF? no, only words",
    "a script": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "another kind of picture": saved(RED, "GIF"),
    "a picture of no kind we take": saved(RED, "TIFF"),
    "cut off": PHOTO[: len(PHOTO) // 2],
    "only a beginning": PHOTO[:20],
    "larger than it can be": png(60_000, 60_000, zlib.compress(b"")),
    "a bomb": png(20_000, 20_000, zlib.compress(bytes(20_000 * 2_501), 9)),
    "nothing in it": png(0, 0, zlib.compress(b"")),
    "a broken WebP": saved(RED, "WEBP")[:-40],
}


@pytest.fixture
async def maker() -> AsyncIterator[PhotoMaker]:
    maker = PhotoMaker()
    maker.start()
    yield maker
    await maker.stop()


def worker_of(maker: PhotoMaker) -> psutil.Process:
    assert maker._process
    return psutil.Process(maker._process.pid)


async def upload(server: Server, cookie: str, picture: bytes, kind: str = "image/jpeg") -> Reply:
    headers = {"Content-Type": kind}
    return await server.call("POST", "/v1/me/photo", picture, cookie=cookie, headers=headers)


def opened(photo: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(photo))
    image.load()
    return image


def looks(image: Image.Image, x: int, y: int, colour: tuple[int, int, int]) -> bool:
    """Say whether a pixel is about of that colour: what was packed with loss is never just so."""
    pixel = image.convert("RGB").getpixel((x, y))
    assert isinstance(pixel, tuple)
    return all(abs(is_ - was) < 25 for is_, was in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_becomes_a_small_square(maker: PhotoMaker, kind: str) -> None:
    image = opened(await maker.make(saved(halves("red", "blue"), kind)))
    assert (image.format, image.size) == ("WEBP", (photo_worker.SIDE, photo_worker.SIDE))
    assert looks(image, 20, 128, (255, 0, 0))
    assert looks(image, 235, 128, (0, 0, 255))


async def test_a_photo_stands_upright_and_has_no_past(maker: PhotoMaker) -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MODEL] = 3, "Secret camera"
    profile = b"profile" * 20
    picture = saved(halves("red", "blue"), "JPEG", exif=exif, icc_profile=profile, comment=b"here")
    assert b"Secret camera" in picture
    photo = await maker.make(picture)
    image = opened(photo)
    # It was upside down.
    assert looks(image, 20, 128, (0, 0, 255))
    assert dict(image.getexif()) == {}
    assert set(image.info) <= {"loop", "background", "timestamp", "duration"}
    assert not any(word in photo for word in (b"Secret", b"profile", b"EXIF", b"ICCP", b"XMP"))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
async def test_every_kind_of_pixel_is_taken(maker: PhotoMaker, mode: str) -> None:
    image = opened(await maker.make(saved(Image.new(mode, (40, 90)), "PNG")))
    assert image.mode == "RGB"


async def test_what_is_transparent_becomes_white(maker: PhotoMaker) -> None:
    image = opened(await maker.make(saved(Image.new("RGBA", (90, 90), (0, 0, 0, 0)), "PNG")))
    assert looks(image, 128, 128, (255, 255, 255))


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_is_no_honest_picture_is_refused_and_the_next_is_taken(
    maker: PhotoMaker, name: str
) -> None:
    with pytest.raises(NoPhoto):
        await maker.make(HOSTILE[name])
    assert await maker.make(PHOTO)


async def read(picture: bytes) -> AsyncIterator[bytes]:
    yield picture


@pytest.mark.parametrize("preview", [False, True])
async def test_pixels_that_would_fill_the_memory_are_refused(
    maker: PhotoMaker, preview: bool
) -> None:
    side = 8_001
    picture = png(side, side, zlib.compress(b"\0" * side * (side // 8 + 2), 9))
    assert side * side > photo_worker.MOST_PIXELS
    with pytest.raises(NoPhoto):
        await (maker.preview(read(picture)) if preview else maker.make(picture))


def in_a_fork(monkeypatch: pytest.MonkeyPatch, does: Any) -> bytes:
    """What comes of `does` where a picture would be decoded."""
    monkeypatch.setattr(photo_worker, "square", does)
    return photo_worker._apart(photo_worker.PHOTO + b"picture")


def open_a_file(_: bytes) -> bytes:
    return Path("/proc/self/status").read_bytes()


def open_a_socket(_: bytes) -> bytes:
    socket.socket().close()
    return b"reached"


def take_memory(_: bytes) -> bytes:
    return b"had it" if bytearray(photo_worker.MEMORY_BYTES) else b""


def think_for_ever(_: bytes) -> bytes:
    while True:
        pass


def harmless(_: bytes) -> bytes:
    return b"photo"


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("does", [open_a_file, open_a_socket, take_memory, think_for_ever])
def test_a_decoder_gone_wild_reaches_nothing_and_takes_little(
    monkeypatch: pytest.MonkeyPatch, does: Any
) -> None:
    monkeypatch.setattr(photo_worker, "PROCESSOR_SECONDS", 1)
    assert in_a_fork(monkeypatch, does) == b""
    assert in_a_fork(monkeypatch, harmless) == b"photo"


async def test_the_worker_has_no_secrets_and_ends_with_its_broker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DESKSIDE_METRICS_TOKEN", "secret")
    maker = PhotoMaker()
    maker.start()
    worker = worker_of(maker)
    try:
        assert await maker.make(PHOTO)
        assert "DESKSIDE_METRICS_TOKEN" not in worker.environ()
        assert worker.cwd() == "/"
        assert os.getsid(worker.pid) == worker.pid
    finally:
        await maker.stop()
    assert not worker.is_running()


async def test_a_killed_worker_is_no_fault_of_the_callers(maker: PhotoMaker) -> None:
    worker_of(maker).kill()
    worker_of(maker).wait()
    with pytest.raises(TooBusy):
        await maker.make(PHOTO)


async def test_only_some_photos_are_made_at_a_time(maker: PhotoMaker) -> None:
    made = await asyncio.gather(*(maker.make(PHOTO) for _ in range(9)), return_exceptions=True)
    assert [type(each) for each in made] == [*[bytes] * 4, *[TooBusy] * 5]


async def test_previews_wait_for_their_turn_and_few_pictures_lie_in_memory(
    maker: PhotoMaker,
) -> None:
    here: list[int] = []
    most = 0

    async def read_one(number: int) -> AsyncIterator[bytes]:
        nonlocal most
        here.append(number)
        most = max(most, len(here))
        yield PHOTO

    async def one(number: int) -> bytes:
        made = await maker.preview(read_one(number))
        here.remove(number)
        return made

    made = await asyncio.gather(*(one(number) for number in range(9)))
    assert all(each[8:12] == b"WEBP" for each in made)
    assert most == photo_maker.MOST_PREVIEWS


async def test_a_preview_does_not_wait_for_ever(
    maker: PhotoMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_maker, "PATIENCE_SECONDS", 0.01)
    read_on = asyncio.Event()
    begun: list[int] = []

    async def slow(number: int) -> AsyncIterator[bytes]:
        begun.append(number)
        await read_on.wait()
        yield PHOTO

    slow_ones = [maker.preview(slow(each)) for each in range(photo_maker.MOST_PREVIEWS)]
    waiting = asyncio.gather(*slow_ones)
    await until(lambda: len(begun) == len(slow_ones))
    with pytest.raises(TooBusy):
        await maker.preview(read(PHOTO))
    read_on.set()
    assert all(await waiting)
    assert await maker.preview(read(PHOTO))


async def test_who_works_here_has_a_photo_that_everybody_sees(server: Server) -> None:
    account = await server.add("ana", "rep")
    cookie, path = await server.sign_in(account), f"/v1/reps/{account.id}/photo"
    assert (await server.call("GET", path)).status == 204
    taken = await upload(server, cookie, PHOTO)
    assert taken.status == 200
    shown = await server.call("GET", path)
    assert shown.headers["Content-Type"] == "image/webp"
    assert opened(shown.body).size == (256, 256)
    assert "max-age=300" in shown.headers["Cache-Control"]
    known = {"If-None-Match": shown.headers["ETag"]}
    again = await server.call("GET", path, headers=known)
    assert (again.status, again.body) == (304, b"")
    versioned = await server.call("GET", f"{path}?v={taken.json['photo']}")
    assert "max-age=31536000" in versioned.headers["Cache-Control"]
    # A digest of another photo must not bring this one into a cache for good.
    assert "31536000" not in (await server.call("GET", f"{path}?v=abc")).headers["Cache-Control"]


async def test_a_photo_can_be_changed_and_removed(server: Server) -> None:
    account = await server.add("ana", "rep")
    cookie, path = await server.sign_in(account), f"/v1/reps/{account.id}/photo"
    first = (await upload(server, cookie, PHOTO)).json["photo"]
    second = (await upload(server, cookie, saved(halves("blue", "blue"), "PNG"), "image/png")).json
    assert second["photo"] != first
    assert looks(opened((await server.call("GET", path)).body), 9, 9, (0, 0, 255))
    assert (await server.call("POST", "/v1/me/photo/remove", cookie=cookie)).status == 204
    assert (await server.call("GET", path)).status == 204


async def test_nobody_sees_the_photo_of_a_disabled_account_or_of_nobody(server: Server) -> None:
    account = await server.add("ana", "rep")
    await upload(server, await server.sign_in(account), PHOTO)
    await server.parts.accounts.disable(account.id)
    for who in (account.id, "r-nobody", "%00", "x" * 65):
        reply = await server.call("GET", f"/v1/reps/{who}/photo")
        assert reply.status in {204, 400}, who


async def test_an_upload_is_bounded_and_must_be_a_picture(server: Server) -> None:
    cookie = await server.sign_in_as("rep")
    too_large = await upload(server, cookie, bytes(PICTURE_BYTES + 1))
    assert too_large.status == 413
    as_json = await upload(server, cookie, b"{}", "application/json")
    assert (as_json.status, as_json.error) == (415, "not_a_picture")
    no_picture = await upload(server, cookie, HOSTILE["a script"], "image/svg+xml")
    assert (no_picture.status, no_picture.error) == (422, "not_a_picture")
    # More than a JSON body may have.
    noise = Image.frombytes("RGB", (400, 400), os.urandom(400 * 400 * 3))
    assert (await upload(server, cookie, saved(noise, "PNG"), "image/png")).status == 200
