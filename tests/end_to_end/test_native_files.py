"""Files to and from the native client's window, against a real server and a rep who sends and takes."""

import asyncio
import hashlib
from pathlib import Path

from protocol import requests as r
from tests.end_to_end.native_window import NativeWindow, desktop, native_window
from tests.end_to_end.rep_files import RepFiles
from tests.end_to_end.serving import Person, ask, linked, make_available, serving
from tests.end_to_end.test_files import pdf, png
from tests.end_to_end.test_native_client import agree, first_in_queue, start
from tests.end_to_end.x11_giver import drop_files, on_the_clipboard
from tests.waiting import until

LAST_IN_THE_LOG = ("shift+Tab", "shift+Tab")
"""From the message back, over the button that shares the screen."""


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def shown(rep: Person, session: str) -> None:
    """Wait until the customer has been shown all that the rep knows."""
    followed = rep.sessions[session]
    customer = followed.session.customer

    def knows(_: object) -> bool:
        known = followed.marks.get(customer)
        return known is not None and known.delivered >= followed.session.shown

    await rep.until(knows)


async def begin(window: NativeWindow, rep: Person) -> str:
    """Come from the start form to a talk."""
    await start(window)
    await agree(window)
    await window.is_about("May we record this session?")
    await agree(window)
    session = await first_in_queue(rep)
    await ask(rep, r.Accept, session)
    await window.is_about("Ana")
    return session


async def test_files_both_ways_through_the_window(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    manual, notes = pdf(3_000_000), b"It blinks."
    (home / "notes.txt").write_bytes(notes)
    (home / "report.pdf").write_bytes(manual)
    with desktop() as display:
        async with (
            serving(tmp_path) as server,
            linked(server, "ana") as rep,
            native_window(display, "--broker", server.url, HOME=str(home)) as window,
        ):
            await make_available(rep)
            session = await begin(window, rep)
            files = RepFiles(server, rep, session)

            # A rep's file is taken, and saved where the customer says.
            file = await files.offer("manual.pdf", len(manual))
            await shown(rep, session)
            await window.press(*LAST_IN_THE_LOG, "space")
            await files.heard_accepted(file)
            await files.send(file, manual)
            await files.arrived(file)
            await shown(rep, session)
            await window.press(*LAST_IN_THE_LOG, "space")
            await window.shows("^Save as")
            await window.type(str(home / "kept.pdf"))
            await window.press("Return")
            await until((home / "kept.pdf").exists)
            assert (home / "kept.pdf").read_bytes() == manual

            # Several are chosen at once; a screenshot is pasted; files are dropped.
            await window.shows()
            await window.press("Tab", "space")
            await window.shows("^Attach file")
            await window.type(f"{home}/notes.txt {home}/report.pdf")
            await window.press("Return")
            for name, content in (("notes.txt", notes), ("report.pdf", manual)):
                assert (await files.took_named(name)).file_digest == digest(content)
            await window.shows()
            shot = png(320, 200)
            with on_the_clipboard(display, "image/png", shot):
                await window.press("ctrl+v")
                assert (await files.took_named("screenshot-")).file_digest == digest(shot)
            (home / "setup.exe").write_bytes(b"MZ")
            (home / "dropped.txt").write_bytes(b"Dropped.")
            await asyncio.to_thread(drop_files, display, [home / "setup.exe", home / "dropped.txt"])
            assert (await files.took_named("dropped.txt")).file_digest == digest(b"Dropped.")
            # What the site does not take was not even offered.
            assert "setup.exe" not in files.names()

            await ask(rep, r.End, session)
            await window.is_about("Chat ended")
            await window.close_for_good()
            assert await window.process.wait() == 0
    assert (home / "kept.pdf").read_bytes() == manual
