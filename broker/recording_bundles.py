"""A closed recording as a bundle that leaves the house: one part after the other, never all in memory."""

from collections.abc import AsyncIterator
from functools import partial
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from broker import ledger, schema
from broker.database import Database
from broker.ledger import LedgerHeads
from broker.recording_keys import RecordingKeys
from broker.recording_rows import segments_of
from recordings import bundle as files
from recordings.form import STRETCH, Kind, read_records, read_segment_header
from recordings.journal import SegmentRow
from recordings.ledger import Head, write_head
from recordings.manifest import write_index
from recordings.proof import Text, write_lines
from recordings.seal import DataKeys, SegmentSeal
from recordings.store import Store, segment_at


class NoBundle(Exception):
    """The recording is not closed, or its key was destroyed."""


class Closed(NamedTuple):
    """What the tables say of a closed recording."""

    id: str
    manifest: str
    signature: str
    entry: str
    line: int


class Words(NamedTuple):
    """The facts of a recording: the transcript as it is proved, and the words that are left."""

    transcript: bytes
    texts: list[Text]


class RecordingBundles:
    """Makes bundles of the recordings of one site."""

    def __init__(
        self, database: Database, site: str, keys: RecordingKeys, heads: LedgerHeads, store: Store
    ) -> None:
        self._database = database
        self._site = site
        self._keys = keys
        self._heads = heads
        self._store = store

    async def parts(self, recording: str) -> AsyncIterator[tuple[str, bytes]]:
        """Yield the files of the bundle of `recording` by name, or raise `NoBundle`."""
        closed = await self._database.read(partial(self._closed, recording=recording))
        segments = await self._database.read(
            partial(segments_of, site=self._site, recording=recording)
        )
        kept = [each.row for each in segments if not each.is_cut]
        keys = await self._keys.of(recording)
        if closed is None or not keys.media:
            raise NoBundle(recording)
        words = await self._words(recording, kept, keys)
        yield files.MANIFEST, closed.manifest.encode()
        yield files.SIGNATURE, closed.signature.encode()
        yield files.INDEX, write_index(kept)
        yield files.TRANSCRIPT, words.transcript
        yield files.TEXTS, write_lines(words.texts)
        yield files.ENTRY, closed.entry.encode()
        head = await self._heads.head()
        assert head
        yield files.LINES, await self._lines(closed.line, head)
        yield files.HEAD, write_head(head)
        for row in kept:
            data = await self._store.get(segment_at(recording, row.number, row.writer))
            yield files.segment_name(row.number), data

    def _closed(self, conn: sa.Connection, recording: str) -> Closed | None:
        c = schema.recordings.c
        chosen = sa.select(*(c[name] for name in Closed._fields))
        mine = (c.site == self._site, c.id == recording, c.state == "closed")
        row = conn.execute(chosen.where(*mine)).first()
        return Closed(*row) if row else None

    async def _lines(self, first: int, head: Head) -> bytes:
        work = partial(ledger.lines_from, site=self._site, first=first, last=head.number)
        return write_lines(await self._database.read(work))

    async def words(self, recording: str) -> Words:
        """Return the facts of `recording`, or raise `NoBundle` if its key was destroyed."""
        segments = await self._database.read(
            partial(segments_of, site=self._site, recording=recording)
        )
        keys = await self._keys.of(recording)
        if not keys.media:
            raise NoBundle(recording)
        return await self._words(recording, [each.row for each in segments], keys)

    async def _words(self, recording: str, rows: list[SegmentRow], keys: DataKeys) -> Words:
        transcript, texts = b"", []
        for row in rows:
            if row.number >= STRETCH:
                break
            data = await self._store.get(segment_at(recording, row.number, row.writer))
            seal = SegmentSeal(keys, read_segment_header(data))
            for record in read_records(data):
                if record.kind is Kind.FACT:
                    transcript += seal.open(record) + b"\n"
                elif record.kind is Kind.WORDS and keys.words:
                    texts.append(msgspec.json.decode(seal.open(record), type=Text))
        return Words(transcript, texts)
