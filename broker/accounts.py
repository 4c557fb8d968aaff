"""Who works here: accounts, their roles and teams, and the one-time links that set passwords.

An account is never deleted, because facts name it; it is disabled, which ends everything it holds
in the same transaction.
"""

import re
import secrets
from collections.abc import Sequence
from functools import partial
from typing import Literal

import sqlalchemy as sa
from msgspec import Struct
from yarl import URL

from broker import schema
from broker.clock import Clock
from broker.database import Database, insert_new
from broker.tokens import digest_of, new_token
from protocol.state import Party

Role = Literal["rep", "lead", "admin", "compliance"]

WELCOME_MS = 24 * 3600 * 1000
NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")


class NameTaken(Exception):
    """Another account has this name."""


class UnknownAccount(Exception):
    """There is no such account, or it is disabled."""


class UnknownWelcome(Exception):
    """The one-time link was used, has expired, or never existed."""


class Account(Struct, frozen=True, kw_only=True):
    """`id` is what facts call it, `name` what its owner types, `display_name` what others read."""

    id: str
    name: str
    display_name: str
    role: Role
    teams: tuple[str, ...] = ()


def party_of(account: Account) -> Party:
    """Return `account` as the desk knows it; only reps and leads take part in sessions."""
    serves = account.role in {"rep", "lead"}
    teams = account.teams if serves else ()
    return Party(
        id=account.id,
        role="rep" if serves else "staff",
        name=account.display_name,
        teams=teams,
        leads=teams if account.role == "lead" else (),
    )


def welcome_link(public_url: URL, token: str) -> str:
    """Return the address that sets a password; browsers send nobody what follows the `#`."""
    return f"{public_url / 'console'}#welcome={token}"


class Accounts:
    """The accounts of one site."""

    def __init__(self, database: Database, site: str, clock: Clock) -> None:
        self._database = database
        self._site = site
        self._clock = clock

    async def add(
        self, name: str, role: Role, teams: Sequence[str] = (), display_name: str = ""
    ) -> tuple[Account, str]:
        """Add an account without a password; return it and the token of its one-time link.

        Raises `ValueError` for a name that cannot be one, and `NameTaken`.
        """
        if not NAME.fullmatch(name):
            raise ValueError(f"A user name is small letters, digits and ._@+-, not {name!r}.")
        account = Account(
            id=f"r-{secrets.token_hex(8)}",
            name=name,
            display_name=display_name or name.capitalize(),
            role=role,
            teams=tuple(sorted(set(teams))),
        )
        token = new_token()

        def work(conn: sa.Connection) -> None:
            insert(conn, self._site, account, self._clock())
            self._welcome(conn, account.id, token)

        await self._database.write(work)
        return account, token

    async def add_first(self) -> str:
        """Add the account `admin` where there is none at all; return its link's token, or ""."""
        token = new_token()
        first = Account(
            id=f"r-{secrets.token_hex(8)}", name="admin", display_name="Admin", role="admin"
        )

        def work(conn: sa.Connection) -> str:
            c = schema.accounts.c
            if conn.scalar(sa.select(sa.func.count()).where(c.site == self._site)):
                return ""
            insert(conn, self._site, first, self._clock())
            self._welcome(conn, first.id, token)
            return token

        try:
            return await self._database.write(work)
        except NameTaken:
            return ""  # another broker started at the same moment and prints the link

    async def welcome_again(self, name: str) -> str:
        """Make a new one-time link for the account called `name`, or raise `UnknownAccount`."""
        account = await self.called(name)
        token = new_token()
        await self._database.write(partial(self._welcome, account=account.id, token=token))
        return token

    def _welcome(self, conn: sa.Connection, account: str, token: str) -> None:
        table = schema.welcomes
        conn.execute(table.delete().where(table.c.site == self._site, table.c.account == account))
        conn.execute(
            table.insert().values(
                site=self._site,
                digest=digest_of(token),
                account=account,
                expires_at=self._clock() + WELCOME_MS,
            )
        )

    async def set_password(self, token: str, password_hash: str) -> Account:
        """Use up a one-time link and return whose it was, or raise `UnknownWelcome`.

        Whoever was signed in to the account is so no longer.
        """

        def work(conn: sa.Connection) -> Account:
            w, a = schema.welcomes, schema.accounts
            used = w.delete().where(
                w.c.site == self._site,
                w.c.digest == digest_of(token),
                w.c.expires_at > self._clock(),
            )
            owner = conn.scalar(used.returning(w.c.account))
            account = find(conn, self._site, a.c.id == owner) if owner else None
            if account is None:
                raise UnknownWelcome
            forget_access(conn, self._site, account.id)
            mine = sa.and_(a.c.site == self._site, a.c.id == account.id)
            conn.execute(a.update().where(mine).values(password_hash=password_hash))
            return account

        return await self._database.write(work)

    async def check_welcome(self, token: str) -> None:
        """Raise `UnknownWelcome` unless a one-time link could be used now."""
        w = schema.welcomes.c
        found = sa.select(w.account).where(
            w.site == self._site, w.digest == digest_of(token), w.expires_at > self._clock()
        )
        if await self._database.read(lambda conn: conn.scalar(found)) is None:
            raise UnknownWelcome

    async def called(self, name: str) -> Account:
        """Return the account called `name`, or raise `UnknownAccount`."""
        return await self._one(schema.accounts.c.name == name)

    async def get(self, account_id: str) -> Account:
        """Return the account `account_id`, or raise `UnknownAccount`."""
        return await self._one(schema.accounts.c.id == account_id)

    async def _one(self, which: sa.ColumnElement[bool]) -> Account:
        found = await self._database.read(lambda conn: find(conn, self._site, which))
        if found is None:
            raise UnknownAccount
        return found

    async def disable(self, account_id: str) -> None:
        """End what `account_id` may do and all that it holds, or raise `UnknownAccount`.

        Its open links are for the caller to close.
        """

        def work(conn: sa.Connection) -> None:
            a = schema.accounts
            on = sa.and_(a.c.site == self._site, a.c.id == account_id, sa.not_(a.c.disabled))
            off = a.update().where(on).values(disabled=True, available=False)
            if not conn.execute(off).rowcount:
                raise UnknownAccount
            forget_access(conn, self._site, account_id)

        await self._database.write(work)


def insert(conn: sa.Connection, site: str, account: Account, now: int) -> None:
    """Store a new account, or raise `NameTaken`."""
    new = insert_new(
        conn,
        schema.accounts,
        site=site,
        id=account.id,
        name=account.name,
        display_name=account.display_name,
        role=account.role,
        created_at=now,
    )
    if not new:
        raise NameTaken
    for team in account.teams:
        insert_new(conn, schema.account_teams, site=site, account=account.id, team=team)


def find(conn: sa.Connection, site: str, which: sa.ColumnElement[bool]) -> Account | None:
    """Return the account for which `which` holds, unless it is disabled."""
    a, t = schema.accounts.c, schema.account_teams.c
    row = conn.execute(
        sa.select(a.id, a.name, a.display_name, a.role).where(
            a.site == site, which, sa.not_(a.disabled)
        )
    ).one_or_none()
    if row is None:
        return None
    served = sa.select(t.team).where(t.site == site, t.account == row.id).order_by(t.team)
    return Account(**row._mapping, teams=tuple(conn.scalars(served)))  # noqa: SLF001 - its public name


def forget_access(conn: sa.Connection, site: str, account_id: str) -> None:
    """End every sign-in, known browser, ticket and one-time link of an account."""
    for table in (schema.sign_ins, schema.devices, schema.welcomes):
        conn.execute(table.delete().where(table.c.site == site, table.c.account == account_id))
    t = schema.tickets
    conn.execute(t.delete().where(t.c.site == site, t.c.party == account_id))


def set_all(conn: sa.Connection, site: str, names: Sequence[str], password_hash: str) -> None:
    """Give the accounts called `names` one password, and end their one-time links."""
    a, w = schema.accounts, schema.welcomes
    mine = sa.and_(a.c.site == site, a.c.name.in_(names))
    ids = list(conn.scalars(sa.select(a.c.id).where(mine)))
    conn.execute(a.update().where(mine).values(password_hash=password_hash))
    conn.execute(w.delete().where(w.c.site == site, w.c.account.in_(ids)))
