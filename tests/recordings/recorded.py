"""Makes recordings for the tests: real segments, manifest, transcript and ledger, in a folder."""

import hashlib
import json
import random
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from recordings import bundle as files
from recordings import ledger, signing
from recordings.form import STRETCH, Kind
from recordings.journal import Journal, SegmentRow
from recordings.ledger import Entry, Line
from recordings.manifest import (
    Attendant,
    Consent,
    Cut,
    Manifest,
    digest_of,
    write_index,
    write_manifest,
)
from recordings.proof import Text, write_lines
from recordings.seal import DataKeys

RECORDING = bytes.fromhex("0193a1b2c3d470008000000000000001")
BEGAN = 1_760_000_000_000_000
"""µs: October 2025."""

KEYS = DataKeys(media=bytes(range(32)), words=bytes(range(32, 64)))
SIGNING = Ed25519PrivateKey.from_private_bytes(bytes(range(64, 96)))
FINGERPRINT = signing.fingerprint(signing.signer_of(SIGNING))


class Recorded:
    """A bundle in `folder`, with what went into it."""

    def __init__(self, folder: Path, seed: int = 0, seconds: int = 12) -> None:
        self.folder = folder
        self._random = random.Random(seed)
        self.payloads: list[tuple[Kind, int, bytes]] = []
        self.rows = self._segments(folder, seconds)
        self.words = {2: b'{"text": "My printer is on fire."}'.decode()}
        self.transcript = self._transcript()
        self.manifest = self._manifest(seconds)
        self.lines: list[Line] = []
        self.write()

    def stretch(self, number: int, seconds: int) -> None:
        """Add what another writer wrote."""
        self.rows += self._segments(self.folder, seconds, number * STRETCH)

    def seal(self) -> None:
        """Write the bundle anew with a manifest for the rows there are."""
        self.change(
            segments=len(self.rows),
            index=digest_of(write_index(self.rows)),
            first=self.rows[0].digest,
            last=self.rows[-1].digest,
        )

    def _segments(self, folder: Path, seconds: int, first: int = 0) -> list[SegmentRow]:
        journal = Journal(folder / files.SEGMENTS, RECORDING, KEYS, first=first)
        for step in range(seconds * 5):
            time = BEGAN + step * 200_000
            kind = self._random.choice((Kind.PICTURE, Kind.PICTURE, Kind.INPUT, Kind.WORDS))
            payload = self._random.randbytes(self._random.randrange(2000))
            journal.keep(kind, time, payload, "key" if step % 50 == 0 else "")
            self.payloads.append((kind, time, payload))
        journal.close()
        for row in journal.closed:
            journal.path_of(row.number).rename(folder / files.segment_name(row.number))
        return journal.closed

    def _transcript(self) -> bytes:
        facts: list[dict[str, object]] = [{"type": "opened", "place": 1}]
        for place, words in self.words.items():
            digest = hashlib.sha256(b"salt" + words.encode()).hexdigest()
            facts.append({"type": "said", "place": place, "digest": digest})
        return b"".join(json.dumps(fact).encode() + b"\n" for fact in facts)

    def _manifest(self, seconds: int) -> Manifest:
        return Manifest(
            version=1,
            recording=RECORDING.hex(),
            site="main",
            session="0193a1b2-c3d4-7000-8000-00000000beef",
            began=BEGAN,
            ended=BEGAN + seconds * 1_000_000,
            segments=len(self.rows),
            first=self.rows[0].digest,
            last=self.rows[-1].digest,
            index=digest_of(write_index(self.rows)),
            transcript=digest_of(self.transcript),
            parties=(Attendant(id="c1", role="customer"), Attendant(id="r1", role="rep")),
            consent=Consent(answer="allowed", at=BEGAN // 1000),
            reason="ended",
            signer=signing.signer_of(SIGNING),
        )

    def change(self, **changes: object) -> None:
        """Write the bundle anew with a manifest changed thus, signed and in the ledger."""
        self.manifest = msgspec.structs.replace(self.manifest, **changes)
        self.write()

    def cut(self, first: int, last: int) -> None:
        """Take segments out, as a declared cut."""
        removed = [row for row in self.rows if first <= row.number <= last]
        for row in removed:
            (self.folder / files.segment_name(row.number)).unlink()
        self.rows = [row for row in self.rows if row not in removed]
        declared = Cut(
            first=first, last=last, digest=removed[-1].digest, at=1, by="ana", why="card"
        )
        self.change(cuts=(*self.manifest.cuts, declared))
        self.seal()

    def write(self) -> None:
        """Write everything but the segments."""
        manifest = write_manifest(self.manifest)
        entry = Entry(kind="recorded", recording=RECORDING.hex(), digest=digest_of(manifest))
        self.lines = self._ledger(entry)
        head = ledger.sign_head(self.lines[-1], 1_760_000_100_000, SIGNING)
        written = {
            files.MANIFEST: manifest,
            files.SIGNATURE: signing.sign(signing.MANIFEST, manifest, SIGNING).encode(),
            files.INDEX: write_index(self.rows),
            files.TRANSCRIPT: self.transcript,
            files.TEXTS: write_lines(
                [
                    Text(place=place, salt=b"salt".hex(), words=words)
                    for place, words in self.words.items()
                ]
            ),
            files.ENTRY: ledger.write_entry(entry),
            files.LINES: write_lines(self.lines[2:]),
            files.HEAD: ledger.write_head(head),
        }
        for name, data in written.items():
            (self.folder / name).write_bytes(data)

    def _ledger(self, entry: Entry) -> list[Line]:
        """Two lines of other things, ours, and one more: as a ledger looks when something is exported."""
        others = [Entry(kind="viewed", recording=f"{number:032x}") for number in range(3)]
        lines: list[Line] = []
        for at, each in enumerate((*others[:2], entry, others[2]), start=1_760_000_050_000):
            lines.append(ledger.follow(lines[-1] if lines else None, at, each))
        return lines

    @property
    def head(self) -> str:
        """What the receipt said when this recording was written down."""
        return f"{self.lines[2].number}-{self.lines[2].digest}"
