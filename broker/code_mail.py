"""A session code by mail: to whom a rep wants to have with them, in that person's language.

The code and its mail are stored together. The mail is given up when the code has expired, and what
it says is deleted as soon as it is sent, as with every mail.
"""

import os
from functools import partial

import sqlalchemy as sa
from yarl import URL

from broker.catalogue import t
from broker.code_rows import LIVE_MS
from broker.letters import Letter, Part, letter
from broker.mail_queue import DAY_MS, Mailed, count_mails, put_mail
from broker.tokens import digest_of
from protocol.identifiers import uuid7

HOUR_MS = 3_600_000
MOST_OF_A_REP = 20
"""Mails with codes that a rep may send in an hour."""

MOST_TO_ONE = 10
"""And that one address gets in a day, whoever sends them."""


class TooManyMails(Exception):
    """So many codes were mailed that no more are for a while."""


class CodeMail:
    """The mail in which `rep`, who is called `name`, sends a code to `to`."""

    def __init__(
        self, *, site: str, organisation: str, rep: str, name: str, to: str, language: str
    ) -> None:
        self._site = site
        self._organisation = organisation
        self._rep = rep
        self._name = name
        self._to = to
        self._language = language

    def put(self, conn: sa.Connection, code: str, now: int, page: URL) -> None:
        """Queue the mail with `code`, which `page` takes, or raise `TooManyMails`."""
        count = partial(count_mails, conn, self._site, "session_code")
        from_rep = count(now - HOUR_MS, party=self._rep)
        to_one = count(now - DAY_MS, address_digest=digest_of(self._to))
        if from_rep >= MOST_OF_A_REP or to_one >= MOST_TO_ONE:
            raise TooManyMails
        mailed = Mailed(
            id=uuid7(now, os.urandom(10)),
            kind="session_code",
            about="",
            party=self._rep,
            letter=self._letter(code, str(self._spoken(page).update_query(code=code))),
            keep_trying_ms=LIVE_MS,
        )
        put_mail(conn, self._site, mailed, now)

    def _spoken(self, page: URL) -> URL:
        return page.with_query(lang=self._language)

    def _letter(self, code: str, url: str) -> Letter:
        say = partial(t, self._language)
        shown = f"{code[:3]} {code[3:6]} {code[6:]}"
        return letter(
            to=self._to,
            language=self._language,
            organisation=self._organisation,
            subject=say(
                "{name} of {organisation} would like to help you",
                name=self._name,
                organisation=self._organisation,
            ),
            parts=(
                Part("words", say("This link leads you straight to {name}:", name=self._name)),
                Part("words", url),
                Part("words", say("If the page asks for a code, type this one:")),
                Part("code", shown),
                Part(
                    "words",
                    say("It works for {minutes} minutes, once.", minutes=LIVE_MS // 60_000),
                ),
                Part(
                    "small",
                    say(
                        "If you do not expect help from {organisation}, you need not do anything.",
                        organisation=self._organisation,
                    ),
                ),
            ),
        )
