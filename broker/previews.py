"""Small pictures of files, made once for all who look at the same time.

Both sides of a conversation show a picture as soon as it is there, and the worker makes one after the
other: whoever came second would wait for both.
"""

import asyncio
from collections.abc import AsyncIterable
from weakref import WeakValueDictionary

from broker.photo_maker import NoPhoto, PhotoMaker

KEPT_SECONDS = 60.0
"""As long as a link to a file lives; whoever looks later has it made again."""

MOST_KEPT = 100
"""Some 50 KB each."""


class Previews:
    """One per broker."""

    def __init__(self, maker: PhotoMaker) -> None:
        self._maker = maker
        self._made: dict[str, bytes] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def of(self, file: str, picture: AsyncIterable[bytes]) -> bytes:
        """Return a small picture of `picture`, the content of `file`, as WebP; raise `NoPhoto` or
        `TooBusy`."""
        turn = self._turns.setdefault(file, asyncio.Lock())
        async with turn:
            made = self._made.get(file)
            if made is None:
                made = await self._make(picture)
                self._keep(file, made)
        if not made:
            raise NoPhoto
        return made

    async def _make(self, picture: AsyncIterable[bytes]) -> bytes:
        """Return a preview, b"" where there is none: a bomb is not lit twice."""
        try:
            return await self._maker.preview(picture)
        except NoPhoto:
            return b""

    def _keep(self, file: str, made: bytes) -> None:
        if len(self._made) < MOST_KEPT:
            self._made[file] = made
            asyncio.get_running_loop().call_later(KEPT_SECONDS, self._made.pop, file, None)
