"""A whole ledger: no line of it is changed or missing, and no recording is gone that nobody destroyed."""

import random
import shutil
from pathlib import Path

import msgspec
import pytest

from recordings import ledger, ledger_proof, signing
from recordings.__main__ import BROKEN, UNREADABLE, WHOLE, main
from recordings.bundle import Folder, Unreadable
from recordings.ledger import Entry, Line
from recordings.ledger_proof import LedgerProof, Shelved, prove_ledger
from recordings.proof import write_lines
from tests.recordings.recorded import FINGERPRINT, SIGNING

AT = 1_760_000_000_000


def recording(number: int) -> str:
    return f"{number:032x}"


class Book:
    """The ledger of a site with five recordings, of which the second was destroyed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.entries = [Entry(kind="officer_made", recording="", why="r-1", salt="a")]
        self.entries += [
            Entry(kind="recorded", recording=recording(each), digest=f"{each:064x}", salt="b")
            for each in range(5)
        ]
        self.entries.append(Entry(kind="destroyed", recording=recording(1), why="retention"))
        self.shelf = [
            Shelved(recording=recording(each), digest=f"{each:064x}") for each in (0, 2, 3, 4)
        ]
        self.lines: list[Line] = []
        self.write()

    def write(self) -> None:
        """Write all of it as the server does, with a head that is signed now."""
        self.lines = []
        for number, entry in enumerate(self.entries):
            self.lines.append(
                ledger.follow(self.lines[-1] if self.lines else None, AT + number, entry)
            )
        head = ledger.sign_head(self.lines[-1], AT + 100, SIGNING)
        written = {
            ledger_proof.LINES: write_lines(self.lines),
            ledger_proof.ENTRIES: write_lines(self.entries),
            ledger_proof.SHELF: write_lines(self.shelf),
            ledger_proof.HEAD: ledger.write_head(head),
            ledger_proof.SIGNER: msgspec.json.encode(signing.signer_of(SIGNING)),
        }
        for name, data in written.items():
            (self.folder / name).write_bytes(data)

    def head(self, number: int) -> str:
        """What a mail said when line `number` was the last."""
        return f"{number}-{self.lines[number - 1].digest}"

    def proof(self, head: str = "") -> LedgerProof:
        return prove_ledger(Folder(self.folder), signer=FINGERPRINT, head=head)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path / "ledger")


def test_an_untouched_ledger_is_whole_and_counts(book: Book) -> None:
    proof = book.proof(book.head(4))
    assert (proof.broken, proof.unchecked) == ((), ())
    assert (proof.recorded, proof.destroyed) == (5, 1)


def test_a_recording_that_was_taken_away_is_named_with_its_line(book: Book) -> None:
    del book.shelf[1]
    book.write()
    (gap,) = book.proof().broken
    assert gap.startswith(f"recording {recording(2)}: closed 2025-10-09 08:53")
    assert "line 4" in gap


def test_another_manifest_and_one_that_no_line_tells_of_are_named(book: Book) -> None:
    book.shelf[0] = Shelved(recording=recording(0), digest="f" * 64)
    book.shelf.append(Shelved(recording=recording(9), digest="9" * 64))
    book.write()
    assert book.proof().broken == (
        f"recording {recording(0)}: its manifest is not that of line 2",
        f"recording {recording(9)}: no line tells of it",
    )


def test_a_ledger_that_was_written_anew_is_found_by_a_head_that_left_the_house(book: Book) -> None:
    told = book.head(5)
    del book.entries[3], book.shelf[1]
    book.write()
    assert book.proof().broken == ()
    assert "not checked against a head" in book.proof().unchecked[0]
    assert book.proof(told).broken == ("line 5: it was another one when that head was given out",)


def test_a_ledger_that_was_rolled_back_misses_the_line_of_a_later_head(book: Book) -> None:
    told = book.head(7)
    book.entries, book.shelf = book.entries[:4], [book.shelf[0], *book.shelf[1:2]]
    book.shelf.insert(1, Shelved(recording=recording(1), digest=f"{1:064x}"))
    book.write()
    assert book.proof().broken == ()
    assert "line 7: it was there" in book.proof(told).broken[0]


def test_lines_go_as_far_as_the_head_that_was_signed_for_them(book: Book) -> None:
    older = ledger.sign_head(book.lines[3], AT + 50, SIGNING)
    (book.folder / ledger_proof.HEAD).write_bytes(ledger.write_head(older))
    assert book.proof().broken == ("head.json: the lines end elsewhere, with 7",)


def test_a_foreign_signer_is_found(book: Book) -> None:
    proof = prove_ledger(Folder(book.folder), signer="0" * 64)
    assert proof.broken == ("the ledger: signed by somebody else",)


def test_random_changes_of_a_ledger_are_all_found(book: Book, tmp_path: Path) -> None:
    copy, whole = tmp_path / "copy", book.head(7)
    for seed in range(400):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(book.folder, copy)
        if said := changed(copy, random.Random(seed)):
            try:
                proof = prove_ledger(Folder(copy), signer=FINGERPRINT, head=whole)
            except Unreadable:
                continue
            assert proof.broken, (seed, said)


def changed(folder: Path, dice: random.Random) -> str:
    """Change one file in one way, and say how; "" where it came to nothing."""
    path = dice.choice(sorted(folder.iterdir()))
    data = path.read_bytes()
    lines, at = data.splitlines(keepends=True), dice.randrange(len(data))
    way = dice.choice(("flip", "cut", "insert", "drop", "swap", "repeat", "remove", "add"))
    if way == "remove":
        path.unlink()
        return f"{path.name} removed"
    if way == "add":
        (folder / "more").write_bytes(b"x")
        return "a file added"
    one, two = dice.randrange(len(lines)), dice.randrange(len(lines))
    if way == "swap":
        lines[one], lines[two] = lines[two], lines[one]
    after = {
        "flip": data[:at] + bytes((data[at] ^ 1 << dice.randrange(8),)) + data[at + 1 :],
        "cut": data[:at],
        "insert": data[:at] + dice.choice((b" ", b"\n", b"0")) + data[at:],
        "drop": b"".join(lines[:one] + lines[one + 1 :]),
        "swap": b"".join(lines),
        "repeat": b"".join([*lines[:one], lines[one], *lines[one:]]),
    }[way]
    path.write_bytes(after)
    return f"{path.name}: {way} at {at}" if after != data else ""


def test_the_command_line_tells_whole_broken_and_unreadable_apart(
    book: Book, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("--signer", FINGERPRINT, "--head", book.head(3))
    assert main(["ledger", str(book.folder), *given]) == WHOLE
    assert capsys.readouterr().out.endswith("\nwhole, 5 recordings closed, 1 destroyed\n")
    book.shelf = book.shelf[:-2]
    book.write()
    assert main(["ledger", str(book.folder), *given]) == BROKEN
    assert capsys.readouterr().out.count("BROKEN at recording") == 2
    assert main(["ledger", str(tmp_path)]) == UNREADABLE
