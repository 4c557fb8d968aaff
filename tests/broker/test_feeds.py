import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from broker.desk import Told
from broker.feeds import Feeds
from broker.tasks import Tasks
from protocol import requests as r
from protocol.session import Party
from tests.broker.desks import ANA, CUSTOMER, NIA, SITE, STRANGER, Counter, Reader, counter_at
from tests.waiting import until


class Post:
    """Feeds on a desk whose rings a test may hold back, repeat or lose."""

    def __init__(self, counter: Counter, feeds: Feeds) -> None:
        self.counter = counter
        self.feeds = feeds
        self.held: list[Told] = []
        counter.desk.hear = self.held.append

    def deliver(self) -> None:
        for told in self.held:
            self.feeds.hear(told)
        self.held.clear()

    async def follow(self, party: Party, session: str, after: int = 0) -> Reader:
        reader = Reader(party)
        assert self.feeds.follow(reader, await self.counter.desk.fresh(session), after)
        await until(lambda: reader.frames > 0)
        return reader


@pytest.fixture
async def post(counter: Counter) -> AsyncIterator[Post]:
    tasks = Tasks()
    yield Post(counter, Feeds(counter.database, SITE, tasks))
    await tasks.stop()


async def test_a_follower_gets_all_there_is_and_then_each_fact_as_it_comes(post: Post) -> None:
    session = await post.counter.start_talking()
    post.held.clear()
    reader = await post.follow(CUSTOMER, session)
    await until(lambda: reader.places == [1, 2])
    await post.counter.ask(r.Say, ANA, session, text="Hello")
    post.deliver()
    assert reader.places == [1, 2, 3]


async def test_a_follower_who_comes_back_gets_only_what_is_new(post: Post) -> None:
    session = await post.counter.start_talking()
    reader = Reader(CUSTOMER)
    reader.facts = (await post.follow(CUSTOMER, session)).facts[:1]
    assert post.feeds.follow(reader, await post.counter.desk.fresh(session), 1)
    await until(lambda: reader.places == [1, 2])


async def test_facts_told_twice_late_or_out_of_order_arrive_once_and_in_order(post: Post) -> None:
    session = await post.counter.start_talking()
    reader = await post.follow(CUSTOMER, session)
    post.held.clear()
    for text in "abcd":
        await post.counter.ask(r.Say, ANA, session, text=text)
    post.held = [*reversed(post.held), *post.held]
    post.deliver()
    await until(lambda: reader.places == [1, 2, 3, 4, 5, 6])


async def test_a_lost_ring_is_made_up_by_the_next_look(post: Post) -> None:
    session = await post.counter.start_talking()
    reader = await post.follow(CUSTOMER, session)
    await post.counter.ask(r.Say, ANA, session, text="lost")
    post.held.clear()
    post.feeds.reached(await post.counter.desk.fresh(session))
    await until(lambda: reader.places == [1, 2, 3])


async def test_notes_leave_no_trace_with_the_customer_not_even_a_gap(post: Post) -> None:
    session = await post.counter.start_talking()
    customer, rep = await post.follow(CUSTOMER, session), await post.follow(ANA, session)
    post.held.clear()
    await post.counter.ask(r.Note, ANA, session, text="secret")
    await post.counter.ask(r.Say, ANA, session, text="open")
    post.deliver()
    await until(lambda: len(customer.facts) == 3 and len(rep.facts) == 4)
    assert customer.places == [1, 2, 3]
    assert "secret" not in repr(customer.facts)
    assert "secret" in repr(rep.facts)


async def test_a_stranger_cannot_follow(post: Post) -> None:
    session = await post.counter.start_talking()
    head = await post.counter.desk.fresh(session)
    assert not post.feeds.follow(Reader(STRANGER), head, 0)
    assert not post.feeds.follow(Reader(NIA), head, 0)


async def test_who_may_not_read_any_more_is_told_no_more(post: Post) -> None:
    session = await post.counter.start_talking()
    rep = await post.follow(ANA, session)
    post.held.clear()
    await post.counter.ask(r.Transfer, ANA, session, team="network")
    await post.counter.ask(r.Accept, NIA, session)
    await post.counter.ask(r.Say, CUSTOMER, session, text="for Nia only")
    post.deliver()
    assert "for Nia only" not in repr(rep.facts)
    assert post.feeds.followers(session) == []


async def lose(post: Post, session: str, desk: Counter) -> None:
    """Let Ana say something, give the session away, and others go on without her."""
    await desk.ask(r.Say, ANA, session, text="I ask a colleague.")
    await desk.ask(r.Transfer, ANA, session, team="network")
    await desk.ask(r.Say, CUSTOMER, session, text="for the network team")
    await desk.ask(r.Accept, NIA, session)
    await desk.ask(r.Say, CUSTOMER, session, text="for Nia only")


@pytest.mark.parametrize("kept", [slice(None, None, -1), slice(-1, None), slice(1, 2), slice(0, 0)])
async def test_who_loses_access_is_told_the_fact_that_says_so_whatever_rings_get_lost(
    post: Post, kept: slice
) -> None:
    session = await post.counter.start_talking()
    rep = await post.follow(ANA, session)
    post.held.clear()
    await lose(post, session, post.counter)
    post.held = post.held[kept]
    post.deliver()
    post.feeds.reached(await post.counter.desk.fresh(session))
    await until(lambda: post.feeds.followers(session) == [])
    # Nobody is left to be told of anything that comes.
    assert post.feeds.has_told(session, 1000)
    assert rep.kinds == ["opened", "accepted", "said", "transferred"]


async def test_who_loses_access_at_another_desk_is_told_the_fact_that_says_so(
    post: Post, database_url: str
) -> None:
    session = await post.counter.start_talking()
    rep, customer = await post.follow(ANA, session), await post.follow(CUSTOMER, session)
    async with counter_at(database_url) as other:
        await lose(post, session, other)
        # The first that this desk hears is what it stores itself.
        post.held.clear()
        await post.counter.ask(r.Say, NIA, session, text="for the customer only")
        post.deliver()
    await until(lambda: post.feeds.followers(session) == [customer])
    await until(lambda: len(customer.facts) == 8)
    assert rep.kinds == ["opened", "accepted", "said", "transferred"]


async def test_who_loses_access_far_behind_is_told_all_up_to_there(post: Post) -> None:
    session = await post.counter.start_talking()
    rep = await post.follow(ANA, session)
    for number in range(150):
        await post.counter.ask(r.Say, CUSTOMER, session, text=str(number))
    await lose(post, session, post.counter)
    for number in range(150):
        await post.counter.ask(r.Say, CUSTOMER, session, text=str(number))
    post.feeds.reached(await post.counter.desk.fresh(session))
    await until(lambda: post.feeds.followers(session) == [] and len(rep.facts) >= 154)
    assert rep.kinds[-2:] == ["said", "transferred"]
    assert len(rep.facts) == 154


async def test_a_rep_who_is_lost_and_taken_back_unheard_misses_nothing(post: Post) -> None:
    session = await post.counter.start_talking()
    rep = await post.follow(ANA, session)
    await post.counter.ask(r.Transfer, ANA, session, team="network")
    await post.counter.ask(r.Accept, NIA, session)
    await post.counter.ask(r.Transfer, NIA, session, team="support")
    post.feeds.reached(await post.counter.desk.fresh(session))
    await until(lambda: rep.places == [1, 2, 3, 4, 5])
    assert post.feeds.followers(session) == [rep]


async def test_who_cannot_be_filled_is_sent_away_to_come_back(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await post.counter.start_talking()
    behind = await post.follow(CUSTOMER, session)
    head = await post.counter.desk.fresh(session)
    new = Reader(ANA)

    async def away(work: object) -> None:
        raise OSError("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr(post.counter.database, "read", away)
        assert post.feeds.follow(new, head, 0)
        post.feeds._fill(post.feeds._feeds[session][behind])
        await until(lambda: new.aborted and behind.aborted)
    assert post.feeds.followers(session) == []
    assert post.feeds.follow(behind, head, 2)
    await post.counter.ask(r.Say, ANA, session, text="again")
    post.deliver()
    await until(lambda: behind.places == [1, 2, 3])


async def test_who_has_all_there_is_is_told_so(post: Post) -> None:
    session = await post.counter.start_talking()
    reader = Reader(CUSTOMER)
    reader.facts = (await post.follow(CUSTOMER, session)).facts
    assert post.feeds.follow(reader, await post.counter.desk.fresh(session), 2)
    await until(lambda: reader.frames == 1)
    assert reader.places == [1, 2]


async def test_what_is_stored_while_a_follower_is_filled_is_told_as_well(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await post.counter.start_talking()
    head = await post.counter.desk.fresh(session)
    read, has_read, go_on = post.counter.database.read, asyncio.Event(), asyncio.Event()

    async def slowly(work: Any) -> Any:
        result = await read(work)
        has_read.set()
        await go_on.wait()
        return result

    reader = Reader(CUSTOMER)
    with monkeypatch.context() as slow:
        slow.setattr(post.counter.database, "read", slowly)
        assert post.feeds.follow(reader, head, 0)
        await has_read.wait()
        await post.counter.ask(r.Say, ANA, session, text="meanwhile")
        post.deliver()
        go_on.set()
        await until(lambda: reader.places == [1, 2, 3])


async def test_what_is_stored_just_before_somebody_follows_is_told_as_well(post: Post) -> None:
    session = await post.counter.start_talking()
    head = await post.counter.desk.fresh(session)
    await post.counter.ask(r.Say, ANA, session, text="in between")
    post.held.clear()
    reader = Reader(CUSTOMER)
    assert post.feeds.follow(reader, head, 0)
    await until(lambda: reader.places == [1, 2, 3])
    assert post.feeds.has_told(session, 3)
    assert not post.feeds.has_told(session, 4)


async def test_a_long_transcript_comes_in_batches_and_whole(post: Post) -> None:
    session = await post.counter.start_talking()
    for number in range(230):
        await post.counter.ask(r.Say, CUSTOMER, session, text=str(number))
    reader = await post.follow(ANA, session)
    await until(lambda: len(reader.facts) == 232)
    assert reader.frames >= 3


async def test_a_fact_is_told_exactly_as_it_is_read_later(post: Post) -> None:
    session = await post.counter.start_talking()
    told = await post.follow(CUSTOMER, session)
    post.held.clear()
    await post.counter.ask(r.Say, CUSTOMER, session, text="with a digest")
    post.deliver()
    read = await post.follow(CUSTOMER, session)
    await until(lambda: len(read.facts) == len(told.facts) == 3)
    assert told.facts == read.facts
