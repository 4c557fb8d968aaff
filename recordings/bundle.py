"""A recording as it leaves the house: one tar file that proves itself, and needs no server.

It holds the sealed segments, index, manifest and signature, the transcript, and the lines of the ledger
from the recording's own to the last one. A folder with the same files in it is as good.
"""

import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
INDEX = "index.jsonl"
TRANSCRIPT = "transcript.jsonl"
TEXTS = "texts.jsonl"
ENTRY = "entry.json"
LINES = "ledger.jsonl"
HEAD = "head.json"
SEGMENTS = "segments/"

MOST_FILE_BYTES = 256 * 1024 * 1024


class Unreadable(Exception):
    """What was given is no bundle; the text says why."""


class Bundle(Protocol):
    """Files by name."""

    def names(self) -> list[str]:
        """Return the names of all files."""

    def read(self, name: str) -> bytes | None:
        """Return the file `name`, or None where there is none."""


def segment_name(number: int) -> str:
    """Return the name of segment `number`."""
    return f"{SEGMENTS}{number:08d}"


class Folder:
    """A bundle whose files lie in the folder `path`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        """Return the names of all files."""
        found = (each for each in self._path.rglob("*") if not each.is_dir())
        return sorted(each.relative_to(self._path).as_posix() for each in found)

    def read(self, name: str) -> bytes | None:
        """Return the file `name`."""
        path = self._path / name
        return path.read_bytes() if path.is_file() and not path.is_symlink() else None


class Tar:
    """A bundle that is a tar file. Names that occur twice make it unreadable: which of the two is
    meant would be anybody's guess.
    """

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        members = tar.getmembers()
        self._members = {each.name: each for each in members}
        if len(self._members) < len(members):
            raise Unreadable("It holds a name twice.")

    def names(self) -> list[str]:
        """Return the names of all members."""
        return sorted(self._members)

    def read(self, name: str) -> bytes | None:
        """Return the member `name`."""
        member = self._members.get(name)
        if member is None or not member.isreg() or member.size > MOST_FILE_BYTES:
            return None
        try:
            file = self._tar.extractfile(member)
            return file.read() if file else None
        except (tarfile.TarError, OSError) as fault:
            raise Unreadable(f"{name}: {fault}") from None


@contextmanager
def opened(path: Path) -> Iterator[Bundle]:
    """Open the bundle at `path`, a folder or a tar file, or raise `Unreadable`."""
    if path.is_dir():
        yield Folder(path)
        return
    try:
        with tarfile.TarFile(path) as tar:
            yield Tar(tar)
    except (tarfile.TarError, OSError, EOFError) as fault:
        raise Unreadable(f"{path} is no bundle: {fault}") from None


class TarWriter:
    """Writes a bundle into `file`, a part at a time."""

    def __init__(self, file: BinaryIO) -> None:
        self._tar = tarfile.TarFile(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT)

    def add(self, name: str, data: bytes) -> None:
        """Add the file `name`."""
        info = tarfile.TarInfo(name)
        info.size = len(data)
        info.mode = 0o600
        self._tar.addfile(info, io.BytesIO(data))

    def close(self) -> None:
        """Write the end."""
        self._tar.close()


def strangers(bundle: Bundle) -> Iterator[str]:
    """Yield the names in `bundle` that no bundle has."""
    known = {MANIFEST, SIGNATURE, INDEX, TRANSCRIPT, TEXTS, ENTRY, LINES, HEAD}
    for name in bundle.names():
        if name not in known and not name.startswith(SEGMENTS):
            yield name
