"""Finding words, on both databases."""

import pytest
import sqlalchemy as sa

from broker import schema, search, store
from broker.search import Hit
from protocol import requests as r
from protocol.facts import Said, TakenBack
from protocol.fields import Audience
from tests.broker.desks import ANA, CUSTOMER, LEA, NIA, SITE, STRANGER, Counter


async def found(
    counter: Counter,
    words: str,
    teams: tuple[str, ...] = ("support",),
    reader: Audience = "reps",
    limit: int = 50,
) -> list[Hit]:
    return await counter.database.read(
        lambda conn: search.find(conn, SITE, words, teams, reader, limit)
    )


@pytest.fixture
async def session(counter: Counter) -> str:
    session = await counter.start_talking()
    await counter.ask(r.Say, CUSTOMER, session, text="The zebra printer prints stripes.")
    await counter.ask(r.Note, ANA, session, text="Sounds amused about the zebra.")
    await counter.ask(r.Say, ANA, session, text="Has the zebra eaten?")
    return session


async def lines(counter: Counter, words: str) -> list[str]:
    return [hit.words for hit in await found(counter, words)]


async def test_a_line_is_found_only_if_all_words_stand_in_it(
    counter: Counter, session: str
) -> None:
    assert len(await lines(counter, "zebra")) == 3
    assert await lines(counter, "stripes ZEBRA") == ["The zebra printer prints stripes."]
    assert await lines(counter, "zebra giraffe") == []


async def test_the_last_word_may_be_unfinished_and_no_other(counter: Counter, session: str) -> None:
    assert await lines(counter, "zebra eat") == ["Has the zebra eaten?"]
    assert await lines(counter, "eat zebra") == []


async def test_signs_are_no_commands(counter: Counter, session: str) -> None:
    for words in ('"zebra', "zebra*", "(zebra)", "zebra'", "zebra:", "-zebra", "zebra &"):
        assert len(await lines(counter, words)) == 3, words
    for words in ("", " ", '"', "'&|!:*", "\\"):
        assert await lines(counter, words) == [], words


async def test_only_sessions_of_the_given_teams_are_found(counter: Counter, session: str) -> None:
    assert await found(counter, "zebra", teams=()) == []
    assert await found(counter, "zebra", teams=("network",)) == []
    other = await counter.start(STRANGER, issue="cable")
    await counter.ask(r.Accept, NIA, other)
    await counter.ask(r.Say, STRANGER, other, text="zebra")
    assert {hit.session for hit in await found(counter, "zebra", teams=("network",))} == {other}
    both = await found(counter, "zebra", teams=("network", "support"))
    assert [hit.session for hit in both] == [other, session, session, session]
    assert await found(counter, "zebra", ("network", "support"), limit=2) == both[:2]


@pytest.mark.parametrize("reader", ["all", "reps", "leads", "broker"])
async def test_the_place_of_a_hit_is_the_one_that_the_reader_counts(
    counter: Counter, session: str, reader: Audience
) -> None:
    facts = await counter.database.read(lambda conn: store.read_facts(conn, SITE, session, reader))
    readable = {(fact.place, text) for fact in facts if (text := getattr(fact, "text", ""))}
    hits = await found(counter, "zebra", reader=reader)
    assert {(hit.place, hit.words) for hit in hits} == readable
    assert len(hits) == (2 if reader == "all" else 3)


async def test_a_hidden_fact_before_a_hit_does_not_show_in_its_place(counter: Counter) -> None:
    session = await counter.start_talking()
    await counter.ask(r.Note, ANA, session, text="only reps count this")
    await counter.ask(r.Monitor, LEA, session)  # only leads count this
    await counter.ask(r.Say, CUSTOMER, session, text="okapi")
    levels: list[Audience] = ["all", "reps", "leads", "broker"]
    places = [[hit.place for hit in await found(counter, "okapi", reader=each)] for each in levels]
    assert places == [[3], [4], [5], [5]]


async def test_erased_words_are_not_found(counter: Counter, session: str) -> None:
    await counter.ask(r.EraseMyTexts, CUSTOMER, session)
    assert await lines(counter, "stripes") == []
    assert await lines(counter, "eaten") == ["Has the zebra eaten?"]


async def test_words_taken_back_are_gone_for_everybody_and_not_found(counter: Counter) -> None:
    session = await counter.start_talking()
    await counter.ask(r.Note, ANA, session, text="okapi, for reps")
    await counter.ask(r.Say, ANA, session, text="okapi 12345")
    line = (await counter.desk.session(session)).shown
    await counter.ask(r.Say, ANA, session, text="okapi, meant so")
    await counter.ask(r.TakeBack, ANA, session, line=line)
    assert {hit.words for hit in await found(counter, "okapi", reader="leads")} == {
        "okapi, for reps",
        "okapi, meant so",
    }
    levels: list[Audience] = ["all", "reps", "leads", "broker"]
    for reader in levels:
        facts = await counter.database.read(
            lambda conn, reader=reader: store.read_facts(conn, SITE, session, reader)  # type: ignore[misc]
        )
        said = [(fact.text, fact.erased) for fact in facts if isinstance(fact, Said)]
        assert said == [("", True), ("okapi, meant so", False)]
        (taken,) = [fact for fact in facts if isinstance(fact, TakenBack)]
        assert taken.line == line
    words = sa.select(sa.func.count()).where(schema.texts.c.words.contains("12345"))
    assert await counter.database.read(lambda conn: conn.scalar(words)) == 0
