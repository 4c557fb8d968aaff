"""Seals secrets that must be read again, so that a copy of the database alone does not give them away.

The key lies in a file of the data folder. Brokers that share a database share that file too. It
may hold several keys, one a line: the first seals, all of them open, so a key can be changed while
people are signed in.
"""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

FILE = "secrets.key"


class CannotOpen(Exception):
    """The key file is missing or is not the one that sealed; the message names it."""


class Sealing:
    """Seals with the key in `folder`, which is made when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def seal(self, owner: str, secret: str) -> str:
        """Return `secret` sealed, to be opened for `owner` only."""
        if not self._path.exists():
            self._make_key()
        return self._keys().encrypt(f"{owner} {secret}".encode()).decode()

    def open(self, owner: str, sealed: str) -> str:
        """Return what was sealed for `owner`, or raise `CannotOpen`."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - as in `_keys`

        try:
            opened = self._keys().decrypt(sealed.encode()).decode()
        except (FileNotFoundError, InvalidToken, ValueError):
            raise CannotOpen(f"{self._path} is not the key that the database needs.") from None
        # A row that was copied to another account opens nothing there.
        named, _, secret = opened.partition(" ")
        if named != owner:
            raise CannotOpen("A sealed secret belongs to another account.")
        return secret

    def _keys(self) -> "MultiFernet":
        # Not every server has secrets to seal, and starting is quick.
        from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415

        return MultiFernet([Fernet(line) for line in self._path.read_text().split()])

    def _make_key(self) -> None:
        from cryptography.fernet import Fernet  # noqa: PLC0415 - as in `_keys`

        make_once(self._path, Fernet.generate_key() + b"\n")


def make_once(path: Path, content: bytes) -> None:
    """Make the secret file `path` whole or not at all; of several who do so at once, one is heard."""
    # What mkstemp makes is for its owner alone.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    made = Path(name)
    try:
        path.hardlink_to(made)
    except FileExistsError:
        pass  # somebody was quicker, and theirs holds
    finally:
        made.unlink()
