"""The desk: decide, commit, evolve, tell. Everything that happens to a session happens here.

Requests and incidents take the same path. Desks do not lock each other out: who loses the race
for a place looks again and decides again, so two reps can never both accept, and several desks may serve
one session.
"""

import asyncio
import os
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Protocol
from weakref import WeakValueDictionary

import sqlalchemy as sa
from msgspec import Struct

from broker import store
from broker.access import level_of, reader_of
from broker.beginnings import Also, Begun
from broker.clock import Clock
from broker.database import Database
from broker.doorbell import Doorbell, Ring
from broker.identity import Identity
from broker.overview import live_sessions, position
from broker.store import Answer, Head, Request
from protocol import requests as r
from protocol.facts import Fact, Rules, TextsErased, Wiped
from protocol.fields import DeadlineKind
from protocol.identifiers import uuid7
from protocol.session import BROKER, Party, Refused, Session, decide, evolve

BEGINS = (r.Start, r.Call)

TRIES = 100
"""Each lost race means that another fact was stored, so only a flood gets this far."""

KEPT = 20_000
"""Sessions whose head is remembered, about 2 KB each; any other is one row to read."""

THE_BROKER = Party(id=BROKER, role="broker")


class Circumstances(Protocol):
    """What a decision needs to know beyond the session itself."""

    def team_of(self, issue: str) -> str | None:
        """Return the team that takes `issue`."""

    def rules_for(self, language: str) -> Rules:
        """Return the site's settings as a session in `language` is to keep them."""

    def greeting(self, session: Session, position: int) -> str:
        """Return what a customer reads who comes into the queue as number `position`."""

    def hold_text(self, session: Session, position: int) -> str:
        """Return what a customer reads now and then who waits there as number `position`."""

    async def reachable(self, teams: Sequence[str], without: str = "") -> str | None:
        """Return the first of `teams` with an available rep other than `without`."""

    async def is_available(self, rep: str) -> bool:
        """Say whether `rep` can be offered a session now."""

    async def language_of(self, customer: str) -> str:
        """Return the language of the last session of `customer`, or the site's first."""

    async def begun(self, empty: Session, asked: r.Start | r.Call, sender: Party) -> Begun:
        """Return the session in which a customer is to meet one rep, or raise `Refused`."""

    async def is_there(self, session: Session) -> bool:
        """Say whether the rep whom the customer of `session` is to meet is there for them."""


class Told(Struct, frozen=True, kw_only=True):
    """One fact that was stored, and the session before and after it."""

    fact: Fact
    head: Head
    before: Session


class Desk:
    """One per broker. `hear` is called with everything this desk has stored."""

    def __init__(
        self,
        database: Database,
        site: str,
        clock: Clock,
        doorbell: Doorbell,
        circumstances: Circumstances,
        identity: Identity,
    ) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._doorbell = doorbell
        self._circumstances = circumstances
        self._identity = identity
        self._heads: OrderedDict[str, Head] = OrderedDict()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.hear: Callable[[Told], None] = _unheard

    async def ask(self, asked: r.Request, sender: Party) -> Answer:
        """Carry out what `sender` asks, once however often it is asked, and return the answer.

        The place in it is as `sender` counts. Raises `Refused`, the stored refusal included.
        """
        request = Request(sender.id, asked.id)
        try:
            told = await self._carry_out(asked, sender, request)
        except store.Repeated:
            return await self._again(request, sender)
        except Refused as refused:
            if refused.code == "try_again":
                raise  # it says nothing about what was asked, so the same may be asked again
            refuse = partial(
                store.refuse,
                site=self._site,
                request=request,
                session=asked.session,
                refused=refused,
            )
            # A request that was carried out long ago may be refused by the rules of today.
            if not await self._database.write(refuse):
                return await self._again(request, sender)
            raise
        # Who leaves by what they ask may not read the session any more, but still this answer.
        return Answer(told.head.session.id, told.head.count(level_of(sender)), "", "")

    async def notice(self, session_id: str, noticed: r.Incident, once: str = "") -> Fact:
        """Let something happen that nobody asked for, or raise `Refused`.

        What has a name in `once` happens to a session once; later it raises `store.Repeated`.
        """
        request = Request(once, session_id) if once else None
        told = await self._run(session_id, noticed, THE_BROKER, request)
        return told.fact

    async def lapse(self, session_id: str, kind: DeadlineKind, quiet_since: int = 0) -> Fact:
        """Let a deadline have passed, or raise `Refused` when it is not due."""
        session = await self.session(session_id)
        team = text = ""
        if kind == "rep_lost":
            ways = (session.team, session.entry_team, session.rules.fallback_team)
            team = (
                await self._circumstances.reachable([way for way in ways if way], session.owner)
                or ""
            )
        email = await self._identity.address_of(session_id) if kind == "code" else ""
        if kind in ("greeting", "hold"):
            tell = (
                self._circumstances.greeting
                if kind == "greeting"
                else self._circumstances.hold_text
            )
            text = tell(session, await self._position(session))
        there = kind == "meeting" and await self._circumstances.is_there(session)
        lapse = r.Lapse(
            deadline=kind,
            quiet_since=quiet_since,
            team=team,
            text=text,
            email=email,
            there=there,
        )
        return await self.notice(session_id, lapse)

    async def _position(self, session: Session) -> int:
        work = partial(position, site=self._site, session=session)
        return await self._database.read(work)

    async def session(self, session_id: str) -> Session:
        """Return the session as it stands in the database, or raise `Refused`."""
        return (await self.fresh(session_id)).session

    async def fresh(self, session_id: str) -> Head:
        """Return the newest head from the database, or raise `Refused`."""
        known = self._heads.get(session_id)
        head = await self._database.read(
            partial(store.head_of, site=self._site, session=session_id)
        )
        if head is None:
            self._heads.pop(session_id, None)
            raise Refused("unknown_session")
        self._remember(head)
        # Also the first time: whoever looks next finds nothing new, and their reps would never hear.
        before = store.concerned(known.session) if known else set()
        self._ring_for(before ^ store.concerned(head.session))
        return head

    def knows(self, session_id: str, place: int) -> bool:
        """Say whether what happened at `place` is nothing new here."""
        head = self._heads.get(session_id)
        return head is not None and head.session.place >= place

    async def catch_up(self, session_id: str) -> Head:
        """Return the newest head of what another desk has stored, and ring for whose list of
        sessions may have changed with it, should that desk's rings have been lost."""
        known = session_id in self._heads
        head = await self.fresh(session_id)
        if not known:
            self._ring_for({head.session.customer})
        return head

    async def _again(self, request: Request, sender: Party) -> Answer:
        """Give the stored answer, its place as `sender` counts."""
        known = await self._database.read(
            partial(store.answer_to, site=self._site, request=request)
        )
        assert known  # it was there a moment ago, and answers are never deleted
        if known.code:
            raise Refused(known.code, known.detail)  # type: ignore[arg-type]
        seen = partial(
            store.seen_place,
            site=self._site,
            session=known.session,
            place=known.place,
            reader=level_of(sender),
        )
        return known._replace(place=await self._database.read(seen))

    async def _carry_out(self, asked: r.Request, sender: Party, request: Request) -> Told:
        session_id = (
            uuid7(self._clock(), os.urandom(10)) if isinstance(asked, BEGINS) else asked.session
        )
        return await self._run(session_id, asked, sender, request)

    async def _run(
        self, session_id: str, asked: Struct, sender: Party, request: Request | None
    ) -> Told:
        # At one desk everybody is served in turn: whoever lost a race would have to read first,
        # and lose again to somebody who never stops talking.
        turn = self._turns.setdefault(session_id, asyncio.Lock())
        async with turn:
            return await self._run_now(session_id, asked, sender, request)

    async def _run_now(
        self, session_id: str, asked: Struct, sender: Party, request: Request | None
    ) -> Told:
        for _ in range(TRIES):
            also = None
            if isinstance(asked, BEGINS):
                head, also = await self._begun(session_id, asked, sender)
            else:
                head = await self._remembered(session_id)
            prepared = await self._identity.prepared(head.session, asked, sender)
            fact = decide(prepared.session, prepared.asked, sender, self._clock())
            if isinstance(fact, Refused):
                # What is remembered may be behind; only the newest head may say no.
                if await self._is_newest(head):
                    raise self._hidden(head.session, sender, fact)
                continue
            await self._check_circumstances(asked, sender)
            salt = os.urandom(16)
            fact = store.sealed(fact, salt)
            work = partial(
                self._append,
                head=head,
                fact=fact,
                also=[each for each in (also, prepared.also) if each],
                request=request,
                salt=salt,
            )
            try:
                new = await self._database.write(work)
            except store.Raced:
                await self.fresh(session_id)
                continue
            self._remember(new)
            await self._after_commit(fact)
            told = Told(fact=fact, head=new, before=head.session)
            self._tell(told)
            return told
        raise Refused("try_again")

    def _append(
        self,
        conn: sa.Connection,
        head: Head,
        fact: Fact,
        also: Sequence[Also],
        request: Request | None,
        salt: bytes,
    ) -> Head:
        """Store `fact`, and in the same transaction what else is to be true with it."""
        after = evolve(head.session, fact)
        new = store.append(conn, self._site, head, fact, after, request, salt)
        for write in also:
            write(fact, conn)
        return new

    @staticmethod
    def _hidden(session: Session, sender: Party, refused: Refused) -> Refused:
        """A stranger does not even learn that the session exists."""
        return (
            refused
            if reader_of(session, sender) or session.state == "new"
            else Refused("unknown_session")
        )

    async def _begun(
        self, session_id: str, asked: r.Start | r.Call, sender: Party
    ) -> tuple[Head, Also | None]:
        """Return the empty session that `asked` begins, and what else is to be written with it."""
        team = language = ""
        if isinstance(asked, r.Start):
            language = asked.language
            team = self._circumstances.team_of(asked.issue) or ""
            if not team and not asked.code:
                raise Refused("unknown_issue")
        else:
            language = await self._circumstances.language_of(asked.customer)
        rules = self._circumstances.rules_for(language)
        empty = Session(id=session_id, team=team, language=language, rules=rules)
        if isinstance(asked, r.Start) and not (asked.code or asked.rep):
            return Head(empty), None
        begun = await self._circumstances.begun(empty, asked, sender)
        return Head(begun.session), begun.also

    async def _check_circumstances(self, asked: Struct, sender: Party) -> None:
        """Refuse what the session would allow, but nobody is there for; and a second session,
        for a customer has one at a time."""
        there = True
        if isinstance(asked, r.Start):
            live = await self._database.read(
                partial(live_sessions, site=self._site, party=sender.id)
            )
            if live:
                raise Refused("not_now", live[0])
            team = self._circumstances.team_of(asked.issue) or ""
            named = asked.code or asked.rep
            there = bool(named) or await self._circumstances.reachable([team]) is not None
        elif isinstance(asked, r.Transfer) and asked.team:
            there = await self._circumstances.reachable([asked.team], sender.id) is not None
        elif isinstance(asked, r.Transfer | r.Invite):
            there = await self._circumstances.is_available(asked.rep)
        if not there:
            raise Refused("nobody_available")

    async def _remembered(self, session_id: str) -> Head:
        """Return a head to decide upon. It may be behind, when another desk has stored since."""
        if session_id in self._heads:
            self._heads.move_to_end(session_id)
            return self._heads[session_id]
        return await self.fresh(session_id)

    async def _is_newest(self, head: Head) -> bool:
        if head.session.place == 0:
            return True
        newest = await self.fresh(head.session.id)
        return newest.session.place == head.session.place

    def _remember(self, head: Head) -> None:
        known = self._heads.get(head.session.id)
        if known is None or known.session.place < head.session.place:
            self._heads[head.session.id] = head
        self._heads.move_to_end(head.session.id)
        while len(self._heads) > KEPT:
            self._heads.popitem(last=False)

    async def _after_commit(self, fact: Fact) -> None:
        if isinstance(fact, TextsErased | Wiped):
            await self._database.scrub()

    def _tell(self, told: Told) -> None:
        """Tell whoever follows here at once, and ring for the rest."""
        self.hear(told)
        session = told.head.session
        self._doorbell.ring(Ring(topic="session", subject=session.id, place=session.place))
        if _concerns_queues(told.before, session):
            self._doorbell.ring(Ring(topic="queue", subject=session.team))
        self._ring_for(store.concerned(told.before) ^ store.concerned(session))
        if told.before.state == "new":
            self._ring_for({session.customer})

    def _ring_for(self, parties: Collection[str]) -> None:
        """Tell all that the sessions of `parties` may not be what they were."""
        for party in sorted(parties):
            self._doorbell.ring(Ring(topic="party", subject=party))


def _concerns_queues(before: Session, after: Session) -> bool:
    """Say whether who waits, or who is free to serve, may not be what it was."""
    moved = before.state != after.state and {before.state, after.state} & {"waiting", "talking"}
    return bool(moved) or (before.offer, before.owner) != (after.offer, after.owner)


def _unheard(_: Told) -> None:
    """Nobody follows anything here yet."""
