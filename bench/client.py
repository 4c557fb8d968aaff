"""The built client: how large it is and of what, how long until its window is there and until a rep sees the
first picture, what it costs idle.

The window counts as there when its title names the organisation: the client has reached the server by then.
The first picture counts from the customer's **Accept** to the first pixels at a rep who looks at once; what
people take in between is nobody's business here. With `--built PROGRAM --port N` a client is measured that was
built before, for a server on this machine at that port.
Against `spec`: at most 85 MB, at most 2.5 s warm, and 4 s from its start to the first picture.
"""

import argparse
import asyncio
import os
import shutil
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil
from PyInstaller.archive.readers import CArchiveReader  # type: ignore[import-untyped]

from bench.report import Line, report
from broker.downloads import EXECUTABLE, folder_of
from protocol import picture as p
from protocol import requests as r
from tests.end_to_end.native_window import NativeWindow, desktop, native_window
from tests.end_to_end.picturing import Watching
from tests.end_to_end.serving import Server, ask, linked, make_available
from tests.end_to_end.test_native_client import agree, first_in_queue
from tests.end_to_end.test_native_client import start as start_session
from tests.waiting import until

STARTS = 5
PICTURES = 3
IDLE_SECONDS = 20
SETTLED_SECONDS = 0.05
"""Who takes less than this within a second has unpacked and imported all there is."""

SETTLED_WITHIN_SECONDS = 120
LARGEST = 8


def parts(program: Path) -> list[tuple[str, int]]:
    """Return the largest parts of `program`, with their packed size in bytes."""
    sizes: Counter[str] = Counter()
    for name, (_, packed, *_rest) in CArchiveReader(str(program)).toc.items():
        sizes[name.split("/")[0].split(".libs")[0]] += packed
    return sizes.most_common(LARGEST)


def copied(program: Path, folder: Path) -> Path:
    """Return a copy of `program` in a place of its own: each removes itself when it is done, in time."""
    copy = Path(tempfile.mkdtemp(dir=folder)) / EXECUTABLE
    shutil.copy2(program, copy)
    return copy


async def start(program: Path, display: str, folder: Path) -> float:
    """Return how long a copy of `program` takes until its window is there, in seconds."""
    copy = copied(program, folder)
    began = time.monotonic()
    async with native_window(display, command=[str(copy)]) as window:
        await window.shows()
        took = time.monotonic() - began
        await leave(window)
        return took


async def leave(window: NativeWindow) -> None:
    """Let the client end by itself: killed, what it has unpacked would go on without it."""
    window.process.terminate()
    await window.process.wait()


async def first_picture(program: Path, display: str, server: Server) -> float:
    """Return how long it takes from the customer's yes to the first pixels at the rep, in seconds."""
    async with (
        linked(server, "ana") as rep,
        native_window(display, command=[str(program)]) as window,
    ):
        await make_available(rep)
        await start_session(window)
        await window.is_about("Before we begin")
        await agree(window)
        session = await first_in_queue(rep)
        await ask(rep, r.Accept, session)
        await window.is_about("Ana")
        await ask(rep, r.RequestGrants, session, tools=("view",))
        await window.is_about("Ana asks for your permission")
        await window.press("shift+Tab")
        followed = rep.sessions[session]
        began = time.monotonic()
        await window.press("space")
        await rep.until(lambda _: followed.session.sharing)
        async with Watching(server, rep, session).running() as watching:
            await until(lambda: any(isinstance(each, p.Patch | p.Video) for each in watching.seen))
            took = time.monotonic() - began
        await ask(rep, r.End, session)
        await leave(window)
        return took


async def idle(window: NativeWindow) -> tuple[float, float]:
    """Return the share of a core in percent and the memory in MiB of a window that nobody uses, once it
    has unpacked behind it what pictures need.
    """
    whole = psutil.Process(window.process.pid)
    family = [whole, *whole.children(recursive=True)]
    async with asyncio.timeout(SETTLED_WITHIN_SECONDS):
        while await _used(family, 1) > SETTLED_SECONDS:
            pass
    used = await _used(family, IDLE_SECONDS)
    return 100 * used / IDLE_SECONDS, sum(each.memory_info().rss for each in family) / 2**20


async def _used(family: list[psutil.Process], seconds: float) -> float:
    """Return how much of a processor `family` takes within `seconds`, in seconds."""
    before = sum(sum(each.cpu_times()[:2]) for each in family)
    await asyncio.sleep(seconds)
    return sum(sum(each.cpu_times()[:2]) for each in family) - before


async def main(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as name, desktop() as display:
        folder = Path(name)
        os.environ |= {"TMPDIR": name, "XDG_RUNTIME_DIR": name}
        server = Server(folder)
        if options.built:
            server.port, server.url = options.port, f"http://127.0.0.1:{options.port}"
            server.set(DESKSIDE_PORT=str(options.port))
        else:
            print(await server.command("client", "build"))
        program = options.built or folder_of(server.data) / EXECUTABLE
        await server.set_site(folder, rules={"recording_asked": False})
        await server.start()
        try:
            seconds = [await start(program, display, folder) for _ in range(STARTS)]
            async with native_window(display, command=[str(copied(program, folder))]) as window:
                await window.shows()
                processor, memory = await idle(window)
                await leave(window)
            pictures = [
                await first_picture(copied(program, folder), display, server)
                for _ in range(PICTURES)
            ]
        finally:
            await server.kill()
            server.close()
        tell(program, seconds, statistics.median(pictures), processor, memory)


def tell(
    program: Path, seconds: list[float], picture: float, processor: float, memory: float
) -> None:
    """Report what was measured."""
    size, warm = program.stat().st_size / 1e6, statistics.median(seconds[1:])
    both = warm + picture
    report(
        "client",
        [
            Line("size", size, "MB", reach="≤ 85", reached=size <= 85),
            *(Line(f"of it {part}", packed / 1e6, "MB") for part, packed in parts(program)),
            Line("first start", seconds[0], "s"),
            Line("start to window, warm", warm, "s", reach="≤ 2.5", reached=warm <= 2.5),
            Line("allowed to first picture", picture, "s"),
            Line("start to first picture", both, "s", reach="≤ 4", reached=both <= 4),
            Line("idle", processor, "% of a core"),
            Line("memory", memory, "MiB"),
        ],
        load=f"{os.getloadavg()[0]:.1f} processes wanted one of {os.cpu_count()} cores at the end",
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--built", type=Path, default=None)
    parser.add_argument("--port", type=int, default=8080)
    asyncio.run(main(parser.parse_args()))
