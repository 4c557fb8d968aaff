"""Turns what was drawn on a screen into messages that paint it elsewhere.

Small or rare changes become exact patches at once, scrolling becomes moves, and what keeps changing
becomes video, which is made exact again when it stands still. Damage that cannot be sent yet is
merged as a set of cells, so that nothing queues and the newest pixels are sent when there is room.
"""

import zlib
from collections.abc import Callable, Iterator
from typing import Final, Protocol

import numpy as np

from customer_client.screen.film import FRAMES_A_SECOND, Film, even
from customer_client.screen.gears import Gears
from customer_client.screen.grid import CELL, Cells, Grid, common, enclosing
from customer_client.screen.pixels import Picture, Pixels, Unequal, counts, extent
from customer_client.screen.scroll import find_move
from protocol.picture import Body, Move, Patch, Rectangle, Video
from protocol.picture_rules import encloses

FAST_LEVEL: Final = 1
"""zlib's; 832x640 of text takes 14 ms to 7.6 %, level 6 four times as long to 4.6 %."""

SMALL_LEVEL: Final = 6
SMALL_BELOW_RATE: Final = 2_000_000
"""On a line below this (bytes a second) what stands still is made exact at the small level."""

BAND_PIXELS: Final = 256 * 1024
"""A patch has about so many pixels at most: the first is under way while the next is made."""

SETTLE_BYTES: Final = 64 * 1024
"""So much is made exact before looking again at what was drawn."""

WHOLE_BYTES: Final = 512 * 1024
HURRY_BYTES: Final = 64 * 1024
HURRY_SECONDS: Final = 0.25
"""A change whose exact patches would take longer than this goes by video first."""

FILM_SECONDS: Final = 1 / FRAMES_A_SECOND - 0.008
"""Between frames; a little less than a frame, so that no frame of a film is missed by a hair."""

SLOW_FILM_SECONDS: Final = 1 / 15
SLOW_RATE: Final = 125_000

MOST_BLOCKS: Final = 24


class Send(Protocol):
    """Sends one message of the picture, in the coordinates of what is shown."""

    def __call__(
        self,
        body: Body,
        rectangles: tuple[Rectangle, ...],
        *,
        key: bool = False,
        checkpoint: bool = False,
        more: bool = False,
    ) -> int:
        """Return how many bytes it took."""


class Composer:
    """Paints a screen of `width` x `height`, read by `grab`, through `send`."""

    def __init__(
        self, width: int, height: int, grab: Callable[[Rectangle], Picture], send: Send
    ) -> None:
        self._grid = Grid(width, height)
        self._all = Rectangle(0, 0, width, height)
        self._grab = grab
        self._send = send
        self._pixels = Pixels(self._grid)
        self._gears = Gears(self._grid)
        self._damaged = self._grid.none()
        self._film: Film | None = None
        self._filmed_at = 0.0
        self._held: tuple[Body, tuple[Rectangle, ...], bool] | None = None
        self.has_changed = False
        """Something was painted since the last whole picture."""

    # --- what is there to do

    def damage(self, rectangle: Rectangle | None = None) -> None:
        """Take note that something was drawn on `rectangle`, or anywhere."""
        if rectangle := common(rectangle or self._all, self._all):
            self._damaged[self._grid.touched(rectangle)] = True

    def next_due(self, now: float, rate: int) -> float | None:
        """Return in how many seconds there is something to do, if nothing happens meanwhile."""
        due = [self._gears.next_settling(now)]
        if (self._damaged & self._gears.moving).any():
            due.append(max(0.0, self._filmed_at + _pause(rate) - now))
        if (self._damaged & ~self._gears.moving).any():
            due.append(0.0)
        return min((each for each in due if each is not None), default=None)

    def is_due(self, now: float, rate: int) -> bool:
        """Say whether there is something to compose."""
        return bool(self._due(now, rate).any())

    def want_key(self) -> None:
        """Let the next frame of video be one to begin with."""
        if self._film:
            self._film.want_key()

    def _due(self, now: float, rate: int) -> Cells:
        if now - self._filmed_at < _pause(rate):
            return self._damaged & ~self._gears.moving
        return self._damaged.copy()

    # --- doing it

    def compose(self, now: float, rate: int) -> None:
        """Send what was drawn and is due, on a line that carries `rate` bytes a second."""
        due = self._due(now, rate)
        self._damaged &= ~due
        moved = self._grid.none()
        for rows, columns in self._blocks(due):
            moved[rows, columns] |= self._compare(rows, columns, now, rate)
        moved &= self._gears.moving
        if moved.any():
            self._show(moved, now, rate)
        self._end()

    def _blocks(self, due: Cells) -> Iterator[tuple[slice, slice]]:
        blocks = list(self._grid.blocks(due))
        if len(blocks) > MOST_BLOCKS:
            blocks = [enclosing(due)]
        return iter(blocks)

    def _compare(self, rows: slice, columns: slice, now: float, rate: int) -> Cells:
        """Patch what is new in a block; return which of its cells are."""
        block = self._grid.pixels(rows, columns)
        fresh = self._grab(block)
        unequal = self._pixels.unequal(block, fresh)
        has_scrolled = self._scroll(block, fresh, unequal)
        found = np.zeros(self._grid.shape, np.int64)
        found[rows, columns] = counts(unequal)
        changed = found > 0
        if not changed.any():
            return changed[rows, columns]
        if not has_scrolled:
            # What a scroll brings in is no sign of motion that video would show better.
            self._gears.change(changed, found, now)
        patches = self._tight(changed & ~self._gears.moving, block, unequal)
        self._pixels.take(block, fresh)
        self._patch(patches, now, rate)
        self.has_changed = True
        return changed[rows, columns]

    def _tight(self, cells: Cells, block: Rectangle, unequal: Unequal) -> list[Rectangle]:
        """Return rectangles around what is new in `cells` of `block`."""
        tight = []
        for rows, columns in self._grid.blocks(cells):
            part = self._grid.pixels(rows, columns)
            top, left = part.y - block.y, part.x - block.x
            if new := extent(unequal[top : top + part.height, left : left + part.width]):
                tight.append(new._replace(x=new.x + part.x, y=new.y + part.y))
        return tight

    def _patch(self, rectangles: list[Rectangle], now: float, rate: int) -> None:
        budget = max(HURRY_BYTES, int(rate * HURRY_SECONDS))
        for group in _groups(rectangles):
            cells = self._cells(group)
            if budget > 0:
                budget -= self._put_exact(group, FAST_LEVEL)
            else:
                self._gears.hurry(cells, now)

    def _cells(self, rectangles: list[Rectangle]) -> Cells:
        cells = self._grid.none()
        for each in rectangles:
            cells[self._grid.touched(each)] = True
        return cells

    def _scroll(self, block: Rectangle, fresh: Picture, unequal: Unequal) -> bool:
        """Send a move if part of `block` has only moved, and strike that off `unequal`; say whether
        it did.
        """
        if not (moved := find_move(self._pixels.of(block), fresh, unequal)):
            return False
        target = Rectangle(block.x + moved.x, block.y + moved.y, moved.width, moved.height)
        source = target._replace(y=target.y + moved.by)
        if self._gears.inexact[self._grid.touched(source)].any():
            return False
        self._pixels.take(target, self._pixels.of(source).copy())
        unequal[moved.y : moved.y + moved.height, moved.x : moved.x + moved.width] = False
        self._put(Move(sources=((source.x, source.y),)), (target,))
        self.has_changed = True
        return True

    def _put_exact(self, rectangles: list[Rectangle], level: int) -> int:
        data = b"".join(self._pixels.rgb(each) for each in rectangles)
        packed = zlib.compress(data, level)
        cells = self._cells(rectangles)
        self._put(Patch(coding="deflate", data=packed), tuple(rectangles))
        self._gears.paid(cells, len(packed))
        return len(packed)

    def _show(self, cells: Cells, now: float, rate: int) -> None:
        """Send a frame of video that shows `cells`."""
        film = self._film_for(cells)
        picture = self._pixels.of(film.area)
        blocks = (self._grid.pixels(*block) for block in self._grid.blocks(cells))
        drawn = tuple(part for each in blocks if (part := common(each, film.area)))
        self._gears.filmed(cells)
        if not drawn:
            return  # an odd last row or column, which no film can show: it is made exact later
        data, is_key = film.encode(picture, 8 * rate)
        body = Video(codec="h264", area=film.area, data=data)
        self._put(body, drawn, key=is_key)
        self._filmed_at = now
        self.has_changed = True

    def _film_for(self, cells: Cells) -> Film:
        rows, columns = enclosing(cells | self._gears.moving)
        needed = even(self._grid.pixels(rows, columns))
        if self._film is None or not encloses(self._film.area, needed):
            # With a cell around: motion that spreads a little needs no other encoder.
            rows = slice(max(0, rows.start - 1), min(self._grid.shape[0], rows.stop + 1))
            columns = slice(max(0, columns.start - 1), min(self._grid.shape[1], columns.stop + 1))
            self._film = Film(even(self._grid.pixels(rows, columns)))
        return self._film

    # --- making exact

    def settle(self, now: float, rate: int) -> None:
        """Make exact some of what has come to stand still."""
        settled = self._gears.settled(now) & ~self._damaged
        level = SMALL_LEVEL if rate < SMALL_BELOW_RATE else FAST_LEVEL
        budget = SETTLE_BYTES
        for rows, columns in self._grid.blocks(settled):
            for band in _bands(self._grid.pixels(rows, columns)):
                if budget <= 0:
                    break
                budget -= self._put_exact([band], level)
                self._gears.made_exact(self._cells([band]) & settled)
        self._end()
        if not self._gears.moving.any() and now - self._filmed_at > 5:
            self._film = None

    def whole(self, rate: int, *, checkpoint: bool) -> None:
        """Send all of the picture, as a beginning for those who have nothing; as a `checkpoint`,
        others need not draw it.
        """
        self._damaged[:] = False
        self._pixels.take(self._all, self._grab(self._all))
        self._held = None
        self.has_changed = False
        if packed := self._packed(max(WHOLE_BYTES, int(rate * 2 * HURRY_SECONDS))):
            body = Patch(coding="deflate", data=packed)
            self._send(body, (self._all,), key=True, checkpoint=checkpoint)
            self._gears.made_exact(~self._grid.none())
            if self._film:
                self._film.want_key()
            return
        # Too much for one message: video shows it at once, and patches make it exact.
        area = even(self._all)
        data, _ = Film(area).encode(self._pixels.of(area), 8 * rate)
        first = Video(codec="h264", area=area, data=data)
        self._send(first, (area,), key=True, checkpoint=checkpoint)
        self._gears.unseen()
        self._film = None

    def _packed(self, most: int) -> bytes | None:
        """Return all pixels deflated, or nothing if they take more than `most` bytes."""
        packer = zlib.compressobj(FAST_LEVEL)
        parts, size = [], 0
        for band in _bands(self._all):
            parts.append(packer.compress(self._pixels.rgb(band)))
            size += len(parts[-1])
            if size > most:
                return None
        return b"".join((*parts, packer.flush()))

    # --- the messages of one change

    def _put(self, body: Body, rectangles: tuple[Rectangle, ...], *, key: bool = False) -> None:
        if self._held:
            self._release(more=True)
        self._held = (body, rectangles, key)

    def _end(self) -> None:
        if self._held:
            self._release(more=False)

    def _release(self, *, more: bool) -> None:
        assert self._held
        body, rectangles, key = self._held
        self._held = None
        self._send(body, rectangles, key=key, more=more)


def _pause(rate: int) -> float:
    return SLOW_FILM_SECONDS if rate < SLOW_RATE else FILM_SECONDS


def _bands(block: Rectangle) -> Iterator[Rectangle]:
    """Cut `block` into bands of whole rows of cells, each of few enough pixels for a patch."""
    height = max(1, BAND_PIXELS // block.width // CELL) * CELL
    for top in range(0, block.height, height):
        yield block._replace(y=block.y + top, height=min(height, block.height - top))


def _groups(rectangles: list[Rectangle]) -> Iterator[list[Rectangle]]:
    """Put `rectangles` together as patches of not too many pixels."""
    group: list[Rectangle] = []
    size = 0
    for block in rectangles:
        for band in _bands(block):
            if group and size + band.width * band.height > BAND_PIXELS:
                yield group
                group, size = [], 0
            group.append(band)
            size += band.width * band.height
    if group:
        yield group
