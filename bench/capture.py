"""What sharing a screen costs the customer's machine, without a viewer's browser in the way.

A sharer in a process of its own shows the scenes of `bench.picture` to a relay and a viewer that only counts
and acknowledges: processor, bytes, messages by kind, and how old the clock is when it arrives.
`--scenes typing,scroll` runs only these, `--seconds` each.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import psutil
from aiohttp.test_utils import TestClient, TestServer

from bench.report import Line, percentile, report
from bench.scenes import SCENES
from tests.customer_client.screen.conftest import Stage, Watching, relay_app
from tests.customer_client.screen.screens import Canvas, xvfb
from tests.waiting import until

SHARER = """
import asyncio, sys, aiohttp
from customer_client.screen.sharing import Sharing
from customer_client.screen.uplink import Ticket
from customer_client.screen.x11 import X11
async def main():
    async def fetch(): return Ticket(sys.argv[1], sys.argv[2])
    async with aiohttp.ClientSession() as http:
        async with Sharing(http, fetch, X11, lambda tool: False).running():
            await asyncio.Event().wait()
asyncio.run(main())
"""


class Counting(Watching):
    """Takes note of messages, and how old each was; paints them only when asked to."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        super().__init__(socket)
        self.ages: list[float] = []
        self.kinds: Counter[str] = Counter()

    def take(self, said: Any) -> None:
        self.kinds[type(said.body).__name__] += 1
        if said.rectangles:
            self.ages.append(time.time() * 1000 - said.time / 1000)
        super().take(said)


async def measure(stage: Stage, scene: str, seconds: float) -> list[Line]:
    with xvfb(1920, 1080) as display:
        environment = os.environ | {"DISPLAY": display}
        drawing = subprocess.Popen(  # noqa: ASYNC220 - nothing else waits for it
            [sys.executable, "-m", "bench.scenes", scene], env=environment
        )
        await asyncio.sleep(3)
        sharer = subprocess.Popen(  # noqa: ASYNC220 - as above
            [sys.executable, "-c", SHARER, *stage.ticket()], env=environment
        )
        try:
            async with stage.watching(kind=Counting) as rep:
                assert isinstance(rep, Counting)
                await until(lambda: rep.painter.cursor)
                await asyncio.sleep(1)
                process = psutil.Process(sharer.pid)
                cost, received = process.cpu_times(), rep.received
                rep.kinds.clear()
                rep.ages.clear()
                began = time.monotonic()
                await asyncio.sleep(seconds)
                took = time.monotonic() - began
                after = process.cpu_times()
                used = after.user + after.system - cost.user - cost.system
                print(scene, dict(rep.kinds), flush=True)
                lines = [
                    Line(f"{scene}: sharer", 100 * used / took, "% of a core"),
                    Line(f"{scene}: sent", (rep.received - received) / took / 1000, "kB/s"),
                    Line(f"{scene}: messages", rep.kinds.total() / took, "1/s"),
                    Line(f"{scene}: on their way, p95", percentile(rep.ages, 0.95), "ms"),
                ]
                drawing.kill()
                stood = time.monotonic()
                canvas = Canvas(display)
                await rep.shows(canvas)
                canvas.close()
                exact = 1000 * (time.monotonic() - stood)
                return [*lines, Line(f"{scene}: exact after its end, at most", exact, "ms")]
        finally:
            for each in (sharer, drawing):
                each.kill()
                each.wait()


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", default=",".join(SCENES))
    parser.add_argument("--seconds", type=float, default=8)
    options = parser.parse_args()
    lines: list[Line] = []
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(TestClient(TestServer(relay_app())))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        for scene in options.scenes.split(","):
            lines += await measure(Stage(client, http), scene, options.seconds)
    report("capture", lines)


if __name__ == "__main__":
    asyncio.run(main())
