"""A segment is opened only if it is the very one that the index names."""

from pathlib import Path

import pytest

from recordings.form import Kind
from recordings.journal import Journal, SegmentRow
from recordings.opening import Segments
from recordings.seal import SealBroken
from tests.recordings.recorded import BEGAN, KEYS, RECORDING


def sealed(folder: Path, payload: bytes) -> tuple[SegmentRow, bytes]:
    """Return a segment with one fact in it, as a writer of its own has sealed it."""
    journal = Journal(folder, RECORDING, KEYS)
    journal.keep(Kind.FACT, BEGAN, payload)
    journal.close()
    (row,) = journal.closed
    return row, journal.path_of(row.number).read_bytes()


async def test_what_another_writer_sealed_in_its_place_is_not_opened(tmp_path: Path) -> None:
    row, data = sealed(tmp_path / "one", b"said")
    _, other = sealed(tmp_path / "other", b"never said")
    lies = data

    async def fetch(_: SegmentRow) -> bytes:
        return lies

    segments = Segments(RECORDING.hex(), [row], KEYS, fetch)
    assert (await segments.facts()).lines == [b"said"]
    lies = other
    with pytest.raises(SealBroken):
        await segments.facts()
