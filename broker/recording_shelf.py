"""Recordings taken off the shelf: opened by the broker for an officer, a few segments at a time.

What is opened goes to the page and nowhere else. Before anything is handed out, it is written down who
asked for it.
"""

import asyncio
import hashlib
import secrets
from typing import Any, Final

import msgspec
import sqlalchemy as sa
import structlog
from msgspec import Struct

from broker import schema
from broker.clock import Clock
from broker.database import Database, insert_new
from broker.recorder import Recorder
from broker.recording_search import Found, one_recording
from recordings.form import STRETCH, BadForm
from recordings.journal import FullPicture
from recordings.playback import open_segment, write_opened
from recordings.seal import DataKeys, SealBroken
from recordings.store import StoreFailed, segment_at
from recordings.wrapping import KeyServiceFailed, NoKey

log = structlog.get_logger()

MOST_BYTES: Final = 4 * 1024 * 1024
"""So much is opened for one answer, and the segment that passes it."""

AT_ONCE: Final = 16
"""So many segments are fetched from the store at a time."""

LATE_MS: Final = 5_000
"""What goes on now is shown up to so long ago: segments take a moment to arrive."""


class CannotPlay(Exception):
    """The recording cannot be opened; the text says why in a word."""


class SegmentSpan(Struct, frozen=True, kw_only=True, array_like=True):
    """A segment: number, beginning and end in µs from the recording's beginning, bytes."""

    number: int
    begins: int
    ends: int
    size: int


class Whole(Struct, frozen=True, kw_only=True, array_like=True):
    """A record from which a picture can be shown: segment, record, µs from the beginning."""

    segment: int
    record: int
    at: int


class Index(Struct, frozen=True, kw_only=True):
    """Where what lies in a recording: `began` in ms since 1970, `length` in ms. `running` ones grow."""

    began: int
    length: int
    running: bool
    segments: tuple[SegmentSpan, ...]
    pictures: tuple[Whole, ...]


class Shelf:
    """The recordings of one site."""

    def __init__(self, database: Database, site: str, clock: Clock, recorder: Recorder) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._recorder = recorder
        self._fetching = asyncio.Semaphore(AT_ONCE)

    async def find(self, recording: str) -> Found | None:
        """Return the recording, if there is one."""
        return await self._database.read(lambda conn: one_recording(conn, self._site, recording))

    async def index(self, found: Found, after: int = -1) -> Index:
        """Return where what lies in a recording, of segments those after number `after`."""
        rows = await self._rows(found.id, after + 1, 2**31 - 1)
        began, running = found.began_at, found.state == "open"
        last = max((row.ends // 1000 for row in rows), default=began)
        ended = max(last, self._clock() - LATE_MS) if running else max(found.ended_at, last)
        return Index(
            began=began,
            length=max(0, ended - began),
            running=running,
            segments=tuple(
                SegmentSpan(
                    number=row.number,
                    begins=max(0, row.begins - began * 1000),
                    ends=max(0, row.ends - began * 1000),
                    size=row.size,
                )
                for row in rows
            ),
            pictures=tuple(
                Whole(segment=row.number, record=each.record, at=max(0, each.time - began * 1000))
                for row in rows
                for each in _pictures.decode(row.pictures or "[]")
            ),
        )

    async def segments(self, found: Found, look: str, first: int, last: int) -> bytes:
        """Return segments `first` to `last` opened, or as many of them as fit into an answer and come
        before one that cannot be opened, for who began `look`. Raises `CannotPlay` where that is the
        first.
        """
        rows = _fitting(await self._rows(found.id, first, last))
        if not rows:
            return b""
        keys = await self.keys(found.id)
        # Fetched together: one after the other, waiting for the store is most of a seek.
        async with asyncio.TaskGroup() as group:
            coming = [group.create_task(self._fetched(found.id, row)) for row in rows]
            await self._watched(found, look, rows)
        bound = bytes.fromhex(found.id)
        parts = []
        for row, task in zip(rows, coming, strict=True):
            came = task.result()
            try:
                if isinstance(came, Exception):
                    raise came
                opened = open_segment(came, bound, row.number, keys)
                parts.append(write_opened(row.number, opened))
            except (StoreFailed, SealBroken, BadForm) as why:
                if parts:
                    break
                raise CannotPlay("store" if isinstance(why, StoreFailed) else "broken") from None
        return b"".join(parts)

    async def _fetched(self, recording: str, row: Any) -> bytes | StoreFailed | SealBroken:
        """Return a segment as it was stored, or why there is none."""
        name = segment_at(recording, row.number, row.writer)
        try:
            async with self._fetching:
                sealed = await self._recorder.store.get(name)
        except StoreFailed as why:
            return why
        is_whole = hashlib.sha256(sealed).hexdigest() == row.digest
        return sealed if is_whole else SealBroken(f"segment {row.number}")

    async def keys(self, recording: str) -> DataKeys:
        """Return the data keys of a recording, empty ones for those destroyed; raise `CannotPlay`
        where there is none for pictures.
        """
        try:
            keys = await self._recorder.keys.of(recording)
        except KeyServiceFailed as fault:
            log.warning("key_service_failed", fault=str(fault))
            raise CannotPlay("key_service") from None
        except NoKey as fault:
            log.warning("no_key", fault=str(fault))
            raise CannotPlay("key") from None
        if not keys.media:
            raise CannotPlay("destroyed")
        return keys

    async def _rows(self, recording: str, first: int, last: int) -> list[Any]:
        s = schema.recording_segments.c
        chosen = (
            sa.select(s.number, s.writer, s.digest, s.begins, s.ends, s.size, s.pictures)
            # The first stretch is the broker's own: facts, which the transcript has too.
            .where(s.site == self._site, s.recording == recording, s.number >= max(first, STRETCH))
            .where(s.number <= last, s.cut_at == 0)
            .order_by(s.number)
        )
        return list(await self._database.read(lambda conn: conn.execute(chosen).all()))

    # --- who watched what

    async def open_look(self, recording: str, who: str) -> str:
        """Write down that `who` opens a recording; return what they ask for its segments with."""
        look, at = secrets.token_hex(16), self._clock()
        await self._database.write(
            lambda conn: insert_new(
                conn,
                schema.recording_looks,
                site=self._site,
                id=look,
                recording=recording,
                by=who,
                began_at=at,
                last_at=at,
                spans="[]",
            )
        )
        return look

    async def is_look(self, look: str, recording: str, who: str) -> bool:
        """Say whether `who` began `look` at that recording."""
        c = schema.recording_looks.c
        chosen = sa.select(c.id).where(
            c.site == self._site, c.id == look, c.recording == recording, c.by == who
        )
        return await self._database.read(lambda conn: conn.scalar(chosen)) is not None

    async def _watched(self, found: Found, look: str, rows: list[Any]) -> None:
        began, at = found.began_at * 1000, self._clock()
        span = (rows[0].begins - began) // 1000, (rows[-1].ends - began) // 1000
        table = schema.recording_looks
        mine = sa.and_(table.c.site == self._site, table.c.id == look)

        def write(conn: sa.Connection) -> None:
            known = conn.scalar(sa.select(table.c.spans).where(mine)) or "[]"
            spans = merged(msgspec.json.decode(known, type=list[tuple[int, int]]), span)
            told = msgspec.json.encode(spans).decode()
            conn.execute(table.update().where(mine).values(spans=told, last_at=at))

        await self._database.write(write)


_pictures = msgspec.json.Decoder(tuple[FullPicture, ...])

NEAR_MS: Final = 2_000


def merged(spans: list[tuple[int, int]], span: tuple[int, int]) -> list[tuple[int, int]]:
    """Return `spans` with `span`, those that touch put together, sorted."""
    told: list[tuple[int, int]] = []
    for begins, ends in sorted([*spans, span]):
        if told and begins <= told[-1][1] + NEAR_MS:
            told[-1] = told[-1][0], max(told[-1][1], ends)
        else:
            told.append((begins, ends))
    return told


def _fitting(rows: list[Any]) -> list[Any]:
    size = 0
    for count, row in enumerate(rows, start=1):
        size += row.size
        if size >= MOST_BYTES:
            return rows[:count]
    return rows
