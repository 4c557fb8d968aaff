"""Who works here: accounts, their roles and teams, and the one-time links that set passwords.

An account is never deleted, because facts name it; it is disabled, which ends everything it holds
in the same transaction.
"""

import re
import secrets
from collections.abc import Sequence
from typing import Literal

import sqlalchemy as sa
from msgspec import Struct
from yarl import URL

from broker import schema
from broker.clock import Clock
from broker.database import Database, insert_new
from broker.ledger import note_officer
from broker.second_factors import SecondFactors
from broker.tokens import digest_of, new_token
from protocol.state import Party

Role = Literal["rep", "lead", "admin", "compliance"]

WELCOME_MS = 24 * 3600 * 1000
NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")


class NameTaken(Exception):
    """Another account has this name."""


class UnknownAccount(Exception):
    """There is no such account, or it is disabled."""


class NotTheirs(Exception):
    """The account belongs to the other plane: administration, or compliance."""


class LastAdministrator(Exception):
    """Nobody would be left to administer."""


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
        self,
        name: str,
        role: Role,
        teams: Sequence[str] = (),
        display_name: str = "",
        by: str = "",
    ) -> tuple[Account, str]:
        """Add an account without a password; return it and the token of its one-time link. `by` is the
        account that adds it, "" on the command line.

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
            self._note(conn, account.id, "", role, by)
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

    async def reset(self, name: str, factors: SecondFactors | None = None) -> str:
        """Make a new one-time link for the account called `name`, or raise `UnknownAccount`.

        With `factors` its second factor is forgotten as well, and whoever is signed in no longer is.
        """
        token = new_token()

        def work(conn: sa.Connection) -> None:
            account = find(conn, self._site, schema.accounts.c.name == name)
            if account is None:
                raise UnknownAccount
            if factors:
                factors.forget(conn, account.id)
                forget_access(conn, self._site, account.id)
            self._welcome(conn, account.id, token)

        await self._database.write(work)
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

    async def welcomed(self, token: str) -> Account:
        """Return whose one-time link could be used now, or raise `UnknownWelcome`."""
        w, a = schema.welcomes.c, schema.accounts.c
        owner = (
            sa.select(w.account)
            .where(w.site == self._site, w.digest == digest_of(token), w.expires_at > self._clock())
            .scalar_subquery()
        )
        account = await self._database.read(lambda conn: find(conn, self._site, a.id == owner))
        if account is None:
            raise UnknownWelcome
        return account

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

    async def change_password(self, account_id: str, password_hash: str, sign_in: str) -> None:
        """Give `account_id` another password; only `sign_in` and the browser it is in stay known."""

        def work(conn: sa.Connection) -> None:
            a = schema.accounts
            mine = sa.and_(a.c.site == self._site, a.c.id == account_id)
            conn.execute(a.update().where(mine).values(password_hash=password_hash))
            forget_access(conn, self._site, account_id, but=sign_in)

        await self._database.write(work)

    async def everybody(self) -> list[tuple[Account, bool]]:
        """Return all accounts by name, each with whether it is disabled."""

        def work(conn: sa.Connection) -> list[tuple[Account, bool]]:
            a = schema.accounts.c
            every = sa.select(a.id, a.disabled).where(a.site == self._site).order_by(a.name)
            found = []
            for row in conn.execute(every).all():
                account = find(conn, self._site, a.id == row.id, even_disabled=True)
                assert account
                found.append((account, row.disabled))
            return found

        return await self._database.read(work)

    async def disable(self, account_id: str, *, by: Account | None = None) -> None:
        """End what `account_id` may do and all that it holds; `by` is None on the command line.

        Raises `UnknownAccount`, `NotTheirs` and `LastAdministrator`. Its open links are for the
        caller to close.
        """

        def work(conn: sa.Connection) -> None:
            account = self._theirs(conn, account_id, by)
            self._spare_last(conn, account)
            a = schema.accounts
            mine = sa.and_(a.c.site == self._site, a.c.id == account_id)
            conn.execute(a.update().where(mine).values(disabled=True, available=False))
            self._note(conn, account_id, account.role, "", by.id if by else "")
            forget_access(conn, self._site, account_id)

        await self._database.write(work)

    async def enable(self, name: str) -> str:
        """Let the disabled account called `name` in again; return the token of its one-time link.

        Raises `UnknownAccount`.
        """
        token = new_token()

        def work(conn: sa.Connection) -> None:
            a = schema.accounts
            off = sa.and_(a.c.site == self._site, a.c.name == name, a.c.disabled)
            found = conn.execute(sa.select(a.c.id, a.c.role).where(off)).first()
            if found is None:
                raise UnknownAccount
            # Whoever knew the old password may be why it was disabled.
            conn.execute(a.update().where(off).values(disabled=False, password_hash=""))
            self._note(conn, found.id, "", found.role)
            self._welcome(conn, found.id, token)

        await self._database.write(work)
        return token

    async def set_role(self, name: str, role: Role) -> None:
        """Give the account called `name` another role; only for the command line.

        Raises `UnknownAccount` and `LastAdministrator`. What it may do changes at once, everywhere.
        """

        def work(conn: sa.Connection) -> None:
            a = schema.accounts
            account = find(conn, self._site, a.c.name == name)
            if account is None:
                raise UnknownAccount
            if role != "admin":
                self._spare_last(conn, account)
            available = a.c.available if role in {"rep", "lead"} else sa.false()
            mine = sa.and_(a.c.site == self._site, a.c.id == account.id)
            conn.execute(a.update().where(mine).values(role=role, available=available))
            self._note(conn, account.id, account.role, role)

        await self._database.write(work)

    async def set_teams(self, name: str, teams: Sequence[str]) -> None:
        """Let the account called `name` serve `teams` and no others, or raise `UnknownAccount`."""

        def work(conn: sa.Connection) -> None:
            account = find(conn, self._site, schema.accounts.c.name == name)
            if account is None:
                raise UnknownAccount
            t = schema.account_teams
            conn.execute(t.delete().where(t.c.site == self._site, t.c.account == account.id))
            for team in set(teams):
                insert_new(conn, t, site=self._site, account=account.id, team=team)

        await self._database.write(work)

    def _note(
        self, conn: sa.Connection, account: str, before: str, after: str, by: str = ""
    ) -> None:
        """Write into the ledger who becomes an officer, and who is none any more."""
        if (before == "compliance") != (after == "compliance"):
            kind = "officer_made" if after == "compliance" else "officer_ended"
            note_officer(conn, self._site, self._clock(), account, by, kind)

    def _theirs(self, conn: sa.Connection, account_id: str, by: Account | None) -> Account:
        """Return the account `account_id` if it is in the hands of `by`."""
        account = find(conn, self._site, schema.accounts.c.id == account_id)
        if account is None:
            raise UnknownAccount
        # Two planes: neither administrators nor officers can get rid of the others.
        if by is not None and (by.role == "compliance") != (account.role == "compliance"):
            raise NotTheirs
        return account

    def _spare_last(self, conn: sa.Connection, account: Account) -> None:
        """Raise `LastAdministrator` if `account` is the only administrator there is."""
        if account.role != "admin":
            return
        a = schema.accounts.c
        admins = sa.and_(a.site == self._site, a.role == "admin", sa.not_(a.disabled))
        # Locked, in one order, so that two who remove each other cannot both succeed.
        every = sa.select(a.id).where(admins).order_by(a.id).with_for_update()
        if list(conn.scalars(every)) == [account.id]:
            raise LastAdministrator


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


def find(
    conn: sa.Connection, site: str, which: sa.ColumnElement[bool], *, even_disabled: bool = False
) -> Account | None:
    """Return the account for which `which` holds, unless it is disabled."""
    a, t = schema.accounts.c, schema.account_teams.c
    found = sa.select(a.id, a.name, a.display_name, a.role).where(a.site == site, which)
    row = conn.execute(found if even_disabled else found.where(sa.not_(a.disabled))).one_or_none()
    if row is None:
        return None
    served = sa.select(t.team).where(t.site == site, t.account == row.id).order_by(t.team)
    return Account(**row._mapping, teams=tuple(conn.scalars(served)))  # noqa: SLF001 - its public name


def forget_access(conn: sa.Connection, site: str, account_id: str, but: str = "") -> None:
    """End every sign-in, known browser, ticket and one-time link of an account.

    The sign-in `but` stays, and with it the browsers that are known: they only soften a limit.
    """
    s, t = schema.sign_ins, schema.tickets
    mine = sa.and_(s.c.site == site, s.c.account == account_id, s.c.id != but)
    conn.execute(s.delete().where(mine))
    conn.execute(t.delete().where(t.c.site == site, t.c.party == account_id))
    for table in (schema.welcomes,) if but else (schema.devices, schema.welcomes):
        conn.execute(table.delete().where(table.c.site == site, table.c.account == account_id))


def set_all(conn: sa.Connection, site: str, names: Sequence[str], password_hash: str) -> None:
    """Give the accounts called `names` one password, and end their one-time links."""
    a, w = schema.accounts, schema.welcomes
    mine = sa.and_(a.c.site == site, a.c.name.in_(names))
    ids = list(conn.scalars(sa.select(a.c.id).where(mine)))
    conn.execute(a.update().where(mine).values(password_hash=password_hash))
    conn.execute(w.delete().where(w.c.site == site, w.c.account.in_(ids)))
