import asyncio
import random
from functools import partial

import pytest
import sqlalchemy as sa

from broker import desk, schema, store
from broker.database import put
from broker.overview import live_sessions
from broker.store import Request
from protocol import requests as r
from protocol.deadlines import deadlines
from protocol.facts import Fact, Opened, Said, TextsErased
from protocol.session import Refused, replay
from tests.broker.desks import (
    ANA,
    BEN,
    CUSTOMER,
    LEA,
    NIA,
    SITE,
    STRANGER,
    Counter,
    customers,
    new_id,
)


async def facts_of(counter: Counter, session: str, reader: str = "broker") -> list[Fact]:
    return await counter.database.read(
        lambda conn: store.read_facts(conn, SITE, session, reader)  # type: ignore[arg-type]
    )


async def test_a_session_is_opened_accepted_talked_through_and_ended(counter: Counter) -> None:
    session = await counter.start()
    await counter.ask(r.Accept, ANA, session)
    await counter.ask(r.Say, CUSTOMER, session, text="My screen is black.")
    await counter.ask(r.Say, ANA, session, text="Is it plugged in?")
    await counter.ask(r.End, CUSTOMER, session)
    facts = await facts_of(counter, session)
    assert [fact.place for fact in facts] == [1, 2, 3, 4, 5]
    assert [fact.text for fact in facts if isinstance(fact, Said)] == [
        "My screen is black.",
        "Is it plugged in?",
    ]
    stored = await counter.desk.fresh(session)
    assert stored.session == replay(facts, session)
    assert stored.session.ending == "customer_ended"


async def test_the_same_request_is_carried_out_once_and_gets_the_same_answer(
    counter: Counter,
) -> None:
    session = await counter.start_talking()
    say = r.Say(id=new_id(), session=session, text="once")
    first = await counter.desk.ask(say, CUSTOMER)
    counter.clock.move(days := 10 * 24 * 3600)
    assert days
    assert await counter.desk.ask(say, CUSTOMER) == first
    assert sum(isinstance(fact, Said) for fact in await facts_of(counter, session)) == 1


async def test_a_repeated_request_that_would_be_refused_today_still_gets_its_old_answer(
    counter: Counter,
) -> None:
    session = await counter.start()
    accept = r.Accept(id=new_id(), session=session)
    first = await counter.desk.ask(accept, ANA)
    await counter.ask(r.End, CUSTOMER, session)
    assert await counter.desk.ask(accept, ANA) == first


async def test_a_refusal_is_stored_too(counter: Counter) -> None:
    session = await counter.start()
    early = r.Say(id=new_id(), session=session, text="Hello?")
    with pytest.raises(Refused, match="not_yours"):
        await counter.desk.ask(early, ANA)
    await counter.ask(r.Accept, ANA, session)
    with pytest.raises(Refused, match="not_yours"):
        await counter.desk.ask(early, ANA)


async def test_the_same_start_twice_at_once_opens_one_session(counter: Counter) -> None:
    start = r.Start(id=new_id(), issue="computer")
    answers = await asyncio.gather(*(counter.desk.ask(start, CUSTOMER) for _ in range(10)))
    assert len({answer.session for answer in answers}) == 1
    assert (
        len(await counter.database.read(lambda conn: live_sessions(conn, SITE, CUSTOMER.id))) == 1
    )


async def test_two_senders_may_use_the_same_id(counter: Counter) -> None:
    session = await counter.start_talking()
    same = new_id()
    await counter.desk.ask(r.Say(id=same, session=session, text="mine"), CUSTOMER)
    await counter.desk.ask(r.Say(id=same, session=session, text="mine too"), ANA)
    assert sum(isinstance(fact, Said) for fact in await facts_of(counter, session)) == 2


async def test_a_stranger_does_not_learn_that_a_session_exists(counter: Counter) -> None:
    session = await counter.start_talking()
    for kind in (r.End, r.Accept, r.Leave, r.StopSharing):
        with pytest.raises(Refused) as refused:
            await counter.ask(kind, STRANGER, session)
        assert refused.value == Refused("unknown_session")
    with pytest.raises(Refused) as unknown:
        await counter.ask(r.End, STRANGER, "no-such-session")
    assert unknown.value == Refused("unknown_session")


async def test_many_who_speak_at_once_are_all_heard_in_one_order(counter: Counter) -> None:
    session = await counter.start_talking()
    said = [f"{number}" for number in range(40)]
    await asyncio.gather(
        *(
            counter.desk.ask(
                r.Say(id=new_id(), session=session, text=text), (CUSTOMER, ANA)[int(text) % 2]
            )
            for text in said
        )
    )
    facts = await facts_of(counter, session)
    assert [fact.place for fact in facts] == list(range(1, len(facts) + 1))
    assert sorted(fact.text for fact in facts if isinstance(fact, Said)) == sorted(said)


async def test_nobody_there_refuses_a_start_and_keeps_nothing(counter: Counter) -> None:
    counter.circumstances.closed_teams = {"support"}
    with pytest.raises(Refused, match="nobody_available"):
        await counter.start()
    assert (
        await counter.database.read(
            lambda conn: conn.scalar(sa.select(sa.func.count()).select_from(schema.sessions))
        )
        == 0
    )


async def test_a_failed_transfer_changes_nothing(counter: Counter) -> None:
    session = await counter.start_talking()
    before = await counter.desk.fresh(session)
    counter.circumstances.closed_teams = {"network"}
    counter.circumstances.absent = {BEN.id}
    for where in ({"team": "network"}, {"rep": BEN.id}):
        with pytest.raises(Refused, match="nobody_available"):
            await counter.ask(r.Transfer, ANA, session, **where)
    assert await counter.desk.fresh(session) == before


async def test_erasing_leaves_no_word_in_any_table_and_the_transcript_folds_the_same(
    counter: Counter,
) -> None:
    session = await counter.start_talking(CUSTOMER)
    await counter.ask(r.Say, CUSTOMER, session, text="my secret is marzipan")
    await counter.ask(r.Say, ANA, session, text="understood")
    before = replay(await facts_of(counter, session), session)
    await counter.ask(r.EraseMyTexts, CUSTOMER, session)
    facts = await facts_of(counter, session)
    opened, said, theirs = facts[0], facts[2], facts[3]
    assert isinstance(opened, Opened)
    assert (opened.name, opened.erased) == ("", True)
    assert isinstance(said, Said)
    assert (said.text, said.erased, len(said.digest)) == ("", True, 64)
    assert isinstance(theirs, Said)
    assert theirs.text == "understood"
    assert isinstance(facts[-1], TextsErased)
    assert replay(facts[:-1], session) == before


async def test_a_cap_of_one_is_kept_when_two_sessions_are_accepted_at_once(
    counter: Counter,
) -> None:
    cap = partial(put, table=schema.rep_loads, site=SITE, rep=ANA.id, active=0, cap=1)
    await counter.database.write(cap)
    sessions = [await counter.start(each) for each in customers(6)]
    asked = (counter.desk.ask(r.Accept(id=new_id(), session=each), ANA) for each in sessions)
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert (
        sorted(str(answer) for answer in answers if isinstance(answer, Refused))
        == [str(Refused("at_capacity"))] * 5
    )


async def test_random_lives_leave_tables_that_equal_the_fold(counter: Counter) -> None:
    seed = random.randrange(2**32)
    rng = random.Random(seed)
    several = customers(3)
    parties = [*several, ANA, BEN, ANA, BEN]
    requests: list[tuple[type[r.Request], dict[str, object]]] = [
        (r.Accept, {}), (r.Say, {"text": "word"}), (r.Note, {"text": "aside"}), (r.Nudge, {}),
        (r.ReturnToQueue, {}), (r.Transfer, {"rep": BEN.id}), (r.Transfer, {"team": "support"}),
        (r.Invite, {"rep": BEN.id}), (r.Join, {}), (r.Leave, {}), (r.Decline, {}),
        (r.RequestGrants, {"tools": ("view", "control")}), (r.AnswerGrants, {"allowed": True}),
        (r.ShareScreen, {"what": "screen"}), (r.StopSharing, {}), (r.End, {}), (r.SkipSurvey, {}),
    ]  # fmt: skip
    sessions = [await counter.start(each) for each in several]
    for _ in range(150):
        kind, fields = rng.choice(requests)
        if kind is r.End and rng.random() < 0.8:
            continue
        counter.clock.move(rng.choice([0.01, 1, 40]))
        try:
            await counter.ask(kind, rng.choice(parties), rng.choice(sessions), **fields)
        except Refused:
            continue
    for session in sessions:
        await assert_tables_equal_the_fold(counter, session, f"seed {seed}")


async def assert_tables_equal_the_fold(counter: Counter, session: str, why: str) -> None:
    facts = await facts_of(counter, session)
    fold = replay(facts, session)
    head = await counter.desk.fresh(session)
    assert head.session == fold, why
    for reader in ("all", "reps", "leads"):
        seen = await facts_of(counter, session, reader)
        assert [fact.place for fact in seen] == list(range(1, head.count(reader) + 1)), why

    def tables(conn: sa.Connection) -> tuple[object, ...]:
        s, p, d = schema.sessions.c, schema.participants.c, schema.deadlines.c
        row = conn.execute(
            sa.select(s.state, s.team, s.owner, s.front, s.waiting_since, s.place).where(
                s.id == session
            )
        ).one()
        reps = set(conn.execute(sa.select(p.rep).where(p.session == session)).scalars())
        due = {
            each.kind: each.due
            for each in conn.execute(sa.select(d.kind, d.due).where(d.session == session))
        }
        return tuple(row), reps, due

    assert await counter.database.read(tables) == (
        (fold.state, fold.team, fold.owner, fold.front, fold.waiting_since, fold.place),
        set(store.concerned(fold)),
        deadlines(fold),
    ), why


async def test_a_rep_load_equals_the_sessions_the_rep_owns(counter: Counter) -> None:
    other, *_ = customers(1)
    one, two = await counter.start_talking(), await counter.start_talking(other)
    assert await load_of(counter, ANA.id) == 2
    await counter.ask(r.Transfer, ANA, one, rep=BEN.id)
    await counter.ask(r.Accept, BEN, one)
    await counter.ask(r.End, other, two)
    assert (await load_of(counter, ANA.id), await load_of(counter, BEN.id)) == (0, 1)


async def load_of(counter: Counter, rep: str) -> int | None:
    active = schema.rep_loads.c.active
    return await counter.database.read(
        lambda conn: conn.scalar(sa.select(active).where(schema.rep_loads.c.rep == rep))
    )


async def test_an_answer_names_the_place_as_the_sender_counts(counter: Counter) -> None:
    session = await counter.start_talking()
    await counter.ask(r.Note, ANA, session, text="rude so far")
    answer = await counter.ask(r.Say, CUSTOMER, session, text="Hello?")
    assert answer.place == 3
    known = await counter.database.read(
        lambda conn: store.answer_to(conn, SITE, Request(ANA.id, "none"))
    )
    assert known is None


async def test_who_leaves_by_what_they_ask_is_told_the_place_they_count_every_time(
    counter: Counter,
) -> None:
    session = await counter.start_talking()
    await counter.ask(r.Monitor, LEA, session)  # a place that only leads count
    await counter.ask(r.Invite, ANA, session, rep=NIA.id)
    await counter.ask(r.Join, NIA, session)
    leave = r.Leave(id=new_id(), session=session)
    transfer = r.Transfer(id=new_id(), session=session, team="network")
    first = [await counter.desk.ask(leave, NIA), await counter.desk.ask(transfer, ANA)]
    assert [answer.place for answer in first] == [5, 6]
    again = [await counter.desk.ask(leave, NIA), await counter.desk.ask(transfer, ANA)]
    assert again == first


async def test_a_customer_has_one_session_at_a_time(counter: Counter) -> None:
    start = r.Start(id=new_id(), issue="computer")
    first = await counter.desk.ask(start, CUSTOMER)
    with pytest.raises(Refused) as refused:
        await counter.start()
    assert refused.value == Refused("not_now", first.session)
    assert await counter.desk.ask(start, CUSTOMER) == first
    await counter.start(STRANGER)
    await counter.ask(r.End, CUSTOMER, first.session)
    assert await counter.start() != first.session


async def test_who_was_told_to_try_again_may_ask_the_same_again(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await counter.start_talking()
    say = r.Say(id=new_id(), session=session, text="Hello?")
    with monkeypatch.context() as flooded:
        flooded.setattr(desk, "TRIES", 0)
        with pytest.raises(Refused, match="try_again"):
            await counter.desk.ask(say, CUSTOMER)
    assert (await counter.desk.ask(say, CUSTOMER)).place == 3


async def test_whoever_never_stops_talking_does_not_keep_the_other_from_a_word(
    counter: Counter,
) -> None:
    session = await counter.start_talking()
    heard = asyncio.Event()

    async def flood() -> None:
        while not heard.is_set():
            await counter.ask(r.Say, CUSTOMER, session, text="and another thing")

    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(flood())
        for _ in range(10):
            await counter.ask(r.Say, ANA, session, text="may I?")
        heard.set()
    said = [fact.by for fact in await facts_of(counter, session) if isinstance(fact, Said)]
    # In turn: four others and then the rep, each time.
    assert len(said) <= 10 * 6
