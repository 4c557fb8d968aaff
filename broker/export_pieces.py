"""What was exported, until it is fetched: in pieces, each sealed, in the same store as recordings.

A film of a recording is as telling as the recording, so it lies nowhere in clear. Its key is made from both
data keys of the recording: whoever destroys one of them has made its exports unreadable too.
"""

import hashlib
from collections.abc import AsyncIterator
from typing import Final

from broker.file_seal import PieceSeal
from recordings.seal import DataKeys
from recordings.store import Store

PIECE_BYTES: Final = 4 * 1024 * 1024


def exports_at(export: str = "") -> str:
    """Return what the names of all that belongs to `export` begin with."""
    return f"exports/{export}/" if export else "exports/"


class ExportPieces:
    """The pieces of `export` as one `run` made them: another that was given up left others."""

    def __init__(self, store: Store, export: str, run: str, keys: DataKeys) -> None:
        self._store = store
        self._prefix = f"{exports_at(export)}{run}-"
        self._seal = PieceSeal(keys.media + keys.words, f"export {export} {run}")

    async def put(self, number: int, piece: bytes) -> None:
        """Store piece `number`."""
        sealed = self._seal.seal(number * PIECE_BYTES, piece)
        await self._store.put(f"{self._prefix}{number:08d}", sealed)

    async def read(self, size: int, first: int = 0) -> AsyncIterator[bytes]:
        """Yield the `size` bytes there are, from piece `first` on."""
        for number in range(first, -(-size // PIECE_BYTES)):
            sealed = await self._store.get(f"{self._prefix}{number:08d}")
            yield self._seal.open(number * PIECE_BYTES, sealed)


class PieceWriter:
    """Cuts what comes into pieces; of what comes at most one is held, besides the first if it comes last."""

    def __init__(self, pieces: ExportPieces) -> None:
        self._pieces = pieces
        self._held = bytearray()
        self._next = 0
        self.size = 0

    def skip_first(self) -> None:
        """The first piece comes last, by `first`."""
        self._next = 1

    async def add(self, data: bytes) -> None:
        """Add what comes next."""
        self._held += data
        while len(self._held) >= PIECE_BYTES:
            await self._put(bytes(self._held[:PIECE_BYTES]))
            del self._held[:PIECE_BYTES]

    async def first(self, data: bytes) -> None:
        """Put the first piece, after all others."""
        await self._pieces.put(0, data)
        self.size += len(data)

    async def close(self) -> str:
        """Put what is left; return the SHA-256 of all, read back as it was stored."""
        if self._held:
            await self._put(bytes(self._held))
            self._held.clear()
        digest = hashlib.sha256()
        async for piece in self._pieces.read(self.size):
            digest.update(piece)
        return digest.hexdigest()

    async def _put(self, piece: bytes) -> None:
        await self._pieces.put(self._next, piece)
        self._next += 1
        self.size += len(piece)
