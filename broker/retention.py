"""How long recordings and transcripts are kept, and what then becomes of them.

A recording goes by destroying its keys; what lies in the store follows. A transcript goes by deleting all
words of its session. Neither goes while somebody holds the recording. What would go can be asked for first.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final, Literal

import sqlalchemy as sa
import structlog
from msgspec import Struct

from broker import recording_life as life
from broker import schema
from broker.clock import Clock
from broker.database import Database
from broker.desk import Desk
from broker.recorder import Recorder
from broker.site import Keep, Settings
from protocol import requests as r
from protocol.fields import Id
from protocol.session import BROKER, Refused
from recordings.store import StoreFailed, recording_at

log = structlog.get_logger()

LOOK_SECONDS: Final = 600.0
DAY_MS: Final = 86_400_000
MOST: Final = 200
"""So many go in one go."""

EXPIRED: Final = "expired"


class Expired(Struct, frozen=True, kw_only=True):
    """Something whose time is over since `due` (ms), unless it is held. `id` is that of a recording or,
    for a transcript, of a session.
    """

    what: Literal["recording", "transcript"]
    id: Id
    team: Id
    ended_at: int
    due: int
    is_held: bool


class Retention:
    """One per broker."""

    def __init__(
        self,
        *,
        database: Database,
        site: str,
        clock: Clock,
        settings: Callable[[], Settings],
        desk: Desk,
        recorder: Recorder,
    ) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._settings = settings
        self._desk = desk
        self._recorder = recorder

    async def run(self) -> None:
        """Let go what is over, for ever."""
        while True:
            await self.apply()
            await asyncio.sleep(LOOK_SECONDS)

    async def due(self) -> list[Expired]:
        """Return what would go now, and what only a hold keeps: the dry run."""
        work = partial(
            find, site=self._site, settings=self._settings(), now=self._clock(), most=None
        )
        return await self._database.read(work)

    async def apply(self) -> None:
        """Let go what is over, and take from the store what was destroyed."""
        work = partial(
            find, site=self._site, settings=self._settings(), now=self._clock(), most=MOST
        )
        for each in await self._database.read(work):
            if each.is_held:
                continue
            if each.what == "recording":
                await self.destroy(each.id, by=BROKER, why=EXPIRED)
            else:
                with suppress(Refused):
                    await self._desk.notice(each.id, r.Wipe())
        try:
            await self.clear()
        except StoreFailed as fault:
            log.warning("store_failed", fault=str(fault))

    async def destroy(self, recording: str, *, by: Id, why: str) -> bool:
        """Destroy the keys of `recording`; say whether it was there and not held."""
        work = partial(
            life.destroy,
            site=self._site,
            recording=recording,
            by=by,
            why=why,
            now=self._clock(),
        )
        try:
            await self._database.write(work)
        except (life.Held, life.NoRecording):
            return False
        # Wrapped keys that were deleted are not to be found on the disk either.
        await self._database.scrub()
        return True

    async def clear(self) -> None:
        """Take from the store what belongs to recordings that were destroyed."""
        for recording in await self._database.read(self._destroyed):
            await self._recorder.store.delete_all(recording_at(recording))
            work = partial(life.forget, site=self._site, recording=recording, now=self._clock())
            await self._database.write(work)

    def _destroyed(self, conn: sa.Connection) -> list[str]:
        c = schema.recordings.c
        mine = (c.site == self._site, c.state == "destroyed", c.erased_at == 0)
        return list(conn.scalars(sa.select(c.id).where(*mine).limit(MOST)))


def find(
    conn: sa.Connection, site: str, settings: Settings, now: int, most: int | None
) -> list[Expired]:
    """Return what is over at `now` (ms): at most so many recordings, and as many transcripts."""
    found: list[Expired] = []
    for team, keep in {"": settings.keep, **settings.keep_of_teams}.items():
        others = tuple(settings.keep_of_teams) if not team else ()
        found += _recordings(conn, site, team, others, keep, now, most)
        found += _transcripts(conn, site, team, others, keep, now, most)
    return found


def _held() -> sa.ColumnElement[bool]:
    h, c = schema.recording_holds.c, schema.recordings.c
    mine = (h.site == c.site, h.recording == c.id, h.released_at == 0)
    return sa.exists(sa.select(sa.literal(1)).where(*mine))


def _of(column: sa.Column[str], team: str, others: tuple[str, ...]) -> sa.ColumnElement[bool]:
    return column == team if team else column.not_in(others)


def _recordings(
    conn: sa.Connection,
    site: str,
    team: str,
    others: tuple[str, ...],
    keep: Keep,
    now: int,
    most: int | None,
) -> list[Expired]:
    c, span = schema.recordings.c, keep.recordings * DAY_MS
    held = _held().label("held")
    rows = conn.execute(
        sa.select(c.id, c.team, c.ended_at, held)
        .where(c.site == site, c.state == "closed", c.ended_at <= now - span)
        .where(_of(c.team, team, others), sa.true() if most is None else ~_held())
        .order_by(c.ended_at)
        .limit(most)
    )
    return [
        Expired(
            what="recording",
            id=row.id,
            team=row.team,
            ended_at=row.ended_at,
            due=row.ended_at + span,
            is_held=bool(row.held),
        )
        for row in rows
    ]


def _transcripts(
    conn: sa.Connection,
    site: str,
    team: str,
    others: tuple[str, ...],
    keep: Keep,
    now: int,
    most: int | None,
) -> list[Expired]:
    s, c, d = schema.sessions.c, schema.recordings.c, schema.deleted_sessions.c
    span = keep.transcripts * DAY_MS
    recorded = sa.select(sa.literal(1)).where(c.site == s.site, c.session == s.id)
    held = sa.exists(recorded.where(_held()))
    gone = sa.exists(sa.select(sa.literal(1)).where(d.site == s.site, d.session == s.id))
    rows = conn.execute(
        sa.select(s.id, s.team, s.ended_at, held.label("held"))
        .where(s.site == site, s.state == "ended", s.ended_at <= now - span, ~gone)
        .where(_of(s.team, team, others), sa.true() if most is None else ~held)
        .order_by(s.ended_at)
        .limit(most)
    )
    return [
        Expired(
            what="transcript",
            id=row.id,
            team=row.team,
            ended_at=row.ended_at,
            due=row.ended_at + span,
            is_held=bool(row.held),
        )
        for row in rows
    ]
