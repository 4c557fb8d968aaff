"""Lines that do what real ones do: delay, split, repeat, lose, go silent, break.

`ByteLine` stands below the WebSocket and knows only bytes; `MessageLine` stands between two
WebSockets and repeats or swallows whole messages.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

import aiohttp
from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy

CHUNK = 65536

ASKED = ("Accept", "Authorization", "Content-Type", "Cookie", "Origin", "Referer", "X-Deskside")
OF_ONE_HOP = ("connection", "content-encoding", "content-length", "date", "transfer-encoding")


class ByteLine:
    """A TCP line to `port`. Set its attributes while it is in use."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.split = False
        self.delay_seconds = 0.0
        self.bytes_a_second = 0
        """As much goes through each way; 0 for as much as there is."""
        self.carried = 0
        """Bytes that went through, both ways and over all connections."""
        self.silent = False
        self.away = False
        """Nobody is connected any more; who is connected already is cut off by `cut`."""
        self.url = ""
        self._most = 0
        self._most_comes_back = False
        self._let_go = asyncio.Event()
        self._pipes: set[asyncio.StreamWriter] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.away:
            writer.close()
            return
        try:
            onward = await asyncio.open_connection("127.0.0.1", self._port)
        except ConnectionError:
            writer.close()
            return
        self._pipes |= {writer, onward[1]}
        with suppress(ConnectionError):
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(reader, onward[1], is_sent=True))
                group.create_task(self._pump(onward[0], writer))
        self._pipes -= {writer, onward[1]}

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, is_sent: bool = False
    ) -> None:
        carried = 0
        try:
            while data := await source.read(self._most_at_once):
                carried += len(data)
                if is_sent is not self._most_comes_back and 0 < self._most < carried:
                    await self._let_go.wait()
                    sink.transport.abort()
                    break
                await asyncio.sleep(self.delay_seconds)
                if self.bytes_a_second:
                    await asyncio.sleep(len(data) / self.bytes_a_second)
                for part in [data[n : n + 1] for n in range(len(data))] if self.split else [data]:
                    # A half-open line swallows what is sent and says nothing.
                    if not self.silent:
                        sink.write(part)
                        await sink.drain()
                self.carried += len(data)
        except ConnectionError:
            pass
        finally:
            sink.close()

    @property
    def _most_at_once(self) -> int:
        return self.bytes_a_second // 20 or CHUNK

    def hold_after(self, size: int, *, comes_back: bool = False) -> None:
        """Let no connection carry more than this to the port, or from it, until `let_go`, when they break."""
        self._most = size
        self._most_comes_back = comes_back
        self._let_go.clear()

    def let_go(self) -> None:
        self._most = 0
        self._let_go.set()

    def cut(self) -> None:
        """Break every connection without a goodbye."""
        for pipe in tuple(self._pipes):
            pipe.transport.abort()


@asynccontextmanager
async def byte_line(port: int) -> AsyncIterator[ByteLine]:
    """A line to `port` on this machine, until the block ends."""
    line = ByteLine(port)
    server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
    line.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield line
    finally:
        server.close()
        line.let_go()
        line.cut()
        await asyncio.sleep(0)
        await server.wait_closed()


class MessageLine:
    """Two WebSockets back to back: each message may come twice, or not at all; a line that has
    lost a message breaks soon after, as TCP would."""

    def __init__(self, onward: str, rng: random.Random, repeat: float, lose: float) -> None:
        self._onward = onward
        self._rng = rng
        self.repeat = repeat
        self.lose = lose
        self.repeated = 0
        self.lost = 0
        self.url = ""

    async def pass_on(self, request: web.Request) -> web.Response:
        """Hand on a page, an asset or a call, and bring back what comes of it."""
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
            http.request(
                request.method,
                self._onward + request.path_qs,
                data=await request.read() or None,
                headers=_kept(request.headers, ASKED),
                allow_redirects=False,
            ) as answer,
        ):
            body = await answer.read()
            return web.Response(
                body=body, status=answer.status, headers=_without(answer.headers, OF_ONE_HOP)
            )

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        near = web.WebSocketResponse()
        await near.prepare(request)
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
            http.ws_connect(
                self._onward + request.path_qs, headers=_kept(request.headers, ("Origin",))
            ) as far,
        ):
            with suppress(ConnectionError):
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._pump(near, far))
                    group.create_task(self._pump(far, near))
        return near

    async def _pump(
        self,
        source: web.WebSocketResponse | aiohttp.ClientWebSocketResponse,
        sink: web.WebSocketResponse | aiohttp.ClientWebSocketResponse,
    ) -> None:
        async for message in source:
            if message.type is not aiohttp.WSMsgType.TEXT:
                break
            if self._rng.random() < self.lose:
                self.lost += 1
                await asyncio.sleep(self._rng.uniform(0, 0.2))
                break
            twice = self._rng.random() < self.repeat
            self.repeated += twice
            for _ in range(1 + twice):
                await sink.send_str(message.data)
        await sink.close()


def _kept(headers: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    return {name: headers[name] for name in names if name in headers}


def _without(headers: CIMultiDictProxy[str], names: Sequence[str]) -> CIMultiDict[str]:
    return CIMultiDict((n, v) for n, v in headers.items() if n.lower() not in names)


@asynccontextmanager
async def message_line(
    onward: str, rng: random.Random, repeat: float = 0.0, lose: float = 0.0
) -> AsyncIterator[MessageLine]:
    """A line to the broker at `onward`, until the block ends."""
    line = MessageLine(onward, rng, repeat, lose)
    app = web.Application()
    app.router.add_get("/v1/link", line.link)
    app.router.add_route("*", "/{path:.*}", line.pass_on)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    line.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield line
    finally:
        await runner.cleanup()
