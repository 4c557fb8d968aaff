"""The command `deskside up`: one process, from the first socket to the last goodbye."""

import asyncio
import signal
import socket
from collections.abc import Callable

from aiohttp import http_parser, web
from msgspec.structs import replace

from broker import demo, logs
from broker.accounts import welcome_link
from broker.app import build_app
from broker.config import BadSetting, Config
from broker.parts import PARTS, Parts
from broker.tls import Tls, open_tls

BACKLOG = 1024
IDLE_SECONDS = 30.0
"""A call's headers are here by then, and the next call too, or the connection is closed."""

LAST_SECONDS = 2.0
"""Calls that are still under way when the server stops get this long."""

Say = Callable[[str], None]


def up(config: Config, say: Say) -> None:
    """Serve until SIGTERM or SIGINT; `say` tells the person at the terminal."""
    _demand_fast_parser()
    logs.configure()
    config.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    listener = listen(config)
    if config.port == 0:
        config = replace(config, port=listener.getsockname()[1])
    tls = open_tls(config)
    with asyncio.Runner(loop_factory=_fastest_loop()) as runner:
        runner.run(_serve(config, tls, listener, say))


async def _serve(config: Config, tls: Tls | None, listener: socket.socket, say: Say) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    app = build_app(config, tls)
    runner = runner_of(app)
    await runner.setup()
    try:
        # Whoever waits for the first line may sign in at once.
        words = await _first_words(config, app[PARTS], tls)
        context = tls.context if tls else None
        await web.SockSite(runner, listener, ssl_context=context, backlog=BACKLOG).start()
        say(f"ready {config.public_url}")
        for line in words:
            say(line)
        await stop.wait()
    finally:
        await runner.cleanup()


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


async def _first_words(config: Config, parts: Parts, tls: Tls | None) -> list[str]:
    words: list[str] = []
    if tls and tls.authority:
        words.append(tls.authority.how_to_trust(str(config.public_url)))
    if config.demo:
        words += await demo.prepare(parts)
    elif token := await parts.accounts.add_first():
        words.append(f"First administrator, once: {welcome_link(config.public_url, token)}")
    return words


def listen(config: Config) -> socket.socket:
    """Return the listening socket that `config` wants, or raise `BadSetting`."""
    try:
        family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
        return socket.create_server((config.host, config.port), family=family, backlog=BACKLOG)
    except OSError as fault:
        raise BadSetting(
            f"DESKSIDE_HOST, DESKSIDE_PORT: cannot listen on {config.host}, port {config.port}: "
            f"{fault.strerror}."
        ) from None


def _fastest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415 - not on every system
    except ImportError:
        return None
    return uvloop.new_event_loop


def _demand_fast_parser() -> None:
    """Refuse to serve with aiohttp's parser in Python, which is laxer than the one in C."""
    if http_parser.HttpRequestParser is http_parser.HttpRequestParserPy:
        raise BadSetting("aiohttp was installed without its C parser; install a wheel of it.")
