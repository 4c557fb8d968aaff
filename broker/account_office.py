"""`deskside account`: what only who runs the server may do to accounts."""

import argparse
from collections.abc import Callable

from broker.accounts import (
    Accounts,
    LastAdministrator,
    NameTaken,
    UnknownAccount,
    welcome_link,
)
from broker.config import Config
from broker.database import Database
from broker.second_factors import SecondFactors
from broker.site import Site


class Refusal(Exception):
    """The command cannot be carried out; the message says why."""


class AccountOffice:
    """Carries out the commands; `say` prints a line."""

    def __init__(
        self,
        *,
        config: Config,
        database: Database,
        accounts: Accounts,
        factors: SecondFactors,
        site: Site,
        say: Callable[[str], None],
    ) -> None:
        self._config = config
        self._database = database
        self._accounts = accounts
        self._factors = factors
        self._site = site
        self._say = say

    async def carry_out(self, given: argparse.Namespace) -> None:
        """Carry out the command `given`, or raise `Refusal`."""
        try:
            await self._carry_out(given)
        except NameTaken:
            raise Refusal(f"There is an account {given.name} already.") from None
        except UnknownAccount:
            raise Refusal(f"There is no account {given.name}.") from None
        except LastAdministrator:
            raise Refusal(f"{given.name} is the only administrator; add another first.") from None
        except ValueError as fault:
            raise Refusal(str(fault)) from None

    async def _carry_out(self, given: argparse.Namespace) -> None:
        accounts = self._accounts
        match given.action:
            case "add":
                teams = [self._team(named) for named in given.team]
                _, token = await accounts.add(given.name, given.role, teams, given.display_name)
                self._say_link(token)
            case "reset":
                factors = self._factors if given.second_factor else None
                self._say_link(await accounts.reset(given.name, factors))
            case "enable":
                self._say_link(await accounts.enable(given.name))
            case "disable":
                await accounts.disable((await accounts.called(given.name)).id)
            case "role":
                await accounts.set_role(given.name, given.role)
            case "team":
                await accounts.set_teams(given.name, [self._team(named) for named in given.team])
            case _:
                await self._list()

    async def _list(self) -> None:
        """Print one account a line: name, role, second factor, teams."""
        for account, disabled in await self._accounts.everybody():
            kinds = await self._database.read(
                lambda conn: self._factors.kinds(conn, account.id)  # noqa: B023 - awaited here
            )
            teams = "disabled" if disabled else ",".join(account.teams) or "-"
            factor = "+".join(kinds) or "-"
            self._say(f"{account.name:<16} {account.role:<11} {factor:<14} {teams}")

    def _team(self, named: str) -> str:
        """Return the id of the team that is called `named`, by id or by name."""
        teams = self._site.settings.teams
        for team in teams:
            if named.casefold() in {team.id.casefold(), team.name.casefold()}:
                return team.id
        known = ", ".join(team.name for team in teams) or "none; `deskside site set`"
        raise Refusal(f"There is no team {named}. There are: {known}.")

    def _say_link(self, token: str) -> None:
        self._say(welcome_link(self._config.public_url, token))
