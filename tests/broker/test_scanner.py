"""Files are looked at by ClamAV before anybody gets them, and never are not."""

from pathlib import Path

import pytest

from broker.clamd import BadScanner, CannotCheck, Clamd, NotChecked
from protocol import facts as f
from tests.broker.file_scene import PDF, file_scene
from tests.clamd import EICAR, FOUND, clamd, pieces


@pytest.mark.parametrize("address", ["clamd", "localhost:", ":3310", "host:port"])
def test_an_address_that_is_no_scanners_is_refused(address: str) -> None:
    with pytest.raises(BadScanner):
        Clamd(address)


async def test_the_daemon_finds_what_its_signature_names(tmp_path: Path) -> None:
    async with clamd(tmp_path) as socket:
        scanner = Clamd(socket)
        assert await scanner.find(pieces(EICAR)) == FOUND
        assert await scanner.find(pieces(EICAR[:20], EICAR[20:])) == FOUND
        assert await scanner.find(pieces(PDF, b"harmless" * 100_000)) == ""
        with pytest.raises(CannotCheck):
            await scanner.find(pieces(*[bytes(1024**2)] * 6))
    with pytest.raises(NotChecked):
        await scanner.find(pieces(PDF))


async def test_an_infected_file_is_withheld_recorded_and_deleted(
    data_folder: Path, tmp_path: Path
) -> None:
    async with clamd(tmp_path / "c") as socket, file_scene(data_folder, clamd=socket) as scene:
        bad = await scene.send("test.txt", EICAR)
        refused = await scene.heard(f.FileRefused, bad)
        assert (refused.why, refused.found, refused.size) == ("infected", FOUND, len(EICAR))
        assert refused.file_digest
        assert (await scene.link(bad)).status == 404
        good = await scene.send("a.pdf", PDF)
        await scene.heard(f.FileArrived, good)
        kinds = [type(fact) for fact in scene.ana.sessions[scene.session].facts]
        assert kinds.count(f.FileCheckBegun) == 2
        await scene.customer.until(lambda _: len(scene.stored()) == 1)


async def test_while_the_scanner_is_away_nobody_gets_anything(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.file_checks.LOOK_SECONDS", 0.2)
    folder = tmp_path / "c"
    async with file_scene(data_folder, clamd=str(folder / "clamd.ctl")) as scene:
        file = await scene.send("a.pdf", PDF)
        await scene.heard(f.FileCheckBegun, file)
        # It was tried, and in vain.
        await scene.server.parts.file_desk.checks._scan_all()
        assert (await scene.link(file)).status == 404
        assert scene.ana.sessions[scene.session].session.files[file].state == "checking"
        async with clamd(folder):
            await scene.heard(f.FileArrived, file)
        assert (await scene.fetch(file)).body == PDF
