"""The head of the recordings' ledger by mail, each day, to whoever keeps it where nobody here can change it.

Who rolls back database, store and ledger together is found out by any head that left the house.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final

import sqlalchemy as sa

from broker import schema
from broker.catalogue import moment, t
from broker.clock import Clock
from broker.database import Database
from broker.ledger import LedgerHeads
from broker.letters import Part, letter
from broker.mail_queue import DAY_MS, Mailed, put_mail
from broker.site import Site
from recordings.ledger import Head
from recordings.signing import fingerprint

LOOK_SECONDS: Final = 60.0

COUNTED: Final = ("recorded", "exported", "held", "released", "destroyed", "words_destroyed")


class LedgerMail:
    """One per broker; of several, one is heard each day. `signer` gives the public key (hex) of the site."""

    def __init__(
        self,
        *,
        database: Database,
        name: str,
        clock: Clock,
        site: Site,
        heads: LedgerHeads,
        signer: Callable[[], str],
        to: str,
    ) -> None:
        self._database = database
        self._name = name
        self._clock = clock
        self._site = site
        self._heads = heads
        self._signer = signer
        self._to = to
        self._told = ""

    async def run(self) -> None:
        """Mail once a day, for ever."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Mail the head, unless this day has had its mail (days are those of UTC)."""
        now = self._clock()
        day = f"{datetime.fromtimestamp(now / 1000, UTC):%Y-%m-%d}"
        if not self._to or day == self._told or not (head := await self._heads.head()):
            return
        await self._database.write(partial(self._queue, day=day, head=head, now=now))
        self._told = day

    def _queue(self, conn: sa.Connection, day: str, head: Head, now: int) -> None:
        language = self._site.settings.languages[0]
        say = partial(t, language)
        signer = fingerprint(self._signer())
        counts = self._counts(conn, now - DAY_MS)
        told = (
            say("Head of the ledger: {head}", head=head.short),
            say("Signed at: {time} (UTC)", time=moment(language, head.at)),
            say("Fingerprint of the key: {signer}", signer=signer),
        )
        done = (
            say("Recordings closed: {count}", count=counts["recorded"]),
            say("Exports: {count}", count=counts["exported"]),
            say("Legal holds put: {count}", count=counts["held"]),
            say("Legal holds released: {count}", count=counts["released"]),
            say("Recordings destroyed: {count}", count=counts["destroyed"]),
            say("Personal words destroyed: {count}", count=counts["words_destroyed"]),
        )
        mailed = Mailed(
            id=f"ledger-{day}",
            kind="ledger",
            about="",
            party="",
            letter=letter(
                to=self._to,
                language=language,
                organisation=self._site.settings.organisation,
                subject=say("Ledger of recordings, {day}", day=day),
                parts=(
                    Part("words", "\n".join(told)),
                    Part("words", say("In the last 24 hours:") + "\n" + "\n".join(done)),
                    Part(
                        "words",
                        say(
                            "Keep this mail where nobody can change it. It proves later that nothing from before was taken back:"
                        )
                        + f"\npython -m recordings verify FILE --signer {signer} --head {head.short}",
                    ),
                    Part(
                        "small",
                        say("You have this because your address is set for it on the server."),
                    ),
                ),
            ),
        )
        put_mail(conn, self._name, mailed, now)

    def _counts(self, conn: sa.Connection, since: int) -> dict[str, int]:
        c = schema.ledger_lines.c
        found = conn.execute(
            sa.select(c.kind, sa.func.count())
            .where(c.site == self._name, c.at > since)
            .group_by(c.kind)
        ).all()
        return dict.fromkeys(COUNTED, 0) | dict(map(tuple, found))
