"""Proves that a recording is whole, or says where it is not. No key, server or network is needed.

What is signed is checked from the outside in: the manifest by its signature, the index by the manifest,
each segment by the index and by the one before it, the transcript by the manifest, the manifest by the
ledger. A bundle cannot vouch for itself: the signer's fingerprint and the ledger's head must come from
elsewhere, and without them the proof says what it did not check.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Struct

from recordings import bundle as files
from recordings import ledger, signing
from recordings.bundle import Bundle, Unreadable, segment_name
from recordings.form import NO_DIGEST, STRETCH, BadForm, read_segment_header
from recordings.journal import SegmentRow, row_of
from recordings.ledger import BadLedger, Entry, Head, Line
from recordings.manifest import BadManifest, Cut, Manifest, digest_of, read_index, read_manifest

T = TypeVar("T")


class Broken(Exception):
    """Something was changed; `place` says where, the text what."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place = place


class Proof(Struct, frozen=True, kw_only=True):
    """What was found: nothing `broken` means whole. `unchecked` names what nobody vouched for,
    `declared` what is known not to be there.
    """

    manifest: Manifest
    broken: str = ""
    unchecked: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()


def prove(bundle: Bundle, *, signer: str = "", head: str = "") -> Proof:
    """Return what `bundle` proves to somebody who trusts the fingerprint `signer` and has seen the
    ledger's `head` ("number-digest"). Raises `Unreadable` where there is nothing to prove, and
    `BadLedger` if `head` is none.
    """
    wanted = ledger.read_short(head) if head else None
    manifest_bytes = _part(bundle, files.MANIFEST)
    try:
        manifest = read_manifest(manifest_bytes)
    except BadManifest as fault:
        raise Unreadable(f"{files.MANIFEST}: {fault}") from None
    unchecked: list[str] = []
    try:
        _check_signature(bundle, manifest, manifest_bytes, signer)
        if not signer:
            unchecked.append("signer not checked")
        _check_names(bundle)
        rows = _check_segments(bundle, manifest)
        gone = _check_transcript(bundle, manifest)
        unchecked += _check_ledger(bundle, manifest, digest_of(manifest_bytes), wanted)
    except Broken as fault:
        return Proof(manifest=manifest, broken=str(fault), unchecked=tuple(unchecked))
    declared = [_say_cut(cut) for cut in manifest.cuts]
    declared += [f"{_place(row)}: cut short when its writer was" for row in rows if not row.whole]
    if gone:
        declared.append(f"the words of facts are not here, perhaps erased: {gone}")
    return Proof(manifest=manifest, unchecked=tuple(unchecked), declared=tuple(declared))


def _check_signature(bundle: Bundle, manifest: Manifest, signed: bytes, signer: str) -> None:
    signature = _part(bundle, files.SIGNATURE).decode(errors="replace")
    if not signing.is_signed(signing.MANIFEST, signed, signature, manifest.signer):
        raise Broken(files.MANIFEST, "its signature does not fit")
    if signer and signing.fingerprint(manifest.signer) != signing.bare(signer):
        raise Broken(files.MANIFEST, "signed by somebody else")


def _check_names(bundle: Bundle) -> None:
    for name in files.strangers(bundle):
        raise Broken(name, "no recording has such a file")


# --- segments


def _check_segments(bundle: Bundle, manifest: Manifest) -> list[SegmentRow]:
    index = _part(bundle, files.INDEX)
    if digest_of(index) != manifest.index:
        raise Broken(files.INDEX, "not the one that the manifest names")
    try:
        rows = read_index(index)
    except BadManifest as fault:
        raise Broken(files.INDEX, str(fault)) from None
    if len(rows) != manifest.segments:
        raise Broken(files.INDEX, f"{len(rows)} segments, where {manifest.segments} are signed")
    named = {segment_name(row.number) for row in rows}
    for name in bundle.names():
        if name.startswith(files.SEGMENTS) and name not in named:
            raise Broken(name, "the index does not know it")
    chain = _Chain(manifest.cuts)
    for row, after in pairwise([*rows, None]):
        assert row is not None
        previous = chain.before(row)
        is_end = after is None or after.number // STRETCH > row.number // STRETCH
        _check_segment(bundle, manifest, row, previous, is_end=is_end)
        chain.add(row)
    ends = (rows[0].digest, rows[-1].digest) if rows else ("", "")
    if ends != (manifest.first, manifest.last):
        raise Broken(files.MANIFEST, "its first and last digest are not those of the index")
    return rows


class _Chain:
    """Which segment has to come next, and what it has to name, after those that were added. What was
    cut out is skipped; a stretch, that is what one writer wrote, begins at a multiple of `STRETCH`.
    """

    def __init__(self, cuts: Iterable[Cut]) -> None:
        self._cuts = {cut.first: cut for cut in cuts}
        self._number, self._previous = 0, NO_DIGEST

    def before(self, row: SegmentRow) -> bytes:
        """Return the digest that `row` has to name, or raise `Broken` if another comes first."""
        self._skip_cuts()
        begins = row.number - row.number % STRETCH
        while self._number < begins:
            # The stretches before it are over, or were cut out whole.
            between = (n for n in self._cuts if self._number < n < begins and n % STRETCH == 0)
            self._number, self._previous = min(between, default=begins), NO_DIGEST
            self._skip_cuts()
        if row.number != self._number:
            raise Broken(_place(row), f"segment {self._number} belongs before it")
        return self._previous

    def add(self, row: SegmentRow) -> None:
        """Go on after `row`."""
        self._number, self._previous = row.number + 1, bytes.fromhex(row.digest)

    def _skip_cuts(self) -> None:
        while cut := self._cuts.pop(self._number, None):
            self._number, self._previous = cut.last + 1, bytes.fromhex(cut.digest)


def _check_segment(
    bundle: Bundle, manifest: Manifest, row: SegmentRow, previous: bytes, *, is_end: bool
) -> None:
    data = bundle.read(segment_name(row.number))
    if data is None:
        raise Broken(_place(row), "it is missing")
    try:
        header = read_segment_header(data)
        found = row_of(data)
    except BadForm as fault:
        raise Broken(_place(row), str(fault)) from None
    if hashlib.sha256(data).hexdigest() != row.digest:
        raise Broken(_place(row), "its bytes were changed")
    if header.recording.hex() != manifest.recording:
        raise Broken(_place(row), "it belongs to another recording")
    if header.previous != previous:
        raise Broken(_place(row), "it does not follow from the one before it")
    if found != msgspec.structs.replace(row, pictures=()):
        raise Broken(_place(row), "the index describes it wrongly")
    if not row.whole and not is_end:
        # A writer that was killed writes no more; another one begins a stretch of its own.
        raise Broken(_place(row), "it was cut short")


def _place(row: SegmentRow) -> str:
    return f"segment {row.number}, {clock(row.begins)}"


def clock(micros: int) -> str:
    """Return a time in µs as people read it, to the second, in UTC."""
    return datetime.fromtimestamp(micros / 1e6, UTC).isoformat(sep=" ", timespec="seconds")


def _say_cut(cut: Cut) -> str:
    at = clock(cut.at * 1000)
    return f"segments {cut.first} to {cut.last} were cut out by {cut.by} at {at}: {cut.why}"


# --- transcript and ledger


class _Fact(Struct, frozen=True, kw_only=True):
    """What the proof needs of a line of the transcript."""

    place: int
    digest: str = ""


class Text(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The personal words of the fact at `place`, as JSON, and the `salt` (hex) of their digest. They
    may be erased; the transcript proves itself without them.
    """

    place: int
    salt: Annotated[str, Meta(pattern=r"\A([0-9a-f]{2})*\Z")]
    words: str


def _check_transcript(bundle: Bundle, manifest: Manifest) -> int:
    """Check the facts and the words that are there; return of how many facts they are not."""
    transcript = _part(bundle, files.TRANSCRIPT)
    if digest_of(transcript) != manifest.transcript:
        raise Broken(files.TRANSCRIPT, "not the one that the manifest names")
    digests = {fact.place: fact.digest for fact in _lines(transcript, _Fact, files.TRANSCRIPT)}
    for text in _exact_lines(bundle.read(files.TEXTS) or b"", Text, files.TEXTS):
        salted = bytes.fromhex(text.salt) + text.words.encode()
        if hashlib.sha256(salted).hexdigest() != digests.get(text.place):
            raise Broken(f"{files.TEXTS}, place {text.place}", "these words were not said")
        del digests[text.place]
    return sum(1 for digest in digests.values() if digest)


def _check_ledger(
    bundle: Bundle, manifest: Manifest, digest: str, wanted: tuple[int, str] | None
) -> list[str]:
    """Check the lines, and that one of them is of this manifest; return what nobody vouched for."""
    entry = _decode(_part(bundle, files.ENTRY), Entry, files.ENTRY)
    if (entry.kind, entry.recording, entry.digest) != ("recorded", manifest.recording, digest):
        raise Broken(files.ENTRY, "it is of another manifest")
    lines = _exact_lines(_part(bundle, files.LINES), Line, files.LINES)
    if not lines or lines[0].entry != hashlib.sha256(ledger.write_entry(entry)).hexdigest():
        raise Broken(files.LINES, "its first line is not that of this recording")
    try:
        last = ledger.check(lines)
    except BadLedger as fault:
        raise Broken(files.LINES, str(fault)) from None
    head = _decode(_part(bundle, files.HEAD), Head, files.HEAD)
    if last is None or (head.number, head.digest) != (last.number, last.digest):
        raise Broken(files.HEAD, "the ledger's lines end elsewhere")
    if not ledger.is_signed(head, manifest.signer):
        raise Broken(files.HEAD, "its signature does not fit")
    if wanted is None:
        return ["ledger not checked against a head from elsewhere"]
    return _check_head(lines, *wanted)


def _check_head(lines: list[Line], number: int, digest: str) -> list[str]:
    if number < lines[0].number:
        if number == lines[0].number - 1 and lines[0].previous != digest:
            raise Broken(files.LINES, f"line {number} was another one")
        return ["the head given is older than this recording, so it says nothing of it"]
    if number > lines[-1].number:
        return [f"the head given is younger than this export, which ends at {lines[-1].number}"]
    if lines[number - lines[0].number].digest != digest:
        raise Broken(files.LINES, f"line {number} was another one when that head was given out")
    return []


def _lines(data: bytes, kind: type[T], name: str) -> list[T]:
    try:
        return msgspec.json.Decoder(kind).decode_lines(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise Broken(name, str(fault)) from None


def _exact_lines(data: bytes, kind: type[T], name: str) -> list[T]:
    read = _lines(data, kind, name)
    if write_lines(read) != data:
        raise Broken(name, "not in the one form that it may have")
    return read


def write_lines(lines: Sequence[Any]) -> bytes:
    """Return `lines` of the ledger, or `Text`s, in the one form that a bundle may hold them in."""
    return msgspec.json.Encoder(order="sorted").encode_lines(lines)


def _decode(data: bytes, kind: type[T], name: str) -> T:
    try:
        read = msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise Broken(name, str(fault)) from None
    if msgspec.json.encode(read, order="sorted") != data:
        raise Broken(name, "not in the one form that it may have")
    return read


def _part(bundle: Bundle, name: str) -> bytes:
    if (data := bundle.read(name)) is None:
        if name == files.MANIFEST:
            raise Unreadable(f"There is no {name}.")
        raise Broken(name, "it is missing")
    return data


def say(proof: Proof) -> Iterable[str]:
    """Yield what `proof` says, a line each."""
    manifest = proof.manifest
    span = f"{clock(manifest.began)} to {clock(manifest.ended)}"
    yield f"Recording {manifest.recording} of session {manifest.session}, {span} UTC"
    yield f"Signed by {signing.fingerprint(manifest.signer)}"
    if proof.broken:
        yield f"BROKEN at {proof.broken}"
        return
    cuts = len(manifest.cuts)
    parts = ["whole"]
    if cuts:
        parts.append("one declared cut" if cuts == 1 else f"{cuts} declared cuts")
    if manifest.reason == "interrupted":
        parts.append("interrupted")
    yield ", ".join([*parts, *proof.unchecked])
    yield from proof.declared
