"""What becomes of a file once all of it is here: looked at, and then either side's or nobody's.

Rows say what is still to be done, so a file that was whole when a broker died is looked at by the next
one. With a scanner, nobody gets what it has not seen: while it is away, files wait.
"""

import asyncio

import structlog

from broker.clamd import CannotCheck, Clamd, NotChecked
from broker.clock import Clock
from broker.desk import Desk
from broker.file_rows import FileRow
from broker.files import Files, Gone
from broker.tasks import is_set_within
from protocol import requests as r
from protocol.fields import FileKind
from protocol.file_kinds import kind_of
from protocol.file_rules import GONE
from protocol.session import Refused, Session
from recordings.seal import SealBroken
from recordings.store import StoreFailed

KEPT_MS = 24 * 3600 * 1000
"""A file to which nothing comes for so long is given up."""

LOOK_SECONDS = 5.0
AT_A_TIME = 4
"""Files that are scanned at the same time."""

log = structlog.get_logger()


class FileChecks:
    """One per broker."""

    def __init__(self, clock: Clock, desk: Desk, files: Files, scanner: Clamd | None) -> None:
        self._clock = clock
        self._desk = desk
        self._files = files
        self._scanner = scanner
        self._due = asyncio.Event()

    async def finish(self, row: FileRow, session: Session, name: str) -> bool:
        """Look at `row`, which is all here and was offered as `name`; say whether its kind is right.

        Raises `Gone`.
        """
        contents = await self._files.contents(row, session.customer)
        kind = kind_of(name)
        right = kind is not None and kind in session.rules.file_kinds and contents.is_a(kind)
        whole = await self._files.mark_whole(row, contents.digest, kind or "" if right else "")
        await self._settle(whole)
        return right

    async def withhold(self, row: FileRow) -> None:
        """Give up `row`, whose beginning shows that it is not what its name says."""
        await self._tell(row, r.FileWithheld(file=row.file, why="kind", size=row.size))

    async def _settle(self, row: FileRow) -> None:
        """Tell of a whole file what can be told now, and leave the rest to the scanner."""
        about = {"file": row.file, "size": row.size, "digest": row.digest}
        if not row.kind:
            await self._tell(row, r.FileWithheld(why="kind", **about))  # type: ignore[arg-type]
        elif self._scanner is None:
            await self._tell(row, _arrives(row, row.kind))
        else:
            await self._tell(row, r.FileCheckBegins(**about))  # type: ignore[arg-type]
            self._due.set()

    async def _tell(self, row: FileRow, incident: r.Incident) -> None:
        """Let `incident` happen; a file whose session has no use for it any more is deleted."""
        try:
            await self._desk.notice(row.session, incident)
        except Refused:
            session = await self._desk.session(row.session)
            if not _is_wanted(row, session):
                await self._files.forsake(row.id)
        self._due.set()

    async def run(self) -> None:
        """Scan what is to be scanned and delete what is to be deleted, for ever."""
        while True:
            self._due.clear()
            await self._finish_all()
            await self._scan_all()
            await self._delete_all()
            await self._expire()
            await is_set_within(LOOK_SECONDS, self._due)

    async def _finish_all(self) -> None:
        for row in await self._files.unfinished():
            session = await self._desk.session(row.session)
            name = await self._files.name_of(row)
            try:
                await self.finish(row, session, name)
            except (Gone, SealBroken, StoreFailed) as fault:
                log.warning("file_not_finished", why=str(fault))

    async def _scan_all(self) -> None:
        waiting = await self._files.whole()
        for start in range(0, len(waiting), AT_A_TIME):
            batch = waiting[start : start + AT_A_TIME]
            await asyncio.gather(*(self._scan(row) for row in batch))

    async def _scan(self, row: FileRow) -> None:
        session = await self._desk.session(row.session)
        if not _is_wanted(row, session):
            await self._files.forsake(row.id)
            return
        if session.files[row.file].state == "accepted":
            # Whoever put it here died before saying so.
            await self._settle(row)
        elif row.kind and self._scanner is None:
            await self._tell(row, _arrives(row, row.kind))
        if row.kind and self._scanner:
            await self._judge(row, session, self._scanner)

    async def _judge(self, row: FileRow, session: Session, scanner: Clamd) -> None:
        about = {"file": row.file, "size": row.size, "digest": row.digest}
        try:
            found = await scanner.find(self._files.read(row, session.customer))
        except (NotChecked, StoreFailed) as fault:
            log.warning("file_not_checked", why=str(fault))
            return
        except Gone:
            await self._files.forsake(row.id)
            return
        except (CannotCheck, SealBroken) as fault:
            log.warning("file_cannot_be_checked", why=str(fault))
            await self._tell(row, r.FileWithheld(why="unchecked", **about))  # type: ignore[arg-type]
            return
        if found:
            withheld = r.FileWithheld(why="infected", found=found[:120], **about)  # type: ignore[arg-type]
            await self._tell(row, withheld)
        else:
            assert row.kind
            await self._tell(row, _arrives(row, row.kind))

    async def _delete_all(self) -> None:
        for row in await self._files.gone():
            try:
                await self._files.delete(row)
            except StoreFailed as fault:
                log.warning("file_not_deleted", why=str(fault))
                return

    async def _expire(self) -> None:
        for row in await self._files.expired(self._clock() - KEPT_MS):
            await self._tell(row, r.FileWithheld(file=row.file, why="expired", size=row.size))


def _is_wanted(row: FileRow, session: Session) -> bool:
    """Say whether `session` has a use for `row`, or will have it."""
    known = session.files.get(row.file)
    if known is None or known.state in GONE:
        return False
    return known.state == "arrived" or session.state != "ended"


def _arrives(row: FileRow, kind: FileKind) -> r.FileArrives:
    return r.FileArrives(file=row.file, size=row.size, digest=row.digest, content=kind)
