"""What customers download: one executable, the same for every session, plain or in an archive.

An archive is named for its session, and so is the file in it. Nothing is packed for that: a gzip file
may have several parts, so the part with the name is made anew, and the rest was packed when the client
was built.
"""

import gzip
import io
import re
import tarfile
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

EXECUTABLE: Final = "Deskside"
ARCHIVE_END: Final = "Deskside.end.gz"
NAME: Final = re.compile(r"Deskside(?:-(?P<code>\d{9}))?(?P<archive>\.tar\.gz)?", re.ASCII)
BLOCK: Final = 512


class Told(Struct, frozen=True, kw_only=True):
    """What is known of the executable: its size in bytes, and the system that it was built on."""

    made_from: str
    size: int
    digest: str
    system: str
    machine: str
    libc: str


class _Kept:
    """Reads and writes what is known beside the executable itself."""

    def __init__(self, name: str) -> None:
        self._name = name

    def read(self, folder: Path) -> Told | None:
        """Return what is known of the executable in `folder`; None where there is none."""
        try:
            return msgspec.json.decode((folder / self._name).read_bytes(), type=Told)
        except (OSError, msgspec.DecodeError):
            return None

    def write(self, folder: Path, told: Told) -> None:
        """Keep what is known; from then on it can be downloaded."""
        new = folder / f"{self._name}.new"
        new.write_bytes(msgspec.json.encode(told))
        new.replace(folder / self._name)


TOLD: Final = _Kept("client.json")


def folder_of(data: Path) -> Path:
    """Return the download folder below the folder for everything that is kept."""
    return data / "client"


def archive_begin(name: str, size: int) -> bytes:
    """Return the part of an archive that names its one file, executable by everybody."""
    about = tarfile.TarInfo(name)
    about.size, about.mode = size, 0o755
    return gzip.compress(about.tobuf(tarfile.USTAR_FORMAT), 9, mtime=0)


def archive_end(content: bytes) -> bytes:
    """Return the other part: the file's content and the end of the archive."""
    padded = content + bytes(-len(content) % BLOCK) + bytes(2 * BLOCK)
    # The executable's own archive is packed already: trying harder would gain nothing.
    file = io.BytesIO()
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=1, mtime=0) as packed:
        packed.write(padded)
    return file.getvalue()
