"""A recording is proved whole, or the first broken place is named."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from recordings import bundle as files
from recordings.__main__ import BROKEN, UNREADABLE, WHOLE, main
from recordings.bundle import Folder, TarWriter, Unreadable, opened
from recordings.form import STRETCH, read_records
from recordings.journal import row_of
from recordings.ledger import BadLedger
from recordings.manifest import digest_of, write_index
from recordings.proof import Proof, prove
from tests.recordings import independent_reader
from tests.recordings.recorded import FINGERPRINT, Recorded

FOREIGN = "ab" * 32


@pytest.fixture
def recorded(tmp_path: Path) -> Recorded:
    return Recorded(tmp_path / "bundle")


def proof_of(recorded: Recorded, signer: str = FINGERPRINT, head: str | None = None) -> Proof:
    wanted = recorded.head if head is None else head
    return prove(Folder(recorded.folder), signer=signer, head=wanted)


def test_an_untouched_recording_is_whole_and_nothing_is_left_unchecked(recorded: Recorded) -> None:
    assert len(recorded.rows) > 4
    proof = proof_of(recorded)
    assert (proof.broken, proof.unchecked, proof.declared) == ("", (), ())


def test_what_nobody_vouched_for_is_said(recorded: Recorded) -> None:
    assert proof_of(recorded, signer="", head="").unchecked == (
        "signer not checked",
        "ledger not checked against a head from elsewhere",
    )


def test_a_fingerprint_may_be_written_as_people_write_it(recorded: Recorded) -> None:
    pairs = ":".join(FINGERPRINT[at : at + 2] for at in range(0, 64, 2)).upper()
    assert not proof_of(recorded, signer=pairs).broken


def test_a_foreign_signer_is_found(recorded: Recorded) -> None:
    assert "somebody else" in proof_of(recorded, signer=FOREIGN).broken


def test_a_ledger_that_was_rolled_back_is_found_by_a_head_that_left_the_house(
    recorded: Recorded,
) -> None:
    head = recorded.head
    # Everything in the house is written anew, and signed.
    recorded.change(began=recorded.manifest.began + 1)
    assert not proof_of(recorded).broken
    assert "another one" in proof_of(recorded, head=head).broken


def test_a_head_just_before_the_recording_is_compared_too(recorded: Recorded) -> None:
    line = recorded.lines[1]
    assert "older" in proof_of(recorded, head=f"{line.number}-{line.digest}").unchecked[0]
    assert "another one" in proof_of(recorded, head=f"{line.number}-{FOREIGN}").broken


def test_a_head_younger_than_the_export_is_said_to_tell_nothing(recorded: Recorded) -> None:
    assert "younger" in proof_of(recorded, head=f"99-{FOREIGN}").unchecked[0]


@pytest.mark.parametrize("head", ["7", "x-" + FOREIGN, "7-abc", f"7-{FOREIGN}0"])
def test_a_head_that_is_none_is_refused(recorded: Recorded, head: str) -> None:
    with pytest.raises(BadLedger):
        proof_of(recorded, head=head)


def test_a_declared_cut_is_whole_and_said(recorded: Recorded) -> None:
    recorded.cut(2, 3)
    proof = proof_of(recorded)
    assert not proof.broken
    assert "segments 2 to 3 were cut out by ana" in proof.declared[0]


def test_a_cut_of_the_beginning_or_of_two_pieces_in_a_row_is_whole(recorded: Recorded) -> None:
    recorded.cut(0, 1)
    assert not proof_of(recorded).broken


def test_an_undeclared_cut_is_broken(recorded: Recorded) -> None:
    recorded.cut(2, 3)
    recorded.change(cuts=())
    assert "segment 2 belongs before it" in proof_of(recorded).broken


def test_a_segment_cut_short_is_said_and_is_whole_only_where_its_writer_wrote_no_more(
    recorded: Recorded,
) -> None:
    last = recorded.folder / files.segment_name(recorded.rows[-1].number)
    data = last.read_bytes()
    ends = list(read_records(data))[-1]
    last.write_bytes(data[: ends.at])
    recorded.rows[-1] = row_of(data[: ends.at])
    index = digest_of(write_index(recorded.rows))
    recorded.change(index=index, last=recorded.rows[-1].digest)
    assert not proof_of(recorded).broken
    assert "cut short" in proof_of(recorded).declared[0]

    row = msgspec.structs.replace(recorded.rows[-1], number=recorded.rows[-1].number + 1)
    recorded.rows.append(row)
    last.with_name(f"{row.number:08d}").write_bytes(b"")
    recorded.change(index=digest_of(write_index(recorded.rows)), segments=len(recorded.rows))
    assert "cut short" in proof_of(recorded).broken


def test_each_writer_has_a_stretch_of_its_own(recorded: Recorded) -> None:
    recorded.stretch(1, seconds=6)
    recorded.stretch(3, seconds=6)
    recorded.seal()
    assert not proof_of(recorded).broken
    independent_reader.prove(recorded.folder, FINGERPRINT, recorded.head)

    # All of one, and the end of another.
    recorded.cut(STRETCH, STRETCH + 2)
    recorded.cut(3 * STRETCH + 2, 3 * STRETCH + 2)
    proof = proof_of(recorded)
    assert not proof.broken
    assert len(proof.declared) == 2
    independent_reader.prove(recorded.folder, FINGERPRINT, recorded.head)


def test_a_stretch_without_its_beginning_is_broken(recorded: Recorded) -> None:
    recorded.stretch(1, seconds=6)
    gone = next(row for row in recorded.rows if row.number == STRETCH)
    recorded.rows.remove(gone)
    (recorded.folder / files.segment_name(STRETCH)).unlink()
    recorded.seal()
    assert f"segment {STRETCH} belongs before it" in proof_of(recorded).broken
    with pytest.raises(independent_reader.Wrong):
        independent_reader.prove(recorded.folder, FINGERPRINT, recorded.head)


Change = Callable[[Recorded], None]


def _path(recorded: Recorded, number: int) -> Path:
    return recorded.folder / files.segment_name(number)


def _swap(recorded: Recorded) -> None:
    one, two = _path(recorded, 1), _path(recorded, 2)
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)


def _flip(recorded: Recorded) -> None:
    data = bytearray(_path(recorded, 3).read_bytes())
    data[-1] ^= 1
    _path(recorded, 3).write_bytes(data)


def _other_recordings(recorded: Recorded) -> None:
    other = Recorded(recorded.folder.parent / "other", seed=1)
    _path(recorded, 1).write_bytes(_path(other, 1).read_bytes())


def _rename(recorded: Recorded) -> None:
    _path(recorded, 1).rename(recorded.folder / "segments" / "1")


def _words(recorded: Recorded) -> None:
    texts = recorded.folder / files.TEXTS
    texts.write_bytes(texts.read_bytes().replace(b"fire", b"ice!"))


def _drop_line(recorded: Recorded) -> None:
    lines = recorded.folder / files.LINES
    lines.write_bytes(lines.read_bytes().splitlines(keepends=True)[0])


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (_flip, "segment 3, 2025-10-09"),
        (_swap, "segment 1, 2025-10-09"),
        (_other_recordings, "segment 1, 2025-10-09"),
        (_rename, "segments/1"),
        (lambda recorded: _path(recorded, 2).unlink(), "segment 2, 2025-10-09"),
        (lambda recorded: (recorded.folder / files.INDEX).unlink(), files.INDEX),
        (lambda recorded: (recorded.folder / "more").write_bytes(b"x"), "more"),
        (lambda recorded: (recorded.folder / files.TRANSCRIPT).write_bytes(b""), files.TRANSCRIPT),
        (_words, f"{files.TEXTS}, place 2"),
        (_drop_line, files.HEAD),
    ],
)
def test_the_first_broken_place_is_named(recorded: Recorded, change: Change, place: str) -> None:
    change(recorded)
    assert proof_of(recorded).broken.startswith(place)


def test_erased_words_leave_the_proof_whole(recorded: Recorded) -> None:
    (recorded.folder / files.TEXTS).unlink()
    proof = proof_of(recorded)
    assert not proof.broken
    assert proof.declared == ("the words of facts are not here, perhaps erased: 1",)


def test_without_a_manifest_there_is_nothing_to_prove(recorded: Recorded) -> None:
    (recorded.folder / files.MANIFEST).unlink()
    with pytest.raises(Unreadable):
        proof_of(recorded)


def _tar(recorded: Recorded, path: Path, *, twice: bool = False) -> Path:
    with path.open("wb") as file:
        writer = TarWriter(file)
        for name in Folder(recorded.folder).names():
            writer.add(name, (recorded.folder / name).read_bytes())
        if twice:
            writer.add(files.TEXTS, b"")
        writer.close()
    return path


def test_a_tar_file_proves_the_same(recorded: Recorded, tmp_path: Path) -> None:
    with opened(_tar(recorded, tmp_path / "bundle.tar")) as bundle:
        assert not prove(bundle, signer=FINGERPRINT, head=recorded.head).broken


def test_a_tar_file_that_holds_a_name_twice_is_unreadable(
    recorded: Recorded, tmp_path: Path
) -> None:
    path = _tar(recorded, tmp_path / "bundle.tar", twice=True)
    with pytest.raises(Unreadable), opened(path):
        pass


def test_the_command_line_tells_whole_broken_and_unreadable_apart(
    recorded: Recorded, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(_tar(recorded, tmp_path / "bundle.tar"))
    assert main(["verify", path, "--signer", FINGERPRINT, "--head", recorded.head]) == WHOLE
    assert capsys.readouterr().out.endswith("\nwhole\n")
    assert main(["verify", path]) == WHOLE
    assert "whole, signer not checked" in capsys.readouterr().out
    _flip(recorded)
    assert main(["verify", str(recorded.folder)]) == BROKEN
    assert "BROKEN at segment 3" in capsys.readouterr().out
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"x" * 2000)
    assert main(["verify", str(garbage)]) == UNREADABLE
    assert main(["verify", str(tmp_path / "nothing")]) == UNREADABLE
    assert main(["verify", path, "--head", "x"]) == UNREADABLE


def test_a_manifest_in_another_form_is_unreadable(recorded: Recorded) -> None:
    manifest = recorded.folder / files.MANIFEST
    manifest.write_bytes(msgspec.json.format(manifest.read_bytes(), indent=1))
    with pytest.raises(Unreadable):
        proof_of(recorded)
