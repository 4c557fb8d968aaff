"""Files of a case at a real broker: sent, paused, cancelled, saved, without a window."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from customer_client import file_traffic
from customer_client.casework import Casework
from customer_client.file_pace import Pace
from customer_client.file_traffic import problem_of
from customer_client.screen.display import DisplayLost
from customer_client.window import deeds as d
from customer_client.window.state import Case, Local
from protocol import facts as f
from protocol import messages as m
from protocol import requests as r
from protocol.terms import Rules
from tests.broker.file_scene import PDF, FileScene, bmp
from tests.broker.people import linked
from tests.broker.servers import serving
from tests.end_to_end.serving import ask, make_available
from tests.waiting import until

CONTENT = PDF + bytes(range(256)) * 9000
QUESTIONS: dict[str, tuple[type[r.Request], str, dict[str, Any]]] = {
    "agreement": (r.AcceptAgreement, "agreement_digest", {}),
    "recording": (r.AnswerRecording, "recording_digest", {"allowed": True}),
}


@dataclass
class CaseScene:
    """A customer's `casework` and, as `files`, what the rep does."""

    casework: Casework
    files: FileScene
    cases: list[Case]

    @property
    def case(self) -> Case:
        return self.cases[-1]

    def state(self, file: str) -> str:
        """Return what the session says of a file."""
        session = self.case.session
        return session.files[file].state if session and file in session.files else ""

    def do(self, deed: d.Deed) -> None:
        self.casework.do(deed, Local())

    async def until(self, holds: Callable[[Case], Any]) -> Any:
        await until(lambda: self.cases and holds(self.case))
        return holds(self.case)

    async def offered(self, name: str) -> str:
        """Wait until a file of this name is offered to the rep; return what it is called."""

        def found(_: Any) -> list[str]:
            offers = self.files.facts(f.FileOffered)
            return [fact.file for fact in offers if fact.name.startswith(name)]

        await self.files.ana.until(found)
        return found(None)[0]

    async def answer(self, file: str, *, accepted: bool = True) -> None:
        await ask(self.files.ana, r.AnswerFile, self.files.session, file=file, accepted=accepted)


def _no_display() -> Any:
    raise DisplayLost


@asynccontextmanager
async def case_scene(folder: Path) -> AsyncIterator[CaseScene]:
    cases: list[Case] = []
    async with serving(folder) as server, aiohttp.ClientSession() as http:
        account = await server.add("ana", "rep")
        cookie = await server.sign_in(account)
        async with linked(server, cookie=cookie) as ana:
            await make_available(ana)
            casework = Casework(server.url, http, cases.append, _no_display)
            async with asyncio.TaskGroup() as group:
                group.create_task(casework.run("en"))
                await until(lambda: cases and cases[-1].available)
                casework.do(d.Start(issue="computer"), Local())
                await until(lambda: cases[-1].session)
                while (session := cases[-1].session) and session.state in QUESTIONS:
                    kind, rule, more = QUESTIONS[session.state]
                    digest = getattr(session.rules, rule)
                    casework.do(d.Ask(kind=kind, about={"digest": digest, **more}), Local())
                    await until(lambda: cases[-1].session != session)
                assert session
                await until(lambda: cases[-1].session and cases[-1].session.state == "waiting")
                await ask(ana, r.Accept, session.id)
                await ana.follow(session.id)
                await until(lambda: cases[-1].session and cases[-1].session.state == "talking")
                files = FileScene(server, session.id, ana, ana, account, cookie, "", folder)
                try:
                    yield CaseScene(casework, files, cases)
                finally:
                    casework.close()


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[CaseScene]:
    async with case_scene(tmp_path / "data") as scene:
        yield scene


async def test_what_is_accepted_is_sent_and_shows_how_far_it_is(
    scene: CaseScene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Here all of it may be sent before anything would be shown.
    monkeypatch.setattr(file_traffic, "SHOWN_EVERY_SECONDS", 0.0)
    path = tmp_path / "a.pdf"
    path.write_bytes(CONTENT)
    scene.do(d.SendFiles(paths=(str(path),)))
    file = await scene.offered("a.pdf")
    assert not scene.case.files
    await scene.answer(file)
    arrived = await scene.files.heard(f.FileArrived, file)
    assert arrived.file_digest == hashlib.sha256(CONTENT).hexdigest()
    shown = [case.files[file].done for case in scene.cases if file in case.files]
    assert shown == sorted(shown)
    assert shown[-1] > 0


async def test_what_cannot_be_sent_is_said_and_nobody_is_asked(
    scene: CaseScene, tmp_path: Path
) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "setup.exe").write_bytes(b"MZ")
    with (tmp_path / "large.pdf").open("wb") as large:
        large.truncate(20 * 1024**2 + 1)
    names = ("empty.txt", "setup.exe", "large.pdf", "gone.txt")
    scene.do(d.SendFiles(paths=tuple(str(tmp_path / name) for name in names)))
    await scene.until(lambda case: len(case.unsent) == len(names))
    assert {each.name: each.problem for each in scene.case.unsent} == {
        "empty.txt": "file_empty",
        "setup.exe": "file_kind",
        "large.pdf": "file_too_large",
        "gone.txt": "unreadable",
    }
    assert scene.files.facts(f.FileOffered) == []
    scene.do(d.DismissFile(file=scene.case.unsent[0].id))
    assert len(scene.case.unsent) == len(names) - 1


async def test_a_file_pauses_and_goes_on_whoever_wants_it(scene: CaseScene) -> None:
    scene.do(d.SendPicture(content=bmp(900, 900)))
    file = await scene.offered("screenshot-")
    scene.do(d.HoldFile(file=file, held=True))
    await scene.answer(file)
    await until(lambda: scene.state(file) == "accepted")
    scene.do(d.HoldFile(file=file, held=True))
    await scene.files.ana.until(lambda link: link.last.get(m.FileHeld))
    assert scene.case.files[file].held
    assert not scene.files.stored()
    # The rep lets it go on.
    await scene.files.ana.signal(m.HoldFile(session=scene.files.session, file=file, held=False))
    arrived = await scene.files.heard(f.FileArrived, file)
    assert arrived.size == len(bmp(900, 900))


async def test_what_is_paused_just_as_the_line_is_lost_stays_so(scene: CaseScene) -> None:
    scene.do(d.SendPicture(content=bmp(900, 900)))
    file = await scene.offered("screenshot-")
    # Before it is accepted nobody has to know, so nothing of it goes out afterwards.
    scene.do(d.HoldFile(file=file, held=True))
    await scene.answer(file)
    await until(lambda: scene.state(file) == "accepted")
    for link in tuple(scene.files.server.parts.links._links.values()):
        if link.role == "customer":
            link.abort()
    # What is said now reaches nobody.
    scene.do(d.HoldFile(file=file, held=True))
    await scene.files.ana.until(lambda link: link.last.get(m.FileHeld))
    assert scene.case.files[file].held
    holds = await scene.files.server.parts.file_desk.files.holds_in(scene.files.session)
    assert holds == {file: True}


async def test_a_file_that_is_declined_or_withdrawn_is_not_sent(
    scene: CaseScene, tmp_path: Path
) -> None:
    for name in ("no.pdf", "back.pdf"):
        (tmp_path / name).write_bytes(CONTENT)
        scene.do(d.SendFiles(paths=(str(tmp_path / name),)))
    await scene.answer(await scene.offered("no.pdf"), accepted=False)
    back = await scene.offered("back.pdf")
    scene.do(d.Ask(kind=r.WithdrawFile, about={"file": back}))
    await scene.files.heard(f.FileWithdrawn, back)
    assert not scene.files.stored()


async def test_a_reps_file_is_fetched_only_when_it_is_to_be_saved(
    scene: CaseScene, tmp_path: Path
) -> None:
    file = await _from_the_rep(scene, "a.pdf", CONTENT)
    await until(lambda: scene.state(file) == "arrived")
    assert scene.case.saved == {}
    scene.do(d.SaveFileAs(file=file, path=str(tmp_path / "none" / "a.pdf")))
    await scene.until(lambda case: case.saved[file].state == "unwritable")
    scene.do(d.SaveFileAs(file=file, path=str(tmp_path / "mine.pdf")))
    await scene.until(lambda case: case.saved[file].state == "saved")
    assert (tmp_path / "mine.pdf").read_bytes() == CONTENT


async def test_a_picture_is_shown_small(scene: CaseScene) -> None:
    file = await _from_the_rep(scene, "a.bmp", bmp(40, 30))
    preview = await scene.until(lambda case: case.previews.get(file))
    assert preview[8:12] == b"WEBP"


async def test_how_far_a_reps_file_is_is_told(scene: CaseScene) -> None:
    file = await _offer(scene, "a.pdf", len(CONTENT))
    reply = await scene.files.create(file, len(CONTENT), scene.files.rep)
    await scene.files.patch(reply.headers["Location"], 0, CONTENT[:70_000], scene.files.rep)
    await scene.until(lambda case: file in case.files and case.files[file].done == 70_000)


async def _offer(scene: CaseScene, name: str, size: int) -> str:
    await ask(scene.files.ana, r.OfferFile, scene.files.session, file=name, name=name, size=size)
    await until(lambda: scene.state(name) == "offered")
    scene.do(d.Ask(kind=r.AnswerFile, about={"file": name, "accepted": True}))
    await scene.files.heard(f.FileAnswered, name)
    return name


async def _from_the_rep(scene: CaseScene, name: str, content: bytes) -> str:
    file = await _offer(scene, name, len(content))
    reply = await scene.files.create(file, len(content), scene.files.rep)
    await scene.files.patch(reply.headers["Location"], 0, content, scene.files.rep)
    await scene.files.heard(f.FileArrived, file)
    return file


def test_a_file_is_judged_by_the_rules_of_the_session() -> None:
    rules = Rules(file_bytes=10, file_kinds=("pdf",))
    assert problem_of("a.pdf", 10, rules) == ""
    assert problem_of("a.pdf", 11, rules) == "file_too_large"
    assert problem_of("a.txt", 10, rules) == "file_kind"
    assert problem_of("a.pdf", 0, rules) == "file_empty"


def test_a_pace_is_a_mean_that_forgets() -> None:
    pace = Pace()
    assert pace.at(0, 1.0) == 0.0
    assert pace.at(1000, 2.0) == 1000.0
    assert pace.at(1500, 2.05) == 1000.0  # too soon to say
    slower = pace.at(1500, 3.0)
    assert 0 < slower < 1000.0
    assert pace.at(0, 4.0) == 0.0
