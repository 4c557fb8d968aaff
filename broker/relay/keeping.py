"""What of the messages of a room goes into its recording, and as what.

A whole picture is kept with the screen and the cursor that it needs, so that a player can begin at
it. Of keys and copied texts only that there were some is kept, with modifiers; the texts themselves
are records of their own, which a journal keeps only where the site wants them.
"""

import time
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from broker.relay.journal import Journal
from protocol.fields import Id
from protocol.picture import Body, Clipboard, Key, Message, Patch, Video, Wanted
from protocol.picture_bytes import encode
from recordings.form import Kind
from recordings.journal import Full
from recordings.whole_pictures import Record, WholePictures

KEY_SECONDS: Final = 10.0
EXACT_SECONDS: Final = 60.0
"""Full pictures are asked for this often at most, and only when something has changed."""


class Keeping:
    """Keeps the messages of `session` in `journal`. Its methods raise `JournalFailed`."""

    def __init__(
        self, session: Id, journal: Journal, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._session = session
        self._journal = journal
        self._seconds = seconds
        self._full_at = self._exact_at = seconds()
        self._has_changed = False
        self._is_video = False
        self._pictures = WholePictures()

    def begin(self) -> None:
        """Begin with a new sharer."""
        self._pictures = WholePictures()

    def follow(self, message: Message, data: bytes) -> list[Record]:
        """Return what is to be kept of what the sharer sent; ask this of all messages, in order."""
        return self._pictures.records(message, data)

    async def picture(self, message: Message, records: list[Record], now: int) -> None:
        """Keep `records` of what the sharer sent."""
        if isinstance(message.body, Clipboard):
            await self._texts(message, records[0].data, now)
            return
        for record in records:
            await self._journal.keep(self._session, Kind.PICTURE, record.data, now, record.full)
        self._note(message.body, records[0].full)

    async def input(self, message: Message, data: bytes, now: int) -> None:
        """Keep what a viewer did."""
        if isinstance(message.body, Key | Clipboard):
            await self._texts(message, data, now)
        else:
            await self._journal.keep(self._session, Kind.INPUT, data, now)

    async def resume(self, now: int) -> None:
        """Keep that recording goes on."""
        await self._journal.keep(self._session, Kind.RESUMED, b"", now)

    async def _texts(self, message: Message, data: bytes, now: int) -> None:
        await self._journal.keep(self._session, Kind.INPUT, encode(without_text(message)), now)
        await self._journal.keep(self._session, Kind.TYPED, data, now)

    def _note(self, body: Body, full: Full) -> None:
        if not full:
            self._has_changed |= isinstance(body, Patch | Video)
            self._is_video |= isinstance(body, Video)
            return
        self._full_at = self._seconds()
        self._has_changed = self._is_video = False
        if full == "exact":
            self._exact_at = self._full_at

    @property
    def wants(self) -> Wanted | None:
        """The full picture that it is time for."""
        if not self._has_changed:
            return None
        now = self._seconds()
        if now - self._exact_at >= EXACT_SECONDS:
            return "whole_picture"
        return "key_frame" if self._is_video and now - self._full_at >= KEY_SECONDS else None


def without_text(message: Message) -> Message:
    """Return `message`, a key or a copied text, without what it says."""
    body = message.body
    bare = replace(body, code="", key="") if isinstance(body, Key) else Clipboard(text="")
    return replace(message, body=bare)
