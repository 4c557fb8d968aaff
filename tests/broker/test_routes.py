"""Every route with every role and none; a route that is not in the table below fails."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from broker.http import Route
from broker.routes import ROUTES
from tests.broker.servers import Reply, Server, serving

STAFF = ("rep", "lead", "admin", "compliance")
SIGNED_IN = ("enrolling", *STAFF)
ROLES = ("nobody", "customer", *SIGNED_IN)

SIGN_IN = {"name": "nobody", "password": "wrong"}
PASSWORD = {"token": "wrong", "password": "long enough for one"}
CANNED = {"scope": "all", "title": "Hello", "texts": {"en": "Hello {customer}!"}}
OWN_PASSWORD = {"old": "wrong", "password": "long enough for one"}
SHOWN = {"id": "AA", "client_data": "AA", "authenticator_data": "AA", "signature": "AA"}
MADE = {"name": "Key", "made": {"id": "AA", "client_data": "AA", "attestation": "AA"}}
ACCOUNT = {"name": "new", "role": "rep", "teams": ["support"]}
ENDS = {"session": "x", "viewer": "1" * 64, "sharer": "2" * 64}
WINDOW = {"code": "wrong"}
COMMENT = {"recording": "x", "at": 0, "text": "Hm."}
VERDICT = {"recording": "x", "verdict": "fine"}
HOLD = {"recording": "x", "why": "court"}

ID = "01890a5d-ac96-774b-bcce-000000000001"
TRANSCRIPT = {"session": "x", "email": "kim@example.test"}
MESSAGE = {"id": ID, "issue": "computer", "email": "kim@example.test", "text": "Hello"}
ANSWER = {"id": ID, "message": "x", "text": "Hello"}

# Who gets past the gate, and what they send. What the handler then says is told in other tests.
EXPECTED: dict[tuple[str, str], tuple[tuple[str, ...], Any]] = {
    ("POST", "/v1/visitors"): (ROLES, None),
    ("GET", "/v1/site"): (ROLES, None),
    ("POST", "/v1/tickets"): (("customer", *STAFF), None),
    ("GET", "/v1/link"): ((), None),
    ("GET", "/v1/sessions/{id}/transcript"): (("customer", "rep", "lead", "admin"), None),
    ("GET", "/v1/waiting"): (("rep", "lead"), None),
    ("GET", "/v1/sessions/{id}/earlier"): (("rep", "lead"), None),
    ("POST", "/v1/sessions/{id}/delete"): (("lead", "admin"), None),
    ("POST", "/v1/sessions/{id}/picture"): (("customer", "rep", "lead"), None),
    ("POST", "/v1/sessions/{id}/direct"): (("rep", "lead"), None),
    ("POST", "/v1/capabilities"): (("rep", "lead"), ENDS),
    ("POST", "/v1/codes"): (("rep", "lead"), {}),
    ("POST", "/v1/codes/cancel"): (("rep", "lead"), {"code": "123456789"}),
    ("POST", "/v1/codes/redeem"): (("customer",), {"code": "123456789"}),
    ("POST", "/v1/sessions/{id}/app"): (("customer",), None),
    ("GET", "/v1/history"): (("rep", "lead", "admin"), None),
    ("GET", "/v1/contacts"): (("rep", "lead"), None),
    ("GET", "/v1/contacts/{id}"): (("rep", "lead"), None),
    ("POST", "/v1/contacts/change"): (("rep", "lead"), {"session": "x", "name": "Kim"}),
    ("POST", "/v1/contacts/merge"): (("rep", "lead"), {"session": "x", "into": "y"}),
    ("POST", "/v1/contacts/delete"): (("lead",), {"session": "x"}),
    ("GET", "/v1/directory"): (("rep", "lead", "admin"), None),
    ("GET", "/v1/audit"): (("admin",), None),
    ("GET", "/v1/search"): (("rep", "lead"), None),
    ("OPTIONS", "/v1/files"): (ROLES, None),
    ("POST", "/v1/files"): (("customer", "rep", "lead"), None),
    ("HEAD", "/v1/files/{id}"): (("customer", "rep", "lead"), None),
    ("PATCH", "/v1/files/{id}"): (("customer", "rep", "lead"), None),
    ("DELETE", "/v1/files/{id}"): (("customer", "rep", "lead"), None),
    ("POST", "/v1/files/{id}"): (("customer", "rep", "lead"), None),
    ("POST", "/v1/sessions/{id}/files/{file}/link"): (("customer", "rep", "lead"), None),
    ("GET", "/v1/files/{id}/content"): (ROLES, None),
    ("GET", "/v1/files/{id}/preview"): (ROLES, None),
    ("GET", "/v1/recordings"): (("compliance",), None),
    ("GET", "/v1/recording-people"): (("compliance",), None),
    ("POST", "/v1/recordings/{id}/open"): (("compliance",), None),
    ("GET", "/v1/recordings/{id}/index"): (("compliance",), None),
    ("GET", "/v1/recordings/{id}/segments"): (("compliance",), None),
    ("GET", "/v1/recordings/{id}/transcript"): (("compliance",), None),
    ("GET", "/v1/recordings/{id}/beside"): (("compliance",), None),
    ("GET", "/v1/recordings/{id}/exports"): (("compliance",), None),
    ("POST", "/v1/recording-exports"): (("compliance",), {"recording": "x", "kind": "film"}),
    ("POST", "/v1/recording-exports/{id}/cancel"): (("compliance",), None),
    ("GET", "/v1/recording-exports/{id}/file"): (("compliance",), None),
    ("GET", "/v1/recordings/{id}/bundle"): (("compliance",), None),
    ("POST", "/v1/recordings/{id}/take"): (("compliance",), None),
    ("POST", "/v1/recording-comments"): (("compliance",), COMMENT),
    ("POST", "/v1/recording-comments/{id}/remove"): (("compliance",), None),
    ("POST", "/v1/recording-verdicts"): (("compliance",), VERDICT),
    ("POST", "/v1/recording-holds"): (("compliance",), HOLD),
    ("POST", "/v1/recording-holds/{id}/release"): (("compliance",), None),
    ("GET", "/v1/recordings/{id}/trail"): (("compliance",), None),
    ("GET", "/v1/ledger"): (("compliance",), None),
    ("GET", "/v1/ledger/head"): (("customer", *STAFF), None),
    ("GET", "/v1/recording-trails"): (("compliance",), None),
    ("GET", "/v1/reviews"): (("compliance",), None),
    ("POST", "/v1/review-assignments"): (("compliance",), {"recording": "x"}),
    ("GET", "/v1/review-rule-preview"): (("compliance",), None),
    ("POST", "/v1/review-rules/change"): (("compliance",), {"id": "x", "kind": "files"}),
    ("GET", "/v1/review-rules"): (("compliance",), None),
    ("POST", "/v1/review-rules"): (("compliance",), {"kind": "files"}),
    ("POST", "/v1/review-rules/{id}/end"): (("compliance",), None),
    ("GET", "/recordings/{id}"): (ROLES, None),
    ("POST", "/v1/transcript-mails"): (("customer",), TRANSCRIPT),
    ("POST", "/v1/messages"): (("customer",), MESSAGE),
    ("POST", "/v1/messages/erase"): (("customer",), None),
    ("GET", "/v1/inbox"): (("rep", "lead"), None),
    ("POST", "/v1/inbox/{id}/take"): (("rep", "lead"), None),
    ("POST", "/v1/inbox/{id}/done"): (("rep", "lead"), None),
    ("POST", "/v1/inbox/{id}/reopen"): (("rep", "lead"), None),
    ("POST", "/v1/inbox-answers"): (("rep", "lead"), ANSWER),
    ("GET", "/v1/teams"): (STAFF, None),
    ("GET", "/v1/canned"): (("rep", "lead", "admin"), None),
    ("POST", "/v1/canned"): (("rep", "lead", "admin"), CANNED),
    ("POST", "/v1/canned/delete"): (("rep", "lead", "admin"), {"id": "x", "version": 1}),
    ("POST", "/v1/sign-in"): (ROLES, SIGN_IN),
    ("POST", "/v1/passkeys/ask"): (ROLES, None),
    ("POST", "/v1/passkeys/sign-in"): (ROLES, SHOWN),
    ("POST", "/v1/sign-out"): (SIGNED_IN, None),
    ("POST", "/v1/welcome"): (ROLES, {"token": "wrong"}),
    ("GET", "/v1/me"): (SIGNED_IN, None),
    ("GET", "/v1/me/security"): (SIGNED_IN, None),
    ("GET", "/v1/me/preferences"): (STAFF, None),
    ("POST", "/v1/me/preferences"): (STAFF, {"name": "look", "value": "{}"}),
    ("POST", "/v1/me/confirm"): (SIGNED_IN, {"password": "wrong"}),
    ("POST", "/v1/me/password"): (STAFF, OWN_PASSWORD),
    ("POST", "/v1/me/codes"): (SIGNED_IN, None),
    ("POST", "/v1/me/codes/confirm"): (SIGNED_IN, {"code": "000000"}),
    ("POST", "/v1/me/codes/remove"): (STAFF, None),
    ("POST", "/v1/me/recovery-codes"): (STAFF, None),
    ("POST", "/v1/me/passkeys/ask"): (SIGNED_IN, None),
    ("POST", "/v1/me/passkeys"): (SIGNED_IN, MADE),
    ("POST", "/v1/me/passkeys/{id}/remove"): (STAFF, None),
    ("POST", "/v1/me/sign-ins/{id}/end"): (STAFF, None),
    ("POST", "/v1/me/sign-ins/end-others"): (STAFF, None),
    ("GET", "/v1/reps/{id}/photo"): (ROLES, None),
    ("POST", "/v1/me/photo"): (STAFF, None),
    ("POST", "/v1/me/photo/remove"): (STAFF, None),
    ("POST", "/v1/password"): (ROLES, PASSWORD),
    ("POST", "/v1/accounts"): (("admin",), ACCOUNT),
    ("POST", "/v1/accounts/{id}/disable"): (("admin", "compliance"), None),
    ("POST", "/v1/officers"): (("compliance",), {"name": "new"}),
    ("GET", "/"): (ROLES, None),
    ("GET", "/download"): (ROLES, None),
    ("GET", "/download/{name}"): (ROLES, None),
    ("GET", "/console"): (ROLES, None),
    ("GET", "/assets/{page}/{name}"): (ROLES, None),
    ("GET", "/lan-authority.crt"): (ROLES, None),
    ("GET", "/widget.js"): (ROLES, None),
    ("GET", "/widget"): (ROLES, None),
    ("GET", "/v1/widget"): (ROLES, None),
    ("POST", "/v1/windows"): (("customer",), None),
    ("POST", "/v1/windows/open"): (ROLES, WINDOW),
    ("GET", "/demo"): (ROLES, None),
    ("GET", "/healthz"): (ROLES, None),
    ("GET", "/readyz"): (ROLES, None),
    ("GET", "/metrics"): ((), None),
    ("GET", "/v1/openapi.json"): (ROLES, None),
}

# What a call has to name besides.
QUERIES = {
    "/v1/search": "?q=word",
    "/v1/review-rule-preview": "?kind=files",
    "/v1/recordings/{id}/segments": "?look=x&first=0&last=0",
}

# What the gate says to those it keeps out.
KEPT_OUT = {
    ("/v1/link", "nobody"): (401, "bad_ticket"),
    ("/metrics", "nobody"): (403, "not_allowed"),
}

# What only a handler can say, so that it proves that the gate was passed.
FROM_HANDLER = {
    "tus_version",
    "bad_upload",
    "unknown_file",
    "unknown_contact",
    "unknown_recording",
    "unknown_comment",
    "unknown_export",
    "unknown_hold",
    "unknown_rule",
    "unknown_code",
    "no_mail",
    "unknown_message",
    "last_factor",
    "no_factor",
    "no_passkeys_here",
    "not_yours",
    "unknown_passkey",
    "unknown_sign_in",
    "wrong_code",
    "wrong_own_password",
    "unknown_canned",
    "unknown_session",
    "unknown_account",
    "wrong_password",
    "bad_token",
    "not_found",
    "not_a_picture",
    "bad_code",
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
    path = path.replace("{file}", "x")
    path += "?q=word" if path == "/v1/search" else ""
    path += QUERIES.get(route.path, "")
    body = EXPECTED[route.method, route.path][1]
    ours = {"X-Deskside": "1"}
    if role == "nobody":
        return await server.call(route.method, path, body, headers=ours)
    if role == "customer":
        _, token = await server.visitor()
        return await server.call(route.method, path, body, token=token, headers=ours)
    return await server.call(route.method, path, body, cookie=await cookie_of(server, role))


async def cookie_of(server: Server, role: str, *, fresh: bool = True) -> str:
    if role == "enrolling":
        return await server.sign_in_as("admin", proved=False, fresh=fresh)
    return await server.sign_in_as(role, fresh=fresh)  # type: ignore[arg-type]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_a_route_lets_in_whom_the_table_names_and_nobody_else(
    guarded: Server, route: Route
) -> None:
    may = EXPECTED[route.method, route.path][0]
    for role in ROLES:
        reply = await call(guarded, route, role)
        if route.method == "HEAD":
            # It has no body that could say why; 412 is the handler's word.
            expected = 412 if role in may else 401 if role == "nobody" else 403
            assert reply.status == expected, role
        elif role in may:
            assert reply.status < 400 or reply.error in FROM_HANDLER, (role, reply)
        elif route.path in {"/v1/link", "/metrics"}:
            assert (reply.status, reply.error) == KEPT_OUT[route.path, "nobody"], role
        elif role == "nobody":
            assert (reply.status, reply.error) == (401, "not_signed_in")
        elif role == "enrolling":
            assert (reply.status, reply.error) == (403, "enrolment_needed")
        else:
            assert (reply.status, reply.error) == (403, "not_allowed"), role


@pytest.mark.parametrize("role", SIGNED_IN)
async def test_what_changes_how_one_gets_in_wants_the_password_again_after_a_while(
    server: Server, role: str
) -> None:
    stale = await cookie_of(server, role, fresh=False)
    asked = set()
    for route in ROUTES:
        if role in route.may and (route.path.startswith("/v1/me/") or route.fresh):
            path = route.path.replace("{id}", "x")
            body = EXPECTED[route.method, route.path][1]
            reply = await server.call(route.method, path, body, cookie=stale)
            if reply.status == 403 and reply.error == "confirm_needed":
                asked.add(route.path)
    expected = {"codes", "codes/confirm", "passkeys/ask", "passkeys"}
    if role != "enrolling":
        expected |= {"codes/remove", "recovery-codes", "passkeys/{id}/remove"}
    assert asked == {f"/v1/me/{path}" for path in expected}


async def test_no_socket_is_opened_without_a_ticket_whatever_else_one_has(server: Server) -> None:
    cookie = await server.sign_in_as("rep")
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    for path in ("/v1/link", "/v1/link?ticket=", "/v1/link?ticket=made-up"):
        reply = await server.call("GET", path, cookie=cookie, headers=upgrade)
        assert (reply.status, reply.error) == (401, "bad_ticket")
