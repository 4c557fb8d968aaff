"""Sessions that are recorded, with a broker and a relay in this process, and bundles made of them."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from broker import schema
from broker.clock import now
from broker.recording_bundles import RecordingBundles
from broker.relay.server import Relay
from customer_client.link import Link
from protocol import picture as p
from protocol import requests as r
from recordings.bundle import Folder
from recordings.form import Kind, read_records, read_segment_header
from recordings.proof import Proof, prove
from recordings.seal import DataKeys, SegmentSeal
from recordings.store import open_store
from tests.broker.people import Socket, linked, next_of, opened, relaying
from tests.broker.relay.pictures import Drawing
from tests.broker.servers import Server, serving
from tests.end_to_end.serving import ask, is_open, make_available


class MovableClock:
    """Right, but for what it was moved by."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def __call__(self) -> int:
        return now() + self.ahead_ms

    def move(self, seconds: float) -> None:
        self.ahead_ms += int(seconds * 1000)


@dataclass
class Scene:
    """Ana and Max, whose sessions may be recorded."""

    folder: Path
    server: Server
    relay: Relay
    clock: MovableClock
    ana: Link
    customer: Link
    cookie: str
    token: str
    session: str = ""
    draw: Drawing = field(default_factory=Drawing)

    async def begin(self, *, allowed: bool = True) -> str:
        """Begin a session in which the customer answers so; Ana accepts it if it goes on."""
        self.session = (await ask(self.customer, r.Start, issue="computer", name="Max")).session
        followed = await self.customer.follow(self.session)
        await self.customer.until(lambda _: followed.place >= 1)
        digest = followed.session.rules.recording_digest
        await ask(self.customer, r.AnswerRecording, self.session, allowed=allowed, digest=digest)
        if followed.session.rules.refusal_policy != "end" or allowed:
            await ask(self.ana, r.Accept, self.session)
            await self.ana.follow(self.session)
        return self.session

    @asynccontextmanager
    async def shared(self) -> AsyncIterator[tuple[Socket, Socket]]:
        """Share the screen; sockets of the sharer, who has shown a screen, and of Ana."""
        await ask(self.customer, r.ShareScreen, self.session, what="screen")
        self.draw = Drawing()
        async with (
            opened(self.server, self.session, token=self.token) as sharer,
            opened(self.server, self.session, cookie=self.cookie) as viewer,
        ):
            for data in (self.draw.screen(), self.draw.whole()):
                await sharer.send_bytes(data)
            await next_of(viewer, p.Patch)
            yield sharer, viewer

    async def paint(self, sharer: Socket, viewer: Socket, size: int = 1) -> None:
        """Paint something that Ana sees."""
        await sharer.send_bytes(self.draw.patch(size=size))
        await next_of(viewer, p.Patch)

    async def end(self) -> None:
        await ask(self.customer, r.End, self.session)

    # --- what came of it

    async def row(self) -> Any:
        """The recording's row."""
        c = schema.recordings.c
        chosen = sa.select(schema.recordings).where(c.session == self.session)
        return await self.server.parts.database.read(lambda conn: conn.execute(chosen).first())

    async def closed(self, state: str = "closed") -> Any:
        """Wait until the recording is in `state`, the time for taking back left out, and return its row."""
        self.clock.move(10)
        deadline = time.monotonic() + 30
        while (row := await self.row()) is None or row.state != state:
            assert time.monotonic() < deadline, f"{row and row.state}"
            await self.server.parts.recorder.look()
        return row

    @property
    def bundles(self) -> RecordingBundles:
        parts = self.server.parts
        return RecordingBundles(
            parts.database,
            parts.config.site,
            parts.recorder.keys,
            parts.recorder.heads,
            parts.recorder.store,
        )

    async def export(self) -> Path:
        """Return the folder with the recording's bundle."""
        folder = self.folder / "bundle"
        async for name, data in self.bundles.parts((await self.row()).id):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return folder

    async def proof(self) -> Proof:
        return prove(Folder(await self.export()))

    async def keys(self) -> DataKeys:
        return await self.server.parts.recorder.keys.of((await self.row()).id)

    async def stored(self) -> list[bytes]:
        """All segments in the store, in the order of their names."""
        store = open_store(str(self.folder / "blobs"))
        names = sorted([name async for name in store.names("recordings/")])
        return [await store.get(name) for name in names]

    async def records(self, *kinds: Kind) -> list[bytes]:
        """What records of `kinds` hold, as far as their key is there."""
        keys = await self.keys()
        found: list[bytes] = []
        for data in await self.stored():
            seal = SegmentSeal(keys, read_segment_header(data))
            found += [seal.open(each) for each in read_records(data) if each.kind in kinds]
        return found


@asynccontextmanager
async def recorded_scene(
    folder: Path, settings: Mapping[str, Any] = {}, **rules: Any
) -> AsyncIterator[Scene]:
    """A scene at a site that asks for recording and has `rules`; its broker has `settings`."""
    clock = MovableClock()
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(relaying(folder, clock=clock))
        server = await stack.enter_async_context(
            serving(folder, clock=clock, relays=[running.at], **settings)
        )
        site = server.parts.site
        asked = replace(site.settings.rules, recording_asked=True, **rules)
        await site.save(replace(site.settings, rules=asked, agreement={}))
        account = await server.add("ana", "rep")
        cookie = await server.sign_in(account)
        _, token = await server.visitor()
        ana = await stack.enter_async_context(linked(server, cookie=cookie))
        customer = await stack.enter_async_context(linked(server, token=token))
        await make_available(ana)
        await customer.until(is_open)
        yield Scene(folder, server, running.relay, clock, ana, customer, cookie, token)
