"""Keys of recordings: turned over while something is recorded, backed up and brought back."""

import shutil
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from broker import schema
from broker.backup import BadBackup, backup, restore
from broker.clock import now
from broker.database import open_database
from broker.recorder import Recorder
from broker.recording_bundles import RecordingBundles
from broker.recording_keys import RecordingKeys
from recordings.bundle import Folder
from recordings.keys import FILE, SiteKeys
from recordings.proof import prove
from recordings.wrapping import CannotUnwrap
from tests.broker.recorded_sessions import Scene, recorded_scene

PASSPHRASE = "a horse that nobody has corrected"


@pytest.fixture
async def scene(data_folder: Path) -> AsyncIterator[Scene]:
    async with recorded_scene(data_folder) as scene:
        yield scene


async def test_the_sites_key_is_changed_while_something_is_recorded(scene: Scene) -> None:
    parts = scene.server.parts
    await scene.begin()
    async with scene.shared() as (sharer, viewer):
        await scene.paint(sharer, viewer, 10)
        old = (scene.folder / "recordings.key").read_bytes()
        # As the command does, in another process.
        office = RecordingKeys(parts.database, parts.config.site, SiteKeys(scene.folder / FILE))
        assert await office.rotate(drop_old=False) == 1
        assert await office.rotate(drop_old=True) == 1
        await scene.paint(sharer, viewer, 20)
    await scene.end()
    await scene.closed()
    assert not (await scene.proof()).broken
    assert b"My" not in old

    recording = (await scene.row()).id
    wrapped = await parts.database.read(
        lambda conn: list(conn.scalars(sa.select(schema.recording_keys.c.wrapped)))
    )
    assert all(office.site_keys.is_current(bytes(each)) for each in wrapped)
    (scene.folder / "recordings.key").write_bytes(old)
    before = RecordingKeys(parts.database, parts.config.site, SiteKeys(scene.folder / FILE))
    with pytest.raises(CannotUnwrap):
        await before.of(recording)


async def test_a_key_file_is_for_its_owner_alone(scene: Scene) -> None:
    await scene.begin()
    async with scene.shared():
        assert (scene.folder / "recordings.key").stat().st_mode & 0o777 == 0o600


async def test_an_old_recording_is_played_after_everything_was_restored(
    scene: Scene, tmp_path: Path
) -> None:
    await scene.begin()
    async with scene.shared() as (sharer, viewer):
        await scene.paint(sharer, viewer, 10)
    await scene.end()
    recording = (await scene.closed()).id
    file, elsewhere = tmp_path / "backup.tar", tmp_path / "elsewhere"
    database = scene.server.parts.database
    settings = tmp_path / "deskside.toml"
    settings.write_text("port = 8090\n")
    await backup(database, scene.folder, settings, file, PASSPHRASE, now())
    assert file.stat().st_mode & 0o777 == 0o600
    assert (scene.folder / "recordings.key").read_bytes() not in file.read_bytes()

    elsewhere.mkdir()
    shutil.copytree(scene.folder / "blobs", elsewhere / "blobs")
    other = await open_database(f"sqlite:///{elsewhere / 'deskside.db'}")
    try:
        with pytest.raises(BadBackup, match="passphrase"):
            await restore(other, elsewhere, file, "another one")
        assert "recordings.key" in await restore(other, elsewhere, file, PASSPHRASE)
        assert (elsewhere / "deskside.toml").read_text() == "port = 8090\n"
        with pytest.raises(BadBackup, match="already"):
            await restore(other, elsewhere, file, PASSPHRASE)
        keys = RecordingKeys(other, "main", SiteKeys(elsewhere / FILE))
        recorder = Recorder(
            database=other, site="main", clock=now, keys=keys, store=str(elsewhere / "blobs")
        )
        bundles = RecordingBundles(other, "main", keys, recorder.heads, recorder.store)
        bundle = elsewhere / "bundle"
        async for name, data in bundles.parts(recording):
            path = bundle / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        proof = prove(Folder(bundle))
        assert not proof.broken
        assert proof.manifest == (await scene.proof()).manifest
        found = await other.read(lambda conn: conn.scalar(sa.text("SELECT count(*) FROM search")))
        assert found
    finally:
        await other.close()


async def test_what_was_restored_to_postgresql_is_searched_through_its_index(
    scene: Scene, tmp_path: Path, postgres_url: str
) -> None:
    await scene.begin()
    await scene.end()
    file, elsewhere = tmp_path / "backup.tar", tmp_path / "elsewhere"
    database = scene.server.parts.database
    await backup(database, scene.folder, tmp_path / "none.toml", file, PASSPHRASE, now())
    elsewhere.mkdir()
    other = await open_database(postgres_url)
    try:
        await restore(other, elsewhere, file, PASSPHRASE)
        for table in (schema.facts, schema.texts, schema.sessions):
            every = sa.select(sa.func.count()).select_from(table)
            there = await other.read(partial(sa.Connection.scalar, statement=every))
            assert there
            assert there == await database.read(partial(sa.Connection.scalar, statement=every))
        known = sa.text("SELECT count(*) FROM pg_stats WHERE tablename = 'texts'")
        assert await other.read(partial(sa.Connection.scalar, statement=known))
    finally:
        await other.close()
