"""What others offer for the same: an X11 VNC server, websockify, and noVNC in the browser.

All of it from Debian: x11vnc, tigervnc-scraping-server, websockify, novnc. Each server runs as it comes
and tuned for speed.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from bench.link import CUSTOMER, REP, Link

RFB_PORT, WEB_PORT = 5977, 6077
NOVNC = "/usr/share/novnc"
PACKAGES = {
    "x11vnc": "x11vnc",
    "X0tigervnc": "tigervnc-scraping-server",
    "websockify": "websockify",
}

SERVERS = {
    "x11vnc": ["x11vnc", "-forever", "-shared", "-nopw", "-quiet", "-rfbport", str(RFB_PORT)],
    "TigerVNC": [
        "X0tigervnc", "-SecurityTypes", "None", "-rfbport", str(RFB_PORT), "-AlwaysShared",
    ],
}  # fmt: skip
TUNED = {
    "x11vnc": ["-wait", "5", "-defer", "5"],
    "TigerVNC": ["-PollingCycle", "5", "-MaxProcessorUsage", "90"],
}


class Shown(Struct, frozen=True, kw_only=True):
    """A picture that is on: what address shows it, and whose work it is."""

    url: str
    port: int
    """Where the viewer gets its bytes from."""
    sharer: tuple[int, ...]
    relay: tuple[int, ...]


def missing() -> list[str]:
    """Return the Debian packages that a run needs and that are not there."""
    lacking = [package for program, package in PACKAGES.items() if not shutil.which(program)]
    return lacking + ([] if Path(NOVNC).is_dir() else ["novnc"])


@contextmanager
def vnc(name: str, display: str, line: Link | None, *, tuned: bool) -> Iterator[Shown]:
    """Show `display` by the server `name`, over `line` if there is one."""
    command = SERVERS[name] + (TUNED[name] if tuned else [])
    here, there = (CUSTOMER, REP) if line else ("127.0.0.1", "127.0.0.1")
    web = ["websockify", "--web", NOVNC, f"{there}:{WEB_PORT}", f"{here}:{RFB_PORT}"]
    with (
        running(line.at_customer(*command) if line else command, DISPLAY=display) as server,
        running(line.at_rep(*web) if line else web) as proxy,
    ):
        wait_for(there, WEB_PORT, line.rep if line else "")
        wait_for(here, RFB_PORT, line.customer if line else "")
        yield Shown(
            url=f"http://{there}:{WEB_PORT}/vnc_lite.html?host={there}&port={WEB_PORT}",
            port=WEB_PORT,
            sharer=(server.pid,),
            relay=(proxy.pid,),
        )


@contextmanager
def running(
    command: list[str],
    log: Path = Path(os.devnull),
    stdout: int | None = None,
    **environment: str,
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run `command` while the block does; what it says goes to `log`, or to where `stdout` says."""
    with log.open("ab") as said:
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=stdout or said,
            stderr=said,
        )
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)
        process.kill()
        process.wait()


def wait_for(host: str, port: int, namespace: str = "") -> None:
    """Wait until somebody listens at `port`; in another namespace, by asking from there."""
    for _ in range(200):
        if namespace:
            listening = ["ip", "netns", "exec", namespace, "ss", "-tlnH", f"sport = :{port}"]
            if subprocess.run(listening, capture_output=True, check=False).stdout:
                return
        else:
            with suppress(OSError), socket.create_connection((host, port), timeout=1):
                return
        time.sleep(0.05)
    raise TimeoutError(f"Nobody listens at {host}:{port}.")
