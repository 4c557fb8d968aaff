"""`python -m customer_client.share`: be helped from a terminal, and share the screen.

The native client's core without its window: for tests, for kiosks, and for machines that are looked
after over a terminal.
"""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import get_args

import aiohttp

from customer_client.choosing import chosen
from customer_client.screen.choice import Choice, monitor
from customer_client.screen.display import DisplayLost
from customer_client.screen.x11 import X11, why_not
from customer_client.screen.x11_owners import running
from customer_client.visit import Visit
from customer_client.words import LANGUAGES, Words, spoken
from protocol.fields import Tool
from protocol.session import Refused

CONSENTS = ("agreement", "recording")
TOOLS: tuple[str, ...] = get_args(Tool)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 when the session has ended, 1 when there was none, 2 when the
    screen cannot be shared.
    """
    options = _parser().parse_args(arguments)
    t = Words(spoken(options.language))
    if why := why_not(dict(os.environ), t):
        print(why, file=sys.stderr)
        return 2
    faults: list[str] = []
    try:
        asyncio.run(_visit(options, t))
    except* asyncio.CancelledError:
        pass  # Ctrl-C: the session was ended
    except* Refused as group:
        faults = [str(each.args[0]) for each in leaves(group)]
    except* (LookupError, DisplayLost, aiohttp.ClientError, ConnectionError, TimeoutError) as group:
        faults = [str(each) for each in leaves(group)]
    if faults:
        why = "; ".join(faults)
        print(t("The session did not come about: {why}", why=why), file=sys.stderr)
    return 1 if faults else 0


def leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    """Yield what went wrong in `group`, however deep."""
    for each in group.exceptions:
        if isinstance(each, BaseExceptionGroup):
            yield from leaves(each)
        else:
            yield each


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m customer_client.share",
        description="Be helped from a terminal, and share the screen. Lines that you type are said "
        "in the chat; /share shares the screen, /change says what of it can be shared, /stop ends that, "
        "Ctrl-C ends all.",
    )
    parser.add_argument("--broker", required=True, metavar="URL", help="the server's address")
    parser.add_argument("--code", default="", help="the nine digits that a representative gave you")
    parser.add_argument("--issue", default="", help="what you need help with; the first by default")
    parser.add_argument("--name", default="", help="your name")
    parser.add_argument(
        "--language", default="", choices=("", *LANGUAGES), help="by default the system's"
    )
    parser.add_argument("--monitor", type=int, default=0, metavar="N", help="share only this one")
    parser.add_argument(
        "--application",
        action="append",
        default=[],
        metavar="NAME",
        help="share only the windows of this application; may be given several times",
    )
    parser.add_argument(
        "--allow",
        default=frozenset(),
        type=_tools,
        metavar="TOOL,…",
        help="give these WITHOUT ASKING to whichever representative asks: "
        f"{', '.join((*TOOLS, *CONSENTS))}. Accepts the site's agreement as well. "
        "For tests and kiosks only",
    )
    return parser


def _choice(options: argparse.Namespace) -> Choice:
    if options.application:
        return chosen(options.application, running())
    return monitor(options.monitor)


def _tools(text: str) -> frozenset[str]:
    tools = frozenset(filter(None, text.split(",")))
    if unknown := tools - {*TOOLS, *CONSENTS}:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return tools | {"agreement"} if tools else tools


async def _visit(options: argparse.Namespace, words: Words) -> None:
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task
    async with aiohttp.ClientSession() as http:
        visit = Visit(options.broker, http, X11, options.allow, _choice(options), words)

        def stop() -> None:
            # First here, at once; then the broker is told.
            visit.stop()
            task.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop)
        await visit.run(options.issue, options.name, options.code)


if __name__ == "__main__":
    sys.exit(main())
