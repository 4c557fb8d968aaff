"""A private PostgreSQL for the tests: one cluster a run, one database a test.

It is the real server, reachable only through a socket in a folder of its own. Where
it is not installed a test that needs it fails and names the package; it is never skipped.
"""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

PORT = 5432
"""Names the socket's file; nothing listens on the network."""

ROOM_BYTES = 4 * 2**30

WAIT_SECONDS = "300"
"""Until it has started or stopped: a busy machine's disk may take long, above all after a crash."""

SETTINGS = {
    "listen_addresses": "''",
    "fsync": "on",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "log_min_messages": "warning",
}


class Cluster:
    """A server whose data, log and socket lie in `folder`."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.folder = folder
        self._programs = programs
        # The server refuses to run as root.
        self._user = _ordinary_user() if os.geteuid() == 0 else None
        if self._user:
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)

    def create(self) -> None:
        self._run("initdb", "--pgdata=data", "--auth=trust", "--username=deskside", "-E", "UTF8")

    def start(self) -> None:
        options = [f"-c {name}={value}" for name, value in SETTINGS.items()]
        options.append(f"-c unix_socket_directories={self.folder} -c port={PORT}")
        self._run("pg_ctl", "start", "-w", "-D", "data", "-l", "log", "-o", " ".join(options))

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; `immediate` leaves its files as a crash would."""
        self._run("pg_ctl", "stop", "-w", "-D", "data", "-m", mode)

    def create_database(self, name: str, template: str = "template0") -> str:
        """Create the database `name`, empty or a copy of `template`, and return its address."""
        self._run("createdb", *self._access(), f"--template={template}", name)
        return f"postgresql://deskside@/{name}?host={self.folder}&port={PORT}"

    def drop_database(self, name: str) -> None:
        self._run("dropdb", *self._access(), "--force", name)

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """Give the address of a database of one's own, empty or a copy of `template`."""
        name = f"test_{secrets.token_hex(6)}"
        yield self.create_database(name, template)
        self.drop_database(name)

    def _access(self) -> list[str]:
        return [f"--host={self.folder}", f"--port={PORT}", "--username=deskside"]

    def _run(self, program: str, *arguments: str) -> None:
        user = self._user
        # A file, not a pipe: the server inherits it and would keep a pipe open.
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(
                [self._programs / program, *arguments],
                cwd=self.folder,
                user=user and user.pw_uid,
                group=user and user.pw_gid,
                extra_groups=[] if user else None,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "PGCTLTIMEOUT": WAIT_SECONDS},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                check=False,
            )
            if done.returncode:
                said.seek(0)
                pytest.fail(f"{program} failed:\n{said.read()}", pytrace=False)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """A server for the whole run."""
    with running_cluster() as cluster:
        yield cluster


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Give a server of one's own, to be killed as one likes."""
    # Not in pytest's folder: a socket's path may have only 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="deskside-pg-", dir=_quick_folder()))
    cluster = Cluster(_programs(), folder)
    cluster.create()
    cluster.start()
    yield cluster
    cluster.stop("immediate")
    shutil.rmtree(folder)


@pytest.fixture
def postgres_url(postgres_cluster: Cluster) -> Iterator[str]:
    """The address of an empty database of the test's own."""
    with postgres_cluster.database() as url:
        yield url


def _quick_folder() -> Path | None:
    """Return memory where there is plenty: a process that dies, unlike a machine, loses none of it."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM_BYTES
    return memory if roomy and os.access(memory, os.W_OK) else None


def _programs() -> Path:
    found = list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return max(found, key=_version).parent if found else _missing()


def _version(program: Path) -> int:
    return int(program.parts[-3])


def _ordinary_user() -> pwd.struct_passwd:
    for user in pwd.getpwall():
        if user.pw_name == "postgres":
            return user
    return _missing()


def _missing() -> NoReturn:
    pytest.fail("PostgreSQL is not installed: apt-get install postgresql", pytrace=False)
