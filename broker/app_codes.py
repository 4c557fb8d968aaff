"""App codes: a session goes on in the app, which finds it by nine digits in its file's name.

The file is the same for everybody, so its name alone says where it belongs, and a name can be read
by others: an app code works once, for ten minutes, and only while its session is on.
"""

import sqlalchemy as sa

from broker import schema
from broker.clock import Clock
from broker.code_rows import LIVE_MS, forget_old, live_apps, put_code
from broker.codes import TooManyCodes
from broker.database import Database

MOST_LIVE_APPS = 40
MOST_LIVE_OF_A_SESSION = 3
"""Who downloads again expects the file before to work; who does so many times does not need them all."""


class AppCodes:
    """The app codes of one site."""

    def __init__(self, database: Database, site: str, clock: Clock) -> None:
        self._database = database
        self._site = site
        self._clock = clock

    async def make(self, session: str) -> tuple[str, int]:
        """Return a new code with which an app joins `session`, and when it expires (ms), or raise
        `TooManyCodes`."""
        return await self._database.write(lambda conn: self._make(conn, session))

    def _make(self, conn: sa.Connection, session: str) -> tuple[str, int]:
        c, now = schema.session_codes, self._clock()
        forget_old(conn, self._site, now)
        live = live_apps(self._site, now)
        own = sa.and_(live, c.c.session == session)
        if (conn.scalar(sa.select(sa.func.count()).where(own)) or 0) >= MOST_LIVE_OF_A_SESSION:
            conn.execute(c.update().where(own).values(expires_at=now - 1))
        if (conn.scalar(sa.select(sa.func.count()).where(live)) or 0) >= MOST_LIVE_APPS:
            raise TooManyCodes
        expires_at = now + LIVE_MS
        return put_code(conn, self._site, session=session, expires_at=expires_at), expires_at
