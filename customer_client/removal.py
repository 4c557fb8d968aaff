"""Taking this program off the computer again, whatever ends it.

What there is of it (the executable, the archive it came in, the folder it unpacks itself into, and the
folder with its lock) is written down before anything else happens. It goes when the session is over.
Who is killed before is cleaned up after by a process that was forked for nothing else and waits for
that; and should that one be killed too, by the next start of any of our programs.
"""

import contextlib
import ctypes
import hashlib
import json
import os
import re
import select
import shutil
import signal
import stat
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

PREFIX: Final = "deskside-client-"
RECORD: Final = "what.json"
UNPACKED: Final = re.compile(r"_MEI\w+")
OURS: Final = re.compile(r"Deskside.{0,40}", re.DOTALL)
ARCHIVE: Final = ".tar.gz"
UNPACKER_SECONDS: Final = 10.0
"""How long what has unpacked us may take to put its folder away itself."""

PR_SET_PDEATHSIG: Final = 1
"""From linux/prctl.h."""

ENDED: Final = "ZXx"
"""The states of a process that has ended, in `proc_pid_stat(5)`."""

NOTHING: Final = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)


class Removal:
    """What is to be taken away: `things` now and `unpacked` when nothing needs it any more.

    `place` is the folder for the lock and for the record of all this.
    """

    def __init__(
        self, place: Path, things: Sequence[Path] = (), unpacked: Path | None = None
    ) -> None:
        self.place = place
        self._things = {path: identity_of(path) for path in things}
        self._unpacked = unpacked
        self._is_begun = False
        self._removed: list[str] = []

    @classmethod
    def of_this_program(cls, site: str) -> Self:
        """Return what there is of the executable that runs this, which belongs to the `site` with this
        address: another site's knows nothing of it."""
        program = Path(sys.executable).resolve()
        unpacked = Path(getattr(sys, "_MEIPASS", ""))
        place = own_place(hashlib.sha256(site.encode()).hexdigest()[:12])
        return cls(place, things_of(program), unpacked if _is_unpacked(unpacked) else None)

    @classmethod
    def of_nothing(cls) -> Self:
        """Return what there is of a program that was not downloaded: the folder with its lock."""
        return cls(own_place("source"))

    def begin(self) -> None:
        """Write down what there is, and leave a process behind that outlives being killed."""
        self._is_begun = True
        whole = dict(self._things)
        if self._unpacked:
            whole[self._unpacked] = identity_of(self._unpacked)
        paths = {str(path): identity for path, identity in whole.items()}
        record = {"pid": os.getpid(), "born": born(os.getpid()), "paths": paths}
        (self.place / RECORD).write_text(json.dumps(record))
        if self._things and hasattr(os, "fork"):
            self._leave_a_janitor()
        if self._unpacked and sys.platform == "linux":
            _end_with_unpacker()

    def remove(self) -> tuple[str, ...]:
        """Take away what there is, and return what was; a second time returns the same."""
        for path, identity in self._things.items():
            if identity_of(path) == identity and _remove(path):
                self._removed.append(str(path))
        if self._is_begun and self.place.exists():
            _remove(self.place)
            if self._things:
                self._removed.append(str(self.place))
        if self._unpacked and str(self._unpacked) not in self._removed:
            self._removed.append(str(self._unpacked))
        return tuple(self._removed)

    def finish_what_others_left(self) -> None:
        """Take away what is left of programs of ours that do not run any more."""
        for record in _places().glob(f"{PREFIX}*/{RECORD}"):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
                told = json.loads(record.read_text())
                runs = _runs(int(told["pid"]), told["born"])
                if record.owner() != Path.home().owner() or runs:
                    continue
                for each, identity in told["paths"].items():
                    if _is_ours(Path(each)) and identity_of(Path(each)) == identity:
                        _remove(Path(each))
                _remove(record.parent)

    def _leave_a_janitor(self) -> None:
        """Fork a process that waits for our end, and then removes what is left."""
        reader, writer = os.pipe()
        unpacker, birth = os.getppid(), born(os.getppid())
        if os.fork():
            # Never closed: it closes with us, whatever ends us.
            os.close(reader)
            os.set_inheritable(writer, False)
            return
        try:
            _keep_only(reader)
            select.select([reader], [], [])
            self._wait_for(unpacker, birth)
            self.remove()
            if self._unpacked:
                _remove(self._unpacked)
        finally:
            os._exit(0)

    def _wait_for(self, unpacker: int, birth: str) -> None:
        """Whoever has unpacked us removes that folder; if it lives, let it."""
        until = time.monotonic() + UNPACKER_SECONDS
        while self._unpacked and _runs(unpacker, birth) and time.monotonic() < until:
            if not self._unpacked.exists():
                return
            time.sleep(0.05)


def own_place(name: str = "") -> Path:
    """Return the folder that this user's programs of ours share; a new one where others could write into
    it, who may have made it below `/tmp` before."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    place = _places() / f"{PREFIX}{user}{f'-{name}' if name else ''}"
    if is_private(place) or not os.path.lexists(place):
        return place
    return Path(tempfile.mkdtemp(prefix=f"{place.name}-", dir=place.parent))


def is_private(place: Path) -> bool:
    """Say whether `place` is a folder into which nobody else can write."""
    if not hasattr(os, "getuid"):
        return place.is_dir()  # what is temporary is each user's own there
    try:
        found = place.lstat()
    except OSError:
        return False
    is_folder = stat.S_ISDIR(found.st_mode)
    return is_folder and found.st_uid == os.getuid() and not found.st_mode & 0o022


def _places() -> Path:
    return Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())


def things_of(program: Path) -> list[Path]:
    """Return `program`, the archive that it came in, and a folder that held nothing else."""
    if not OURS.fullmatch(program.name):
        return [program]  # What lies beside another name is not known to be ours.
    folder = program.parent
    beside = [folder / f"{program.name}{ARCHIVE}", folder.parent / f"{program.name}{ARCHIVE}"]
    things = [program, *(each for each in beside if each.is_file())]
    if OURS.fullmatch(folder.name) and [*folder.iterdir()] == [program]:
        things.append(folder)
    return things


def identity_of(path: Path) -> list[int]:
    """Return what tells what is at `path` from what is put there under the same name later."""
    try:
        found = path.lstat()
    except OSError:
        return []
    # A folder changes with what is in it. A number is given again once a file is gone.
    written = 0 if path.is_dir() else found.st_mtime_ns
    return [found.st_dev, found.st_ino, written]


def _is_ours(path: Path) -> bool:
    """Say whether a path in a record can be one of ours: a record is not to be believed blindly."""
    return _is_unpacked(path) or bool(OURS.fullmatch(path.name))


def _is_unpacked(path: Path) -> bool:
    return bool(UNPACKED.fullmatch(path.name)) and path.parent == Path(tempfile.gettempdir())


def _remove(path: Path) -> bool:
    """Remove a file, or a folder of ours; say whether it was there and is not any more."""
    if not path.exists() and not path.is_symlink():
        return False
    try:
        if path.is_dir() and not path.is_symlink() and OURS.fullmatch(path.name):
            # It held the program alone; what the customer has saved there since is theirs.
            path.rmdir()
        elif path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
    except OSError:
        return False
    return not path.exists()


def _end_with_unpacker() -> None:
    """Have the system ask us to end when who has unpacked us does: alone, our window would stay."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    # Whoever adopts us when it has ended before that is another program.
    with contextlib.suppress(OSError):
        if not Path(f"/proc/{os.getppid()}/exe").samefile(sys.executable):
            os.kill(os.getpid(), signal.SIGTERM)


def born(pid: int) -> str:
    """Return when a process began, in ticks since the computer did; nothing where it has ended, though nobody
    has asked how, or where no one tells."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        return "" if told[0] in ENDED else told[19]
    except (OSError, IndexError):
        return ""


def _runs(pid: int, birth: str) -> bool:
    """Say whether the process `pid` runs that began at `birth`; numbers are given again."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return born(pid) == birth


def _keep_only(reader: int) -> None:
    """Hold nothing of the program that forked us: no display, no socket, no terminal, no signals."""
    for each in NOTHING:
        signal.signal(each, signal.SIG_IGN)
    os.setsid()
    os.chdir("/")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nowhere, number)
    os.closerange(3, reader)
    os.closerange(reader + 1, 4096)
