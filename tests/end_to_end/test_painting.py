"""The picture's messages on a real canvas: what is painted is what was sent, to the pixel."""

import asyncio
import base64
import io
import json
import random
import shutil
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image
from playwright.async_api import Page

from protocol import picture as p
from protocol.picture_bytes import encode
from tests.end_to_end.browsers import chromium

ROOT = Path(__file__).parents[2]
VIDEO: dict[str, Any] = json.loads((ROOT / "tests/golden/picture/video.json").read_text())

WIDTH, HEIGHT = 96, 64
WHOLE = p.Rectangle(0, 0, WIDTH, HEIGHT)
CELL = p.Rectangle(8, 4, 16, 8)
SCREEN = p.Geometry(width=WIDTH, height=HEIGHT, sharing="screen", names=("",))
LOSS = 40
"""What video may lose of a pure colour; another colour is 255 away."""

VIDEO_AREA = p.Rectangle(16, 0, VIDEO["width"], VIDEO["height"])


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The painter and a page's worth of script around it."""
    folder = tmp_path_factory.mktemp("painter")

    async def build() -> None:
        node = shutil.which("node") or ROOT / ".venv/bin/node"
        vite = ROOT / "node_modules/vite/bin/vite.js"
        config = ("--config", "vite.canvas.ts", "--outDir", folder, "--logLevel", "error")
        process = await asyncio.create_subprocess_exec(node, vite, "build", *config, cwd=ROOT)
        assert await process.wait() == 0

    asyncio.run(build())
    return (folder / "canvas.js").read_text()


Sent = tuple[p.Body, tuple[p.Rectangle, ...], dict[str, Any]]
"""What a message says, where, and what else stands in its header."""


class Canvas:
    """A page with a canvas on which messages are painted."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._sequence = 0
        self._until = 0

    async def take(self, *messages: Sent, paints: int = 0) -> None:
        """Hand over `messages`, and wait until `paints` of them (all but the first kind) are done."""
        coded = []
        for body, rectangles, flags in messages:
            self._sequence += 1
            fields: dict[str, Any] = {"stream": 1, "sequence": self._sequence, "time": 0} | flags
            message = p.Message(**fields, body=body, rectangles=rectangles)
            coded.append(base64.b64encode(encode(message)).decode())
        self._until += paints
        await self._page.evaluate(
            "([messages, until]) => painted.take(messages, until)", [coded, self._until]
        )

    async def pixels(self, at: p.Rectangle) -> bytes:
        """Return what the canvas shows: RGB, row by row."""
        return bytes(await self._page.evaluate("(at) => painted.pixels(...at)", list(at)))

    async def told(self) -> list[str]:
        """Return what the page was told so far."""
        told: list[str] = await self._page.evaluate("painted.told")
        return told


@pytest.fixture
async def canvas(script: str) -> AsyncIterator[Canvas]:
    async def serve(request: web.Request) -> web.Response:
        if request.path == "/canvas.js":
            return web.Response(text=script, content_type="text/javascript")
        page = '<!doctype html><script type="module" src="canvas.js"></script>'
        return web.Response(text=page, content_type="text/html")

    app = web.Application()
    app.router.add_get("/{path:.*}", serve)
    async with TestServer(app) as server, chromium() as browser:
        page = await browser.new_page()
        # WebCodecs is there on https and on this very machine only.
        await page.goto(f"http://127.0.0.1:{server.port}/")
        await page.wait_for_function("window.painted")
        yield Canvas(page)


def geometry(body: p.Geometry = SCREEN) -> Sent:
    return body, (p.Rectangle(0, 0, body.width, body.height),), {}


def patch(coding: p.Coding, pixels: bytes, *rectangles: p.Rectangle, **flags: Any) -> Sent:
    return p.Patch(coding=coding, data=coded(coding, pixels, rectangles[0])), rectangles, flags


def coded(coding: p.Coding, pixels: bytes, at: p.Rectangle) -> bytes:
    """Return `pixels` in the form that `coding` says."""
    if coding == "raw":
        return pixels
    if coding == "deflate":
        return zlib.compress(pixels, 1)
    out = io.BytesIO()
    image = Image.frombytes("RGB", (at.width, at.height), pixels)
    image.save(out, coding.upper(), lossless=True)
    return out.getvalue()


def video(number: int, *rectangles: p.Rectangle, **flags: Any) -> Sent:
    frame = VIDEO["frames"][number]
    body = p.Video(codec="h264", area=VIDEO_AREA, data=bytes.fromhex(frame["data"]))
    return body, rectangles or (VIDEO_AREA,), {"key": frame["key"]} | flags


def noise(at: p.Rectangle, seed: int = 1) -> bytes:
    """Return pixels without any pattern: whatever is lost of them shows."""
    return random.Random(seed).randbytes(at.width * at.height * 3)


def plain(at: p.Rectangle, colour: tuple[int, int, int]) -> bytes:
    return bytes(colour) * (at.width * at.height)


@pytest.mark.parametrize("coding", ["raw", "deflate", "png", "webp"])
async def test_a_patch_is_exact(canvas: Canvas, coding: p.Coding) -> None:
    await canvas.take(geometry(), patch(coding, noise(WHOLE), WHOLE), paints=1)
    await canvas.take(patch(coding, noise(CELL, 2), CELL), paints=1)

    assert await canvas.pixels(CELL) == noise(CELL, 2)
    below = p.Rectangle(0, CELL.y + CELL.height, WIDTH, HEIGHT - CELL.y - CELL.height)
    assert await canvas.pixels(below) == noise(WHOLE)[below.y * WIDTH * 3 :]


@pytest.mark.parametrize("coding", ["raw", "deflate"])
async def test_one_patch_goes_to_several_places(canvas: Canvas, coding: p.Coding) -> None:
    other = p.Rectangle(90, 60, 6, 4)
    pixels = noise(CELL) + noise(other, 2)
    await canvas.take(geometry(), patch(coding, pixels, CELL, other), paints=1)

    assert await canvas.pixels(CELL) == noise(CELL)
    assert await canvas.pixels(other) == noise(other, 2)


async def test_messages_are_painted_in_their_order_however_long_they_take(canvas: Canvas) -> None:
    slow = patch("webp", noise(WHOLE), WHOLE)
    quick = patch("raw", noise(CELL, 2), CELL)
    await canvas.take(geometry(), slow, quick, slow, quick, paints=4)

    assert await canvas.pixels(CELL) == noise(CELL, 2)
    assert await canvas.told() == [
        f"screen {WIDTH}x{HEIGHT}",
        *(f"painted {n}" for n in range(2, 6)),
    ]


async def test_a_move_copies_what_stood_there_before(canvas: Canvas) -> None:
    strip = p.Rectangle(0, 0, WIDTH, HEIGHT - 1)
    up: Sent = (p.Move(sources=((0, 1),)), (strip,), {})
    await canvas.take(geometry(), patch("raw", noise(WHOLE), WHOLE), up, paints=2)

    assert await canvas.pixels(strip) == noise(WHOLE)[WIDTH * 3 :]


async def test_moves_that_cross_do_not_disturb_each_other(canvas: Canvas) -> None:
    left, right = p.Rectangle(0, 0, 8, 8), p.Rectangle(8, 0, 8, 8)
    swap: Sent = (p.Move(sources=((8, 0), (0, 0))), (left, right), {})
    pixels = noise(left) + noise(right, 2)
    await canvas.take(geometry(), patch("raw", pixels, left, right), swap, paints=2)

    assert await canvas.pixels(left) == noise(right, 2)
    assert await canvas.pixels(right) == noise(left)


async def test_only_the_chosen_monitor_is_on_the_canvas(canvas: Canvas) -> None:
    left, right = p.Rectangle(0, 0, 48, 64), p.Rectangle(48, 16, 48, 48)
    names = ("Left", "Right")

    def chosen(number: int) -> Sent:
        body = p.Geometry(width=WIDTH, height=HEIGHT, sharing="monitor", names=names, chosen=number)
        return body, (left, right), {"stream": number}

    await canvas.take(chosen(1), patch("raw", noise(left), left), paints=1)
    assert await canvas.pixels(left) == noise(left)

    # Each kind of painting, by the coordinates of the whole screen.
    cell, beside = p.Rectangle(48, 16, 16, 16), p.Rectangle(64, 16, 16, 16)
    down = p.Rectangle(80, 32, 16, 16)
    swap: Sent = (p.Move(sources=((64, 16), (48, 16))), (cell, beside), {"stream": 2})
    await canvas.take(
        chosen(2),
        patch("png", noise(right), right, stream=2),
        patch("raw", noise(cell, 2), cell, stream=2),
        patch("raw", noise(cell, 3), beside, stream=2),
        swap,
        (p.Move(sources=((48, 16),)), (down,), {"stream": 2}),
        video(0, p.Rectangle(64, 32, 16, 16), stream=2),
        paints=6,
    )
    assert await canvas.pixels(p.Rectangle(0, 0, 16, 16)) == noise(cell, 3)
    assert await canvas.pixels(p.Rectangle(16, 0, 16, 16)) == noise(cell, 2)
    assert await canvas.pixels(p.Rectangle(32, 16, 16, 16)) == noise(cell, 3)
    shown, wanted = await canvas.pixels(p.Rectangle(16, 16, 16, 16)), VIDEO["frames"][0]["colour"]
    assert all(abs(shown[at] - wanted[at % 3]) < LOSS for at in range(len(shown)))
    under = noise(right)[32 * 48 * 3 :]
    assert await canvas.pixels(p.Rectangle(0, 32, 48, 16)) == under


async def test_another_monitor_of_the_same_size_begins_black(canvas: Canvas) -> None:
    left, right = p.Rectangle(0, 0, 48, 64), p.Rectangle(48, 0, 48, 64)
    first, second = [
        p.Geometry(
            width=WIDTH, height=HEIGHT, sharing="monitor", names=("Left", "Right"), chosen=number
        )
        for number in (1, 2)
    ]
    await canvas.take((first, (left, right), {}), patch("raw", noise(left), left), paints=1)
    dot = p.Rectangle(48, 0, 1, 1)
    await canvas.take(
        (second, (left, right), {"stream": 2}),
        patch("raw", plain(dot, (1, 2, 3)), dot, stream=2),
        paints=1,
    )
    assert await canvas.pixels(p.Rectangle(0, 0, 1, 1)) == bytes((1, 2, 3))
    rest = p.Rectangle(0, 1, 48, 63)
    assert await canvas.pixels(rest) == plain(rest, (0, 0, 0))


async def test_video_paints_only_where_it_is_meant(canvas: Canvas) -> None:
    still = patch("raw", noise(WHOLE), WHOLE)
    inside = p.Rectangle(32, 16, 16, 16)
    await canvas.take(geometry(), still, video(0, inside), video(1, inside), paints=3)

    shown = await canvas.pixels(inside)
    wanted = VIDEO["frames"][1]["colour"]
    assert all(abs(shown[at] - wanted[at % 3]) < LOSS for at in range(len(shown)))
    above = p.Rectangle(0, 0, WIDTH, 16)
    assert await canvas.pixels(above) == noise(WHOLE)[: WIDTH * 16 * 3]


async def test_a_patch_after_video_lies_on_top_of_it(canvas: Canvas) -> None:
    at = p.Rectangle(20, 20, 4, 4)
    await canvas.take(geometry(), video(0), video(1), patch("raw", noise(at), at), paints=3)

    assert await canvas.pixels(at) == noise(at)


async def test_video_without_its_key_frame_is_asked_for_anew(canvas: Canvas) -> None:
    await canvas.take(geometry(), video(1), paints=1)
    assert "lost a frame without its key frame" in await canvas.told()

    await canvas.take(video(0), video(1), video(2), paints=3)
    shown = await canvas.pixels(p.Rectangle(40, 40, 1, 1))
    wanted = VIDEO["frames"][2]["colour"]
    assert all(abs(shown[at] - wanted[at]) < LOSS for at in range(3))


async def test_video_that_is_damaged_is_survived(canvas: Canvas) -> None:
    damaged = (
        p.Video(codec="h264", area=VIDEO_AREA, data=b"\0\0\0\1\x65garbage"),
        (VIDEO_AREA,),
        {"key": True},
    )
    await canvas.take(geometry(), damaged, paints=1)
    assert any(told.startswith("lost") for told in await canvas.told())

    await canvas.take(video(0), paints=1)
    await canvas.take(patch("raw", noise(CELL), CELL), paints=1)
    assert await canvas.pixels(CELL) == noise(CELL)


@pytest.mark.parametrize(
    "wrong", [b"\0" * 5, zlib.compress(b"\0" * 3), zlib.compress(bytes(10**6))]
)
async def test_pixels_that_do_not_fill_their_place_are_refused(
    canvas: Canvas, wrong: bytes
) -> None:
    await canvas.take(geometry(), (p.Patch(coding="deflate", data=wrong), (CELL,), {}), paints=1)
    assert any(told.startswith("lost") for told in await canvas.told())

    await canvas.take(patch("deflate", noise(CELL), CELL), paints=1)
    assert await canvas.pixels(CELL) == noise(CELL)


async def test_what_belongs_together_is_painted_together(canvas: Canvas) -> None:
    first = patch("raw", noise(WHOLE), WHOLE, more=True)
    await canvas.take(geometry(), first, paints=0)
    assert await canvas.pixels(CELL) == plain(CELL, (0, 0, 0))

    await canvas.take(patch("raw", noise(CELL, 2), CELL), paints=1)
    assert await canvas.pixels(p.Rectangle(0, 0, WIDTH, 1)) == noise(WHOLE)[: WIDTH * 3]
    assert await canvas.pixels(CELL) == noise(CELL, 2)


async def test_a_blank_leaves_nothing_to_see(canvas: Canvas) -> None:
    shown = patch("raw", noise(WHOLE), WHOLE)
    late = patch("webp", noise(WHOLE, 2), WHOLE)
    await canvas.take(geometry(), shown, paints=1)
    await canvas.take(late, (p.Blank(why="stopped"), (), {}), paints=1)

    assert await canvas.pixels(WHOLE) == plain(WHOLE, (0, 0, 0))
    await canvas.take(geometry(), patch("raw", noise(CELL), CELL), paints=1)
    assert await canvas.pixels(CELL) == noise(CELL)
    assert await canvas.pixels(p.Rectangle(40, 40, 8, 8)) == plain(
        p.Rectangle(40, 40, 8, 8), (0, 0, 0)
    )


async def test_a_new_screen_changes_the_canvas_and_what_is_told(canvas: Canvas) -> None:
    smaller = p.Geometry(width=40, height=30, sharing="monitor", names=("",), chosen=1)
    locked = p.Geometry(width=40, height=30, sharing="monitor", names=("",), trouble="locked")
    shape = p.CursorShape(hot_x=0, hot_y=0, width=2, height=2, rgba=bytes(16))
    await canvas.take(
        geometry(),
        (p.Cursor(x=1, y=2, shape=shape), (), {}),
        (p.Cursor(x=3, y=4), (), {}),
        geometry(smaller),
        patch("raw", noise(CELL), CELL),
        geometry(locked),
        patch("raw", noise(CELL), CELL),
        paints=1,
    )
    told = await canvas.told()
    assert [each for each in told if each.startswith("cursor")] == ["cursor 1,2 2", "cursor 3,4 2"]
    assert [each for each in told if each.startswith("screen")] == [
        f"screen {WIDTH}x{HEIGHT}",
        "screen 40x30",
        "screen 40x30 locked",
    ]
