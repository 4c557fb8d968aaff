"""The journal in plain files."""

import os
from pathlib import Path

import pytest

from broker.relay.files import HEAD, FileJournal
from broker.relay.journal import JournalFailed


async def test_messages_are_kept_in_their_order_with_their_times(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path / "journal")
    for number in range(20):
        await journal.keep("s", bytes([number]) * number, 1000 + number)
    await journal.keep("another", b"x", 1)

    data, kept = (tmp_path / "journal/s").read_bytes(), []
    while data:
        at, size = HEAD.unpack_from(data)
        kept.append((at, data[HEAD.size : HEAD.size + size]))
        data = data[HEAD.size + size :]
    assert kept == [(1000 + number, bytes([number]) * number) for number in range(20)]


async def test_what_it_keeps_is_for_its_owner_alone(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path / "journal")
    await journal.keep("s", b"x", 1)
    modes = [each.stat().st_mode & 0o777 for each in (tmp_path / "journal", tmp_path / "journal/s")]
    assert modes == [0o700, 0o600]


async def test_a_full_disk_is_a_failure_that_says_so(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path)
    (tmp_path / "s").symlink_to("/dev/full")
    with pytest.raises(JournalFailed, match="No space left on device"):
        await journal.keep("s", b"x", 1)
    (tmp_path / "s").unlink()
    await journal.keep("s", b"x", 1)
    assert (tmp_path / "s").read_bytes() == HEAD.pack(1, 1) + b"x"


async def test_half_a_message_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = FileJournal(tmp_path)
    await journal.keep("s", b"first", 1)
    write = os.write
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda file, data: write(file, data[:7]))
        with pytest.raises(JournalFailed):
            await journal.keep("s", b"second", 2)
    await journal.keep("s", b"third", 3)
    assert (tmp_path / "s").read_bytes() == HEAD.pack(1, 5) + b"first" + HEAD.pack(3, 5) + b"third"
