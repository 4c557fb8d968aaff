"""The commands `deskside keys`, `backup` and `restore`, beside a running server or without one."""

import argparse
import getpass
from collections.abc import Callable
from pathlib import Path

from broker.backup import BadBackup, backup, restore
from broker.clock import now
from broker.config import FILE, Config
from broker.database import Database
from broker.recording_keys import RecordingKeys, open_site_keys
from recordings.keys import FILE as KEY_FILE

Tell = Callable[[str], None]


async def carry_out(
    given: argparse.Namespace, config: Config, database: Database, tell: Tell
) -> None:
    """Carry out one command, or raise `BadBackup`."""
    folder = config.data_folder
    if given.command == "keys":
        site_keys = open_site_keys(config)
        if given.action == "check":
            site_keys.check()
            tell(f"{_where(config)} wraps keys and opens them.")
            return
        keys = RecordingKeys(database, config.site, site_keys)
        count = await keys.rotate(drop_old=given.action == "drop-old")
        tell(f"The data keys of {count} recordings are wrapped anew.")
        return
    passphrase = _passphrase(given.passphrase_file)
    if given.command == "backup":
        await backup(database, folder, Path.cwd() / FILE, given.file, passphrase, now())
        tell(f"{given.file} holds the tables and, wrapped, the keys. Copy the store as well.")
        if config.key_service:
            tell(f"{_where(config)} keeps its own keys: they are not in it.")
        return
    for name in await restore(database, folder, given.file, passphrase):
        tell(f"{folder / name}")
    tell("The tables are back. Put the store where it was, and start the server.")


def _where(config: Config) -> str:
    token = config.key_token
    return f"The token “{token.token}”" if token else str(config.data_folder / KEY_FILE)


def _passphrase(file: Path | None) -> str:
    if file is None:
        return getpass.getpass("Passphrase: ")
    try:
        return file.read_text("utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as fault:
        raise BadBackup(f"{file} cannot be read: {fault}.") from None
