"""A journal keeps what it was given: killed, full, failing, or written by two."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from recordings.form import (
    MOST_PAYLOAD,
    NO_DIGEST,
    BadForm,
    Kind,
    read_records,
    read_segment_header,
    whole_length,
)
from recordings.journal import Journal, JournalFailed, row_of, salvage
from recordings.seal import DataKeys, SealBroken, SegmentSeal
from tests.recordings.recorded import BEGAN, KEYS, RECORDING

SECOND = 1_000_000


def opened(data: bytes, keys: DataKeys = KEYS) -> list[tuple[Kind, int, bytes]]:
    """Return what the segment `data` holds."""
    seal = SegmentSeal(keys, read_segment_header(data))
    return [(each.kind, each.time, seal.open(each)) for each in read_records(data)]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal", RECORDING, KEYS)


def read_only(journal: Journal) -> bytes:
    """Return the bytes of the one file in the journal's folder."""
    [path] = journal.folder.iterdir()
    return path.read_bytes()


def test_what_is_kept_is_read_back_in_its_order(journal: Journal) -> None:
    journal.keep(Kind.PICTURE, BEGAN, b"one", "key")
    journal.keep(Kind.WORDS, BEGAN + 5, b"two")
    journal.close()
    assert opened(read_only(journal)) == [
        (Kind.PICTURE, BEGAN, b"one"),
        (Kind.WORDS, BEGAN + 5, b"two"),
        (Kind.END, BEGAN + 5, b""),
    ]
    [row] = journal.closed
    assert [picture.record for picture in row.pictures] == [0]


def test_a_record_is_handed_over_before_keep_returns(journal: Journal) -> None:
    journal.keep(Kind.PICTURE, BEGAN, b"one")
    assert [payload for _, _, payload in opened(read_only(journal))] == [b"one"]


def test_a_clock_that_goes_back_does_not_put_records_out_of_order(journal: Journal) -> None:
    journal.keep(Kind.PICTURE, BEGAN + 5, b"one")
    journal.keep(Kind.PICTURE, BEGAN, b"two")
    assert [time for _, time, _ in opened(read_only(journal))] == [BEGAN + 5, BEGAN + 5]


def test_a_segment_spans_two_seconds_at_most(journal: Journal) -> None:
    for step in range(7):
        journal.keep(Kind.PICTURE, BEGAN + step * SECOND, b"x")
    journal.close()
    assert [(row.begins, row.ends) for row in journal.closed] == [
        (BEGAN + first * SECOND, BEGAN + last * SECOND)
        for first, last in [(0, 1), (2, 3), (4, 5), (6, 6)]
    ]


def test_an_idle_segment_is_closed_by_the_clock(journal: Journal) -> None:
    journal.keep(Kind.PICTURE, BEGAN, b"x")
    journal.tick(BEGAN + 2 * SECOND - 1)
    assert not journal.closed
    journal.tick(BEGAN + 2 * SECOND)
    assert journal.closed


def test_a_segment_holds_a_mebibyte_and_the_record_that_passes_it(journal: Journal) -> None:
    for _ in range(3):
        journal.keep(Kind.PICTURE, BEGAN, bytes(400_000))
    assert [row.records for row in journal.closed] == [4]


def test_each_segment_names_the_one_before_it(journal: Journal) -> None:
    for step in range(3):
        journal.keep(Kind.PICTURE, BEGAN + step * 2 * SECOND, b"x")
    journal.close()
    headers = [
        read_segment_header(journal.path_of(row.number).read_bytes()) for row in journal.closed
    ]
    digests = [bytes.fromhex(row.digest) for row in journal.closed]
    assert [header.previous for header in headers] == [NO_DIGEST, *digests[:-1]]
    assert [header.number for header in headers] == [0, 1, 2]


def test_the_row_says_what_can_be_read_from_the_bytes(journal: Journal) -> None:
    journal.keep(Kind.INPUT, BEGAN, b"x")
    journal.close()
    assert [row_of(read_only(journal))] == journal.closed


def test_no_two_writers_seal_with_the_same_key(tmp_path: Path) -> None:
    journals = [Journal(tmp_path / name, RECORDING, KEYS) for name in "ab"]
    bodies = set()
    for journal in journals:
        journal.keep(Kind.PICTURE, BEGAN, b"the same")
        data = read_only(journal)
        bodies |= {bytes(record.body) for record in read_records(data)}
    assert len(bodies) == 2


def test_a_folder_that_another_writer_is_at_is_refused(journal: Journal) -> None:
    journal.keep(Kind.PICTURE, BEGAN, b"one")
    with pytest.raises(JournalFailed):
        Journal(journal.folder, RECORDING, KEYS).keep(Kind.PICTURE, BEGAN, b"two")
    assert [payload for _, _, payload in opened(read_only(journal))] == [b"one"]


def test_a_full_journal_fails_until_something_is_taken_away(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", RECORDING, KEYS, most_bytes=1000)
    journal.keep(Kind.PICTURE, BEGAN, bytes(1000))
    journal.close()
    with pytest.raises(JournalFailed, match="full"):
        journal.keep(Kind.PICTURE, BEGAN, b"x")
    journal.forget(journal.closed[0])
    assert not list(journal.folder.iterdir())
    journal.keep(Kind.PICTURE, BEGAN, b"y")
    journal.close()
    assert journal.closed[0].number == 1


def test_a_record_too_large_is_refused_and_nothing_is_written(journal: Journal) -> None:
    with pytest.raises(JournalFailed):
        journal.keep(Kind.PICTURE, BEGAN, bytes(MOST_PAYLOAD + 1))
    assert not list(journal.folder.iterdir())


def test_half_a_record_is_never_left_when_the_disk_is_full(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.keep(Kind.PICTURE, BEGAN, b"one")
    real, left = os.write, [10]

    def write(handle: int, data: bytes) -> int:
        if not left:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(handle, data[: left.pop()])

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(JournalFailed, match="No space left"):
        journal.keep(Kind.PICTURE, BEGAN, b"two", "key")
    monkeypatch.undo()
    journal.keep(Kind.PICTURE, BEGAN, b"three")
    journal.close()
    found = [payload for _, _, payload in opened(read_only(journal))]
    assert found == [b"one", b"three", b""]
    assert journal.closed[0].pictures == ()


def test_a_real_file_system_that_is_full_loses_nothing_that_was_kept(tmp_path: Path) -> None:
    """A file may not grow beyond a limit of the process: the system itself refuses to write."""
    script = """
import resource, signal, sys
from pathlib import Path
from recordings.form import Kind
from recordings.journal import Journal, JournalFailed
from tests.recordings.recorded import BEGAN, KEYS, RECORDING
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
journal = Journal(Path(sys.argv[1]), RECORDING, KEYS)
kept = 0
try:
    while True:
        journal.keep(Kind.PICTURE, BEGAN, bytes(700))
        kept += 1
except JournalFailed:
    print(kept)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "journal"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    [path] = (tmp_path / "journal").iterdir()
    records = list(read_records(path.read_bytes()))
    assert len(records) == int(done.stdout) > 5


def test_a_killed_writer_loses_no_record_that_it_said_it_kept(tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
from recordings.form import Kind
from recordings.journal import Journal
from tests.recordings.recorded import BEGAN, KEYS, RECORDING
journal = Journal(Path(sys.argv[1]), RECORDING, KEYS)
number = 0
while True:
    journal.keep(Kind.PICTURE, BEGAN + number * 1000, str(number).encode())
    print(number, flush=True)
    number += 1
"""
    folder = tmp_path / "journal"
    with subprocess.Popen(
        [sys.executable, "-c", script, folder], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout
        for line in writer.stdout:
            if int(line) > 4321:
                break
        writer.send_signal(signal.SIGKILL)
        said = [line, *writer.stdout.read().splitlines()]
    last = max(int(each) for each in said if each.strip().isdigit())
    found: list[int] = []
    for path in salvage(folder):
        seal = SegmentSeal(KEYS, read_segment_header(path.read_bytes()))
        found += [
            int(seal.open(record))
            for record in read_records(path.read_bytes())
            if record.kind is Kind.PICTURE
        ]
    assert found == list(range(len(found)))
    assert found[-1] >= last


def test_a_segment_cut_anywhere_keeps_its_whole_records(journal: Journal) -> None:
    journal.keep(Kind.PICTURE, BEGAN, b"one")
    journal.keep(Kind.PICTURE, BEGAN, b"two")
    data = read_only(journal)
    whole = {whole_length(data[:cut]) for cut in range(84, len(data) + 1)}
    assert len(whole) == 3
    for length in whole:
        list(read_records(data[:length]))


def test_without_a_key_nothing_opens_and_words_can_be_erased_alone(journal: Journal) -> None:
    journal.keep(Kind.PICTURE, BEGAN, b"pixels")
    journal.keep(Kind.WORDS, BEGAN, b"words")
    data = read_only(journal)
    assert b"pixels" not in data
    assert b"words" not in data
    seal = SegmentSeal(DataKeys(media=KEYS.media, words=b""), read_segment_header(data))
    picture, words = read_records(data)
    assert seal.open(picture) == b"pixels"
    with pytest.raises(SealBroken, match="destroyed"):
        seal.open(words)
    wrong = SegmentSeal(DataKeys(media=KEYS.words, words=KEYS.media), read_segment_header(data))
    with pytest.raises(SealBroken, match="segment 0, record 0"):
        wrong.open(picture)


def test_a_record_opens_nowhere_but_in_its_place(journal: Journal) -> None:
    journal.keep(Kind.PICTURE, BEGAN, b"one")
    journal.keep(Kind.PICTURE, BEGAN, b"two")
    data = bytearray(read_only(journal))
    first, second = read_records(bytes(data))
    # The bodies change places; both have the same size.
    begin, size = first.at + 20, len(first.body)
    data[begin : begin + size], data[second.at + 20 :] = second.body, bytes(first.body)
    with pytest.raises(SealBroken):
        opened(bytes(data))


@pytest.mark.parametrize(
    ("at", "value", "why"),
    [
        (0, 0, "not a segment"),
        (4, 2, "version 2"),
        (5, 1, "nothing may stand"),
        (84, 255, "claims"),
        (91, 1, "record 1 where 0 belongs"),
        (92, 99, "kind 99"),
        (93, 2, "nothing may stand"),
        (94, 1, "nothing may stand"),
        (93, 1, "after its last record"),
    ],
)
def test_a_segment_in_another_form_is_refused(
    journal: Journal, at: int, value: int, why: str
) -> None:
    journal.keep(Kind.PICTURE, BEGAN, b"one")
    journal.keep(Kind.PICTURE, BEGAN, b"two")
    data = bytearray(read_only(journal))
    data[at] = value
    with pytest.raises(BadForm, match=why):
        row_of(bytes(data))
