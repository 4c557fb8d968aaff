"""The data keys of recordings: made once, wrapped by the site's key, and destroyed when it is time.

They stand in one table, wrapped, and nowhere else on the disk. Who reads a recording asks each time, so that
a key that was destroyed is gone everywhere at once.
"""

import asyncio
import secrets
from collections.abc import Coroutine
from functools import partial
from typing import Any, Final, TypeVar

import sqlalchemy as sa

from broker import schema
from broker.config import Config
from broker.database import Database, insert_new
from broker.file_rows import use_of
from recordings.key_token import TokenKeys
from recordings.keys import FILE, SiteKeys
from recordings.seal import KEY_BYTES, DataKeys
from recordings.wrapping import KeyServiceFailed

USES = ("media", "words")

KEY_SECONDS: Final = 5
"""So long a key service may take."""

T = TypeVar("T")


def open_site_keys(config: Config) -> SiteKeys:
    """Return the site's keys, in the data folder of `config` and in the key service that it names."""
    token = config.key_token
    return SiteKeys(config.data_folder / FILE, TokenKeys(token) if token else None)


class RecordingKeys:
    """One per broker. The site's keys may be in a service far away: a thread asks for them."""

    def __init__(self, database: Database, site: str, site_keys: SiteKeys) -> None:
        self._database = database
        self._site = site
        self.site_keys = site_keys

    async def make(self, recording: str) -> DataKeys:
        """Return the data keys of `recording`, which goes on; those that are not there are made."""
        read = partial(_wrapped, site=self._site, recording=recording)
        wrapped = await self._database.read(read)
        if missing := [use for use in USES if use not in wrapped]:
            fresh = await _within(asyncio.to_thread(self._fresh, recording, missing))
            put = partial(_put_new, site=self._site, recording=recording, wrapped=fresh)
            wrapped = await self._database.write(put)
        return await _within(asyncio.to_thread(self._opened, recording, wrapped))

    async def of(self, recording: str) -> DataKeys:
        """Return the data keys of `recording`; those that were destroyed are empty."""
        read = partial(_wrapped, site=self._site, recording=recording)
        wrapped = await self._database.read(read)
        return await _within(asyncio.to_thread(self._opened, recording, wrapped))

    async def rotate(self, *, drop_old: bool) -> int:
        """Put a new key in front, or with `drop_old` forget all others, and return how many recordings
        have their data keys wrapped by the one in front, as the keys of files are too. Nothing that
        was sealed with any of them is touched.
        """
        self.site_keys.refresh()
        if not drop_old:
            self.site_keys.rotate()
        count = await self._database.write(self._wrap_anew)
        if drop_old:
            self.site_keys.drop_old()
        return count

    def _fresh(self, recording: str, uses: list[str]) -> dict[str, bytes]:
        return {
            use: self.site_keys.wrap(recording, use, secrets.token_bytes(KEY_BYTES)) for use in uses
        }

    def _wrap_anew(self, conn: sa.Connection) -> int:
        recordings, files = schema.recording_keys, schema.file_keys
        found = conn.execute(
            sa.select(recordings).where(recordings.c.site == self._site).with_for_update()
        ).all()
        for row in found:
            anew = self.site_keys.renewed(row.recording, row.use, bytes(row.wrapped))
            mine = (recordings.c.recording == row.recording, recordings.c.use == row.use)
            self._put_anew(conn, recordings, mine, bytes(row.wrapped), anew)
        of_files = sa.select(files).where(files.c.site == self._site).with_for_update()
        for row in conn.execute(of_files).all():
            anew = self.site_keys.renewed(row.session, use_of(row.side), bytes(row.wrapped))
            mine = (files.c.session == row.session, files.c.side == row.side)
            self._put_anew(conn, files, mine, bytes(row.wrapped), anew)
        return len({row.recording for row in found})

    def _put_anew(
        self,
        conn: sa.Connection,
        table: sa.Table,
        mine: tuple[sa.ColumnElement[bool], ...],
        old: bytes,
        anew: bytes,
    ) -> None:
        if anew != old:
            chosen = table.update().where(table.c.site == self._site, *mine)
            conn.execute(chosen.values(wrapped=anew))

    def _opened(self, recording: str, wrapped: dict[str, bytes]) -> DataKeys:
        media, words = (
            self.site_keys.unwrap(recording, use, wrapped[use]) if use in wrapped else b""
            for use in USES
        )
        return DataKeys(media=media, words=words)


async def _within(asked: Coroutine[Any, Any, T]) -> T:
    """Await what a thread asks, but not for ever: pictures of others wait behind it."""
    try:
        async with asyncio.timeout(KEY_SECONDS):
            return await asked
    except TimeoutError:
        raise KeyServiceFailed(f"The key service has said nothing for {KEY_SECONDS} s.") from None


def _put_new(
    conn: sa.Connection, site: str, recording: str, wrapped: dict[str, bytes]
) -> dict[str, bytes]:
    for use, each in wrapped.items():
        insert_new(
            conn, schema.recording_keys, site=site, recording=recording, use=use, wrapped=each
        )
    return _wrapped(conn, site, recording)


def _wrapped(conn: sa.Connection, site: str, recording: str) -> dict[str, bytes]:
    c = schema.recording_keys.c
    found = conn.execute(
        sa.select(c.use, c.wrapped).where(c.site == site, c.recording == recording)
    )
    return {row.use: bytes(row.wrapped) for row in found}
