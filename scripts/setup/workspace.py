"""The clone we work in: running programs in it, and knowing what is already up to date.

A stamp is a file in `.tools/` with the digest of what a step was made from. A step whose stamp still
fits is skipped; so whatever a step reads must be in its digest.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools"
NOT_SOURCES = {"node_modules", "dist", "__pycache__"}


class Failed(Exception):
    """Setup cannot go on; the message is for the person at the terminal."""


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other script is setting up this clone, then keep others waiting."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def say(text: str) -> None:
    """Tell the person at the terminal what takes so long."""
    print(text, file=sys.stderr, flush=True)


def quietly(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> None:
    """Run `command` in `environment` (ours by default); raise `Failed` with what it printed."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        shown = " ".join(map(str, command))
        raise Failed(f"{done.stdout.decode(errors='replace')}\nFailed: {shown}")


def sources(*places: str) -> list[Path]:
    """List the files at or below `places`, in a fixed order, without what is built from them."""
    found: list[Path] = []
    for place in places:
        path = ROOT / place
        if path.is_file():
            found.append(path)
        for folder, folders, files in os.walk(path):
            folders[:] = sorted(set(folders) - NOT_SOURCES)
            found.extend(Path(folder, name) for name in sorted(files))
    return found


def digest(files: Iterable[Path], *also: str) -> str:
    """Digest the names and contents of `files`, and the words in `also`."""
    whole = hashlib.sha256(repr(also).encode())
    for file in files:
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        whole.update(f"\n{file.relative_to(ROOT)} {content}".encode())
    return whole.hexdigest()


class Stamp:
    """Remembers from what the step called `name` was last made."""

    def __init__(self, name: str) -> None:
        self._file = TOOLS / f"{name}.stamp"

    def fits(self, made_from: str) -> bool:
        """Say whether the step was made from `made_from`."""
        return self._file.is_file() and self._file.read_text() == made_from

    def set(self, made_from: str) -> None:
        """Remember that the step is now made from `made_from`."""
        TOOLS.mkdir(exist_ok=True)
        self._file.write_text(made_from)

    def clear(self) -> None:
        """Forget: the step has to be done again."""
        self._file.unlink(missing_ok=True)
