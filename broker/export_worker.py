"""A process of its own that makes one export, so that whoever talks to a customer meanwhile feels nothing.

It opens segments, one after the other, and seals what becomes of them, a piece at a time: of four hours it
holds no more than of a minute. What a customer's machine has sent is decoded by a further process, which
has no key and reaches nothing (`recordings/film_maker.py`).
"""

import asyncio
import os
import resource
import sys
import threading
from typing import Any, Final

import msgspec

from broker.export_orders import Failed, Made, Order, Progress, Said
from broker.export_pieces import ExportPieces, PieceWriter
from broker.transcript_page import page
from recordings.film_maker import READ_BYTES, FilmMaker, NoFilm
from recordings.form import BadForm
from recordings.journal import SegmentRow
from recordings.opening import Segments
from recordings.seal import DataKeys, SealBroken
from recordings.store import Store, StoreFailed, open_store, segment_at

NICE: Final = 10


class CannotMake(Exception):
    """The text says why, in a word of `Fault`."""


class Maker:
    """Makes what `order` asks for."""

    def __init__(self, order: Order, store: Store) -> None:
        self._order = order
        self._store = store
        keys = DataKeys(media=order.media, words=order.words)
        self._segments = Segments(order.recording, order.rows, keys, self._fetch)
        self._writer = PieceWriter(ExportPieces(store, order.export, order.run, keys))
        self._percent = -1

    async def make(self) -> Made:
        """Make it, or raise `CannotMake`."""
        try:
            form = await (self._page() if self._order.kind == "transcript" else self._film())
            digest = await self._writer.close()
        except StoreFailed:
            raise CannotMake("store") from None
        except (SealBroken, BadForm):
            raise CannotMake("broken") from None
        except NoFilm as why:
            raise CannotMake(str(why)) from None
        return Made(size=self._writer.size, digest=digest, form=form)

    async def _page(self) -> str:
        lines, texts = await self._segments.facts()
        for part in page(lines, texts, self._order.page):
            await self._writer.add(part.encode())
        return "html"

    async def _film(self) -> str:
        self._writer.skip_first()
        maker = FilmMaker(self._segments, self._order.film, self._writer, self._tell)
        return await maker.make()

    async def _fetch(self, row: SegmentRow) -> bytes:
        return await self._store.get(segment_at(self._order.recording, row.number, row.writer))

    def _tell(self, percent: int) -> None:
        if percent != self._percent:
            self._percent = percent
            say(Progress(percent=percent))


def say(said: Said) -> None:
    """Tell the broker."""
    sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    """Carry out the one order on the standard input."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(NICE)
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    threading.Thread(target=_end_with_broker, daemon=True).start()
    try:
        say(asyncio.run(Maker(order, open_store(order.store)).make()))
    except CannotMake as why:
        said: Any = str(why)
        say(Failed(why=said))


def _end_with_broker() -> None:
    # Not through `sys.stdin`, whose lock would be held when this process ends by itself.
    while os.read(0, READ_BYTES):
        pass
    # Whoever asked is gone, or wants it no more.
    os._exit(1)


if __name__ == "__main__":
    main()
