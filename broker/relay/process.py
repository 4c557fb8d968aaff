"""A relay as a process: serves one socket until it is told to stop, or nobody needs it any more."""

import asyncio
import os
import signal
import socket
import time
from functools import partial

from aiohttp import web

from broker.clock import steady_clock
from broker.config import Config
from broker.relay.keys import Keys
from broker.relay.leases import VIEW_SECONDS
from broker.relay.server import RELAY, Relay, build_relay
from broker.relay.tapes import Tapes
from broker.running import BACKLOG, fastest_loop, runner_of
from broker.tasks import Tasks
from broker.tls import Tls
from recordings.store import open_store

LOOK_SECONDS = 0.5

ALONE_SECONDS = 5.0
"""A relay without the server that started it ends after so long without a broker or a picture."""

RENEW_EVERY = 7200


def run_relay(
    listening: socket.socket, config: Config, tls: Tls | None, keys: Keys, parent: int
) -> None:
    """Be a relay until SIGTERM, or until nobody needs it and its `parent` is gone."""
    with asyncio.Runner(loop_factory=fastest_loop()) as runner:
        runner.run(_serve(listening, config, tls, keys, parent))


async def _serve(
    listening: socket.socket, config: Config, tls: Tls | None, keys: Keys, parent: int
) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    clock = steady_clock()

    def open_tapes(tasks: Tasks) -> Tapes:
        store = partial(open_store, config.blobs_address)
        return Tapes(config.journal_folder, store, clock, tasks)

    app = build_relay(keys.signing.public_key(), keys.secret, clock, open_tapes=open_tapes)
    runner = runner_of(app)
    await runner.setup()
    try:
        context = tls.context if tls else None
        await web.SockSite(runner, listening, ssl_context=context, backlog=BACKLOG).start()
        await _until_nobody_needs_it(app[RELAY], stop, tls, parent)
    finally:
        await runner.cleanup()


async def _until_nobody_needs_it(
    relay: Relay, stop: asyncio.Event, tls: Tls | None, parent: int
) -> None:
    needed, turn = time.monotonic(), 0
    while not stop.is_set():
        await _wait(stop)
        turn += 1
        if turn % RENEW_EVERY == 0 and tls:
            await asyncio.to_thread(tls.refresh)
        now = time.monotonic()
        if os.getppid() == parent or relay.has_brokers:
            needed = now
        elif now - needed > (VIEW_SECONDS if relay.has_pictures else ALONE_SECONDS):
            return


async def _wait(stop: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            await stop.wait()
    except TimeoutError:
        return
