"""What the calls answer, from the first visitor to the last account."""

import asyncio
from http.cookies import SimpleCookie

import aiohttp
import pytest

from broker.gate import COOKIE, DEVICE_COOKIE
from protocol.identifiers import uuid7
from tests.broker.desks import new_id
from tests.broker.servers import Reply, Server
from tests.broker.servers import welcomed as let_in
from tests.waiting import LIMIT_SECONDS

OURS = {"X-Deskside": "1"}
PASSWORD = "a password of some length"


def cookies_of(reply: Reply) -> SimpleCookie:
    cookies: SimpleCookie = SimpleCookie()
    for line in reply.set_cookies:
        cookies.load(line)
    return cookies


async def welcomed(server: Server, name: str = "ana") -> None:
    """Add an account with `PASSWORD`."""
    _, token = await server.parts.accounts.add(name, "rep", ["support"])
    body = {"token": token, "password": PASSWORD}
    assert (await server.call("POST", "/v1/password", body, headers=OURS)).status == 200


async def sign_in(server: Server, password: str = PASSWORD, **headers: str) -> Reply:
    body = {"name": "ana", "password": password}
    return await server.call("POST", "/v1/sign-in", body, headers=OURS | headers)


async def ticket(server: Server, **who: str) -> str:
    reply = await server.call("POST", "/v1/tickets", **who)  # type: ignore[arg-type]
    made: str = reply.json["ticket"]
    return made


async def start(server: Server, token: str) -> str:
    """Start a session as the visitor with `token`, with a rep there, and return its id."""
    rep = await server.sign_in_as("rep")
    async with server.link(await ticket(server, cookie=rep)) as there:
        await let_in(there)
        await there.send_json({"type": "set_available", "available": True})
        async with (
            server.link(await ticket(server, token=token)) as link,
            asyncio.timeout(LIMIT_SECONDS),
        ):
            await offered(link)
            request = {"type": "start", "id": new_id(), "issue": "computer", "name": "Max"}
            await link.send_json(request)
            while (frame := await link.receive_json())["type"] != "answered":
                assert frame["type"] != "refused", frame
            session: str = frame["session"]
            return session


async def offered(link: aiohttp.ClientWebSocketResponse) -> None:
    """Wait until customers can start."""
    while True:
        frame = await link.receive_json()
        if frame["type"] == "availability" and frame["open"]:
            return


async def test_both_cookies_are_bound_to_this_host_and_hidden_from_scripts(server: Server) -> None:
    await welcomed(server)
    reply = await sign_in(server)
    assert reply.status == 200
    cookies = cookies_of(reply)
    assert set(cookies) == {COOKIE, DEVICE_COOKIE}
    for name, cookie in cookies.items():
        assert name.startswith("__Host-")
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Strict")
        assert (cookie["path"], cookie["domain"]) == ("/", "")
        assert len(cookie.value) >= 22  # 128 bits and more in base64
    assert cookies[COOKIE]["max-age"] == str(12 * 3600)


async def test_who_signed_in_is_told_who_they_are(server: Server) -> None:
    await welcomed(server)
    reply = await sign_in(server)
    me = {"name": "Ana", "role": "rep", "teams": [{"id": "support", "name": "Support"}]}
    assert reply.json.items() >= me.items()
    again = await server.call("GET", "/v1/me", cookie=cookies_of(reply)[COOKIE].value)
    assert again.json == reply.json


async def test_signing_in_again_ends_the_sign_in_that_the_browser_had(server: Server) -> None:
    await welcomed(server)
    before = cookies_of(await sign_in(server))[COOKIE].value
    after = cookies_of(await sign_in(server, Cookie=f"{COOKIE}={before}"))[COOKIE].value
    assert after != before
    assert (await server.call("GET", "/v1/me", cookie=before)).status == 401
    assert (await server.call("GET", "/v1/me", cookie=after)).status == 200


async def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(server: Server) -> None:
    await welcomed(server)
    wrong = await sign_in(server, "wrong")
    body = {"name": "nobody", "password": "wrong"}
    unknown = await server.call("POST", "/v1/sign-in", body, headers=OURS)
    assert (wrong.status, wrong.body) == (unknown.status, unknown.body)
    assert set(wrong.headers) == set(unknown.headers)
    assert not wrong.set_cookies


async def test_too_many_tries_are_answered_with_when_to_try_again(server: Server) -> None:
    for name in ("ana", "nobody"):
        body = {"name": name, "password": "wrong"}
        replies = [await server.call("POST", "/v1/sign-in", body, headers=OURS) for _ in range(11)]
        assert [reply.status for reply in replies] == [401] * 10 + [429]
        assert 3500 < int(replies[-1].headers["Retry-After"]) <= 3601


async def test_a_known_browser_gets_in_while_others_guess(server: Server) -> None:
    await welcomed(server)
    device = cookies_of(await sign_in(server))[DEVICE_COOKIE].value
    for _ in range(10):
        await sign_in(server, "wrong")
    assert (await sign_in(server)).status == 429
    assert (await sign_in(server, Cookie=f"{DEVICE_COOKIE}={device}")).status == 200


@pytest.mark.parametrize("password", ["", "short", "eleven char", "x" * 201])
async def test_a_password_has_a_decent_length(server: Server, password: str) -> None:
    _, token = await server.parts.accounts.add("ana", "rep")
    body = {"token": token, "password": password}
    reply = await server.call("POST", "/v1/password", body, headers=OURS)
    assert (reply.status, reply.error) == (400, "malformed")


async def test_a_welcome_is_used_once(server: Server) -> None:
    account, token = await server.parts.accounts.add("ana", "rep")
    before = await server.sign_in(account)
    body = {"token": token, "password": PASSWORD}
    assert (await server.call("POST", "/v1/password", body, headers=OURS)).status == 200
    reply = await server.call("POST", "/v1/password", body, headers=OURS)
    assert (reply.status, reply.error) == (401, "bad_token")
    assert (await server.call("GET", "/v1/me", cookie=before)).status == 401


async def test_an_administrator_adds_an_account_and_passes_on_its_link(server: Server) -> None:
    admin = await server.sign_in_as("admin")
    body = {"name": "ana", "role": "rep", "teams": ["support"], "display_name": "Ana B."}
    added = (await server.call("POST", "/v1/accounts", body, cookie=admin)).json
    token = added["welcome"].partition("#welcome=")[2]
    body = {"token": token, "password": PASSWORD}
    assert (await server.call("POST", "/v1/password", body, headers=OURS)).status == 200
    me = (await sign_in(server)).json
    assert (me["party"], me["name"]) == (added["id"], "Ana B.")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"role": "compliance"}, 400),
        ({"role": "root"}, 400),
        ({"teams": ["nowhere"]}, 400),
        ({"name": "Two Words"}, 400),
        ({"name": "taken"}, 409),
        ({"extra": 1}, 400),
    ],
)
async def test_an_administrator_cannot_make_what_there_is_not(
    server: Server, change: dict[str, object], status: int
) -> None:
    await server.add("taken", "rep")
    admin = await server.sign_in_as("admin")
    body = {"name": "ana", "role": "rep", "teams": []} | change
    assert (await server.call("POST", "/v1/accounts", body, cookie=admin)).status == status


async def test_an_unknown_account_cannot_be_disabled(server: Server) -> None:
    admin = await server.sign_in_as("admin")
    reply = await server.call("POST", "/v1/accounts/r-nobody/disable", cookie=admin)
    assert (reply.status, reply.error) == (404, "unknown_account")


async def test_a_customer_reads_the_transcript_of_their_session_and_of_no_other(
    server: Server,
) -> None:
    _, mine = await server.visitor()
    _, other = await server.visitor()
    session = await start(server, mine)
    path = f"/v1/sessions/{session}/transcript"
    facts = (await server.call("GET", path, token=mine)).json
    assert facts["facts"][0]["type"] == "opened"
    later = (await server.call("GET", f"{path}?after=1", token=mine)).json
    assert later["facts"] == facts["facts"][1:]
    stranger = await server.call("GET", path, token=other)
    unknown = await server.call(
        "GET", f"/v1/sessions/{uuid7(1, bytes(10))}/transcript", token=other
    )
    assert stranger.status == unknown.status == 404
    assert stranger.body == unknown.body


async def test_another_customers_session_is_out_of_reach_on_the_link_too(server: Server) -> None:
    _, mine = await server.visitor()
    _, other = await server.visitor()
    session = await start(server, mine)
    async with (
        server.link(await ticket(server, token=other)) as link,
        asyncio.timeout(LIMIT_SECONDS),
    ):
        assert session not in (await let_in(link))["sessions"]
        await link.send_json({"type": "resume", "session": session, "after": 0})
        while (frame := await link.receive_json())["type"] != "refused":
            assert frame["type"] in ("availability", "beat"), frame
        assert frame["code"] == "unknown_session"


async def test_a_rep_reads_only_sessions_of_their_teams(server: Server) -> None:
    _, token = await server.visitor()
    session = await start(server, token)
    path = f"/v1/sessions/{session}/transcript"
    colleague = await server.sign_in_as("rep")
    stranger = await server.sign_in(await server.add("nia", "rep", ("network",)))
    assert (await server.call("GET", path, cookie=colleague)).status == 200
    assert (await server.call("GET", path, cookie=stranger)).status == 404


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "9" * 30])
async def test_a_place_that_is_none_is_refused(server: Server, after: str) -> None:
    _, token = await server.visitor()
    reply = await server.call("GET", f"/v1/sessions/x/transcript?after={after}", token=token)
    assert (reply.status, reply.error) == (400, "malformed")


async def test_words_are_found_in_sessions_of_ones_own_teams(server: Server) -> None:
    _, token = await server.visitor()
    session = await start(server, token)
    async with (
        server.link(await ticket(server, token=token)) as link,
        asyncio.timeout(LIMIT_SECONDS),
    ):
        texts = (await server.call("GET", "/v1/site")).json
        accept = {"type": "accept_agreement", "id": new_id(), "session": session}
        await link.send_json(accept | {"digest": texts["agreement"]["digest"]})
        allow = {"type": "answer_recording", "id": new_id(), "session": session, "allowed": True}
        await link.send_json(allow | {"digest": texts["recording"]["digest"]})
        say = {"type": "say", "id": new_id(), "session": session, "text": "The zebra is jammed"}
        await link.send_json(say)
        answers = 0
        while answers < 3:
            frame = await link.receive_json()
            assert frame["type"] != "refused", frame
            answers += frame["type"] == "answered"
    colleague = await server.sign_in_as("lead")
    stranger = await server.sign_in(await server.add("nia", "rep", ("network",)))
    found = (await server.call("GET", "/v1/search?q=zeb", cookie=colleague)).json["hits"]
    assert [(hit["session"], hit["words"]) for hit in found] == [(session, "The zebra is jammed")]
    assert (await server.call("GET", "/v1/search?q=zeb", cookie=stranger)).json == {"hits": []}


async def test_a_page_is_told_of_the_site_in_its_language(server: Server) -> None:
    german = (await server.call("GET", "/v1/site?lang=de-AT")).json
    assert (german["language"], german["issues"][1]["name"]) == ("de", "Drucker")
    other = (await server.call("GET", "/v1/site?lang=ja")).json
    assert (other["language"], other["issues"][1]["name"]) == ("en", "Printer")


async def test_staff_read_the_names_of_all_teams(server: Server) -> None:
    cookie = await server.sign_in_as("rep")
    teams = [{"id": "support", "name": "Support"}, {"id": "network", "name": "Network"}]
    assert (await server.call("GET", "/v1/teams", cookie=cookie)).json == {"teams": teams}


async def test_health_says_that_the_process_and_the_database_answer(server: Server) -> None:
    assert (await server.call("GET", "/healthz")).json == {"status": "ok"}
    assert (await server.call("GET", "/readyz")).json == {"status": "ok"}


async def test_it_is_not_ready_while_the_database_is_away(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_work: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as without:
        without.setattr(server.parts.database, "read", away)
        reply = await server.call("GET", "/readyz")
        assert (reply.status, reply.error) == (503, "not_ready")
        assert (await server.call("GET", "/healthz")).status == 200


async def test_metrics_count_calls_by_route_and_links(server: Server) -> None:
    _, token = await server.visitor()
    async with server.link(await ticket(server, token=token)) as link:
        await let_in(link)
        text = (await server.call("GET", "/metrics")).body.decode()
    assert 'deskside_http_calls_total{method="POST",route="/v1/tickets",status="200"} 1.0' in text
    assert "deskside_links 1.0" in text
