"""Finds what only moved up or down, by hashes of short pieces of rows.

Most motion on a desktop is scrolling. Told as a move it is exact and costs a few bytes, where video
costs thousands and has to be made exact afterwards.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from customer_client.screen.pixels import Picture, Unequal, extent

PIECE: Final = 64
"""Pixels of a row that are hashed together."""

LEAST_ROWS: Final = 24
LEAST_SHARE: Final = 0.5
"""Of a column's rows so many must have moved for the column to count."""

PAIRS: Final = PIECE // 2

SAMPLES: Final = 16
"""So many rows are looked at to see whether there is anything in them."""

VOTERS: Final = 3
"""The pieces that are asked where they went: those that changed most."""

_FACTORS: Final = np.random.default_rng(7).integers(1, 2**63, PAIRS, dtype=np.uint64) | np.uint64(1)
"""Odd, so that no bit of a pixel is lost; the same in every run, though nothing depends on that."""

Hashes = npt.NDArray[np.uint64]


class Moved(NamedTuple):
    """A block whose pixels stood `by` rows lower before (higher where it is negative); places are
    relative to what was compared.
    """

    x: int
    y: int
    width: int
    height: int
    by: int


def find_move(before: Picture, after: Picture, unequal: Unequal) -> Moved | None:
    """Return the largest block of `after` that stood elsewhere, straight above or below, in
    `before`. Both have the same size, and differ where they are `unequal`.
    """
    changed = extent(unequal)
    if not changed or changed.height < 2 * LEAST_ROWS or changed.width < PIECE:
        return None
    left, top = changed.x, changed.y
    right, bottom = left + changed.width, top + changed.height
    old = before[top:bottom, left:right]
    new = after[top:bottom, left:right]
    if _is_plain(new):
        return None
    was, now = _hashes(old), _hashes(new)
    by = _likely_shift(was, now)
    if not by:
        return None
    block = _largest_run(was, now, by)
    if not block:
        return None
    first, last, first_piece, last_piece = block
    width = min(last_piece * PIECE, (right - left) & ~1) - first_piece * PIECE
    moved = Moved(left + first_piece * PIECE, top + first, width, last - first, by)
    # A hash that is equal by chance must not paint anything wrong.
    source = before[moved.y + by : moved.y + by + moved.height, moved.x : moved.x + width]
    target = after[moved.y : moved.y + moved.height, moved.x : moved.x + width]
    return moved if np.array_equal(source, target) else None


def _is_plain(pixels: Picture) -> bool:
    """Say whether `pixels` seem to be one colour, of which nobody can tell where it stood."""
    some = pixels[:: max(1, len(pixels) // SAMPLES)]
    return bool((some == some[0, 0]).all())


def _hashes(pixels: Picture) -> Hashes:
    """Return a hash for each piece of each row; the last piece may be shorter, and without its odd
    last pixel.
    """
    height, width = pixels.shape
    pairs = pixels[:, : width & ~1].view(np.uint64)
    whole = pairs.shape[1] // PAIRS
    hashes = np.empty((height, -(-pairs.shape[1] // PAIRS)), np.uint64)
    pieces = pairs[:, : whole * PAIRS].reshape(height, whole, PAIRS)
    np.einsum("ijk,k->ij", pieces, _FACTORS, out=hashes[:, :whole])
    if rest := pairs.shape[1] - whole * PAIRS:
        np.einsum("ij,j->i", pairs[:, whole * PAIRS :], _FACTORS[:rest], out=hashes[:, whole])
    return hashes


def _likely_shift(was: Hashes, now: Hashes) -> int:
    """Return by how many rows most of what changed has moved; 0 if nothing speaks for any."""
    height = len(was)
    changed = was != now
    votes = np.zeros(2 * height + 1, np.int64)
    for piece in np.argsort(changed.sum(axis=0))[-VOTERS:]:
        rows = np.flatnonzero(changed[:, piece])
        places = np.argsort(was[:, piece], kind="stable")
        lines = was[places, piece]
        # Only what stands once tells where it went: empty rows are everywhere.
        repeated = np.concatenate(([False], lines[1:] == lines[:-1], [False]))
        once = ~(repeated[1:] | repeated[:-1])
        lines, places = lines[once], places[once]
        if not len(lines):
            continue
        sought = now[rows, piece]
        found = np.searchsorted(lines, sought).clip(max=len(lines) - 1)
        hits = lines[found] == sought
        shifts = places[found[hits]] - rows[hits] + height
        votes += np.bincount(shifts, minlength=len(votes))
    best = int(votes.argmax())
    return best - height if votes[best] >= LEAST_ROWS else 0


def _largest_run(was: Hashes, now: Hashes, by: int) -> tuple[int, int, int, int] | None:
    """Return the rows and pieces (from, to) that moved `by`: the pieces that mostly did, and of
    their rows the longest run in which all did.
    """
    height = len(was)
    first, last = max(0, -by), min(height, height - by)
    same = np.zeros(was.shape, np.bool_)
    same[first:last] = now[first:last] == was[first + by : last + by]
    pieces = _longest(same.mean(axis=0) > LEAST_SHARE * (last - first) / height)
    if pieces is None:
        return None
    rows = _longest(np.asarray(same[:, slice(*pieces)].all(axis=1)))
    if rows is None or rows[1] - rows[0] < LEAST_ROWS:
        return None
    return *rows, *pieces


def _longest(truths: npt.NDArray[np.bool_]) -> tuple[int, int] | None:
    edges = np.flatnonzero(np.diff(truths, prepend=False, append=False))
    if not len(edges):
        return None
    begins, ends = edges[::2], edges[1::2]
    at = int((ends - begins).argmax())
    return int(begins[at]), int(ends[at])
