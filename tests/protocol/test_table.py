"""The whole table: every request and incident, in every state, from every standing."""

from functools import cache

import pytest
from msgspec.structs import replace

from protocol.copying import copied
from protocol.direct_rules import is_to_be_recorded
from protocol.facts import FACTS, Fact
from protocol.messages import decode_fact, encode
from protocol.requests import INCIDENTS, REQUESTS
from protocol.rules import RULES
from protocol.session import Party, Refused, Session, decide, evolve, standing
from protocol.table import OPEN, ROWS, TABLE, Row
from tests.protocol import examples
from tests.protocol.life import ANA, BEN, CUSTOMER, DESK, ELI, LEA, MAX, NIA, STRANGER, Life
from tests.protocol.situations import LONG, PARTIES, asks, situations

SITUATIONS = dict(situations())

# As what each party stands towards the crowded session, told independently of `standing`.
CROWDED = {
    CUSTOMER: {"customer"},
    STRANGER: set[str](),
    ANA: {"owner", "team"},
    BEN: {"joined", "team"},
    ELI: {"offered", "team"},
    NIA: {"invited"},
    LEA: {"monitoring", "lead", "team"},
    MAX: {"joined", "lead", "team"},
    DESK: {"broker"},
}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.asked.__name__)
def test_the_table_alone_says_who_may_ask_what_and_when(row: Row) -> None:
    for life in SITUATIONS.values():
        session = life.session
        for party in PARTIES:
            mine = bool(row.by & standing(session, party))
            for asked in asks(row.asked, session.id):
                answer = decide(session, asked, party, life.now)
                if not mine:
                    assert answer == Refused("not_yours")
                elif session.state not in row.within:
                    assert answer == Refused("closed" if session.state == "ended" else "not_now")
                else:
                    rule = RULES.get(row.asked, copied)(session, asked, party, life.now)
                    assert isinstance(answer, Fact) or answer == rule


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.asked.__name__)
def test_only_what_the_row_gives_follows_and_leads_only_where_the_row_says(row: Row) -> None:
    for name, session, fact in _followers(row):
        assert type(fact) in row.gives, name
        after = evolve(session, fact)
        assert after.state in (row.then or (session.state,)), name


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.asked.__name__)
def test_no_recording_begins_while_two_people_talk(row: Row) -> None:
    """So none ever begins in the midst of a picture that goes directly."""
    for name, session, fact in _followers(row):
        if session.state == "talking" and not is_to_be_recorded(session):
            assert not is_to_be_recorded(evolve(session, fact)), name


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.asked.__name__)
def test_everything_the_row_promises_can_happen(row: Row) -> None:
    followers = _followers(row)
    assert {type(fact) for _, _, fact in followers} == set(row.gives)
    assert {session.state for _, session, _ in followers} == set(row.within)
    reached = {evolve(session, fact).state for _, session, fact in followers}
    assert not row.then or reached == set(row.then)


def test_a_fact_carries_the_next_place_the_time_and_who_caused_it() -> None:
    for row in TABLE:
        for name, session, fact in _followers(row):
            assert fact.place == session.place + 1, name
            assert SITUATIONS[name].now <= fact.at
            assert fact.by in {party.id for party in PARTIES}


def test_whatever_is_asked_is_answered_and_what_follows_can_be_stored() -> None:
    for kind in ROWS:
        for asked in examples.both(kind):
            for name, life in SITUATIONS.items():
                for party in PARTIES:
                    answer = decide(life.session, asked, party, life.now)
                    if isinstance(answer, Fact):
                        assert decode_fact(encode(answer)) == answer, name


def test_every_request_and_incident_has_exactly_one_row() -> None:
    assert [row.asked for row in TABLE if row.asked not in (*REQUESTS, *INCIDENTS)] == []
    assert len(TABLE) == len(ROWS) == len(REQUESTS) + len(INCIDENTS)


def test_every_kind_of_fact_can_follow_from_something() -> None:
    assert {kind for row in TABLE for kind in row.gives} == set(FACTS)


def test_every_rule_belongs_to_a_row_and_what_has_none_gives_just_one_kind_of_fact() -> None:
    assert set(RULES) <= set(ROWS)
    for row in TABLE:
        assert row.asked in RULES or len(row.gives) == 1


def test_only_the_broker_may_bring_in_incidents() -> None:
    for row in TABLE:
        assert (row.by == {"broker"}) == (row.asked in INCIDENTS)


def test_a_session_that_ended_takes_only_what_is_meant_for_then() -> None:
    late = {row.asked.__name__ for row in TABLE if "ended" in row.within}
    assert late == {"SubmitSurvey", "SkipSurvey", "WrapUp", "EraseMyTexts", "Wipe", "TakeBack"}
    assert set(OPEN) == {"calling", "identity", "agreement", "recording", "waiting", "talking"}


def test_each_party_stands_as_the_facts_say() -> None:
    session = SITUATIONS["offered to Eli"].session
    assert {party: standing(session, party) for party in CROWDED} == CROWDED


def test_anybody_may_begin_an_empty_session_and_nobody_else_enters_it_later() -> None:
    life = Life()
    assert standing(life.session, STRANGER) == standing(life.session, CUSTOMER) == {"customer"}
    life.start()
    assert standing(life.session, CUSTOMER) == {"customer"}
    assert standing(life.session, STRANGER) == set()


def test_a_rep_cannot_pass_for_the_customer_nor_a_customer_for_a_rep() -> None:
    session = SITUATIONS["offered to Eli"].session
    for rep in (ANA, BEN, ELI, LEA):
        impostor = Party(id=rep.id, role="customer", teams=("support",), leads=("support",))
        assert standing(session, impostor) == set()
    assert standing(session, Party(id="customer", role="rep")) == set()
    assert standing(session, Party(id="broker", role="rep")) == set()


@cache
def _followers(row: Row) -> list[tuple[str, Session, Fact]]:
    """What follows in any situation, at once and when everything is due, and from which session."""
    followers = []
    for name, life in SITUATIONS.items():
        for now in (life.now, life.now + LONG * 1000):
            for party in PARTIES:
                for asked in asks(row.asked, life.session.id):
                    before = replace(life.session)
                    answer = decide(life.session, asked, party, now)
                    assert life.session == before
                    if isinstance(answer, Fact):
                        followers.append((name, life.session, answer))
    return followers
