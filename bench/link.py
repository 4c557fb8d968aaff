"""A line between two network namespaces, with delay, loss and a limited rate.

Packets are carried between two TUN devices by a process of its own; each direction is a queue at the
given rate, then a delay. Needs root, iproute2 and /dev/net/tun. What it made goes when it ends.
"""

import argparse
import contextlib
import fcntl
import os
import random
import select
import signal
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator

from msgspec import Struct

CUSTOMER, REP = "10.77.0.1", "10.77.0.2"
QUEUE_BYTES = 256 * 1024
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000


class Quality(Struct, frozen=True):
    """One way's delay (ms), the share of packets that are lost (%), and the rate (Mbit/s); 0 is none."""

    delay: float = 0
    loss: float = 0
    rate: float = 0


class Link(Struct, frozen=True):
    """Two namespaces that are joined: the customer's, at 10.77.0.1, and the rep's, at 10.77.0.2."""

    customer: str
    rep: str

    def at_customer(self, *words: str) -> list[str]:
        """Return the command that runs `words` in the customer's namespace."""
        return ["ip", "netns", "exec", self.customer, *words]

    def at_rep(self, *words: str) -> list[str]:
        """Return the command that runs `words` in the rep's namespace."""
        return ["ip", "netns", "exec", self.rep, *words]


class _Way:
    """One direction."""

    def __init__(self, source: int, target: int, quality: Quality, seed: int) -> None:
        self.source = source
        self._target = target
        self._quality = quality
        self._dice = random.Random(seed)
        self._line: deque[tuple[float, bytes]] = deque()
        self._free_at = 0.0

    def take(self, now: float) -> None:
        """Take in what waits at the near end."""
        for _ in range(64):
            try:
                packet = os.read(self.source, 65_536)
            except BlockingIOError:
                return
            self._queue(packet, now)

    def _queue(self, packet: bytes, now: float) -> None:
        rate = self._quality.rate * 125_000
        begins = max(now, self._free_at)
        if rate and (begins - now) * rate > QUEUE_BYTES:
            return
        self._free_at = begins + (len(packet) / rate if rate else 0)
        if self._dice.random() * 100 >= self._quality.loss:
            self._line.append((self._free_at + self._quality.delay / 1000, packet))

    def release(self, now: float) -> float:
        """Let go what is due; return how many seconds the next one has left."""
        while self._line and self._line[0][0] <= now:
            # A far end that is gone loses packets, as any does.
            with contextlib.suppress(OSError):
                os.write(self._target, self._line.popleft()[1])
        return self._line[0][0] - now if self._line else 1.0


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


def _device(name: str, namespace: str, here: str, there: str) -> int:
    handle = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(handle, _TUNSETIFF, struct.pack("16sH", name.encode(), _IFF_TUN | _IFF_NO_PI))
    _ip("netns", "add", namespace)
    _ip("link", "set", name, "netns", namespace)
    inside = ("-n", namespace)
    _ip(*inside, "link", "set", "lo", "up")
    _ip(*inside, "addr", "add", f"{here}/32", "peer", there, "dev", name)
    _ip(*inside, "link", "set", name, "mtu", "1500", "txqueuelen", "1000", "up")
    # Most customers' machines run cubic, whatever this one does.
    _ip(*inside, "route", "replace", there, "dev", name, "congctl", "cubic")
    return handle


def _carry(customer: str, rep: str, quality: Quality, seed: int) -> None:
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
    near = _device(f"{customer[-8:]}-a", customer, CUSTOMER, REP)
    far = _device(f"{rep[-8:]}-b", rep, REP, CUSTOMER)
    ways = (_Way(near, far, quality, seed), _Way(far, near, quality, seed + 1))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while not stopped:
        wait = min(way.release(time.monotonic()) for way in ways)
        with contextlib.suppress(InterruptedError):
            select.select([near, far], [], [], min(max(wait, 0), 0.1))
        for way in ways:
            way.take(time.monotonic())


@contextlib.contextmanager
def link(quality: Quality, seed: int = 1) -> Iterator[Link]:
    """Join two namespaces while the block runs."""
    names = Link(f"deskside-{os.getpid()}-cust", f"deskside-{os.getpid()}-rep")
    words = [names.customer, names.rep, quality.delay, quality.loss, quality.rate, seed]
    carrier = subprocess.Popen(
        [sys.executable, "-m", "bench.link", *map(str, words)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert carrier.stdout
        if carrier.stdout.readline() != "ready\n":
            raise RuntimeError("The line could not be made; it needs root and /dev/net/tun.")
        yield names
    finally:
        carrier.terminate()
        carrier.wait()
        for name in (names.customer, names.rep):
            subprocess.run(["ip", "netns", "del", name], check=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("customer")
    parser.add_argument("rep")
    parser.add_argument("delay", type=float)
    parser.add_argument("loss", type=float)
    parser.add_argument("rate", type=float)
    parser.add_argument("seed", type=int)
    asked = parser.parse_args()
    quality = Quality(asked.delay, asked.loss, asked.rate)
    _carry(asked.customer, asked.rep, quality, asked.seed)


if __name__ == "__main__":
    main()
