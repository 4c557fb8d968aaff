"""One window at a time: a second start calls the first one forward and hands it its code.

A lock that the system takes back from whoever dies, so that nothing has to be cleaned up. It lies in a
folder of our own for this user.
"""

import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import IO, Self

from customer_client.removal import is_private

CODE = "code"
LOCK = "lock"


class OneInstance:
    """Use it with `with`; `folder` is made if it is missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[str] | None = None
        self.is_first = False

    def __enter__(self) -> Self:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not is_private(self._folder):
            # Somebody was quicker: what we write there could become what we write elsewhere.
            raise PermissionError(f"others can write into {self._folder}")
        self._file = (self._folder / LOCK).open("a+")
        self.is_first = _locked(self._file)
        if self.is_first:
            self._file.truncate(0)
            self._file.write(str(os.getpid()))
            self._file.flush()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._file
        self._file.close()

    def call_first(self, code: str) -> None:
        """Let the first one come forward, with `code` if it has none yet."""
        assert self._file
        if code:
            (self._folder / CODE).write_text(code)
        self._file.seek(0)
        pid = self._file.read().strip()
        if pid.isdigit() and hasattr(signal, "SIGUSR1"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGUSR1)


def handed_code(folder: Path) -> str:
    """Return the code that a second start has handed over, once."""
    path = folder / CODE
    try:
        code = path.read_text()
        path.unlink()
    except OSError:
        return ""
    return code if len(code) == 9 and code.isdigit() else ""


def _locked(file: IO[str]) -> bool:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - there only

        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl  # noqa: PLC0415 - there is none on Windows

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
