"""The broker speaks tus 1.0.0: core, creation, checksum, expiration, termination."""

import base64
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from protocol import facts as f
from protocol import requests as r
from tests.broker.file_scene import PDF, FileScene, file_scene
from tests.end_to_end.serving import ask


@pytest.fixture
async def scene(data_folder: Path) -> AsyncIterator[FileScene]:
    async with file_scene(data_folder) as scene:
        yield scene


async def test_it_says_what_it_speaks(scene: FileScene) -> None:
    reply = await scene.server.call("OPTIONS", "/v1/files")
    assert (reply.status, reply.headers["Tus-Version"]) == (204, "1.0.0")
    assert reply.headers["Tus-Extension"] == "creation,checksum,expiration,termination"
    assert "sha1" in reply.headers["Tus-Checksum-Algorithm"].split(",")


async def test_a_file_is_sent_in_pieces_and_arrives(scene: FileScene) -> None:
    file, path = await scene.begun("a.pdf", len(PDF))
    for start in range(0, len(PDF), 3000):
        reply = await scene.patch(path, start, PDF[start : start + 3000])
        end = min(start + 3000, len(PDF))
        assert (reply.status, reply.headers["Upload-Offset"]) == (204, str(end))
        if end < len(PDF):
            head = await scene.tus("HEAD", path)
            assert head.headers["Upload-Offset"] == str(end)
            assert head.headers["Upload-Length"] == str(len(PDF))
            assert head.headers["Cache-Control"] == "no-store"
            assert "Upload-Expires" in head.headers
    arrived = await scene.heard(f.FileArrived, file)
    assert (arrived.size, arrived.content) == (len(PDF), "pdf")
    assert arrived.file_digest == hashlib.sha256(PDF).hexdigest()
    fetched = await scene.fetch(file)
    assert fetched.body == PDF


async def test_other_versions_are_turned_down(scene: FileScene) -> None:
    _, path = await scene.begun("a.pdf", 9)
    for version in ("", "0.2.2", "1.0.1"):
        for method in ("HEAD", "PATCH", "DELETE"):
            reply = await scene.tus(method, path, Tus_Resumable=version)
            assert (reply.status, reply.headers["Tus-Version"]) == (412, "1.0.0"), method


async def test_bytes_are_taken_only_where_the_file_ends_and_up_to_its_size(
    scene: FileScene,
) -> None:
    _, path = await scene.begun("a.pdf", len(PDF))
    await scene.patch(path, 0, PDF[:100])
    for offset in (0, 99, 101):
        assert (await scene.patch(path, offset, b"x")).status == 409
    for wrong in ("", "-1", "1e3", "x", "9" * 30):
        assert (await scene.tus("PATCH", path, b"x", Upload_Offset=wrong)).status == 400
    assert (await scene.patch(path, 100, PDF[100:] + b"x")).status == 413
    assert (await scene.tus("HEAD", path)).headers["Upload-Offset"] == "100"
    plain = await scene.patch(path, 100, PDF[100:], Content_Type="text/plain")
    assert plain.status == 415
    assert (await scene.patch(path, 100, PDF[100:])).status == 204


async def test_what_does_not_fit_its_checksum_never_was_there(scene: FileScene) -> None:
    file, path = await scene.begun("a.pdf", len(PDF))
    right = base64.b64encode(hashlib.sha1(PDF).digest()).decode()
    for checksum, status in ((f"sha1 {right[:-2]}A=", 460), ("crc32 AAAA", 400), ("sha1 %", 400)):
        reply = await scene.patch(path, 0, PDF, Upload_Checksum=checksum)
        assert reply.status == status
        assert (await scene.tus("HEAD", path)).headers["Upload-Offset"] == "0"
    assert not scene.stored()
    reply = await scene.patch(path, 0, PDF, Upload_Checksum=f"sha1 {right}")
    assert reply.status == 204
    assert (await scene.fetch(file)).body == PDF


async def test_a_file_is_created_once_however_often_it_is_asked(scene: FileScene) -> None:
    file, path = await scene.begun("a.pdf", 9)
    again = await scene.create(file, 9)
    assert (again.status, again.headers["Location"]) == (201, path)


async def test_only_what_was_offered_and_accepted_is_created(scene: FileScene) -> None:
    assert (await scene.create("never", 9)).status == 404
    await ask(scene.customer, r.OfferFile, scene.session, file="open", name="a.pdf", size=9)
    assert (await scene.create("open", 9)).status == 409
    file = await scene.offer("a.pdf", 9)
    assert (await scene.create(file, 8)).status == 400
    too_large = await scene.create(file, 20 * 1024**2 + 1)
    assert (too_large.status, too_large.error) == (413, "file_too_large")
    assert too_large.headers["Tus-Max-Size"] == "20971520"
    assert "20971520" in too_large.json["message"]
    assert (await scene.create(file, 9, scene.rep)).status == 404
    for metadata in ("session %", "x" * 5000, "session \xff"):
        reply = await scene.tus(
            "POST",
            "/v1/files",
            Upload_Length="9",
            Upload_Metadata=metadata.encode().decode("latin-1"),
        )
        assert reply.status == 400


async def test_ending_an_upload_withdraws_the_file(scene: FileScene) -> None:
    file, path = await scene.begun("a.pdf", len(PDF))
    await scene.patch(path, 0, PDF[:5000])
    assert (await scene.tus("DELETE", path)).status == 204
    await scene.heard(f.FileWithdrawn, file)
    assert (await scene.tus("HEAD", path)).status == 404
    assert (await scene.patch(path, 5000, PDF[5000:])).status == 404
    await scene.customer.until(lambda _: not scene.stored())


async def test_who_can_send_only_post_says_what_they_mean(scene: FileScene) -> None:
    _, path = await scene.begun("a.pdf", 9)
    kind = {"Content_Type": "application/offset+octet-stream"}
    reply = await scene.tus(
        "POST", path, b"%PDF-", Upload_Offset="0", X_HTTP_Method_Override="PATCH", **kind
    )
    assert (reply.status, reply.headers["Upload-Offset"]) == (204, "5")
    assert (await scene.tus("POST", path, X_HTTP_Method_Override="PUT")).status == 400
    assert (await scene.tus("POST", path, X_HTTP_Method_Override="DELETE")).status == 204


async def test_a_page_of_another_site_cannot_send_with_a_reps_cookie(scene: FileScene) -> None:
    _, path = await scene.begun("a.pdf", 9, by_rep=True)
    for headers in ({"X_Deskside": "0"}, {"Origin": "https://evil.example"}):
        for method in ("PATCH", "DELETE"):
            reply = await scene.tus(method, path, b"x", who=scene.rep, Upload_Offset="0", **headers)
            assert reply.status == 403
