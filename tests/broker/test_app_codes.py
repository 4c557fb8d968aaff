"""An app joins a session that is on by the code in its file's name: once, soon, and only its own."""

import asyncio
from functools import partial

import pytest

from broker import app_codes
from broker.admission import Admission
from broker.app_codes import AppCodes
from broker.codes import Codes, NoCode, TooManyCodes
from broker.meetings import Meetings
from protocol import requests as r
from protocol.session import Party, Refused
from tests.broker.desks import ANA, CUSTOMER, SITE, STRANGER, Counter
from tests.broker.servers import Server, welcomed

HERE = "203.0.113.7"
APP = "c-app"


@pytest.fixture
def apps(counter: Counter) -> AppCodes:
    return AppCodes(counter.database, SITE, counter.clock)


@pytest.fixture
def shown(counter: Counter) -> Codes:
    """Where apps show what is in their name."""
    counter.circumstances.meetings = Meetings(counter.database, SITE, counter.clock, lambda: True)
    return Codes(counter.database, SITE, counter.clock)


async def why(shown: Codes, code: str, visitor: str = APP, *, app: bool = True) -> str:
    with pytest.raises(NoCode) as wrong:
        await shown.redeem(code, visitor, HERE, app=app)
    return wrong.value.why


async def test_an_app_speaks_for_the_customer_whose_session_it_joins(
    counter: Counter, apps: AppCodes, shown: Codes
) -> None:
    session = await counter.start_talking()
    code, expires_at = await apps.make(session)
    assert expires_at == counter.clock.now + 600_000
    made = await shown.redeem(code, APP, HERE, app=True)
    assert made.session == session
    admission = Admission(counter.database, SITE, counter.clock)
    assert await admission.visitor_of(made.token) == CUSTOMER.id
    again = await shown.redeem(code, APP, HERE, app=True)  # its answer was lost
    assert await admission.visitor_of(again.token) == CUSTOMER.id
    counter.clock.move(24 * 3600 + 1)
    assert await admission.visitor_of(made.token) == ""


async def test_a_code_lets_one_app_in_and_no_other_copy_of_it(
    counter: Counter, apps: AppCodes, shown: Codes
) -> None:
    session = await counter.start_talking()
    first, _ = await apps.make(session)
    second, _ = await apps.make(session)
    done = await asyncio.gather(
        *(shown.redeem(first, f"c-{n}", HERE, app=True) for n in range(4)), return_exceptions=True
    )
    assert sum(not isinstance(each, NoCode) for each in done) == 1
    assert await why(shown, first) == "used"
    assert await why(shown, second) == "used", "it was meant for the session that is in the app now"
    third, _ = await apps.make(session)
    assert (await shown.redeem(third, APP, HERE, app=True)).session == session


async def test_a_code_expires_with_time_and_with_its_session(
    counter: Counter, apps: AppCodes, shown: Codes
) -> None:
    session = await counter.start_talking()
    late, _ = await apps.make(session)
    counter.clock.move(601)
    assert await why(shown, late) == "expired"
    code, _ = await apps.make(session)
    await counter.ask(r.End, ANA, session)
    assert await why(shown, code) == "expired"


async def test_a_page_cannot_join_with_it_nor_start_anything(
    counter: Counter, apps: AppCodes, shown: Codes
) -> None:
    code, _ = await apps.make(await counter.start_talking())
    assert await why(shown, code, STRANGER.id, app=False) == "unknown"
    await shown.redeem(code, STRANGER.id, HERE, app=True)
    with pytest.raises(Refused, match="unknown_code"):
        await counter.ask(r.Start, STRANGER, issue="", code=code)


async def test_as_many_live_as_the_arithmetic_says_and_apps_take_no_room_from_reps(
    counter: Counter, apps: AppCodes, shown: Codes, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await counter.start_talking()
    codes = [(await apps.make(session))[0] for _ in range(4)]
    assert [await why(shown, code) for code in codes[:3]] == ["expired"] * 3
    monkeypatch.setattr(app_codes, "MOST_LIVE_APPS", 2)
    done = await asyncio.gather(
        *(apps.make(f"session-{n}") for n in range(3)), return_exceptions=True
    )
    assert sum(isinstance(each, TooManyCodes) for each in done) == 2
    await shown.make(ANA.id, "support")
    counter.clock.move(601)
    await apps.make(session)


async def test_only_their_customer_gets_a_code_and_only_here(server: Server) -> None:
    customer, token = await server.visitor()
    _, other = await server.visitor()
    ana = await server.add("ana", "rep")
    code = (await server.call("POST", "/v1/codes", {}, cookie=await server.sign_in(ana))).json[
        "code"
    ]
    await server.call("POST", "/v1/codes/redeem", {"code": code}, token=token)
    start = r.Start(id="01890a5d-ac96-774b-bcce-000000000001", issue="", code=code)
    mine = Party(id=customer, role="customer")
    session = (await server.parts.desk.ask(start, mine)).session
    path = f"/v1/sessions/{session}/app"
    assert (await server.call("POST", path, token=other)).status == 404
    early = await server.call("POST", path, token=token)
    assert (early.status, early.error) == (409, "not_now")
    rules = (await server.parts.desk.session(session)).rules
    for number, kind, digest in (
        (2, r.AcceptAgreement, rules.agreement_digest),
        (3, partial(r.AnswerRecording, allowed=True), rules.recording_digest),
    ):
        request = f"01890a5d-ac96-774b-bcce-{number:012}"
        await server.parts.desk.ask(kind(id=request, session=session, digest=digest), mine)
    made = await server.call("POST", path, token=token)
    body = {"code": made.json["code"], "app": True}
    joined = await server.call("POST", "/v1/codes/redeem", body, token=other)
    assert joined.json["session"] == session
    ticket = await server.call("POST", "/v1/tickets", token=joined.json["token"])
    async with server.link(ticket.json["ticket"]) as link:
        welcome = await welcomed(link)
    assert (welcome["party"], welcome["sessions"]) == (customer, [session])
