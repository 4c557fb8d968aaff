"""Recordings that are put on a broker's shelf as they would lie there after hours, without living through them."""

import os
import secrets
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from broker import recording_rows as rows
from broker import schema, store
from broker.accounts import Account
from broker.database import Database
from broker.recorder import Recorder
from protocol import picture as p
from protocol import requests as r
from protocol.facts import Fact
from protocol.picture_bytes import encode
from protocol.session import Party, Session, evolve
from recordings.form import STRETCH, Kind
from recordings.journal import Journal
from recordings.store import segment_at
from recordings.whole_pictures import WholePictures
from tests.protocol.life import ANA, CUSTOMER, DIGEST, Life

ENOUGH = 2**50


def party_of(account: Account) -> Party:
    """Return the rep with `account`."""
    return Party(id=account.id, role="rep", name=account.display_name, teams=("support",))


def story(
    began: int,
    *,
    rep: Party = ANA,
    name: str = "Max",
    email: str = "",
    allowed: bool = True,
    team: str = "support",
) -> Life:
    """Return a session that began at `began` (ms), in which `rep` talks to a customer who was asked for
    a recording and said so.
    """
    life = Life(f"s-{secrets.token_hex(8)}", team, recording_asked=True, recording_digest=DIGEST)
    life.now = began
    email = email or f"{name.lower()}@example.test"
    life.ask(r.Start, CUSTOMER, issue="computer", name=name, email=email)
    life.wait(2).ask(r.AnswerRecording, CUSTOMER, allowed=allowed, digest=DIGEST)
    life.wait(8).ask(r.Accept, rep)
    return life


class Shelves:
    """Puts recordings where `recorder` finds them."""

    def __init__(self, database: Database, site: str, recorder: Recorder) -> None:
        self.database = database
        self._site = site
        self.recorder = recorder

    async def put(
        self, life: Life, film: Iterable[tuple[int, p.Message]] = (), state: str = "closed"
    ) -> str:
        """Put the session `life` there with `film`, whose times are µs from the answer on; return the
        recording. `state` is what becomes of one that was allowed and is over.
        """
        await self.put_facts(life)
        c = schema.recordings.c
        found = sa.select(c.id, c.began_at, c.state).where(c.session == life.session.id)
        row: Any = await self.database.read(lambda conn: conn.execute(found).one())
        if row.state != "refused":
            await self._film(row.id, row.began_at * 1000, film)
            if life.session.state == "ended":
                mine = schema.recordings.update().where(c.id == row.id).values(state=state)
                await self.database.write(lambda conn: conn.execute(mine))
        return str(row.id)

    async def put_facts(self, life: Life) -> None:
        """Put the session `life` there, recorded or not, over or not."""
        await self.database.write(
            partial(put_facts, site=self._site, session=life.session.id, facts=life.facts)
        )

    async def _film(
        self, recording: str, began: int, film: Iterable[tuple[int, p.Message]]
    ) -> None:
        keys, pictures = await self.recorder.keys.make(recording), WholePictures()
        bound = bytes.fromhex(recording)
        with tempfile.TemporaryDirectory() as folder:
            journal = Journal(Path(folder), bound, keys, first=STRETCH, most_bytes=ENOUGH)
            for at, message in film:
                for data, full in pictures.records(message, encode(message)):
                    journal.keep(Kind.PICTURE, began + at, data, full)
                if len(journal.closed) > 50:
                    await self._store(recording, journal)
            journal.close()
            await self._store(recording, journal)

    async def _store(self, recording: str, journal: Journal) -> None:
        done = list(journal.closed)
        for row in done:
            name = segment_at(recording, row.number, row.writer)
            await self.recorder.store.put(name, journal.path_of(row.number))

        def write(conn: sa.Connection) -> None:
            for row in done:
                rows.put_row(conn, self._site, recording, row, 0)

        await self.database.write(write)
        for row in done:
            journal.forget(row)


def put_facts(conn: sa.Connection, site: str, session: str, facts: Iterable[Fact]) -> None:
    """Store `facts`, from the first of `session` to its last, as they happened."""
    head = store.Head(Session(id=session))
    for fact in facts:
        salt = os.urandom(16)
        sealed = store.sealed(fact, salt)
        head = store.append(conn, site, head, sealed, evolve(head.session, sealed), None, salt)
