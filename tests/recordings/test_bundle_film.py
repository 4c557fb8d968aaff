"""Whoever has a bundle, its wrapped key and the site's keys makes a film of it, without any server."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
import pytest

from protocol.picture_bytes import encode
from recordings import bundle as files
from recordings.__main__ import BROKEN, UNREADABLE, WHOLE, main
from recordings.form import STRETCH, Kind
from recordings.journal import Journal, SegmentRow
from recordings.keys import SiteKeys
from recordings.whole_pictures import WholePictures
from tests.recordings.film import CLOCK, Film, colour_at
from tests.recordings.recorded import BEGAN, FINGERPRINT, KEYS, RECORDING, Recorded

SECONDS = 6
LENGTH = SECONDS + 2
STOPPED = b'{"at":%d,"type":"sharing_stopped"}' % (BEGAN // 1000 + (SECONDS - 1) * 1000)
ENDED = b'{"at":%d,"type":"ended"}' % (BEGAN // 1000 + LENGTH * 1000)


class Filmed(Recorded):
    """A bundle with a film in it, that is not shared any more in its last second; two later all is over."""

    def _segments(self, folder: Path, seconds: int, first: int = 0) -> list[SegmentRow]:
        facts = Journal(folder / files.SEGMENTS, RECORDING, KEYS, first=first)
        facts.keep(Kind.FACT, BEGAN, STOPPED)
        facts.keep(Kind.FACT, BEGAN, ENDED)
        shown = Journal(folder / "shown", RECORDING, KEYS, first=STRETCH, most_bytes=2**40)
        pictures = WholePictures()
        for at, message in Film(rests=False).play(seconds):
            for data, full in pictures.records(message, encode(message)):
                shown.keep(Kind.PICTURE, BEGAN + at, data, full)
        for journal in (facts, shown):
            journal.close()
            for row in journal.closed:
                journal.path_of(row.number).rename(folder / files.segment_name(row.number))
        (folder / "shown").rmdir()
        return facts.closed + shown.closed


class Desk:
    """Somebody with a bundle, and what else they have."""

    def __init__(self, folder: Path) -> None:
        self.recorded = Filmed(folder / "bundle", seconds=SECONDS)
        self.keys = folder / "recordings.key"
        self.wrapped = SiteKeys(self.keys).wrap(RECORDING.hex(), "media", KEYS.media).hex()
        self.film = folder / "film.mp4"

    def export(self, *more: str) -> int:
        """Ask for a film, and return how that ended."""
        return main(
            [
                *("export", str(self.recorded.folder), str(self.film), "--by", "Cora"),
                *("--signer", FINGERPRINT, "--head", self.recorded.head),
                *("--keys", str(self.keys), "--wrapped", self.wrapped, *more),
            ]
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_film_of_a_bundle_shows_each_second_and_who_exported_it(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert desk.export() == WHOLE
    assert capsys.readouterr().out.endswith(f"\nwhole\n{desk.film}: mp4\n")
    shown: dict[int, Any] = {}
    with av.open(desk.film, "r") as container:
        assert container.metadata["comment"].startswith("Exported by Cora, 20")
        assert container.metadata["comment"].endswith(RECORDING.hex())
        assert container.metadata["title"] == "Recording of 2025-10-09 08:53 UTC"
        for frame in container.decode(video=0):
            assert frame.time is not None
            picture: Any = frame
            shown[int(frame.time)] = picture.to_image().getpixel((CLOCK.x + 12, CLOCK.y + 12))
    for second in range(SECONDS - 1):
        assert _is_near(shown[second], colour_at(second))
    assert not _is_near(shown[SECONDS - 1], colour_at(SECONDS - 1))
    assert max(shown) == LENGTH


def _is_near(one: Sequence[int], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 24 for a, b in zip(one, other, strict=True))


def test_nothing_that_is_there_is_written_over(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.film.write_bytes(b"another")
    assert desk.export() == UNREADABLE
    assert str(desk.film) in capsys.readouterr().err
    assert desk.film.read_bytes() == b"another"


def test_of_what_is_broken_no_film_is_made(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    path = desk.recorded.folder / files.segment_name(STRETCH)
    data = bytearray(path.read_bytes())
    data[-40] ^= 1
    path.write_bytes(data)
    assert desk.export() == BROKEN
    assert f"BROKEN at segment {STRETCH}" in capsys.readouterr().out
    assert not desk.film.exists()


def test_without_the_sites_key_nothing_opens(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing, other = tmp_path / "missing.key", tmp_path / "other.key"
    assert desk.export("--keys", str(missing)) == UNREADABLE
    assert "is not there" in capsys.readouterr().err
    assert not missing.exists()
    SiteKeys(other)
    assert desk.export("--keys", str(other)) == UNREADABLE
    assert "does not hold the key" in capsys.readouterr().err
    another = SiteKeys(desk.keys).wrap(RECORDING.hex(), "media", bytes(32)).hex()
    assert desk.export("--wrapped", another) == UNREADABLE
    assert "not what this key has sealed" in capsys.readouterr().err
    assert not desk.film.exists()


def test_where_no_video_was_sent_there_is_no_preview(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert desk.export("--preview") == UNREADABLE
    assert "no preview" in capsys.readouterr().err
    assert not desk.film.exists()
