"""Where a recorded picture goes before anybody sees it.

A relay writes each message to the session's journal and forwards it only then, so that nothing was
seen that is not recorded. A journal that fails, or takes too long, pauses the sharing.
"""

from typing import Protocol

from protocol.fields import Id


class JournalFailed(Exception):
    """A message could not be kept; the text says why."""


class Journal(Protocol):
    """Keeps what one relay forwards."""

    async def keep(self, session: Id, data: bytes, now: int, /) -> None:
        """Keep the message `data` of `session`, received at `now` (ms), for good, or raise
        `JournalFailed`.
        """


class NoJournal:
    """Cannot keep anything: a session that must be recorded is not shown at all."""

    async def keep(self, _session: Id, _data: bytes, _now: int) -> None:
        """Fail."""
        raise JournalFailed("this relay has no journal")
