"""Session codes: a rep makes one, and who has it starts a session with that rep.

A code has 9 digits, lives 10 minutes and starts one session. It is exchanged once, for the visitor
who types it; only that is where codes could be guessed, so only there wrong ones are counted. The
codes with which an app joins a session that is on, `broker/app_codes.py`, are of the same numbers
and are shown at the same place.

With at most `MOST_LIVE` codes of reps and 40 of apps alive at a time and `WRONG_AN_HOUR` wrong tries
an hour over all addresses, a guesser who never rests has 80 · 24 · 3,652.5 = 7.0 million tries in ten
years, each right with 140 in 1,000,000,000: 0.98 codes, less than one.
"""

from collections.abc import Callable
from typing import Literal

import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.clock import Clock
from broker.code_rows import HOUR_MS, LIVE_MS, counter, forget_old, let_in, put_code
from broker.database import Database
from broker.tokens import digest_of
from protocol.session import Refused

MOST_LIVE = 100
MOST_LIVE_OF_A_REP = 5
WRONG_AN_HOUR = 80
WRONG_AN_HOUR_FROM_ONE = 10

ALL = "codes"


class TooManyCodes(Exception):
    """As many codes as there may be are alive."""


class TooManyTries(Exception):
    """No more codes are looked at for a while."""


class NoCode(Exception):
    """The code cannot be used; `why` says what is wrong with it."""

    def __init__(self, why: Literal["unknown", "used", "expired"]) -> None:
        super().__init__(why)
        self.why = why


class Made(Struct, frozen=True, kw_only=True):
    """A code that leads to `rep`, in `team`; or an app to `session`, which it speaks for its customer
    in who shows `token`. Times in ms."""

    rep: str
    team: str
    expires_at: int
    session: str = ""
    token: str = ""


class Codes:
    """The codes of one site."""

    def __init__(self, database: Database, site: str, clock: Clock) -> None:
        self._database = database
        self._site = site
        self._clock = clock

    async def make(
        self, rep: str, team: str, also: Callable[[sa.Connection, str, int], None] | None = None
    ) -> tuple[str, int]:
        """Return a new code of `rep`, and when it expires (ms), or raise `TooManyCodes`.

        `also` is given the code and the time (ms), and writes what is to be true with it.
        """
        now = self._clock()
        expires_at = now + LIVE_MS

        def work(conn: sa.Connection) -> str:
            self._check_room(conn, rep)
            code = put_code(conn, self._site, rep=rep, team=team, expires_at=expires_at)
            if also:
                also(conn, code, now)
            return code

        return await self._database.write(work), expires_at

    async def cancel(self, rep: str, code: str) -> None:
        """Let `code`, one of `rep`'s, expire at once. Raises `NoCode`."""
        now = self._clock()

        def work(conn: sa.Connection) -> None:
            c = schema.session_codes
            mine = sa.and_(c.c.site == self._site, c.c.digest == digest_of(code), c.c.rep == rep)
            row = conn.execute(sa.select(c.c.used_at).where(mine)).first()
            if row is None or row.used_at:
                raise NoCode("used" if row else "unknown")
            conn.execute(c.update().where(mine, c.c.expires_at > now).values(expires_at=now - 1))

        await self._database.write(work)

    def _check_room(self, conn: sa.Connection, rep: str) -> None:
        c, now = schema.session_codes.c, self._clock()
        forget_old(conn, self._site, now)
        live = sa.and_(c.site == self._site, c.expires_at > now, c.used_at == 0, c.session == "")
        all_live = conn.scalar(sa.select(sa.func.count()).where(live)) or 0
        own = conn.scalar(sa.select(sa.func.count()).where(live, c.rep == rep)) or 0
        if all_live >= MOST_LIVE or own >= MOST_LIVE_OF_A_REP:
            raise TooManyCodes

    async def redeem(self, code: str, visitor: str, address: str, *, app: bool = False) -> Made:
        """Keep `code` for `visitor` and return it. Raises `NoCode` and `TooManyTries`.

        Only an `app` can join with a code; for a page such codes are unknown.
        """
        made = await self._database.write(
            lambda conn: self._redeem(conn, code, visitor, address, app=app)
        )
        if isinstance(made, NoCode):
            raise made  # raised outside, or the count of the try would be undone
        return made

    def _redeem(
        self, conn: sa.Connection, code: str, visitor: str, address: str, *, app: bool
    ) -> Made | NoCode:
        counters = {
            digest_of(f"code from {address}"): WRONG_AN_HOUR_FROM_ONE,
            digest_of(ALL): WRONG_AN_HOUR,
        }
        counts = {}
        for digest, most in counters.items():
            tried_at, count = counter(conn, self._site, digest)
            counts[digest] = count if 0 <= self._clock() - tried_at < HOUR_MS else 0
            if counts[digest] >= most:
                raise TooManyTries
        c = schema.session_codes
        mine = sa.and_(c.c.site == self._site, c.c.digest == digest_of(code))
        row = conn.execute(sa.select(c).where(mine).with_for_update()).first()
        wrong, token = _wrong(row, visitor, self._clock(), app=app), ""
        if row and row.session and not wrong:
            token = let_in(conn, self._site, row.session, self._clock())
            wrong = "" if token else "expired"
        if wrong:
            t = schema.attempts
            for digest, count in counts.items():
                counted = t.update().where(t.c.site == self._site, t.c.digest == digest)
                conn.execute(counted.values(tried_at=self._clock(), count=count + 1))
            return NoCode(wrong)
        assert row
        conn.execute(c.update().where(mine).values(visitor=visitor))
        return Made(
            rep=row.rep,
            team=row.team,
            expires_at=row.expires_at,
            session=row.session,
            token=token,
        )


def _wrong(
    row: sa.Row[tuple[str, ...]] | None, visitor: str, now: int, *, app: bool
) -> Literal["", "unknown", "used", "expired"]:
    if row is None or (row.session and not app):
        return "unknown"
    # An app whose answer was lost asks again.
    is_same_app = row.session and row.visitor == visitor
    if row.visitor not in ("", visitor) or (row.used_at and not is_same_app):
        return "used"
    return "expired" if now > row.expires_at else ""


def redeemed(conn: sa.Connection, site: str, code: str, visitor: str, now: int) -> Made | None:
    """Return `code` if `visitor` has redeemed it and it can still start a session."""
    c = schema.session_codes.c
    row = conn.execute(
        sa.select(c.rep, c.team, c.expires_at).where(
            c.site == site,
            c.digest == digest_of(code),
            c.visitor == visitor,
            c.session == "",
            c.used_at == 0,
            c.expires_at >= now,
        )
    ).first()
    return Made(**row._mapping) if row else None  # noqa: SLF001 - its public name


def use_up(conn: sa.Connection, site: str, code: str, now: int) -> None:
    """Let `code` start nothing more, or raise `Refused` when it has started something."""
    c = schema.session_codes
    used = c.update().where(c.c.site == site, c.c.digest == digest_of(code), c.c.used_at == 0)
    if not conn.execute(used.values(used_at=now)).rowcount:
        raise Refused("unknown_code")
