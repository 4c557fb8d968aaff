"""How fast a recording is sealed into the journal, and how fast one of an hour is proved.

The floor for sealing is AES-256-GCM and SHA-256 over the same payloads, written into as many files and
forced to the disk as often; for proving, SHA-256 of the same files. An argument is the minutes of the recording that is proved.
"""

import hashlib
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.report import Line, report
from recordings import bundle as files
from recordings import ledger, signing
from recordings.bundle import Folder
from recordings.form import Kind
from recordings.journal import Journal
from recordings.ledger import Entry
from recordings.manifest import (
    Consent,
    Manifest,
    digest_of,
    write_index,
    write_manifest,
)
from recordings.proof import prove, write_lines
from recordings.seal import DataKeys

MINUTES = 60
A_SECOND = 30
"""Messages of the picture, as while something scrolls."""

SIZE = 4_000
ROUNDS = 3
RECORDING = bytes(16)
KEYS = DataKeys(media=bytes(range(32)), words=bytes(range(32)))


def payloads(count: int) -> list[bytes]:
    """Return messages of the sizes that a scrolling screen has."""
    dice = random.Random(1)
    return [dice.randbytes(dice.randrange(SIZE * 2)) for _ in range(count)]


def sealed(folder: Path, messages: list[bytes]) -> Journal:
    """Return a closed journal with `messages` in it."""
    journal = Journal(folder, RECORDING, KEYS, most_bytes=2**40)
    for number, message in enumerate(messages):
        journal.keep(Kind.PICTURE, number * 1_000_000 // A_SECOND, message)
    journal.close()
    return journal


def bare(folder: Path, messages: list[bytes]) -> None:
    """Encrypt, digest and write `messages` into files of 2 s that are on the disk, and no more."""
    folder.mkdir(exist_ok=True)
    cipher, each = AESGCM(KEYS.media), 2 * A_SECOND
    for begin in range(0, len(messages), each):
        digest = hashlib.sha256()
        handle = os.open(folder / str(begin), os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
        try:
            for number, message in enumerate(messages[begin : begin + each]):
                body = cipher.encrypt(number.to_bytes(12, "big"), message, b"")
                digest.update(body)
                os.write(handle, body)
            os.fsync(handle)
        finally:
            os.close(handle)


def close(folder: Path, journal: Journal) -> None:
    """Put manifest, transcript and ledger beside the segments, so that all of it can be proved."""
    rows, key = journal.closed, Ed25519PrivateKey.generate()
    index = write_index(rows)
    manifest = write_manifest(
        Manifest(
            version=1, recording=RECORDING.hex(), site="main", session="s",
            began=rows[0].begins, ended=rows[-1].ends, segments=len(rows),
            first=rows[0].digest, last=rows[-1].digest, index=digest_of(index),
            transcript=digest_of(b""), parties=(), consent=Consent(answer="allowed", at=0),
            reason="ended", signer=signing.signer_of(key),
        )
    )  # fmt: skip
    entry = Entry(kind="recorded", recording=RECORDING.hex(), digest=digest_of(manifest))
    line = ledger.follow(None, 0, entry)
    for name, data in {
        files.MANIFEST: manifest,
        files.SIGNATURE: signing.sign(signing.MANIFEST, manifest, key).encode(),
        files.INDEX: index,
        files.TRANSCRIPT: b"",
        files.ENTRY: ledger.write_entry(entry),
        files.LINES: write_lines([line]),
        files.HEAD: ledger.write_head(ledger.sign_head(line, 0, key)),
    }.items():
        (folder / name).write_bytes(data)
    for row in rows:
        journal.path_of(row.number).rename(folder / files.segment_name(row.number))


def digest_all(folder: Path) -> None:
    """Read and digest every file, and nothing else."""
    for name in Folder(folder).names():
        hashlib.sha256((folder / name).read_bytes()).hexdigest()


def took(work: Callable[[], object]) -> float:
    """Return the seconds that `work` takes at best."""
    spent = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return min(spent)


def main() -> None:
    minutes = int(sys.argv[1]) if sys.argv[1:] else MINUTES
    messages = payloads(minutes * 60 * A_SECOND)
    size = sum(map(len, messages)) / 1e6
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begun = iter(range(100))
        seconds = took(lambda: sealed(folder / f"journal{next(begun)}", messages))
        floor = took(lambda: bare(folder / f"bare{next(begun)}", messages))
        bundle = folder / "bundle"
        close(bundle, sealed(bundle / files.SEGMENTS, messages))
        proof = prove(Folder(bundle))
        assert not proof.broken, proof.broken
        proved = took(lambda: prove(Folder(bundle)))
        digested = took(lambda: digest_all(bundle))
    speed, reach = size / seconds, 0.5 * size / floor
    report(
        "seal",
        [
            Line("seal", speed, "MB/s", size / floor, "≥ 0.5 ×", speed >= reach),
            Line("seal one message", 1e6 * seconds / len(messages), "µs",
                 1e6 * floor / len(messages)),
            Line("prove", size / proved, "MB/s", size / digested, "≥ 0.5 ×",
                 proved <= 2 * digested),
            Line(f"prove {minutes} minutes", proved, "s", digested, "≤ 5", proved <= 5),
        ],
        messages=f"{len(messages):,}, {size:,.0f} MB",
    )  # fmt: skip


if __name__ == "__main__":
    main()
