"""A film of an exported bundle, made without server or network by whoever has the site's keys.

A bundle has no key in it. Its data key lies wrapped in the broker's tables, or in a backup of them, and the key
that wrapped it in the site's key file: only both together open anything.
"""

import asyncio
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO

from recordings import bundle as files
from recordings.bundle import Bundle, Unreadable, segment_name
from recordings.film_lines import Head, Way
from recordings.film_maker import FilmMaker
from recordings.journal import SegmentRow
from recordings.manifest import Manifest, read_index
from recordings.opening import Segments
from recordings.seal import DataKeys
from recordings.tape import BEGINNING

LABELS: dict[Way, str] = {
    "film": "Recording of {time}",
    "preview": "Quick preview: only the video that was sent, not all that was seen",
}


class FilmFile:
    """A film on its way into `file`: its beginning comes last."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        file.seek(BEGINNING)

    async def add(self, data: bytes) -> None:
        """Write what comes next."""
        self._file.write(data)

    async def first(self, data: bytes) -> None:
        """Write the beginning."""
        self._file.seek(0)
        self._file.write(data)


def make_film(
    bundle: Bundle, manifest: Manifest, media: bytes, path: Path, *, way: Way, by: str
) -> str:
    """Make a film or a preview of `bundle`, which was proved to be what `manifest` says, with its data key
    `media`, as the new file `path`; in it stands that `by` has exported it now. Return its form. Raises
    `NoFilm`, `SealBroken`, `BadForm`, and `OSError`; then there is no such file.
    """
    rows = read_index(bundle.read(files.INDEX) or b"")
    keys = DataKeys(media=media, words=b"")
    segments = Segments(manifest.recording, rows, keys, partial(_fetch, bundle))
    head = _head(manifest, way, by, datetime.now(UTC))
    # Never in place of what is there already.
    with path.open("xb") as file:
        try:
            return asyncio.run(FilmMaker(segments, head, FilmFile(file), _untold).make())
        except BaseException:
            path.unlink()
            raise


async def _fetch(bundle: Bundle, row: SegmentRow) -> bytes:
    data = bundle.read(segment_name(row.number))
    if data is None:
        raise Unreadable(f"{segment_name(row.number)} is not there.")
    return data


def _head(manifest: Manifest, way: Way, by: str, now: datetime) -> Head:
    began = datetime.fromtimestamp(manifest.began / 1e6, UTC)
    return Head(
        way=way,
        width=0,
        height=0,
        began=manifest.began // 1000,
        title=f"Exported by {by}, {_clock(now)} · {manifest.recording}",
        label=LABELS[way].format(time=_clock(began)),
        nothing="Nothing was shown.",
        paused="The recording was paused.",
    )


def _clock(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"


def _untold(_percent: int) -> None:
    """Nobody asks how far it is."""
