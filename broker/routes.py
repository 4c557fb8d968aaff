"""Every HTTP call there is, and who may make it.

A handler never looks at roles: this table is where they are decided. A new row appears by itself in
`/v1/openapi.json` and in the test that tries every row with every role and none.
"""

from functools import cache

from aiohttp import web

from broker import canned_calls as c
from broker import handlers as h
from broker import openapi
from broker import photo_calls as photo
from broker.canned import Edited
from broker.http import EVERYBODY, STAFF, Call, Nothing, Who, row
from broker.parts import Parts
from broker.site import Shown
from protocol.messages import Facts

ANYONE: tuple[Who, ...] = ("anyone",)
OPERATOR: tuple[Who, ...] = ("operator",)
ADMIN: tuple[Who, ...] = ("admin",)
WRITERS: tuple[Who, ...] = ("rep", "lead", "admin")
STREAM = web.StreamResponse


async def describe(_parts: Parts, _call: Call, _: Nothing) -> web.StreamResponse:
    """This description, as OpenAPI 3.1."""
    return web.Response(body=_description(), content_type="application/json")


@cache
def _description() -> bytes:
    return openapi.document(ROUTES)


ROUTES = (
    # --- customers and links
    row("POST", "/v1/visitors", ANYONE, h.add_visitor, Nothing, h.Visitor, rate="visitors"),
    row("GET", "/v1/site", ANYONE, h.show_site, h.AskSite, Shown),
    row("POST", "/v1/tickets", EVERYBODY, h.make_ticket, Nothing, h.Ticket),
    row("GET", "/v1/link", ("ticket",), h.open_link, Nothing, STREAM),
    # --- sessions
    row("GET", "/v1/sessions/{id}/transcript", ("customer", "rep", "lead"), h.read_transcript, h.AskTranscript, Facts),
    row("GET", "/v1/search", ("rep", "lead"), h.search, h.AskSearch, h.Hits),
    row("GET", "/v1/teams", STAFF, h.show_teams, Nothing, h.Teams),
    # --- what the console keeps ready
    row("GET", "/v1/canned", WRITERS, c.list_canned, Nothing, c.CannedList),
    row("POST", "/v1/canned", WRITERS, c.save_canned, Edited, c.CannedEntry),
    row("POST", "/v1/canned/delete", WRITERS, c.delete_canned, c.CannedGone, Nothing),
    # --- accounts
    row("POST", "/v1/sign-in", ANYONE, h.sign_in, h.SignIn, h.Me, rate="passwords", guarded=True),
    row("POST", "/v1/sign-out", STAFF, h.sign_out, Nothing, Nothing),
    row("GET", "/v1/me", STAFF, h.who_am_i, Nothing, h.Me),
    row("GET", "/v1/reps/{id}/photo", ANYONE, photo.show_photo, photo.AskPhoto, STREAM),
    row("POST", "/v1/me/photo", STAFF, photo.take_photo, Nothing, photo.PhotoTaken, sends="image/*"),
    row("POST", "/v1/me/photo/remove", STAFF, photo.remove_photo, Nothing, Nothing),
    row("POST", "/v1/password", ANYONE, h.set_password, h.SetPassword, Nothing, rate="passwords", guarded=True),
    row("POST", "/v1/accounts", ADMIN, h.add_account, h.AddAccount, h.AccountAdded),
    row("POST", "/v1/accounts/{id}/disable", ADMIN, h.disable_account, h.Named, Nothing),
    # --- pages
    row("GET", "/", ANYONE, h.show_customer_page, Nothing, STREAM),
    row("GET", "/console", ANYONE, h.show_console, Nothing, STREAM),
    row("GET", "/assets/{page}/{name}", ANYONE, h.send_asset, h.AssetNamed, STREAM),
    row("GET", "/lan-authority.crt", ANYONE, h.send_authority, Nothing, STREAM),
    # --- operators
    row("GET", "/healthz", ANYONE, h.is_alive, Nothing, h.Health),
    row("GET", "/readyz", ANYONE, h.is_ready, Nothing, h.Health),
    row("GET", "/metrics", OPERATOR, h.show_metrics, Nothing, STREAM),
    row("GET", "/v1/openapi.json", ANYONE, describe, Nothing, STREAM),
)  # fmt: skip
