"""What is taken away again, in a folder of the test's own; and what never is."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from customer_client.built_in import code_in
from customer_client.one_instance import OneInstance, handed_code
from customer_client.removal import (
    RECORD,
    Removal,
    born,
    identity_of,
    is_private,
    own_place,
    things_of,
)
from tests.waiting import LIMIT_SECONDS, LOOK_SECONDS

NEVER = 2**22 - 1
"""A process number that nothing has here."""


@pytest.fixture
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    (tmp_path / "run").mkdir()
    folder = tmp_path / "Downloads"
    folder.mkdir()
    (folder / "letter.txt").write_text("mine")
    return folder


def program(folder: Path, name: str = "Deskside-123456789") -> Path:
    path = folder / name
    path.write_text("program")
    return path


def test_the_program_and_the_archive_it_came_in_go_and_nothing_else(downloads: Path) -> None:
    path = program(downloads)
    (downloads / f"{path.name}.tar.gz").write_text("archive")
    (downloads / "Deskside-987654321").write_text("another")
    removal = Removal(own_place(), things_of(path))
    removal.place.mkdir(0o700)
    assert str(path) in removal.remove()
    assert sorted(each.name for each in downloads.iterdir()) == ["Deskside-987654321", "letter.txt"]


def test_a_folder_that_held_only_the_program_goes_with_it(downloads: Path) -> None:
    folder = downloads / "Deskside-123456789"
    folder.mkdir()
    path = program(folder)
    (downloads / "Deskside-123456789.tar.gz").write_text("archive")
    Removal(own_place(), things_of(path)).remove()
    assert [each.name for each in downloads.iterdir()] == ["letter.txt"]


def test_what_was_saved_beside_the_program_stays(downloads: Path) -> None:
    folder = downloads / "Deskside-123456789"
    folder.mkdir()
    removal = Removal(own_place(), things_of(program(folder)))
    (folder / "manual.pdf").write_text("received")
    assert str(folder) not in removal.remove()
    assert [each.name for each in folder.iterdir()] == ["manual.pdf"]


def test_a_program_of_another_name_goes_and_nothing_beside_it(downloads: Path) -> None:
    path = program(downloads, "help me")
    program(downloads, "help me.tar.gz")
    assert things_of(path) == [path]


def test_the_next_start_takes_nothing_of_another_name(downloads: Path) -> None:
    path = program(downloads, "python3")
    left_behind(NEVER, path)
    Removal.of_nothing().finish_what_others_left()
    assert path.exists()


def test_removing_twice_says_the_same(downloads: Path) -> None:
    removal = Removal(own_place(), things_of(program(downloads)))
    assert removal.remove() == removal.remove() != ()


def test_what_was_downloaded_anew_under_the_same_name_stays(downloads: Path) -> None:
    path = program(downloads)
    removal = Removal(own_place(), things_of(path))
    anew = downloads / "part"
    anew.write_text("program")
    anew.replace(path)
    assert removal.remove() == ()
    assert path.exists()


def left_behind(pid: int, *paths: Path, birth: str = "") -> Path:
    """What a program that had `pid` since `birth` and was begun with `paths` leaves."""
    place = own_place()
    place.mkdir(0o700)
    told = {str(each): identity_of(each) for each in paths}
    (place / RECORD).write_text(json.dumps({"pid": pid, "born": birth, "paths": told}))
    return place


def test_the_next_start_finishes_what_a_killed_one_left(downloads: Path) -> None:
    path, letter = program(downloads), downloads / "letter.txt"
    place = left_behind(NEVER, path, letter)
    Removal.of_nothing().finish_what_others_left()
    assert not path.exists()
    assert not place.exists()
    # What a record says is not believed where it cannot be ours.
    assert letter.read_text() == "mine"


def test_the_next_start_leaves_what_was_downloaded_since(downloads: Path) -> None:
    path = program(downloads)
    place = left_behind(NEVER, path)
    anew = downloads / "part"
    anew.write_text("program")
    anew.replace(path)
    Removal.of_nothing().finish_what_others_left()
    assert path.exists()
    assert not place.exists()


def test_nothing_is_taken_from_one_that_still_runs(downloads: Path) -> None:
    path = program(downloads)
    place = left_behind(os.getpid(), path, birth=born(os.getpid()))
    Removal.of_nothing().finish_what_others_left()
    assert path.exists()
    assert place.exists()


def test_a_number_that_another_program_has_been_given_since_keeps_nothing(downloads: Path) -> None:
    path = program(downloads)
    with subprocess.Popen(["sleep", "60"]) as other:
        place = left_behind(other.pid, path, birth=born(os.getpid()))
        Removal.of_nothing().finish_what_others_left()
        other.kill()
    assert not path.exists()
    assert not place.exists()


def test_one_that_has_ended_and_that_nobody_has_asked_how_keeps_nothing(downloads: Path) -> None:
    path = program(downloads)
    with subprocess.Popen(["sleep", "60"]) as other:
        place = left_behind(other.pid, path, birth=born(other.pid))
        other.kill()
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        Removal.of_nothing().finish_what_others_left()
        assert other.returncode is None
    assert not path.exists()
    assert not place.exists()


def test_when_a_program_began_is_told_from_when_the_next_did() -> None:
    assert born(os.getpid()) == born(os.getpid()) != ""
    assert born(os.getpid()) != born(1)
    assert born(NEVER) == ""


def test_a_damaged_record_harms_nobody(downloads: Path) -> None:
    place = left_behind(NEVER)
    for text in ("", "[]", '{"pid": "x"}', '{"pid": 1}', '{"pid": 4194303, "paths": ["x"]}'):
        (place / RECORD).write_text(text)
        Removal.of_nothing().finish_what_others_left()


KILLED = """
import os, signal, sys
from pathlib import Path
from customer_client.removal import Removal, own_place, things_of
removal = Removal(own_place(), things_of(Path(sys.argv[1])))
removal.place.mkdir(0o700)
removal.begin()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_who_is_killed_is_cleaned_up_after_at_once(downloads: Path) -> None:
    path = program(downloads)
    # It holds none of our pipes: reading to their end waits for nobody.
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(path)], capture_output=True, timeout=60, check=False
    )
    assert done.returncode == -9
    place = own_place()
    until = time.monotonic() + LIMIT_SECONDS
    while (path.exists() or place.exists()) and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
    assert not path.exists()
    assert not place.exists()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Deskside-123456789", "123456789"),
        ("Deskside-123456789.exe", "123456789"),
        ("Deskside-123456789 (1).AppImage", "123456789"),
        ("Deskside-123456789(12)", "123456789"),
        ("Deskside-123456789.tar.gz", "123456789"),
        ("Deskside", ""),
        ("Deskside-12345678", ""),
        ("Deskside-1234567890", ""),
        ("deskside-123456789", ""),
        ("Deskside-123456789;rm -rf", ""),
        ("Deskside-123456789\n", ""),
        ("xDeskside-123456789", ""),
        ("Deskside-١٢٣٤٥٦٧٨٩", ""),
        ("Deskside-123456789 --broker=https://evil.example", ""),
    ],
)
def test_a_name_holds_a_code_or_nothing(name: str, code: str) -> None:
    assert code_in(name) == code


def test_200_names_with_something_else_in_them_hold_no_code() -> None:
    wrong = [
        f"Deskside-{before}{digits}{after}"
        for digits in ("123456789", "000000000")
        for before in ("", " ", "x", "-", "+", "0x", "https://", "../", "%31", "\u200b")
        for after in ("x", "0", " ", " (x)", "(1", ")", ".", ".tar gz", "?a=b", "\u200b", "#x")
        if before or after
    ]
    assert len(wrong) >= 200
    assert [name for name in wrong if code_in(name)] == []


def test_a_second_start_is_not_the_first_and_hands_its_code_over(tmp_path: Path) -> None:
    with OneInstance(tmp_path / "place") as first:
        assert first.is_first
        with OneInstance(tmp_path / "place") as second:
            assert not second.is_first
            (tmp_path / "place" / "code").write_text("123456789")
        assert handed_code(tmp_path / "place") == "123456789"
        assert handed_code(tmp_path / "place") == ""
    with OneInstance(tmp_path / "place") as again:
        assert again.is_first


def test_programs_of_two_sites_know_nothing_of_each_other(downloads: Path) -> None:
    one, other = (Removal.of_this_program(f"https://{name}.example") for name in ("a", "b"))
    assert one.place != other.place
    with OneInstance(one.place) as first, OneInstance(other.place) as second:
        assert first.is_first
        assert second.is_first
    assert downloads.parent / "run" == one.place.parent == other.place.parent


def test_a_place_that_others_can_write_into_is_not_used(downloads: Path) -> None:
    place, letter = own_place(), downloads / "letter.txt"
    place.mkdir()
    # As somebody might who waits for us below /tmp: what is written there would go into the letter.
    (place / "lock").symlink_to(letter)
    place.chmod(0o777)
    another = own_place()
    assert another != place
    assert is_private(another)
    with OneInstance(another), pytest.raises(PermissionError):
        OneInstance(place).__enter__()
    place.rename(downloads / "theirs")
    place.symlink_to(downloads / "theirs")
    assert own_place() not in (place, another)
    assert letter.read_text() == "mine"
