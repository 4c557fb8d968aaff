"""What a session begins with: all that is decided upon before its first fact."""

from collections.abc import Callable

import sqlalchemy as sa
from msgspec import Struct

from protocol.facts import Fact
from protocol.session import Session

Also = Callable[[Fact, sa.Connection], None]
"""Writes, in the transaction of a fact, what else is to be true with it."""


class Begun(Struct, frozen=True):
    """An empty session, and what else is to be written when it opens."""

    session: Session
    also: Also | None = None
