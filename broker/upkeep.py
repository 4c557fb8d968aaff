"""What the broker looks after by itself, besides sessions."""

import asyncio
from functools import partial

import sqlalchemy as sa

from broker.clock import Clock
from broker.database import Database
from broker.identity import forget_codes
from broker.links import Links
from broker.mail_queue import forget_mails
from broker.sign_in import SignIns, forget_expired
from broker.site import Site
from broker.tls import Tls

LOOK_SECONDS = 0.5
"""A right that was withdrawn elsewhere, say on the command line, is gone here within a second."""

SITE_EVERY = 4
FORGET_EVERY = 1200
RENEW_EVERY = 7200


class Upkeep:
    """One per broker."""

    def __init__(
        self,
        *,
        database: Database,
        name: str,
        clock: Clock,
        site: Site,
        sign_ins: SignIns,
        links: Links,
        tls: Tls | None,
    ) -> None:
        self._database = database
        self._name = name
        self._clock = clock
        self._site = site
        self._sign_ins = sign_ins
        self._links = links
        self._tls = tls

    async def run(self) -> None:
        """Look after everything, for ever."""
        turn = 0
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            turn += 1
            await self._links.review(self._sign_ins.of_ids)
            if turn % SITE_EVERY == 0:
                await self._site.load()
            if turn % FORGET_EVERY == 0:
                now = self._clock()
                await self._database.write(partial(self._forget, now=now))
            if turn % RENEW_EVERY == 0 and self._tls:
                await asyncio.to_thread(self._tls.refresh)

    def _forget(self, conn: sa.Connection, now: int) -> None:
        forget_expired(conn, self._name, now)
        forget_mails(conn, self._name, now)
        forget_codes(conn, self._name)
