"""The sealed segments of one recording, opened one at a time, from wherever they lie."""

import hashlib
from collections.abc import Awaitable, Callable, Container, Iterable, Sequence
from typing import NamedTuple

import msgspec

from recordings.form import STRETCH, Kind
from recordings.journal import SegmentRow
from recordings.playback import Opened, open_segment
from recordings.proof import Text
from recordings.seal import DataKeys, SealBroken

Fetch = Callable[[SegmentRow], Awaitable[bytes]]
"""Returns the bytes of a segment as they were sealed."""


class Facts(NamedTuple):
    """The lines of a transcript as they were sealed, and the words that are left, by place."""

    lines: list[bytes]
    texts: dict[int, str]


class Segments:
    """The segments `rows` of `recording` (hex), sealed with `keys`; `fetch` knows where they lie."""

    def __init__(
        self, recording: str, rows: Sequence[SegmentRow], keys: DataKeys, fetch: Fetch
    ) -> None:
        self._recording = bytes.fromhex(recording)
        self._keys = keys
        self._fetch = fetch
        self.rows = rows

    @property
    def shown(self) -> list[SegmentRow]:
        """Those that relays have written, in the order of time."""
        return sorted(
            (row for row in self.rows if row.number >= STRETCH), key=lambda row: row.begins
        )

    async def open(
        self, row: SegmentRow, kinds: Iterable[Kind], numbers: Container[int] | None = None
    ) -> list[Opened]:
        """Return the records of `kinds` in the segment `row`, or of them those with `numbers`. Raises
        `SealBroken` where it is not what was sealed, and `BadForm`.
        """
        data = await self._fetch(row)
        if hashlib.sha256(data).hexdigest() != row.digest:
            raise SealBroken(f"segment {row.number}")
        return list(open_segment(data, self._recording, row.number, self._keys, kinds, numbers))

    async def facts(self) -> Facts:
        """Return the facts of the session, as far as their words have not been erased."""
        facts = Facts([], {})
        kinds = (Kind.FACT, Kind.WORDS) if self._keys.words else (Kind.FACT,)
        for row in self.rows:
            if row.number < STRETCH:
                for record in await self.open(row, kinds):
                    if record.kind is Kind.FACT:
                        facts.lines.append(record.payload)
                    else:
                        text = msgspec.json.decode(record.payload, type=Text)
                        facts.texts[text.place] = text.words
        return facts
