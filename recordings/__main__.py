"""`python -m recordings verify PATH`: prove a recording offline."""

import argparse
import sys
from pathlib import Path

from recordings.bundle import Unreadable, opened
from recordings.ledger import BadLedger
from recordings.proof import prove, say

WHOLE, BROKEN, UNREADABLE = 0, 1, 2


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m recordings")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    verify = commands.add_parser(
        "verify",
        help="prove that a recording is whole",
        epilog="Exit status: 0 whole, 1 broken (the place is named), 2 unreadable.",
    )
    verify.add_argument("path", type=Path, help="the bundle: a tar file, or a folder")
    verify.add_argument(
        "--signer", default="", help="fingerprint of the site's key, from elsewhere"
    )
    verify.add_argument("--head", default="", help="a head of the ledger, from elsewhere")
    asked = parser.parse_args(arguments)
    try:
        with opened(asked.path) as bundle:
            proof = prove(bundle, signer=asked.signer, head=asked.head)
    except (Unreadable, BadLedger) as fault:
        sys.stderr.write(f"{fault}\n")
        return UNREADABLE
    sys.stdout.writelines(f"{line}\n" for line in say(proof))
    return BROKEN if proof.broken else WHOLE


if __name__ == "__main__":
    sys.exit(main())
