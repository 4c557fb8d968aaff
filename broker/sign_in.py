"""Signing in and out: the cookie, and how often somebody may guess.

At most ten passwords an hour are tried for a name. So that guessing does not lock the owner out, a
browser in which they have signed in before counts by itself (OWASP's "device cookies"). Unknown
names, wrong passwords and disabled accounts take the same path and get the same answer.
"""

from functools import partial

import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.accounts import Account, find
from broker.clock import Clock
from broker.database import Database, insert_new, put
from broker.passwords import Passwords
from broker.tokens import digest_of, new_token

HOUR_MS = 3600 * 1000
TRIES_AN_HOUR = 10
SIGNED_IN_MS = 12 * HOUR_MS
DEVICE_DAYS = 90


class WrongPassword(Exception):
    """The name or the password is wrong; nobody is told which."""


class TooManyTries(Exception):
    """No more passwords are tried for this name for `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class SignedIn(Struct, frozen=True, kw_only=True):
    """`token` and `device` are secrets for two cookies of the browser."""

    account: Account
    token: str
    device: str


class _Try(Struct, frozen=True):
    counter: str
    account: str
    password_hash: str
    known_device: bool


class SignIns:
    """Who is signed in to one site."""

    def __init__(self, database: Database, site: str, clock: Clock, passwords: Passwords) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._passwords = passwords

    async def sign_in(self, name: str, password: str, device: str = "") -> SignedIn:
        """Sign in the account called `name` in the browser that shows `device`.

        Raises `WrongPassword`, `TooManyTries` and `passwords.Busy`.
        """
        name = name.strip().casefold()
        tried = await self._database.write(partial(self._begin, name=name, device=device))
        if not await self._passwords.fits(password, tried.password_hash):
            raise WrongPassword
        token = new_token()
        device = device if tried.known_device else new_token()
        admit = partial(self._admit, tried=tried, token=token, device=device)
        return SignedIn(account=await self._database.write(admit), token=token, device=device)

    def _begin(self, conn: sa.Connection, name: str, device: str) -> _Try:
        """Count the try before the password is looked at, so that a crowd at once counts too."""
        a, d = schema.accounts.c, schema.devices.c
        row = conn.execute(
            sa.select(a.id, a.password_hash).where(
                a.site == self._site, a.name == name, sa.not_(a.disabled)
            )
        ).one_or_none()
        account, password_hash = (row.id, row.password_hash) if row else ("", "")
        owner = sa.select(d.account).where(d.site == self._site, d.digest == digest_of(device))
        known = bool(account) and conn.scalar(owner) == account
        counter = digest_of(f"device {device}" if known else f"name {name}")
        self._count(conn, counter)
        return _Try(counter, account, password_hash, known)

    def _count(self, conn: sa.Connection, counter: str) -> None:
        """Add one try, or raise `TooManyTries`.

        The count starts anew only after an hour without a counted try, so no hour sees more than
        `TRIES_AN_HOUR`, wherever it begins.
        """
        t, now = schema.attempts, self._clock()
        # There must be a row to lock, or a crowd that comes first would all count as the first.
        insert_new(conn, t, site=self._site, digest=counter, tried_at=now, count=0)
        mine = sa.and_(t.c.site == self._site, t.c.digest == counter)
        row = conn.execute(sa.select(t.c.tried_at, t.c.count).where(mine).with_for_update())
        tried_at, count = row.one()
        if not 0 <= now - tried_at < HOUR_MS:
            count = 0
        if count >= TRIES_AN_HOUR:
            raise TooManyTries((tried_at + HOUR_MS - now) // 1000 + 1)
        conn.execute(t.update().where(mine).values(tried_at=now, count=count + 1))

    def _admit(self, conn: sa.Connection, tried: _Try, token: str, device: str) -> Account:
        """Note the sign-in, unless the account has changed while the password was checked."""
        a, t = schema.accounts.c, schema.attempts
        unchanged = sa.and_(a.id == tried.account, a.password_hash == tried.password_hash)
        account = find(conn, self._site, unchanged)
        if account is None:
            raise WrongPassword
        counter = sa.and_(t.c.site == self._site, t.c.digest == tried.counter, t.c.count > 0)
        conn.execute(t.update().where(counter).values(count=t.c.count - 1))
        mine, now = {"site": self._site, "account": account.id}, self._clock()
        put(conn, schema.devices, **mine, digest=digest_of(device), seen_at=now)
        conn.execute(
            schema.sign_ins.insert().values(
                **mine, digest=digest_of(token), created_at=now, expires_at=now + SIGNED_IN_MS
            )
        )
        return account

    async def account_of(self, token: str) -> Account | None:
        """Return who is signed in with the cookie `token`."""

        def work(conn: sa.Connection) -> Account | None:
            s = schema.sign_ins.c
            account = conn.scalar(
                sa.select(s.account).where(
                    s.site == self._site,
                    s.digest == digest_of(token),
                    s.expires_at > self._clock(),
                )
            )
            return find(conn, self._site, schema.accounts.c.id == account) if account else None

        return await self._database.read(work)

    async def sign_out(self, token: str) -> None:
        """Forget the cookie `token`, and every ticket of its account that is not used yet."""

        def work(conn: sa.Connection) -> None:
            s, t = schema.sign_ins, schema.tickets
            mine = sa.and_(s.c.site == self._site, s.c.digest == digest_of(token))
            account = conn.scalar(s.delete().where(mine).returning(s.c.account))
            conn.execute(t.delete().where(t.c.site == self._site, t.c.party == account))

        await self._database.write(work)

    async def gone(self, broker_id: str) -> list[str]:
        """Return accounts with a link on the broker `broker_id` and no sign-in any more."""
        a, s, li = schema.accounts.c, schema.sign_ins.c, schema.links.c
        signed_in = sa.exists().where(
            s.site == a.site, s.account == a.id, s.expires_at > self._clock()
        )
        linked = sa.exists().where(
            li.site == a.site, li.party == a.id, li.broker == broker_id, li.left_at == 0
        )
        lost = sa.select(a.id).where(a.site == self._site, sa.not_(signed_in), linked)
        return await self._database.read(lambda conn: list(conn.scalars(lost)))


def forget_expired(conn: sa.Connection, site: str, now: int) -> None:
    """Remove what is too old to matter: sign-ins, browsers, counters, links and tickets."""
    for column, oldest in (
        (schema.sign_ins.c.expires_at, now),
        (schema.welcomes.c.expires_at, now),
        (schema.tickets.c.expires_at, now),
        (schema.attempts.c.tried_at, now - HOUR_MS),
        (schema.devices.c.seen_at, now - DEVICE_DAYS * 24 * HOUR_MS),
    ):
        table = schema.metadata.tables[column.table.name]
        conn.execute(table.delete().where(table.c.site == site, column < oldest))
