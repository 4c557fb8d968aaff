"""Where a recorded picture goes before anybody sees it.

A relay writes each message to the session's journal and forwards it only then, so that nothing was
seen that is not recorded. A journal that fails, or takes too long, pauses the sharing.
"""

from typing import Protocol

from protocol.fields import Id
from recordings.form import Kind
from recordings.journal import Full
from recordings.journal import JournalFailed as JournalFailed  # noqa: PLC0414 - handed on


class Journal(Protocol):
    """Keeps what one relay forwards."""

    async def keep(
        self, session: Id, kind: Kind, data: bytes, now: int, full: Full = "", /
    ) -> None:
        """Keep `data` of `session`, received at `now` (ms), for good, or raise `JournalFailed`. With
        `full` the whole picture can be shown from it on.
        """


class NoJournal:
    """Cannot keep anything: a session that must be recorded is not shown at all."""

    async def keep(
        self, _session: Id, _kind: Kind, _data: bytes, _now: int, _full: Full = "", /
    ) -> None:
        """Fail."""
        raise JournalFailed("this relay has no journal")
