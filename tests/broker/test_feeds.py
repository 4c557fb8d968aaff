from collections.abc import AsyncIterator

import pytest

from broker.desk import Told
from broker.feeds import Feeds
from broker.tasks import Tasks
from protocol import requests as r
from protocol.facts import Fact
from protocol.messages import Facts, Frame, decode_down
from protocol.session import Party
from tests.broker.desks import ANA, CUSTOMER, NIA, SITE, STRANGER, Counter
from tests.waiting import until


class Reader:
    """A follower that keeps what it was told."""

    def __init__(self, party: Party) -> None:
        self.party = party
        self.facts: list[Fact] = []
        self.frames = 0

    def send(self, frame: Frame | bytes) -> None:
        told = decode_down(frame) if isinstance(frame, bytes) else frame
        assert isinstance(told, Facts)
        assert told.after == len(self.facts)
        self.facts.extend(told.facts)
        self.frames += 1

    async def roomy(self) -> None:
        return

    @property
    def places(self) -> list[int]:
        return [fact.place for fact in self.facts]


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


async def test_a_long_transcript_comes_in_batches_and_whole(post: Post) -> None:
    session = await post.counter.start_talking()
    for number in range(230):
        await post.counter.ask(r.Say, CUSTOMER, session, text=str(number))
    reader = await post.follow(ANA, session)
    await until(lambda: len(reader.facts) == 232)
    assert reader.frames >= 3
