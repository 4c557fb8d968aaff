"""An offer to somebody who is not there any more, and the same at the very last moment."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import sqlalchemy as sa

from broker import schema
from broker.database import insert_new
from broker.handout import HandOut
from protocol import requests as r
from protocol.session import Refused, Session
from tests.broker.desks import ANA, BEN, CUSTOMER, NIA, SITE, Counter, customers
from tests.broker.staff import add_rep


def handing_out(counter: Counter) -> HandOut:
    return HandOut(counter.database, SITE, counter.clock, counter.desk, lambda: ["support"])


async def offered(counter: Counter, session: str) -> str:
    offer = (await counter.desk.session(session)).offer
    return offer.rep if offer else ""


async def goes_away(counter: Counter, rep: str) -> None:
    await counter.database.write(
        lambda conn: insert_new(conn, schema.away, site=SITE, link=f"l-{rep}")
    )


async def turns_the_switch(counter: Counter, rep: str) -> None:
    a = schema.accounts
    off = a.update().where(a.c.id == rep).values(available=False)
    await counter.database.write(lambda conn: conn.execute(off))


async def loses_the_browser(counter: Counter, rep: str) -> None:
    li = schema.links
    left = li.update().where(li.c.party == rep).values(left_at=counter.clock())
    await counter.database.write(lambda conn: conn.execute(left))


async def loses_the_broker(counter: Counter, rep: str) -> None:
    b = schema.brokers
    dead = b.update().where(b.c.id == "b").values(seen_at=1)
    await counter.database.write(lambda conn: conn.execute(dead))


Leaving = Callable[[Counter, str], Awaitable[None]]


@pytest.mark.parametrize("leaves", [goes_away, turns_the_switch, loses_the_browser])
async def test_an_offer_passes_on_at_once_when_its_rep_leaves(
    counter: Counter, leaves: Leaving
) -> None:
    await add_rep(counter, ANA)
    hand_out = handing_out(counter)
    session = await counter.start()
    await hand_out.look()
    await add_rep(counter, BEN)
    await leaves(counter, ANA.id)
    await hand_out.look()
    assert await offered(counter, session) == BEN.id
    assert (await counter.desk.session(session)).unanswered == ()
    with pytest.raises(Refused, match="taken"):
        await counter.ask(r.Accept, ANA, session)


async def test_with_nobody_left_it_waits_for_who_comes_back(counter: Counter) -> None:
    await add_rep(counter, ANA)
    hand_out = handing_out(counter)
    session = await counter.start()
    await hand_out.look()
    await loses_the_broker(counter, ANA.id)
    await hand_out.look()
    assert await offered(counter, session) == ""
    await add_rep(counter, ANA)
    await hand_out.look()
    assert await offered(counter, session) == ANA.id


async def test_a_transfer_to_somebody_who_leaves_changes_nothing(counter: Counter) -> None:
    await add_rep(counter, ANA)
    await add_rep(counter, NIA)
    session = await counter.start_talking()
    before = await counter.desk.session(session)
    await counter.ask(r.Transfer, ANA, session, rep=NIA.id)
    await loses_the_browser(counter, NIA.id)
    await handing_out(counter).look()
    after = await counter.desk.session(session)
    assert (after.offer, after.owner, after.state) == (None, ANA.id, "talking")
    assert after.team == before.team


async def test_whom_a_customer_named_keeps_their_time(counter: Counter) -> None:
    await add_rep(counter, ANA)
    session = await counter.start()
    await counter.desk.notice(session, r.Offer(rep=ANA.id, reason="direct"))
    await goes_away(counter, ANA.id)
    await handing_out(counter).look()
    assert await offered(counter, session) == ANA.id


async def test_accepting_and_leaving_at_once_ends_with_one_owner_or_the_next_offer(
    counter: Counter,
) -> None:
    await add_rep(counter, ANA)
    await add_rep(counter, BEN)
    hand_out = handing_out(counter)
    for customer in customers(8):
        session = await counter.start(customer)
        await hand_out.look()
        asked = ANA if await offered(counter, session) == ANA.id else BEN
        await goes_away(counter, asked.id)
        results: list[Any] = await asyncio.gather(
            counter.ask(r.Accept, asked, session),
            *(hand_out.look() for _ in range(3)),
            return_exceptions=True,
        )
        stands = await counter.desk.session(session)
        accepted = not isinstance(results[0], BaseException)
        assert accepted == (stands.owner == asked.id)
        assert accepted != (stands.state == "waiting")
        assert not [each for each in results[1:] if isinstance(each, BaseException)]
        await _clear(counter, stands)
    standing = sa.select(sa.func.sum(schema.turns.c.offers))
    assert await counter.database.read(lambda conn: conn.scalar(standing)) == 0


async def _clear(counter: Counter, session: Session) -> None:
    """End `session`, and let everybody stir again."""
    customer = next(each for each in (CUSTOMER, *customers(8)) if each.id == session.customer)
    await counter.ask(r.End, customer, session.id)
    w = schema.away
    await counter.database.write(lambda conn: conn.execute(w.delete().where(w.c.site == SITE)))
