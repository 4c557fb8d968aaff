"""Networks of their own on one machine: two homes that cannot reach each other, and what stands between.

Needs root and iproute2. A home has a way to the server in the middle, which passes nothing on.
Whoever is in a home reaches this machine's servers on loopback, by sockets that are made there.
"""

import asyncio
import ctypes
import os
import socket
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.end_to_end.faulty_line import ByteLine

SERVER_4, SERVER_6 = "203.0.113.1", "2001:db8::1"
NAMESPACES = Path("/var/run/netns")
CLONE_NEWNET = 0x40000000

needs_namespaces = pytest.mark.skipif(
    os.geteuid() != 0 or not Path("/usr/sbin/ip").exists(),
    reason="networks of their own need root and iproute2",
)


def _ip(*words: str) -> None:
    subprocess.run(["/usr/sbin/ip", *words], check=True, capture_output=True)


@dataclass(frozen=True)
class Network:
    """One network namespace."""

    name: str

    def command(self, *words: str) -> list[str]:
        """Return the command that runs `words` there."""
        return ["/usr/sbin/ip", "netns", "exec", self.name, *words]

    def program(self, path: Path, what: str) -> Path:
        """Write a program to `path` that runs `what` there with its arguments."""
        path.write_text(f'#!/bin/sh\nexec /usr/sbin/ip netns exec {self.name} {what} "$@"\n')
        path.chmod(0o755)
        return path

    def cut(self) -> None:
        """Take its cable out; loopback stays."""
        _ip("-n", self.name, "link", "set", "cable", "down")

    def listening(self, port: int) -> socket.socket:
        """Return a socket that listens to `port` on its loopback."""
        made: list[socket.socket] = []

        def make() -> None:
            # A thread may be in another namespace than its process; a socket stays where it was made.
            with (NAMESPACES / self.name).open() as namespace:
                if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET):
                    return
            made.append(socket.create_server(("127.0.0.1", port)))

        thread = threading.Thread(target=make)
        thread.start()
        thread.join()
        return made[0]

    @asynccontextmanager
    async def forwarding(self, port: int, delay_seconds: float = 0) -> AsyncIterator[ByteLine]:
        """Lead its loopback's `port` to this machine's until the block ends."""
        line = ByteLine(port)
        line.delay_seconds = delay_seconds
        server = await asyncio.start_server(line.serve, sock=self.listening(port))
        try:
            yield line
        finally:
            server.close()
            line.cut()
            await asyncio.sleep(0)
            await server.wait_closed()


@dataclass(frozen=True)
class Networks:
    """Two homes, and the machine in the middle that both reach."""

    one: Network
    other: Network
    middle: Network


@contextmanager
def networks() -> Iterator[Networks]:
    """Make them, and remove them when the block ends."""
    names = [f"deskside-{os.getpid()}-{each}" for each in ("one", "other", "middle")]
    made = Networks(*map(Network, names))
    try:
        for name in names:
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        middle = made.middle.name
        _ip("-n", middle, "addr", "add", f"{SERVER_4}/32", "dev", "lo")
        _ip("-n", middle, "addr", "add", f"{SERVER_6}/128", "dev", "lo", "nodad")
        for number, home in enumerate((made.one.name, made.other.name), 1):
            _join(home, middle, number)
        yield made
    finally:
        for name in names:
            subprocess.run(["/usr/sbin/ip", "netns", "del", name], check=False, capture_output=True)


def _join(home: str, middle: str, number: int) -> None:
    """Lay a cable between `home` and `middle`."""
    far = f"cable{number}"
    _ip(
        *("link", "add", "cable", "netns", home, "type", "veth"),
        *("peer", "name", far, "netns", middle),
    )
    for name, device, last in ((home, "cable", 2), (middle, far, 1)):
        inside = ("-n", name)
        _ip(*inside, "addr", "add", f"10.91.{number}.{last}/24", "dev", device)
        _ip(*inside, "addr", "add", f"fd00:91:{number}::{last}/64", "dev", device, "nodad")
        _ip(*inside, "link", "set", device, "up")
    _ip("-n", home, "route", "add", "default", "via", f"10.91.{number}.1")
    _ip("-n", home, "-6", "route", "add", "default", "via", f"fd00:91:{number}::1")
