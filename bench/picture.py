"""How soon, how often and at what cost a rep sees what happens on a customer's screen.

1920x1080 under Xvfb, watched in Chromium on the same machine: from the pixel that is drawn to the pixel in
the page. Five scenes (`bench/scenes.py`), on loopback and over a line of 40 ms, 1 % loss and 5 Mbit/s
(`bench/link.py`); the peers (`bench/peers.py`) in the same run. Arguments narrow it:
`scripts/bench picture [--scenes typing,scroll] [--lines loopback] [--who deskside] [--seconds 10]`.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psutil
from msgspec import Struct

from bench.desk import deskside
from bench.link import Link, Quality, link
from bench.peers import SERVERS, Shown, missing, running, vnc
from bench.report import Line, percentile, report
from bench.scenes import HEIGHT, SCENES, WIDTH

SETTLE_SECONDS = 3.0
LINES = {"loopback": None, "link": Quality(delay=40, loss=1, rate=5)}
DISPLAY = ":77"


class Seen(Struct, frozen=True, kw_only=True):
    """One scene, watched for a while: latencies in ms, the rest per second; processors in % of a core."""

    p50: float
    p95: float
    p99: float
    updates: float
    kilobytes: float
    sharer: float
    relay: float
    viewer: float


UNITS = {
    "p50": "ms", "p95": "ms", "p99": "ms", "updates": "1/s", "kilobytes": "kB/s",
    "sharer": "% of a core", "relay": "% of a core", "viewer": "% of a core",
}  # fmt: skip


class Watcher:
    """`bench.watch` in a process of its own."""

    def __init__(self, shown: Shown, line: Link | None, rep: tuple[str, ...]) -> None:
        words = [sys.executable, "-m", "bench.watch", shown.url, *rep]
        self._process = subprocess.Popen(
            line.at_rep(*words) if line else words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._hear()

    def ask(self, command: str) -> Any:
        """Give `command`; return the answer."""
        assert self._process.stdin
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> Any:
        assert self._process.stdout
        if not (said := self._process.stdout.readline()):
            raise RuntimeError("Whoever watches the picture has failed; see above.")
        return json.loads(said)

    def close(self) -> None:
        """End it."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.close()
        self._process.wait(20)


def processor(pids: tuple[int, ...]) -> float:
    """Return how many seconds `pids` and what they started have worked."""
    spent = 0.0
    for pid in pids:
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            times = each.cpu_times()
            spent += times.user + times.system
    return spent


def sent_bytes(port: int, line: Link | None) -> int:
    """Return how many bytes the sockets at `port` of this machine have sent."""
    words = ["ss", "-tinH", "state", "established", f"sport = :{port}"]
    told = subprocess.run(
        line.at_rep(*words) if line else words, capture_output=True, text=True, check=True
    ).stdout
    return sum(int(word[11:]) for word in told.split() if word.startswith("bytes_sent:"))


def watch(shown: Shown, line: Link | None, rep: tuple[str, ...], seconds: float) -> Seen:
    """Return what is seen of `shown` in `seconds`."""
    with watching(shown, line, rep) as watcher:
        time.sleep(SETTLE_SECONDS)
        return read(watcher, shown, line, seconds)


def read(watcher: Watcher, shown: Shown, line: Link | None, seconds: float) -> Seen:
    """Return what `watcher` sees of `shown` in the `seconds` from now on."""
    began = watcher.ask("begin")["processor"]
    before = [processor(shown.sharer), processor(shown.relay), sent_bytes(shown.port, line)]
    at = time.monotonic()
    time.sleep(seconds)
    after = [processor(shown.sharer), processor(shown.relay), sent_bytes(shown.port, line)]
    took = time.monotonic() - at
    told = watcher.ask("read")
    sharer, relay, sent = ((now - then) / took for now, then in zip(after, before, strict=True))
    latencies = told["latencies"]
    return Seen(
        p50=percentile(latencies, 0.5),
        p95=percentile(latencies, 0.95),
        p99=percentile(latencies, 0.99),
        updates=len(latencies) / took,
        kilobytes=sent / 1000,
        sharer=100 * sharer,
        relay=100 * relay,
        viewer=100 * (told["processor"] - began) / took,
    )


@contextmanager
def shown_by(who: str, line: Link | None) -> Iterator[tuple[Shown, tuple[str, ...]]]:
    """Show the display by `who`; give what is shown, and the rep who has to sign in for it."""
    if who == "deskside":
        with deskside(DISPLAY, line) as (shown, rep):
            yield shown, rep
        return
    name, _, how = who.partition(" ")
    with vnc(name, DISPLAY, line, tuned=how == "tuned") as shown:
        yield shown, ()


@contextmanager
def watching(shown: Shown, line: Link | None, rep: tuple[str, ...]) -> Iterator[Watcher]:
    """Watch `shown` while the block runs."""
    watcher = Watcher(shown, line, rep)
    try:
        yield watcher
    finally:
        watcher.close()


@contextmanager
def staged(
    who: str, scene: str, quality: Quality | None
) -> Iterator[tuple[Shown, Link | None, tuple[str, ...], "subprocess.Popen[bytes]"]]:
    """Let `who` show `scene`; give what is shown, over which line, the rep, and who draws."""
    screen = ["Xvfb", DISPLAY, "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"]
    drawing = [sys.executable, "-m", "bench.scenes", scene]
    with ExitStack() as stack:
        line = stack.enter_context(link(quality)) if quality else None
        stack.enter_context(running(screen))
        time.sleep(1)
        drawer = stack.enter_context(running(drawing, stdout=subprocess.PIPE, DISPLAY=DISPLAY))
        time.sleep(2)
        shown, rep = stack.enter_context(shown_by(who, line))
        yield shown, line, rep, drawer


def measure(who: str, scene: str, quality: Quality | None, seconds: float) -> Seen:
    """Return what is seen of `scene` when `who` shows it."""
    with staged(who, scene, quality) as (shown, line, rep, _):
        return watch(shown, line, rep, seconds)


def lines_of(seen: dict[tuple[str, str, str], Seen]) -> Iterator[Line]:
    """Yield the figures, ours against the better tuned peer of the same run."""
    for (line, scene, who), each in seen.items():
        peers = [
            other
            for (its_line, its_scene, name), other in seen.items()
            if (its_line, its_scene) == (line, scene) and name.endswith("tuned")
        ]
        best = min(peers, key=lambda peer: peer.p95) if peers and who == "deskside" else None
        for figure, unit in UNITS.items():
            floor = getattr(best, figure) if best else None
            yield Line(f"{line} {scene} {who} {figure}", getattr(each, figure), unit, floor)


def main() -> None:
    everybody = ["deskside", *(f"{name} {how}" for name in SERVERS for how in ("default", "tuned"))]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", default=",".join(SCENES))
    parser.add_argument("--lines", default=",".join(LINES))
    parser.add_argument("--who", default=",".join(everybody))
    parser.add_argument("--seconds", type=float, default=15)
    asked = parser.parse_args()
    if lacking := missing():
        sys.exit(f"Install for the comparison: {' '.join(lacking)}")
    seen: dict[tuple[str, str, str], Seen] = {}
    for line in asked.lines.split(","):
        for scene in asked.scenes.split(","):
            for who in asked.who.split(","):
                each = measure(who, scene, LINES[line], asked.seconds)
                seen[line, scene, who] = each
                sys.stderr.write(f"{line} {scene} {who}: {each}\n")
    report("picture", list(lines_of(seen)), seconds=asked.seconds)


if __name__ == "__main__":
    main()
