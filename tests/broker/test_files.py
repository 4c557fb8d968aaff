"""Files of sessions: who gets them, what is taken, where they lie, and when they are gone."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from broker import schema
from broker.file_calls import _headers
from broker.file_links import LINK_SECONDS
from customer_client.link import Link
from protocol import facts as f
from protocol import requests as r
from protocol.messages import FileHeld, FileProgress, HoldFile
from protocol.session import Refused
from tests.broker.file_scene import PDF, FileScene, file_scene
from tests.broker.people import linked
from tests.broker.servers import serving
from tests.end_to_end.serving import ask, begin
from tests.protocol.test_file_names import NAMES
from tests.s3 import s3_server
from tests.waiting import until

PROGRAM = b"MZ\x90\x00" + bytes(4000)


@pytest.fixture
async def scene(data_folder: Path) -> AsyncIterator[FileScene]:
    async with file_scene(data_folder) as scene:
        yield scene


# --- both ways


@pytest.mark.parametrize("by_rep", [False, True])
async def test_what_one_side_sends_the_other_gets(scene: FileScene, by_rep: bool) -> None:
    file = await scene.send("Bericht Übersicht.pdf", PDF, by_rep=by_rep)
    for who in (scene.rep, scene.max):
        link = await scene.link(file, who)
        reply = await scene.server.call("GET", link.json["content"])
        assert (reply.status, reply.body) == (200, PDF)
        assert reply.headers["Content-Type"] == "application/octet-stream"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in reply.headers["Content-Security-Policy"]
        disposition = reply.headers["Content-Disposition"]
        assert disposition.startswith('attachment; filename="Bericht _bersicht.pdf"')
        assert disposition.endswith("''Bericht%20%C3%9Cbersicht.pdf")


async def test_a_part_of_a_file_can_be_fetched(scene: FileScene) -> None:
    content = b"%PDF-" + bytes(3 * 1024**2)
    file = await scene.send("a.pdf", content)
    for wanted, start, end in (
        ("bytes=0-4", 0, 5),
        ("bytes=1048570-1048580", 1048570, 1048581),
        ("bytes=-7", len(content) - 7, len(content)),
        ("bytes=2000000-", 2000000, len(content)),
    ):
        reply = await scene.fetch(file, Range=wanted)
        assert (reply.status, reply.body) == (206, content[start:end])
        assert reply.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(content)}"
    assert (await scene.fetch(file, Range=f"bytes={len(content)}-")).status == 416


async def test_who_waits_is_told_how_far_it_is(scene: FileScene) -> None:
    file, path = await scene.begun("a.pdf", len(PDF))
    await scene.patch(path, 0, PDF[:5000])

    await scene.ana.until(lambda link: link.last.get(FileProgress))
    progress = scene.ana.last[FileProgress]
    assert isinstance(progress, FileProgress)
    assert (progress.file, progress.received) == (file, 5000)
    await scene.ana.signal(HoldFile(session=scene.session, file=file, held=True))
    await scene.customer.until(lambda link: link.last.get(FileHeld))
    held = scene.customer.last[FileHeld]
    assert isinstance(held, FileHeld)
    assert (held.file, held.held) == (file, True)


async def test_who_was_away_hears_what_is_paused_when_they_come(scene: FileScene) -> None:
    # Nothing of the first has come yet, and of the second a part.
    names = (await scene.offer("a.pdf", len(PDF)), (await scene.begun("b.pdf", len(PDF)))[0])
    for held in (True, False):
        for file in names:
            await scene.ana.signal(HoldFile(session=scene.session, file=file, held=held))
            await scene.ana.until(partial(_says, file=file, held=held))
        heard: dict[str, bool] = {}
        async with linked(scene.server, token=scene.token, told=_noting(heard)) as back:
            await back.follow(scene.session)
            await until(partial(heard.keys().__ge__, set(names)))
        assert heard == dict.fromkeys(names, held)


async def test_only_who_takes_part_pauses_and_only_what_is_on_its_way(scene: FileScene) -> None:
    file = await scene.send("a.pdf", PDF)
    await scene.heard(f.FileArrived, file)
    on_its_way = await scene.offer("b.pdf", len(PDF))
    lead = await scene.server.add("lena", "lead")
    cookie = await scene.server.sign_in(lead)
    async with linked(scene.server, cookie=cookie) as lena:
        await lena.follow(scene.session)
        await lena.until(lambda link: link.sessions[scene.session].session)
        await lena.signal(HoldFile(session=scene.session, file=on_its_way, held=True))
        # Her link answers in order: what she said before was heard.
        with pytest.raises(Refused):
            await ask(lena, r.AnswerFile, scene.session, file=on_its_way, accepted=False)
    for name in (file, "none"):
        await scene.ana.signal(HoldFile(session=scene.session, file=name, held=True))
    await scene.ana.signal(HoldFile(session=scene.session, file=on_its_way, held=False))
    await scene.ana.until(partial(_says, file=on_its_way, held=False))
    holds = await scene.server.parts.file_desk.files.holds_in(scene.session)
    assert holds == {on_its_way: False}


def _says(link: Link, file: str, *, held: bool) -> bool:
    said = link.last.get(FileHeld)
    return isinstance(said, FileHeld) and (said.file, said.held) == (file, held)


def _noting(heard: dict[str, bool]) -> Callable[[Any], None]:
    def note(frame: Any) -> None:
        if isinstance(frame, FileHeld):
            heard[frame.file] = frame.held

    return note


# --- what is taken


async def test_a_program_that_is_called_an_invoice_is_refused_at_its_first_bytes(
    scene: FileScene,
) -> None:
    file, path = await scene.begun("invoice.pdf", 100_000)
    reply = await scene.patch(path, 0, PROGRAM)
    assert (reply.status, reply.error) == (415, "file_kind")
    refused = await scene.heard(f.FileRefused, file)
    assert refused.why == "kind"
    assert (await scene.link(file)).status == 404
    await until(lambda: not scene.stored())


async def test_what_turns_out_at_the_end_to_be_something_else_is_refused_too(
    scene: FileScene,
) -> None:
    text = b"a" * 5000
    notes, path = await scene.begun("notes.txt", len(text) + 1)
    assert (await scene.patch(path, 0, text)).status == 204
    assert (await scene.patch(path, len(text), b"\x00")).status == 415
    # It begins as a letter does, but none is packed in it.
    letter, path = await scene.begun("letter.docx", 5004)
    assert (await scene.patch(path, 0, b"PK\x03\x04" + text)).status == 415
    for file, size in ((notes, 5001), (letter, 5004)):
        refused = await scene.heard(f.FileRefused, file)
        assert (refused.why, refused.size) == ("kind", size)


async def test_limits_are_settings_of_the_site(data_folder: Path) -> None:
    async with serving(data_folder) as server:
        account = await server.add("ana", "rep")
        _, token = await server.visitor()
        cookie = await server.sign_in(account)
        async with linked(server, cookie=cookie) as ana, linked(server, token=token) as customer:
            scene = FileScene(server, "", ana, customer, account, cookie, token, data_folder)
            await scene.rule(file_bytes=10, file_kinds=("text",), files_unasked="customers")
            scene.session = await begin(customer, ana)
            offer: dict[str, Any] = {
                "session": scene.session,
                "file": "a",
                "name": "a.txt",
                "size": 10,
            }
            wrongs: tuple[dict[str, Any], ...] = ({"size": 11}, {"name": "a.pdf"})
            for wrong in wrongs:
                with pytest.raises(Exception, match="file_"):
                    await ask(customer, r.OfferFile, **{**offer, **wrong})
            await ask(customer, r.OfferFile, **offer)
            reply = await scene.create("a", 10)
            assert reply.status == 201
            assert (await scene.patch(reply.headers["Location"], 0, b"0123456789")).status == 204
            await scene.heard(f.FileArrived, "a")


# --- rights


async def test_nobody_gets_a_file_of_a_session_that_is_not_theirs(scene: FileScene) -> None:
    file, path = await scene.begun("a.pdf", len(PDF))
    _, stranger = await scene.server.visitor()
    nia = await scene.server.sign_in(await scene.server.add("nia", "rep", ("network",)))
    for who in ({"token": stranger}, {"cookie": nia}):
        for method in ("HEAD", "PATCH", "DELETE"):
            reply = await scene.tus(method, path, b"%PDF-", who=who, Upload_Offset="0")
            assert reply.status == 404, method
        assert (await scene.create(file, len(PDF), who)).status == 404
    await scene.patch(path, 0, PDF)
    for who in ({"token": stranger}, {"cookie": nia}):
        assert (await scene.link(file, who)).status == 404
    for guess in ("0" * 32, file, "..", "%2e%2e", path.rpartition("/")[2]):
        reply = await scene.server.call("GET", f"/v1/files/{guess}/content?ticket=x")
        assert reply.status in (400, 404), guess


async def test_a_link_works_for_a_minute_for_its_file_and_while_its_holder_may_read(
    scene: FileScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = [await scene.send("a.pdf", PDF) for _ in range(2)]
    one, two = [(await scene.link(file)).json["content"] for file in (first, second)]
    mixed = one.partition("?")[0] + "?" + two.partition("?")[2]
    assert (await scene.server.call("GET", mixed)).status == 404
    assert (await scene.server.call("GET", one)).status == 200
    links = scene.server.parts.file_desk.links
    clock = links._clock
    monkeypatch.setattr(links, "_clock", lambda: clock() + LINK_SECONDS * 1000 + 1)
    assert (await scene.server.call("GET", one)).status == 404
    monkeypatch.undo()
    assert (await scene.server.call("GET", one)).status == 200
    await scene.server.parts.accounts.disable(scene.account.id)
    assert (await scene.server.call("GET", one)).status == 404


async def test_nobody_gets_a_file_that_has_not_arrived(scene: FileScene) -> None:
    file, path = await scene.begun("a.pdf", len(PDF))
    assert (await scene.link(file)).status == 404
    await scene.patch(path, 0, PDF[:-1])
    assert (await scene.link(file)).status == 404


# --- at rest


async def test_files_lie_sealed_under_names_of_our_own(scene: FileScene) -> None:
    marked = b"%PDF-" + b"confidential " * 1000
    await scene.send("../../etc/passwd.pdf", marked)
    stored = scene.stored()
    assert stored
    for path in stored:
        assert b"confidential" not in path.read_bytes()
        assert re.fullmatch(r"[0-9a-f-]+", path.name)
    assert len({path.parent for path in stored}) == 1
    keys = await scene.server.parts.database.read(
        lambda conn: conn.execute(schema.file_keys.select()).all()
    )
    assert len(keys) == 1


def test_a_thousand_names_put_nothing_but_a_name_into_a_header() -> None:
    told = r"""attachment; filename="[^"\\/%;\x00-\x1f\x7f]+"; filename\*=UTF-8''[\w.~%-]+"""
    for name in NAMES:
        value = _headers(name)["Content-Disposition"]
        assert re.fullmatch(told, value, re.ASCII), (name, value)


async def test_a_file_that_was_tampered_with_is_not_given_out(scene: FileScene) -> None:
    file = await scene.send("a.pdf", PDF)
    other = await scene.send("b.pdf", PDF)
    [path] = [path for path in scene.stored() if path.parent == scene.stored()[0].parent]
    sealed = bytearray(path.read_bytes())
    sealed[40] ^= 1
    path.write_bytes(sealed)
    statuses = [(await scene.fetch(each)).status for each in (file, other)]
    assert sorted(statuses) == [200, 410]


async def test_a_piece_opens_in_no_other_file(scene: FileScene) -> None:
    for name in ("a.pdf", "b.pdf"):
        await scene.send(name, PDF)
    one, two = scene.stored()
    shutil.copy(one, two)
    found = [(await scene.fetch(file)).status for file in ("file-0", "file-1")]
    assert sorted(found) == [200, 410]


async def test_files_may_lie_in_a_bucket(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "s3"
    folder.mkdir()
    async with s3_server(folder) as bucket:
        for name, value in bucket.options.items():
            monkeypatch.setenv(f"AWS_{name.upper()}", value)
        async with file_scene(data_folder, blobs=f"{bucket.address}/desk") as scene:
            content = b"%PDF-" + bytes(3 * 1024**2)
            file, path = await scene.begun("a.pdf", len(content))
            assert (await scene.patch(path, 0, content[:1_500_000])).status == 204
            assert (await scene.patch(path, 1_500_000, content[1_500_000:])).status == 204
            assert (await scene.fetch(file)).body == content
            assert not scene.stored()


# --- cut lines, and brokers that end


async def _stalled(scene: FileScene, path: str, content: bytes, sent: int) -> asyncio.StreamWriter:
    """Begin to send `content`, and stop after `sent` bytes; the line stays open."""
    host, port = scene.server.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = (
        f"PATCH {path} HTTP/1.1\r\nHost: {host}\r\nTus-Resumable: 1.0.0\r\n"
        f"Authorization: Bearer {scene.token}\r\nUpload-Offset: 0\r\n"
        f"Content-Type: application/offset+octet-stream\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    writer.write(head.encode() + content[:sent])
    await writer.drain()
    return writer


async def test_a_line_that_is_cut_loses_nothing_that_came(scene: FileScene) -> None:
    content = b"%PDF-" + bytes(range(256)) * 12_000
    file, path = await scene.begun("a.pdf", len(content))
    writer = await _stalled(scene, path, content, sent := 2 * 1024**2)
    await until(lambda: len(scene.stored()) == 2)
    # The line is not closed, only dead: whoever comes back need not wait for it.
    offset = int((await scene.tus("HEAD", path)).headers["Upload-Offset"])
    assert offset == sent
    assert (await scene.patch(path, offset, content[offset:])).status == 204
    writer.close()
    assert (await scene.fetch(file)).body == content


async def test_what_came_before_a_line_stalls_counts_while_it_does(scene: FileScene) -> None:
    content = b"%PDF-" + bytes(range(256)) * 12_000
    file, path = await scene.begun("a.pdf", len(content))
    writer = await _stalled(scene, path, content, sent := 1024**2 + 1000)

    progress = FileProgress(session=scene.session, file=file, received=sent)
    await scene.ana.until(lambda link: link.last.get(FileProgress) == progress)
    writer.write(content[sent:])
    await scene.heard(f.FileArrived, file)
    writer.close()
    assert (await scene.fetch(file)).body == content


async def test_a_file_goes_on_at_the_next_broker(data_folder: Path) -> None:
    content = b"%PDF-" + bytes(range(256)) * 9_000
    async with file_scene(data_folder) as scene:
        file, path = await scene.begun("a.pdf", len(content))
        assert (await scene.patch(path, 0, content[:1_500_000])).status == 204
        known = scene
    async with serving(data_folder) as server, linked(server, cookie=known.cookie) as ana:
        await ana.follow(known.session)
        scene = FileScene(
            server,
            known.session,
            ana,
            known.customer,
            known.account,
            known.cookie,
            known.token,
            data_folder,
        )
        offset = int((await scene.tus("HEAD", path)).headers["Upload-Offset"])
        assert offset == 1_500_000
        assert (await scene.patch(path, offset, content[offset:])).status == 204
        assert (await scene.fetch(file)).body == content


# --- gone


async def test_a_customers_files_go_with_their_words_and_the_reps_stay(scene: FileScene) -> None:
    mine = await scene.send("a.pdf", PDF)
    theirs = await scene.send("b.pdf", PDF, by_rep=True)
    await ask(scene.customer, r.EraseMyTexts, scene.session)
    assert (await scene.link(mine)).status == 404
    assert (await scene.fetch(theirs)).body == PDF
    keys = await scene.server.parts.database.read(
        lambda conn: conn.execute(schema.file_keys.select()).all()
    )
    assert [key.side for key in keys] == ["reps"]
    await until(lambda: len(scene.stored()) == 1)


async def test_deleting_a_session_deletes_its_files(scene: FileScene) -> None:
    for by_rep in (False, True):
        await scene.send("a.pdf", PDF, by_rep=by_rep)
    await ask(scene.customer, r.End, scene.session)
    lead = await scene.server.sign_in_as("lead")
    path = f"/v1/sessions/{scene.session}/delete"
    await scene.server.call("GET", f"/v1/sessions/{scene.session}/transcript", cookie=lead)
    assert (await scene.server.call("POST", path, {}, cookie=lead)).status == 204
    await until(lambda: not scene.stored())
    keys = await scene.server.parts.database.read(
        lambda conn: conn.execute(schema.file_keys.select()).all()
    )
    assert keys == []


async def test_a_file_can_be_fetched_after_the_end(scene: FileScene) -> None:
    file = await scene.send("a.pdf", PDF)
    await ask(scene.customer, r.End, scene.session)
    assert (await scene.fetch(file)).body == PDF
