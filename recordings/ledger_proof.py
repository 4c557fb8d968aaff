"""A site's whole ledger as it leaves the house, and the proof that nothing is missing: no line, and no recording.

A bundle proves one recording that is there. That one was taken away altogether shows only here: its line stands
in the ledger, nothing says that it was destroyed, and it is not among what the site has (`SHELF`).
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec
from msgspec import Struct

from recordings import ledger, signing
from recordings.bundle import Bundle, Unreadable
from recordings.ledger import BadLedger, Entry, Head, Line
from recordings.manifest import Digest, Recording, digest_of
from recordings.proof import clock, write_lines

LINES = "ledger.jsonl"
ENTRIES = "entries.jsonl"
SHELF = "shelf.jsonl"
HEAD = "head.json"
SIGNER = "signer.json"

T = TypeVar("T")


class Shelved(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A closed recording that the site has, and the digest of its manifest."""

    recording: Recording
    digest: Digest


class LedgerProof(Struct, frozen=True, kw_only=True):
    """What was found: nothing in `broken` means whole. `unchecked` names what nobody vouched for; `recorded`
    and `destroyed` count recordings.
    """

    signer: str = ""
    head: str = ""
    recorded: int = 0
    destroyed: int = 0
    broken: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()


class _Wrong(Exception):
    """The text says which place is not as it was, and how."""


def prove_ledger(bundle: Bundle, *, signer: str = "", head: str = "") -> LedgerProof:
    """Return what the ledger in `bundle` proves to somebody who trusts the fingerprint `signer` and has seen
    the `head` ("number-digest"). Raises `Unreadable`, and `BadLedger` if `head` is none.
    """
    wanted = ledger.read_short(head) if head else None
    if bundle.read(HEAD) is None:
        raise Unreadable(f"There is no {HEAD}.")
    unchecked = () if signer else ("signer not checked",)
    try:
        return _proved(bundle, signer, wanted, unchecked)
    except _Wrong as fault:
        return LedgerProof(broken=(str(fault),), unchecked=unchecked)


def _proved(
    bundle: Bundle, signer: str, wanted: tuple[int, str] | None, unchecked: tuple[str, ...]
) -> LedgerProof:
    for name in set(bundle.names()) - {LINES, ENTRIES, SHELF, HEAD, SIGNER}:
        raise _Wrong(f"{name}: no ledger has such a file")
    head, key = _one(bundle, HEAD, Head), _one(bundle, SIGNER, Digest)
    _check_signer(key, head, signer)
    lines, entries = _many(bundle, LINES, Line), _many(bundle, ENTRIES, Entry)
    _check_lines(lines, entries, head)
    if wanted:
        _check_head(lines, *wanted)
    else:
        unchecked = (*unchecked, "not checked against a head from elsewhere")
    recorded, destroyed = _fates(entries)
    return LedgerProof(
        signer=key,
        head=head.short,
        recorded=len(recorded),
        destroyed=len(destroyed),
        broken=tuple(_gaps(lines, recorded, destroyed, _many(bundle, SHELF, Shelved))),
        unchecked=unchecked,
    )


def _check_signer(key: str, head: Head, wanted: str) -> None:
    if wanted and signing.fingerprint(key) != signing.bare(wanted):
        raise _Wrong("the ledger: signed by somebody else")
    if not ledger.is_signed(head, key):
        raise _Wrong(f"{HEAD}: its signature does not fit")


def _check_lines(lines: Sequence[Line], entries: Sequence[Entry], head: Head) -> None:
    if not lines or lines[0].number != 1:
        raise _Wrong("line 1: it is missing")
    try:
        last = ledger.check(lines)
    except BadLedger as fault:
        raise _Wrong(str(fault)) from None
    assert last
    if (head.number, head.digest) != (last.number, last.digest):
        raise _Wrong(f"{HEAD}: the lines end elsewhere, with {last.number}")
    if len(entries) != len(lines):
        raise _Wrong(f"{ENTRIES}: {len(entries)} entries for {len(lines)} lines")
    for line, entry in zip(lines, entries, strict=True):
        if digest_of(ledger.write_entry(entry)) != line.entry:
            raise _Wrong(f"line {line.number}: its entry is another one")


def _check_head(lines: Sequence[Line], number: int, digest: str) -> None:
    if number > len(lines):
        raise _Wrong(f"line {number}: it was there when that head was given out, and is missing")
    if number < 1 or lines[number - 1].digest != digest:
        raise _Wrong(f"line {number}: it was another one when that head was given out")


def _fates(entries: Iterable[Entry]) -> tuple[dict[str, tuple[int, str]], set[str]]:
    """Return in which line each recording was written down with which digest, and which were destroyed."""
    recorded: dict[str, tuple[int, str]] = {}
    destroyed = set()
    for number, entry in enumerate(entries, start=1):
        if entry.kind == "recorded":
            recorded[entry.recording] = number, entry.digest
        elif entry.kind == "destroyed":
            destroyed.add(entry.recording)
    return recorded, destroyed


def _gaps(
    lines: Sequence[Line],
    recorded: dict[str, tuple[int, str]],
    destroyed: set[str],
    shelf: Sequence[Shelved],
) -> Iterable[str]:
    """Yield which recordings are not as the ledger has them."""
    there = {each.recording: each.digest for each in shelf}
    if [each.recording for each in shelf] != sorted(there):
        yield f"{SHELF}: not in the order of its recordings"
    for recording, (number, digest) in recorded.items():
        if recording in destroyed:
            continue
        if recording not in there:
            when = clock(lines[number - 1].at * 1000)
            yield f"recording {recording}: closed {when} (line {number}), never destroyed, and not there"
        elif there[recording] != digest:
            yield f"recording {recording}: its manifest is not that of line {number}"
    for recording in there:
        if recording not in recorded:
            yield f"recording {recording}: no line tells of it"


def say(proof: LedgerProof) -> Iterable[str]:
    """Yield what `proof` says, a line each."""
    if proof.head:
        yield f"Ledger up to {proof.head}"
        yield f"Signed by {signing.fingerprint(proof.signer)}"
    if proof.broken:
        yield from (f"BROKEN at {each}" for each in proof.broken)
        return
    counts = f"{proof.recorded} recordings closed, {proof.destroyed} destroyed"
    yield ", ".join(["whole", counts, *proof.unchecked])


def _one(bundle: Bundle, name: str, kind: type[T]) -> T:
    data = _part(bundle, name)
    try:
        read = msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise _Wrong(f"{name}: {fault}") from None
    if msgspec.json.encode(read, order="sorted") != data:
        raise _Wrong(f"{name}: not in the one form that it may have")
    return read


def _many(bundle: Bundle, name: str, kind: type[T]) -> list[T]:
    data = _part(bundle, name)
    try:
        read = msgspec.json.Decoder(kind).decode_lines(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise _Wrong(f"{name}: {fault}") from None
    if write_lines(read) != data:
        raise _Wrong(f"{name}: not in the one form that it may have")
    return read


def _part(bundle: Bundle, name: str) -> bytes:
    if (data := bundle.read(name)) is None:
        raise _Wrong(f"{name}: it is missing")
    return data
