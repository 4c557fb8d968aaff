"""The calls about what was: who may see, delete and read the audit; and who is there."""

import asyncio
from typing import Any

from broker.accounts import Account
from protocol import requests as r
from protocol.session import Party
from tests.broker.desks import new_id
from tests.broker.servers import Server, welcomed
from tests.broker.test_handlers import ticket
from tests.waiting import LIMIT_SECONDS


async def consent(server: Server, session: str, customer: Party) -> None:
    """Answer whatever the site asks before the queue."""
    desk, rules = server.parts.desk, (await server.parts.desk.session(session)).rules
    digest = rules.agreement_digest
    await desk.ask(r.AcceptAgreement(id=new_id(), session=session, digest=digest), customer)
    if rules.recording_asked:
        answer = r.AnswerRecording(
            id=new_id(), session=session, allowed=True, digest=rules.recording_digest
        )
        await desk.ask(answer, customer)


async def ended(server: Server, rep: Account, text: str = "zebra") -> str:
    """Live through a session with `rep`, of support, and return its id."""
    party, _ = await server.visitor()
    customer = Party(id=party, role="customer")
    desk, serving = server.parts.desk, Party(id=rep.id, role="rep", name="R", teams=("support",))
    cookie = await server.sign_in(rep)
    async with server.link(await ticket(server, cookie=cookie)) as link:
        await welcomed(link)
        await server.parts.links._presence.switch(rep.id, on=True)
        start = r.Start(id=new_id(), issue="computer", name="Kim", email="kim@example.test")
        session = (await desk.ask(start, customer)).session
        await consent(server, session, customer)
        for asked, who in (
            (r.Accept(id=new_id(), session=session), serving),
            (r.Say(id=new_id(), session=session, text=text), customer),
            (r.End(id=new_id(), session=session), customer),
        ):
            await desk.ask(asked, who)
    return session


async def test_a_lead_deletes_what_they_have_viewed_and_it_is_written_down(server: Server) -> None:
    rep, lead = await server.add("ana", "rep"), await server.add("lea", "lead")
    session = await ended(server, rep)
    cookies = {name: await server.sign_in(who) for name, who in (("rep", rep), ("lead", lead))}
    delete, view = f"/v1/sessions/{session}/delete", f"/v1/sessions/{session}/transcript"
    unseen = await server.call("POST", delete, cookie=cookies["lead"])
    assert (unseen.status, unseen.error) == (409, "not_viewed")
    # That somebody else has viewed it is not enough.
    await server.call("GET", view, cookie=cookies["rep"])
    assert (await server.call("POST", delete, cookie=cookies["lead"])).error == "not_viewed"
    facts = (await server.call("GET", view, cookie=cookies["lead"])).json["facts"]
    assert "zebra" in str(facts)
    assert (await server.call("POST", delete, cookie=cookies["rep"])).status == 403
    assert (await server.call("POST", delete, cookie=cookies["lead"])).status == 204
    facts = (await server.call("GET", view, cookie=cookies["lead"])).json["facts"]
    assert "zebra" not in str(facts)
    assert "Kim" not in str(facts)
    assert (await server.call("POST", delete, cookie=cookies["lead"])).error == "not_now"
    admin = await server.sign_in_as("admin")
    entries = (await server.call("GET", "/v1/audit", cookie=admin)).json["entries"]
    told = [(entry["who"], entry["what"], entry["subject"]) for entry in entries]
    assert told[0] == told[2] == (lead.id, "viewed", session)
    assert told[1] == (lead.id, "deleted", session)


async def test_a_lead_of_another_team_does_not_even_learn_that_a_session_exists(
    server: Server,
) -> None:
    session = await ended(server, await server.add("ana", "rep"))
    other = await server.sign_in(await server.add("nik", "lead", ("network",)))
    for method, path in (("GET", "transcript"), ("GET", "earlier"), ("POST", "delete")):
        reply = await server.call(method, f"/v1/sessions/{session}/{path}", cookie=other)
        assert (reply.status, reply.error) == (404, "unknown_session")
    assert (await server.call("GET", "/v1/history", cookie=other)).json["sessions"] == []
    assert (await server.call("GET", "/v1/contacts", cookie=other)).json["contacts"] == []


async def test_an_administrator_reads_what_has_ended_and_nothing_that_goes_on(
    server: Server,
) -> None:
    rep = await server.add("ana", "rep")
    session = await ended(server, rep)
    admin = await server.sign_in_as("admin")
    (past,) = (await server.call("GET", "/v1/history?q=zeb", cookie=admin)).json["sessions"]
    assert past["session"] == session
    seen = await server.call("GET", f"/v1/sessions/{session}/transcript", cookie=admin)
    assert "zebra" in str(seen.json)
    party, _ = await server.visitor()
    await server.parts.links._presence.came("l", rep.id)
    start = r.Start(id=new_id(), issue="computer")
    live = await server.parts.desk.ask(start, Party(id=party, role="customer"))
    path = f"/v1/sessions/{live.session}/transcript"
    assert (await server.call("GET", path, cookie=admin)).error == "unknown_session"
    assert (await server.call("POST", f"/v1/sessions/{session}/delete", cookie=admin)).status == 204


async def test_a_cursor_that_is_none_is_refused(server: Server) -> None:
    rep = await server.sign_in_as("rep")
    for query in ("before=x", "q=a&before=-1.", "before=1"):
        reply = await server.call("GET", f"/v1/history?{query}", cookie=rep)
        assert (reply.status, reply.error) == (400, "malformed")


async def directory(server: Server, cookie: str) -> dict[str, Any]:
    listed = (await server.call("GET", "/v1/directory", cookie=cookie)).json
    return {each["rep"]: each["presence"] for each in listed["reps"]}


async def test_a_rep_is_away_where_all_their_devices_are_and_leads_see_it(server: Server) -> None:
    ana, lea = await server.add("ana", "rep"), await server.add("lea", "lead")
    cookie, lead = await server.sign_in(ana), await server.sign_in(lea)
    async with (
        server.link(await ticket(server, cookie=lead)) as board,
        server.link(await ticket(server, cookie=cookie)) as one,
        server.link(await ticket(server, cookie=cookie)) as two,
        asyncio.timeout(LIMIT_SECONDS),
    ):

        async def seen(wanted: str) -> None:
            while True:
                frame = await board.receive_json()
                if frame["type"] == "team":
                    states = {each["rep"]: each["presence"] for each in frame["reps"]}
                    if states.get(ana.id) == wanted:
                        return

        assert (await welcomed(one))["idle_seconds"] == 600
        await one.send_json({"type": "set_available", "available": True})
        await seen("available")
        await one.send_json({"type": "set_away", "away": True})
        await two.send_json({"type": "set_away", "away": True})
        await seen("away")
        assert await directory(server, lead) == {ana.id: "away", lea.id: "off"}
        await two.send_json({"type": "set_away", "away": False})
        await seen("available")


async def test_leads_and_nobody_else_are_told_how_their_team_stands(server: Server) -> None:
    rep = await server.add("ana", "rep")
    lead = await server.sign_in_as("lead")
    async with (
        server.link(await ticket(server, cookie=lead)) as link,
        asyncio.timeout(LIMIT_SECONDS),
    ):

        async def board(**wanted: int) -> None:
            while True:
                frame = await link.receive_json()
                if frame["type"] == "board" and wanted.items() <= frame.items():
                    return

        await board(waiting=0, talking=0)
        await server.parts.links._presence.switch(rep.id, on=True)
        await server.parts.links._presence.came("l", rep.id)
        party, _ = await server.visitor()
        customer = Party(id=party, role="customer")
        desk = server.parts.desk
        session = (await desk.ask(r.Start(id=new_id(), issue="computer"), customer)).session
        await consent(server, session, customer)
        await board(waiting=1, longest_since=(await desk.session(session)).waiting_since)
        accept = r.Accept(id=new_id(), session=session)
        await desk.ask(accept, Party(id=rep.id, role="rep", name="Ana", teams=("support",)))
        await board(waiting=0, talking=1)
