"""What officers take along: films and transcripts, made one after the other, kept for a day, fetched.

Any broker makes any export, in a process of its own (`export_worker.py`). A row says how far it has come; who
is at it writes that down every few seconds, and a run that nobody has heard of for a while is given up.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from functools import partial
from typing import Any, Final

import structlog

from broker import export_rows as rows
from broker.clock import Clock
from broker.database import Database
from broker.export_orders import Kind
from broker.export_pieces import ExportPieces, exports_at
from broker.export_rows import Export, Job
from broker.export_runs import CannotRun, ExportRuns, Unwanted
from broker.recorder import Recorder
from broker.tasks import is_set_within
from recordings.store import StoreFailed

log = structlog.get_logger()

LOOK_SECONDS: Final = 5.0
SWEEP_SECONDS: Final = 60.0


class Exports:
    """The exports of one site."""

    def __init__(
        self, database: Database, site: str, clock: Clock, recorder: Recorder, runs: ExportRuns
    ) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._recorder = recorder
        self._runs = runs
        self._stir = asyncio.Event()
        self._swept = -SWEEP_SECONDS

    async def demand_room(self) -> None:
        """Raise `TooMany` where no more may wait."""
        await self._database.read(partial(rows.demand_room, site=self._site))

    async def ask(self, recording: str, kind: Kind, who: str, language: str, zone: str) -> str:
        """Put an export in the line and return its id, or raise `TooMany`. What is taken along names the
        ledger's head: it has to have the line about it already.
        """
        export, head = secrets.token_hex(16), await self._recorder.heads.head()
        row: dict[str, Any] = {
            "id": export,
            "recording": recording,
            "kind": kind,
            "by": who,
            "made_at": self._clock(),
            "language": language,
            "zone": zone,
            "head": f"{head.number}-{head.digest}" if head else "",
        }
        await self._database.write(partial(rows.put, site=self._site, **row))
        self._stir.set()
        return export

    async def listed(self, recording: str) -> list[Export]:
        """Return the exports of `recording`, the newest first."""
        work = partial(rows.of_recording, site=self._site, recording=recording)
        return await self._database.read(work)

    async def find(self, export: str) -> Export | None:
        """Return an export, if there is one."""
        found = await self._database.read(partial(rows.one, site=self._site, export=export))
        return found[0] if found else None

    async def cancel(self, export: str) -> bool:
        """Let nobody go on with `export`; say whether it was under way."""
        work = partial(rows.cancel, site=self._site, export=export, now=self._clock())
        was_under_way = await self._database.write(work)
        if was_under_way:
            # Whoever is at it clears up too; but they may be gone.
            await self._clear(export)
        return was_under_way

    async def contents(self, export: Export) -> AsyncIterator[bytes]:
        """Yield the file of `export`, which is ready; its keys may be gone, which raises `SealBroken`."""
        found = await self._database.read(partial(rows.one, site=self._site, export=export.id))
        assert found
        async for piece in (await self._pieces(export, found[1])).read(export.size):
            yield piece

    async def _pieces(self, export: Export, run: str) -> ExportPieces:
        keys = await self._recorder.keys.of(export.recording)
        return ExportPieces(self._recorder.store, export.id, run, keys)

    # --- making them

    async def run(self) -> None:
        """Make one after the other, for ever."""
        while True:
            await self._sweep()
            while await self.make_next():
                pass
            await is_set_within(LOOK_SECONDS, self._stir)
            self._stir.clear()

    async def make_next(self) -> bool:
        """Make the one that has waited longest; say whether there was one."""
        now = self._clock()
        if not await self._database.read(partial(rows.is_waiting, site=self._site, now=now)):
            return False
        take = partial(rows.take, site=self._site, run=secrets.token_hex(8), now=now)
        job = await self._database.write(take)
        if job is None:
            return False
        try:
            made = await self._runs.run(job, partial(self._beat, job))
        except Unwanted:
            await self._clear(job.id)
        except (CannotRun, OSError) as fault:
            why = str(fault) if isinstance(fault, CannotRun) else "failed"
            log.warning("export_failed", export=job.id, why=why)
            await self._tell(job, state="failed", fault=why)
            await self._clear(job.id)
        else:
            about = {"size": made.size, "digest": made.digest, "form": made.form}
            if not await self._tell(job, state="ready", percent=100, **about):
                await self._clear(job.id)
        return True

    async def _beat(self, job: Job, percent: int) -> bool:
        return await self._tell(job, percent=percent)

    async def _tell(self, job: Job, **changes: Any) -> bool:
        work = partial(rows.tell, site=self._site, job=job, now=self._clock(), **changes)
        return await self._database.write(work)

    async def _clear(self, export: str) -> None:
        try:
            await self._recorder.store.delete_all(exports_at(export))
        except StoreFailed as fault:
            log.warning("store_failed", fault=str(fault))

    # --- and letting them go

    async def _sweep(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._swept >= SWEEP_SECONDS:
            self._swept = now
            await self.let_go()

    async def let_go(self) -> None:
        """Delete what nobody may fetch any more."""
        now = self._clock()
        for export in await self._database.read(partial(rows.expired, site=self._site, now=now)):
            try:
                await self._recorder.store.delete_all(exports_at(export))
            except StoreFailed as fault:
                log.warning("store_failed", fault=str(fault))
                return
            await self._database.write(partial(rows.gone, site=self._site, export=export, now=now))
        await self._database.write(partial(rows.forget, site=self._site, now=now))
