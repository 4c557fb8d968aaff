"""Every route with every role and none; a route that is not in the table below fails."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from broker.http import Route
from broker.routes import ROUTES
from tests.broker.servers import Reply, Server, serving

STAFF = ("rep", "lead", "admin", "compliance")
ROLES = ("nobody", "customer", *STAFF)

SIGN_IN = {"name": "nobody", "password": "wrong"}
PASSWORD = {"token": "wrong", "password": "long enough for one"}
CANNED = {"scope": "all", "title": "Hello", "texts": {"en": "Hello {customer}!"}}
ACCOUNT = {"name": "new", "role": "rep", "teams": ["support"]}

# Who gets past the gate, and what they send. What the handler then says is told in other tests.
EXPECTED: dict[tuple[str, str], tuple[tuple[str, ...], Any]] = {
    ("POST", "/v1/visitors"): (ROLES, None),
    ("GET", "/v1/site"): (ROLES, None),
    ("POST", "/v1/tickets"): (("customer", *STAFF), None),
    ("GET", "/v1/link"): ((), None),
    ("GET", "/v1/sessions/{id}/transcript"): (("customer", "rep", "lead"), None),
    ("GET", "/v1/search"): (("rep", "lead"), None),
    ("GET", "/v1/teams"): (STAFF, None),
    ("GET", "/v1/canned"): (("rep", "lead", "admin"), None),
    ("POST", "/v1/canned"): (("rep", "lead", "admin"), CANNED),
    ("POST", "/v1/canned/delete"): (("rep", "lead", "admin"), {"id": "x", "version": 1}),
    ("POST", "/v1/sign-in"): (ROLES, SIGN_IN),
    ("POST", "/v1/sign-out"): (STAFF, None),
    ("GET", "/v1/me"): (STAFF, None),
    ("GET", "/v1/reps/{id}/photo"): (ROLES, None),
    ("POST", "/v1/me/photo"): (STAFF, None),
    ("POST", "/v1/me/photo/remove"): (STAFF, None),
    ("POST", "/v1/password"): (ROLES, PASSWORD),
    ("POST", "/v1/accounts"): (("admin",), ACCOUNT),
    ("POST", "/v1/accounts/{id}/disable"): (("admin",), None),
    ("GET", "/"): (ROLES, None),
    ("GET", "/console"): (ROLES, None),
    ("GET", "/assets/{page}/{name}"): (ROLES, None),
    ("GET", "/lan-authority.crt"): (ROLES, None),
    ("GET", "/healthz"): (ROLES, None),
    ("GET", "/readyz"): (ROLES, None),
    ("GET", "/metrics"): ((), None),
    ("GET", "/v1/openapi.json"): (ROLES, None),
}

# What the gate says to those it keeps out.
KEPT_OUT = {
    ("/v1/link", "nobody"): (401, "bad_ticket"),
    ("/metrics", "nobody"): (403, "not_allowed"),
}

# What only a handler can say, so that it proves that the gate was passed.
FROM_HANDLER = {
    "not_yours",
    "unknown_canned",
    "unknown_session",
    "unknown_account",
    "wrong_password",
    "bad_token",
    "not_found",
    "not_a_picture",
}


@pytest.fixture
async def guarded(data_folder: Path) -> AsyncIterator[Server]:
    """A broker whose metrics need a token, so that they have somebody to keep out."""
    async with serving(data_folder, metrics_token="secret") as server:
        yield server


def test_the_table_here_names_every_route() -> None:
    assert {(route.method, route.path) for route in ROUTES} == set(EXPECTED)


async def call(server: Server, route: Route, role: str) -> Reply:
    path = route.path.replace("{id}", "x").replace("{page}", "customer").replace("{name}", "x.js")
    path += "?q=word" if path == "/v1/search" else ""
    body = EXPECTED[route.method, route.path][1]
    ours = {"X-Deskside": "1"}
    if role == "nobody":
        return await server.call(route.method, path, body, headers=ours)
    if role == "customer":
        _, token = await server.visitor()
        return await server.call(route.method, path, body, token=token, headers=ours)
    cookie = await server.sign_in_as(role)  # type: ignore[arg-type]
    return await server.call(route.method, path, body, cookie=cookie)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_a_route_lets_in_whom_the_table_names_and_nobody_else(
    guarded: Server, route: Route
) -> None:
    may = EXPECTED[route.method, route.path][0]
    for role in ROLES:
        reply = await call(guarded, route, role)
        if role in may:
            assert reply.status < 400 or reply.error in FROM_HANDLER, (role, reply)
        elif route.path in {"/v1/link", "/metrics"}:
            assert (reply.status, reply.error) == KEPT_OUT[route.path, "nobody"], role
        elif role == "nobody":
            assert (reply.status, reply.error) == (401, "not_signed_in")
        else:
            assert (reply.status, reply.error) == (403, "not_allowed"), role


async def test_no_socket_is_opened_without_a_ticket_whatever_else_one_has(server: Server) -> None:
    cookie = await server.sign_in_as("rep")
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    for path in ("/v1/link", "/v1/link?ticket=", "/v1/link?ticket=made-up"):
        reply = await server.call("GET", path, cookie=cookie, headers=upgrade)
        assert (reply.status, reply.error) == (401, "bad_ticket")
