"""What other sites may learn and frame, and how a customer gets from a frame into a window."""

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from broker import widget
from broker.site import BadSite, Widget, parse
from tests.broker.servers import Server
from tests.waiting import until

SHOP = "https://www.shop.example"


async def embed(server: Server, *origins: str, offline: str = "hide") -> None:
    site = server.parts.site
    await site.save(replace(site.settings, offline=offline, widget=Widget(origins=origins)))


def ancestors(policy: str) -> str:
    rules = dict(rule.partition(" ")[::2] for rule in policy.split("; "))
    return rules["frame-ancestors"]


async def test_only_the_frame_may_be_framed_and_only_by_the_sites_that_are_named(
    server: Server,
) -> None:
    await embed(server, SHOP, "http://127.0.0.1:1")
    for path in ("/", "/console", "/demo", "/v1/site", "/widget.js", "/healthz", "/nowhere"):
        reply = await server.call("GET", path)
        assert ancestors(reply.headers["Content-Security-Policy"]) == "'none'", path
    for query, expected in (
        ("", f"{SHOP} http://127.0.0.1:1 {server.url}"),
        (f"?host={SHOP}", SHOP),
        (f"?host={server.url}", server.url),
        ("?host=https://evil.example", "'none'"),
        ("?host=https://shop.example", "'none'"),
        ("?host=*", "'none'"),
        (f"?host={SHOP}%20https://evil.example", "'none'"),
        (f"?host={SHOP};%20script-src%20*", "'none'"),
    ):
        reply = await server.call("GET", f"/widget{query}")
        assert reply.status == 200
        assert ancestors(reply.headers["Content-Security-Policy"]) == expected


async def test_a_site_that_names_nobody_is_framed_by_nobody_else(server: Server) -> None:
    reply = await server.call("GET", f"/widget?host={SHOP}")
    assert ancestors(reply.headers["Content-Security-Policy"]) == "'none'"


@pytest.mark.parametrize(
    "origin",
    ["", "*", "https://*.shop.example", "https://shop.example/", "shop.example", "null",
     "https://shop.example https://evil.example", "https://shop.example; script-src *",
     "https://Shop.example", "javascript:alert(1)", "https://shop.example\n"],
)  # fmt: skip
def test_what_is_no_origin_cannot_be_set(origin: str) -> None:
    with pytest.raises(BadSite):
        parse(f'{{"organisation": "X", "widget": {{"origins": [{origin!r}]}}}}'.replace("'", '"'))


async def test_the_state_is_readable_on_the_sites_that_are_named_and_nowhere_else(
    server: Server,
) -> None:
    await embed(server, SHOP, offline="form")
    reply = await server.call("GET", "/v1/widget", headers={"Origin": SHOP})
    assert reply.headers["Access-Control-Allow-Origin"] == SHOP
    assert reply.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in reply.headers
    assert reply.json == {"organisation": "Deskside", "open": False, "offline": "form"}
    for origin in ("https://evil.example", "null", "https://shop.example", f"{SHOP}:8443"):
        reply = await server.call("GET", "/v1/widget", headers={"Origin": origin})
        assert (reply.status, reply.error) == (403, "wrong_origin")
        assert "Access-Control-Allow-Origin" not in reply.headers
    assert (await server.call("GET", "/v1/widget")).status == 200


async def test_a_button_that_waits_hears_of_the_first_rep_and_of_the_last(server: Server) -> None:
    queues, presence = server.parts.queues, server.parts.links._presence
    rep = await server.add("rita", "rep")
    cookie = await server.sign_in(rep)
    ticket = (await server.call("POST", "/v1/tickets", cookie=cookie)).json["ticket"]
    async with server.link(ticket):
        for switch, known in ((True, "closed"), (False, "open")):
            async with asyncio.TaskGroup() as group:
                call = group.create_task(server.call("GET", f"/v1/widget?known={known}"))
                await until(lambda: queues.held == 1)
                await presence.switch(rep.id, on=switch)
            assert call.result().json["open"] is switch
            assert queues.held == 0


async def test_what_a_button_knows_wrongly_is_corrected_at_once(server: Server) -> None:
    assert (await server.call("GET", "/v1/widget?known=open")).json["open"] is False


async def test_a_button_waits_only_so_long_and_not_when_too_many_do(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(widget, "HELD_SECONDS", 0.01)
    assert (await server.call("GET", "/v1/widget?known=closed")).json["open"] is False
    monkeypatch.setattr(widget, "HELD_SECONDS", 3600)
    monkeypatch.setattr(widget, "MOST_HELD", 0)
    assert (await server.call("GET", "/v1/widget?known=closed")).json["open"] is False


async def test_who_waits_does_not_hold_up_the_end_of_the_server(server: Server) -> None:
    async with asyncio.TaskGroup() as group:
        call = group.create_task(server.call("GET", "/v1/widget?known=closed"))
        await until(lambda: server.parts.queues.held == 1)
        server.parts.queues.release()
    assert call.result().status == 200


async def test_the_script_may_be_loaded_from_anywhere_and_is_looked_at_again_soon(
    server: Server, tmp_path: Path
) -> None:
    reply = await server.call("GET", "/widget.js")
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "text/javascript"
    assert reply.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert reply.headers["Cache-Control"] == "public, max-age=300"
    server.parts.pages.widget_script = tmp_path / "missing.js"
    assert (await server.call("GET", "/widget.js")).status == 404


async def test_a_customer_gets_into_a_window_once_and_stays_the_same(server: Server) -> None:
    party, token = await server.visitor()
    code = (await server.call("POST", "/v1/windows", token=token)).json["code"]
    ours = {"X-Deskside": "1"}
    opened = await server.call("POST", "/v1/windows/open", {"code": code}, headers=ours)
    assert opened.json["party"] == party
    assert opened.json["token"] != token
    ticket = await server.call("POST", "/v1/tickets", token=opened.json["token"])
    assert ticket.status == 200
    for used in (code, "made-up", ""):
        again = await server.call("POST", "/v1/windows/open", {"code": used}, headers=ours)
        assert (again.status, again.error) == (401, "bad_code")


async def test_no_page_but_ours_opens_a_window(server: Server) -> None:
    _, token = await server.visitor()
    code = (await server.call("POST", "/v1/windows", token=token)).json["code"]
    for headers in ({}, {"X-Deskside": "1", "Origin": "https://evil.example"}):
        reply = await server.call("POST", "/v1/windows/open", {"code": code}, headers=headers)
        assert reply.status == 403


async def test_the_shop_is_there_in_the_demo_alone(server: Server) -> None:
    page = await server.call("GET", "/demo")
    assert page.status == 200
    assert b"/widget.js" in page.body
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
