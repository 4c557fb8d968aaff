"""The native client sends files, and saves them where one chooses."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from broker.photo_maker import TooBusy
from customer_client import files
from customer_client.files import Damaged, Files, NotTaken
from protocol import facts as f
from tests.broker.file_scene import PDF, FileScene, bmp, file_scene
from tests.end_to_end.faulty_line import byte_line

CONTENT = PDF + bytes(range(256)) * 9000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[FileScene]:
    async with file_scene(tmp_path / "data") as scene:
        yield scene


def files_of(scene: FileScene) -> Files:
    return Files(scene.server.url, scene.server.http, scene.token)


async def test_a_file_is_sent_and_goes_on_where_it_was(scene: FileScene, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(CONTENT)
    file, begun = await scene.begun("a.pdf", len(CONTENT))
    assert (await scene.patch(begun, 0, CONTENT[:1000])).status == 204
    told: list[int] = []
    await files_of(scene).send(scene.session, file, path, told.append)
    assert (told[0], told[-1]) == (1000, len(CONTENT))
    assert (await scene.heard(f.FileArrived, file)).file_digest == DIGEST


async def test_a_file_that_is_not_accepted_is_not_sent(scene: FileScene, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(PDF)
    with pytest.raises(NotTaken, match="no such file"):
        await files_of(scene).send(scene.session, "never", path, lambda _: None)


async def test_a_file_is_saved_whole_or_not_at_all(scene: FileScene, tmp_path: Path) -> None:
    file = await scene.send("a.pdf", CONTENT, by_rep=True)
    folder = tmp_path / "chosen"
    folder.mkdir()
    saving, told = files_of(scene), list[int]()
    with pytest.raises(Damaged):
        await saving.save(scene.session, file, folder / "a.pdf", "0" * 64, told.append)
    assert list(folder.iterdir()) == []
    await saving.save(scene.session, file, folder / "a.pdf", DIGEST, told.append)
    assert told[-1] == len(CONTENT)
    assert [path.name for path in folder.iterdir()] == ["a.pdf"]
    assert (folder / "a.pdf").read_bytes() == CONTENT
    assert not (folder / "a.pdf").stat().st_mode & 0o111


async def test_a_file_is_saved_although_the_line_is_cut(scene: FileScene, tmp_path: Path) -> None:
    file = await scene.send("a.pdf", CONTENT, by_rep=True)
    async with byte_line(int(scene.server.url.rpartition(":")[2])) as line:
        line.bytes_a_second = 20_000_000
        cuts = [len(CONTENT) // 3, len(CONTENT) * 2 // 3]

        def told(done: int) -> None:
            if cuts and done >= cuts[0]:
                cuts.pop(0)
                line.cut()

        files = Files(line.url, scene.server.http, scene.token)
        await files.save(scene.session, file, tmp_path / "a.pdf", DIGEST, told)
        assert cuts == []
        assert (tmp_path / "a.pdf").read_bytes() == CONTENT


async def test_a_file_is_sent_although_the_line_is_cut(scene: FileScene) -> None:
    file = await scene.offer("a.pdf", len(CONTENT))
    async with byte_line(int(scene.server.url.rpartition(":")[2])) as line:
        cuts = [len(CONTENT) // 3, len(CONTENT) * 2 // 3]

        def told(done: int) -> None:
            if cuts and done >= cuts[0]:
                cuts.pop(0)
                line.cut()

        files = Files(line.url, scene.server.http, scene.token)
        await files.send(scene.session, file, CONTENT, told)
        assert cuts == []
    assert (await scene.heard(f.FileArrived, file)).file_digest == DIGEST


async def test_where_nothing_can_be_written_nothing_is_fetched(
    scene: FileScene, tmp_path: Path
) -> None:
    file = await scene.send("a.pdf", CONTENT, by_rep=True)
    with pytest.raises(FileNotFoundError):
        await files_of(scene).save(
            scene.session, file, tmp_path / "gone" / "a.pdf", DIGEST, lambda _: None
        )


async def test_a_picture_has_a_small_one_and_other_files_have_none(scene: FileScene) -> None:
    picture = await scene.send("a.bmp", bmp(40, 30), by_rep=True)
    assert (await files_of(scene).preview(scene.session, picture))[8:12] == b"WEBP"
    plain = await scene.send("a.pdf", PDF, by_rep=True)
    with pytest.raises(NotTaken):
        await files_of(scene).preview(scene.session, plain)


async def test_a_broker_that_is_too_busy_is_asked_again(
    scene: FileScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "AGAIN_SECONDS", (0.0,))
    previews, tries = scene.server.parts.previews, 0
    made = previews.of

    async def busy_twice(file: str, picture: AsyncIterator[bytes]) -> bytes:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise TooBusy
        return await made(file, picture)

    monkeypatch.setattr(previews, "of", busy_twice)
    picture = await scene.send("a.bmp", bmp(40, 30), by_rep=True)
    assert (await files_of(scene).preview(scene.session, picture))[8:12] == b"WEBP"
    assert tries == 3
