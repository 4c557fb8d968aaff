"""What officers make of recordings: comments, verdicts, holds, and what comes into their inbox."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from broker import schema
from broker.inbox_reviews import LATE_MS
from broker.trails import PAGE
from protocol import requests as r
from recordings.__main__ import main
from tests.broker.recorded_sessions import MovableClock, recorded_scene
from tests.broker.servers import Reply, Server, serving
from tests.broker.shelved import Shelves, party_of, story
from tests.protocol.life import CUSTOMER


class Office:
    """A broker, two officers, and recordings."""

    def __init__(
        self, server: Server, clock: MovableClock, cookies: tuple[str, str], ana: Any
    ) -> None:
        self.server = server
        self.clock = clock
        self.cora, self.carl = cookies
        self.ana = party_of(ana)

    async def recorded(self, *, allowed: bool = True, control: bool = False) -> str:
        """Put a recording there that ends now."""
        life = story(self.clock() - 60_000, rep=self.ana, allowed=allowed)
        if control:
            life.ask(r.RequestGrants, self.ana, tools=("view", "control"))
            life.ask(r.AnswerGrants, CUSTOMER, allowed=True, scope="session")
        life.now = self.clock()
        life.ask(r.End, CUSTOMER)
        parts = self.server.parts
        return await Shelves(parts.database, parts.config.site, parts.recorder).put(life)

    async def ask(self, path: str, body: Any = None, cookie: str = "") -> Reply:
        return await self.server.call("POST", path, body, cookie=cookie or self.cora)

    async def done(self, path: str, body: Any = None, cookie: str = "") -> None:
        reply = await self.ask(path, body, cookie)
        assert reply.status == 204, reply.body

    async def get(self, path: str) -> Any:
        reply = await self.server.call("GET", path, cookie=self.cora)
        assert reply.status == 200, reply.body
        return reply.json

    async def beside(self, recording: str) -> Any:
        return await self.get(f"/v1/recordings/{recording}/beside")

    async def inbox(self) -> list[tuple[str, str]]:
        """What is in the inbox after rules have looked: recording and why."""
        self.clock.move(LATE_MS / 1000 + 1)
        await self.server.parts.sampler.look()
        reviews = (await self.get("/v1/reviews"))["reviews"]
        return [(each["recording"]["id"], each["review"]["why"]) for each in reviews]


@pytest.fixture
async def office(data_folder: Path) -> AsyncIterator[Office]:
    clock = MovableClock()
    async with serving(data_folder, clock=clock) as server:
        cookies = await server.sign_in_as("compliance"), await server.sign_in_as("compliance")
        yield Office(server, clock, cookies, await server.add("ana", "rep"))


async def test_comments_stand_in_the_order_of_seconds_and_are_taken_back_by_who_wrote_them(
    office: Office,
) -> None:
    recording = await office.recorded()
    for at, text in ((9000, "later"), (2000, "sooner")):
        await office.done(
            "/v1/recording-comments", {"recording": recording, "at": at, "text": text}
        )
    comments = (await office.beside(recording))["comments"]
    assert [(each["at"], each["text"]) for each in comments] == [(2000, "sooner"), (9000, "later")]
    remove = f"/v1/recording-comments/{comments[0]['id']}/remove"
    assert (await office.ask(remove, cookie=office.carl)).error == "unknown_comment"
    await office.done(remove)
    assert [each["text"] for each in (await office.beside(recording))["comments"]] == ["later"]
    c = schema.recording_comments.c
    kept = await office.server.parts.database.read(
        lambda conn: conn.scalars(sa.select(c.text)).all()
    )
    assert sorted(kept) == ["", "later"]


async def test_nobody_gives_the_second_verdict_on_what_they_have_judged(office: Office) -> None:
    recording = await office.recorded()
    first = {"recording": recording, "verdict": "concern", "note": "Hm.", "second": True}
    await office.done("/v1/recording-verdicts", first)
    second = {"recording": recording, "verdict": "breach"}
    assert (await office.ask("/v1/recording-verdicts", second)).error == "own_verdict"
    await office.done("/v1/recording-verdicts", second, office.carl)
    review = (await office.beside(recording))["review"]
    assert (review["state"], review["verdict"], review["note"]) == ("done", "concern", "Hm.")
    assert review["second_verdict"] == "breach"
    assert (await office.ask("/v1/recording-verdicts", second, office.carl)).error == "judged"


async def test_who_takes_a_review_is_alone_with_it(office: Office) -> None:
    recording = await office.recorded()
    await office.done(f"/v1/recordings/{recording}/take")
    await office.done(f"/v1/recordings/{recording}/take")
    for path, body in (
        (f"/v1/recordings/{recording}/take", None),
        ("/v1/recording-verdicts", {"recording": recording, "verdict": "fine"}),
    ):
        reply = await office.ask(path, body, office.carl)
        assert (reply.status, reply.error) == (409, "taken")
    await office.done("/v1/recording-verdicts", {"recording": recording, "verdict": "fine"})
    assert (await office.beside(recording))["review"]["state"] == "done"


async def test_a_review_is_given_to_an_officer_and_back_and_never_to_the_same_twice(
    office: Office,
) -> None:
    recording = await office.recorded()
    me = await office.get("/v1/me")
    officers = (await office.get("/v1/reviews"))["officers"]
    (carl,) = (each["id"] for each in officers if each["id"] != me["party"])
    for officer, counts in ((carl, (1, 0, 0)), ("", (1, 0, 1)), (me["party"], (1, 1, 0))):
        assignment = {"recording": recording, "officer": officer}
        await office.done("/v1/review-assignments", assignment)
        inbox = await office.get("/v1/reviews")
        assert (inbox["waiting"], inbox["mine"], inbox["free"]) == counts
        assert inbox["reviews"][0]["review"]["reviewer"] == officer
    assert len((await office.get("/v1/reviews?mine=true"))["reviews"]) == 1
    verdict = {"recording": recording, "verdict": "concern", "second": True}
    await office.done("/v1/recording-verdicts", verdict)

    for officer, error in ((me["party"], "own_verdict"), ("nobody", "unknown_officer")):
        assignment = {"recording": recording, "officer": officer}
        assert (await office.ask("/v1/review-assignments", assignment)).error == error
    await office.done("/v1/review-assignments", {"recording": recording, "officer": carl})
    third = await office.server.sign_in_as("compliance")
    fine = {"recording": recording, "verdict": "fine"}
    assert (await office.ask("/v1/recording-verdicts", fine, third)).error == "taken"
    await office.done("/v1/recording-verdicts", fine, office.carl)
    assignment = {"recording": recording, "officer": carl}
    assert (await office.ask("/v1/review-assignments", assignment)).error == "judged"
    done = (await office.get("/v1/reviews?state=done"))["reviews"]
    assert [each["review"]["second_verdict"] for each in done] == ["fine"]


async def test_a_rule_is_tried_before_it_is_made_and_can_be_changed(office: Office) -> None:
    for number in range(10):
        await office.recorded(allowed=number % 5 > 0, control=number % 2 > 0)
    for query, taken in (
        ("kind=refused", 2),
        ("kind=control", 5),
        ("kind=files", 0),
        ("kind=share&percent=30", 3),
        ("kind=control&team=network", 0),
    ):
        preview = await office.get(f"/v1/review-rule-preview?{query}")
        ended = 0 if "network" in query else 10
        assert preview == {"days": 30, "ended": ended, "taken": taken}, query
    assert (await office.get("/v1/review-rules"))["rules"] == []

    office.clock.move(1)
    await office.done("/v1/review-rules", {"kind": "refused"})
    (rule,) = (await office.get("/v1/review-rules"))["rules"]
    office.clock.move(1)
    before = await office.recorded(allowed=False)
    assert await office.inbox() == [(before, "refused")]
    changed = {"id": rule["id"], "kind": "control", "second": True}
    await office.done("/v1/review-rules/change", changed)
    office.clock.move(1)
    await office.recorded(allowed=False)
    after = await office.recorded(control=True)
    assert await office.inbox() == [(before, "refused"), (after, "control+")]
    unknown = await office.ask("/v1/review-rules/change", {"id": "x", "kind": "files"})
    assert (unknown.status, unknown.error) == (404, "unknown_rule")


async def test_the_trail_tells_who_watched_and_did_what(office: Office) -> None:
    recording, other = await office.recorded(), await office.recorded()
    await office.server.call("POST", f"/v1/recordings/{recording}/open", cookie=office.cora)
    office.clock.move(1)
    await office.done("/v1/recording-holds", {"recording": recording, "why": "court"})
    office.clock.move(1)
    verdict = {"recording": other, "verdict": "breach"}
    await office.done("/v1/recording-verdicts", verdict, office.carl)
    office.clock.move(1)
    await office.done("/v1/review-rules", {"kind": "share", "percent": 5})

    def told(trail: Any) -> list[tuple[str, str, str]]:
        return [(each["what"], each["recording"], each["customer"]) for each in trail["steps"]]

    mine = [("held", recording, "Max"), ("watched", recording, "Max")]
    assert told(await office.get(f"/v1/recordings/{recording}/trail")) == mine
    made, judged = ("rule_made", "", ""), ("judged", other, "Max")
    everything = await office.get("/v1/recording-trails")
    assert told(everything) == [made, judged, *mine]
    carl = everything["steps"][1]["who"]
    assert told(await office.get(f"/v1/recording-trails?who={carl}")) == [judged]
    before = everything["steps"][2]["at"]
    assert told(await office.get(f"/v1/recording-trails?before={before}")) == mine[1:]
    assert everything["next"] == 0


async def test_a_long_trail_comes_in_pages_without_a_gap(office: Office) -> None:
    recording = await office.recorded()
    for _ in range(PAGE + 20):
        office.clock.move(0.01)
        await office.server.parts.audit.note("cora", "commented", recording)
    first = await office.get(f"/v1/recording-trails?before={office.clock() + 1}")
    second = await office.get(f"/v1/recording-trails?before={first['next']}")
    assert (len(first["steps"]), len(second["steps"]), second["next"]) == (PAGE, 20, 0)


async def test_a_hold_is_in_the_ledger_and_is_released_once(office: Office) -> None:
    recording = await office.recorded()
    await office.done("/v1/recording-holds", {"recording": recording, "why": "court"})
    found = (await office.get("/v1/recordings?held=true"))["recordings"]
    assert [each["id"] for each in found] == [recording]
    (hold,) = (await office.beside(recording))["holds"]
    release = f"/v1/recording-holds/{hold['id']}/release"
    await office.done(release, cookie=office.carl)
    assert (await office.ask(release)).error == "unknown_hold"
    assert (await office.get("/v1/recordings?held=true"))["recordings"] == []
    c = schema.ledger_lines.c
    kinds = sa.select(c.kind).where(c.recording == recording).order_by(c.number)
    told = await office.server.parts.database.read(lambda conn: conn.scalars(kinds).all())
    assert told[-2:] == ["held", "released"]


async def test_rules_bring_what_ends_from_then_on(office: Office) -> None:
    await office.recorded(allowed=False)
    office.clock.move(1)
    for kind in ("refused", "control"):
        await office.done("/v1/review-rules", {"kind": kind, "second": kind == "control"})
    office.clock.move(1)
    refused = await office.recorded(allowed=False)
    await office.recorded()
    office.clock.move(1)
    control = await office.recorded(control=True)
    assert await office.inbox() == [(refused, "refused"), (control, "control+")]
    # Two officers have to look at what such a rule brings.
    await office.done("/v1/recording-verdicts", {"recording": control, "verdict": "fine"})
    assert (await office.beside(control))["review"]["state"] == "second"
    for rule in (await office.get("/v1/review-rules"))["rules"]:
        await office.done(f"/v1/review-rules/{rule['id']}/end")
    await office.recorded(allowed=False)
    assert await office.inbox() == [(refused, "refused"), (control, "control+")]


async def test_a_share_takes_about_so_many_and_looking_twice_takes_no_more(office: Office) -> None:
    await office.done("/v1/review-rules", {"kind": "share", "percent": 50})
    made = []
    for _ in range(40):
        office.clock.move(0.01)
        made.append(await office.recorded())
    first = await office.inbox()
    assert {recording for recording, _ in first} <= set(made)
    # Fewer or more than this come once in 50,000 times.
    assert 7 <= len(first) <= 33
    assert await office.inbox() == first


@pytest.mark.parametrize(("percent", "share"), [(0, 0), (100, 12)])
async def test_none_and_all_are_shares_too(office: Office, percent: int, share: int) -> None:
    await office.done("/v1/review-rules", {"kind": "share", "percent": percent})
    for _ in range(12):
        await office.recorded()
    assert len(await office.inbox()) == share


async def test_an_exported_bundle_is_proved_offline_and_stands_in_the_ledger(
    data_folder: Path,
) -> None:
    async with recorded_scene(data_folder) as scene:
        await scene.begin()
        server = scene.server
        cookie = await server.sign_in_as("compliance")
        async with scene.shared() as (sharer, viewer):
            await scene.paint(sharer, viewer)
        recording = (await scene.row()).id
        path = f"/v1/recordings/{recording}/bundle"
        early = await server.call("GET", path, cookie=cookie)
        assert (early.status, early.error) == (409, "no_bundle")
        await scene.end()
        await scene.closed()
        reply = await server.call("GET", path, cookie=cookie)
        assert reply.headers["Content-Disposition"].startswith("attachment")
        exported = data_folder / "exported.tar"
        exported.write_bytes(reply.body)
        assert main(["verify", str(exported)]) == 0
        broken = bytearray(reply.body)
        broken[broken.index(b"DSKR") + 200] ^= 1
        exported.write_bytes(broken)
        assert main(["verify", str(exported)]) == 1
        c = schema.ledger_lines.c
        chosen = sa.select(c.kind).where(c.recording == recording)
        kinds = await server.parts.database.read(lambda conn: conn.scalars(chosen).all())
        assert "exported" in kinds
