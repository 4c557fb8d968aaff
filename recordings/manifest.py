"""The manifest closes a recording: how many segments, from which digest to which, and whose it is.

It is JSON in one form only (sorted names, no spaces), and signed as it stands. The index, one line for
each segment, lies beside it and is bound by its digest.
"""

import hashlib
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from recordings.form import VERSION
from recordings.journal import SegmentRow

Digest = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Recording = Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]
Reason = Literal["ended", "interrupted"]
Answer = Literal["allowed", "withdrawn"]


class Attendant(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who was in the session; names are personal and stand elsewhere."""

    id: str
    role: str


class Consent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the customer said of the recording, and when (ms)."""

    answer: Answer
    at: int


class Cut(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Segments that were taken out on purpose, from `first` to `last`. `digest` is that of the last
    one, which the segment after it names; `at` in ms.
    """

    first: int
    last: int
    digest: Digest
    at: int
    by: str
    why: str


class Manifest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a recording consists of. `began` and `ended` in µs by the broker's clock; `first` and
    `last` are the digests of its first and last segment, empty if it has none.
    """

    version: int
    recording: Recording
    site: str
    session: str
    began: int
    ended: int
    segments: int
    first: str
    last: str
    index: Digest
    transcript: Digest
    parties: tuple[Attendant, ...]
    consent: Consent
    reason: Reason
    cuts: tuple[Cut, ...] = ()
    signer: Digest


class BadManifest(ValueError):
    """These bytes are no manifest or index; the text says why."""


def write_manifest(manifest: Manifest) -> bytes:
    """Return the bytes of `manifest` that are signed."""
    return msgspec.json.encode(manifest, order="sorted")


def read_manifest(data: bytes) -> Manifest:
    """Read a manifest, or raise `BadManifest`. Only the one form that `write_manifest` gives."""
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise BadManifest(str(fault)) from None
    if manifest.version != VERSION:
        raise BadManifest(f"version {manifest.version}; this reader knows {VERSION}")
    if write_manifest(manifest) != data:
        raise BadManifest("not in the form that is signed")
    return manifest


def write_index(rows: list[SegmentRow]) -> bytes:
    """Return the index, a line of JSON for each of `rows`."""
    return msgspec.json.Encoder(order="sorted").encode_lines(rows)


def read_index(data: bytes) -> list[SegmentRow]:
    """Read an index, or raise `BadManifest`."""
    try:
        return msgspec.json.Decoder(SegmentRow).decode_lines(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise BadManifest(f"the index: {fault}") from None


def digest_of(data: bytes) -> str:
    """Return SHA-256 of `data`, in hex."""
    return hashlib.sha256(data).hexdigest()
