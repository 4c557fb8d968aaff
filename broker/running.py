"""How our HTTP servers run: the quickest loop there is, and aiohttp with our limits."""

import asyncio
from collections.abc import Callable

from aiohttp import web

BACKLOG = 1024
IDLE_SECONDS = 30.0
"""A call's headers are here by then, and the next call too, or the connection is closed."""

LAST_SECONDS = 2.0
"""Calls that are still under way when the server stops get this long."""


def runner_of(app: web.Application) -> web.AppRunner:
    """Return what serves `app`, with our limits."""
    return web.AppRunner(
        app,
        access_log=None,
        # A small body could unpack to a large one, and nobody needs to send one packed.
        auto_decompress=False,
        keepalive_timeout=IDLE_SECONDS,
        shutdown_timeout=LAST_SECONDS,
    )


def fastest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what makes the quickest event loop of this system; None for Python's own."""
    try:
        import uvloop  # noqa: PLC0415 - not on every system
    except ImportError:
        return None
    return uvloop.new_event_loop
