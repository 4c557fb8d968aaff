"""`python -m recordings verify PATH` proves a recording offline, `ledger` a site's whole ledger; `export` makes
a film of a recording.
"""

import argparse
import sys
from pathlib import Path

from recordings.bundle import Bundle, Unreadable, opened
from recordings.bundle_film import make_film
from recordings.film_lines import Way
from recordings.film_maker import NoFilm
from recordings.form import BadForm
from recordings.keys import SiteKeys
from recordings.ledger import BadLedger
from recordings.ledger_proof import prove_ledger
from recordings.ledger_proof import say as say_ledger
from recordings.proof import Proof, prove, say
from recordings.seal import SealBroken
from recordings.wrapping import NoKey

WHOLE, BROKEN, UNREADABLE = 0, 1, 2

NO_FILM = {
    "no_video": "There was no video, so there is no preview: make a film.",
    "failed": "No film could be made of it.",
}


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    asked = _parser().parse_args(arguments)
    try:
        with opened(asked.path) as bundle:
            if asked.command == "ledger":
                return _prove_ledger(asked, bundle)
            proof = prove(bundle, signer=asked.signer, head=asked.head)
            sys.stdout.writelines(f"{line}\n" for line in say(proof))
            if proof.broken:
                return BROKEN
            if asked.command == "export":
                _export(asked, bundle, proof)
    except (Unreadable, BadLedger, NoKey, BadForm, OSError) as fault:
        return _failed(str(fault))
    except SealBroken as fault:
        return _failed(f"{fault}: not what this key has sealed.")
    except NoFilm as why:
        return _failed(NO_FILM[str(why)])
    return WHOLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m recordings")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    verify = commands.add_parser(
        "verify",
        help="prove that a recording is whole",
        epilog="Exit status: 0 whole, 1 broken (the place is named), 2 unreadable.",
    )
    whole = commands.add_parser(
        "ledger",
        help="prove that no line of a site's ledger is missing, and no recording",
        epilog="Exit status: 0 whole, 1 broken (the places are named), 2 unreadable.",
    )
    export = commands.add_parser(
        "export",
        help="prove a recording, and make a film of it",
        epilog="Exit status: 0 made, 1 broken (the place is named), 2 unreadable or not made.",
    )
    for command in (verify, whole, export):
        command.add_argument("path", type=Path, help="what was exported: a tar file, or a folder")
        command.add_argument(
            "--signer", default="", help="fingerprint of the site's key, from elsewhere"
        )
        command.add_argument("--head", default="", help="a head of the ledger, from elsewhere")
    export.add_argument("file", type=Path, help="the film, which is not there yet")
    export.add_argument("--keys", type=Path, required=True, help="the site's recordings.key")
    export.add_argument(
        "--wrapped",
        type=_hex,
        required=True,
        help="the data key for media as the tables have it, in hex",
    )
    export.add_argument("--by", required=True, help="who exports it: stands in each frame")
    export.add_argument(
        "--preview", action="store_true", help="only the video that was sent: quick"
    )
    return parser


def _hex(text: str) -> bytes:
    return bytes.fromhex(text)


def _prove_ledger(asked: argparse.Namespace, bundle: Bundle) -> int:
    proof = prove_ledger(bundle, signer=asked.signer, head=asked.head)
    sys.stdout.writelines(f"{line}\n" for line in say_ledger(proof))
    return BROKEN if proof.broken else WHOLE


def _export(asked: argparse.Namespace, bundle: Bundle, proof: Proof) -> None:
    """Make the film that is asked for, and say where it is."""
    if not asked.keys.exists():
        # It would be made anew.
        raise NoKey(f"{asked.keys} is not there.")
    media = SiteKeys(asked.keys).unwrap(proof.manifest.recording, "media", asked.wrapped)
    way: Way = "preview" if asked.preview else "film"
    form = make_film(bundle, proof.manifest, media, asked.file, way=way, by=asked.by)
    sys.stdout.write(f"{asked.file}: {form}\n")


def _failed(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return UNREADABLE


if __name__ == "__main__":
    sys.exit(main())
