"""Recordings of every released form stay readable, for us and for a reader that knows only the document."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from recordings.bundle import SEGMENTS, Folder
from recordings.form import Kind, read_records, read_segment_header
from recordings.proof import prove
from recordings.seal import DataKeys, SegmentSeal
from tests.recordings import independent_reader
from tests.recordings.independent_reader import Wrong
from tests.recordings.recorded import FINGERPRINT, KEYS, Recorded

GOLDEN = Path(__file__).parent.parent / "golden" / "recordings"
VERSIONS = sorted(path.name for path in GOLDEN.iterdir())


def segments(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((folder / SEGMENTS).iterdir())]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_recording_of_every_version_is_whole_and_opens(version: str) -> None:
    known = json.loads((GOLDEN / version / "known.json").read_text())
    folder = GOLDEN / version / "bundle"
    proof = prove(Folder(folder), signer=known["signer"], head=known["head"])
    assert (proof.broken, proof.unchecked) == ("", ())
    keys = DataKeys(media=bytes.fromhex(known["media"]), words=bytes.fromhex(known["words"]))
    found = []
    for data in segments(folder):
        seal = SegmentSeal(keys, read_segment_header(data))
        for each in read_records(data):
            payload = hashlib.sha256(seal.open(each)).hexdigest()
            found.append([int(each.kind), each.time, payload])
    assert found == known["records"]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_independent_reader_agrees(version: str) -> None:
    known = json.loads((GOLDEN / version / "known.json").read_text())
    folder = GOLDEN / version / "bundle"
    independent_reader.prove(folder, known["signer"], known["head"])
    media, words = bytes.fromhex(known["media"]), bytes.fromhex(known["words"])
    found = [
        [kind, time, hashlib.sha256(payload).hexdigest()]
        for data in segments(folder)
        for kind, time, payload in independent_reader.open_records(data, media, words)
    ]
    assert found == known["records"]


def test_the_independent_reader_reads_what_is_written_today(tmp_path: Path) -> None:
    recorded = Recorded(tmp_path)
    independent_reader.prove(tmp_path, FINGERPRINT, recorded.head)
    found = [
        record
        for data in segments(tmp_path)
        for record in independent_reader.open_records(data, KEYS.media, KEYS.words)
    ]
    assert [record for record in found if record[0] != Kind.END] == recorded.payloads


def test_the_independent_reader_finds_a_flipped_bit(tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    shutil.copytree(GOLDEN / "1" / "bundle", folder)
    known = json.loads((GOLDEN / "1" / "known.json").read_text())
    path = folder / SEGMENTS / "00000002"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(Wrong, match="segment 2"):
        independent_reader.prove(folder, known["signer"], known["head"])
