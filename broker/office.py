"""The commands that work on the database beside a running server, which notices within seconds."""

import argparse
import tomllib
from collections.abc import Callable
from pathlib import Path

import msgspec

from broker.accounts import Accounts, NameTaken, UnknownAccount, welcome_link
from broker.clock import now
from broker.config import Config
from broker.database import open_database
from broker.first_site import first_settings
from broker.site import BadSite, Site, parse

Say = Callable[[str], None]


class Wrong(Exception):
    """The command cannot be carried out; the message says why."""


async def carry_out(given: argparse.Namespace, config: Config, say: Say) -> None:
    """Carry out one command, or raise `Wrong`."""
    config.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = await open_database(config.database_url)
    try:
        site = Site(database, config.site, first_settings(config))
        await site.load()
        if given.command == "account":
            await _account(given, config, Accounts(database, config.site, now), site, say)
        elif given.action == "show":
            say(msgspec.json.format(msgspec.json.encode(site.settings)).decode())
        else:
            await site.save(parse(_read(given.file)))
    except BadSite as fault:
        raise Wrong(f"{given.file} cannot be used: {fault}") from None
    finally:
        await database.close()


async def _account(
    given: argparse.Namespace, config: Config, accounts: Accounts, site: Site, say: Say
) -> None:
    try:
        if given.action == "disable":
            await accounts.disable((await accounts.called(given.name)).id)
            return
        if given.action == "add":
            teams = [_team(site, named) for named in given.team]
            _, token = await accounts.add(given.name, given.role, teams, given.display_name)
        else:
            token = await accounts.welcome_again(given.name)
    except NameTaken:
        raise Wrong(f"There is an account {given.name} already.") from None
    except UnknownAccount:
        raise Wrong(f"There is no account {given.name}.") from None
    except ValueError as fault:
        raise Wrong(str(fault)) from None
    say(welcome_link(config.public_url, token))


def _team(site: Site, named: str) -> str:
    """Return the id of the team that is called `named`, by id or by name."""
    for team in site.settings.teams:
        if named.casefold() in {team.id.casefold(), team.name.casefold()}:
            return team.id
    known = ", ".join(team.name for team in site.settings.teams) or "none; `deskside site set`"
    raise Wrong(f"There is no team {named}. There are: {known}.")


def _read(path: Path) -> str:
    """Return the file as JSON text."""
    try:
        text = path.read_text()
        if path.suffix == ".toml":
            return msgspec.json.encode(tomllib.loads(text)).decode()
    except (OSError, ValueError) as fault:
        raise Wrong(f"{path} cannot be read: {fault}") from None
    return text
