"""Turns what was drawn on a screen into messages that paint it elsewhere.

Small or rare changes become exact patches at once, scrolling becomes moves, and what keeps changing
becomes video, which is made exact again when it stands still. Damage that cannot be sent yet is
merged as a set of cells, so that nothing queues and the newest pixels are sent when there is room.
"""

import zlib
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, Protocol

import numpy as np

from customer_client.screen.film import FRAMES_A_SECOND, Film, even, packed_small
from customer_client.screen.gears import Gears
from customer_client.screen.grid import Cells, Grid, bands, common, enclosing, groups
from customer_client.screen.pixels import Picture, Pixels, Unequal, counts, extent, weight
from customer_client.screen.scroll import find_move
from protocol.picture import Body, Coding, Move, Patch, Rectangle, Video
from protocol.picture_rules import encloses

FAST_LEVEL: Final = 1
"""zlib's; 832x640 of text takes 14 ms to 7.6 %, level 6 four times as long to 4.6 %."""

SLOW_LINE: Final = 800_000
"""On a line below this (bytes a second) what stands still is packed as small as can be: what that saves on
the line is more than it costs before.
"""

BAND_PIXELS: Final = 256 * 1024
"""A patch has about so many pixels at most: the first is under way while the next is made."""

SETTLE_BYTES: Final = 64 * 1024
"""So much is made exact before looking again at what was drawn."""

WHOLE_BYTES: Final = 512 * 1024
WHOLE_SECONDS: Final = 0.5
"""A whole picture is one exact patch if it takes no more than either of these."""

HURRY_BYTES: Final = 16 * 1024
HURRY_SECONDS: Final = 0.12
"""A change whose exact patches would take the line longer than this goes by video first."""

FILM_SECONDS: Final = 1 / FRAMES_A_SECOND - 0.008
"""Between frames; a little less than a frame, so that no frame of a film is missed by a hair."""

SLOW_FILM_SECONDS: Final = 1 / 15
SLOW_RATE: Final = 60_000

SMALLER: Final = 0.3
"""What is packed as small as can be has about so much of the bytes that quick packing takes, if it is text."""

LARGE_PIXELS: Final = 64 * 64
CHEAP_BYTES: Final = 1400
"""For fewer it makes no difference."""

PAGE_PIXELS: Final = 512 * 1024
"""Packed as small as can be, a page is one piece: 864x480 of text takes 41 ms to 25 kB. In bands of 64 rows, the first of
which leaves sooner, it takes 36 ms to 41 kB, and the line has to carry them.
"""

SMALL_BAND_PIXELS: Final = 64 * 1024
"""What is made exact is cut smaller: it may be a photograph, which takes a line a second."""

MOST_BLOCKS: Final = 24
MOST_ROOM: Final = 8
"""A film of so many times the area that moves is given up: what has changed beside it costs as well."""


class Packed(NamedTuple):
    """The exact pixels of some rectangles, ready to be sent."""

    coding: Coding
    rectangles: list[Rectangle]
    data: bytes


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
        self.holds_film = False
        """Viewers cannot keep up: what is in motion waits, and is shown as it is then."""

    # --- what is there to do

    def damage(self, rectangle: Rectangle | None = None) -> None:
        """Take note that something was drawn on `rectangle`, or anywhere."""
        if rectangle := common(rectangle or self._all, self._all):
            self._damaged[self._grid.touched(rectangle)] = True

    def next_due(self, now: float, rate: int) -> float | None:
        """Return in how many seconds there is something to do, if nothing happens meanwhile."""
        due = [self._gears.next_settling(now, self._damaged)]
        if not self.holds_film and (self._damaged & self._gears.moving).any():
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
        if self.holds_film or now - self._filmed_at < _pause(rate):
            return self._damaged & ~self._gears.moving
        return self._damaged.copy()

    # --- doing it

    def compose(self, now: float, rate: int) -> None:
        """Send what was drawn and is due, on a line that carries `rate` bytes a second."""
        due = self._due(now, rate)
        self._damaged &= ~due
        moved = self._grid.none()
        patches: list[Rectangle] = []
        for rows, columns in self._blocks(due):
            changed, new = self._compare(rows, columns, now)
            moved[rows, columns] |= changed
            patches += new
        # As one message, where it is small: each costs everybody on its way.
        self._patch(patches, now, rate)
        moved &= self._gears.moving
        if moved.any():
            self._show(moved, now, rate)
        self._end()

    def _blocks(self, due: Cells) -> Iterator[tuple[slice, slice]]:
        blocks = list(self._grid.blocks(due))
        if len(blocks) > MOST_BLOCKS:
            blocks = [enclosing(due)]
        return iter(blocks)

    def _compare(self, rows: slice, columns: slice, now: float) -> tuple[Cells, list[Rectangle]]:
        """Return which cells of a block are new, and what of it is to be patched."""
        block = self._grid.pixels(rows, columns)
        fresh = self._grab(block)
        unequal = self._pixels.unequal(block, fresh)
        has_scrolled = self._scroll(block, fresh, unequal, now)
        found = np.zeros(self._grid.shape, np.int64)
        found[rows, columns] = counts(unequal)
        changed = found > 0
        if not changed.any():
            return changed[rows, columns], []
        if not has_scrolled:
            # What a scroll brings in is no sign of motion that video would show better.
            self._gears.change(changed, found, now)
        patches = self._tight(changed & ~self._gears.moving, block, unequal)
        self._pixels.take(block, fresh)
        self.has_changed = True
        return changed[rows, columns], patches

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
        """Send exact patches of `rectangles`; what would take the line too long goes into motion."""
        is_slow = rate < SLOW_LINE
        budget = max(HURRY_BYTES, int(rate * HURRY_SECONDS)) * (2 if is_slow else 1)
        for group in groups(rectangles, PAGE_PIXELS if is_slow else BAND_PIXELS):
            packed = self._pack(group)
            size = len(packed.data)
            budget -= int(SMALLER * size) if is_slow else size
            if budget < 0 and size > CHEAP_BYTES:
                shares = self._shares(packed)
                dear = [each for each, share in shares.items() if share > CHEAP_BYTES]
                self._gears.hurry(self._cells(dear), now)
                if not (rest := [each for each in group if each not in dear]):
                    continue
                packed = self._pack(rest)
            # The first is under way while the next is made.
            for each in self._smaller(packed, PAGE_PIXELS) if is_slow else (packed,):
                self._put_packed(each)

    def _smaller(self, packed: Packed, most: int) -> Iterator[Packed]:
        """Yield the same in fewer bytes, which take longer to make, in bands of `most` pixels."""
        if len(packed.data) < CHEAP_BYTES:
            yield packed
            return
        rectangles = packed.rectangles
        large = [each for each in rectangles if each.width * each.height > LARGE_PIXELS]
        if small := [each for each in rectangles if each not in large]:
            yield self._pack(small)
        for each in large:
            for band in bands(each, most):
                yield Packed("webp", [band], packed_small(self._pixels.of(band)))

    def _cells(self, rectangles: list[Rectangle]) -> Cells:
        cells = self._grid.none()
        for each in rectangles:
            cells[self._grid.touched(each)] = True
        return cells

    def _scroll(self, block: Rectangle, fresh: Picture, unequal: Unequal, now: float) -> bool:
        """Send a move if part of `block` has only moved, and strike that off `unequal`; say whether
        it did.
        """
        if not (moved := find_move(self._pixels.of(block), fresh, unequal)):
            return False
        target = Rectangle(block.x + moved.x, block.y + moved.y, moved.width, moved.height)
        source = target._replace(y=target.y + moved.by)
        is_exact = not self._gears.inexact[self._grid.touched(source)].any()
        self._gears.moved(self._cells([target]), now, is_exact=is_exact)
        # What comes in at the edge is patched: video of it would begin with all that has moved.
        self._gears.leave(self._cells([block]))
        self._pixels.take(target, self._pixels.of(source).copy())
        unequal[moved.y : moved.y + moved.height, moved.x : moved.x + moved.width] = False
        self._put(Move(sources=((source.x, source.y),)), (target,))
        self.has_changed = True
        return True

    def _pack(self, rectangles: list[Rectangle]) -> Packed:
        rgb = b"".join(self._pixels.rgb(each) for each in rectangles)
        return Packed("deflate", rectangles, zlib.compress(rgb, FAST_LEVEL))

    def _put_packed(self, packed: Packed) -> None:
        self._put(Patch(coding=packed.coding, data=packed.data), tuple(packed.rectangles))
        for rectangle, size in self._shares(packed).items():
            self._gears.paid(self._cells([rectangle]), size)

    def _shares(self, packed: Packed) -> dict[Rectangle, float]:
        """Return how many of its bytes each rectangle takes, about."""
        size = len(packed.data)
        if len(packed.rectangles) == 1:
            return {packed.rectangles[0]: size}
        parts = {each: weight(self._pixels.of(each)) for each in packed.rectangles}
        whole = sum(parts.values())
        return {each: size * own / whole for each, own in parts.items()}

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
        if self._film is None or not _suits(self._film.area, needed):
            # With a cell around: motion that spreads a little needs no other encoder.
            rows = slice(max(0, rows.start - 1), min(self._grid.shape[0], rows.stop + 1))
            columns = slice(max(0, columns.start - 1), min(self._grid.shape[1], columns.stop + 1))
            self._film = Film(even(self._grid.pixels(rows, columns)))
        return self._film

    # --- making exact

    def settle(self, now: float, rate: int) -> None:
        """Make exact some of what has come to stand still."""
        settled = self._gears.settled(now, self._damaged)
        budget = SETTLE_BYTES
        for rows, columns in self._grid.blocks(settled):
            for band in bands(self._grid.pixels(rows, columns), BAND_PIXELS):
                if budget <= 0:
                    break
                budget -= self._settle_band(band, rate)
                self._gears.made_exact(self._cells([band]) & settled)
        self._end()
        if not self._gears.moving.any() and now - self._filmed_at > 5:
            self._film = None

    def _settle_band(self, band: Rectangle, rate: int) -> int:
        packed, size = self._pack([band]), 0
        for each in self._smaller(packed, SMALL_BAND_PIXELS) if rate < SLOW_LINE else (packed,):
            self._put_packed(each)
            size += len(each.data)
        return size

    def whole(self, rate: int, *, checkpoint: bool) -> None:
        """Send all of the picture, as a beginning for those who have nothing; as a `checkpoint`,
        others need not draw it.
        """
        self._damaged[:] = False
        self._pixels.take(self._all, self._grab(self._all))
        self._held = None
        self.has_changed = False
        if packed := self._packed(max(WHOLE_BYTES, int(rate * WHOLE_SECONDS))):
            body = Patch(coding="deflate", data=packed)
            if rate < SLOW_LINE:
                # Nothing else gets through meanwhile: 1920x1080 of text takes 194 kB, or 46 in 130 ms.
                body = Patch(coding="webp", data=packed_small(self._pixels.all))
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
        for band in bands(self._all, BAND_PIXELS):
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


def _suits(area: Rectangle, needed: Rectangle) -> bool:
    """Say whether a film of `area` can show `needed`, and is not mostly of something else."""
    is_near = area.width * area.height <= MOST_ROOM * needed.width * needed.height
    return is_near and encloses(area, needed)


def _pause(rate: int) -> float:
    return SLOW_FILM_SECONDS if rate < SLOW_RATE else FILM_SECONDS
