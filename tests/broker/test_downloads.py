"""The download page, and what comes from it: the same bytes under every name."""

import hashlib
import io
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from broker.catalogue import LANGUAGES
from broker.download_calls import System, Visiting, page, system_of
from broker.downloads import ARCHIVE_END, EXECUTABLE, TOLD, Told, archive_end, folder_of
from tests.broker.servers import Server, serving

PROGRAM = b"\x7fELF" + bytes(range(256)) * 37
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0"
TOLD_OF = Told(
    made_from="x",
    size=len(PROGRAM),
    digest=hashlib.sha256(PROGRAM).hexdigest(),
    system="Linux",
    machine="x86_64",
    libc="glibc 2.36",
)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path) as server:
        yield server


def put(data: Path) -> None:
    folder = folder_of(data)
    folder.mkdir(parents=True)
    (folder / EXECUTABLE).write_bytes(PROGRAM)
    (folder / ARCHIVE_END).write_bytes(archive_end(PROGRAM))
    TOLD.write(folder, TOLD_OF)


async def test_all_names_give_the_same_bytes_and_other_names_none(server: Server) -> None:
    assert (await server.call("GET", "/download/Deskside")).status == 404
    put(server.parts.config.data_folder)
    for name in ("Deskside", "Deskside-123456789", "Deskside-987654321"):
        plain = await server.call("GET", f"/download/{name}")
        assert plain.body == PROGRAM
        assert plain.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        packed = await server.call("GET", f"/download/{name}.tar.gz")
        with tarfile.open(fileobj=io.BytesIO(packed.body)) as archive:
            (member,) = archive.getmembers()
            assert (member.name, member.mode) == (name, 0o755)
            content = archive.extractfile(member)
            assert content
            assert content.read() == PROGRAM
    for name in ("deskside", "Deskside-12345678", "Deskside-1234567890", "Deskside.end.gz", "a"):
        assert (await server.call("GET", f"/download/{name}")).status == 404


def test_a_system_is_recognised_by_what_its_browser_says() -> None:
    assert system_of(LINUX) == "Linux"
    assert system_of(WINDOWS) == "Windows"
    assert system_of("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)") == "Darwin"
    assert system_of("Mozilla/5.0 (Linux; Android 15; Pixel 9)") == "other"
    assert system_of("") == "other"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_to_do_in_every_language(language: str) -> None:
    reader = Visiting(language=language, system="Linux", code="123456789")
    shown = page(reader, "Help & <Desk>", TOLD_OF, "n")
    assert "Help &amp; &lt;Desk&gt;" in shown
    assert 'href="/download/Deskside-123456789.tar.gz"' in shown
    assert 'href="/download/Deskside-123456789"' in shown
    assert "glibc 2.36" in shown
    assert TOLD_OF.digest in shown
    assert shown.count("<svg") == 5
    assert f"/?lang={language}&amp;code=123456789" in shown


@pytest.mark.parametrize("system", ["Windows", "Darwin", "other"])
def test_where_there_is_no_app_the_browser_is_offered(system: System) -> None:
    shown = page(Visiting(language="en", system=system), "Help", TOLD_OF, "n")
    assert "/download/" not in shown
    assert 'class="button main" href="/?lang=en"' in shown


def test_who_comes_from_a_chat_is_not_sent_into_another_one() -> None:
    systems: tuple[System, ...] = ("Linux", "Windows", "other")
    for system in systems:
        reader = Visiting(language="en", system=system, code="123456789", chat=True)
        shown = page(reader, "Help", TOLD_OF, "n")
        assert "other tab" in shown
        assert 'href="/?' not in shown


async def test_before_the_app_is_built_the_page_says_so(server: Server) -> None:
    reply = await server.call("GET", "/download?lang=de")
    assert reply.status == 200
    assert "Im Browser chatten" in reply.body.decode()
    assert "script" not in reply.headers["Content-Security-Policy"]
    assert (await server.call("GET", "/download?code=12")).status == 400
