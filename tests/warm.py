"""`deskside` without the second that its imports take: forked from a process that has done them.

The command itself, started as people start it, has tests of its own in `broker/test_up.py`.
"""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from tests.warm_template import LARGEST


class Ended:
    """What is known of a process's end."""

    def __init__(self) -> None:
        self.known = threading.Event()
        self.code = 0


class Warm:
    """A running command. `stdout` is what it prints."""

    def __init__(self, pid: int, ended: Ended, stdout: asyncio.StreamReader) -> None:
        self.pid = pid
        self.stdout = stdout
        self._ended = ended

    def send_signal(self, which: signal.Signals) -> None:
        """Send it `which`, unless it has ended."""
        if not self._ended.known.is_set():
            os.kill(self.pid, which)

    async def wait(self) -> int:
        """Wait until it has ended, and return its exit code; minus the signal that ended it."""
        await asyncio.to_thread(self._ended.known.wait)
        return self._ended.code


class Template:
    """The process that forks, and whoever reads what it tells."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            # Ends by itself once this process, and with it the socket, is gone.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.warm_template", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                cwd=Path(__file__).parent.parent,
            )
        self._asking = threading.Lock()
        self._begun: list[int] = []
        self._has_begun = threading.Semaphore(0)
        self._known: dict[int, Ended] = {}
        threading.Thread(target=self._listen, daemon=True).start()

    def begin(
        self, arguments: Sequence[str], environment: dict[str, str], out: int, err: int
    ) -> tuple[int, Ended]:
        """Start a command that prints to the descriptors `out` and `err`; return its number."""
        asked = json.dumps([arguments, environment]).encode()
        with self._asking:
            socket.send_fds(self._socket, [asked], [out, err])
            self._has_begun.acquire()
            number = self._begun.pop()
        return number, self._known[number]

    def _listen(self) -> None:
        while message := self._socket.recv(LARGEST):
            number, code = json.loads(message)
            if code is None:
                self._known[number] = Ended()
                self._begun.append(number)
                self._has_begun.release()
            else:
                self._known[number].code = code
                self._known[number].known.set()


_template: list[Template] = []


async def run(arguments: Sequence[str], environment: dict[str, str], err: IO[bytes]) -> Warm:
    """Start `deskside` with `arguments`; `err` takes what it complains about."""
    if not _template:
        _template.append(Template())
    read, write = os.pipe()
    try:
        pid, ended = await asyncio.to_thread(
            _template[0].begin, arguments, environment, write, err.fileno()
        )
    finally:
        os.close(write)
    stdout = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stdout), os.fdopen(read, "rb")
    )
    return Warm(pid, ended, stdout)
