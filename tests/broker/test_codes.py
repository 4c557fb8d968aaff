"""Session codes, a rep's call and a named rep: from the first word to the meeting."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from broker import codes, schema
from broker.app_codes import MOST_LIVE_APPS
from broker.codes import Codes, NoCode, TooManyCodes, TooManyTries
from broker.meetings import Meetings
from broker.presence import Presence
from broker.store import Raced
from protocol import requests as r
from protocol.facts import Met
from protocol.session import Refused
from tests.broker.desks import ANA, BEN, CUSTOMER, NIA, SITE, STRANGER, Counter
from tests.broker.servers import Server
from tests.broker.staff import add_rep

HERE = "203.0.113.7"


@pytest.fixture
async def made(counter: Counter) -> Codes:
    """The codes of a site in which Ana and Ben are there and may be named."""
    for rep in (ANA, BEN):
        await add_rep(counter, rep)
    meetings = Meetings(counter.database, SITE, counter.clock, lambda: True)
    counter.circumstances.meetings = meetings
    return Codes(counter.database, SITE, counter.clock)


async def why(made: Codes, code: str, visitor: str = CUSTOMER.id, address: str = HERE) -> str:
    with pytest.raises(NoCode) as wrong:
        await made.redeem(code, visitor, address)
    return wrong.value.why


async def meet(counter: Counter, session: str) -> None:
    counter.clock.move(0.25)
    await counter.desk.lapse(session, "meeting")


# --- codes


async def test_a_code_leads_to_the_rep_who_made_it_and_once(counter: Counter, made: Codes) -> None:
    code, expires_at = await made.make(ANA.id, "support")
    assert len(code) == 9
    assert expires_at == counter.clock.now + 600_000
    assert (await made.redeem(code, CUSTOMER.id, HERE)).rep == ANA.id
    session = (await counter.ask(r.Start, CUSTOMER, issue="", code=code)).session
    mine = (await counter.desk.session(session)).meant_for
    assert mine == ANA.id
    await meet(counter, session)
    opened = await counter.desk.session(session)
    assert (opened.state, opened.owner, opened.team) == ("talking", ANA.id, "support")
    assert await why(made, code) == "used"
    await counter.ask(r.End, CUSTOMER, session)
    with pytest.raises(Refused, match="unknown_code"):
        await counter.ask(r.Start, CUSTOMER, issue="", code=code)


async def test_a_code_is_kept_for_who_showed_it_first(counter: Counter, made: Codes) -> None:
    code, _ = await made.make(ANA.id, "support")
    await made.redeem(code, CUSTOMER.id, HERE)
    await made.redeem(code, CUSTOMER.id, HERE)  # a reload
    assert await why(made, code, STRANGER.id) == "used"
    with pytest.raises(Refused, match="unknown_code"):
        await counter.ask(r.Start, STRANGER, issue="", code=code)
    await counter.ask(r.Start, CUSTOMER, issue="", code=code)


async def test_a_code_that_was_not_shown_starts_nothing(counter: Counter, made: Codes) -> None:
    code, _ = await made.make(ANA.id, "support")
    with pytest.raises(Refused, match="unknown_code"):
        await counter.ask(r.Start, CUSTOMER, issue="", code=code)


async def test_a_code_lives_for_ten_minutes_until_it_starts_something(
    counter: Counter, made: Codes
) -> None:
    early, _ = await made.make(ANA.id, "support")
    late, _ = await made.make(ANA.id, "support")
    await made.redeem(early, CUSTOMER.id, HERE)
    counter.clock.move(599)
    session = (await counter.ask(r.Start, CUSTOMER, issue="", code=early)).session
    counter.clock.move(2)
    assert await why(made, late) == "expired"
    await meet(counter, session)
    assert (await counter.desk.session(session)).state == "talking"


async def test_of_two_starts_with_one_code_one_happens(counter: Counter, made: Codes) -> None:
    code, _ = await made.make(ANA.id, "support")
    await made.redeem(code, CUSTOMER.id, HERE)
    starts = [counter.ask(r.Start, CUSTOMER, issue="", code=code) for _ in range(4)]
    done = await asyncio.gather(*starts, return_exceptions=True)
    assert sum(not isinstance(each, Refused) for each in done) == 1
    assert not [each for each in done if isinstance(each, Raced)]


async def test_guessing_comes_to_an_end_from_one_address_and_from_all(
    counter: Counter, made: Codes
) -> None:
    code, _ = await made.make(ANA.id, "support")
    for _ in range(10):
        assert await why(made, "000000000") == "unknown"
    with pytest.raises(TooManyTries):
        await made.redeem(code, CUSTOMER.id, HERE)
    await made.redeem(code, CUSTOMER.id, "198.51.100.1")
    for number in range(70):
        assert await why(made, "000000000", address=f"198.51.100.{number + 2}") == "unknown"
    with pytest.raises(TooManyTries):
        await made.redeem(code, CUSTOMER.id, "192.0.2.1")
    counter.clock.move(3600)
    with pytest.raises(NoCode, match="expired"):
        await made.redeem(code, CUSTOMER.id, HERE)


def test_guessing_succeeds_less_than_once_in_ten_years() -> None:
    tries = codes.WRONG_AN_HOUR * 24 * 3652.5
    assert tries * (codes.MOST_LIVE + MOST_LIVE_APPS) / 10**9 < 1


async def test_as_many_codes_live_as_the_arithmetic_says(
    counter: Counter, made: Codes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        await made.make(ANA.id, "support")
    with pytest.raises(TooManyCodes):
        await made.make(ANA.id, "support")
    monkeypatch.setattr(codes, "MOST_LIVE", 6)
    done = await asyncio.gather(
        *(made.make(f"r-{n}", "support") for n in range(4)), return_exceptions=True
    )
    assert sum(isinstance(each, TooManyCodes) for each in done) == 3
    counter.clock.move(601)
    await made.make(ANA.id, "support")


async def test_where_the_rep_has_gone_the_customer_waits_for_the_team(
    counter: Counter, made: Codes
) -> None:
    code, _ = await made.make(ANA.id, "support")
    await made.redeem(code, CUSTOMER.id, HERE)
    links = schema.links
    await counter.database.write(
        lambda conn: conn.execute(links.delete().where(links.c.party == ANA.id)).close()
    )
    session = (await counter.ask(r.Start, CUSTOMER, issue="", code=code)).session
    meetings = sa.select(sa.func.count()).select_from(schema.meetings)
    assert await counter.database.read(lambda conn: conn.scalar(meetings)) == 1
    await meet(counter, session)
    assert await counter.database.read(lambda conn: conn.scalar(meetings)) == 0
    await counter.ask(r.Accept, BEN, session)


# --- a rep calls


async def test_a_rep_calls_who_was_here_before_and_meets_them(
    counter: Counter, made: Codes
) -> None:
    before = await counter.start_talking()
    await counter.ask(r.End, CUSTOMER, before)
    told: list[Any] = []
    counter.doorbell.listen(told.append)
    session = (await counter.ask(r.Call, BEN, customer=CUSTOMER.id)).session
    assert {ring.subject for ring in told if ring.topic == "party"} == {BEN.id, CUSTOMER.id}
    with pytest.raises(Refused, match="not_now"):
        await counter.ask(r.Call, ANA, customer=CUSTOMER.id)
    await counter.ask(r.AnswerCall, CUSTOMER, session, accepted=True)
    facts: list[Any] = []
    counter.desk.hear = facts.append
    await meet(counter, session)
    assert isinstance(facts[-1].fact, Met)
    met = await counter.desk.session(session)
    assert (met.state, met.owner, met.issue) == ("talking", BEN.id, "computer")


async def test_nobody_calls_strangers_or_customers_of_another_team(
    counter: Counter, made: Codes
) -> None:
    session = await counter.start_talking()
    await counter.ask(r.End, CUSTOMER, session)
    for rep, customer in ((NIA, CUSTOMER), (ANA, STRANGER)):
        with pytest.raises(Refused, match="unknown_contact"):
            await counter.ask(r.Call, rep, customer=customer.id)


async def test_a_call_happens_again_after_it_was_refused(counter: Counter, made: Codes) -> None:
    await counter.ask(r.End, CUSTOMER, await counter.start_talking())
    for _ in range(2):
        session = (await counter.ask(r.Call, ANA, customer=CUSTOMER.id)).session
        await counter.ask(r.AnswerCall, CUSTOMER, session, accepted=False)
        assert (await counter.desk.session(session)).ending == "call_refused"


# --- a named rep


async def test_a_named_rep_is_offered_the_session_and_nobody_else_is(
    counter: Counter, made: Codes
) -> None:
    session = (await counter.ask(r.Start, CUSTOMER, issue="computer", rep=BEN.id)).session
    await meet(counter, session)
    offer = (await counter.desk.session(session)).offer
    assert offer
    assert (offer.rep, offer.reason, offer.until) == (BEN.id, "direct", counter.clock.now + 120_000)
    with pytest.raises(Refused, match="taken"):
        await counter.ask(r.Accept, ANA, session)
    await counter.ask(r.Decline, BEN, session)
    assert (await counter.desk.session(session)).ending == "busy"


async def test_a_rep_who_is_not_there_or_of_another_team_cannot_be_named(
    counter: Counter, made: Codes
) -> None:
    await add_rep(counter, NIA)
    presence = Presence(counter.database, SITE, counter.clock, counter.doorbell, counter.desk, "b")
    await presence.switch(BEN.id, on=False)
    for rep in (BEN.id, NIA.id, "nobody"):
        with pytest.raises(Refused, match="nobody_available"):
            await counter.ask(r.Start, CUSTOMER, issue="computer", rep=rep)
    counter.circumstances.meetings = Meetings(counter.database, SITE, counter.clock, lambda: False)
    with pytest.raises(Refused, match="not_now"):
        await counter.ask(r.Start, CUSTOMER, issue="computer", rep=ANA.id)


# --- the calls


async def test_a_link_with_a_code_says_whom_it_leads_to(server: Server) -> None:
    ana = await server.add("ana", "rep")
    cookie = await server.sign_in(ana)
    code = (await server.call("POST", "/v1/codes", {}, cookie=cookie)).json
    assert code["url"].endswith(f"/?code={code['code']}")
    _, token = await server.visitor()
    body = {"code": code["code"]}
    shown = await server.call("POST", "/v1/codes/redeem", body, token=token)
    assert (shown.json["rep"], shown.json["name"]) == (ana.id, "Ana")
    _, other = await server.visitor()
    taken = await server.call("POST", "/v1/codes/redeem", body, token=other)
    assert (taken.status, taken.error) == (409, "code_used")
    wrong = await server.call("POST", "/v1/codes/redeem", {"code": "12345678"}, token=other)
    assert (wrong.status, wrong.error) == (400, "malformed")
    elsewhere = await server.call("POST", "/v1/codes", {"team": "network"}, cookie=cookie)
    assert (elsewhere.status, elsewhere.error) == (400, "malformed")


async def test_a_rep_cancels_a_code_of_their_own_that_nobody_has_used(
    counter: Counter, made: Codes
) -> None:
    code, _ = await made.make(ANA.id, "support")
    with pytest.raises(NoCode, match="unknown"):
        await made.cancel(BEN.id, code)
    await made.cancel(ANA.id, code)
    assert await why(made, code) == "expired"
    await made.cancel(ANA.id, code)  # twice is no fault
    assert await why(made, code) == "expired"
    code, _ = await made.make(ANA.id, "support")
    await made.redeem(code, CUSTOMER.id, HERE)
    await counter.ask(r.Start, CUSTOMER, issue="", code=code)
    with pytest.raises(NoCode, match="used"):
        await made.cancel(ANA.id, code)
