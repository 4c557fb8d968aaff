"""Officers take recordings along: films and transcripts, made elsewhere, sealed until they are fetched."""

import asyncio
import hashlib
import io
import random
import re
import secrets
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import av
import psutil
import pytest
import sqlalchemy as sa

from broker import export_rows, schema
from broker.export_pieces import ExportPieces, PieceWriter, exports_at
from broker.ledger import entries_of
from broker.recording_life import erase_words
from protocol import picture as p
from protocol import requests as r
from recordings.seal import DataKeys, SealBroken
from recordings.store import NotThere, open_store
from tests.broker.recorded_sessions import MovableClock
from tests.broker.servers import Reply, Server, serving
from tests.broker.shelved import Shelves, party_of, story
from tests.protocol.life import CUSTOMER, Life
from tests.recordings.film import CLOCK, HEIGHT, WHOLE, WIDTH, Film, colour_at

HOSTILE = (
    "<script>alert(1)</script>",
    "</title></style><img src=x onerror=alert(1)>",
    "\"><svg onload='alert(1)'>",
    "&lt;b&gt; &amp; <!-- --> ]]> \u202egnp.exe \u2028 \x00\x1b[2J \ufffe",
    "javascript:alert(1) https://example.test/?a=1&b=<i>",
)


class Office:
    """A broker with a closed recording of ten seconds, and an officer."""

    def __init__(self, server: Server, clock: MovableClock, cookie: str, ana: Any) -> None:
        self.server = server
        self.clock = clock
        self.cookie = cookie
        self.ana = ana
        self.parts = server.parts

    async def shelve(
        self, *said: str, seconds: int = 10, film: Iterable[tuple[int, p.Message]] = ()
    ) -> str:
        began = self.clock() - 1000 * (3600 + seconds)
        life = story(began, rep=party_of(self.ana), name="Max")
        for text in said:
            life.wait(1).ask(r.Say, CUSTOMER, text=text)
        return await self.close(life, seconds, film)

    async def close(
        self, life: Life, seconds: int = 10, film: Iterable[tuple[int, p.Message]] = ()
    ) -> str:
        life.ask(r.ShareScreen, CUSTOMER, what="screen")
        life.wait(seconds + 5).ask(r.End, CUSTOMER)
        shelves = Shelves(self.parts.database, self.parts.config.site, self.parts.recorder)
        recording = await shelves.put(life, film or Film().play(seconds), state="closing")
        await self.parts.recorder.look()
        return recording

    async def call(self, method: str, path: str, body: Any = None) -> Reply:
        return await self.server.call(method, path, body, cookie=self.cookie)

    async def ask(self, recording: str, kind: str, **given: str) -> str:
        asked = {"recording": recording, "kind": kind, **given}
        reply = await self.call("POST", "/v1/recording-exports", asked)
        assert reply.status == 200, reply.body
        return str(reply.json["id"])

    async def listed(self, recording: str) -> list[dict[str, Any]]:
        reply = await self.call("GET", f"/v1/recordings/{recording}/exports")
        found: list[dict[str, Any]] = reply.json["exports"]
        return found

    async def made(self, recording: str, kind: str, **given: str) -> dict[str, Any]:
        """Ask for an export, and wait until it is made, or cannot be."""
        export = await self.ask(recording, kind, **given)
        async with asyncio.timeout(100):
            while True:
                (row,) = [each for each in await self.listed(recording) if each["id"] == export]
                if row["state"] not in ("waiting", "running"):
                    return row
                await asyncio.sleep(0.1)

    async def fetched(self, export: str) -> Reply:
        return await self.call("GET", f"/v1/recording-exports/{export}/file")

    @property
    def files(self) -> list[Path]:
        """What lies in the store of exports."""
        found = (self.parts.config.data_folder / "blobs" / exports_at()).rglob("*")
        return [path for path in found if path.is_file()]


@pytest.fixture
async def office(data_folder: Path) -> AsyncIterator[Office]:
    clock = MovableClock()
    async with serving(data_folder, clock=clock) as server:
        ana = await server.add("ana", "rep")
        yield Office(server, clock, await server.sign_in_as("compliance"), ana)


async def test_a_film_is_made_sealed_fetched_and_written_down(office: Office) -> None:
    recording = await office.shelve("Hello.")
    row = await office.made(recording, "film", language="de", zone="Europe/Berlin")
    assert (row["state"], row["percent"], row["form"]) == ("ready", 100, "mp4")
    reply = await office.fetched(row["id"])
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "video/mp4"
    assert f"film-{recording[:12]}" in reply.headers["Content-Disposition"]
    assert hashlib.sha256(reply.body).hexdigest() == row["digest"]
    assert len(reply.body) == row["size"]
    with av.open(io.BytesIO(reply.body), "r") as container:
        assert container.metadata["title"].startswith("Aufzeichnung vom ")
        assert container.metadata["comment"].startswith("Exportiert von ")
        assert recording in container.metadata["comment"]
        shown: dict[int, Any] = {}
        for frame in container.decode(video=0):
            picture: Any = frame
            assert frame.time is not None
            shown[int(frame.time)] = picture.to_image().getpixel((CLOCK.x + 12, CLOCK.y + 12))
    for second in (1, 5, 8):
        off = [abs(a - b) for a, b in zip(shown[second], colour_at(second), strict=True)]
        assert max(off) < 24

    assert office.files
    assert all(b"ftyp" not in path.read_bytes() for path in office.files)
    site = office.parts.config.site
    lines = await office.parts.database.read(lambda conn: entries_of(conn, site, recording))
    assert [(each.kind, each.why) for _, each in lines][-1] == ("exported", "film")
    audited = await office.parts.audit.entries()
    assert [(each.what, each.detail) for each in audited][:2] == [
        ("exported", "fetched"),
        ("exported", "film"),
    ]
    number, _, digest = row["head"].partition("-")
    assert int(number) >= 2
    assert len(digest) == 64


class Read(HTMLParser):
    """What a reader makes of a page: its tags, what they do, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words += data


async def test_a_transcript_is_a_page_with_all_words_and_nothing_that_acts(office: Office) -> None:
    life = story(office.clock() - 3_600_000, rep=party_of(office.ana), name=HOSTILE[1])
    for text in HOSTILE:
        life.wait(1).ask(r.Say, CUSTOMER, text=text.replace("\x00", "").replace("\ufffe", ""))
    ana = party_of(office.ana)
    life.ask(r.Note, ana, text="A note <b>of</b> mine.")
    life.ask(r.PauseRecording, ana, why="card <i>", cut_seconds=0)
    life.ask(r.ResumeRecording, ana)
    recording = await office.close(life)
    row = await office.made(recording, "transcript", language="fr", zone="Europe/Paris")
    assert (row["state"], row["form"]) == ("ready", "html")
    reply = await office.fetched(row["id"])
    assert reply.headers["Content-Disposition"].startswith("attachment")
    page = reply.body.decode()
    read = Read(page)
    assert read.tags == {
        "html", "head", "meta", "title", "style", "body", "h1", "dl", "dt", "dd", "bdi",
        "ol", "li", "time", "div", "span",
    }  # fmt: skip
    assert read.attributes == {"lang", "charset", "http-equiv", "content", "name", "class", "dir"}
    assert "default-src 'none'" in page
    for text in (HOSTILE[0], HOSTILE[2], HOSTILE[4], "A note <b>of</b> mine.", "card <i>"):
        assert text in read.words
    assert "a mis l’enregistrement en pause" in read.words
    assert "\x1b" not in page
    assert "Note privée" in read.words or "privée" in read.words
    assert row["head"] in read.words


async def test_erased_words_are_in_no_transcript(office: Office) -> None:
    recording = await office.shelve("My secret word.")
    first = await office.made(recording, "transcript")
    assert "My secret word." in (await office.fetched(first["id"])).body.decode()
    session = (await office.parts.shelf.find(recording)).session  # type: ignore[union-attr]
    site, now = office.parts.config.site, office.clock()
    await office.parts.database.write(lambda conn: erase_words(conn, site, session, now))
    # What was made before cannot be read any more, and goes.
    assert (await office.fetched(first["id"])).status == 410
    await office.parts.exports.let_go()
    assert [each["state"] for each in await office.listed(recording)] == ["gone"]
    second = await office.made(recording, "transcript")
    page = (await office.fetched(second["id"])).body.decode()
    assert "secret" not in page
    assert "Deleted" in page


async def test_an_export_goes_after_a_day_and_with_what_it_was_made_of(office: Office) -> None:
    recording = await office.shelve("Hello.")
    row = await office.made(recording, "transcript")
    await office.parts.exports.let_go()
    assert office.files
    office.clock.move(24 * 3600 + 1)
    await office.parts.exports.let_go()
    assert not office.files
    office.cookie = await office.server.sign_in_as("compliance")
    assert (await office.fetched(row["id"])).status == 409

    again = await office.made(recording, "transcript")
    await office.parts.retention.destroy(recording, by="cora", why="expired")
    assert (await office.fetched(again["id"])).status == 410
    await office.parts.exports.let_go()
    assert not office.files
    asked = {"recording": recording, "kind": "transcript"}
    refused = await office.call("POST", "/v1/recording-exports", asked)
    assert (refused.status, refused.json["error"]) == (409, "not_closed")


async def test_what_cannot_be_made_says_why(office: Office) -> None:
    recording = await office.shelve("Hello.")
    assert (await office.made(recording, "preview"))["fault"] == "no_video"
    folder = office.parts.config.data_folder / "blobs/recordings" / recording
    segment = sorted(folder.iterdir())[1]
    data = bytearray(segment.read_bytes())
    data[-40] ^= 1
    segment.chmod(0o600)
    segment.write_bytes(data)
    row = await office.made(recording, "film")
    assert (row["state"], row["fault"]) == ("failed", "broken")
    segment.unlink()
    assert (await office.made(recording, "film"))["fault"] == "store"
    assert not office.files


async def test_an_export_that_is_cancelled_stops_and_leaves_nothing(office: Office) -> None:
    recording = await office.shelve("Hello.", seconds=240)
    export = await office.ask(recording, "film")
    async with asyncio.timeout(60):
        while (await office.listed(recording))[0]["percent"] < 1:  # noqa: ASYNC110 - a row tells nobody
            await asyncio.sleep(0.05)
    reply = await office.call("POST", f"/v1/recording-exports/{export}/cancel")
    assert reply.status == 204
    # The next one is made by the same broker, once it has let go of this one.
    assert (await office.made(recording, "transcript"))["state"] == "ready"
    states = {each["kind"]: each["state"] for each in await office.listed(recording)}
    assert states["film"] == "cancelled"
    assert all(export not in str(path) for path in office.files)


async def test_a_run_that_is_lost_is_made_by_another(office: Office) -> None:
    recording = await office.shelve("Hello.")
    exports, site = office.parts.exports, office.parts.config.site
    lost = "lost-" + secrets.token_hex(4)
    row = {"id": "x", "recording": recording, "kind": "transcript", "by": "cora"}
    now = office.clock() - export_rows.LOST_MS - 1

    def put(conn: sa.Connection) -> export_rows.Job | None:
        export_rows.put(conn, site, **row, made_at=now, language="en", zone="", head="")
        return export_rows.take(conn, site, lost, now)

    job = await office.parts.database.write(put)
    assert job is not None
    async with asyncio.timeout(60):
        while (await office.listed(recording))[0]["state"] != "ready":
            await exports.make_next()
            await asyncio.sleep(0.05)
    tell = await office.parts.database.write(
        lambda conn: export_rows.tell(conn, site, job, office.clock(), percent=5)
    )
    assert not tell


async def test_no_more_wait_than_may(office: Office) -> None:
    recording = await office.shelve("Hello.")
    site = office.parts.config.site

    def put(conn: sa.Connection) -> None:
        for number in range(export_rows.MOST_WAITING + 1):
            row = {"id": f"x{number}", "recording": recording, "kind": "film", "by": "cora"}
            export_rows.put(conn, site, **row, made_at=1, language="", zone="", head="")

    with pytest.raises(export_rows.TooMany):
        await office.parts.database.write(put)
    left = sa.select(sa.func.count()).select_from(schema.recording_exports)
    assert await office.parts.database.read(lambda conn: conn.scalar(left)) == 0


async def test_what_is_turned_down_is_not_written_down(office: Office, monkeypatch: Any) -> None:
    recording = await office.shelve("Hello.")
    monkeypatch.setattr(export_rows, "MOST_WAITING", 0)
    with pytest.raises(AssertionError, match="too_many"):
        await office.ask(recording, "film")
    assert b"exported" not in (await office.call("GET", f"/v1/recordings/{recording}/trail")).body


async def test_pieces_open_in_their_place_alone(tmp_path: Path) -> None:
    store, keys = open_store(str(tmp_path)), DataKeys(media=b"m" * 32, words=b"w" * 32)
    pieces = ExportPieces(store, "x", "run", keys)
    writer = PieceWriter(pieces)
    writer.skip_first()
    rest = secrets.token_bytes(9_000_000)
    for at in range(0, len(rest), 1_000_000):
        await writer.add(rest[at : at + 1_000_000])
    first = bytes(4 * 1024 * 1024)
    await writer.first(first)
    digest = await writer.close()
    assert digest == hashlib.sha256(first + rest).hexdigest()
    assert b"".join([each async for each in pieces.read(writer.size)]) == first + rest
    other = ExportPieces(store, "x", "run", DataKeys(media=b"m" * 32, words=b""))
    with pytest.raises(SealBroken):
        await anext(other.read(writer.size))
    one, two = tmp_path / "exports/x/run-00000001", tmp_path / "exports/x/run-00000002"
    two.write_bytes(one.read_bytes())
    with pytest.raises(SealBroken):
        _ = [each async for each in pieces.read(writer.size)]
    with pytest.raises(NotThere):
        await anext(ExportPieces(store, "x", "another", keys).read(1))


def noise(seconds: int) -> Iterator[tuple[int, p.Message]]:
    """A screen that cannot be packed, ten times in the first moment of each second: 20 MB of it."""
    yield from ((at, each) for at, each in Film().play(1) if at < 1000)
    pixels = random.Random(1).randbytes(3 * WIDTH * HEIGHT)
    flags: dict[str, Any] = {"stream": 1, "sequence": 1, "time": 0, "rectangles": (WHOLE,)}
    for count in range(10 * seconds):
        body = p.Patch(coding="raw", data=pixels)
        at = count // 10 * 1_000_000 + count % 10 * 5_000 + 1000
        yield at, p.Message(body=body, key=True, **flags)


def calm(seconds: int) -> Iterator[tuple[int, p.Message]]:
    """Hours in which little happens: a square each second, a whole picture each minute."""
    begun = [each for at, each in Film().play(1) if at < 1000]
    flags: dict[str, Any] = {"stream": 1, "sequence": 1, "time": 0}
    for second in range(seconds):
        if second % 60 == 0:
            yield from ((second * 1_000_000, each) for each in begun)
        pixels = bytes(colour_at(second)) * CLOCK.width * CLOCK.height
        body = p.Patch(coding="raw", data=pixels)
        yield second * 1_000_000 + 1000, p.Message(body=body, rectangles=(CLOCK,), **flags)


def peak(pid: int) -> int:
    """Return how many bytes of memory a process has used at most; 0 where it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return 1024 * int(found[1]) if found else 0


MOST_BYTES = 200 * 1024 * 1024
"""Of each of the two processes; 100 MB are what they load."""


async def test_a_long_recording_is_never_held_in_memory(
    office: Office, pytestconfig: pytest.Config
) -> None:
    if pytestconfig.getoption("--long"):
        hours = 4 * 3600
        recording = await office.shelve("Hello.", seconds=hours, film=calm(hours))
    else:
        recording = await office.shelve("Hello.", seconds=12, film=noise(12))
        folder = office.parts.config.data_folder / "blobs/recordings" / recording
        assert sum(path.stat().st_size for path in folder.iterdir()) > MOST_BYTES
    export = await office.ask(recording, "film")
    most: dict[str, int] = {}
    state = "waiting"
    while state in ("waiting", "running"):
        for each in psutil.Process().children(recursive=True):
            with suppress(psutil.Error, IndexError):  # what has just ended has no words left
                module = each.cmdline()[-1]
                most[module] = max(most.get(module, 0), peak(each.pid))
        await asyncio.sleep(0.1)
        (state,) = [
            each["state"] for each in await office.listed(recording) if each["id"] == export
        ]
    assert state == "ready", most
    assert {"broker.export_worker", "recordings.film"} <= most.keys()
    assert most["broker.export_worker"] < MOST_BYTES, most
    assert most["recordings.film"] < MOST_BYTES, most
