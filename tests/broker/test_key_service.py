"""A site whose keys are wrapped by a real token (SoftHSM): recorded, sent and read with it, and not without."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa

from broker import schema
from broker.cli import main
from broker.config import BadSetting, Config
from broker.file_rows import use_of
from broker.recording_keys import RecordingKeys, open_site_keys
from protocol import picture as p
from protocol import requests as r
from recordings.form import STRETCH, Kind
from recordings.keys import FILE, SiteKeys
from recordings.wrapping import CannotUnwrap
from tests.broker.file_scene import PDF, file_scene
from tests.broker.people import next_of, opened
from tests.broker.recorded_sessions import Scene, recorded_scene
from tests.broker.relay.pictures import Drawing
from tests.broker.servers import serving
from tests.end_to_end.serving import ask
from tests.softhsm import SoftHsm, softhsm


@pytest.fixture
def hsm(tmp_path: Path) -> Iterator[SoftHsm]:
    with softhsm(tmp_path / "hsm") as hsm:
        yield hsm


@pytest.fixture
def service(hsm: SoftHsm) -> str:
    return hsm.make("vault")


@pytest.fixture
async def scene(data_folder: Path, service: str) -> AsyncIterator[Scene]:
    async with recorded_scene(data_folder, {"key_service": service}) as scene:
        yield scene


async def test_a_recording_opens_with_the_token_alone(scene: Scene) -> None:
    await scene.begin()
    async with scene.shared() as (sharer, viewer):
        await scene.paint(sharer, viewer, 10)
    await scene.end()
    recording = (await scene.closed()).id
    assert not (await scene.proof()).broken
    assert await scene.records(Kind.PICTURE)
    by_file = RecordingKeys(scene.server.parts.database, "main", SiteKeys(scene.folder / FILE))
    with pytest.raises(CannotUnwrap):
        await by_file.of(recording)


async def test_nothing_is_shown_while_the_token_is_away_and_it_goes_on_by_itself(
    scene: Scene, hsm: SoftHsm
) -> None:
    await scene.begin()
    async with scene.shared() as (sharer, viewer):
        await scene.paint(sharer, viewer, 10)
    await scene.end()
    recording = (await scene.closed()).id
    officer = await scene.server.sign_in_as("compliance")
    look = await scene.server.call("POST", f"/v1/recordings/{recording}/open", cookie=officer)
    path = f"/v1/recordings/{recording}/segments?look={look.json['look']}"
    path += f"&first={STRETCH}&last={STRETCH}"
    stored = len(await scene.stored())

    await scene.begin()
    with ExitStack() as away:
        away.enter_context(hsm.away())
        reply = await scene.server.call("GET", path, cookie=officer)
        assert (reply.status, reply.error) == (503, "recording_key_service")
        await ask(scene.customer, r.ShareScreen, scene.session, what="screen")
        draw = Drawing()
        async with (
            opened(scene.server, scene.session, token=scene.token) as sharer,
            opened(scene.server, scene.session, cookie=scene.cookie) as viewer,
        ):
            for data in (draw.screen(), draw.whole()):
                await sharer.send_bytes(data)
            await scene.customer.until(lambda _: _is_paused(scene))
            assert len(await scene.stored()) == stored
            away.close()
            await scene.customer.until(lambda _: not _is_paused(scene))
            await sharer.send_bytes(draw.whole())
            await next_of(viewer, p.Patch)
    assert (await scene.server.call("GET", path, cookie=officer)).status == 200


def _is_paused(scene: Scene) -> bool:
    return scene.customer.sessions[scene.session].session.sharing_paused


@pytest.mark.parametrize("kind", ["file", "token"])
async def test_files_open_after_the_key_was_changed_and_the_old_one_forgotten(
    data_folder: Path, service: str, kind: str
) -> None:
    async with file_scene(data_folder, key_service=service if kind == "token" else "") as scene:
        file = await scene.send("sheet.pdf", PDF)
        parts = scene.server.parts
        # As the command does, in another process.
        office = RecordingKeys(parts.database, "main", open_site_keys(parts.config))
        await office.rotate(drop_old=False)
        await office.rotate(drop_old=True)
        assert (await scene.fetch(file)).body == PDF


async def test_a_site_with_a_file_goes_over_to_a_token(data_folder: Path, service: str) -> None:
    async with file_scene(data_folder) as scene:
        session, file = scene.session, await scene.send("sheet.pdf", PDF)
    async with serving(data_folder, key_service=service) as server:
        parts = server.parts
        office = RecordingKeys(parts.database, "main", open_site_keys(parts.config))
        await office.rotate(drop_old=False)
        await office.rotate(drop_old=True)
        files = parts.file_desk.files
        row = await files.find_in(session, file)
        assert row
        assert b"".join([piece async for piece in files.read(row, row.by)]) == PDF
        wrapped = await parts.database.read(
            lambda conn: bytes(conn.scalar(sa.select(schema.file_keys.c.wrapped)) or b"")
        )
        with pytest.raises(CannotUnwrap):
            SiteKeys(data_folder / FILE).unwrap(session, use_of(row.side(row.by)), wrapped)


def test_the_command_checks_the_service_and_says_what_is_wrong(
    service: str,
    hsm: SoftHsm,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DESKSIDE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DESKSIDE_KEY_SERVICE", service)
    assert main(["keys", "check"]) == 0
    assert "“vault” wraps keys" in capsys.readouterr().out
    # As for the next command, which is another process.
    hsm.begin_anew()
    hsm.address("vault", "wrong and wrong")
    assert main(["keys", "rotate"]) == 1
    assert "“vault”: the PIN is wrong" in capsys.readouterr().err
    monkeypatch.setenv("DESKSIDE_KEY_SERVICE", "pkcs11:token=vault")
    assert main(["keys", "check"]) == 2
    assert "DESKSIDE_KEY_SERVICE: module-path is missing" in capsys.readouterr().err


def test_an_address_of_a_service_is_refused_when_the_server_is_set_up() -> None:
    with pytest.raises(BadSetting, match="DESKSIDE_KEY_SERVICE"):
        Config(key_service="kms://example")
