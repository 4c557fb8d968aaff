"""What each HTTP call does. Who may call it stands in `routes.py` and is settled before.

The first line of a docstring is what `/v1/openapi.json` says of the call.
"""

from typing import Annotated, Literal

import sqlalchemy as sa
from aiohttp import web
from msgspec import Meta, Struct
from msgspec.structs import replace

from broker.access import level_of
from broker.downloads import TOLD, folder_of
from broker.http import Call, CallRefused, Nothing
from broker.metrics import CONTENT_TYPE
from broker.parts import Parts
from broker.search import Hit, find
from broker.site import Choice, Shown


class Visitor(Struct, frozen=True, kw_only=True):
    """A customer's party, and the token that proves it from now on."""

    party: str
    token: str


class Ticket(Struct, frozen=True, kw_only=True):
    """Opens one link, once, within 30 s: `/v1/link?ticket=…`."""

    ticket: str


class Teams(Struct, frozen=True, kw_only=True):
    """Where a session may be passed on to."""

    teams: tuple[Choice, ...]


class AskSite(Struct, frozen=True, kw_only=True):
    """`lang` is the language to answer in, as in `de` or `de-AT`."""

    lang: Annotated[str, Meta(max_length=35)] = ""


class AskSearch(Struct, frozen=True, kw_only=True):
    """Lines that hold every word of `q`."""

    q: Annotated[str, Meta(max_length=200)]


class Hits(Struct, frozen=True, kw_only=True):
    """What was found, newest session first."""

    hits: tuple[Hit, ...]


class AssetNamed(Struct, frozen=True, kw_only=True):
    """A file of a page."""

    page: str
    name: str


class Health(Struct, frozen=True, kw_only=True):
    """All is well."""

    status: Literal["ok"] = "ok"


async def add_visitor(parts: Parts, _call: Call, _: Nothing) -> Visitor:
    """Introduce a new customer."""
    party, token = await parts.admission.add_visitor()
    return Visitor(party=party, token=token)


async def make_ticket(parts: Parts, call: Call, _: Nothing) -> Ticket:
    """Make a ticket that opens one link."""
    async with parts.links.entrance:
        return Ticket(
            ticket=await parts.admission.make_ticket(call.known.party.id, call.known.sign_in)
        )


async def open_link(parts: Parts, call: Call, _: Nothing) -> web.StreamResponse:
    """Open a link, the WebSocket that `protocol/messages.py` describes; needs a ticket."""
    known = call.known
    return await parts.links.serve(call.request, known.party, known.role, known.sign_in)


async def show_teams(parts: Parts, _call: Call, _: Nothing) -> Teams:
    """Return all teams with their names."""
    return Teams(teams=parts.site.choices(parts.site.teams()))


async def show_site(parts: Parts, _call: Call, asked: AskSite) -> Shown:
    """Return what a customer's page shows before anything is said."""
    shown = parts.site.shown(asked.lang.lower().partition("-")[0])
    app = TOLD.read(folder_of(parts.config.data_folder))
    return replace(shown, app=app.system) if app else shown


async def search(parts: Parts, call: Call, asked: AskSearch) -> Hits:
    """Find words in the sessions of the caller's teams."""
    site, party = parts.config.site, call.known.party
    reader = level_of(party)
    hits = await parts.database.read(lambda conn: find(conn, site, asked.q, party.teams, reader))
    return Hits(hits=tuple(hits))


async def show_customer_page(parts: Parts, call: Call, _: Nothing) -> web.StreamResponse:
    """The customer's page."""
    return parts.pages.index("customer", _sockets(parts, call))


async def show_console(parts: Parts, call: Call, _: Nothing) -> web.StreamResponse:
    """The rep console."""
    return parts.pages.index("console", _sockets(parts, call))


def _sockets(parts: Parts, call: Call) -> list[str]:
    """Where a page's link and pictures are."""
    return [*parts.origins.of(call.request), *parts.pictures.origins]


async def send_asset(parts: Parts, _call: Call, asked: AssetNamed) -> web.StreamResponse:
    """A file of a page."""
    response = parts.pages.asset(asked.page, asked.name)
    if response is None:
        raise web.HTTPNotFound
    return response


async def send_authority(parts: Parts, _call: Call, _: Nothing) -> web.StreamResponse:
    """The certificate of the private authority, where the server was started with `--lan`."""
    authority = parts.tls and parts.tls.authority
    if not authority:
        raise web.HTTPNotFound
    return web.Response(body=authority.certificate, content_type="application/x-x509-ca-cert")


async def is_alive(_parts: Parts, _call: Call, _: Nothing) -> Health:
    """Say that the process answers."""
    return Health()


async def is_ready(parts: Parts, _call: Call, _: Nothing) -> Health:
    """Say that the database answers too."""
    try:
        await parts.database.read(lambda conn: conn.execute(sa.select(1)).close())
    except (sa.exc.SQLAlchemyError, OSError):
        raise CallRefused(503, "not_ready", "The database does not answer.") from None
    return Health()


async def show_metrics(parts: Parts, _call: Call, _: Nothing) -> web.StreamResponse:
    """What operators watch, in Prometheus' text format."""
    return web.Response(body=parts.metrics.text(), headers={"Content-Type": CONTENT_TYPE})
