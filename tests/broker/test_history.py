"""Ended sessions: found by words and names, filtered, read on, deleted; and who came before."""

from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from broker import history, schema, store
from broker.contacts import Contact, contacts
from broker.history import BadCursor, Page, Wanted, find_past
from broker.visits import earlier
from protocol import requests as r
from protocol.fields import Audience
from protocol.session import Party
from tests.broker.desks import ANA, BEN, LEA, NIA, SITE, Counter, customers


async def page(
    counter: Counter,
    teams: tuple[str, ...] = ("support",),
    reader: Audience = "reps",
    **wanted: Any,
) -> Page:
    asked = Wanted(**wanted)
    return await counter.database.read(
        partial(find_past, site=SITE, wanted=asked, teams=teams, reader=reader)
    )


async def found(counter: Counter, **wanted: Any) -> list[str]:
    return [past.session for past in (await page(counter, **wanted)).sessions]


async def ended(
    counter: Counter, customer: Party, *said: str, rep: Party = ANA, **start: Any
) -> str:
    """Live through a session and return its id."""
    issue = "cable" if rep is NIA else "computer"
    start = {"issue": issue, "name": customer.name} | start
    session = (await counter.ask(r.Start, customer, **start)).session
    await counter.ask(r.Accept, rep, session)
    for text in said:
        await counter.ask(r.Say, customer, session, text=text)
    await counter.ask(r.End, rep, session)
    return session


KIM = Party(id="c-kim", role="customer", name="Kim Öztürk")
TOM = Party(id="c-tom", role="customer", name="Tom Jones")


async def test_a_session_is_found_by_what_was_said_and_by_who_came(counter: Counter) -> None:
    kim = await ended(counter, KIM, "The zebra printer is jammed.", email="Kim@Example.test")
    tom = await ended(counter, TOM, "My zebra is hungry.")
    assert await found(counter, words="zebra") == [tom, kim]
    assert await found(counter, words="zebra print") == [kim]
    assert await found(counter, words="z") == [tom, kim]
    assert await found(counter, words="özt") == await found(counter, words="ÖZT") == [kim]
    assert await found(counter, words="kim@example.test") == [kim]
    assert await found(counter, words="jones tom") == [tom]
    assert await found(counter, words="giraffe") == await found(counter, words='"(') == []
    (hit,) = (await page(counter, words="jammed")).sessions
    assert (hit.name, hit.email, hit.line) == (
        KIM.name,
        "kim@example.test",
        "The zebra printer is jammed.",
    )
    assert (hit.rep, hit.ending, hit.team, hit.place) == (ANA.id, "rep_ended", "support", 3)


async def test_a_session_counts_once_however_often_the_words_stand_in_it(counter: Counter) -> None:
    kim = await ended(counter, KIM, *["zebra"] * 5)
    assert await found(counter, words="zebra") == [kim]


async def test_only_sessions_that_have_ended_and_are_of_the_teams_are_there(
    counter: Counter,
) -> None:
    kim = await ended(counter, KIM, "zebra")
    await ended(counter, TOM, "zebra", rep=NIA)
    first, second = customers(2)
    live = await counter.start_talking(first)
    await counter.ask(r.Say, first, live, text="zebra")
    await counter.start(second)
    searches: tuple[dict[str, Any], ...] = ({}, {"words": "zebra"})
    for wanted in searches:
        assert await found(counter, **wanted) == [kim]
        assert (await page(counter, (), **wanted)).sessions == ()
        assert await found(counter, team="network", **wanted) == []


async def test_what_only_leads_and_reps_read_customers_do_not_find(counter: Counter) -> None:
    session = (await counter.ask(r.Start, KIM, issue="computer")).session
    await counter.ask(r.Accept, ANA, session)
    await counter.ask(r.Note, ANA, session, text="zebra")
    await counter.ask(r.End, ANA, session)
    assert await found(counter, words="zebra") == [session]
    assert (await page(counter, reader="all", words="zebra")).sessions == ()


@pytest.mark.parametrize("words", ["", "zebra"])
async def test_every_filter_narrows_the_list_down(counter: Counter, words: str) -> None:
    first = await ended(counter, KIM, "zebra")
    between = counter.clock.now + 1
    counter.clock.move(60)
    second = await ended(counter, TOM, "zebra", rep=BEN)
    find = partial(found, counter, words=words)
    assert await find() == [second, first]
    assert await find(rep=BEN.id) == [second]
    assert await find(issue="computer") == [second, first]
    assert await find(issue="cable") == []
    assert await find(ending="rep_ended") == [second, first]
    assert await find(ending="abandoned") == []
    assert await find(since=between) == [second]
    assert await find(until=between) == [first]
    assert await find(team="support") == [second, first]


@pytest.mark.parametrize(
    ("words", "walks"),
    [("", (1, 2)), ("zebra", (2_000, 20_000)), ("zebra", (5, 11)), ("z", (2, 3))],
)
async def test_pages_follow_each_other_without_a_gap_or_a_repeat(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, words: str, walks: tuple[int, int]
) -> None:
    monkeypatch.setattr(history, "PAGE", 3)
    monkeypatch.setattr(history, "LINES", 2)
    # On PostgreSQL: not walked, walked far, and hardly walked before the index is asked.
    monkeypatch.setattr(history, "WALKS", walks)
    monkeypatch.setattr(history, "COMMON", 1)
    sessions = [await ended(counter, each, "zebra", "no zebra here") for each in customers(8)]
    told: list[str] = []
    before = ""
    while True:
        next_page = await page(counter, words=words, before=before)
        told += [past.session for past in next_page.sessions]
        before = next_page.next
        if not before:
            break
    assert told == sessions[::-1]
    with pytest.raises(BadCursor):
        await page(counter, words=words, before="made up")


async def test_a_line_that_a_reader_may_not_read_hides_nothing_on_a_later_page(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PAGE", 1)
    older, newer = customers(2)
    first = (await counter.ask(r.Start, older, issue="computer")).session
    await counter.ask(r.Accept, ANA, first)
    await counter.ask(r.Say, older, first, text="zebra")
    second = await ended(counter, newer, "zebra")
    await counter.ask(r.Note, ANA, first, text="zebra, for reps only")
    await counter.ask(r.End, ANA, first)
    top = await page(counter, words="zebra", reader="all")
    rest = await page(counter, words="zebra", reader="all", before=top.next)
    assert [past.session for past in (*top.sessions, *rest.sessions)] == [second, first]


# --- deletion


async def traces(counter: Counter, session: str) -> int:
    def count(conn: sa.Connection) -> int:
        v, t = schema.visits.c, schema.texts.c
        return (
            (conn.scalar(sa.select(sa.func.count()).where(v.session == session)) or 0)
            + (conn.scalar(sa.select(sa.func.count()).where(t.session == session)) or 0)
            + (
                conn.scalar(
                    sa.text("SELECT count(*) FROM search WHERE session = :s"), {"s": session}
                )
                or 0
            )
        )

    return await counter.database.read(count)


async def test_a_deleted_session_leaves_no_word_of_anybody(counter: Counter) -> None:
    session = (
        await counter.ask(r.Start, KIM, issue="computer", name="Kim", email="k@x.test")
    ).session
    await counter.ask(r.Accept, ANA, session)
    await counter.ask(r.Say, KIM, session, text="zebra")
    await counter.ask(r.Note, ANA, session, text="zebra")
    await counter.ask(r.End, ANA, session)
    other = await ended(counter, TOM, "zebra")
    assert await traces(counter, session) > 5
    await counter.desk.notice(session, r.Wipe())
    assert await traces(counter, session) == 0
    assert await found(counter, words="zebra") == await found(counter) == [other]
    facts = await counter.database.read(
        partial(store.read_facts, site=SITE, session=session, reader="broker")
    )
    assert [fact.place for fact in facts] == list(range(1, len(facts) + 1))
    assert all(getattr(fact, "erased", True) for fact in facts)


# --- who came before


async def listed(counter: Counter, words: str = "", before: int = 0) -> list[Contact]:
    work = partial(contacts, site=SITE, teams=("support",), words=words, before=before)
    return await counter.database.read(work)


async def before(counter: Counter, session: str) -> list[tuple[str, str]]:
    count, visits = await counter.database.read(
        partial(earlier, site=SITE, session=session, teams=("support",))
    )
    assert count == len(visits)
    return [(visit.session, visit.known_by) for visit in visits]


async def test_a_contact_is_known_by_address_or_else_by_browser(counter: Counter) -> None:
    one = await ended(counter, KIM, email="kim@example.test")
    await ended(counter, TOM)
    laptop = Party(id="c-laptop", role="customer", name="Kim")
    two = await ended(counter, laptop, email="KIM@example.test")
    kim, tom = await listed(counter)
    assert (kim.name, kim.email, kim.sessions, kim.session, kim.customer) == (
        "Kim", "kim@example.test", 2, two, "c-laptop",
    )  # fmt: skip
    assert (tom.name, tom.email, tom.sessions) == (TOM.name, "", 1)
    assert [each.name for each in await listed(counter, "jon TOM")] == [TOM.name]
    assert [each.name for each in await listed(counter, "%")] == []
    assert [each.name for each in await listed(counter, before=kim.last_at)] == [TOM.name]
    assert await before(counter, two) == [(one, "email")]


async def test_earlier_visits_are_those_of_the_browser_too(counter: Counter) -> None:
    one = await ended(counter, KIM, email="kim@example.test")
    two = await ended(counter, KIM)
    network = await ended(counter, KIM, rep=NIA)
    now = await counter.start(KIM)
    assert await before(counter, now) == [(two, "visitor"), (one, "visitor")]
    assert network not in dict(await before(counter, now))
    await counter.desk.notice(one, r.Wipe())
    assert await before(counter, now) == [(two, "visitor")]


async def test_who_has_their_words_erased_is_no_contact_any_more(counter: Counter) -> None:
    session = await ended(counter, KIM, email="kim@example.test")
    await counter.ask(r.EraseMyTexts, KIM, session)
    assert await listed(counter) == []
    assert await found(counter, words="kim") == []


async def test_a_lead_of_another_team_finds_nothing(counter: Counter) -> None:
    await ended(counter, KIM, "zebra")
    nobody = partial(contacts, site=SITE, teams=("network",))
    assert await counter.database.read(nobody) == []
    assert (await page(counter, ("network",), reader="leads", words="zebra")).sessions == ()
    assert LEA.leads == ("support",)
