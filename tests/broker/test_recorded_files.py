"""Files as facts: in the recording beside the screen, and gone when the session's words are."""

import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest
from msgspec.structs import replace

from broker import schema
from broker.accounts import Account
from broker.site import Keep
from protocol import requests as r
from recordings.__main__ import main
from recordings.form import Kind
from recordings.seal import SealBroken
from tests.broker.file_scene import PDF, FileScene
from tests.broker.recorded_sessions import Scene, recorded_scene
from tests.end_to_end.serving import ask
from tests.waiting import until

DAY_SECONDS = 24 * 3600
OFFERED, ANSWERED, ARRIVED = "file_offered", "file_answered", "file_arrived"


@pytest.fixture
async def scene(data_folder: Path) -> AsyncIterator[Scene]:
    async with recorded_scene(data_folder) as scene:
        yield scene


def files_in(scene: Scene) -> FileScene:
    nobody = cast(Account, None)
    people = (scene.ana, scene.customer, nobody, scene.cookie, scene.token)
    return FileScene(scene.server, scene.session, *people, scene.folder)


def contents(scene: Scene) -> list[Path]:
    """Return what lies in the store of files, without recordings."""
    return [path for path in (scene.folder / "blobs" / "files").rglob("*") if path.is_file()]


async def facts_in(scene: Scene) -> list[dict[str, Any]]:
    """Return the facts about files that the recording holds, without what is personal in them."""
    facts = [json.loads(line) for line in await scene.records(Kind.FACT)]
    return [fact for fact in facts if fact["type"].startswith("file_")]


async def test_files_are_facts_in_the_recording_beside_the_screen(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    await scene.begin()
    files = files_in(scene)
    async with scene.shared() as (sharer, viewer):
        await scene.paint(sharer, viewer, 100)
        mine = await files.send("invoice 47.pdf", PDF)
        theirs = await files.send("driver.pdf", PDF + b"2", by_rep=True)
        await scene.paint(sharer, viewer, 1000)
    await scene.end()
    await scene.closed()
    assert main(["verify", str(await scene.export())]) == 0
    assert "\nwhole, signer not checked" in capsys.readouterr().out
    assert await scene.records(Kind.PICTURE)

    facts = await facts_in(scene)
    told = [(fact["type"], fact["file"]) for fact in facts]
    steps = (OFFERED, ANSWERED, ARRIVED)
    assert told == [(step, file) for file in (mine, theirs) for step in steps]
    by = {mine: scene.customer.welcome, theirs: scene.ana.welcome}
    for fact in facts:
        party = by[fact["file"]]
        assert party
        content = PDF if fact["file"] == mine else PDF + b"2"
        assert fact["at"] > 0
        if fact["type"] == OFFERED:
            assert (fact["by"], fact["size"]) == (party.party, len(content))
        if fact["type"] == ARRIVED:
            assert fact["size"] == len(content)
            assert fact["file_digest"] == hashlib.sha256(content).hexdigest()
    words = b"".join(await scene.records(Kind.WORDS))
    assert b"invoice 47.pdf" in words
    assert b"driver.pdf" in words
    # What they are called is personal: sealed with the key of words, and nowhere else.
    assert b"invoice" not in b"".join(await scene.records(Kind.FACT))


async def test_what_files_were_called_goes_with_the_customers_words(scene: Scene) -> None:
    await scene.begin()
    files = files_in(scene)
    await files.send("invoice 47.pdf", PDF)
    assert contents(scene)
    await scene.end()
    await scene.closed()
    await ask(scene.customer, r.EraseMyTexts, scene.session)
    await until(lambda: not contents(scene))
    with pytest.raises(SealBroken, match="destroyed"):
        await scene.records(Kind.WORDS)
    arrived = [fact for fact in await facts_in(scene) if fact["type"] == ARRIVED]
    assert [fact["size"] for fact in arrived] == [len(PDF)]


async def test_where_recording_is_refused_files_are_facts_of_the_session_alone(
    data_folder: Path,
) -> None:
    async with recorded_scene(data_folder, refusal_policy="continue_unrecorded") as scene:
        await scene.begin(allowed=False)
        files = files_in(scene)
        file = await files.send("invoice 47.pdf", PDF)
        assert (await files.fetch(file)).body == PDF
        await scene.end()
        assert (await scene.row()).state == "refused"
        assert b"invoice" not in b"".join(await scene.stored())


async def test_files_are_kept_as_long_as_transcripts(scene: Scene) -> None:
    await scene.begin()
    files = files_in(scene)
    await files.send("invoice 47.pdf", PDF)
    await scene.end()
    site, retention = scene.server.parts.site, scene.server.parts.retention
    await site.save(replace(site.settings, keep=Keep(transcripts=2, recordings=1)))
    scene.clock.move(DAY_SECONDS)
    await retention.apply()
    assert contents(scene)
    scene.clock.move(2 * DAY_SECONDS)
    await retention.apply()
    await until(lambda: not contents(scene))
    keys = await scene.server.parts.database.read(
        lambda conn: conn.execute(schema.file_keys.select()).all()
    )
    assert keys == []
