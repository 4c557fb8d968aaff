"""Nothing that was shown, typed or sent lies anywhere in clear; words lie in their rows alone, and after erasure nowhere.

Each thing bears a marker that occurs nowhere else. All files of the site, of its store and of its log are
searched, in every way in which bytes are commonly written down, and every row of every table.
"""

import asyncio
import base64
import secrets
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from protocol import picture as p
from protocol import requests as r
from protocol.facts import FileArrived
from recordings.__main__ import main
from recordings.form import Kind
from tests.broker.relay.pictures import WHOLE
from tests.end_to_end.archive import Archive, archive_of
from tests.end_to_end.picturing import Sharing, Watching, children, started
from tests.end_to_end.serving import Person, Rep, Server, ask, begin, linked, serving
from tests.s3 import s3_server
from tests.waiting import LIMIT_SECONDS, until

RULES = {"recording_asked": True, "take_back_seconds": 1, "record_typed": True}
DATABASE = "deskside.db"
WORDS = ("said", "noted", "file_name")
"""What may stand in the tables, as words of somebody's."""

ROWS = {"texts", "search", "search_content", "search_data"}
"""Where words may stand: their rows, and the search index."""


@dataclass
class Markers:
    """A marker for each thing, by its name."""

    of: dict[str, bytes] = field(
        default_factory=lambda: {
            name: b"zq" + secrets.token_hex(12).encode()
            for name in (*WORDS, "pixels", "video", "typed", "copied", "file")
        }
    )

    def text(self, name: str) -> str:
        return self.of[name].decode()


def written(marker: bytes) -> Iterator[bytes]:
    """Yield the ways in which `marker` may be written down."""
    yield marker
    yield marker.decode().encode("utf-16-le")
    yield marker.hex().encode()
    yield marker[::-1]
    for shift in range(3):
        # The first and last letters depend on what stands beside it.
        yield base64.b64encode(bytes(shift) + marker)[4:-4]


def in_files(folder: Path, markers: Mapping[str, bytes]) -> dict[str, set[str]]:
    """Return in which files below `folder` which marker stands."""
    while True:
        # What has gone since it was listed may stand elsewhere now, so all is looked at anew.
        with suppress(FileNotFoundError):
            return _in_files_there(folder, markers)


def _in_files_there(folder: Path, markers: Mapping[str, bytes]) -> dict[str, set[str]]:
    ways = {name: list(written(marker)) for name, marker in markers.items()}
    found: dict[str, set[str]] = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            for name, forms in ways.items():
                if any(form in data for form in forms):
                    found.setdefault(name, set()).add(path.name)
    return found


def in_tables(path: Path, markers: Mapping[str, bytes]) -> dict[str, set[str]]:
    """Return in which tables which marker stands."""
    found: dict[str, set[str]] = {}
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as conn:
        tables = [
            row[0] for row in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ]
        for table in tables:
            for row in conn.execute(f'SELECT * FROM "{table}"'):
                whole = b"\0".join(
                    cell if isinstance(cell, bytes) else str(cell).encode() for cell in row
                )
                for name, marker in markers.items():
                    if any(form in whole for form in written(marker)):
                        found.setdefault(name, set()).add(table)
    return found


@dataclass
class Scene:
    """A site where everything bears a marker."""

    folder: Path
    server: Server
    session: str
    customer: Person
    ana: Person
    archive: Archive
    sharer: Sharing
    viewer: Watching
    markers: Markers = field(default_factory=Markers)

    @property
    def database(self) -> Path:
        return self.server.data / DATABASE

    def assert_hidden(self, words: bool = True) -> None:
        """Nothing stands anywhere in clear, but `words` in their rows."""
        found = in_files(self.folder, self.markers.of)
        files = {DATABASE, f"{DATABASE}-wal"} if words else set()
        assert {name: where - files for name, where in found.items() if name in WORDS} == {
            name: set() for name in found if name in WORDS
        }
        assert not found.keys() - set(WORDS), found
        tables = in_tables(self.database, self.markers.of)
        assert not tables.keys() - set(WORDS), tables
        assert not {table for where in tables.values() for table in where} - ROWS
        assert words or not tables

    async def show(self) -> None:
        """Paint the markers as pixels and video, until the viewer has seen both."""
        drawing, of = self.sharer.drawing, self.markers.of
        rows = (of["pixels"] * WHOLE.width * WHOLE.height)[: 3 * WHOLE.width * WHOLE.height]
        await self.sharer.send(drawing.coded(p.Patch(coding="raw", data=rows), WHOLE))
        clip = p.Video(codec="vp8", area=WHOLE, data=of["video"] * 40)
        await self.sharer.send(drawing.coded(clip, WHOLE, key=True))
        await until(lambda: self.viewer.count(p.Video) > 0)

    async def type(self) -> None:
        """Type and copy the markers, until the sharer has heard of both."""
        await ask(self.ana, r.RequestGrants, self.session, tools=("control", "clipboard"))
        await ask(self.customer, r.AnswerGrants, self.session, allowed=True, scope="session")
        key = p.Key(down=True, code="KeyX", key=self.markers.text("typed"))
        while not self.sharer.count(p.Key) or not self.sharer.count(p.Clipboard):
            await self.viewer.say(key)
            await self.viewer.say(p.Clipboard(text=self.markers.text("copied")))
            await asyncio.sleep(0.1)

    async def send_file(self) -> None:
        """Send a file of markers, by its marked name."""
        content, name = self.markers.of["file"] * 5000, self.markers.text("file_name") + ".txt"
        given: dict[str, Any] = {"file": "file-1", "size": len(content)}
        await ask(self.customer, r.OfferFile, self.session, name=name, **given)
        await ask(self.ana, r.AnswerFile, self.session, file="file-1", accepted=True)
        metadata = ",".join(
            f"{key} {base64.b64encode(value.encode()).decode()}"
            for key, value in (("session", self.session), ("file", "file-1"))
        )
        headers = {
            "Tus-Resumable": "1.0.0",
            "Authorization": f"Bearer {self.customer.token}",
            "X-Deskside": "1",
        }
        length = {"Upload-Length": str(len(content)), "Upload-Metadata": metadata}
        whole = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        async with aiohttp.ClientSession(headers=headers) as http:
            async with http.post(f"{self.server.url}/v1/files", headers=length) as made:
                assert made.status == 201, await made.text()
                path = made.headers["Location"]
            url = path if path.startswith("http") else f"{self.server.url}{path}"
            async with http.patch(url, headers=whole, data=content) as sent:
                assert sent.status == 204, await sent.text()
        facts = self.customer.sessions[self.session].facts
        await until(lambda: any(isinstance(fact, FileArrived) for fact in facts))

    async def export(self, recording: str, kind: str) -> None:
        """Have `kind` made of the recording, and wait until it is."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            cora = Rep(self.server.url, http, "cora")
            await cora.ticket()
            headers = {"Cookie": cora.cookie, "X-Deskside": "1"}
            asked = {"recording": recording, "kind": kind}
            url = f"{self.server.url}/v1"
            async with http.post(f"{url}/recording-exports", json=asked, headers=headers) as reply:
                assert reply.status == 200, await reply.text()
            async with asyncio.timeout(90):
                while True:
                    path = f"{url}/recordings/{recording}/exports"
                    async with http.get(path, headers=headers) as reply:
                        (newest, *_) = (await reply.json())["exports"]
                    if newest["state"] == "ready":
                        return
                    assert newest["state"] in ("waiting", "running"), newest
                    await asyncio.sleep(0.2)


@asynccontextmanager
async def marked(folder: Path, **settings: str) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(folder, site={"rules": RULES}, **settings))
        ana = await stack.enter_async_context(linked(server, "ana"))
        customer = await stack.enter_async_context(linked(server))
        session = await begin(customer, ana)
        await ask(customer, r.ShareScreen, session, what="screen")
        archive = await stack.enter_async_context(archive_of(folder))
        sharer = Sharing(server, customer, session)
        viewer = Watching(server, ana, session)
        for each in (sharer, viewer):
            await stack.enter_async_context(each.running())
        await until(lambda: viewer.count(p.Patch))
        yield Scene(folder, server, session, customer, ana, archive, sharer, viewer)


async def through_all(scene: Scene) -> Any:
    """Live through a session in which everything is marked, and hunt again and again."""
    text = scene.markers.text
    await ask(scene.customer, r.Say, scene.session, text=f"Look: {text('said')}")
    await ask(scene.ana, r.Note, scene.session, text=f"Hm: {text('noted')}")
    await scene.show()
    await scene.type()
    await scene.send_file()
    scene.assert_hidden()
    await ask(scene.customer, r.End, scene.session)
    row = await scene.archive.closed(scene.session)
    scene.assert_hidden()
    return row


async def test_nothing_of_a_session_lies_anywhere_in_clear(tmp_path: Path) -> None:
    async with marked(tmp_path) as scene:
        row = await through_all(scene)
        # It was recorded, all of it, or else there were nothing to find.
        kept = b"".join(await scene.archive.records(row.id, Kind.PICTURE, Kind.TYPED, Kind.WORDS))
        missing = {name for name, marker in scene.markers.of.items() if marker not in kept}
        assert missing == {"file"}
        for kind in ("transcript", "film"):
            await scene.export(row.id, kind)
        scene.assert_hidden()
        await ask(scene.customer, r.EraseMyTexts, scene.session)
        words = {name: scene.markers.of[name] for name in ("said", "file_name")}

        def gone() -> bool:
            return not in_files(tmp_path, words) and not in_tables(scene.database, words)

        await until(gone)

        # Whoever hunts like this would have found it.
        (tmp_path / "data/left").write_text(base64.b64encode(scene.markers.of["typed"]).decode())
        with pytest.raises(AssertionError, match="left"):
            scene.assert_hidden()
        (tmp_path / "data/left").unlink()
        with closing(sqlite3.connect(scene.database, timeout=LIMIT_SECONDS)) as conn:
            conn.execute("UPDATE recordings SET ending = ?", (scene.markers.text("file"),))
            conn.commit()
        with pytest.raises(AssertionError):
            scene.assert_hidden()


async def test_nothing_lies_in_clear_in_a_bucket_and_its_bundle_is_whole(tmp_path: Path) -> None:
    async with s3_server(tmp_path) as store:
        settings = {
            "DESKSIDE_BLOBS": f"{store.address}/site",
            "AWS_ENDPOINT": store.options["endpoint"],
            "AWS_REGION": store.options["region"],
            "AWS_ACCESS_KEY_ID": store.options["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": store.options["secret_access_key"],
        }
        async with marked(tmp_path, **settings) as scene:
            row = await through_all(scene)
            await scene.export(row.id, "film")
            scene.assert_hidden()
            bundle = tmp_path / "bundle.tar"
            await fetch_bundle(scene, row.id, bundle)
            assert main(["verify", str(bundle)]) == 0


async def fetch_bundle(scene: Scene, recording: str, path: Path) -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        cora = Rep(scene.server.url, http, "cora")
        await cora.ticket()
        url = f"{scene.server.url}/v1/recordings/{recording}/bundle"
        async with http.get(url, headers={"Cookie": cora.cookie, "X-Deskside": "1"}) as reply:
            assert reply.status == 200
            bundle = await reply.read()
    path.write_bytes(bundle)  # noqa: ASYNC240 - nothing else runs here


async def test_no_process_that_holds_keys_leaves_its_memory_on_the_disk(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        keeper, relays = await started(server)
        assert server.process
        for pid in (server.process.pid, keeper, *relays, *children(server.process.pid)):
            assert most_core(pid) in ("0", "1")


def most_core(pid: int) -> str:
    """Return how many bytes a crash of `pid` may leave."""
    limits = Path(f"/proc/{pid}/limits").read_text()
    (line,) = [each for each in limits.splitlines() if each.startswith("Max core")]
    return line.split()[4]
