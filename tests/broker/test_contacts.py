"""Contacts: shown with their visits, put right, merged and forgotten, and by whom."""

from typing import Any

from broker import schema
from protocol import requests as r
from protocol.session import Party
from tests.broker.desks import new_id
from tests.broker.servers import Server
from tests.broker.test_history_calls import ended


async def contact(server: Server, cookie: str, session: str) -> dict[str, Any]:
    reply = await server.call("GET", f"/v1/contacts/{session}", cookie=cookie)
    return {"status": reply.status, **reply.json}


async def listed(server: Server, cookie: str, query: str = "") -> list[tuple[str, str, int]]:
    reply = await server.call("GET", f"/v1/contacts{query}", cookie=cookie)
    return [(each["name"], each["email"], each["sessions"]) for each in reply.json["contacts"]]


async def test_a_contact_is_opened_by_any_of_its_sessions(server: Server) -> None:
    ana = await server.add("ana", "rep")
    first, second = await ended(server, ana), await ended(server, ana)
    cookie = await server.sign_in(ana)
    for session in (first, second):
        opened = await contact(server, cookie, session)
        assert (opened["name"], opened["email"]) == ("Kim", "kim@example.test")
        assert [each["session"] for each in opened["visits"]] == [second, first]
        assert opened["count"] == 2
    assert (await contact(server, cookie, "nothing"))["status"] == 404


async def test_a_contact_of_other_teams_does_not_exist(server: Server) -> None:
    session = await ended(server, await server.add("ana", "rep"))
    nia = await server.sign_in(await server.add("nia", "lead", teams=("network",)))
    assert (await contact(server, nia, session))["status"] == 404
    for call, body in (
        ("change", {"session": session, "name": "Tim"}),
        ("merge", {"session": session, "into": session}),
        ("delete", {"session": session}),
    ):
        reply = await server.call("POST", f"/v1/contacts/{call}", body, cookie=nia)
        assert (reply.status, reply.error) == (404, "unknown_contact")
    admin = await server.sign_in_as("admin")
    entries = (await server.call("GET", "/v1/audit", cookie=admin)).json["entries"]
    assert [each for each in entries if each["what"].startswith("contact")] == []


async def test_a_contact_is_put_right_and_it_is_written_down(server: Server) -> None:
    ana = await server.add("ana", "rep")
    session = await ended(server, ana)
    cookie = await server.sign_in(ana)
    change = {"session": session, "name": " Kim Berg ", "email": "Kim.Berg@Example.test"}
    assert (await server.call("POST", "/v1/contacts/change", change, cookie=cookie)).status == 204
    assert await listed(server, cookie) == [("Kim Berg", "kim.berg@example.test", 1)]
    assert await listed(server, cookie, "?q=berg") == [("Kim Berg", "kim.berg@example.test", 1)]
    for wrong in ({"name": " "}, {"name": "Kim", "email": "kim@@example.test"}):
        reply = await server.call(
            "POST", "/v1/contacts/change", {"session": session} | wrong, cookie=cookie
        )
        assert reply.status == 400
    admin = await server.sign_in_as("admin")
    entries = (await server.call("GET", "/v1/audit", cookie=admin)).json["entries"]
    changes = [(each["who"], each["subject"]) for each in entries if "contact" in each["what"]]
    assert changes == [(ana.id, session)]


async def test_two_contacts_become_one_and_the_one_that_stays_gives_its_name(
    server: Server,
) -> None:
    ana = await server.add("ana", "rep")
    gone, stays = await ended(server, ana), await ended(server, ana)
    cookie = await server.sign_in(ana)
    for session, name, email in ((gone, "K. B.", "kb@example.test"), (stays, "Kim Berg", "")):
        # An address that only one of them has is kept as well.
        await _alone(server, session)
        change = {"session": session, "name": name, "email": email}
        await server.call("POST", "/v1/contacts/change", change, cookie=cookie)
    assert len(await listed(server, cookie)) == 2
    merge = {"session": gone, "into": stays}
    assert (await server.call("POST", "/v1/contacts/merge", merge, cookie=cookie)).status == 204
    assert await listed(server, cookie) == [("Kim Berg", "kb@example.test", 2)]
    assert (await contact(server, cookie, gone))["count"] == 2
    earlier = await server.call("GET", f"/v1/sessions/{stays}/earlier", cookie=cookie)
    assert [each["session"] for each in earlier.json["sessions"]] == [gone]


async def _alone(server: Server, session: str) -> None:
    """Let `session` be a contact of its own, as if its customer had typed another address."""
    v = schema.visits
    own = v.update().where(v.c.session == session).values(contact=session, email="")
    await server.parts.database.write(lambda conn: conn.execute(own).close())


async def test_only_a_lead_forgets_a_contact_and_the_sessions_stay(server: Server) -> None:
    ana, lea = await server.add("ana", "rep"), await server.add("lea", "lead")
    session = await ended(server, ana)
    rep, lead = await server.sign_in(ana), await server.sign_in(lea)
    gone = {"session": session}
    assert (await server.call("POST", "/v1/contacts/delete", gone, cookie=rep)).status == 403
    assert (await server.call("POST", "/v1/contacts/delete", gone, cookie=lead)).status == 204
    assert await listed(server, lead) == []
    (past,) = (await server.call("GET", "/v1/history", cookie=lead)).json["sessions"]
    assert (past["session"], past["name"]) == (session, "")


async def test_who_is_called_is_known_by_what_the_rep_calls_them(server: Server) -> None:
    ana = await server.add("ana", "rep")
    session = await ended(server, ana)
    cookie = await server.sign_in(ana)
    customer = (await contact(server, cookie, session))["customer"]
    rep = Party(id=ana.id, role="rep", name="Ana", teams=("support",))
    call = r.Call(id=new_id(), customer=customer, name="Kim Berg", email="kim@example.test")
    called = (await server.parts.desk.ask(call, rep)).session
    assert (await contact(server, cookie, called))["name"] == "Kim Berg"
    answer = r.AnswerCall(id=new_id(), session=called, accepted=False)
    them = Party(id=customer, role="customer")
    await server.parts.desk.ask(answer, them)
    erase = r.EraseMyTexts(id=new_id(), session=called)
    await server.parts.desk.ask(erase, them)
    view = f"/v1/sessions/{called}/transcript"
    facts = (await server.call("GET", view, cookie=cookie)).json["facts"]
    assert (facts[0]["type"], facts[0].get("name", ""), facts[0]["erased"]) == ("called", "", True)
    assert "Berg" not in str(facts)
    found = await server.call("GET", "/v1/history?q=berg", cookie=cookie)
    assert found.json["sessions"] == []
