"""How often somebody may guess: ten times an hour for each thing that is guessed at."""

import sqlalchemy as sa

from broker import schema
from broker.database import insert_new
from broker.tokens import digest_of

HOUR_MS = 3600 * 1000
TRIES_AN_HOUR = 10


class TooManyTries(Exception):
    """No more is tried here for `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def count_try(conn: sa.Connection, site: str, guessed: str, now: int) -> None:
    """Count a try at `guessed`, or raise `TooManyTries`.

    The count starts anew only after an hour without a counted try, so no hour sees more than
    `TRIES_AN_HOUR`, wherever it begins.
    """
    t = schema.attempts
    digest = digest_of(guessed)
    # There must be a row to lock, or a crowd that comes first would all count as the first.
    insert_new(conn, t, site=site, digest=digest, tried_at=now, count=0)
    mine = sa.and_(t.c.site == site, t.c.digest == digest)
    row = conn.execute(sa.select(t.c.tried_at, t.c.count).where(mine).with_for_update())
    tried_at, count = row.one()
    if not 0 <= now - tried_at < HOUR_MS:
        count = 0
    if count >= TRIES_AN_HOUR:
        raise TooManyTries((tried_at + HOUR_MS - now) // 1000 + 1)
    conn.execute(t.update().where(mine).values(tried_at=now, count=count + 1))


def give_back(conn: sa.Connection, site: str, guessed: str) -> None:
    """Take one try back: it was right."""
    t = schema.attempts
    mine = sa.and_(t.c.site == site, t.c.digest == digest_of(guessed), t.c.count > 0)
    conn.execute(t.update().where(mine).values(count=t.c.count - 1))
