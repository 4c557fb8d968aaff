"""One customer's case over a link: what is true of it, and what is asked for it.

Runs in an event loop and knows nothing of what is drawn: whatever becomes true is told as a new
`Case`, and what the reader wants comes in as deeds.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import aiohttp
from msgspec.structs import replace

from customer_client.calls import CallFailed, Calls
from customer_client.errands import ASKING, Errands
from customer_client.file_traffic import FileTraffic
from customer_client.files import Files
from customer_client.known import Known
from customer_client.later import prepare
from customer_client.link import Followed, Link, Visitor, new_request_id
from customer_client.own_screen import OwnScreen
from customer_client.screen.display import Display
from customer_client.screen.uplink import Ticket
from customer_client.screen.windows import Application
from customer_client.window.deeds import Deed, FileDeed, Prefer, StopSharing
from customer_client.window.state import Case, Entry, Local, is_away
from customer_client.wishes import Wishes
from protocol import facts as f
from protocol import messages as m
from protocol import requests as r
from protocol.fields import NudgeMeans
from protocol.session import Refused, Session
from protocol.watermark import Watermark

AGAIN_SECONDS = 3.0
NOTICES_SECONDS = 30.0
WRITING_SECONDS = 6.0
SEEN_SECONDS = 0.2
GOODBYE_SECONDS = 3.0


class Casework:
    """A case at the broker `url`. `tell` hears what is true whenever that changes; `remove` takes
    this program off the computer again and says what it took.
    """

    def __init__(
        self,
        url: str,
        http: aiohttp.ClientSession,
        tell: Callable[[Case], None],
        open_display: Callable[[], Display],
        remove: Callable[[], Sequence[str]] = tuple,
        *,
        running: Callable[[], Sequence[Application]] = tuple,
        why_not: str = "",
    ) -> None:
        self._url = url.rstrip("/")
        self._loop = asyncio.get_running_loop()
        self._known = Known(tell)
        self._known.patch(url=self._url)
        visitor = Visitor(url, http)
        self._calls = Calls(url, http, visitor)
        self._link = Link(url, visitor.ticket, http, self._heard)
        self._remove = remove
        self.screen = OwnScreen(
            http,
            self._link,
            self._ticket,
            open_display,
            stopped=self._stopped_by_key,
            moved=lambda path, is_open: self._known.patch_picture(path=path, open=is_open),
        )
        self.wishes = Wishes(
            self._known,
            self._link,
            self._calls,
            self.screen,
            open_display=open_display,
            follow=self._follow,
            changed=self._wake_soon,
            running=running,
            why_not=why_not,
        )
        self._errands = Errands(
            self.wishes.ask, lambda: self._known.case.session, self.screen.now, open_display
        )
        self.files = FileTraffic(self._known, self._link, lambda: Files(url, http, visitor.token))
        self._followed: Followed | None = None
        self._closing = asyncio.Event()
        self._changed = asyncio.Condition()
        self._language = "en"
        self._is_looking = False
        self._seen_at: asyncio.TimerHandle | None = None

    # --- the whole visit

    async def run(self, language: str, code: str = "") -> None:
        """Stay until `close`; a session that is on then is ended."""
        self._language = language
        async with asyncio.TaskGroup() as group:
            self._known.group = group
            tasks = [
                group.create_task(self._keep_site(), name="site"),
                group.create_task(self._share_when_due(), name="sharing"),
                group.create_task(self._follow_link(), name="link"),
            ]
            if code:
                self._known.start(self.wishes.use_code(code))
            await self._closing.wait()
            self._known.group = None
            self.files.close()
            await self._leave()
            for task in tasks:
                task.cancel()

    def close(self) -> None:
        """End everything."""
        self.screen.stop()
        self._closing.set()

    async def _follow_link(self) -> None:
        async with self._link.running():
            await asyncio.Event().wait()

    async def _leave(self) -> None:
        self.screen.stop()
        session = self._known.case.session
        is_over = not session or session.state == "ended" or is_away(self._known.case)
        if session and not is_over and not self._link.dismissed:
            with suppress(TimeoutError, Refused):
                async with asyncio.timeout(GOODBYE_SECONDS):
                    await self._link.ask(r.End(id=new_request_id(), session=session.id))
        self._known.patch(removed=tuple(self._remove()))

    async def _keep_site(self) -> None:
        """Fetch what the site says, again while somebody may start, for its notices change."""
        while True:
            seconds = NOTICES_SECONDS
            if self._known.case.site is None or self._known.case.session is None:
                seconds = seconds if await self._refresh(self._language) else AGAIN_SECONDS
            await asyncio.sleep(seconds)

    async def _refresh(self, language: str) -> bool:
        try:
            site = await self._calls.site(language)
        except CallFailed as failed:
            if self._known.case.site is None:
                self._known.patch(fault=failed.code)
            return False
        self.screen.organisation = str(site["organisation"])
        is_first = self._known.case.site is None
        self._known.patch(site=site, fault="")
        if is_first:
            # Not before: until then it would keep the window waiting.
            self._known.start(asyncio.to_thread(prepare))
        return True

    # --- what is heard

    def _heard(self, frame: m.Frame | m.Beat | None) -> None:
        link = self._link
        self.files.heard(frame)
        newer = f"{self._url}/download" if link.is_outdated else ""
        self._known.patch(is_online=link.is_open, is_dismissed=link.dismissed, newer=newer)
        match frame:
            case m.Welcome():
                self._welcomed(frame)
            case m.Availability():
                self._known.patch(available=frame.open, reachable=frame.issues, reps=frame.reps)
                if frame.open and self._known.case.refusal == "nobody_available":
                    self._known.patch(refusal="")
            case m.Position() if self._is_ours(frame.session):
                self._known.patch(position=frame)
            case m.Marks() if self._followed and self._is_ours(frame.session):
                self._known.patch(marks=dict(self._followed.marks))
            case m.IsWriting() if (
                self._is_ours(frame.session) and frame.party != self._known.case.me
            ):
                self._writes(frame.party)
            case m.Facts() if self._is_ours(frame.session):
                self._fold(frame)

    def _is_ours(self, session: str) -> bool:
        return self._followed is not None and session == self._followed.session.id

    def _welcomed(self, welcome: m.Welcome) -> None:
        ahead = welcome.now - int(time.monotonic() * 1000)
        self.screen.ahead = ahead
        self._known.patch(me=welcome.party, ahead=ahead)
        if welcome.sessions and not self._followed:
            self._known.start(self._follow(welcome.sessions[0]))
        self._see_soon()

    def _writes(self, party: str) -> None:
        self._known.patch(
            writing=(*(each for each in self._known.case.writing if each != party), party)
        )

        def is_over() -> None:
            self._known.patch(
                writing=tuple(each for each in self._known.case.writing if each != party)
            )

        asyncio.get_running_loop().call_later(WRITING_SECONDS, is_over)

    def _fold(self, frame: m.Facts) -> None:
        followed = self._followed
        assert followed
        session = followed.session
        wrote = {fact.by for fact in frame.facts if isinstance(fact, f.Said)}
        self._known.patch(
            session=session,
            entries=entries(followed.facts),
            own=tuple(each for each in self._known.case.own if not 0 < each.place <= session.place),
            writing=tuple(each for each in self._known.case.writing if each not in wrote),
            marks=dict(followed.marks),
        )
        self.screen.follow(session)
        self.files.follow(session, frame.facts)
        self._see_soon()
        self._do_what_is_due(session, frame.facts)
        self._wake_soon()

    def _wake_soon(self) -> None:
        self._known.start(self._wake())

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _do_what_is_due(self, session: Session, fresh: Sequence[f.Fact]) -> None:
        for fact in fresh:
            if fact.place <= self._known.case.joined:
                continue  # what was allowed on a page before was not allowed here
            if isinstance(fact, ASKING):
                self._known.start(self._errands.run(fact))
            if isinstance(fact, f.GrantsGiven) and "view" in fact.tools:
                self._share_as_allowed(session)
        digests = {
            "agreement": session.rules.agreement_digest,
            "recording": session.rules.recording_digest,
        }
        site = self._known.case.site or {}
        if session.state in digests:
            text = site.get(session.state) or {}
            if text.get("digest") != digests[session.state]:
                self._known.start(self._refresh(session.language))
        if session.owner and session.owner not in self._known.case.photos:
            self._known.patch(photos={**self._known.case.photos, session.owner: b""})
            self._known.start(self._fetch_photo(session.owner))
        is_over = session.state == "ended" or is_away(self._known.case)
        if is_over and not self._known.case.removed:
            self.screen.stop()
            self._known.patch(removed=tuple(self._remove()))

    async def _fetch_photo(self, rep: str) -> None:
        with suppress(CallFailed):  # their initials do
            photo = await self._calls.photo(rep)
            self._known.patch(photos={**self._known.case.photos, rep: photo})

    async def _follow(self, session: str) -> None:
        self._followed = await self._link.follow(session)

    # --- what is wanted

    def do(self, deed: Deed, local: Local) -> None:
        """Do what the reader wants, as far as it concerns more than the window."""
        if isinstance(deed, FileDeed):
            self.files.do(deed)
        elif isinstance(deed, Prefer):
            if deed.language:
                self._language = deed.language
                self._known.start(self._refresh(deed.language))
        else:
            self.wishes.do(deed, local)

    def report_nudge(self, worked: tuple[NudgeMeans, ...]) -> None:
        """Tell the rep by which means the customer was called."""
        self._known.start(self.wishes.ask(r.ReportNudge, worked=worked))

    # --- what was seen

    def look(self, *, looking: bool) -> None:
        """Say whether the conversation is before somebody's eyes."""
        self._is_looking = looking
        self._see_soon()

    def _see_soon(self) -> None:
        if not self._seen_at:
            loop = asyncio.get_running_loop()
            self._seen_at = loop.call_later(SEEN_SECONDS, self._see)

    def _see(self) -> None:
        self._seen_at = None
        session = self._known.case.session
        if not session or not session.shown:
            return
        known = self._known.case.marks.get(self._known.case.me)
        read = max(known.read if known else 0, session.shown if self._is_looking else 0)
        if known and (known.delivered, known.read) == (session.shown, read):
            return
        seen = m.Seen(session=session.id, delivered=session.shown, read=read)
        self._known.start(self._link.signal(seen))

    # --- the screen

    def _share_as_allowed(self, session: Session) -> None:
        if session.state == "talking" and not session.sharing:
            self._known.start(self.wishes.share(self.screen.choice))

    def _stopped_by_key(self) -> None:
        self.wishes.stop_now()
        self._loop.call_soon_threadsafe(self.wishes.do, StopSharing(), Local())

    async def _share_when_due(self) -> None:
        """Share while the session says so and we are who shares."""
        while True:
            await self._until(self._is_due)
            self._known.patch_picture(here=True)
            await self.screen.share(lambda: self._until(lambda: not self._is_due()))
            self._known.patch_picture(here=False)

    def _is_due(self) -> bool:
        session = self._known.case.session
        return bool(self.wishes.wants_to_share and session and session.sharing)

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with self._changed:
            await self._changed.wait_for(holds)

    async def _ticket(self) -> tuple[Ticket, Watermark | None]:
        assert self._known.case.session
        return await self._calls.ticket(self._known.case.session.id)


def entries(facts: Sequence[f.Fact]) -> tuple[Entry, ...]:
    """Return the facts of a customer's session, what reps have taken back without its words.

    Customers see only what everybody may see, so that what receipts count is a fact's place.
    """
    taken = {fact.line for fact in facts if isinstance(fact, f.TakenBack)}
    return tuple(Entry(_blank(fact) if fact.place in taken else fact, fact.place) for fact in facts)


def _blank(fact: f.Fact) -> f.Fact:
    return replace(fact, text="", erased=True) if isinstance(fact, f.Said) else fact
