"""How many streams of 1 Mbit/s one core records and forwards, against a bare copy between sockets.

The relay is the real one, in a process of its own; the floor copies the
same bytes from one socket to another with asyncio's streams. Both are fed the same frames at the same
pace, and what they use of their processor says how many would fit on a core.

Run as `python -m bench.relay [STREAMS]`; `relay` or `copy` with a port and a folder is a server.
"""

import asyncio
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import psutil
import uvloop

from bench.load import Server, free_port, run, serving, temporary_folder
from bench.report import Line, report
from bench.streams import BITS, Stream, play
from broker.clock import now
from broker.config import Config
from broker.relay.keys import open_keys
from broker.relay.leases import Lease, sign
from broker.relay.orders import Allow, Settled, Stored, Tap, read_report
from broker.relay.process import run_relay

STREAMS = 100
WARM_SECONDS = 1.0
SECONDS = 5.0
PAUSE_SECONDS = 1.0
LEASE_MS = 600_000
SHARE = 0.3


def serve_relay(port: int, folder: Path) -> None:
    """Be a relay that records."""
    config = Config(data=str(folder))
    listening = socket.create_server(("127.0.0.1", port), backlog=1024)
    print("ready", flush=True)
    run_relay(listening, config, None, open_keys(folder), os.getppid())


def serve_copy(port: int, _folder: Path) -> None:
    """Copy what comes on each even connection to the one after it."""
    uvloop.run(_copy(port))


async def _copy(port: int) -> None:
    waiting: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def paired(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        waiting.append((reader, writer))
        if len(waiting) == 2:
            (source, _), (_, sink) = waiting
            waiting.clear()
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()

    server = await asyncio.start_server(paired, "127.0.0.1", port)
    print("ready", flush=True)
    await server.serve_forever()


class Copied:
    """A stream through the floor: the same bytes at the same pace."""

    def __init__(self) -> None:
        self.sent = self.arrived = 0
        self._data = bytes(BITS // 8 // 30)

    async def open(self, port: int) -> None:
        self._sink = asyncio.get_running_loop()
        _, self._writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(0.005)
        reader, self._other = await asyncio.open_connection("127.0.0.1", port)
        self._reading = self._sink.create_task(self._read(reader))
        await asyncio.sleep(0.005)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while data := await reader.read(65536):
            self.arrived += len(data)

    def tick(self) -> None:
        self._writer.write(self._data)
        self.sent += len(self._data)

    def close(self) -> None:
        self._reading.cancel()
        self._writer.close()
        self._other.close()


class Broker:
    """Says into which recordings the streams go, and takes note of what is stored."""

    def __init__(self, folder: Path, port: int, count: int) -> None:
        self._secret = open_keys(folder).secret
        self._url = f"ws://127.0.0.1:{port}/v1/orders"
        self._count = count

    async def open(self) -> None:
        self._http = aiohttp.ClientSession()
        headers = {"Authorization": f"Bearer {self._secret}"}
        self._ws = await self._http.ws_connect(self._url, headers=headers)
        await self._ws.receive()
        for number in range(self._count):
            await self._ws.send_str(msgspec.json.encode(_allowed(number)).decode())
        self._settling = asyncio.get_running_loop().create_task(self._settle())

    async def _settle(self) -> None:
        async for message in self._ws:
            said = read_report(message.data)
            if isinstance(said, Stored):
                numbers = tuple(row.number for row in said.rows)
                settled = Settled(recording=said.recording, kept=numbers)
                await self._ws.send_str(msgspec.json.encode(settled).decode())

    async def close(self) -> None:
        self._settling.cancel()
        await self._http.close()


def _allowed(number: int) -> Allow:
    tap = Tap(recording=f"{number:032x}", stretch=1, media=bytes(32), words=bytes(32))
    return Allow(
        session=f"s{number}",
        sharer=f"c{number}",
        recorded=True,
        tap=tap,
        now=now(),
        viewers={f"r{number}": {"view": LEASE_MS}},
    )


def leases(folder: Path, number: int, *, recorded: bool) -> tuple[str, str]:
    """Return the leases of a sharer and of who watches them."""
    key, until = open_keys(folder).signing, now() + LEASE_MS

    def lease(**values: Any) -> str:
        return sign(Lease(session=f"s{number}", until=until, recorded=recorded, **values), key)

    return (
        lease(party=f"c{number}", side="sharer"),
        lease(party=f"r{number}", side="viewer", tools=("view",)),
    )


async def measure(server: Server, streams: list[Any]) -> tuple[float, float]:
    """Return the share of a core that `server` uses for `streams`, and of the bytes that arrive."""
    await play(streams, WARM_SECONDS)
    await asyncio.sleep(PAUSE_SECONDS)
    sent, arrived = (sum(getattr(each, name) for each in streams) for name in ("sent", "arrived"))
    used, began = _seconds(server), time.perf_counter()
    await play(streams, SECONDS)
    await asyncio.sleep(PAUSE_SECONDS)
    share = (_seconds(server) - used) / (time.perf_counter() - began - PAUSE_SECONDS)
    came = sum(each.arrived for each in streams) - arrived
    return share, came / (sum(each.sent for each in streams) - sent)


def _seconds(server: Server) -> float:
    times: Any = psutil.Process(server.process.pid).cpu_times()
    return float(times.user + times.system)


async def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else STREAMS
    async with temporary_folder() as folder:
        relay, copy = (_server(kind, folder) for kind in ("relay", "copy"))
        async with serving(copy):
            bare = [Copied() for _ in range(count)]
            for each in bare:
                await each.open(copy.port)
            floor, _ = await measure(copy, bare)
            for each in bare:
                each.close()
        async with serving(relay):
            off, _ = await relayed(folder, relay, count, recorded=False)
        async with serving(relay):
            broker = Broker(folder, relay.port, count)
            await broker.open()
            ours, arrived = await relayed(folder, relay, count, recorded=True)
            await broker.close()
    conclude(count, ours, off, floor, arrived)


async def relayed(
    folder: Path, relay: Server, count: int, *, recorded: bool
) -> tuple[float, float]:
    """Return what `measure` says of `count` streams through `relay`."""
    streams = [Stream() for _ in range(count)]
    for number, stream in enumerate(streams):
        await stream.open(relay.port, *leases(folder, number, recorded=recorded))
    found = await measure(relay, streams)
    for stream in streams:
        stream.close()
    return found


def _server(kind: str, folder: Path) -> Server:
    port = free_port()
    return Server([sys.executable, "-m", "bench.relay", kind, str(port), str(folder)], port)


def conclude(count: int, ours: float, off: float, floor: float, arrived: float) -> None:
    fit, floor_fit = count / ours, count / floor
    report(
        "relay",
        [
            Line("streams a core", fit, "1 Mbit/s", floor_fit, "≥ 100", fit >= 100),
            Line(
                "of the copy", fit / floor_fit, "×", reach="≥ 0.3", reached=fit >= SHARE * floor_fit
            ),
            Line("arrived", 100 * arrived, "% of the bytes", reach="≥ 99", reached=arrived >= 0.99),
            Line("recording", ours / off, "× of the relay that records nothing"),
            Line("relay", 100 * ours, f"% of a core, {count} streams", 100 * floor),
        ],
        offered=f"{count} streams of 30 frames a second for {SECONDS:.0f} s, recorded",
    )


if __name__ == "__main__":
    if len(sys.argv) > 2:
        kind, port, folder = sys.argv[1:]
        serve = serve_relay if kind == "relay" else serve_copy
        serve(int(port), Path(folder))
    else:
        run(main)
