"""Who is let in by what they show: cookie, token, ticket, header and origin."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from broker.gate import COOKIE
from tests.broker.servers import Server, serving, welcomed
from tests.waiting import LIMIT_SECONDS

# Origins of other sites, and ways to write ours that no browser uses. {host} is host and port,
# {name} and {port} its halves.
FOREIGN = [
    "null",
    "*",
    "http://evil.example",
    "https://evil.example",
    "https://{host}",
    "ws://{host}",
    "ftp://{host}",
    "file://",
    "//{host}",
    "{host}",
    "http:{host}",
    "http:/{host}",
    "http:///{host}",
    "http://{host}/",
    "http://{host}/console",
    "http://{host}?",
    "http://{host}#",
    "http://{host}.",
    "http://{host}.evil.example",
    "http://{host}@evil.example",
    "http://evil.example@{host}",
    "http://user:password@{host}",
    "http://evil.example/{host}",
    "http://evil.example#{host}",
    "http://evil.example?{host}",
    "http://evil.{host}",
    "http://{name}.evil.example:{port}",
    "http://evil{name}:{port}",
    "http://{name}",
    "http://{name}:",
    "http://{name}:80",
    "http://{name}:0{port}",
    "http://{name}:{port}0",
    "http://{name}:{port} http://evil.example",
    "http://evil.example, http://{host}",
    "http://{host}, http://evil.example",
    "HTTP://{host}",
    "http://{host}%00",
    "http://{host}\\@evil.example",
    "http://127.1:{port}",
    "http://2130706433:{port}",
    "http://0x7f000001:{port}",
    "http://0.0.0.0:{port}",
    "http://[::ffff:127.0.0.1]:{port}",
    "http://localhost.evil.example:{port}",
    "http://127.0.0.1.nip.io:{port}",
    "data:text/html,x",
    "chrome-extension://abcdefghijklmnop",
    "http://xn--127-0-0-1.example:{port}",
    "undefined",
]


def written(origin: str, server: Server) -> str:
    host = server.url.removeprefix("http://")
    name, port = host.split(":")
    return origin.format(host=host, name=name, port=port)


async def test_a_socket_of_another_site_is_refused_and_its_ticket_is_not_used_up(
    server: Server,
) -> None:
    _, token = await server.visitor()
    ticket = (await server.call("POST", "/v1/tickets", token=token)).json["ticket"]
    for origin in FOREIGN:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with server.link(ticket, Origin=written(origin, server)):
                pass
        assert refused.value.status == 403, origin
    async with server.link(ticket, Origin=server.url) as link:
        await welcomed(link)


async def test_a_call_with_a_cookie_from_another_site_changes_nothing(server: Server) -> None:
    cookie = await server.sign_in_as("rep")
    for origin in FOREIGN:
        foreign = {"Origin": written(origin, server)}
        reply = await server.call("POST", "/v1/sign-out", cookie=cookie, headers=foreign)
        assert (reply.status, reply.error) == (403, "wrong_origin"), origin
    assert (await server.call("GET", "/v1/me", cookie=cookie)).status == 200


async def test_our_own_origins_are_the_public_one_and_the_one_of_the_port(server: Server) -> None:
    port = server.url.rpartition(":")[2]
    for name in ("127.0.0.1", "localhost"):
        cookie = await server.sign_in_as("rep")
        ours = {"Host": f"{name}:{port}", "Origin": f"http://{name}:{port}"}
        assert (
            await server.call("POST", "/v1/sign-out", cookie=cookie, headers=ours)
        ).status == 204


async def test_a_name_that_was_made_to_point_here_is_no_origin_of_ours(server: Server) -> None:
    port = server.url.rpartition(":")[2]
    cookie = await server.sign_in_as("rep")
    rebound = {"Host": f"evil.example:{port}", "Origin": f"http://evil.example:{port}"}
    reply = await server.call("POST", "/v1/sign-out", cookie=cookie, headers=rebound)
    assert reply.error == "wrong_origin"


async def test_behind_a_proxy_only_the_public_origin_counts(data_folder: Path) -> None:
    async with serving(data_folder, url="https://help.example.org") as server:
        cookie = await server.sign_in_as("rep")
        host = {"Host": "help.example.org"}
        loopback = host | {"Origin": server.url}
        refused = await server.call("POST", "/v1/sign-out", cookie=cookie, headers=loopback)
        assert refused.error == "wrong_origin"
        public = host | {"Origin": "https://help.example.org"}
        assert (
            await server.call("POST", "/v1/sign-out", cookie=cookie, headers=public)
        ).status == 204


async def test_where_others_can_reach_the_port_loopback_is_no_origin_of_ours(
    data_folder: Path,
) -> None:
    async with serving(data_folder, host="0.0.0.0", url="https://help.example.org") as server:
        cookie = await server.sign_in_as("rep")
        loopback = {"Origin": server.url}
        refused = await server.call("POST", "/v1/sign-out", cookie=cookie, headers=loopback)
        assert refused.error == "wrong_origin"


@pytest.mark.parametrize("value", ["", "0", "true", "1, 1"])
async def test_a_call_with_a_cookie_needs_the_header_that_no_form_can_send(
    server: Server, value: str
) -> None:
    cookie = await server.sign_in_as("rep")
    without = {"X-Deskside": value}
    reply = await server.call("POST", "/v1/sign-out", cookie=cookie, headers=without)
    assert (reply.status, reply.error) == (403, "header_missing")


async def test_signing_in_needs_the_header_too(server: Server) -> None:
    body = {"name": "ana", "password": "x"}
    assert (await server.call("POST", "/v1/sign-in", body)).error == "header_missing"


async def test_who_shows_a_token_is_that_customer_whatever_the_cookie_says(server: Server) -> None:
    cookie = await server.sign_in_as("rep")
    visitor, token = await server.visitor()
    ticket = (await server.call("POST", "/v1/tickets", cookie=cookie, token=token)).json["ticket"]
    async with server.link(ticket) as link:
        welcome = await welcomed(link)
    assert (welcome["party"], welcome["role"]) == (visitor, "customer")


@pytest.mark.parametrize(
    "authorization",
    ["Bearer wrong", "Bearer", "Bearer ", "Basic {token}", "{token}", "Bearer {token}x"],
)
async def test_a_token_that_is_not_good_is_nobody_even_with_a_cookie(
    server: Server, authorization: str
) -> None:
    cookie = await server.sign_in_as("rep")
    _, token = await server.visitor()
    sent = {"Authorization": authorization.format(token=token)}
    reply = await server.call("POST", "/v1/tickets", cookie=cookie, headers=sent)
    assert (reply.status, reply.error) == (401, "not_signed_in")


@pytest.fixture
def unwatched(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The upkeep finds nothing, so that only what a call itself does is seen."""

    async def nothing(_rights: object) -> None:
        return

    monkeypatch.setattr(server.parts.links, "review", nothing)


@pytest.mark.usefixtures("unwatched")
async def test_a_disabled_account_is_nobody_at_once_and_its_links_close(server: Server) -> None:
    account = await server.add("ana", "rep")
    cookie, admin = await server.sign_in(account), await server.sign_in_as("admin")
    unused = (await server.call("POST", "/v1/tickets", cookie=cookie)).json["ticket"]
    ticket = (await server.call("POST", "/v1/tickets", cookie=cookie)).json["ticket"]
    async with server.link(ticket) as link:
        await welcomed(link)
        disabled = await server.call("POST", f"/v1/accounts/{account.id}/disable", cookie=admin)
        assert disabled.status == 204
        async with asyncio.timeout(LIMIT_SECONDS):
            heard = [message.json() async for message in link]
    assert heard[-1] == {"type": "goodbye", "why": "signed_out", "final": False}
    assert (await server.call("GET", "/v1/me", cookie=cookie)).error == "not_signed_in"
    with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
        async with server.link(unused):
            pass


@pytest.mark.usefixtures("unwatched")
async def test_who_signed_out_is_nobody_and_their_links_close(server: Server) -> None:
    cookie = await server.sign_in_as("rep")
    ticket = (await server.call("POST", "/v1/tickets", cookie=cookie)).json["ticket"]
    async with server.link(ticket) as link:
        await welcomed(link)
        reply = await server.call("POST", "/v1/sign-out", cookie=cookie)
        async with asyncio.timeout(LIMIT_SECONDS):
            heard = [message.json() async for message in link]
    assert heard[-1]["why"] == "signed_out"
    assert reply.set_cookies[0].startswith(f'{COOKIE}=""; ')
    assert "Max-Age=0" in reply.set_cookies[0]
    assert (await server.call("GET", "/v1/me", cookie=cookie)).status == 401


async def test_metrics_are_for_this_machine_where_no_token_is_set(
    data_folder: Path, server: Server
) -> None:
    assert (await server.call("GET", "/metrics")).status == 200
    async with serving(data_folder / "public", url="https://help.example.org") as public:
        assert (await public.call("GET", "/metrics")).status == 403


async def test_metrics_need_the_token_where_one_is_set(data_folder: Path) -> None:
    async with serving(data_folder, metrics_token="secret") as server:
        assert (await server.call("GET", "/metrics")).status == 403
        assert (await server.call("GET", "/metrics", token="wrong")).status == 403
        assert (await server.call("GET", "/metrics", token="secret")).status == 200


async def test_one_address_is_slowed_down_and_told_for_how_long(data_folder: Path) -> None:
    async with serving(data_folder, proxies="127.0.0.1", rate_visitors=3) as server:
        flooding = {"X-Forwarded-For": "203.0.113.7"}
        statuses = [
            (await server.call("POST", "/v1/visitors", headers=flooding)).status for _ in range(4)
        ]
        assert statuses == [200, 200, 200, 429]
        reply = await server.call("POST", "/v1/visitors", headers=flooding)
        assert reply.error == "rate_limited"
        assert 1 <= int(reply.headers["Retry-After"]) <= 20
        other = {"X-Forwarded-For": "203.0.113.8"}
        assert (await server.call("POST", "/v1/visitors", headers=other)).status == 200
