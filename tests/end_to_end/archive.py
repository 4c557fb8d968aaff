"""What the server of a test has recorded, read from its data folder as an officer's tools would."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from broker import schema
from broker.clock import now
from broker.database import Database, open_database
from broker.recorder import Recorder
from broker.recording_bundles import RecordingBundles
from broker.recording_keys import RecordingKeys
from protocol import picture as p
from protocol.picture_bytes import decode
from recordings.bundle import Folder
from recordings.form import Kind, read_records, read_segment_header
from recordings.keys import FILE, SiteKeys
from recordings.proof import Proof, prove
from recordings.seal import SegmentSeal

SITE = "main"


class Archive:
    """The recordings in the data folder `data`."""

    def __init__(self, data: Path, database: Database) -> None:
        self.data = data
        self._database = database
        self._keys = RecordingKeys(database, SITE, SiteKeys(data / FILE))
        self._recorder = Recorder(
            database=database, site=SITE, clock=now, keys=self._keys, store=str(data / "blobs")
        )

    async def row(self, session: str) -> Any:
        """The row of the recording of `session`."""
        chosen = sa.select(schema.recordings).where(schema.recordings.c.session == session)
        return await self._database.read(lambda conn: conn.execute(chosen).first())

    async def closed(self, session: str, seconds: float = 60) -> Any:
        """Wait until the recording of `session` is closed, and return its row."""
        async with asyncio.timeout(seconds):
            while (row := await self.row(session)) is None or row.state != "closed":  # noqa: ASYNC110 - a row tells nobody
                await asyncio.sleep(0.1)
        return row

    async def export(self, recording: str, folder: Path) -> Path:
        """Write the bundle of `recording` into `folder`."""
        bundles = RecordingBundles(
            self._database, SITE, self._keys, self._recorder.heads, self._recorder.store
        )
        async for name, data in bundles.parts(recording):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return folder

    async def proof(self, recording: str, folder: Path) -> Proof:
        """Prove a bundle of `recording`, made in `folder`."""
        return prove(Folder(await self.export(recording, folder)))

    async def records(self, recording: str, *kinds: Kind) -> list[bytes]:
        """What records of `kinds` hold."""
        keys = await self._keys.of(recording)
        found: list[bytes] = []
        for path in sorted((self.data / "blobs/recordings" / recording).iterdir()):
            data = path.read_bytes()
            seal = SegmentSeal(keys, read_segment_header(data))
            found += [seal.open(each) for each in read_records(data) if each.kind in kinds]
        return found

    async def patches(self, recording: str) -> list[int]:
        """The sizes of the patches that were kept, by which tests know them."""
        bodies = [decode(data).body for data in await self.records(recording, Kind.PICTURE)]
        return [len(body.data) for body in bodies if isinstance(body, p.Patch)]


@asynccontextmanager
async def archive_of(folder: Path) -> AsyncIterator[Archive]:
    """The archive of the server whose folder is `folder`."""
    data = folder / "data"
    database = await open_database(f"sqlite:///{data / 'deskside.db'}")
    try:
        yield Archive(data, database)
    finally:
        await database.close()
