"""The broker's half of recordings: into which one a picture goes, and how each is finished.

Any broker finishes any recording. A relay is asked for what it has left; one that nobody can reach for
`GIVE_UP_SECONDS` is not waited for, and the recording is closed as interrupted.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property, partial
from typing import Final

import sqlalchemy as sa
import structlog

from broker import recording_rows as rows
from broker import schema
from broker.clock import Clock
from broker.closing import Material, Overtaken, close, gather, sealed_facts
from broker.database import Database
from broker.doorbell import Ring
from broker.ledger import LedgerHeads
from broker.recording_keys import RecordingKeys
from broker.relay.orders import Done, Finish, Gone, Settled, Stored, Tap
from broker.tasks import is_set_within
from protocol.fields import Id
from protocol.session import Session
from recordings.form import STRETCH
from recordings.store import Store, StoreFailed, open_store, segment_at
from recordings.wrapping import KeyServiceFailed, NoKey

log = structlog.get_logger()

LOOK_SECONDS: Final = 1.0

GIVE_UP_SECONDS: Final = 240.0
"""A relay that was away for so long has nothing more for us: half the time in which every recording
has to be closed."""

ASK_AGAIN_SECONDS: Final = 3.0
"""A key service that has failed is asked again after so long."""

MOST: Final = 50
"""So many recordings are looked at in one go."""

Say = Callable[[Id, Finish], Awaitable[bool]]
"""Give an order to a life of a relay; say whether it is there."""


class Recorder:
    """One per broker. `say` reaches relays."""

    def __init__(
        self,
        *,
        database: Database,
        site: str,
        clock: Clock,
        keys: RecordingKeys,
        store: str,
    ) -> None:
        self.say: Say = _nobody
        self._database = database
        self._site = site
        self._clock = clock
        self.keys = keys
        self.heads = LedgerHeads(database, site, clock, lambda: keys.site_keys.signing)
        self._store = store
        self._taps: dict[tuple[Id, Id], Tap] = {}
        self._missed: dict[Id, float] = {}
        self._no_service_until = 0.0
        self._stir = asyncio.Event()
        self._turn = asyncio.Lock()

    @cached_property
    def store(self) -> Store:
        """Where recordings lie; opened when it is first needed."""
        return open_store(self._store)

    def hear(self, ring: Ring) -> None:
        """A session has changed."""
        if ring.topic == "session":
            self._stir.set()

    # --- what relays are told

    async def tap(self, session: Session, relay: Id) -> Tap | None:
        """Return into what the life `relay` of a relay is to record `session`; None where that
        cannot be told, so that nothing is shown.
        """
        if not relay:
            return None
        if known := self._taps.get((session.id, relay)):
            return known
        if time.monotonic() < self._no_service_until:
            return None
        try:
            found = await self._new_tap(session, relay)
        except (NoKey, OSError) as fault:
            log.error("no_key_to_record_with", session=session.id, fault=str(fault))  # noqa: TRY400 - it says all
            if isinstance(fault, KeyServiceFailed):
                # Others wait behind this: not all of them ask, each second, what does not answer.
                self._no_service_until = time.monotonic() + ASK_AGAIN_SECONDS
            return None
        if found:
            self._taps[session.id, relay] = found
        return found

    async def _new_tap(self, session: Session, relay: Id) -> Tap | None:
        find = partial(rows.recording_of, site=self._site, session=session.id)
        recording = await self._database.read(find)
        if recording is None:
            return None
        keys = await self.keys.make(recording)
        take = partial(
            rows.stretch_of,
            site=self._site,
            recording=recording,
            relay=relay,
            now=self._clock(),
        )
        stretch = await self._database.write(take)
        return Tap(
            recording=recording,
            stretch=stretch,
            media=keys.media,
            words=keys.words,
            typed=session.rules.record_typed,
        )

    def forget(self, session: Id) -> None:
        """Nothing of `session` is shown any more."""
        for known in [each for each in self._taps if each[0] == session]:
            del self._taps[known]

    # --- what relays say

    async def stored(self, said: Stored) -> Settled:
        """Take segments into the index, and return what the relay may forget."""
        add = partial(
            rows.add_segments,
            site=self._site,
            recording=said.recording,
            rows=said.rows,
            now=self._clock(),
        )
        kept, unwanted = await self._database.write(add)
        writers = {row.number: row.writer for row in said.rows}
        for number in unwanted:
            await self.store.delete(segment_at(said.recording, number, writers[number]))
        return Settled(recording=said.recording, kept=tuple(kept), unwanted=tuple(unwanted))

    async def finished(self, said: Done | Gone) -> None:
        """Take note that a relay has nothing more."""
        now = self._clock()
        if isinstance(said, Gone):
            work = partial(rows.gone, site=self._site, relay=said.relay, now=now)
        else:
            work = partial(
                rows.done,
                site=self._site,
                recording=said.recording,
                stretch=said.stretch,
                now=now,
            )
        await self._database.write(work)
        self._stir.set()

    # --- what is finished here

    async def run(self) -> None:
        """Finish recordings, and take out what was cut, for ever."""
        while True:
            await is_set_within(LOOK_SECONDS, self._stir)
            self._stir.clear()
            await self.look()

    async def look(self) -> None:
        """Go on with every recording that is not finished."""
        async with self._turn:
            try:
                await self._take_out()
                for recording in await self._database.read(self._closing):
                    await self._finish_if_opened(recording)
            except StoreFailed as fault:
                log.warning("store_failed", fault=str(fault))

    async def _finish_if_opened(self, recording: str) -> None:
        """Finish `recording`, unless its keys are away; the others do not wait for them."""
        try:
            await self._finish(recording)
        except NoKey as fault:
            log.warning("no_key_to_close_with", recording=recording, fault=str(fault))

    def _closing(self, conn: sa.Connection) -> list[str]:
        c = schema.recordings.c
        chosen = sa.select(c.id).where(c.site == self._site, c.state == "closing")
        return list(conn.scalars(chosen.order_by(c.began_at).limit(MOST)))

    async def _finish(self, recording: str) -> None:
        material = await self._database.read(partial(gather, site=self._site, recording=recording))
        if material is None or self._is_early(material):
            return
        self.forget(material.session.id)
        open_stretches = await self._database.read(partial(self._open, recording=recording))
        waits, given_up = False, False
        for stretch, relay in open_stretches:
            finish = Finish(recording=recording, stretch=stretch)
            if await self.say(relay, finish):
                self._missed.pop(relay, None)
                waits = True
            elif (
                time.monotonic() - self._missed.setdefault(relay, time.monotonic())
                < GIVE_UP_SECONDS
            ):
                waits = True
            else:
                given_up = True
        if not waits:
            await self._close(material, is_whole=not given_up)

    def _is_early(self, material: Material) -> bool:
        """Say whether a rep may still take back what they have just said."""
        back = material.session.rules.take_back_seconds + 1
        return self._clock() < material.recording.ended_at + back * 1000

    def _open(self, conn: sa.Connection, recording: str) -> Sequence[tuple[int, Id]]:
        c = schema.recording_writers.c
        found = conn.execute(
            sa.select(c.stretch, c.relay).where(
                c.site == self._site, c.recording == recording, c.done_at == 0
            )
        )
        return [(row.stretch, row.relay) for row in found]

    async def _close(self, material: Material, *, is_whole: bool) -> None:
        recording = material.recording.id
        row, data = sealed_facts(material, await self.keys.make(recording))
        name = segment_at(recording, row.number, row.writer)
        await self.store.put(name, data)
        work = partial(
            close,
            site=self._site,
            material=material,
            facts=row,
            reason="ended" if is_whole else "interrupted",
            keys=self.keys.site_keys,
            now=self._clock(),
        )
        try:
            await self._database.write(work)
        except Overtaken:
            await self.store.delete(name)
            return
        log.info("recording_closed", recording=recording, whole=is_whole)

    async def _take_out(self) -> None:
        """Delete from the store what was cut out of recordings."""
        for recording, number, writer in await self._database.read(self._cut):
            await self.store.delete(segment_at(recording, number, writer))
            work = partial(self._taken_out, recording=recording, number=number)
            await self._database.write(work)

    def _cut(self, conn: sa.Connection) -> list[tuple[str, int, str]]:
        c = schema.recording_segments.c
        found = conn.execute(
            sa.select(c.recording, c.number, c.writer)
            .where(c.site == self._site, c.cut_at > 0, c.gone.is_(False), c.number >= STRETCH)
            .limit(MOST)
        )
        return [(row.recording, row.number, row.writer) for row in found]

    def _taken_out(self, conn: sa.Connection, recording: str, number: int) -> None:
        c = schema.recording_segments.c
        mine = (c.site == self._site, c.recording == recording, c.number == number)
        conn.execute(schema.recording_segments.update().where(*mine).values(gone=True))


async def _nobody(_relay: Id, _finish: Finish) -> bool:
    return False
