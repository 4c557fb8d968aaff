"""Signing in and out: the cookie, what it stands for, and how often somebody may guess.

At most ten times an hour a password or code is tried for a name. So that guessing does not lock the
owner out, a browser in which they have signed in before counts by itself (OWASP's "device
cookies"), and passkeys, which nobody can guess, are not counted at all. Unknown names, wrong
passwords and disabled accounts take the same path and get the same answer.

Where a second factor is demanded, a sign-in that has not shown one is worth nothing, or, if the
account has none yet, just enough to set one up. That is looked at anew with every call, so a
stricter setting or a new role holds at once.
"""

import secrets
from collections.abc import Callable, Collection, Mapping
from functools import partial

import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.accounts import Account, Role, find
from broker.attempts import HOUR_MS, count_try, give_back
from broker.clock import Clock
from broker.database import Database, put
from broker.passwords import Passwords
from broker.second_factors import SecondFactors
from broker.tokens import digest_of, new_token

SIGNED_IN_MS = 12 * HOUR_MS
DEVICE_DAYS = 90
SEEN_EVERY_MS = 60_000

Demands = Callable[[Role], bool]
"""Says of which roles a second factor is demanded."""


class WrongPassword(Exception):
    """The name or the password is wrong; nobody is told which."""


class WrongCode(Exception):
    """The password is right, the code is not, or was used before."""


class CodeNeeded(Exception):
    """The password is right; now a code. `by_app` is false where only recovery codes are left to type."""

    def __init__(self, *, by_app: bool) -> None:
        super().__init__(by_app)
        self.by_app = by_app


class Visit(Struct, frozen=True, kw_only=True):
    """The browser somebody signs in with: the cookie that knows it again, what it is, its address."""

    known_by: str = ""
    device: str = ""
    address: str = ""


UNKNOWN = Visit()


class SignedIn(Struct, frozen=True, kw_only=True):
    """`token` and `device` are secrets for two cookies of the browser."""

    account: Account
    token: str
    device: str


class Standing(Struct, frozen=True, kw_only=True):
    """What a sign-in is worth now. `enrolling` may only set up the second factor that it lacks."""

    id: str
    account: Account
    confirmed_at: int
    enrolling: bool


class _Try(Struct, frozen=True):
    guessed: str
    account: str
    password_hash: str
    known_device: bool


class SignIns:
    """Who is signed in to one site."""

    def __init__(
        self,
        *,
        database: Database,
        site: str,
        clock: Clock,
        passwords: Passwords,
        factors: SecondFactors,
        demands: Demands,
    ) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._passwords = passwords
        self._factors = factors
        self._demands = demands

    # --- coming

    async def sign_in(
        self, name: str, password: str, code: str = "", visit: Visit = UNKNOWN
    ) -> SignedIn:
        """Sign in the account called `name`.

        Raises `WrongPassword`, `CodeNeeded`, `WrongCode`, `attempts.TooManyTries` and
        `passwords.Busy`.
        """
        name = name.strip().casefold()
        tried = await self._database.write(partial(self._begin, name=name, visit=visit))
        if not await self._passwords.fits(password, tried.password_hash):
            raise WrongPassword
        known_by = visit.known_by if tried.known_device else new_token()
        admit = partial(self._admit, tried=tried, code=code, visit=visit, known_by=known_by)
        admitted = await self._database.write(admit)
        if isinstance(admitted, CodeNeeded):
            raise admitted
        return admitted

    def _begin(self, conn: sa.Connection, name: str, visit: Visit) -> _Try:
        """Count the try before the password is looked at, so that a crowd at once counts too."""
        a = schema.accounts.c
        row = conn.execute(
            sa.select(a.id, a.password_hash).where(
                a.site == self._site, a.name == name, sa.not_(a.disabled)
            )
        ).one_or_none()
        account, password_hash = (row.id, row.password_hash) if row else ("", "")
        known = self._knows(conn, account, visit)
        guessed = f"device {visit.known_by}" if known else f"name {name}"
        count_try(conn, self._site, guessed, self._clock())
        return _Try(guessed, account, password_hash, known)

    def _knows(self, conn: sa.Connection, account: str, visit: Visit) -> bool:
        d = schema.devices.c
        mine = sa.and_(d.site == self._site, d.digest == digest_of(visit.known_by))
        return bool(account) and conn.scalar(sa.select(d.account).where(mine)) == account

    def _admit(
        self, conn: sa.Connection, tried: _Try, code: str, visit: Visit, known_by: str
    ) -> SignedIn | CodeNeeded:
        """Note the sign-in, unless the account has changed while the password was checked."""
        a = schema.accounts.c
        unchanged = sa.and_(a.id == tried.account, a.password_hash == tried.password_hash)
        account = find(conn, self._site, unchanged)
        if account is None:
            raise WrongPassword
        by_app = self._factors.has_codes(conn, account.id)
        # A passkey that nothing demands is a convenience, and leaves the password as it was.
        needs = by_app or (
            self._demands(account.role) and self._factors.has_passkey(conn, account.id)
        )
        if needs and code and not self._factors.use(conn, account.id, code):
            raise WrongCode
        # Nothing was guessed at.
        give_back(conn, self._site, tried.guessed)
        if needs and not code:
            return CodeNeeded(by_app=by_app)
        return self._note(conn, account, visit, known_by, proved=needs)

    async def sign_in_proved(self, account_id: str, visit: Visit, *, proved: bool) -> SignedIn:
        """Sign in `account_id`, who has used a passkey (`proved`) or a one-time link.

        Raises `WrongPassword` where there is no such account any more.
        """

        def work(conn: sa.Connection) -> SignedIn:
            account = find(conn, self._site, schema.accounts.c.id == account_id)
            if account is None:
                raise WrongPassword
            known = self._knows(conn, account_id, visit)
            known_by = visit.known_by if known else new_token()
            return self._note(conn, account, visit, known_by, proved=proved)

        return await self._database.write(work)

    def _note(
        self, conn: sa.Connection, account: Account, visit: Visit, known_by: str, *, proved: bool
    ) -> SignedIn:
        mine, now, token = {"site": self._site, "account": account.id}, self._clock(), new_token()
        put(conn, schema.devices, **mine, digest=digest_of(known_by), seen_at=now)
        conn.execute(
            schema.sign_ins.insert().values(
                **mine,
                digest=digest_of(token),
                id=secrets.token_hex(8),
                created_at=now,
                expires_at=now + SIGNED_IN_MS,
                seen_at=now,
                confirmed_at=now,
                proved=proved,
                device=visit.device,
                address=visit.address,
            )
        )
        return SignedIn(account=account, token=token, device=known_by)

    # --- being there

    async def of(self, token: str) -> Standing | None:
        """Return what the cookie `token` is worth now."""

        def work(conn: sa.Connection) -> tuple[Standing, int] | None:
            s = schema.sign_ins.c
            row = conn.execute(
                sa.select(s.id, s.account, s.confirmed_at, s.proved, s.seen_at).where(
                    s.site == self._site,
                    s.digest == digest_of(token),
                    s.expires_at > self._clock(),
                )
            ).one_or_none()
            account = find(conn, self._site, schema.accounts.c.id == row.account) if row else None
            if row is None or account is None:
                return None
            lacking = self._demands(account.role) and not row.proved
            if lacking and self._factors.has_any(conn, account.id):
                return None
            standing = Standing(
                id=row.id, account=account, confirmed_at=row.confirmed_at, enrolling=lacking
            )
            return standing, row.seen_at

        found = await self._database.read(work)
        if found is None:
            return None
        standing, seen_at = found
        if not 0 <= self._clock() - seen_at < SEEN_EVERY_MS:
            await self._database.write(partial(self._see, sign_in=standing.id))
        return standing

    def _see(self, conn: sa.Connection, sign_in: str) -> None:
        s = schema.sign_ins
        mine = sa.and_(s.c.site == self._site, s.c.id == sign_in)
        conn.execute(s.update().where(mine).values(seen_at=self._clock()))

    async def of_accounts(self, accounts: Collection[str]) -> Mapping[str, list[str]]:
        """Return the sign-ins of `accounts` that may do all that their account may."""

        def work(conn: sa.Connection) -> list[str]:
            s = schema.sign_ins.c
            theirs = sa.select(s.id).where(s.site == self._site, s.account.in_(list(accounts)))
            return list(conn.scalars(theirs))

        found: dict[str, list[str]] = {}
        ids = await self._database.read(work) if accounts else []
        for sign_in, account in (await self.of_ids(ids)).items() if ids else ():
            found.setdefault(account.id, []).append(sign_in)
        return found

    async def of_ids(self, ids: Collection[str]) -> Mapping[str, Account]:
        """Return whose those of the sign-ins `ids` are that may do all that their account may."""

        def work(conn: sa.Connection) -> Mapping[str, Account]:
            s, a, t = schema.sign_ins.c, schema.accounts.c, schema.account_teams.c
            mine = sa.select(s.id.label("sign_in"), s.proved, a.id, a.name, a.display_name, a.role)
            rows = conn.execute(
                mine.join(schema.accounts, sa.and_(a.site == s.site, a.id == s.account)).where(
                    s.site == self._site,
                    s.id.in_(list(ids)),
                    s.expires_at > self._clock(),
                    sa.not_(a.disabled),
                )
            ).all()
            teams: dict[str, list[str]] = {}
            served = sa.select(t.account, t.team).where(t.site == self._site)
            for row in conn.execute(
                served.where(t.account.in_([row.id for row in rows])).order_by(t.team)
            ):
                teams.setdefault(row.account, []).append(row.team)
            return {
                row.sign_in: Account(
                    id=row.id,
                    name=row.name,
                    display_name=row.display_name,
                    role=row.role,
                    teams=tuple(teams.get(row.id, ())),
                )
                for row in rows
                if row.proved or not self._demands(row.role)
            }

        return await self._database.read(work)

    async def listed(self, account_id: str) -> list[sa.Row[str, str, str, int, int]]:
        """Return (id, device, address, created_at, seen_at) of the sign-ins of `account_id`."""
        s = schema.sign_ins.c
        mine = sa.and_(s.site == self._site, s.account == account_id, s.expires_at > self._clock())
        found = sa.select(s.id, s.device, s.address, s.created_at, s.seen_at).where(mine)
        newest_first = found.order_by(s.seen_at.desc(), s.id)
        return await self._database.read(lambda conn: list(conn.execute(newest_first)))

    async def confirm(self, standing_id: str, account: Account, password: str) -> None:
        """Note that the owner of a sign-in has just shown their password again.

        Raises `WrongPassword`, `attempts.TooManyTries` and `passwords.Busy`.
        """
        guessed = f"own {account.id}"

        def begin(conn: sa.Connection) -> str:
            count_try(conn, self._site, guessed, self._clock())
            a = schema.accounts.c
            mine = sa.and_(a.site == self._site, a.id == account.id)
            return conn.scalar(sa.select(a.password_hash).where(mine)) or ""

        if not await self._passwords.fits(password, await self._database.write(begin)):
            raise WrongPassword

        def done(conn: sa.Connection) -> None:
            give_back(conn, self._site, guessed)
            s = schema.sign_ins
            mine = sa.and_(s.c.site == self._site, s.c.id == standing_id)
            conn.execute(s.update().where(mine).values(confirmed_at=self._clock()))

        await self._database.write(done)

    # --- leaving

    async def sign_out(self, token: str) -> None:
        """Forget the cookie `token`, and every ticket of its account that is not used yet."""
        await self._end(schema.sign_ins.c.digest == digest_of(token))

    async def end(self, account_id: str, sign_in: str) -> bool:
        """End one sign-in of `account_id`, and say whether there was one."""
        s = schema.sign_ins.c
        return await self._end(sa.and_(s.account == account_id, s.id == sign_in))

    async def end_others(self, account_id: str, but: str) -> None:
        """End every sign-in of `account_id` but the one called `but`."""
        s = schema.sign_ins.c
        await self._end(sa.and_(s.account == account_id, s.id != but))

    async def _end(self, which: sa.ColumnElement[bool]) -> bool:
        def work(conn: sa.Connection) -> bool:
            s, t = schema.sign_ins, schema.tickets
            mine = sa.and_(s.c.site == self._site, which)
            ended = list(conn.scalars(s.delete().where(mine).returning(s.c.id)))
            conn.execute(t.delete().where(t.c.site == self._site, t.c.sign_in.in_(ended)))
            return bool(ended)

        return await self._database.write(work)


def forget_expired(conn: sa.Connection, site: str, now: int) -> None:
    """Remove what is too old to matter: sign-ins, browsers, counters, links, windows, tickets."""
    for column, oldest in (
        (schema.sign_ins.c.expires_at, now),
        (schema.welcomes.c.expires_at, now),
        (schema.tickets.c.expires_at, now),
        (schema.challenges.c.expires_at, now),
        (schema.window_tokens.c.expires_at, now),
        (schema.attempts.c.tried_at, now - HOUR_MS),
        (schema.devices.c.seen_at, now - DEVICE_DAYS * 24 * HOUR_MS),
    ):
        table = schema.metadata.tables[column.table.name]
        conn.execute(table.delete().where(table.c.site == site, column < oldest))
