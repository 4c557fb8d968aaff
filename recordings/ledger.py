"""The site's ledger: a line for everything that is done with a recording, each bound to the one before.

A line carries only the digest of its entry, so that lines can be shown to prove an order without telling
what they are about. Whoever holds the digest of any line (a head) can tell whether everything up
to it is still as it was.
"""

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from recordings import signing
from recordings.manifest import Digest

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

BEGINNING = "0" * 64
"""What the first line names as the one before it."""


class BadLedger(ValueError):
    """The lines do not follow from each other, or a head is none; the text says where."""


class Line(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Line `number`, from 1, written at `at` (ms): the digest of its entry, and of the line before."""

    number: int
    at: int
    entry: Digest
    previous: Digest

    @property
    def digest(self) -> str:
        """SHA-256 of the line, in hex."""
        words = f"deskside ledger 1\n{self.number}\n{self.at}\n{self.entry}\n{self.previous}\n"
        return hashlib.sha256(words.encode()).hexdigest()


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a line is about: `kind`, such as "recorded" or "key_destroyed", of `recording`. `digest` is
    that of what was done with, such as the manifest; `salt` keeps the rest from being guessed.
    """

    kind: str
    recording: str
    by: str = ""
    digest: str = ""
    why: str = ""
    salt: str = ""


class Head(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far the ledger went at `at` (ms): the last line and its digest, signed."""

    number: int
    digest: Digest
    at: int
    signature: str = ""

    @property
    def short(self) -> str:
        """What people write down and give to the verifier."""
        return f"{self.number}-{self.digest}"


def write_entry(entry: Entry) -> bytes:
    """Return the bytes of `entry` that a line's digest is of."""
    return msgspec.json.encode(entry, order="sorted")


def write_head(head: Head) -> bytes:
    """Return the one form in which `head` may be in a bundle."""
    return msgspec.json.encode(head, order="sorted")


def follow(last: Line | None, at: int, entry: Entry) -> Line:
    """Return the line that follows `last` with `entry`."""
    return Line(
        number=last.number + 1 if last else 1,
        at=at,
        entry=hashlib.sha256(write_entry(entry)).hexdigest(),
        previous=last.digest if last else BEGINNING,
    )


def check(lines: Iterable[Line]) -> Line | None:
    """Return the last of `lines`, or raise `BadLedger` where one does not follow from the one before
    it. They may begin anywhere; what is before the first is then taken on trust.
    """
    last: Line | None = None
    for line in lines:
        if last is None:
            if (line.number == 1) != (line.previous == BEGINNING):
                raise BadLedger(f"line {line.number} has the wrong beginning")
        elif line.number != last.number + 1:
            raise BadLedger(f"line {line.number} after line {last.number}")
        elif line.previous != last.digest:
            raise BadLedger(f"line {line.number} does not follow from line {last.number}")
        last = line
    return last


def sign_head(last: Line, at: int, key: "Ed25519PrivateKey") -> Head:
    """Return the head of a ledger that ends with `last`."""
    return Head(
        number=last.number,
        digest=last.digest,
        at=at,
        signature=signing.sign(signing.HEAD, _signed(last.number, last.digest, at), key),
    )


def is_signed(head: Head, signer: str) -> bool:
    """Say whether `signer` (a public key in hex) signed `head`."""
    signed = _signed(head.number, head.digest, head.at)
    return signing.is_signed(signing.HEAD, signed, head.signature, signer)


def read_short(text: str) -> tuple[int, str]:
    """Read what `Head.short` wrote, or raise `BadLedger`."""
    number, _, digest = text.strip().partition("-")
    try:
        pair = int(number), msgspec.convert(digest.lower(), Digest)
    except (ValueError, msgspec.ValidationError):
        raise BadLedger("a head is a number, a hyphen and 64 hex digits") from None
    return pair


def _signed(number: int, digest: str, at: int) -> bytes:
    return f"{number}\n{digest}\n{at}\n".encode()
