"""Makes one export: gathers what it is made of, and drives the process that makes it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from broker import export_worker, schema
from broker.catalogue import LANGUAGES, moment, t, zone_of
from broker.database import Database
from broker.export_orders import Failed, Made, Order, Progress, Said
from broker.export_rows import Job
from broker.recorder import Recorder
from broker.recording_rows import segments_of
from broker.site import Site
from broker.tasks import is_set_within
from broker.transcript_page import PageHead
from recordings.film_lines import Head
from recordings.wrapping import NoKey

BEAT_SECONDS: Final = 2.0
"""How often a run says that it lives, and asks whether it is still wanted."""

KEPT_SETTINGS: Final = ("AWS_", "SSL_CERT_")
"""What the process needs of its environment: the way to the store."""

Beat = Callable[[int], Awaitable[bool]]
"""Told how many percent are done; says whether it is still wanted."""


class CannotRun(Exception):
    """The text says why, in a word."""


class Unwanted(Exception):
    """Somebody has cancelled it, or taken it over."""


class ExportRuns:
    """The runs of one broker."""

    def __init__(
        self, database: Database, site: Site, name: str, recorder: Recorder, store: str
    ) -> None:
        self._database = database
        self._site = site
        self._name = name
        self._recorder = recorder
        self._store = store

    async def run(self, job: Job, beat: Beat) -> Made:
        """Make `job`, or raise `CannotRun` or `Unwanted`."""
        order = await self._order(job)
        async with _process() as process:
            assert process.stdin
            process.stdin.write(msgspec.json.encode(order) + b"\n")
            await process.stdin.drain()
            said = await _followed(process, beat)
        if isinstance(said, Failed):
            raise CannotRun(said.why)
        return said

    async def _order(self, job: Job) -> Order:
        find = partial(segments_of, site=self._name, recording=job.recording)
        segments = await self._database.read(find)
        began: Any = await self._database.read(partial(self._began, recording=job.recording))
        try:
            keys = await self._recorder.keys.of(job.recording)
        except NoKey:
            raise CannotRun("key") from None
        if not keys.media or began is None:
            raise CannotRun("nothing")
        language = job.language if job.language in LANGUAGES else "en"
        return Order(
            kind=msgspec.convert(job.kind, type=Order.__annotations__["kind"]),
            export=job.id,
            run=job.run,
            recording=job.recording,
            store=self._store,
            media=keys.media,
            words=keys.words,
            rows=tuple(each.row for each in segments if not each.is_cut),
            film=self._film(job, language, began),
            page=await self._page(job, language, began),
        )

    def _began(self, conn: sa.Connection, recording: str) -> int | None:
        r = schema.recordings.c
        chosen = sa.select(r.began_at).where(r.site == self._name, r.id == recording)
        return conn.scalar(chosen.where(r.state == "closed"))

    def _film(self, job: Job, language: str, began: int) -> Head:
        say = partial(t, language)
        shift, zone = zone_of(job.zone, began)
        preview = say("Quick preview: only the video that was sent, not all that was seen")
        when = moment(language, job.made_at, job.zone)
        film = say("Recording of {time}", time=moment(language, began, job.zone))
        return Head(
            way="preview" if job.kind == "preview" else "film",
            width=0,
            height=0,
            began=began,
            title=say("Exported by {name}, {time}", name=job.name, time=when)
            + f" · {job.recording}",
            label=preview if job.kind == "preview" else film,
            shift=shift,
            zone=zone,
            nothing=say("Nothing was shown."),
            paused=say("The recording was paused."),
        )

    async def _page(self, job: Job, language: str, began: int) -> PageHead:
        settings = self._site.settings
        return PageHead(
            language=language,
            zone=job.zone,
            organisation=settings.organisation,
            recording=job.recording,
            began=began,
            by=job.name,
            at=job.made_at,
            head=job.head,
            accounts=await self._database.read(self._accounts),
            teams={team.id: team.name for team in settings.teams},
            issues={issue.id: issue.names.get(language, issue.id) for issue in settings.issues},
        )

    def _accounts(self, conn: sa.Connection) -> dict[str, str]:
        a = schema.accounts.c
        found = conn.execute(sa.select(a.id, a.display_name).where(a.site == self._name))
        return {row.id: row.display_name for row in found}


@asynccontextmanager
async def _process() -> AsyncIterator[asyncio.subprocess.Process]:
    """The process that makes one export; it ends with the block, whatever happens."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(KEPT_SETTINGS)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-m",
        export_worker.__name__,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=kept,
        cwd="/",
        start_new_session=True,
    )
    try:
        yield process
    except BaseException:
        if process.returncode is None:
            process.kill()
        raise
    finally:
        await process.wait()


async def _followed(process: asyncio.subprocess.Process, beat: Beat) -> Made | Failed:
    """Return what the process says at its end; meanwhile say every few seconds how far it is."""
    percent, ended = 0, asyncio.Event()
    said: Said = Failed(why="failed")

    async def listen() -> None:
        nonlocal percent, said
        assert process.stdout
        while line := await process.stdout.readline():
            said = msgspec.json.decode(line, type=Said)
            if isinstance(said, Progress):
                percent = said.percent
        ended.set()

    async def beats() -> None:
        while await beat(percent):
            if await is_set_within(BEAT_SECONDS, ended):
                return
        raise Unwanted

    try:
        async with asyncio.TaskGroup() as both:
            both.create_task(listen())
            both.create_task(beats())
    except* Unwanted:
        raise Unwanted from None
    return Failed(why="failed") if isinstance(said, Progress) else said
