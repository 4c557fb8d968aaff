"""Messages that customers left when nobody was there, by team, and the answers to them.

A message belongs to the team of its issue. Reps of that team read it, take it, answer by mail and
put it away; to everybody else it does not exist. An answer and its mail are stored together.
"""

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.catalogue import t
from broker.clock import Clock
from broker.database import Database, insert_new
from broker.doorbell import Doorbell, Ring
from broker.letters import Letter, Part, letter
from broker.mail_queue import Mailed, erase_mails, put_mail, states_of
from broker.site import Site
from protocol.fields import Email, Id, Language, Name, Text
from protocol.identifiers import uuid7
from protocol.session import Party

MOST_SHOWN = 100
HOUR_MS = 3_600_000
MOST_AN_HOUR = 5

State = Literal["open", "done"]


class UnknownMessage(Exception):
    """There is no such message for whoever asks."""


class TooMany(Exception):
    """The customer has left as many messages as one may in an hour."""


class Left(Struct, frozen=True, kw_only=True):
    """What a customer wants to leave. `id` is made by their page, so that a repeat is one."""

    id: Id
    issue: Id
    team: Id
    language: Language
    name: Name
    email: Email
    text: Text


class InboxAnswer(Struct, frozen=True, kw_only=True):
    """An answer by mail, and whether it is `waiting`, was `sent` or has `failed`."""

    id: str
    by: str
    name: str
    at: int
    text: str
    mail: str


class InboxMessage(Struct, frozen=True, kw_only=True):
    """A message with its answers, oldest first. `taken_by` is the rep who looks after it."""

    id: str
    team: str
    issue: str
    language: str
    state: State
    at: int
    name: str
    email: str
    text: str
    taken_by: str
    taken_name: str
    answers: tuple[InboxAnswer, ...] = ()


class _Words(Struct, frozen=True):
    name: str = ""
    email: str = ""
    text: str = ""


class Inbox:
    """The inboxes of all teams of one site."""

    def __init__(
        self, database: Database, name: str, clock: Clock, doorbell: Doorbell, site: Site
    ) -> None:
        self._database = database
        self._name = name
        self._clock = clock
        self._doorbell = doorbell
        self._site = site

    async def leave(self, left: Left, customer: str) -> None:
        """Store what `customer` leaves, once, or raise `TooMany`."""
        now = self._clock()
        words = _Words(left.name, left.email, left.text)

        def work(conn: sa.Connection) -> None:
            new = insert_new(
                conn,
                schema.left_messages,
                site=self._name,
                # Another customer's id cannot be hit.
                id=f"{customer}.{left.id}"[-64:],
                customer=customer,
                team=left.team,
                issue=left.issue,
                language=left.language,
                state="open",
                left_at=now,
                changed_at=now,
                words=msgspec.json.encode(words).decode(),
            )
            c = schema.left_messages.c
            lately = sa.and_(
                c.site == self._name, c.customer == customer, c.left_at > now - HOUR_MS
            )
            count = conn.scalar(sa.select(sa.func.count()).where(lately)) or 0
            if new and count > MOST_AN_HOUR:
                raise TooMany

        await self._database.write(work)
        self._changed(left.team)

    async def messages(self, party: Party, state: State) -> list[InboxMessage]:
        """Return the newest messages in `state` of the teams that `party` serves."""
        c = schema.left_messages.c
        theirs = sa.and_(c.site == self._name, c.team.in_(party.teams), c.state == state)
        chosen = sa.select(schema.left_messages).where(theirs)
        newest = chosen.order_by(c.left_at.desc(), c.id).limit(MOST_SHOWN)
        return await self._database.read(lambda conn: self._read(conn, newest))

    async def take(self, message: str, party: Party) -> InboxMessage:
        """Note that `party` looks after `message`, or raise `UnknownMessage`."""
        return await self._change(message, party, taken_by=party.id)

    async def put(self, message: str, party: Party, state: State) -> InboxMessage:
        """Put `message` away as done, or open it again, or raise `UnknownMessage`."""
        return await self._change(message, party, state=state)

    async def answer(
        self, message: str, party: Party, answer_id: str, text: str, *, last: bool
    ) -> InboxMessage:
        """Answer by mail, once however often it is asked; the `last` answer puts it away.

        Raises `UnknownMessage`, also when the customer has erased the address.
        """

        def also(conn: sa.Connection, found: InboxMessage) -> None:
            if not found.email:
                raise UnknownMessage
            mail = uuid7(self._clock(), os.urandom(10))
            new = insert_new(
                conn,
                schema.inbox_answers,
                site=self._name,
                message=message,
                id=answer_id,
                by=party.id,
                answered_at=self._clock(),
                text=text,
                mail=mail,
            )
            if new:
                put_mail(conn, self._name, self._mailed(conn, mail, found, text), self._clock())

        changes = {"taken_by": party.id} | ({"state": "done"} if last else {})
        return await self._change(message, party, also, **changes)

    async def erase(self, customer: str) -> None:
        """Delete what `customer` has left, and what was answered."""
        left, answers = schema.left_messages, schema.inbox_answers
        mine = sa.and_(left.c.site == self._name, left.c.customer == customer)

        def work(conn: sa.Connection) -> Sequence[str]:
            teams = list(conn.scalars(sa.select(left.c.team).where(mine).distinct()))
            ids = sa.select(left.c.id).where(mine)
            theirs = sa.and_(answers.c.site == self._name, answers.c.message.in_(ids))
            conn.execute(answers.delete().where(theirs))
            conn.execute(left.delete().where(mine))
            erase_mails(conn, self._name, customer)
            return teams

        for team in await self._database.write(work):
            self._changed(team)

    async def _change(
        self,
        message: str,
        party: Party,
        also: Callable[[sa.Connection, InboxMessage], None] | None = None,
        **changes: str,
    ) -> InboxMessage:
        table = schema.left_messages
        mine = sa.and_(
            table.c.site == self._name, table.c.id == message, table.c.team.in_(party.teams)
        )

        def work(conn: sa.Connection) -> InboxMessage:
            now = {"changed_at": self._clock()} | changes
            if not conn.execute(table.update().where(mine).values(now)).rowcount:
                raise UnknownMessage
            if also:
                also(conn, self._read(conn, sa.select(table).where(mine))[0])
            return self._read(conn, sa.select(table).where(mine))[0]

        changed = await self._database.write(work)
        self._changed(changed.team)
        return changed

    def _changed(self, team: str) -> None:
        # Whoever looks after queues tells the team's reps how many messages are open.
        self._doorbell.ring(Ring(topic="queue", subject=team))

    def _read(self, conn: sa.Connection, chosen: sa.Select[tuple[str, ...]]) -> list[InboxMessage]:
        rows = conn.execute(chosen).all()
        answers = self._answers(conn, [row.id for row in rows])
        names = self._names(conn, [row.taken_by for row in rows if row.taken_by])
        return [
            InboxMessage(
                id=row.id,
                team=row.team,
                issue=row.issue,
                language=row.language,
                state=row.state,
                at=row.left_at,
                taken_by=row.taken_by,
                taken_name=names.get(row.taken_by, ""),
                answers=tuple(answers.get(row.id, ())),
                **msgspec.structs.asdict(msgspec.json.decode(row.words, type=_Words)),
            )
            for row in rows
        ]

    def _answers(
        self, conn: sa.Connection, messages: Sequence[str]
    ) -> dict[str, list[InboxAnswer]]:
        c = schema.inbox_answers.c
        theirs = sa.and_(c.site == self._name, c.message.in_(messages))
        chosen = sa.select(schema.inbox_answers).where(theirs).order_by(c.answered_at, c.id)
        rows = conn.execute(chosen).all()
        states = states_of(conn, self._name, [row.mail for row in rows])
        names = self._names(conn, [row.by for row in rows])
        answers: dict[str, list[InboxAnswer]] = {}
        for row in rows:
            answer = InboxAnswer(
                id=row.id,
                by=row.by,
                name=names.get(row.by, ""),
                at=row.answered_at,
                text=row.text,
                mail=states.get(row.mail, "sent"),  # forgotten after a month
            )
            answers.setdefault(row.message, []).append(answer)
        return answers

    def _names(self, conn: sa.Connection, reps: Sequence[str]) -> dict[str, str]:
        a = schema.accounts.c
        chosen = sa.select(a.id, a.display_name).where(a.site == self._name, a.id.in_(reps))
        return {row.id: row.display_name for row in conn.execute(chosen)}

    def _mailed(self, conn: sa.Connection, mail: str, found: InboxMessage, text: str) -> Mailed:
        c = schema.inbox_answers.c
        before = sa.select(c.mail).where(
            c.site == self._name, c.message == found.id, c.mail != mail
        )
        thread = tuple(conn.scalars(before.order_by(c.answered_at, c.id)))
        left = schema.left_messages.c
        whose = sa.select(left.customer).where(left.site == self._name, left.id == found.id)
        return Mailed(
            id=mail,
            kind="answer",
            about=found.id,
            party=conn.scalar(whose) or "",
            letter=self._letter(found, text, thread),
        )

    def _letter(self, found: InboxMessage, text: str, thread: tuple[str, ...]) -> Letter:
        say = partial(t, found.language)
        organisation = self._site.settings.organisation
        greeting = say("Hello {name},", name=found.name) if found.name else say("Hello,")
        return letter(
            to=found.email,
            language=found.language,
            organisation=organisation,
            subject=say("Re: Your message to {organisation}", organisation=organisation),
            parts=(
                Part("words", greeting),
                Part("words", text),
                Part("words", say("You wrote:")),
                Part("quote", found.text),
            ),
            thread=thread,
            by_a_person=True,
        )


def open_messages(conn: sa.Connection, site: str) -> dict[str, tuple[int, int]]:
    """Return for each team how many messages are open, and when any was last changed (ms)."""
    c = schema.left_messages.c
    is_open = sa.case((c.state == "open", 1), else_=0)
    found = sa.select(c.team, sa.func.sum(is_open), sa.func.max(c.changed_at))
    rows = conn.execute(found.where(c.site == site).group_by(c.team))
    return {team: (int(count), changed) for team, count, changed in rows}
