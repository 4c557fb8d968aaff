"""Hashes and checks passwords with argon2id, away from the event loop and few at a time.

Each hash takes 64 MiB and a core for a while (RFC 9106 §4, the second recommended choice), so a
crowd of them would be a way to bring the broker down.
"""

import asyncio
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE = 2
WAITING = 50
"""More than this wait in line only under attack, and would wait longer than anybody does."""

NOBODYS = (
    "$argon2id$v=19$m=65536,t=3,p=4$Q0qDnJ5Yw4GQ5XkYH0lVJg$"
    "3lfMPAM4DEZWa9CJhLsQWRnSHxhWGuVD4v0pHRPMnRY"
)
"""Checked for unknown names, so that these take as long as known ones. No password fits it."""


class Busy(Exception):
    """Too many passwords wait to be checked."""


class Passwords:
    """One per broker: the line in which all wait."""

    def __init__(self, hasher: PasswordHasher | None = None, nobodys: str = NOBODYS) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobodys = nobodys
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """Return what to store for `password`."""
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, _normal(password))

    async def fits(self, password: str, stored: str) -> bool:
        """Say whether `password` is the one behind `stored`, which is empty for nobody's.

        Raises `Busy`.
        """
        if self._waiting >= WAITING:
            raise Busy
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(
                    self._check, stored or self._nobodys, _normal(password)
                )
        finally:
            self._waiting -= 1

    def _check(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def _normal(password: str) -> str:
    """Spell `password` in one way: keyboards differ in how they write é (NIST SP 800-63B §3.1.1.2)."""
    return unicodedata.normalize("NFC", password)
