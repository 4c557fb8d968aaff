"""Outgoing mail: a queue in the database, and the task that empties it.

A mail is a row (`mail_queue.py`). Any broker may send it: it takes
a row by moving when it falls due, in one statement, so of several brokers one has it. A broker that
dies over a mail leaves a row that falls due again; then the mail may arrive twice, with one
Message-ID, but never not at all. What was written is deleted as soon as it is sent or given up.
"""

import asyncio
import ssl
from email.headerregistry import Address
from functools import partial
from typing import Literal

import msgspec
import sqlalchemy as sa
import structlog
from msgspec import Struct

from broker import schema
from broker.clock import Clock
from broker.database import Database
from broker.letters import Letter, message_of
from broker.smtp import Smtp, Undelivered, send

Outcome = Literal["sent", "deferred", "failed"]

LOOK_SECONDS = 1.0
AT_ONCE = 10
TAKEN_MS = 120_000
"""Longer than a try may last (`smtp.WHOLE_SECONDS`): until then nobody else tries."""

PAUSES_SECONDS = (10, 30, 60, 300, 900, 1800)
LAST_PAUSE_SECONDS = 3600

log = structlog.get_logger()


class _Taken(Struct, frozen=True):
    id: str
    letter: Letter
    created_at: int
    until: int
    tries: int


class Mail:
    """One per broker. Without a `server` mail waits, and is given up in the end."""

    def __init__(
        self,
        database: Database,
        site: str,
        clock: Clock,
        server: Smtp | None,
        sender: Address | None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._server = server
        self._sender = sender
        self._tls = tls
        self.outcomes: dict[Outcome, int] = {"sent": 0, "deferred": 0, "failed": 0}
        self.waiting = 0
        self.oldest_seconds = 0.0

    async def run(self) -> None:
        """Send what is due, for ever."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Send everything that is due now, and count what waits."""
        while await self._send_some():
            pass
        await self._database.read(self._count)

    async def _send_some(self) -> int:
        due = await self._database.read(self._due)
        if not due:
            return 0
        taken = await self._database.write(partial(self._take, due=due))
        await asyncio.gather(*(self._send(mail) for mail in taken))
        return len(taken)

    def _due(self, conn: sa.Connection) -> list[tuple[str, int]]:
        c, now = schema.mails.c, self._clock()
        found = sa.select(c.id, c.due).where(
            c.site == self._site, c.state == "waiting", c.due <= now
        )
        return [(row.id, row.due) for row in conn.execute(found.order_by(c.due).limit(AT_ONCE))]

    def _take(self, conn: sa.Connection, due: list[tuple[str, int]]) -> list[_Taken]:
        table, until = schema.mails, self._clock() + TAKEN_MS
        taken = []
        for mail, was_due in due:
            mine = sa.and_(table.c.site == self._site, table.c.id == mail)
            # Whoever moves it from the moment that they saw has it.
            still = sa.and_(mine, table.c.state == "waiting", table.c.due == was_due)
            moved = table.update().where(still).values(due=until, tries=table.c.tries + 1)
            if conn.execute(moved).rowcount:
                row = conn.execute(sa.select(table).where(mine)).one()
                letter = msgspec.json.decode(row.content, type=Letter)
                taken.append(_Taken(mail, letter, row.created_at, row.until, row.tries))
        return taken

    async def _send(self, mail: _Taken) -> None:
        if self._clock() > mail.until:
            await self._settle(mail, "failed", 0)
            return
        try:
            await self._hand_over(mail)
        except Undelivered as fault:
            next_try = self._clock() + 1000 * pause_after(mail.tries)
            over = fault.for_good or next_try > mail.until
            await self._settle(mail, "failed" if over else "deferred", fault.code, next_try)
            return
        await self._settle(mail, "sent", 250)

    async def _hand_over(self, mail: _Taken) -> None:
        if self._server is None or self._sender is None:
            raise Undelivered(0, for_good=False)
        message = message_of(mail.letter, mail.id, self._sender, mail.created_at)
        await send(self._server, message, self._sender.addr_spec, mail.letter.to, self._tls)

    async def _settle(self, mail: _Taken, outcome: Outcome, code: int, next_try: int = 0) -> None:
        table = schema.mails
        mine = sa.and_(table.c.site == self._site, table.c.id == mail.id)
        # Erased meanwhile, it stays so.
        waiting = sa.and_(mine, table.c.state == "waiting")
        new = {"due": next_try} if outcome == "deferred" else {"state": outcome, "content": ""}
        settled = table.update().where(waiting).values(new)
        await self._database.write(lambda conn: conn.execute(settled).close())
        self.outcomes[outcome] += 1
        # Nothing of the server's sentence: it would name the address.
        say = log.info if outcome == "sent" else log.warning
        say(f"mail_{outcome}", mail=mail.id, tries=mail.tries, code=code)

    def _count(self, conn: sa.Connection) -> None:
        c = schema.mails.c
        waiting = sa.select(sa.func.count(), sa.func.min(c.created_at)).where(
            c.site == self._site, c.state == "waiting"
        )
        count, oldest = conn.execute(waiting).one()
        self.waiting = count
        self.oldest_seconds = (self._clock() - oldest) / 1000 if count else 0.0


def pause_after(tries: int) -> int:
    """Return for how many seconds a mail rests that was tried `tries` times."""
    return PAUSES_SECONDS[tries - 1] if tries <= len(PAUSES_SECONDS) else LAST_PAUSE_SECONDS
