"""PostgreSQL is killed under a desk, as by a crash, and comes back."""

import asyncio
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from broker import store
from broker.migrate import migrate
from protocol import requests as r
from protocol.facts import Said
from tests.broker.desks import ANA, CUSTOMER, SITE, Counter, counter_at, new_id
from tests.postgres import Cluster, running_cluster
from tests.waiting import until

AWAY = (sa.exc.SQLAlchemyError, OSError)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with running_cluster() as cluster:
        yield cluster


class Talk:
    """Somebody who says one thing after the other, each until it is answered."""

    def __init__(self, counter: Counter, session: str, name: str) -> None:
        self._counter = counter
        self._session = session
        self._name = name
        self.answered: list[str] = []
        self.failed = 0
        self.enough = False

    async def run(self) -> None:
        while not self.enough:
            text = f"{self._name} {len(self.answered)}"
            await self._say(r.Say(id=new_id(), session=self._session, text=text))
            self.answered.append(text)

    async def _say(self, say: r.Say) -> None:
        """Ask again with the same id, as a client does that comes back."""
        while True:
            try:
                await self._counter.desk.ask(say, CUSTOMER if self._name == "max" else ANA)
            except AWAY:
                self.failed += 1
                await asyncio.sleep(0.01)
            else:
                return


async def all_get_on(talks: list[Talk]) -> None:
    """Return once each has said five things more."""
    aims = [(talk, len(talk.answered) + 5) for talk in talks]
    await until(lambda: all(len(talk.answered) >= aim for talk, aim in aims))


async def all_fail(talks: list[Talk]) -> None:
    """Return once each has been told that the database is away."""
    before = [(talk, talk.failed) for talk in talks]
    await until(lambda: all(talk.failed > failed for talk, failed in before))


async def test_nothing_that_was_answered_is_lost_or_doubled_when_postgresql_is_killed(
    cluster: Cluster,
) -> None:
    url = await asyncio.to_thread(cluster.create_database, "killed")
    await asyncio.to_thread(migrate, url)
    async with asyncio.timeout(120), counter_at(url) as counter:
        session = await counter.start_talking()
        talks = [Talk(counter, session, name) for name in ("max", "ana")]
        async with asyncio.TaskGroup() as group:
            for talk in talks:
                group.create_task(talk.run())
            for _ in range(3):
                await all_get_on(talks)
                await asyncio.to_thread(cluster.stop, "immediate")
                await all_fail(talks)
                await asyncio.to_thread(cluster.start)
            await all_get_on(talks)
            for talk in talks:
                talk.enough = True
        facts = await counter.database.read(
            lambda conn: store.read_facts(conn, SITE, session, "broker", limit=100_000)
        )
    texts = [fact.text for fact in facts if isinstance(fact, Said)]
    for talk in talks:
        assert [text for text in texts if text.startswith(talk._name)] == talk.answered
    assert [fact.place for fact in facts] == list(range(1, len(facts) + 1))
