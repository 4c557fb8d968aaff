"""What people change about their own way in: second factors, and how many of them are left.

The first second factor of an account ends every other sign-in of it: they have shown less than is
asked from now on.
"""

from functools import partial

import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.accounts import Account, forget_access
from broker.database import Database
from broker.passkeys import Made, Passkeys, Place
from broker.second_factors import SecondFactors
from broker.sign_in import Demands, WrongCode

Codes = tuple[str, ...]


class LastFactor(Exception):
    """A second factor is demanded of this account, and this is the only one."""


class NoFactor(Exception):
    """There is no second factor that recovery codes could stand in for."""


class State(Struct, frozen=True, kw_only=True):
    """What an account has."""

    demanded: bool
    codes: bool
    recovery_codes_left: int


class OwnSecurity:
    """One per broker."""

    def __init__(
        self,
        database: Database,
        site: str,
        factors: SecondFactors,
        passkeys: Passkeys,
        demands: Demands,
    ) -> None:
        self._database = database
        self._site = site
        self._factors = factors
        self._passkeys = passkeys
        self._demands = demands

    async def state(self, account: Account) -> State:
        """Return what `account` has set up."""

        def work(conn: sa.Connection) -> State:
            return State(
                demanded=self._demands(account.role),
                codes=self._factors.has_codes(conn, account.id),
                recovery_codes_left=self._factors.recovery_codes_left(conn, account.id),
            )

        return await self._database.read(work)

    async def propose_codes(self, account: Account) -> str:
        """Return the secret of one-time codes that `account` may confirm."""
        return await self._database.write(partial(self._factors.propose, account=account.id))

    async def confirm_codes(self, account: Account, sign_in: str, code: str) -> Codes:
        """Put the proposed codes in force and return recovery codes, or raise `WrongCode`."""

        def work(conn: sa.Connection) -> Codes:
            first = not self._factors.has_any(conn, account.id)
            if not self._factors.confirm(conn, account.id, code):
                raise WrongCode
            self._prove(conn, account, sign_in, first=first)
            return self._factors.make_recovery_codes(conn, account.id)

        return await self._database.write(work)

    async def add_passkey(
        self, account: Account, sign_in: str, made: Made, name: str, place: Place
    ) -> Codes:
        """Add a passkey; return recovery codes if it is the first second factor, else none.

        Raises `passkeys.NotAccepted` and `passkeys.TooManyPasskeys`.
        """
        row = await self._passkeys.check_made(account, made, place)

        def work(conn: sa.Connection) -> Codes:
            first = not self._factors.has_any(conn, account.id)
            self._passkeys.keep(conn, row, name)
            if not first:
                return ()
            self._prove(conn, account, sign_in, first=True)
            return self._factors.make_recovery_codes(conn, account.id)

        return await self._database.write(work)

    def _prove(self, conn: sa.Connection, account: Account, sign_in: str, *, first: bool) -> None:
        s = schema.sign_ins
        mine = sa.and_(s.c.site == self._site, s.c.account == account.id, s.c.id == sign_in)
        conn.execute(s.update().where(mine).values(proved=True))
        if first:
            forget_access(conn, self._site, account.id, but=sign_in)

    async def new_recovery_codes(self, account: Account) -> Codes:
        """Return new recovery codes; the old ones end. Raises `NoFactor`."""

        def work(conn: sa.Connection) -> Codes:
            if not self._factors.has_any(conn, account.id):
                raise NoFactor
            return self._factors.make_recovery_codes(conn, account.id)

        return await self._database.write(work)

    async def remove_codes(self, account: Account) -> None:
        """Forget the one-time codes of `account`, or raise `LastFactor`."""

        def work(conn: sa.Connection) -> None:
            self._factors.remove_codes(conn, account.id)
            self._demand_rest(conn, account)

        await self._database.write(work)

    async def remove_passkey(self, account: Account, passkey: str) -> bool:
        """Forget a passkey and say whether there was one, or raise `LastFactor`."""

        def work(conn: sa.Connection) -> bool:
            removed = self._passkeys.remove(conn, account.id, passkey)
            if removed:
                self._demand_rest(conn, account)
            return removed

        return await self._database.write(work)

    def _demand_rest(self, conn: sa.Connection, account: Account) -> None:
        """Undo the removal by `LastFactor` where it leaves less than is demanded."""
        if self._factors.has_any(conn, account.id):
            return
        if self._demands(account.role):
            raise LastFactor
        self._factors.forget(conn, account.id)
