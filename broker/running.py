"""How our HTTP servers run: the quickest loop there is, and aiohttp with our limits."""

import asyncio
import ctypes
import sys
from collections.abc import Callable

from aiohttp import web

BACKLOG = 1024
IDLE_SECONDS = 30.0
"""A call's headers are here by then, and the next call too, or the connection is closed."""

LAST_SECONDS = 2.0
"""Calls that are still under way when the server stops get this long."""


REFUSED_SECONDS = 1.0
"""So long whoever is refused may go on sending. A browser whose line was cut in the midst of a file sends all
of the rest once more by itself, and looks for the answer only then."""


def runner_of(app: web.Application) -> web.AppRunner:
    """Return what serves `app`, with our limits."""
    return web.AppRunner(
        app,
        access_log=None,
        # A small body could unpack to a large one, and nobody needs to send one packed.
        auto_decompress=False,
        keepalive_timeout=IDLE_SECONDS,
        shutdown_timeout=LAST_SECONDS,
        lingering_time=REFUSED_SECONDS,
    )


KEPT_BYTES = 8 * 1024**2
LARGEST_KEPT_BYTES = 8 * 1024**2
ARENAS = 2
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8


def keep_freed_memory() -> None:
    """Let malloc keep what is freed, up to `KEPT_BYTES`, instead of giving each piece of a file back to
    the system and asking for it again: with the faults of fresh pages, copying a MiB took 1.1 ms, and
    0.15 without. Threads share `ARENAS`, or each would keep as much of its own. Only glibc can be told
    (mallopt(3)).
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
        mallopt(M_MMAP_THRESHOLD, LARGEST_KEPT_BYTES)
        mallopt(M_ARENA_MAX, ARENAS)


def fastest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what makes the quickest event loop of this system; None for Python's own."""
    try:
        import uvloop  # noqa: PLC0415 - not on every system
    except ImportError:
        return None
    return uvloop.new_event_loop
