"""A gigabyte up and down, and what it costs the broker in memory and time.

The floor is nginx in the same run: a PUT into a folder of the same disk, and the same file given out.
nginx only writes and reads; the broker looks at every byte, makes a digest, seals it, and opens it again.

Run as `python -m bench.files [MEBIBYTES]`; it needs Debian's `nginx-light` with its WebDAV module.
"""

import asyncio
import base64
import os
import shutil
import signal
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import psutil
from msgspec.structs import replace

from bench.load import (
    SETTINGS,
    Caller,
    People,
    Server,
    broker,
    free_port,
    new_id,
    populate,
    run,
    seconds_of,
    serving,
    temporary_folder,
)
from bench.report import Line, report
from protocol import messages as m
from protocol import requests as r

MIB = 1024**2
SIZE = 1024
CHUNK = 256 * 1024
ROUNDS = 3
LOOK_SECONDS = 0.02
NO_LIMIT = aiohttp.ClientTimeout(total=None)
FLAT_MIB = 32
"""Sixteen pieces of a MiB and what Python makes of them; a file in memory would be thirty times that."""

NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log off; sendfile on; client_max_body_size 0;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    root {folder}/files;
    dav_methods PUT;
  }}
}}
"""


class Memory:
    """The most that a process has in memory, from where it began, in MiB."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self.before = self.most = self._now()

    def _now(self) -> float:
        return float(self._process.memory_info().rss) / MIB

    @property
    def grown(self) -> float:
        """How much it grew at most."""
        return self.most - self.before

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        async def look() -> None:
            while True:
                self.most = max(self.most, self._now())
                await asyncio.sleep(LOOK_SECONDS)

        async with asyncio.TaskGroup() as group:
            task = group.create_task(look())
            yield
            task.cancel()


async def pieces(size: int) -> AsyncIterator[bytes]:
    """Yield a PDF of so many bytes; the same each time."""
    piece = b"%PDF-1.7\n" + bytes(range(256)) * (CHUNK // 256)
    for start in range(0, size, CHUNK):
        yield piece[: min(CHUNK, size - start)]


async def put(
    http: aiohttp.ClientSession, method: str, url: str, size: int, headers: dict[str, str]
) -> float:
    """Send so many bytes, and return how many MiB a second went."""
    began = time.perf_counter()
    about = {"Content-Length": str(size), **headers}
    async with http.request(method, url, data=pieces(size), headers=about) as answer:
        assert answer.ok, (answer.status, await answer.text())
    return size / MIB / (time.perf_counter() - began)


async def get(http: aiohttp.ClientSession, url: str, size: int) -> float:
    """Fetch so many bytes, and return how many MiB a second came."""
    began, came = time.perf_counter(), 0
    async with http.get(url) as answer:
        assert answer.ok, answer.status
        async for piece in answer.content.iter_any():
            came += len(piece)
    assert came == size
    return size / MIB / (time.perf_counter() - began)


class Desk:
    """A customer and a rep who talk at the broker `server`."""

    def __init__(self, server: Server, people: People, http: aiohttp.ClientSession) -> None:
        self._customer, self._rep = Caller(people.customers[0]), Caller(people.reps[0])
        self._port = server.port
        self._url = f"http://127.0.0.1:{server.port}"
        self._http = http
        self._headers = {"Authorization": f"Bearer {people.customers[0].secret}"}
        self._session = ""

    async def meet(self) -> None:
        """Come together."""
        for caller in (self._customer, self._rep):
            await caller.come(self._port)
        self._rep.send(m.encode(m.SetAvailable(available=True)))
        await asyncio.sleep(1)
        started = await self._customer.ask(r.Start(id=new_id(), issue="computer", name="Max"))
        self._session = started.session
        await self._rep.ask(r.Accept(id=new_id(), session=self._session))

    async def send(self, size: int) -> tuple[str, float]:
        """Send a file; return what it is called, and how fast it went."""
        file = new_id()
        about = {"session": self._session, "file": file}
        await self._customer.ask(r.OfferFile(id=new_id(), name="large.pdf", size=size, **about))
        told = ",".join(f"{n} {base64.b64encode(v.encode()).decode()}" for n, v in about.items())
        headers = {**self._headers, "Tus-Resumable": "1.0.0"}
        begin = {"Upload-Length": str(size), "Upload-Metadata": told}
        async with self._http.post(f"{self._url}/v1/files", headers=headers | begin) as answer:
            assert answer.status == 201, await answer.text()
            address = self._url + answer.headers["Location"]
        more = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        return file, await put(self._http, "PATCH", address, size, headers | more)

    async def fetch(self, file: str, size: int) -> float:
        """Fetch a file; return how fast it came."""
        link = f"{self._url}/v1/sessions/{self._session}/files/{file}/link"
        async with self._http.post(link, json={}, headers=self._headers) as answer:
            content = (await answer.json())["content"]
        return await get(self._http, self._url + content, size)


def nginx(folder: Path) -> Server:
    """Return nginx, which takes files into `folder` and gives them out."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        sys.exit("The floor needs nginx: apt-get install nginx-light")
    (folder / "files").mkdir(parents=True)
    port = free_port()
    conf = folder / "nginx.conf"
    conf.write_text(NGINX.format(folder=folder, port=port))
    # It says nothing when it serves; a shell does.
    ready = f"'{program}' -c '{conf}' & trap 'kill $!' TERM; echo ready; wait"
    return Server(["/bin/sh", "-c", ready], port)


async def main() -> None:
    size = int(sys.argv[1] if len(sys.argv) > 1 else SIZE) * MIB
    rules = replace(
        SETTINGS.rules,
        file_bytes=size,
        files_bytes=size * (ROUNDS + 1),
        files_unasked="everybodys",
    )
    up: list[float] = []
    down: list[float] = []
    floor_up: list[float] = []
    floor_down: list[float] = []
    async with temporary_folder() as folder, aiohttp.ClientSession(timeout=NO_LIMIT) as http:
        people = await populate(folder, 1, 1, replace(SETTINGS, rules=rules))
        peer = nginx(folder / "nginx")
        async with serving(broker(folder)) as server, serving(peer, signal.SIGTERM):
            desk = Desk(server, people, http)
            await desk.meet()
            # What is loaded with the first file, however small, is no part of the large one.
            await desk.fetch((await desk.send(MIB))[0], MIB)
            memory, used = Memory(server.process), seconds_of(server)
            async with memory.watched():
                for number in range(ROUNDS):
                    file, speed = await desk.send(size)
                    up.append(speed)
                    down.append(await desk.fetch(file, size))
                    address = f"http://127.0.0.1:{peer.port}/{number}.pdf"
                    floor_up.append(await put(http, "PUT", address, size, {}))
                    floor_down.append(await get(http, address, size))
            used = seconds_of(server) - used
    report(
        "files",
        [
            Line("up", statistics.median(up), "MiB/s", statistics.median(floor_up)),
            Line("down", statistics.median(down), "MiB/s", statistics.median(floor_down)),
            Line("memory before", memory.before, "MiB"),
            Line(
                "memory grown at most",
                memory.grown,
                "MiB",
                reach=f"<= {FLAT_MIB}",
                reached=memory.grown <= FLAT_MIB,
            ),
            Line("processor, there and back", used / ROUNDS / (size / MIB / 1024), "s/GiB"),
        ],
        size_mib=size // MIB,
        rounds=ROUNDS,
        load_average=os.getloadavg()[0],
    )


if __name__ == "__main__":
    run(main)
