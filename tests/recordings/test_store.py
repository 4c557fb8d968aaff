"""A folder and a real S3 server keep the same promises."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from recordings.store import BadStore, NotThere, Store, StoreFailed, Taken, open_store
from tests.s3 import s3_server


@pytest.fixture(params=["folder", "s3"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    if request.param == "folder":
        yield open_store(str(tmp_path / "blobs"))
    else:
        async with s3_server(tmp_path) as server:
            yield open_store(server.address + "/prefix", **server.options)


async def test_what_is_stored_is_there_until_it_is_deleted(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"from a file")
    await store.put("a/1", b"0123456789")
    await store.put("a/2", file)
    await store.put("b/1", b"")
    assert await store.get("a/1") == b"0123456789"
    assert await store.get("a/2") == b"from a file"
    assert await store.get("b/1") == b""
    assert await store.get_range("a/1", 2, 5) == b"234"
    assert sorted([name async for name in store.names("a/")]) == ["a/1", "a/2"]
    await store.delete("a/1")
    await store.delete("a/1")
    with pytest.raises(NotThere):
        await store.get("a/1")
    with pytest.raises(NotThere):
        await store.get_range("a/1", 0, 1)
    await store.delete_all("a/")
    assert [name async for name in store.names("")] == ["b/1"]


async def test_nothing_is_ever_overwritten(store: Store) -> None:
    await store.put("a/1", b"first")
    await store.put("a/1", b"first")
    with pytest.raises(Taken):
        await store.put("a/1", b"other")
    assert await store.get("a/1") == b"first"


async def test_a_bucket_that_is_away_says_so_and_is_whole_when_it_is_back(tmp_path: Path) -> None:
    async with s3_server(tmp_path) as server:
        store = open_store(server.address, **server.options)
        await store.put("a", b"kept")
        await server.end()
        with pytest.raises(StoreFailed):
            await store.put("b", b"later")
        with pytest.raises(StoreFailed):
            await store.get("a")
        with pytest.raises(StoreFailed):
            [name async for name in store.names("")]
        await server.start()
        await store.put("b", b"later")
        assert [await store.get(name) for name in "ab"] == [b"kept", b"later"]


@pytest.mark.parametrize("address", ["ftp://host/x", "http://host/x"])
def test_what_is_no_store_is_refused(address: str) -> None:
    with pytest.raises(BadStore):
        open_store(address)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadStore):
        open_store(str(tmp_path / "file" / "blobs"))


async def test_a_full_or_forbidden_folder_says_so(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "blobs"))
    # Where a folder is wanted stands a file: root could write anywhere else.
    (tmp_path / "blobs" / "a").touch()
    with pytest.raises(StoreFailed):
        await store.put("a/1", b"x")


async def test_in_a_folder_nothing_has_its_name_before_it_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "blobs"
    store = open_store(str(folder))
    (tmp_path / "file").write_bytes(b"from a file")
    path, forced = folder / "recordings/x/1", []
    force = os.fsync

    def seen(handle: int) -> None:
        what = Path(f"/proc/self/fd/{handle}").readlink()
        forced.append((what, what.read_bytes() if what.is_file() else b"", path.exists()))
        force(handle)

    monkeypatch.setattr(os, "fsync", seen)
    await store.put("recordings/x/1", tmp_path / "file")
    (_, data, was_there), *names = forced
    assert (data, was_there) == (b"from a file", False)
    assert names == [(each, b"", True) for each in (path.parent, path.parent.parent, folder)]


async def test_what_a_power_loss_left_half_written_is_in_nobodys_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(str(tmp_path / "blobs"))

    def lost(_: int) -> None:
        raise OSError("no power")

    with monkeypatch.context() as without:
        without.setattr(os, "fsync", lost)
        # As much as a process that is gone clears away.
        without.setattr(Path, "unlink", lambda *_, **__: None)
        with pytest.raises(StoreFailed, match="no power"):
            await store.put("a/1", b"half")
    assert len(list((tmp_path / "blobs/a").iterdir())) == 1
    assert [name async for name in store.names("a/")] == []
    await store.put("a/1", b"whole")
    assert await store.get("a/1") == b"whole"
    assert [name async for name in store.names("a/")] == ["a/1"]
    await store.delete_all("a/")
    assert not (tmp_path / "blobs/a").exists()
