"""A site whose client was built, and computers of customers who download it.

The site's address and certificate are inside the built file, so they are kept with it in `.tools/`, and
it is built again only when its sources change. One file of tests at a time runs a server at that address.
"""

import asyncio
import fcntl
import os
import shutil
import socket
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from scripts.setup.workspace import ROOT
from tests.end_to_end.native_window import NativeWindow, native_window
from tests.end_to_end.serving import Server
from tests.waiting import until

KEPT = ROOT / ".tools/built-client"
BUILD_SECONDS = 900
PORTS = range(20_800, 30_000, 2)
"""Below what the system gives to connections, so that one is free again next time."""


@asynccontextmanager
async def built_site(folder: Path) -> AsyncIterator[Server]:
    """The server, not started, of the site that the kept client was built for; its data lie in
    `folder`. Others wait meanwhile."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        port = await _port()
        kept = Server(KEPT, DESKSIDE_PORT=str(port), DESKSIDE_TLS="self")
        server = Server(folder, DESKSIDE_PORT=str(port), DESKSIDE_TLS="self")
        try:
            await _build(kept)
            server.data.mkdir()
            shutil.copytree(kept.data / "tls", server.data / "tls")
            (server.data / "client").symlink_to(kept.data / "client")
            yield server
        finally:
            kept.close()
            server.close()


async def _port() -> int:
    """Return the port that the client was built for, or a new one where that is taken."""
    file = KEPT / "port"
    port = int(file.read_text()) if file.exists() else 0
    if port:
        # What served there for the test before may take a moment to go.
        with suppress(TimeoutError):
            await until(lambda: _is_free(port))
    if not port or not _is_free(port):
        # Another clone's tests should find another one first.
        first = zlib.crc32(str(ROOT).encode()) % len(PORTS)
        port = next(each for each in (*PORTS[first:], *PORTS[:first]) if _is_free(each))
        file.write_text(str(port))
    return port


def _is_free(port: int) -> bool:
    for each in (port, port + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", each))
            except OSError:
                return False
    return True


async def _build(server: Server) -> None:
    async with asyncio.timeout(BUILD_SECONDS):
        await server.command("client", "build")


@dataclass
class Computer:
    """A customer's computer: a home folder, one for what is temporary, and a screen."""

    root: Path
    display: str

    @classmethod
    def at(cls, root: Path, display: str) -> "Computer":
        """Return a computer with empty folders below `root`, and a letter among its downloads."""
        for name in ("home/Downloads", "home/.config/autostart", "tmp", "run"):
            (root / name).mkdir(parents=True)
        (root / "home/Downloads/letter.txt").write_text("mine")
        return cls(root, display)

    @property
    def downloads(self) -> Path:
        return self.root / "home/Downloads"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.root / "home"),
            "TMPDIR": str(self.root / "tmp"),
            "XDG_RUNTIME_DIR": str(self.root / "run"),
            "LANGUAGE": "",
        }

    def files(self) -> dict[str, int]:
        """Return all there is, with its size: what starts by itself lies among it."""
        found: dict[str, int] = {}
        for each in self.root.rglob("*"):
            # What is being removed may go while it is looked at.
            with suppress(FileNotFoundError):
                found[str(each)] = -1 if each.is_dir() else each.lstat().st_size
        return found

    def processes(self) -> list[str]:
        """Return the names of what runs here."""
        names = []
        for each in self.running():
            with suppress(psutil.NoSuchProcess):
                names.append(each.name())
        return names

    def running(self) -> list[psutil.Process]:
        """Return what runs here."""
        mine = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("TMPDIR") == str(self.root / "tmp"):
                    mine.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
        return mine

    @asynccontextmanager
    async def runs(self, *command: str, **environment: str) -> AsyncIterator[NativeWindow]:
        """Run a program and give its window."""
        both = self.environment | environment
        async with native_window(self.display, command=command, **both) as window:
            yield window

    def terminal(self, typed: str) -> tuple[str, ...]:
        """Return the command of a terminal in which `typed` runs among the downloads."""
        return ("xterm", "-e", "sh", "-c", f"cd {self.downloads} && {typed}")

    async def run_bare(self, program: Path, **environment: str) -> tuple[int, str, str]:
        """Run a program on this computer without a screen; return its exit code and what it said."""
        inherited = {n: v for n, v in os.environ.items() if n not in ("DISPLAY", "LANGUAGE")}
        process = await asyncio.create_subprocess_exec(
            program,
            env=inherited | self.environment | environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, complained = await process.communicate()
        assert process.returncode is not None
        return process.returncode, said.decode(), complained.decode()
