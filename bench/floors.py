"""The floors: the least that the platform needs for the same work, as bare aiohttp servers.

`idle`: a WebSocket that says one thing and then waits. `chat`: a message comes in on one, the same
rows as the broker's are written with the same group commit, and it goes out on the other side's.
No sessions, no rules, no rights, no resuming. Run as `python -m bench.floors KIND PORT [DATABASE]`.
"""

import asyncio
import hashlib
import os
import queue
import resource
import sqlite3
import sys
import threading
import time

import msgspec
import uvloop
from aiohttp import web

from protocol import facts as f
from protocol import messages as m
from protocol import requests as r
from protocol.session import Session

GROUP = 64
BACKLOG = 4096
SITE = "main"
WELCOME = '{"type":"welcome"}'

FOLD = m.encode(
    Session(
        id="0" * 36, state="talking", place=10, shown=10, customer="c-" + "0" * 20, owner="r-" + "0" * 16,
        opened_at=1 << 40, state_since=1 << 40, waiting_since=1 << 40, accepted_at=1 << 40,
        active_at=1 << 40, issue="computer", team="support", entry_team="support",
        names={"r-" + "0" * 16: "Rep"},
    )
).decode()  # fmt: skip
"""What the broker stores of a session that is being talked in."""

ANSWER = (
    "INSERT INTO answers (site, sender, request, session, place, code, detail) "
    "VALUES (?, ?, ?, ?, ?, '', '') ON CONFLICT DO NOTHING"
)
FACT = (
    'INSERT INTO facts (site, session, place, place_all, place_reps, place_leads, kind, at, "by", '
    "body) VALUES (?, ?, ?, ?, ?, ?, 'said', ?, ?, ?) ON CONFLICT DO NOTHING"
)
SEARCH = "INSERT INTO search (site, session, place, words) VALUES (?, ?, ?, ?)"
TEXT = (
    'INSERT INTO texts (site, session, place, "by", salt, words, search_row) '
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)
OPEN = (
    "INSERT INTO sessions (site, id, customer, state, ending, place, place_all, place_reps, "
    "place_leads, fold) VALUES (?, ?, ?, 'talking', '', 0, 0, 0, 0, '')"
)
SESSION = (
    "UPDATE sessions SET customer=?, state='talking', team='support', owner='rep', "
    "issue='computer', front=0, waiting_since=?, opened_at=?, ended_at=0, ending='', place=?, "
    "place_all=?, place_reps=?, place_leads=?, changed_at=?, fold=? WHERE site = ? AND id = ?"
)
DEADLINE = (
    "INSERT INTO deadlines (site, session, kind, due) VALUES (?, ?, 'warning', ?) "
    "ON CONFLICT (site, session, kind) DO UPDATE SET due = excluded.due"
)


class Writer:
    """One thread that commits several messages at a time."""

    def __init__(self, path: str) -> None:
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[tuple[r.Say, str, int, asyncio.Future[None]]]
        self._jobs = queue.SimpleQueue()
        self._path = path
        threading.Thread(target=self._write_all, daemon=True).start()

    def write(self, said: r.Say, by: str, place: int) -> asyncio.Future[None]:
        """Return what is done once the message is durable."""
        future = self._loop.create_future()
        self._jobs.put((said, by, place, future))
        return future

    def _write_all(self) -> None:
        conn = sqlite3.connect(self._path, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            conn.execute(f"PRAGMA {pragma}")
        while True:
            group = [self._jobs.get()]
            while len(group) < GROUP and not self._jobs.empty():
                group.append(self._jobs.get())
            conn.execute("BEGIN IMMEDIATE")
            for said, by, place, _ in group:
                _write(conn, said, by, place)
            conn.execute("COMMIT")
            self._loop.call_soon_threadsafe(_done, [future for *_, future in group])


def _done(futures: list[asyncio.Future[None]]) -> None:
    for future in futures:
        future.set_result(None)


def _write(conn: sqlite3.Connection, said: r.Say, by: str, place: int) -> None:
    now, session = time.time_ns() // 1_000_000, said.session
    salt, words = os.urandom(16), f'{{"text": "{said.text}"}}'
    digest = hashlib.sha256(salt + words.encode()).hexdigest()
    body = m.encode(f.Said(place=place, at=now, by=by, digest=digest, text="")).decode()
    conn.execute(ANSWER, (SITE, by, said.id, session, place))
    conn.execute(FACT, (SITE, session, place, place, place, place, now, by, body))
    row = conn.execute(SEARCH, (SITE, session, place, said.text)).lastrowid
    conn.execute(TEXT, (SITE, session, place, by, salt, words, row))
    counts = (place, place, place, place)
    if place == 1:
        conn.execute(OPEN, (SITE, session, by))
    conn.execute(SESSION, (by, now, now, *counts, now, FOLD, SITE, session))
    conn.execute(DEADLINE, (SITE, session, now + 86_400_000))


class Chat:
    """Sessions of two sides: who speaks first for a session, and whoever else does."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._sides: dict[str, list[web.WebSocketResponse]] = {}
        self._places: dict[str, int] = {}
        self._say = msgspec.json.Decoder(r.Say | m.Resume)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        await socket.send_str(WELCOME)
        by = request.query["ticket"]
        async for message in socket:
            said = self._say.decode(message.data)
            if isinstance(said, r.Say):
                await self._say_it(socket, said, by)
            else:
                self._sides.setdefault(said.session, []).append(socket)
        return socket

    async def _say_it(self, socket: web.WebSocketResponse, said: r.Say, by: str) -> None:
        place = self._places[said.session] = self._places.get(said.session, 0) + 1
        await self._writer.write(said, by, place)
        fact = f.Said(place=place, at=time.time_ns() // 1_000_000, by=by, text=said.text)
        frame = m.Facts(session=said.session, after=place - 1, facts=(fact,))
        for side in self._sides[said.session]:
            if side is not socket:
                await side.send_str(m.encode(frame).decode())
        answer = m.Answered(id=said.id, session=said.session, place=place)
        await socket.send_str(m.encode(answer).decode())


async def idle(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    await socket.send_str(WELCOME)
    async for _ in socket:
        pass
    return socket


async def main(kind: str, port: int, database: str = "") -> None:
    app = web.Application()
    app.router.add_get("/v1/link", Chat(Writer(database)).serve if kind == "chat" else idle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=BACKLOG).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(16_384, most), most))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner_:
        runner_.run(main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:]))
