"""Officers find recordings and watch them; every look is written down, and nobody else gets near."""

import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from broker import recording_search, schema
from broker.recording_search import PAGE
from protocol import picture as p
from protocol import requests as r
from protocol.picture_bytes import decode
from recordings.form import STRETCH
from recordings.store import segment_at
from tests.broker.recorded_sessions import recorded_scene
from tests.broker.servers import Server, serving
from tests.broker.shelved import Shelves, party_of, story
from tests.end_to_end.screens import eventually
from tests.protocol.life import CUSTOMER, Life
from tests.recordings.film import CLOCK, Film

BEGAN = 1_790_000_000_000
HOUR = 3_600_000


class Office:
    """A broker, an officer who is signed in, and shelves."""

    def __init__(self, server: Server, cookie: str, ana: Any) -> None:
        self.server = server
        self.cookie = cookie
        self.ana = ana
        parts = server.parts
        self.shelves = Shelves(parts.database, parts.config.site, parts.recorder)

    async def get(self, path: str) -> Any:
        reply = await self.server.call("GET", path, cookie=self.cookie)
        assert reply.status == 200, reply.body
        return reply.json

    async def found(self, query: str = "") -> list[str]:
        page = await self.get(f"/v1/recordings?{query}")
        return [each["id"] for each in page["recordings"]]

    async def open(self, recording: str) -> Any:
        reply = await self.server.call(
            "POST", f"/v1/recordings/{recording}/open", cookie=self.cookie
        )
        assert reply.status == 200, reply.body
        return reply.json

    def talk(self, began: int = BEGAN, **given: Any) -> Life:
        return story(began, rep=party_of(self.ana), **given)

    def end(self, life: Life) -> Life:
        life.wait(5).ask(r.End, CUSTOMER)
        return life


@asynccontextmanager
async def _office(folder: Path, **settings: Any) -> AsyncIterator[Office]:
    async with serving(folder, **settings) as server:
        ana = await server.add("ana", "rep")
        yield Office(server, await server.sign_in_as("compliance"), ana)


@pytest.fixture
async def office(data_folder: Path) -> AsyncIterator[Office]:
    async with _office(data_folder) as office:
        yield office


@pytest.fixture
async def either(tmp_path: Path, database_url: str) -> AsyncIterator[Office]:
    """An office whose broker keeps its tables in one kind of database, and in the other."""
    async with _office(tmp_path, database=database_url) as office:
        yield office


def payloads(opened: bytes) -> list[tuple[int, int, int, bytes]]:
    """Read what is played: (segment, kind, µs, payload) of each record."""
    found, at = [], 0
    while at < len(opened):
        number, size = struct.unpack_from(">II", opened, at)
        at, end = at + 8, at + 8 + size
        while at < end:
            _, kind, time, length = struct.unpack_from(">IBQI", opened, at)
            at += 17
            found.append((number, kind, time, opened[at : at + length]))
            at += length
    return found


async def test_what_was_said_leads_to_the_recording_and_to_the_moment(either: Office) -> None:
    life = either.talk()
    life.wait(30).ask(r.Say, CUSTOMER, text="The zebra printer is jammed.")
    recording = await either.shelves.put(either.end(life))
    other = either.talk(BEGAN + HOUR, name="Kim")
    await either.shelves.put(either.end(other))
    page = await either.get("/v1/recordings?q=zebra%20jam")
    (hit,) = page["recordings"]
    assert (hit["id"], hit["name"], hit["line"]) == (
        recording,
        "Max",
        "The zebra printer is jammed.",
    )
    assert hit["line_at"] - hit["began_at"] == 38_000
    assert await either.found("q=kim") == [(await either.found())[0]]
    assert await either.found("q=giraffe") == []


@pytest.mark.parametrize("few", [0, recording_search.FEW])
async def test_every_filter_narrows_the_list_down(
    either: Office, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Those that can be meant are looked at, or the index is walked: it comes to the same.
    monkeypatch.setattr(recording_search, "FEW", few)
    plain = await either.shelves.put(either.end(either.talk()))
    refused = await either.shelves.put(
        either.end(either.talk(BEGAN + HOUR, name="Kim", allowed=False))
    )
    busy = either.talk(BEGAN + 2 * HOUR, name="Tom")
    ana = party_of(either.ana)
    busy.ask(r.ShareScreen, CUSTOMER, what="screen")
    busy.ask(r.RequestGrants, ana, tools=("view", "control"))
    busy.ask(r.AnswerGrants, CUSTOMER, allowed=True, scope="session")
    busy.wait(900)
    held = await either.shelves.put(either.end(busy))
    await _hold(either, held)
    assert await either.found() == [held, refused, plain]
    for query, wanted in {
        "answer=refused": [refused],
        "answer=allowed": [held, plain],
        "control=true": [held],
        "screen=true": [held],
        "files=true": [],
        "held=true": [held],
        f"rep={either.ana.id}": [held, refused, plain],
        "rep=nobody": [],
        "team=support": [held, refused, plain],
        "issue=computer": [held, refused, plain],
        "issue=printer": [],
        "ending=customer_ended": [held, refused, plain],
        f"since={BEGAN + HOUR}": [held, refused],
        f"until={BEGAN + HOUR}": [plain],
        "shortest=600000": [held],
        "longest=600000": [refused, plain],
        "customer=customer": [held, refused, plain],
        "q=tom&control=true": [held],
        "q=tom&answer=refused": [],
    }.items():
        assert await either.found(query) == wanted, query
    assert (
        await either.server.call("GET", "/v1/recordings?before=x", cookie=either.cookie)
    ).status == 400


async def _hold(office: Office, recording: str) -> None:
    site = office.server.parts.config.site
    row = {"site": site, "id": "h", "recording": recording, "by": "x", "why": "court", "at": 1}
    put = schema.recording_holds.insert().values(**row)
    await office.server.parts.database.write(lambda conn: conn.execute(put))


async def test_pages_follow_each_other_without_a_gap(either: Office) -> None:
    made = []
    for number in range(PAGE + 2):
        life = either.talk(BEGAN + number * 1000)
        for _ in range(2):
            life.wait(1).ask(r.Say, CUSTOMER, text="zebra")
        made.append(await either.shelves.put(either.end(life)))
    for words in ("", "q=zebra", "q=zebra&team=support"):
        first = await either.get(f"/v1/recordings?{words}")
        second = await either.get(f"/v1/recordings?{words}&before={first['next']}")
        told = [each["id"] for each in (*first["recordings"], *second["recordings"])]
        assert told == made[::-1]
        assert second["next"] == ""


async def test_what_was_recorded_is_played_and_it_is_written_down_who_saw_what(
    office: Office,
) -> None:
    life = office.talk().wait(80)
    recording = await office.shelves.put(office.end(life), Film().play(75))
    opened = await office.open(recording)
    index = opened["index"]
    assert (index["running"], opened["why"]) == (False, "")
    assert index["length"] == 93_000
    numbers = [each[0] for each in index["segments"]]
    assert numbers == list(range(STRETCH, STRETCH + len(numbers)))
    # A whole picture at the beginning and one after a minute: a geometry, from which one can begin.
    (first, record, _), (later, _, at) = index["pictures"]
    assert 60_000_000 <= at < 60_010_000
    path = f"/v1/recordings/{recording}/segments?look={opened['look']}"
    reply = await office.server.call(
        "GET", f"{path}&first={first}&last={later}", cookie=office.cookie
    )
    assert reply.headers["Content-Type"] == "application/octet-stream"
    assert reply.headers["Cache-Control"] == "no-store"
    records = payloads(reply.body)
    assert isinstance(decode(records[record][3]).body, p.Geometry)
    clock = [each for each in records if decode(each[3]).rectangles == (CLOCK,)]
    assert clock[1][2] - clock[0][2] == 1_000_000

    (look,) = await _looks(office)
    ((begins, ends),) = msgspec.json.decode(look.spans)
    assert (look.recording, begins, ends // 1000) == (recording, 0, 60)
    audited = await office.server.parts.audit.entries()
    assert [(each.what, each.subject) for each in audited] == [("watched", recording)]


async def _looks(office: Office) -> Any:
    chosen = sa.select(schema.recording_looks)
    return await office.server.parts.database.read(lambda conn: conn.execute(chosen).all())


async def test_nothing_is_played_without_a_look_of_ones_own(office: Office) -> None:
    recording = await office.shelves.put(office.end(office.talk()), Film().play(5))
    other = await office.shelves.put(office.end(office.talk()), Film().play(5))
    look = (await office.open(recording))["look"]
    another = await office.server.sign_in_as("compliance")
    for asked, cookie, used in (
        (recording, office.cookie, "nothing"),
        (other, office.cookie, look),
        (recording, another, look),
    ):
        path = f"/v1/recordings/{asked}/segments?look={used}&first={STRETCH}&last={STRETCH}"
        reply = await office.server.call("GET", path, cookie=cookie)
        assert (reply.status, reply.error) == (403, "no_look")


async def test_what_cannot_be_opened_says_why(office: Office) -> None:
    parts = office.server.parts
    recording = await office.shelves.put(office.end(office.talk()), Film().play(5))
    look = (await office.open(recording))["look"]
    path = f"/v1/recordings/{recording}/segments?look={look}&first={STRETCH}&last={STRETCH}"

    async def said() -> tuple[int, str]:
        reply = await office.server.call("GET", path, cookie=office.cookie)
        return reply.status, reply.error

    s = schema.recording_segments.c
    chosen = sa.select(s.writer).where(s.recording == recording)
    writer: str = await parts.database.read(
        lambda conn: conn.execute(chosen).scalars().first() or ""
    )
    name = segment_at(recording, STRETCH, writer)
    sealed = await parts.recorder.store.get(name)
    await parts.recorder.store.delete(name)
    assert await said() == (503, "recording_store")
    await parts.recorder.store.put(name, sealed[:-20] + bytes([sealed[-20] ^ 1]) + sealed[-19:])
    assert await said() == (409, "recording_broken")
    gone = schema.recording_keys.delete()
    await parts.database.write(lambda conn: conn.execute(gone))
    assert await said() == (410, "recording_destroyed")


async def test_a_refused_recording_has_facts_and_no_picture(office: Office) -> None:
    life = office.talk(allowed=False)
    life.ask(r.Say, CUSTOMER, text="No pictures, please.")
    recording = await office.shelves.put(office.end(life))
    opened = await office.open(recording)
    assert (opened["why"], opened["index"]["segments"]) == ("refused", [])
    facts = (await office.get(f"/v1/recordings/{recording}/transcript"))["facts"]
    assert [fact["type"] for fact in facts][:2] == ["opened", "recording_answered"]
    assert facts[1]["allowed"] is False


async def test_a_session_that_goes_on_can_be_watched(data_folder: Path) -> None:
    async with recorded_scene(data_folder) as scene:
        await scene.begin()
        server = scene.server
        cookie = await server.sign_in_as("compliance")
        (found,) = (await server.call("GET", "/v1/recordings", cookie=cookie)).json["recordings"]
        assert (found["state"], found["ending"]) == ("open", "")
        opened = (
            await server.call("POST", f"/v1/recordings/{found['id']}/open", cookie=cookie)
        ).json
        assert opened["index"]["running"]
        async with scene.shared() as (sharer, viewer):
            await scene.paint(sharer, viewer)
            grown: Any = {}

            async def has_come() -> bool:
                await scene.paint(sharer, viewer)
                path = f"/v1/recordings/{found['id']}/index"
                grown.update((await server.call("GET", path, cookie=cookie)).json["index"])
                return bool(grown["segments"])

            await eventually(has_come)
            number = grown["segments"][0][0]
            path = f"/v1/recordings/{found['id']}/segments?look={opened['look']}"
            played = await server.call("GET", f"{path}&first={number}&last={number}", cookie=cookie)
            kinds = [type(decode(each[3]).body) for each in payloads(played.body)]
            assert kinds[:2] == [p.Geometry, p.Geometry]
            assert p.Patch in kinds


async def test_an_address_that_was_passed_on_leads_to_the_console(office: Office) -> None:
    recording = "0" * 32
    reply = await office.server.call("GET", f"/recordings/{recording}?t=123")
    assert (reply.status, reply.headers["Location"]) == (
        302,
        f"/console#/recordings/{recording}?t=123",
    )
    odd = await office.server.call("GET", f"/recordings/{recording}?t=%0A1")
    assert odd.headers["Location"] == f"/console#/recordings/{recording}?t=%0A1"
    assert (await office.server.call("GET", "/recordings/%22%3E")).status == 400


async def test_people_are_those_whose_sessions_were_recorded(either: Office) -> None:
    await either.server.add("ben", "rep")
    await either.shelves.put(either.end(either.talk()))
    people = await either.get("/v1/recording-people")
    assert people["reps"] == [{"id": either.ana.id, "name": "Ana"}]
    assert {"id": "support", "name": "Support"} in people["teams"]
