"""The command `deskside`. Parts are imported by the command that needs them: starting is quick."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from broker.config import BadSetting, Config, load

ROLES = ["rep", "lead", "admin", "compliance"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command and return the exit code."""
    given = _parser().parse_args(arguments)
    try:
        config = load(os.environ, Path.cwd(), **_settings(given))
        if given.command == "client":
            return _build_client(config, anew=given.anew)
        return _serve(config) if given.command == "up" else _work(given, config)
    except BadSetting as fault:
        print(fault, file=sys.stderr)
        return 2


def _serve(config: Config) -> int:
    from broker.up import up  # noqa: PLC0415 - imports the whole server

    up(config, _say)
    return 0


def _build_client(config: Config, *, anew: bool) -> int:
    from broker.client_build import CannotBuild, build  # noqa: PLC0415 - needed here alone

    try:
        build(config, _say, anew=anew)
    except CannotBuild as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


def _work(given: argparse.Namespace, config: Config) -> int:
    from broker.office import Wrong, carry_out  # noqa: PLC0415 - imports the database

    try:
        asyncio.run(carry_out(given, config, _say))
    except Wrong as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


def _say(line: str) -> None:
    # Somebody may wait for this line at the other end of a pipe.
    print(line, flush=True)


def _settings(given: argparse.Namespace) -> dict[str, str]:
    settings = {"tls": "lan"} if getattr(given, "lan", False) else {}
    relays = getattr(given, "relays", None)
    return settings | ({"relays": relays} if relays else {})


def _add_account(account: argparse.ArgumentParser) -> None:
    actions = account.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, does: str) -> argparse.ArgumentParser:
        parser = actions.add_parser(name, help=does)
        parser.add_argument("name")
        return parser

    add = action("add", "add an account and print the link that sets its password")
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--team", action="append", default=[], metavar="TEAM", help="may be repeated")
    add.add_argument("--display-name", default="", help="what others read")
    reset = action("reset", "print a new link that sets the password")
    reset.add_argument("--second-factor", action="store_true", help="forget codes and passkeys too")
    action("role", "give an account another role").add_argument("role", choices=ROLES)
    team = action("team", "let an account serve these teams and no others")
    team.add_argument("team", nargs="*", metavar="TEAM")
    action("disable", "end all that an account may do")
    action("enable", "let a disabled account in again, by a new link")
    actions.add_parser("list", help="print the accounts there are")


def _add_keys(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    keys = commands.add_parser("keys", help="change the key that wraps the keys of recordings")
    actions = keys.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser(
        "rotate", help="put a new key in front and wrap with it; old ones still open"
    )
    actions.add_parser("drop-old", help="forget all keys but the one in front")
    actions.add_parser("check", help="see whether the key in front wraps and opens")
    for name, does in (
        ("backup", "write the tables and, wrapped by a passphrase, the keys to a file"),
        ("restore", "bring a backup back, into an empty database"),
    ):
        parser = commands.add_parser(name, help=does)
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--passphrase-file", type=Path, metavar="PATH", help="read it there instead of asking"
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="deskside", description="Remote support of your own.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    up = commands.add_parser("up", help="start the server")
    up.add_argument(
        "--lan", action="store_true", help="serve the local network, with a private authority"
    )

    up.add_argument("--relays", metavar="N", help="how many processes carry pictures; 1 unless set")

    _add_account(commands.add_parser("account", help="add, change and disable accounts"))

    site = commands.add_parser("site", help="show or set what customers see")
    actions = site.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("show", help="print the settings as JSON")
    put = actions.add_parser("set", help="replace the settings")
    put.add_argument("file", type=Path, metavar="FILE", help="JSON, or TOML by its name")

    client = commands.add_parser("client", help="build the native client")
    client.add_argument("action", choices=["build"])
    client.add_argument("--anew", action="store_true", help="even if nothing has changed")

    notice = commands.add_parser("notice", help="tell customers about a problem that is known")
    actions = notice.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="show a notice from now on and print its id")
    add.add_argument(
        "--text", action="append", required=True, metavar="LANGUAGE=TEXT", help="may be repeated"
    )
    add.add_argument("--hours", type=float, help="how long it is shown; for ever unless given")
    actions.add_parser("list", help="print the notices there are")
    end = actions.add_parser("end", help="show a notice no more")
    end.add_argument("id")
    send = actions.add_parser("send", help="push a notice to everybody who waits now")
    send.add_argument("id")
    _add_keys(commands)
    return parser
