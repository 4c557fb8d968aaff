"""What is held is never lost, and what is over always goes."""

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from broker import ledger, schema
from broker import recording_life as life
from broker.recorder import Recorder
from broker.recording_bundles import RecordingBundles
from broker.recording_keys import RecordingKeys
from broker.retention import DAY_MS, Retention
from broker.site import Keep, Settings, Team
from protocol import requests as r
from protocol.facts import Rules
from protocol.session import Party, Refused
from recordings.keys import FILE, SiteKeys
from recordings.ledger import check
from recordings.proof import Text
from tests.broker.desks import ANA, SITE, Counter, customers

DIGEST = "ab" * 32


@dataclass
class Archive:
    """Recorded sessions of one site, and the clock by which they grow old."""

    counter: Counter
    recorder: Recorder
    retention: Retention
    settings: Settings
    recordings: list[str] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    holds: dict[str, str] = field(default_factory=dict)

    async def record(self, party: Party, *, end: bool = True) -> str:
        """A session in which something was said; return its recording."""
        ask = self.counter.ask
        session = (await ask(r.Start, party, issue="computer", name=party.name)).session
        await ask(r.AnswerRecording, party, session, allowed=True, digest=DIGEST)
        await ask(r.Accept, ANA, session)
        await ask(r.Say, party, session, text="My printer is on fire.")
        self.sessions.append(session)
        self.parties.append(party)
        if end:
            await ask(r.End, party, session)
            self.counter.clock.move(10)
            await self.recorder.look()
        c = schema.recordings.c
        (recording,) = await self.read(sa.select(c.id).where(c.session == session))
        self.recordings.append(recording.id)
        return str(recording.id)

    async def read(self, chosen: sa.Select[Any]) -> list[Any]:
        return await self.counter.database.read(lambda conn: list(conn.execute(chosen)))

    async def write(self, work: Any, **how: Any) -> Any:
        bound = partial(work, site=SITE, now=self.counter.clock(), **how)
        return await self.counter.database.write(bound)

    async def hold(self, recording: str) -> None:
        with suppress(life.NoRecording):
            if recording not in self.holds:
                hold = await self.write(life.hold, recording=recording, by="cora", why="a suit")
                self.holds[recording] = hold

    async def release(self, recording: str) -> None:
        if hold := self.holds.pop(recording, ""):
            await self.write(life.release, hold_id=hold, by="cora")

    async def erase(self, number: int) -> None:
        """The customer of session `number` has their words erased."""
        with suppress(Refused):
            await self.counter.ask(r.EraseMyTexts, self.parties[number], self.sessions[number])

    async def do(self, what: str, number: int) -> None:
        """One step of a schedule: something done with recording `number`, or `number` days."""
        recording = self.recordings[number] if number < len(self.recordings) else ""
        match what:
            case "hold":
                await self.hold(recording)
            case "release":
                await self.release(recording)
            case "erase":
                await self.erase(number)
            case "destroy":
                await self.retention.destroy(recording, by="cora", why="asked")
            case "days":
                self.counter.clock.move(number * DAY_MS / 1000)
            case _:
                await self.retention.apply()

    async def keys(self, recording: str) -> set[str]:
        c = schema.recording_keys.c
        return {
            row.use for row in await self.read(sa.select(c.use).where(c.recording == recording))
        }

    async def words(self, recording: str) -> list[Text]:
        bundles = RecordingBundles(
            self.counter.database,
            SITE,
            self.recorder.keys,
            self.recorder.heads,
            self.recorder.store,
        )
        return (await bundles.words(recording)).texts

    async def due(self) -> set[tuple[str, bool]]:
        return {(each.id, each.is_held) for each in await self.retention.due()}

    async def entries(self, recording: str) -> list[str]:
        found = partial(ledger.entries_of, site=SITE, recording=recording)
        return [entry.kind for _, entry in await self.counter.database.read(found)]

    async def names(self) -> list[str]:
        return [name async for name in self.recorder.store.names("recordings/")]


@pytest.fixture
async def archive(counter: Counter, tmp_path: Path) -> Archive:
    counter.circumstances.rules = Rules(recording_asked=True, recording_digest=DIGEST)
    recorder = Recorder(
        database=counter.database,
        site=SITE,
        clock=counter.clock,
        keys=RecordingKeys(counter.database, SITE, SiteKeys(tmp_path / FILE)),
        store=str(tmp_path / "blobs"),
    )
    archive = Archive(counter, recorder, None, Settings(organisation="Example"))  # type: ignore[arg-type]
    archive.retention = Retention(
        database=counter.database,
        site=SITE,
        clock=counter.clock,
        settings=lambda: archive.settings,
        desk=counter.desk,
        recorder=recorder,
    )
    return archive


async def test_what_is_over_goes_and_can_be_asked_for_before(archive: Archive) -> None:
    old = await archive.record(customers(1)[0])
    archive.counter.clock.move(89 * DAY_MS / 1000)
    young = await archive.record(customers(2)[1])
    assert await archive.due() == set()
    archive.counter.clock.move(2 * DAY_MS / 1000)
    assert await archive.due() == {(old, False)}
    assert await archive.keys(old) == {"media", "words"}

    await archive.retention.apply()
    assert (await archive.keys(old), await archive.keys(young)) == (set(), {"media", "words"})
    assert not any(old in name for name in await archive.names())
    assert any(young in name for name in await archive.names())
    assert await archive.entries(old) == ["recorded", "destroyed", "deleted"]
    assert await archive.due() == set()


async def test_transcripts_have_a_time_of_their_own(archive: Archive) -> None:
    await archive.record(customers(1)[0])
    archive.counter.clock.move(364 * DAY_MS / 1000)
    await archive.retention.apply()
    texts = sa.select(schema.texts.c.words)
    assert "My printer" in str(await archive.read(texts))
    archive.counter.clock.move(2 * DAY_MS / 1000)
    await archive.retention.apply()
    assert await archive.read(texts) == []


async def test_a_team_may_keep_things_for_another_time(archive: Archive) -> None:
    archive.settings = replace(
        archive.settings,
        teams=(Team(id="support", name="Support"),),
        keep_of_teams={"support": Keep(recordings=10)},
    )
    recording = await archive.record(customers(1)[0])
    archive.counter.clock.move(11 * DAY_MS / 1000)
    assert await archive.due() == {(recording, False)}


async def test_a_hold_beats_retention_and_is_in_the_ledger(archive: Archive) -> None:
    recording = await archive.record(customers(1)[0])
    await archive.hold(recording)
    archive.counter.clock.move(400 * DAY_MS / 1000)
    await archive.retention.apply()
    assert await archive.due() == {(recording, True), (archive.sessions[0], True)}
    assert not await archive.retention.destroy(recording, by="cora", why="no more")
    assert await archive.words(recording)
    await archive.release(recording)
    await archive.retention.apply()
    assert await archive.keys(recording) == set()
    assert await archive.entries(recording) == [
        "recorded",
        "held",
        "released",
        "destroyed",
        "deleted",
    ]


async def test_an_erasure_destroys_the_key_of_words_and_nothing_else(archive: Archive) -> None:
    recording = await archive.record(customers(1)[0])
    assert await archive.words(recording)
    await archive.erase(0)
    assert await archive.keys(recording) == {"media"}
    assert await archive.words(recording) == []


async def test_words_erased_before_the_end_never_come_into_the_recording(archive: Archive) -> None:
    recording = await archive.record(customers(1)[0], end=False)
    await archive.erase(0)
    await end(archive)
    assert "printer" not in str(await archive.words(recording))


async def test_words_erased_while_on_hold_are_kept_until_that_is_over(archive: Archive) -> None:
    recording = await archive.record(customers(1)[0], end=False)
    await archive.hold(recording)
    await archive.erase(0)
    assert await archive.read(sa.select(schema.texts)) == []
    await end(archive)
    assert "printer" in str(await archive.words(recording))
    assert await archive.read(sa.select(schema.held_texts)) == []
    await archive.release(recording)
    assert await archive.keys(recording) == {"media"}


async def end(archive: Archive) -> None:
    await archive.counter.ask(r.End, archive.parties[0], archive.sessions[0])
    archive.counter.clock.move(10)
    await archive.recorder.look()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["hold", "release", "erase", "destroy"]), st.integers(0, 1)),
        st.tuples(st.just("days"), st.integers(1, 120)),
        st.tuples(st.just("sweep"), st.just(0)),
    ),
    min_size=10,
    max_size=30,
)


# The rules are the same for both databases; the slower one would take a minute.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
async def test_whatever_happens_what_is_held_stays_and_what_is_over_goes(
    archive: Archive, steps: list[tuple[str, int]]
) -> None:
    archive.recordings.clear()
    archive.sessions.clear()
    archive.parties.clear()
    archive.holds.clear()
    for party in customers(2):
        await archive.record(party)
    held: dict[str, set[str]] = {}
    for what, number in steps:
        await archive.do(what, number)
        held = {
            each: held.get(each, await archive.keys(each))
            for each in archive.recordings
            if each in archive.holds
        }
        for each, keys in held.items():
            assert await archive.keys(each) == keys
            assert await archive.words(each) if "words" in keys else True
    for recording in archive.recordings:
        await archive.release(recording)
    archive.counter.clock.move(400 * DAY_MS / 1000)
    await archive.retention.apply()
    for recording in archive.recordings:
        assert await archive.keys(recording) == set()
    assert await archive.names() == []
    assert await archive.read(sa.select(schema.texts)) == []
    assert await archive.due() == set()
    lines = partial(ledger.lines_from, site=SITE, first=1, last=2**40)
    check(await archive.counter.database.read(lines))
