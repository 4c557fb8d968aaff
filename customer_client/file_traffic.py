"""The files of one case: those the customer sends, and those they save where they choose.

What is offered is sent once the other side has accepted it, and goes on by itself after a cut line. A
file that is received is fetched only when the customer has said where it shall lie, and never opened.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import aiohttp
from msgspec.structs import replace

from customer_client.file_pace import Pace
from customer_client.files import Content, Damaged, Files, NotTaken, size_of
from customer_client.known import Known
from customer_client.link import Link, new_request_id
from customer_client.window import deeds as d
from customer_client.window.state import FileOnWay, SavedFile, Unsent
from protocol import facts as f
from protocol import messages as m
from protocol import requests as r
from protocol.fields import RefusalCode
from protocol.file_kinds import kind_of
from protocol.session import Refused, Session
from protocol.terms import Rules

SHOWN_EVERY_SECONDS: Final = 0.1
"""Nobody reads faster, and every step is drawn."""

LONGEST_NAME: Final = 255


class FileTraffic:
    """Offers over `link`, and moves what is accepted by what `files` returns."""

    def __init__(self, known: Known, link: Link, files: Callable[[], Files]) -> None:
        self._known = known
        self._link = link
        self._files = files
        self._sources: dict[str, Content] = {}
        self._sends: dict[str, asyncio.Task[None]] = {}
        self._saves: dict[str, asyncio.Task[None]] = {}
        self._paces: dict[str, Pace] = {}
        self._shown_at: dict[str, float] = {}
        self._untold: dict[str, bool] = {}
        """What was paused here, or let go on, and has not come back from the broker yet."""

    def do(self, deed: d.FileDeed) -> None:
        """Do what the reader wants with files."""
        match deed:
            case d.SendFiles():
                for path in map(Path, deed.paths):
                    self._known.start(self._offer(path.name, path))
            case d.SendPicture():
                name = time.strftime("screenshot-%H-%M-%S.png")
                self._known.start(self._offer(name, deed.content))
            case d.DismissFile():
                unsent = (each for each in self._known.case.unsent if each.id != deed.file)
                self._known.patch(unsent=tuple(unsent))
            case d.HoldFile():
                self._hold(deed.file, held=deed.held)
                self._untold[deed.file] = deed.held
                self._known.start(self._tell_held())
            case d.SaveFileAs():
                self._save(deed.file, Path(deed.path))
            case d.StopSaving():
                self._stop_saving(deed.file)

    def close(self) -> None:
        """Stop everything; what was not saved whole is not there."""
        for task in (*self._sends.values(), *self._saves.values()):
            task.cancel()

    # --- sending

    async def _offer(self, name: str, content: Content) -> None:
        session = self._known.case.session
        if session is None:
            return
        try:
            size = await size_of(content)
            problem = problem_of(name, size, session.rules)
        except OSError:
            size, problem = 0, "unreadable"
        file = new_request_id()
        if not problem:
            self._sources[file] = content
            problem = await self._ask_to_send(session.id, file, name, size)
        if problem:
            self._sources.pop(file, None)
            unsent = Unsent(id=file, name=name, size=size, problem=problem)
            self._known.patch(unsent=(*self._known.case.unsent, unsent))

    async def _ask_to_send(self, session: str, file: str, name: str, size: int) -> str:
        """Offer a file; return why it was turned down, nothing where it was not."""
        asked = r.OfferFile(
            id=new_request_id(), session=session, file=file, name=name[-LONGEST_NAME:], size=size
        )
        try:
            await self._link.ask(asked)
        except Refused as refused:
            return refused.code
        return ""

    def follow(self, session: Session, fresh: Sequence[f.Fact]) -> None:
        """Send what was accepted, and stop what was not or is not wanted any more."""
        for file in (*self._sources,):
            known = session.files.get(file)
            if known and (session.state == "ended" or known.state not in ("offered", "accepted")):
                self._sources.pop(file)
                self._stop_sending(file)
            elif known and known.state == "accepted":
                self._send(file)
        for fact in fresh:
            if isinstance(fact, f.FileArrived) and fact.content == "picture":
                self._known.start(self._fetch_preview(session.id, fact.file))

    def heard(self, frame: m.Frame | m.Beat | None) -> None:
        """Take in how far files of others are, and who pauses which; go on where the line is back."""
        session = self._known.case.session
        if isinstance(frame, m.Welcome):
            self._known.start(self._tell_held())
            for file in (*self._sends,):
                # What waits for its next try, or for a dead line, need not.
                self._stop_sending(file)
                self._send(file)
        elif not session or getattr(frame, "session", "") != session.id:
            return
        elif isinstance(frame, m.FileProgress) and frame.file not in self._sources:
            self._show(frame.file, frame.received)
        elif isinstance(frame, m.FileHeld):
            self._held(frame.file, held=frame.held)

    def _held(self, file: str, *, held: bool) -> None:
        """What the broker said before it heard of what is wanted here does not count any more."""
        if self._untold.get(file) == held:
            del self._untold[file]
        if file not in self._untold:
            self._hold(file, held=held)

    def _hold(self, file: str, *, held: bool) -> None:
        self._paces.pop(file, None)
        self._patch_way(file, held=held, bytes_per_second=0.0)
        session = self._known.case.session
        if held:
            self._stop_sending(file)
        elif session:
            self.follow(session, ())

    async def _tell_held(self) -> None:
        """Tell the broker what is paused and what goes on, until it says so itself."""
        if session := self._known.case.session:
            for file, held in (*self._untold.items(),):
                await self._link.signal(m.HoldFile(session=session.id, file=file, held=held))

    def _send(self, file: str) -> None:
        way = self._known.case.files.get(file, FileOnWay())
        session = self._known.case.session
        if file in self._sends or way.held or session is None or file not in self._sources:
            return
        self._patch_way(file)
        task = self._known.start(self._send_all(session.id, file, self._sources[file]))
        if task:
            self._sends[file] = task

    async def _send_all(self, session: str, file: str, content: Content) -> None:
        # What the broker does not take any more, the facts tell of.
        with suppress(NotTaken, OSError):
            await self._files().send(session, file, content, lambda sent: self._show(file, sent))

    def _stop_sending(self, file: str) -> None:
        if task := self._sends.pop(file, None):
            task.cancel()

    def _show(self, file: str, done: int) -> None:
        pace = self._paces.setdefault(file, Pace())
        now, session = time.monotonic(), self._known.case.session
        speed = pace.at(done, now)
        is_all = session and file in session.files and done == session.files[file].size
        if is_all or now - self._shown_at.get(file, 0.0) >= SHOWN_EVERY_SECONDS:
            self._shown_at[file] = now
            self._patch_way(file, done=done, bytes_per_second=speed)

    def _patch_way(self, file: str, **change: Any) -> None:
        files = self._known.case.files
        way = replace(files.get(file, FileOnWay()), **change)
        self._known.patch(files={**files, file: way})

    # --- receiving

    def _save(self, file: str, path: Path) -> None:
        self._stop_saving(file)
        self._patch_saved(file, SavedFile(state="saving", name=path.name))
        if task := self._known.start(self._save_all(file, path)):
            self._saves[file] = task

    async def _save_all(self, file: str, path: Path) -> None:
        session, arrived = self._known.case.session, self._arrived(file)
        if session is None or arrived is None:
            return
        state: Any = "saved"
        try:
            await self._files().save(
                session.id, file, path, arrived.file_digest, lambda done: self._show(file, done)
            )
        except Damaged:
            state = "damaged"
        except NotTaken:
            state = "gone"
        except OSError:
            state = "unwritable"
        self._saves.pop(file, None)
        self._patch_saved(file, SavedFile(state=state, name=path.name))

    def _stop_saving(self, file: str) -> None:
        self._paces.pop(file, None)
        if task := self._saves.pop(file, None):
            task.cancel()
            saved = self._known.case.saved
            self._known.patch(saved={key: each for key, each in saved.items() if key != file})

    def _patch_saved(self, file: str, saved: SavedFile) -> None:
        self._known.patch(saved={**self._known.case.saved, file: saved})

    def _arrived(self, file: str) -> f.FileArrived | None:
        facts = (entry.fact for entry in self._known.case.entries)
        found = (fact for fact in facts if isinstance(fact, f.FileArrived) and fact.file == file)
        return next(found, None)

    async def _fetch_preview(self, session: str, file: str) -> None:
        # Without it, the name does.
        with suppress(NotTaken, aiohttp.ClientError, OSError):
            preview = await self._files().preview(session, file)
            self._known.patch(previews={**self._known.case.previews, file: preview})


def problem_of(name: str, size: int, rules: Rules) -> RefusalCode | str:
    """Return why a file cannot be sent, as far as that can be said here; "" where it can."""
    if size == 0:
        return "file_empty"
    if size > rules.file_bytes:
        return "file_too_large"
    return "" if kind_of(name) in rules.file_kinds else "file_kind"
