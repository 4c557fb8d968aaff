"""The command `deskside up`: one process, from the first socket to the last goodbye."""

import asyncio
import resource
import signal
import socket
from collections.abc import Callable, Sequence

from aiohttp import http_parser, web
from msgspec.structs import replace

from broker import demo, logs
from broker.accounts import welcome_link
from broker.app import build_app
from broker.config import BadSetting, Config
from broker.parts import PARTS, Parts
from broker.relay_places import RelayAt
from broker.running import BACKLOG, fastest_loop, keep_freed_memory, runner_of
from broker.started_relays import start_relays
from broker.tls import Tls, open_tls

Say = Callable[[str], None]


def up(config: Config, say: Say) -> None:
    """Serve until SIGTERM or SIGINT; `say` tells the person at the terminal."""
    _demand_fast_parser()
    _leave_no_core()
    logs.configure()
    config.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with listen(config) as listener:
        anywhere = config.port == 0
        if anywhere:
            config = replace(config, port=listener.getsockname()[1])
        tls = open_tls(config)
        kept, relays = start_relays(config, tls, listener, anywhere=anywhere)
        try:
            keep_freed_memory()
            with asyncio.Runner(loop_factory=fastest_loop()) as runner:
                runner.run(_serve(config, tls, listener, relays, say))
        finally:
            kept.stop()


def _leave_no_core() -> None:
    """Let no memory with keys and pictures in it come to the disk when we, or what we start, crash."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    # Linux hands a core to a program in spite of a limit of 0, but not of 1 (core(5)).
    limit = 1 if most else 0
    resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))


async def _serve(
    config: Config,
    tls: Tls | None,
    listener: socket.socket,
    relays: Sequence[RelayAt],
    say: Say,
) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    app = build_app(config, tls, relays=relays)
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


def _demand_fast_parser() -> None:
    """Refuse to serve with aiohttp's parser in Python, which is laxer than the one in C."""
    if http_parser.HttpRequestParser is http_parser.HttpRequestParserPy:
        raise BadSetting("aiohttp was installed without its C parser; install a wheel of it.")
