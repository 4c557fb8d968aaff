"""Confirms once that a customer reads mail at the address they give, where a site wants it.

What the rules decide by is the digest of the code, which stands in the session; the salt to it
stands here alone, so nobody who can read the session can find the code by trying a million.

Who has confirmed an address is not asked again, but only on the device they did it on: a contact is
known as the pair of visitor and address, and a visitor is whoever has that device's token. So
somebody else who types a known address gets a mail sent there, and does not get in.
"""

import hashlib
import os
import secrets
from collections.abc import Callable
from functools import partial

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from broker import schema
from broker.addresses import BadAddress, usable
from broker.catalogue import t
from broker.clock import Clock
from broker.database import Database, put
from broker.letters import Letter, Part, letter
from broker.mail_queue import Mailed, count_mails, put_mail
from broker.site import Site
from broker.tokens import digest_of
from protocol import requests as r
from protocol.facts import CodeConfirmed, CodeSent, Fact
from protocol.identifiers import uuid7
from protocol.session import Party, Refused, Session

HOUR_MS = 3_600_000
DAY_CODES = 10
"""Codes to one address in a day. Five tries at each leave a guesser one chance in 20,000 a day."""


class Prepared(Struct, frozen=True):
    """What is to be decided upon, and what else is to be written if a fact comes of it."""

    session: Session
    asked: Struct
    also: Callable[[Fact, sa.Connection], None] | None = None


class Identity:
    """The codes and known contacts of one site."""

    def __init__(self, database: Database, name: str, clock: Clock, site: Site) -> None:
        self._database = database
        self._name = name
        self._clock = clock
        self._site = site

    async def prepared(self, session: Session, asked: Struct, sender: Party) -> Prepared:
        """Return what `decide` is to see when `sender` asks `asked`, or raise `Refused`."""
        if isinstance(asked, r.Start) and session.rules.identity_asked:
            return await self._start(session, asked, sender)
        if isinstance(asked, r.SendCode) or (
            isinstance(asked, r.Lapse) and asked.deadline == "code" and asked.email
        ):
            return await self._fresh(session, asked, asked.email)
        if isinstance(asked, r.ConfirmCode):
            return await self._typed(session, asked)
        return Prepared(session, asked)

    async def address_of(self, session_id: str) -> str:
        """Return the address that the customer gave when the session was opened, if it is left."""
        c = schema.texts.c
        mine = sa.and_(c.site == self._name, c.session == session_id, c.place == 1)
        words = await self._database.read(lambda conn: conn.scalar(sa.select(c.words).where(mine)))
        return _Words.read(words).email if words else ""

    async def _start(self, session: Session, asked: r.Start, sender: Party) -> Prepared:
        if asked.code:
            return Prepared(_unasked(session), asked)  # a rep knows whom they gave it to
        address = _checked(asked.email)
        c = schema.confirmed_addresses.c
        known = sa.select(c.confirmed_at).where(
            c.site == self._name, c.party == sender.id, c.address == digest_of(address)
        )
        if await self._database.read(lambda conn: conn.scalar(known)) is not None:
            return Prepared(_unasked(session), asked)
        await self._check_flood(address)
        return Prepared(session, asked)

    async def _check_flood(self, address: str) -> None:
        since = self._clock() - 24 * HOUR_MS
        counting = partial(
            count_mails,
            site=self._name,
            kind="code",
            since=since,
            address_digest=digest_of(address),
        )
        if await self._database.read(counting) >= DAY_CODES:
            raise Refused("rate_limited", str(DAY_CODES))

    async def _fresh(self, session: Session, asked: Struct, email: str) -> Prepared:
        if not email:
            return Prepared(session, asked)  # the rules refuse it
        address = _checked(email)
        if isinstance(asked, r.SendCode):
            await self._check_flood(address)
        code, salt = f"{secrets.randbelow(1_000_000):06}", os.urandom(16)
        put_in = replace(session, code_digest=_digest(salt, code))
        mail = Mailed(
            id=uuid7(self._clock(), os.urandom(10)),
            kind="code",
            about=session.id,
            party=session.customer,
            letter=self._letter(session, address, code),
            keep_trying_ms=session.rules.code_seconds * 1000,
        )
        return Prepared(put_in, asked, partial(self._sent, session.id, salt, mail))

    def _sent(
        self, session: str, salt: bytes, mail: Mailed, fact: Fact, conn: sa.Connection
    ) -> None:
        if not isinstance(fact, CodeSent):
            return
        put_mail(conn, self._name, mail, fact.at)
        address = digest_of(mail.letter.to)
        put(conn, schema.mailed_codes, site=self._name, session=session, salt=salt, address=address)

    async def _typed(self, session: Session, asked: r.ConfirmCode) -> Prepared:
        c = schema.mailed_codes.c
        mine = sa.and_(c.site == self._name, c.session == session.id)
        found = sa.select(c.salt, c.address).where(mine)
        row = await self._database.read(lambda conn: conn.execute(found).one_or_none())
        if row is None:
            return Prepared(session, asked)  # no code was sent, and the rules say so
        typed = replace(asked, code=_digest(row.salt, asked.code))
        return Prepared(session, typed, partial(self._confirmed, session, row.address))

    def _confirmed(self, session: Session, address: str, fact: Fact, conn: sa.Connection) -> None:
        if not isinstance(fact, CodeConfirmed):
            return
        known = {"party": session.customer, "address": address, "confirmed_at": fact.at}
        put(conn, schema.confirmed_addresses, site=self._name, **known)

    def _letter(self, session: Session, address: str, code: str) -> Letter:
        language = session.language
        organisation = self._site.settings.organisation
        minutes = max(1, session.rules.code_seconds // 60)
        say = partial(t, language)
        return letter(
            to=address,
            language=language,
            organisation=organisation,
            subject=say(
                "{code} is your code for {organisation}", code=code, organisation=organisation
            ),
            parts=(
                Part("words", say("To go on with your chat, type this code on the page:")),
                Part("code", code),
                Part("words", say("It works for {minutes} minutes, once.", minutes=minutes)),
                Part(
                    "small",
                    say(
                        "If you have not asked for a chat, somebody mistyped their address. You "
                        "need not do anything, and please do not pass the code on."
                    ),
                ),
            ),
        )


def forget_codes(conn: sa.Connection, site: str) -> None:
    """Remove the salts of sessions that are over."""
    table, s = schema.mailed_codes, schema.sessions.c
    asking = sa.select(s.id).where(s.site == site, s.state == "identity")
    conn.execute(table.delete().where(table.c.site == site, table.c.session.not_in(asking)))


class _Words(Struct):
    """What stands in the first text of a session, as far as it matters here."""

    email: str = ""

    @classmethod
    def read(cls, words: str) -> "_Words":
        """Read what the store wrote."""
        return msgspec.json.decode(words, type=cls)


def _unasked(session: Session) -> Session:
    return replace(session, rules=replace(session.rules, identity_asked=False))


def _checked(email: str) -> str:
    try:
        return usable(email)
    except BadAddress:
        raise Refused("bad_address") from None


def _digest(salt: bytes, code: str) -> str:
    """Return what stands in the session of `code`: SHA-256 in hex."""
    return hashlib.sha256(salt + code.encode()).hexdigest()
