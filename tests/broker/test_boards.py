"""What leads see of their teams: who talks with whom, and since when reps are as they are."""

from functools import partial

from broker import schema
from broker.boards import boards_of, talk_changes, talks_of
from broker.presence_times import note_presence, there_since
from protocol import requests as r
from protocol.fields import Presence
from protocol.messages import Talk
from tests.broker.desks import ANA, BEN, CUSTOMER, LEA, NIA, SITE, STRANGER, Counter
from tests.broker.staff import add_rep


async def talks(counter: Counter, *teams: str) -> dict[str, dict[str, Talk]]:
    return await counter.database.read(lambda conn: talks_of(conn, SITE, teams))


async def test_a_talk_says_who_talks_with_whom_and_who_looks_in(counter: Counter) -> None:
    session = await counter.start_talking()
    await counter.ask(r.Join, LEA, session)
    (talk,) = (await talks(counter, "support"))["support"].values()
    stands = await counter.desk.session(session)
    assert talk == Talk(
        session=session,
        team="support",
        issue="computer",
        name="Max",
        language="en",
        owner=ANA.id,
        joined=(LEA.id,),
        watched=(),
        since=stands.accepted_at,
        gone=0,
        monitoring="silent",
    )
    await counter.ask(r.Leave, LEA, session)
    await counter.ask(r.Monitor, LEA, session)
    await counter.desk.notice(session, r.Drop(party=CUSTOMER.id, since=7))
    (talk,) = (await talks(counter, "support"))["support"].values()
    assert (talk.joined, talk.watched, talk.gone) == ((), (LEA.id,), 7)


async def test_a_talk_says_since_when_its_recording_is_paused(counter: Counter) -> None:
    session = await counter.start_talking()
    row = {"id": "1" * 32, "session": session, "state": "open", "answer": "allowed"}

    async def pause(at: int) -> int:
        table = schema.recordings
        write = table.update().where(table.c.session == session).values(paused_at=at)
        await counter.database.write(lambda conn: conn.execute(write))
        (talk,) = (await talks(counter, "support"))["support"].values()
        return talk.unrecorded_since

    put = schema.recordings.insert().values(site=SITE, **row)
    await counter.database.write(lambda conn: conn.execute(put))
    assert [await pause(7), await pause(0)] == [7, 0]


async def test_only_talks_of_the_wanted_teams_are_told(counter: Counter) -> None:
    await counter.start_talking()
    waiting = await counter.start(STRANGER, issue="cable")
    assert await talks(counter, "network") == {"network": {}}
    await counter.ask(r.Accept, NIA, waiting)
    assert list((await talks(counter, "network"))["network"]) == [waiting]


async def test_a_frame_tells_what_came_and_went_and_first_the_whole(counter: Counter) -> None:
    first = await counter.start_talking()
    one = await talks(counter, "support")
    (whole,) = talk_changes({}, one)
    assert (whole.whole, [talk.session for talk in whole.came]) == (True, [first])
    assert talk_changes(one, one) == []
    second = await counter.start_talking(STRANGER, BEN)
    await counter.ask(r.End, CUSTOMER, first)
    (frame,) = talk_changes(one, await talks(counter, "support"))
    assert (frame.whole, [each.session for each in frame.came]) == (False, [second])
    assert frame.went == (first,)


async def test_since_when_a_rep_is_as_they_are_is_kept_until_that_changes(
    counter: Counter,
) -> None:
    await add_rep(counter, ANA)
    began = counter.clock.now

    async def since() -> int:
        there = partial(there_since, site=SITE, reps=[ANA.id], now=counter.clock())
        return (await counter.database.read(there))[ANA.id]

    async def noted(state: Presence) -> int:
        note = partial(note_presence, site=SITE, states={ANA.id: state}, now=counter.clock())
        await counter.database.write(note)
        return await since()

    assert await noted("available") == began
    counter.clock.move(60)
    assert await since() == began
    assert await noted("available") == began, "noticed again, by another broker"
    assert await noted("away") == began + 60_000, "written down, but not so any more"
    counter.clock.move(60)
    assert await noted("available") == began + 120_000


async def test_a_board_tells_of_every_rep_of_the_team(counter: Counter) -> None:
    await add_rep(counter, ANA)
    await add_rep(counter, NIA)
    boards = await counter.database.read(
        lambda conn: boards_of(conn, SITE, ["support"], counter.clock())
    )
    assert [each.rep for each in boards["support"].there_since] == [ANA.id]
