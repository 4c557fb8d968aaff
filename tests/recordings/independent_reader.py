"""A second reader of recordings, written from docs/recordings.md and importing nothing of ours.

Only the standard library and `cryptography`. It proves a bundle in a folder and opens its records, and
raises `Wrong` where something does not fit.
"""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Wrong(Exception):
    """The bundle is not as the document says."""


def demand(truth: object, what: str) -> None:
    if not truth:
        raise Wrong(what)


def number(data: bytes, begin: int, size: int) -> int:
    return int.from_bytes(data[begin : begin + size], "big")


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def check_signature(signer: str, word: str, signed: bytes, signature: str) -> None:
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signer))
    try:
        key.verify(bytes.fromhex(signature), word.encode() + b"\n" + signed)
    except (InvalidSignature, ValueError):
        raise Wrong(f"the signature of the {word}") from None


# --- proof


def prove(folder: Path, fingerprint: str, head: str) -> dict[str, Any]:
    """Return the manifest of the whole recording in `folder`."""
    raw = (folder / "manifest.json").read_bytes()
    manifest: dict[str, Any] = json.loads(raw)
    demand(manifest["version"] == 1, "the version")
    demand(sha(bytes.fromhex(manifest["signer"])) == fingerprint, "the signer")
    signature = (folder / "manifest.sig").read_text()
    check_signature(manifest["signer"], "deskside manifest 1", raw, signature)
    index = (folder / "index.jsonl").read_bytes()
    demand(sha(index) == manifest["index"], "the index")
    rows = [json.loads(line) for line in index.splitlines()]
    demand(len(rows) == manifest["segments"], "how many segments there are")
    check_segments(folder, manifest, rows)
    check_transcript(folder, manifest)
    check_ledger(folder, manifest, raw, head)
    return manifest


def check_segments(folder: Path, manifest: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    cuts = {cut["first"]: cut for cut in manifest["cuts"]}
    expected, previous = 0, bytes(32)
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        stretch = row["number"] // 1_000_000
        while expected != row["number"]:
            if cut := cuts.pop(expected, None):
                expected, previous = cut["last"] + 1, bytes.fromhex(cut["digest"])
            else:
                later = [first for first in cuts if first > expected and first < row["number"]]
                expected, previous = min([*later, stretch * 1_000_000]), bytes(32)
                demand(expected % 1_000_000 == 0, "the beginning of a stretch")
                demand(expected in cuts or expected == row["number"], f"segment {expected}")
        demand(row["number"] == expected, f"segment {expected}")
        data = (folder / "segments" / f"{expected:08d}").read_bytes()
        demand(sha(data) == row["digest"], f"the bytes of segment {expected}")
        demand(data[8:24].hex() == manifest["recording"], f"the recording of segment {expected}")
        demand(data[24:40].hex() == row["writer"], f"the writer of segment {expected}")
        demand(number(data, 40, 4) == expected, f"the number of segment {expected}")
        demand(data[52:84] == previous, f"the chain at segment {expected}")
        flags = [flags for _, _, flags, _, _ in records(data)]
        demand(len(flags) == row["records"], f"the records of segment {expected}")
        demand(not any(flags[:-1]), f"the end of segment {expected}")
        is_end = after is None or after["number"] // 1_000_000 > stretch
        demand((flags and flags[-1] == 1) or is_end, f"the end of segment {expected}")
        expected, previous = expected + 1, bytes.fromhex(row["digest"])
    ends = (rows[0]["digest"], rows[-1]["digest"]) if rows else ("", "")
    demand(ends == (manifest["first"], manifest["last"]), "the first and last digest")


def records(data: bytes) -> list[tuple[int, int, int, int, int]]:
    """Return for each record where it begins, its kind, flags, time and length of ciphertext."""
    demand(data[:5] == b"DSKR\x01", "the beginning of a segment")
    demand(data[5:8] == bytes(3), "what is kept free")
    at = 84
    found: list[tuple[int, int, int, int, int]] = []
    while at < len(data):
        length = number(data, at, 4)
        demand(number(data, at + 4, 4) == len(found), "the number of a record")
        demand(data[at + 10 : at + 12] == bytes(2), "what is kept free")
        found.append((at, data[at + 8], data[at + 9], number(data, at + 12, 8), length))
        at += 20 + length
        demand(at <= len(data), "the length of a record")
    return found


def check_transcript(folder: Path, manifest: dict[str, Any]) -> None:
    transcript = (folder / "transcript.jsonl").read_bytes()
    demand(sha(transcript) == manifest["transcript"], "the transcript")
    facts = {fact["place"]: fact for fact in map(json.loads, transcript.splitlines())}
    texts = folder / "texts.jsonl"
    for line in texts.read_bytes().splitlines() if texts.exists() else []:
        text = json.loads(line)
        digest = sha(bytes.fromhex(text["salt"]) + text["words"].encode())
        demand(digest == facts[text["place"]]["digest"], f"the words at {text['place']}")


def check_ledger(folder: Path, manifest: dict[str, Any], raw: bytes, head: str) -> None:
    entry = (folder / "entry.json").read_bytes()
    told = json.loads(entry)
    demand(told["kind"] == "recorded", "the entry's kind")
    demand((told["recording"], told["digest"]) == (manifest["recording"], sha(raw)), "the entry")
    lines = [json.loads(line) for line in (folder / "ledger.jsonl").read_bytes().splitlines()]
    demand(lines[0]["entry"] == sha(entry), "the first line")
    digests: dict[int, str] = {}
    before = None
    for line in lines:
        demand(before is None or line["previous"] == digests[before], "the ledger's chain")
        demand(before is None or line["number"] == before + 1, "the ledger's numbers")
        before = line["number"]
        digests[before] = line_digest(line)
    end = json.loads((folder / "head.json").read_bytes())
    demand((end["number"], end["digest"]) == (before, digests[before or 0]), "the ledger's head")
    signed = f"{end['number']}\n{end['digest']}\n{end['at']}\n".encode()
    check_signature(manifest["signer"], "deskside ledger head 1", signed, end["signature"])
    given, _, digest = head.partition("-")
    demand(digests.get(int(given)) == digest, "the head that was given")


def line_digest(line: dict[str, Any]) -> str:
    parts = ("deskside ledger 1", line["number"], line["at"], line["entry"], line["previous"])
    return sha("".join(f"{part}\n" for part in parts).encode())


# --- opening


def open_records(data: bytes, media: bytes, words: bytes) -> list[tuple[int, int, bytes]]:
    """Return kind, time and payload of each record of the segment `data`."""
    opened = []
    for count, (at, kind, _flags, time, length) in enumerate(records(data)):
        personal = kind >= 128
        key = segment_key(data, words if personal else media, b"words" if personal else b"media")
        nonce = bytes(8) + count.to_bytes(4, "big")
        bound = data[:84] + data[at : at + 20]
        try:
            payload = AESGCM(key).decrypt(nonce, data[at + 20 : at + 20 + length], bound)
        except InvalidTag:
            raise Wrong(f"the seal of record {count}") from None
        opened.append((kind, time, payload))
    return opened


def segment_key(data: bytes, key: bytes, use: bytes) -> bytes:
    """HKDF of RFC 5869 with SHA-256, written out: one block is enough for 32 bytes."""
    info = b"deskside recording 1 " + use + b" " + data[8:24] + data[40:44]
    extracted = hmac.digest(data[24:40], key, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")
