"""The commands that work on the database beside a running server, which notices within seconds."""

import argparse
import secrets
import tomllib
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec

from broker import key_office
from broker.account_office import AccountOffice, Refusal
from broker.accounts import Accounts
from broker.backup import BadBackup
from broker.clock import now
from broker.config import Config
from broker.database import open_database
from broker.first_site import first_settings
from broker.notices import order
from broker.sealing import Sealing
from broker.second_factors import SecondFactors
from broker.site import BadSite, Notice, Site, parse
from recordings.wrapping import NoKey

Say = Callable[[str], None]

LONGEST_HOURS = 24 * 366


class Wrong(Exception):
    """The command cannot be carried out; the message says why."""


async def carry_out(given: argparse.Namespace, config: Config, say: Say) -> None:
    """Carry out one command, or raise `Wrong`."""
    config.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = await open_database(config.database_url)
    try:
        site = Site(database, config.site, first_settings(config))
        await site.load()
        if given.command in ("keys", "backup", "restore"):
            await key_office.carry_out(given, config, database, say)
        elif given.command == "account":
            office = AccountOffice(
                config=config,
                database=database,
                accounts=Accounts(database, config.site, now),
                factors=SecondFactors(config.site, now, Sealing(config.data_folder)),
                site=site,
                say=say,
            )
            await office.carry_out(given)
        elif given.command == "notice":
            await _notice(given, site, partial(order, database, config.site), say)
        elif given.action == "show":
            say(msgspec.json.format(msgspec.json.encode(site.settings)).decode())
        else:
            await site.save(parse(_read(given.file)))
    except (Refusal, BadBackup, NoKey) as refusal:
        raise Wrong(str(refusal)) from None
    except BadSite as fault:
        what = given.file if given.command == "site" else "The notice"
        raise Wrong(f"{what} cannot be used: {fault}") from None
    finally:
        await database.close()


async def _notice(
    given: argparse.Namespace, site: Site, send: Callable[[str], Awaitable[None]], say: Say
) -> None:
    settings, at = site.settings, now()
    if given.action == "list":
        for notice in settings.notices:
            say(f"{notice.id}  {_until(notice, at)}  {notice.text[settings.languages[0]]}")
        return
    if given.action == "add":
        notice = Notice(id=secrets.token_hex(4), text=_texts(given.text), until=_ends(given.hours))
        # What is over makes room.
        kept = [each for each in settings.notices if each.is_active(at)]
        await _save(site, (*kept, notice))
        say(notice.id)
        return
    if given.id not in {notice.id for notice in settings.notices}:
        raise Wrong(f"There is no notice {given.id}.")
    if given.action == "end":
        await _save(site, [notice for notice in settings.notices if notice.id != given.id])
    elif given.id in {notice.id for notice in site.notices()}:
        await send(given.id)
    else:
        raise Wrong(f"The notice {given.id} is over.")


async def _save(site: Site, notices: Iterable[Notice]) -> None:
    # Through JSON, where every bound is checked.
    changed = msgspec.to_builtins(site.settings) | {"notices": msgspec.to_builtins(tuple(notices))}
    await site.save(parse(msgspec.json.encode(changed).decode()))


def _texts(given: Iterable[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    if any(not equals for _, equals, _ in pairs):
        raise Wrong('A text is given as LANGUAGE=TEXT, such as --text "en=Mail is down."')
    return {language: text for language, _, text in pairs}


def _ends(hours: float | None) -> int:
    if hours is None:
        return 0
    if not 0 < hours <= LONGEST_HOURS:
        raise Wrong(f"A notice lasts more than 0 and at most {LONGEST_HOURS} hours.")
    return now() + int(hours * 3_600_000)


def _until(notice: Notice, at: int) -> str:
    if not notice.is_active(at):
        return "over"
    if not notice.until:
        return "until it is ended"
    until = datetime.fromtimestamp(notice.until / 1000, UTC)
    return f"until {until:%Y-%m-%d %H:%M} UTC"


def _read(path: Path) -> str:
    """Return the file as JSON text."""
    try:
        text = path.read_text()
        if path.suffix == ".toml":
            return msgspec.json.encode(tomllib.loads(text)).decode()
    except (OSError, ValueError) as fault:
        raise Wrong(f"{path} cannot be read: {fault}") from None
    return text
