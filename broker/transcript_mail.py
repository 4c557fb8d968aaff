"""The transcript by mail: what a customer has read of their session, in their language."""

import os
from collections.abc import Sequence
from functools import partial

import sqlalchemy as sa

from broker import store
from broker.catalogue import moment, t
from broker.clock import Clock
from broker.database import Database
from broker.desk import Desk
from broker.ledger import latest_head
from broker.letters import Line, Part, letter
from broker.mail_queue import Mailed, count_mails, put_mail
from broker.site import Site
from protocol import facts as f
from protocol.file_names import safe_name
from protocol.identifiers import uuid7
from protocol.session import Party, Refused, Session

HOUR_MS = 3_600_000
MOST_OF_A_SESSION = 3
"""Transcripts of one session in an hour; of one customer five times as many in a day."""

MOST_FACTS = 5_000


class TooMany(Exception):
    """The transcript was mailed as often as may be."""


class TranscriptMail:
    """Mails transcripts of one site."""

    def __init__(self, database: Database, name: str, clock: Clock, site: Site, desk: Desk) -> None:
        self._database = database
        self._name = name
        self._clock = clock
        self._site = site
        self._desk = desk

    async def send(self, session_id: str, customer: Party, address: str, zone: str) -> None:
        """Queue the transcript for `address`, or raise `Refused` or `TooMany`.

        Only the session's own customer may; `zone` is how their clock is set.
        """
        head = await self._desk.fresh(session_id)
        if head.session.customer != customer.id:
            raise Refused("unknown_session")
        work = partial(self._queue, session=head.session, address=address, zone=zone)
        await self._database.write(work)

    def _queue(self, conn: sa.Connection, session: Session, address: str, zone: str) -> None:
        now, site = self._clock(), self._name
        often = count_mails(conn, site, "transcript", now - HOUR_MS, about=session.id)
        ever = count_mails(conn, site, "transcript", now - 24 * HOUR_MS, party=session.customer)
        if often >= MOST_OF_A_SESSION or ever >= 5 * MOST_OF_A_SESSION:
            raise TooMany
        lines = self._lines(conn, session, zone)
        organisation = self._site.settings.organisation
        say = partial(t, session.language)
        mailed = Mailed(
            id=uuid7(now, os.urandom(10)),
            kind="transcript",
            about=session.id,
            party=session.customer,
            letter=letter(
                to=address,
                language=session.language,
                organisation=organisation,
                subject=say("Your chat with {organisation}", organisation=organisation),
                parts=(
                    Part("words", say("Here is what was written in your chat.")),
                    *lines,
                    *self._proof(conn, session),
                    Part("small", say("You have this because somebody asked for it in the chat.")),
                ),
            ),
        )
        put_mail(conn, site, mailed, now)

    def _proof(self, conn: sa.Connection, session: Session) -> list[Part]:
        """Return what lets a customer who was recorded prove later that nothing was taken back."""
        head = latest_head(conn, self._name) if session.recording == "allowed" else None
        if head is None:
            return []
        words = t(
            session.language,
            "Head of the ledger of recordings when this was sent: {head}. Keep it: who has it can find out "
            "whether anything recorded before was changed or taken back since.",
            head=head.short,
        )
        return [Part("small", words)]

    def _lines(self, conn: sa.Connection, session: Session, zone: str) -> list[Line]:
        lines: list[Line] = []
        after = 0
        while after < MOST_FACTS:
            facts = store.read_facts(conn, self._name, session.id, "all", after)
            if not facts:
                break
            lines += self._told(facts, session, zone)
            after = facts[-1].place
        return lines

    def _told(self, facts: Sequence[f.Fact], session: Session, zone: str) -> list[Line]:
        lines = []
        for fact in facts:
            name, text = self._words(fact, session)
            if text:
                when = moment(session.language, fact.at, zone)
                lines.append(Line(when=when, name=name, text=text))
        return lines

    def _words(self, fact: f.Fact, session: Session) -> tuple[str, str]:
        """Return who said what in `fact`; nobody where it only happened, no words if neither."""
        say = partial(t, session.language)
        organisation = self._site.settings.organisation
        name = session.names.get(fact.by, organisation)
        if isinstance(fact, f.Said):
            is_customers = fact.by == session.customer
            taken_back = not is_customers and not session.deleted
            gone = say("Message taken back") if taken_back else say("Deleted")
            return say("You") if is_customers else name, gone if fact.erased else fact.text
        if isinstance(fact, f.FileOffered | f.LinkPushed):
            is_customers = fact.by == session.customer
            return say("You") if is_customers else name, self._sent(fact, session)
        if isinstance(fact, f.Greeted | f.Noticed):
            return organisation, fact.text
        if isinstance(fact, f.Accepted):
            return "", say("{name} is here for you.", name=fact.name)
        if isinstance(fact, f.Ended):
            return "", say("The chat has ended.")
        return "", ""

    def _sent(self, sent: f.FileOffered | f.LinkPushed, session: Session) -> str:
        """Return what an address is of; or what a file was called, and whether it arrived."""
        if isinstance(sent, f.LinkPushed):
            return " ".join(part for part in (sent.title, sent.url) if part)
        say = partial(t, session.language)
        name = say("The name was erased.") if sent.erased else safe_name(sent.name)
        known = session.files.get(sent.file)
        if known and known.state == "arrived":
            return say("File: {name}", name=name)
        return say("File: {name} (not delivered)", name=name)
