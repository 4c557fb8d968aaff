"""Pushes a notice to everybody who waits, once, when somebody has asked for it.

The order is a row, so that the command line can give it beside a running broker. Each session's
fact is stored together with the answer to "this order, this session": a broker that dies half-way,
or a second one that works on the same order, tells nobody twice.
"""

import asyncio
import secrets
from functools import partial

import sqlalchemy as sa

from broker import schema, store
from broker.database import Database, insert_new
from broker.desk import Desk
from broker.site import Notice, Site
from protocol import requests as r
from protocol.session import Refused

LOOK_SECONDS = 0.5

AT_ONCE = 50
"""Sessions that are told side by side; the database commits them together."""


async def order(database: Database, site: str, notice: str) -> None:
    """Ask whichever broker looks next to push the notice with id `notice`."""
    row = {"site": site, "id": secrets.token_hex(8), "notice": notice}
    await database.write(lambda conn: insert_new(conn, schema.notice_sends, **row))


class Notices:
    """One per broker."""

    def __init__(self, database: Database, name: str, site: Site, desk: Desk) -> None:
        self._database = database
        self._name = name
        self._site = site
        self._desk = desk

    async def run(self) -> None:
        """Carry out orders, for ever."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Carry out every order there is."""
        orders = await self._database.read(partial(_orders, site=self._name))
        if not orders:
            return
        # A notice may have been added a moment before it was sent.
        await self._site.load()
        active = {notice.id: notice for notice in self._site.notices()}
        for order_id, notice_id in orders:
            if notice := active.get(notice_id):
                await self._push(order_id, notice)
            await self._database.write(partial(_done, site=self._name, order_id=order_id))

    async def _push(self, order_id: str, notice: Notice) -> None:
        waiting = await self._database.read(partial(_waiting, site=self._name))
        for first in range(0, len(waiting), AT_ONCE):
            some = waiting[first : first + AT_ONCE]
            await asyncio.gather(*(self._tell(session, order_id, notice) for session in some))

    async def _tell(self, session_id: str, order_id: str, notice: Notice) -> None:
        try:
            session = await self._desk.session(session_id)
            noticed = r.Notify(notice=notice.id, text=self._site.words(session.language, notice))
            await self._desk.notice(session_id, noticed, once=f"notice-{order_id}")
        except (Refused, store.Repeated):
            return  # it does not wait any more, or was told before


def _orders(conn: sa.Connection, site: str) -> list[tuple[str, str]]:
    c = schema.notice_sends.c
    found = conn.execute(sa.select(c.id, c.notice).where(c.site == site))
    return [(row.id, row.notice) for row in found]


def _done(conn: sa.Connection, site: str, order_id: str) -> None:
    table = schema.notice_sends
    conn.execute(table.delete().where(table.c.site == site, table.c.id == order_id))


def _waiting(conn: sa.Connection, site: str) -> list[str]:
    s = schema.sessions.c
    waiting = sa.select(s.id).where(s.site == site, s.state == "waiting")
    return list(conn.scalars(waiting.order_by(s.waiting_since)))
