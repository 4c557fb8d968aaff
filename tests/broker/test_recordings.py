"""Sessions are recorded, sealed and closed; what was refused is nowhere."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import WSMsgType

from broker import recorder
from broker.recording_rows import stretch_of
from broker.relay.orders import Stored
from protocol import picture as p
from protocol import requests as r
from protocol.picture_bytes import decode, encode
from protocol.session import Refused
from recordings.__main__ import main
from recordings.form import Kind
from recordings.journal import sealed_at_once
from recordings.store import segment_at
from tests.broker.people import Socket, next_of
from tests.broker.recorded_sessions import Scene, recorded_scene
from tests.broker.relay.pictures import LEFT
from tests.end_to_end.serving import ask
from tests.waiting import LIMIT_SECONDS


@pytest.fixture
async def scene(data_folder: Path) -> AsyncIterator[Scene]:
    async with recorded_scene(data_folder) as scene:
        yield scene


async def test_a_session_that_was_allowed_is_recorded_and_proved_whole(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    await scene.begin()
    await ask(scene.customer, r.Say, scene.session, text="My printer is on fire.")
    async with scene.shared() as (sharer, viewer):
        for size in (10, 1000):
            await scene.paint(sharer, viewer, size)
    await scene.end()
    row = await scene.closed()
    assert (row.reason, row.answer, row.had_screen) == ("ended", "allowed", True)
    assert main(["verify", str(await scene.export())]) == 0
    assert "\nwhole, signer not checked" in capsys.readouterr().out

    pictures = [decode(data) for data in await scene.records(Kind.PICTURE)]
    assert [len(each.body.data) for each in pictures if isinstance(each.body, p.Patch)] == [
        1,
        10,
        1000,
    ]
    assert b"My printer is on fire." in b"".join(await scene.records(Kind.WORDS))
    assert b"printer" not in b"".join(await scene.stored())


async def test_nothing_is_kept_of_what_a_customer_refused(data_folder: Path) -> None:
    async with recorded_scene(data_folder, refusal_policy="continue_unrecorded") as scene:
        await scene.begin(allowed=False)
        async with scene.shared() as (sharer, viewer):
            await scene.paint(sharer, viewer)
        await scene.end()
        row = await scene.row()
        assert (row.state, row.answer) == ("refused", "refused")
        assert row.answered_at
        assert await kept(scene) == []


@pytest.mark.parametrize("policy", ["no_screen", "end"])
async def test_where_a_refusal_shows_no_screen_none_can_be_shared(
    data_folder: Path, policy: str
) -> None:
    async with recorded_scene(data_folder, refusal_policy=policy) as scene:
        await scene.begin(allowed=False)
        with pytest.raises(Refused):
            await ask(scene.customer, r.ShareScreen, scene.session, what="screen")
        row = await scene.row()
        assert (row.state, row.ending) == (
            "refused",
            "recording_refused" if policy == "end" else "",
        )
        assert await kept(scene) == []


async def is_recorded(sharer: Socket, whether: bool) -> None:
    """Wait until the sharer has been told so."""
    while (await next_of(sharer, p.Watched)).recorded != whether:
        pass


async def kept(scene: Scene) -> list[Path]:
    """What lies in journal and store."""
    found = [*scene.folder.glob("journal/*/*/*"), *scene.folder.glob("blobs/recordings/*/*")]
    return [path for path in found if path.is_file()]


async def test_a_withdrawal_ends_the_recording_and_the_screen_goes_on(scene: Scene) -> None:
    await scene.begin()
    async with scene.shared() as (sharer, viewer):
        await scene.paint(sharer, viewer, 10)
        await ask(scene.customer, r.WithdrawRecording, scene.session)
        await is_recorded(sharer, False)
        await sharer.send_bytes(scene.draw.patch(size=999))
        await next_of(viewer, p.Patch)
    await ask(scene.customer, r.Say, scene.session, text="Not for the record.")
    row = await scene.closed()
    assert (row.answer, row.reason) == ("withdrawn", "ended")
    sizes = await patches(scene)
    assert 10 in sizes
    assert 999 not in sizes
    proof = await scene.proof()
    assert not proof.broken
    assert proof.manifest.consent.answer == "withdrawn"
    facts = b"".join(await scene.records(Kind.FACT))
    assert b"recording_withdrawn" in facts
    assert b"Not for the record" not in b"".join(await scene.records(Kind.WORDS))


async def test_with_no_screen_a_withdrawal_ends_the_sharing_too(data_folder: Path) -> None:
    async with recorded_scene(data_folder, refusal_policy="no_screen") as scene:
        await scene.begin()
        async with scene.shared() as (sharer, _):
            await ask(scene.customer, r.WithdrawRecording, scene.session)
            while (await sharer.receive(timeout=LIMIT_SECONDS)).type is not WSMsgType.CLOSE:
                pass
        assert (await scene.closed()).answer == "withdrawn"


async def test_a_pause_blanks_the_view_keeps_nothing_and_cuts_back(scene: Scene) -> None:
    await scene.begin()
    async with scene.shared() as (sharer, viewer):
        await scene.paint(sharer, viewer, 10)
        # What was kept long before is no part of the cut.
        await stored_of(scene, 10)
        scene.clock.move(30)
        await scene.paint(sharer, viewer, 4000)
        await ask(scene.ana, r.PauseRecording, scene.session, why="card", cut_seconds=10)
        assert (await next_of(viewer, p.Blank)).why == "paused"
        await is_recorded(sharer, False)
        await sharer.send_bytes(scene.draw.patch(size=5000))
        assert (await scene.row()).paused_at

        await ask(scene.ana, r.ResumeRecording, scene.session)
        await is_recorded(sharer, True)
        assert (await next_of(sharer, p.Wish)).wanted == "whole_picture"
        await sharer.send_bytes(scene.draw.whole(600))
        await next_of(viewer, p.Patch)
    await scene.end()
    row = await scene.closed()
    proof = await scene.proof()
    assert not proof.broken
    assert row.cuts == len(proof.manifest.cuts) == 1
    assert proof.manifest.cuts[0].why == "card"
    assert await patches(scene) == [1, 10, 600]
    facts = b"".join(await scene.records(Kind.FACT))
    assert b"recording_paused" in facts
    assert b"recording_resumed" in facts
    await scene.server.parts.recorder.look()
    assert not any(len(data) > 4000 for data in await scene.stored())


async def test_a_pause_may_be_seen_unrecorded_where_the_site_allows_it(data_folder: Path) -> None:
    async with recorded_scene(data_folder, view_while_paused=True) as scene:
        await scene.begin()
        async with scene.shared() as (sharer, viewer):
            await ask(scene.ana, r.PauseRecording, scene.session, why="card")
            await is_recorded(sharer, False)
            await sharer.send_bytes(scene.draw.patch(size=999))
            await next_of(viewer, p.Patch)
        await scene.end()
        await scene.closed()
        assert await patches(scene) == [1]
        assert b'"viewed":true' in b"".join(await scene.records(Kind.FACT))


async def test_typed_keys_are_recorded_without_what_they_say(scene: Scene) -> None:
    await scene.begin()
    async with scene.shared() as (sharer, viewer):
        await ask(scene.ana, r.RequestGrants, scene.session, tools=("control",))
        await ask(scene.customer, r.AnswerGrants, scene.session, allowed=True)
        await until_may(scene, viewer, sharer)
    await scene.end()
    row = await scene.closed()
    assert row.had_control
    inputs = [decode(data).body for data in await scene.records(Kind.INPUT)]
    assert p.Key(down=True, code="", key="", modifiers=1) in inputs
    assert await scene.records(Kind.TYPED) == []


async def until_may(scene: Scene, viewer: Socket, sharer: Socket) -> None:
    """Type on, until a key arrives: the relay hears of a grant a moment later."""
    async with asyncio.timeout(LIMIT_SECONDS):
        for sequence in itertools.count(1):
            key = p.Key(down=True, code="KeyX", key="X", modifiers=1)
            message = p.Message(stream=scene.draw.stream, sequence=sequence, time=0, body=key)
            await viewer.send_bytes(encode(message))
            with contextlib.suppress(TimeoutError):
                assert (await next_of(sharer, p.Key, 0.2)).key == "X"
                return


async def patches(scene: Scene) -> list[int]:
    """The sizes of the patches that were kept, by which each test knows its own."""
    bodies = [decode(data).body for data in await scene.records(Kind.PICTURE)]
    return [len(each.data) for each in bodies if isinstance(each, p.Patch)]


async def stored_of(scene: Scene, size: int) -> None:
    """Wait until a patch of `size` bytes is stored."""
    scene.clock.move(3)
    async with asyncio.timeout(LIMIT_SECONDS):
        while size not in await patches(scene):  # noqa: ASYNC110 - the store tells nobody
            await asyncio.sleep(0.02)


async def test_a_recording_whose_relay_never_comes_back_is_closed_as_interrupted(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "GIVE_UP_SECONDS", 0.0)
    await scene.begin()
    async with scene.shared() as (sharer, viewer):
        await scene.paint(sharer, viewer, 10)
        await stored_of(scene, 10)
    database, row = scene.server.parts.database, await scene.row()
    await database.write(lambda conn: stretch_of(conn, "main", row.id, "a dead one", 1))
    await scene.end()
    assert (await scene.closed()).reason == "interrupted"
    proof = await scene.proof()
    assert not proof.broken
    assert proof.manifest.reason == "interrupted"


async def test_a_segment_for_a_closed_recording_is_not_wanted(scene: Scene) -> None:
    await scene.begin()
    async with scene.shared() as (sharer, viewer):
        await scene.paint(sharer, viewer, 10)
    await scene.end()
    row, before = await scene.closed(), await scene.stored()
    late, data = sealed_at_once(
        await scene.keys(),
        bytes.fromhex(row.id),
        [(Kind.PICTURE, 1, b"late")],
        number=7_000_000,
        previous=bytes(32),
    )
    server = scene.server.parts.recorder
    await server.store.put(segment_at(row.id, late.number, late.writer), data)
    settled = await server.stored(Stored(recording=row.id, rows=(late,)))
    assert (settled.kept, settled.unwanted) == ((), (7_000_000,))
    assert await scene.stored() == before


async def test_pictures_keys_and_words_are_nowhere_in_clear(scene: Scene) -> None:
    await scene.begin()
    words, pixels, key = "marker-of-words-51", b"marker-of-pixels-52" * 3, "marker-key-53"
    await ask(scene.customer, r.Say, scene.session, text=words)
    async with scene.shared() as (sharer, viewer):
        await ask(scene.ana, r.RequestGrants, scene.session, tools=("control",))
        await ask(scene.customer, r.AnswerGrants, scene.session, allowed=True)
        patch = p.Patch(coding="deflate", data=pixels)
        await sharer.send_bytes(scene.draw.coded(patch, LEFT))
        await next_of(viewer, p.Patch)
        body = p.Key(down=True, code=key, key="X", modifiers=0)
        message = p.Message(stream=scene.draw.stream, sequence=1, time=0, body=body)
        await viewer.send_bytes(encode(message))
        await stored_of(scene, len(pixels))
    assert found_in(scene.folder, pixels[:19]) == found_in(scene.folder, key.encode()) == []
    assert all("deskside.db" in name for name in found_in(scene.folder, words.encode()))
    await scene.end()
    await scene.closed()
    await ask(scene.customer, r.EraseMyTexts, scene.session)
    await scene.server.parts.database.scrub()
    for marker in (pixels[:19], key.encode(), words.encode()):
        assert found_in(scene.folder, marker) == []
    assert words not in str(await scene.records(Kind.FACT))


def found_in(folder: Path, marker: bytes) -> list[str]:
    """The files below `folder` in which `marker` stands in clear."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if marker in path.read_bytes()]
