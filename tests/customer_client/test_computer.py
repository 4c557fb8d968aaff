"""What a computer tells of itself, from what Linux says, and never more than fits."""

from pathlib import Path

import msgspec
import pytest

from customer_client.computer import look
from customer_client.screen.display import Layout
from protocol.messages import LINK_LIMIT, encode
from protocol.picture import Rectangle
from protocol.requests import TellSystem
from protocol.system import MonitorSize, read, told

LAYOUT = Layout(1920, 1080, (Rectangle(0, 0, 1920, 1080),), ("DP-1",))


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


def test_this_computer_says_what_it_is_made_of() -> None:
    found = look(
        LAYOUT, {"XDG_CURRENT_DESKTOP": "GNOME", "XDG_SESSION_TYPE": "x11", "LANG": "de_DE"}
    )
    assert found.system
    assert found.kernel.startswith("Linux ")
    assert found.cores > 0
    assert 0 < found.memory_free <= found.memory
    assert found.up_seconds > 0
    assert found.desktop == "GNOME, x11"
    assert found.language == "de_DE"
    assert found.monitors == (MonitorSize(name="DP-1", width=1920, height=1080),)
    assert any(each.name.startswith("python") for each in found.programs)
    assert all(disk.free <= disk.size for disk in found.disks)
    assert read(told(found)) == found


def test_what_is_read_is_what_the_system_has_written(tmp_path: Path) -> None:
    proc = written(
        tmp_path,
        cpuinfo="processor\t: 0\nmodel name\t: Fast  Processor 9\n",
        meminfo="MemTotal:       2048 kB\nMemFree:  1 kB\nMemAvailable:    512 kB\nHugePages:\n",
        uptime="3725.42 1.00\n",
        mounts="proc /proc proc rw 0 0\n/dev/sda1 / ext4 rw 0 0\n/dev/sda1 /mnt ext4 rw 0 0\n",
    )
    found = look(None, {}, proc)
    assert found.processor == "Fast Processor 9"
    assert (found.memory, found.memory_free) == (2048 * 1024, 512 * 1024)
    assert found.up_seconds == 3725
    assert [disk.name for disk in found.disks] == ["/"]
    assert found.programs == ()


def test_where_nothing_is_said_nothing_is_told(tmp_path: Path) -> None:
    found = look(None, {}, tmp_path)
    assert (found.memory, found.up_seconds, found.disks, found.programs) == (0, 0, (), ())


def test_what_is_told_can_be_told_whatever_programs_are_called(tmp_path: Path) -> None:
    page = "0 25 0\n"
    for number in range(100):
        folder = tmp_path / str(1000 + number)
        folder.mkdir()
        written(folder, comm=f"{number}" + "\N{GRINNING FACE}\0" * 99, statm=page)
    found = look(LAYOUT, {}, tmp_path)
    assert len(found.programs) == 20
    asked = TellSystem(id="00000000-0000-7000-8000-000000000000", session="s", system=found)
    data = encode(asked)
    assert len(data) < LINK_LIMIT
    assert msgspec.json.decode(data, type=TellSystem) == asked


def test_processes_of_one_name_are_counted_together_and_others_accounts_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (7, 8):
        folder = tmp_path / str(number)
        folder.mkdir()
        written(folder, comm="firefox\n", statm="0 10 0\n")
    (only,) = look(None, {}, tmp_path).programs
    assert (only.name, only.count) == ("firefox", 2)
    monkeypatch.setattr("os.getuid", lambda: 12345)
    assert look(None, {}, tmp_path).programs == ()
