"""Officers take the whole ledger along: with it, whatever was taken away shows, and who let whom watch."""

import io
import tarfile
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from broker import recording_life, schema
from broker.accounts import Accounts
from recordings import ledger_proof as files
from recordings.__main__ import BROKEN, WHOLE, main
from recordings.ledger import Entry
from tests.broker.recorded_sessions import Scene, recorded_scene


@pytest.fixture
async def scene(data_folder: Path) -> AsyncIterator[Scene]:
    async with recorded_scene(data_folder) as scene:
        yield scene


async def record(scene: Scene) -> str:
    """Have a session recorded, and return the recording."""
    await scene.begin()
    async with scene.shared() as (sharer, viewer):
        await scene.paint(sharer, viewer)
    await scene.end()
    recording: str = (await scene.closed()).id
    return recording


class Officer:
    """Somebody who takes the ledger along, and proves it elsewhere."""

    def __init__(self, scene: Scene, cookie: str) -> None:
        self._server = scene.server
        self._cookie = cookie
        self._path = scene.folder / "ledger.tar"

    async def given(self) -> tuple[str, ...]:
        """Return what a mail of today would say, as the verifier wants it."""
        head = await self._server.call("GET", "/v1/ledger/head", cookie=self._cookie)
        return "--signer", head.json["signer"], "--head", head.json["head"]

    async def exported(self) -> bytes:
        reply = await self._server.call("GET", "/v1/ledger", cookie=self._cookie)
        assert reply.status == 200, reply
        assert 'filename="ledger.tar"' in reply.headers["Content-Disposition"]
        return reply.body

    async def proves(self, given: tuple[str, ...]) -> int:
        self._path.write_bytes(await self.exported())
        return main(["ledger", str(self._path), *given])

    async def entries(self) -> list[Entry]:
        with tarfile.open(fileobj=io.BytesIO(await self.exported())) as tar:
            file = tar.extractfile(files.ENTRIES)
            assert file
            return msgspec.json.Decoder(Entry).decode_lines(file.read())


async def test_what_was_taken_away_is_missed_and_what_was_destroyed_is_not(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    officer = Officer(scene, await scene.server.sign_in_as("compliance"))
    recording = await record(scene)
    given = await officer.given()
    assert await officer.proves(given) == WHOLE
    assert capsys.readouterr().out.endswith("\nwhole, 1 recordings closed, 0 destroyed\n")
    audited = await scene.server.parts.audit.entries()
    assert (audited[0].what, audited[0].detail) == ("exported", "ledger")

    # Somebody who holds the database takes the row away, and puts it back.
    table, database = schema.recordings, scene.server.parts.database
    mine = table.c.id == recording
    state = sa.update(table).where(mine)
    await database.write(lambda conn: conn.execute(state.values(state="refused")))
    assert await officer.proves(given) == BROKEN
    assert f"BROKEN at recording {recording}: closed 20" in capsys.readouterr().out
    await database.write(lambda conn: conn.execute(state.values(state="closed")))
    assert await officer.proves(given) == WHOLE

    destroyed = partial(
        recording_life.destroy,
        site=scene.server.parts.config.site,
        recording=recording,
        by="cora",
        why="asked",
        now=scene.clock(),
    )
    capsys.readouterr()
    await database.write(destroyed)
    assert await officer.proves(given) == WHOLE
    assert "1 recordings closed, 1 destroyed" in capsys.readouterr().out


async def test_a_line_that_is_changed_or_gone_shows(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    officer = Officer(scene, await scene.server.sign_in_as("compliance"))
    await record(scene)
    given = await officer.given()
    lines, database = schema.ledger_lines, scene.server.parts.database
    first = sa.update(lines).where(lines.c.number == 1)
    whole = sa.select(lines.c.body).where(lines.c.number == 1)
    body: str | None = await database.read(lambda conn: conn.scalar(whole))
    assert body
    changed = first.values(body=body.replace("officer_made", "officer_gone"))
    await database.write(lambda conn: conn.execute(changed))
    assert await officer.proves(given) == BROKEN
    assert "BROKEN at line 1: its entry is another one" in capsys.readouterr().out
    last = sa.select(sa.func.max(lines.c.number)).scalar_subquery()
    rolled_back = sa.delete(lines).where(lines.c.number == last)
    await database.write(lambda conn: conn.execute(first.values(body=body)))
    await database.write(lambda conn: conn.execute(rolled_back))
    assert await officer.proves(given) == BROKEN
    assert "is missing" in capsys.readouterr().out


async def test_the_ledger_has_who_became_an_officer_by_whom(scene: Scene) -> None:
    server = scene.server
    officer = Officer(scene, await server.sign_in_as("compliance"))
    first = (await officer.entries())[0]
    assert (first.kind, first.by) == ("officer_made", "")
    accounts = Accounts(server.parts.database, server.parts.config.site, scene.clock)
    added, _ = await accounts.add("carl", "compliance", by=first.why)
    await accounts.disable(added.id, by=await accounts.get(first.why))
    await accounts.enable("carl")
    await accounts.set_role("carl", "lead")
    await accounts.set_role("carl", "rep")
    told = [(each.kind, each.why, each.by) for each in await officer.entries()][1:]
    assert told == [
        ("officer_made", added.id, first.why),
        ("officer_ended", added.id, first.why),
        ("officer_made", added.id, ""),
        ("officer_ended", added.id, ""),
    ]


async def test_of_an_empty_ledger_there_is_nothing_to_take_along(scene: Scene) -> None:
    server = scene.server
    cookie = await server.sign_in_as("compliance")
    lines = sa.delete(schema.ledger_lines)
    await server.parts.database.write(lambda conn: conn.execute(lines))
    reply = await server.call("GET", "/v1/ledger", cookie=cookie)
    assert (reply.status, reply.error) == (409, "no_ledger")
