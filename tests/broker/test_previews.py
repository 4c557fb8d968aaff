"""Small pictures of pictures that were sent: made apart, once, and never where a picture means harm."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.broker.file_scene import PDF, FileScene, bmp, file_scene
from tests.broker.test_photos import HOSTILE


@pytest.fixture
async def scene(data_folder: Path) -> AsyncIterator[FileScene]:
    async with file_scene(data_folder) as scene:
        yield scene


async def test_a_picture_has_a_preview_made_in_a_fork(scene: FileScene) -> None:
    file = await scene.send("a.bmp", bmp(40, 30))
    link = (await scene.link(file)).json
    reply = await scene.server.call("GET", link["preview"])
    assert (reply.status, reply.headers["Content-Type"]) == (200, "image/webp")
    assert reply.body[8:12] == b"WEBP"
    plain = await scene.send("a.pdf", PDF)
    assert (await scene.link(plain)).json["preview"] == ""


async def test_a_picture_is_made_small_once_for_both_sides(
    scene: FileScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker, made = scene.server.parts.previews._maker, 0
    make = maker.preview

    async def counted(picture: AsyncIterator[bytes]) -> bytes:
        nonlocal made
        made += 1
        return await make(picture)

    monkeypatch.setattr(maker, "preview", counted)
    broken = b"\x89PNG\r\n\x1a\n" + bytes(2000)
    for content, name, status in ((bmp(40, 30), "a.bmp", 200), (broken, "a.png", 404)):
        file = await scene.send(name, content)
        links = [(await scene.link(file, who)).json["preview"] for who in (scene.rep, scene.max)]
        before = made
        replies = await asyncio.gather(*(scene.server.call("GET", link) for link in links))
        assert [reply.status for reply in replies] == [status] * 2
        assert made == before + 1


async def test_a_conversation_full_of_pictures_shows_all_of_them(scene: FileScene) -> None:
    files = [await scene.send("a.bmp", bmp(40, 30)) for _ in range(9)]
    links = [(await scene.link(file)).json["preview"] for file in files]
    replies = await asyncio.gather(*(scene.server.call("GET", link) for link in links))
    assert [reply.status for reply in replies] == [200] * 9


async def test_a_picture_bomb_bursts_nowhere(scene: FileScene) -> None:
    broken = b"\x89PNG\r\n\x1a\n" + bytes(2000)
    for bomb in (bmp(40, 30, said=(60_000, 60_000)), broken, HOSTILE["a bomb"]):
        name = "a.bmp" if bomb[:2] == b"BM" else "a.png"
        file = await scene.send(name, bomb)
        link = (await scene.link(file)).json
        assert (await scene.server.call("GET", link["preview"])).error == "no_preview"
    assert (await scene.server.call("GET", "/healthz")).status == 200
