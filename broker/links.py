"""All links of one broker: what each may say, and what each is told.

`link.py` is the wire; here a message meets the desk, and a ring from any broker finds the
links that it concerns.
"""

import asyncio
import itertools
import os
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from functools import partial

import structlog
from aiohttp import web
from msgspec.structs import replace

from broker.accounts import Account, party_of
from broker.bulletins import Bulletins
from broker.clock import Clock
from broker.database import Database
from broker.desk import Desk
from broker.direct import Direct
from broker.doorbell import Doorbell, Ring
from broker.feeds import Feeds
from broker.files import Files
from broker.link import Link
from broker.marks import Marks
from broker.overview import live_sessions
from broker.presence import Presence
from broker.queues import Listener, Queues
from broker.tasks import Tasks
from protocol import messages as m
from protocol.identifiers import uuid7
from protocol.requests import Request, Start
from protocol.session import Party, Refused, Session

log = structlog.get_logger()

ENTERING = 16
"""So many are let in at a time. When thousands come back at once, those who are in already are
served between them, not behind them. Of 5,000 who came back, with no limit, 16 and 4: answers to
those who were in had a p99 of 1,912, 395 and 662 ms, and all were back after 13.5, 13.7 and 18.4 s."""

MOST_LINKS = 20
"""Links of one party at one broker: tabs and devices of one person are fewer."""

SILENT_BEATS = 2.5
"""A link from which nothing came for so many beats is dead, whatever TCP thinks."""

BEAT_TURNS = 30
"""Between two beats of one link, so many groups of others have theirs: ten thousand beats at once,
and their answers, would hold up a word."""


Rights = Callable[[Collection[str]], Awaitable[Mapping[str, Account]]]
"""Returns whose those of some sign-ins are that are still worth all that their account may."""


class Links:
    """One per broker."""

    def __init__(  # noqa: PLR0913 - a packing list
        self,
        *,
        database: Database,
        site: str,
        clock: Clock,
        doorbell: Doorbell,
        desk: Desk,
        feeds: Feeds,
        files: Files,
        marks: Marks,
        presence: Presence,
        queues: Queues,
        bulletins: Bulletins,
        direct: Direct,
        tasks: Tasks,
        idle_seconds: Callable[[], int],
        beat_seconds: int = m.BEAT_SECONDS,
    ) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._doorbell = doorbell
        self._desk = desk
        self._feeds = feeds
        self._files = files
        self._marks = marks
        self._presence = presence
        self._queues = queues
        self._bulletins = bulletins
        self._direct = direct
        self._tasks = tasks
        self._beat_seconds = beat_seconds
        self._idle_seconds = idle_seconds
        self._links: dict[str, Link] = {}
        self._turns = itertools.cycle(range(BEAT_TURNS))
        self._of: dict[str, list[Link]] = {}
        self._following: dict[str, set[str]] = {}
        self._draining = False
        self.entrance = asyncio.Semaphore(ENTERING)

    @property
    def count(self) -> int:
        """How many links are open."""
        return len(self._links)

    async def serve(
        self, request: web.Request, party: Party, role: str, sign_in: str = ""
    ) -> web.WebSocketResponse:
        """Be the link of `party` until it closes; staff have a `sign_in`, customers none."""
        link = Link(uuid7(self._clock(), os.urandom(10)), party, role, self._tasks, sign_in)
        await link.open(request)
        if self._draining:
            await link.close(m.Goodbye(why="draining"))
            return link.response
        listener = Listener(party, link.send)
        link.turn = next(self._turns)
        self._links[link.id] = link
        self._make_room(party.id)
        self._of.setdefault(party.id, []).append(link)
        try:
            async with self.entrance:
                await self._greet(link)
            self._queues.add(listener)
            await link.listen(self._heard)
        except Exception:
            # The database is away, say. An answer in HTTP would be noise on an upgraded socket;
            # closed without one, the client comes back and asks again what was not answered.
            log.exception("link_failed")
            link.abort()
        finally:
            self._queues.remove(listener)
            self._bulletins.remove(link)
            await self._part(link)
        return link.response

    def _make_room(self, party: str) -> None:
        """Close the oldest link of somebody who opens too many."""
        links = self._of.get(party, [])
        if len(links) >= MOST_LINKS:
            goodbye = m.Goodbye(why="too_many", final=True)
            self._tasks.start(links[0].close(goodbye), "close the oldest")

    async def _greet(self, link: Link) -> None:
        if link.role != "customer":
            # What they lost while no broker looked; it is among their sessions no more.
            await self._presence.unwatch(link.party)
        sessions = await self._presence.came(link.id, link.party.id)
        # Only reps have a switch.
        available = link.role != "customer" and await self._presence.is_switched_on(link.party.id)
        link.send(
            m.Welcome(
                party=link.party.id,
                role=link.role,  # type: ignore[arg-type]
                name=link.party.name,
                now=self._clock(),
                beat_seconds=self._beat_seconds,
                teams=link.party.teams,
                sessions=tuple(sessions),
                available=available,
                idle_seconds=self._idle_seconds(),
            )
        )
        if link.role != "customer":
            self._bulletins.greeted(link, available=available)

    async def _part(self, link: Link) -> None:
        self._links.pop(link.id, None)
        others = [other for other in self._of.pop(link.party.id, ()) if other is not link]
        if others:
            self._of[link.party.id] = others
        for session in self._following.pop(link.id, ()):
            self._feeds.forget(link, session)
        # In a restart people are on their way back; the successor looks after who is not.
        if not self._draining:
            try:
                await self._presence.went(link.id, link.party.id)
            except Exception:
                # Presence keeps what it could not write, and tries again.
                log.exception("parting_failed")

    # --- what a link says

    async def _heard(self, link: Link, said: Request | m.Signal) -> None:
        if isinstance(said, Request):
            await self._answer(link, said)
        elif isinstance(said, m.Resume):
            await self._resume(link, said)
        elif isinstance(said, m.Forget):
            self._following.get(link.id, set()).discard(said.session)
            self._feeds.forget(link, said.session)
        elif isinstance(said, m.Writing | m.Seen):
            self._mark(link, said)
        elif isinstance(said, m.HoldFile):
            await self._hold(link, said)
        elif isinstance(said, m.ProposeDirect | m.AnswerDirect):
            await self._direct.hear(link.party, said)
        elif isinstance(said, m.SetAway):
            await self._presence.set_away(link.id, link.party.id, away=said.away)
        elif isinstance(said, m.SetAvailable):
            await self._presence.switch(link.party.id, on=said.available)

    async def _answer(self, link: Link, asked: Request) -> None:
        if isinstance(asked, Start):
            asked = replace(asked, device=link.device)
        try:
            answer = await self._desk.ask(asked, link.party)
        except Refused as refused:
            link.send(
                m.RefusedRequest(
                    id=asked.id, session=asked.session, code=refused.code, detail=refused.detail
                )
            )
            return
        link.send(m.Answered(id=asked.id, session=answer.session, place=answer.place))

    async def _resume(self, link: Link, said: m.Resume) -> None:
        try:
            head = await self._desk.fresh(said.session)
        except Refused:
            head = None
        if head is None or not self._feeds.follow(link, head, said.after):
            link.send(m.RefusedRequest(id="", session=said.session, code="unknown_session"))
            return
        self._following.setdefault(link.id, set()).add(said.session)
        for party, mark in (await self._marks.of(said.session)).items():
            link.send(
                m.Marks(session=said.session, party=party, delivered=mark.delivered, read=mark.read)
            )
        if any(file.state == "accepted" for file in head.session.files.values()):
            # Who was away when somebody paused a file hears of it now.
            for name, held in (await self._files.holds_in(said.session)).items():
                link.send(m.FileHeld(session=said.session, file=name, held=held))

    def _mark(self, link: Link, said: m.Writing | m.Seen) -> None:
        """Only who takes part leaves marks: a lead who monitors must not show."""
        session = self._feeds.followed(link, said.session)
        if session is None or not _takes_part(session, link.party):
            return
        if isinstance(said, m.Writing):
            self._marks.stirred(said.session, link.party.id)
        else:
            delivered = min(said.delivered, session.shown)
            self._marks.seen(said.session, link.party.id, delivered, min(said.read, delivered))

    async def _hold(self, link: Link, said: m.HoldFile) -> None:
        """Only who takes part may keep a file of theirs waiting."""
        session = self._feeds.followed(link, said.session)
        if session is None or not _takes_part(session, link.party):
            return
        file = session.files.get(said.file)
        if file and file.state == "accepted" and session.state != "ended":
            await self._files.hold(session.id, said.file, file.by, file.size, held=said.held)
            ring = Ring(topic="held", subject=session.id, party=said.file, place=int(said.held))
            self._doorbell.ring(ring)

    # --- what links are told

    def hear(self, ring: Ring) -> None:
        """A ring from any broker: tell the links here that it concerns."""
        self._bulletins.hear(ring)
        if ring.topic in ("queue", "availability"):
            self._queues.stir()
        elif ring.topic == "session" and not self._feeds.has_told(ring.subject, ring.place):
            self._tasks.start(self._reached(ring), "catch up")
        elif ring.topic == "party" and ring.subject in self._of:
            self._tasks.start(self._tell_sessions(ring.subject), "my sessions")
        elif ring.topic in ("writing", "marks", "direct"):
            self._tell_what_travels(ring)
        elif ring.topic in ("file", "held"):
            self._tell_of_file(ring)
        elif ring.topic == "close" and ring.subject in self._of:
            self._tasks.start(self._close_party(ring.subject), "close links")

    def _tell_what_travels(self, ring: Ring) -> None:
        if ring.topic == "writing":
            self._tell_followers(ring, m.IsWriting(session=ring.subject, party=ring.party))
        elif ring.topic == "marks":
            marks = m.Marks(
                session=ring.subject, party=ring.party, delivered=ring.delivered, read=ring.read
            )
            self._tell_followers(ring, marks)
        elif ring.frame:
            for follower in self._feeds.followers(ring.subject):
                if follower.party.id == ring.party:
                    follower.send(ring.frame)

    def _tell_followers(self, ring: Ring, frame: m.Frame) -> None:
        for follower in self._feeds.followers(ring.subject):
            if follower.party.id != ring.party or isinstance(frame, m.Marks):
                follower.send(frame)

    def _tell_of_file(self, ring: Ring) -> None:
        """Tell how much of a file is here, or that somebody lets it pause or go on."""
        frame: m.Frame = m.FileProgress(session=ring.subject, file=ring.party, received=ring.place)
        if ring.topic == "held":
            held = ring.place == 1
            frame = m.FileHeld(session=ring.subject, file=ring.party, held=held)
        for follower in self._feeds.followers(ring.subject):
            follower.send(frame)

    async def _reached(self, ring: Ring) -> None:
        """Another desk stored something; what this one stored, its followers have already."""
        self._feeds.reached(await self._desk.fresh(ring.subject))

    async def _tell_sessions(self, party: str) -> None:
        sessions = await self._database.read(partial(live_sessions, site=self._site, party=party))
        for link in self._of.get(party, ()):
            link.send(m.MySessions(sessions=tuple(sessions)))

    def canned_changed(self) -> None:
        """Tell all brokers' staff that there is a new list of canned messages."""
        self._doorbell.ring(Ring(topic="canned"))

    def sign_out(self, party: str) -> None:
        """Close every link of `party`, here and at every other broker. A device of theirs that is
        still signed in gets a new ticket and is back; any other gets none."""
        self._doorbell.ring(Ring(topic="close", subject=party))

    async def _close_party(self, party: str) -> None:
        await self._send_away(tuple(self._of.get(party, ())))

    async def review(self, rights: Rights) -> None:
        """Close every link whose sign-in is worth something else by now than when it was opened."""
        open_now = [link for link in self._links.values() if link.sign_in]
        if not open_now:
            return
        accounts = await rights({link.sign_in for link in open_now})
        held = {sign_in: (a.role, party_of(a)) for sign_in, a in accounts.items()}
        lost = [link for link in open_now if held.get(link.sign_in) != (link.role, link.party)]
        if lost:
            # A peer that is half gone must not hold up the next look.
            self._tasks.start(self._send_away(lost), "send away")
            for link in lost:
                account = accounts.get(link.sign_in)
                now = party_of(account) if account else replace(link.party, teams=(), leads=())
                self._tasks.start(self._presence.unwatch(now), "unwatch")

    async def _send_away(self, links: Iterable[Link]) -> None:
        goodbye = m.Goodbye(why="signed_out")
        links = [link for link in links if not link.is_closing]
        for link in links:
            for session in self._following.get(link.id, ()):
                self._end_direct(link, session)
        await asyncio.gather(*(link.close(goodbye) for link in links))

    def _end_direct(self, link: Link, session_id: str) -> None:
        """Whose right is withdrawn neither sees nor steers, though no relay is asked."""
        session = self._feeds.followed(link, session_id)
        if session and session.customer != link.party.id:
            over = m.DirectOver(session=session_id, rep=link.party.id)
            ring = Ring(topic="direct", subject=session_id, party=session.customer, frame=over)
            self._doorbell.ring(ring)

    async def run(self) -> None:
        """Keep links warm and close the dead ones, for ever."""
        beat = m.encode(m.Beat())
        for turn in itertools.cycle(range(BEAT_TURNS)):
            await asyncio.sleep(self._beat_seconds / BEAT_TURNS)
            silent_since = time.monotonic() - SILENT_BEATS * self._beat_seconds
            for link in [link for link in self._links.values() if link.turn == turn]:
                if link.heard_at < silent_since:
                    link.abort()
                else:
                    link.send(beat)

    async def drain(self) -> None:
        """Send everybody away for a moment; they come back to whoever serves next."""
        self._draining = True
        goodbye = m.Goodbye(why="draining")
        await asyncio.gather(
            *(link.close(goodbye) for link in tuple(self._links.values())), return_exceptions=True
        )


def _takes_part(session: Session, party: Party) -> bool:
    return party.id in (session.customer, session.owner, *session.joined)
