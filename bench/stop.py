"""How soon nothing is captured and nothing let in any more, once the customer has stopped.

A sharer in a process of its own shows a 1920x1080 screen that changes all over to a relay in another, while
a rep steers. What can be in the way is tried by itself: a network that is cut (the relay's process stands
still: nothing is read, nothing closed), a broker that is gone (there is no new lease, and the relay dies),
a processor that is busy, a rep who floods the input. The clock starts where a click arrives: when `Sharing.stop`
is called. `scripts/bench stop [--repeats 5]`.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress

import aiohttp

from bench.report import Line, report
from broker.clock import now
from broker.relay.leases import Lease, sign
from protocol import picture as p
from protocol.fields import Tool
from tests.customer_client.screen.conftest import KEY, Watching
from tests.customer_client.screen.screens import xvfb
from tests.waiting import until

REACH_MS = 100.0
CASES = ("quiet", "network cut", "broker gone", "processor busy", "input flooded")
BUSY_PROGRAMS = 4
TOOLS: tuple[Tool, ...] = ("view", "control", "clipboard")

RELAY = """
import asyncio, sys
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from broker.clock import now
from broker.relay.journal import NoJournal
from broker.relay.server import build_relay
async def main():
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(sys.argv[1]))
    runner = web.AppRunner(build_relay(key, "secret", now, NoJournal()))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""

SHARER = """
import asyncio, json, sys, time, aiohttp
from customer_client.screen import control
from customer_client.screen.hands import X11Hands
from customer_client.screen.sharing import Sharing
from customer_client.screen.uplink import NoTicket, Ticket
from customer_client.screen.x11 import X11
grabs, inputs = [], []
def timed(cls, name, times):
    does = getattr(cls, name)
    def did(*args, **options):
        answer = does(*args, **options)
        times.append(time.monotonic())
        return answer
    setattr(cls, name, did)
timed(X11, "grab", grabs)
timed(X11Hands, "point", inputs)
timed(X11Hands, "press", inputs)
async def main():
    leases = [Ticket(sys.argv[1], sys.argv[2])]
    async def fetch():
        if not leases:
            raise NoTicket("the broker is gone")
        return leases.pop()
    async with aiohttp.ClientSession() as http:
        sharing = Sharing(http, fetch, X11, lambda tool: True)
        async with sharing.running():
            await asyncio.to_thread(sys.stdin.readline)
            before = time.monotonic()
            sharing.stop()
            returned = time.monotonic()
            await asyncio.sleep(1)
            late = lambda times: 1000 * max(0, max(times, default=before) - before)
            print(json.dumps({
                "last captured": late(grabs), "last let in": late(inputs),
                "returned": 1000 * (returned - before),
                "captured before": len(grabs), "let in before": len(inputs),
                "threads left": int(sharing.is_capturing),
            }), flush=True)
asyncio.run(main())
"""

BUSY = "while True: pass"


def lease(side: str) -> str:
    """Return a lease of the customer's or the rep's."""
    is_sharer = side == "sharer"
    return sign(
        Lease(
            session="s",
            party="max" if is_sharer else "ana",
            side="sharer" if is_sharer else "viewer",
            until=now() + 600_000,
            tools=() if is_sharer else TOOLS,
        ),
        KEY,
    )


@contextmanager
def program(code: str, *arguments: str, display: str = "") -> Iterator[subprocess.Popen[str]]:
    """Run Python `code` until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=os.environ | ({"DISPLAY": display} if display else {}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def scene(display: str) -> Iterator[None]:
    """Let the screen change all over."""
    words = [sys.executable, "-m", "bench.scenes", "scroll"]
    process = subprocess.Popen(words, env=os.environ | {"DISPLAY": display})
    try:
        yield
    finally:
        process.kill()
        process.wait()


@contextmanager
def relay() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a relay, and name its address."""
    public = KEY.public_key().public_bytes_raw().hex()
    with program(RELAY, public) as process:
        assert process.stdout
        yield process, f"http://127.0.0.1:{process.stdout.readline().strip()}/v1/picture"


@asynccontextmanager
async def steering(address: str, pause: float) -> AsyncIterator[Watching]:
    """Watch, and move the mouse and type every `pause` seconds."""
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(address, max_msg_size=p.MOST_BYTES) as socket,
    ):
        await socket.send_str(lease("viewer"))
        watching = Watching(socket)
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(watching.listen()),
                group.create_task(_steer(watching, pause)),
            ]
            try:
                yield watching
            finally:
                for task in tasks:
                    task.cancel()


async def _steer(rep: Watching, pause: float) -> None:
    at = 0
    with suppress(ConnectionError):
        while True:
            at += 1
            await rep.say(p.Pointer(x=400 + at % 800, y=900, buttons=0))
            await rep.say(p.Key(down=bool(at & 1), code="ShiftLeft", key="Shift"))
            await asyncio.sleep(pause)


async def measure(case: str) -> dict[str, float]:
    """Return how late the last things came, in ms."""
    with xvfb(1920, 1080) as display, scene(display), relay() as (server, address):
        async with steering(address, 0.0025 if case == "input flooded" else 0.01) as rep:
            with program(SHARER, address, lease("sharer"), display=display) as sharer:
                await until(lambda: len(rep.messages) > 20)
                with _busy(BUSY_PROGRAMS if case == "processor busy" else 0):
                    await asyncio.sleep(2)
                    if case == "network cut":
                        server.send_signal(signal.SIGSTOP)
                    elif case == "broker gone":
                        server.kill()
                    return await _stop(sharer)


async def _stop(sharer: subprocess.Popen[str]) -> dict[str, float]:
    assert sharer.stdin
    assert sharer.stdout
    sharer.stdin.write("stop\n")
    sharer.stdin.flush()
    figures: dict[str, float] = json.loads(await asyncio.to_thread(sharer.stdout.readline))
    return figures


@contextmanager
def _busy(count: int) -> Iterator[None]:
    if not count:
        yield
        return
    with program(BUSY), _busy(count - 1):
        yield


def lines(case: str, runs: Sequence[dict[str, float]]) -> Iterator[Line]:
    """Yield what was measured of `case`: the worst of all runs."""
    assert all(run["captured before"] and run["let in before"] for run in runs), case
    for name in ("last captured", "last let in"):
        worst = max(run[name] for run in runs)
        yield Line(
            *(f"{case}: {name}, worst", worst, "ms"),
            reach=f"≤ {REACH_MS:.0f}",
            reached=worst <= REACH_MS,
        )
    yield Line(f"{case}: stop returned, worst", max(run["returned"] for run in runs), "ms")


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--cases", default=",".join(CASES))
    options = parser.parse_args()
    found: list[Line] = []
    left = 0.0
    for case in options.cases.split(","):
        runs = [await measure(case) for _ in range(options.repeats)]
        left += sum(run["threads left"] for run in runs)
        found += lines(case, runs)
        print(case, runs, flush=True)
    found.append(Line("threads left a second later", left, "", reach="0", reached=not left))
    report("stop", found, repeats=options.repeats)


if __name__ == "__main__":
    asyncio.run(main())
