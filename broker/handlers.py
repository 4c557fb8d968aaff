"""What each HTTP call does. Who may call it stands in `routes.py` and is settled before.

The first line of a docstring is what `/v1/openapi.json` says of the call.
"""

from typing import Annotated, Literal

import sqlalchemy as sa
from aiohttp import web
from msgspec import Meta, Struct

from broker.access import level_of
from broker.accounts import (
    Account,
    NameTaken,
    UnknownAccount,
    UnknownWelcome,
    welcome_link,
)
from broker.gate import COOKIE, DEVICE_COOKIE, too_often
from broker.http import Call, CallRefused, Cookie, Nothing
from broker.links import transcript
from broker.metrics import CONTENT_TYPE
from broker.parts import Parts
from broker.passwords import Busy
from broker.search import Hit, find
from broker.sign_in import DEVICE_DAYS, SIGNED_IN_MS, TooManyTries, WrongPassword
from broker.site import Choice, Shown
from protocol.fields import Count, Id, Name
from protocol.messages import Facts

DEVICE_SECONDS = DEVICE_DAYS * 24 * 3600

Secret = Annotated[str, Meta(max_length=200)]
Password = Annotated[str, Meta(min_length=12, max_length=200)]


class Visitor(Struct, frozen=True, kw_only=True):
    """A customer's party, and the token that proves it from now on."""

    party: str
    token: str


class Ticket(Struct, frozen=True, kw_only=True):
    """Opens one link, once, within 30 s: `/v1/link?ticket=…`."""

    ticket: str


class SignIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`code` is not looked at yet."""

    name: Name
    password: Secret
    code: Secret = ""


class Me(Struct, frozen=True, kw_only=True):
    """Who is signed in."""

    party: str
    name: str
    role: str
    teams: tuple[Choice, ...]


class Teams(Struct, frozen=True, kw_only=True):
    """Where a session may be passed on to."""

    teams: tuple[Choice, ...]


class SetPassword(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`token` is that of a one-time link."""

    token: Secret
    password: Password


class AskSite(Struct, frozen=True, kw_only=True):
    """`lang` is the language to answer in, as in `de` or `de-AT`."""

    lang: Annotated[str, Meta(max_length=35)] = ""


class AskTranscript(Struct, frozen=True, kw_only=True):
    """The facts of session `id` after place `after`."""

    id: Id
    after: Count = 0


class AskSearch(Struct, frozen=True, kw_only=True):
    """Lines that hold every word of `q`."""

    q: Annotated[str, Meta(max_length=200)]


class Hits(Struct, frozen=True, kw_only=True):
    """What was found, newest session first."""

    hits: tuple[Hit, ...]


class AddAccount(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Compliance officers are made on the command line, never by an administrator."""

    name: Name
    role: Literal["rep", "lead", "admin"]
    teams: tuple[Id, ...] = ()
    display_name: Name = ""


class AccountAdded(Struct, frozen=True, kw_only=True):
    """`welcome` is a link that sets the password, once, within 24 hours."""

    id: str
    welcome: str


class Named(Struct, frozen=True, kw_only=True):
    """Something by its id."""

    id: Id


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
        return Ticket(ticket=await parts.admission.make_ticket(call.known.party.id))


async def open_link(parts: Parts, call: Call, _: Nothing) -> web.StreamResponse:
    """Open a link, the WebSocket that `protocol/messages.py` describes; needs a ticket."""
    return await parts.links.serve(call.request, call.known.party, call.known.role)


async def sign_in(parts: Parts, call: Call, asked: SignIn) -> Me:
    """Sign in with a password; sets the cookie."""
    device = call.request.cookies.get(DEVICE_COOKIE, "")
    try:
        signed_in = await parts.sign_ins.sign_in(asked.name, asked.password, device)
    except WrongPassword:
        raise CallRefused(401, "wrong_password", "User name or password is wrong.") from None
    except TooManyTries as fault:
        raise too_often(fault.seconds) from None
    except Busy:
        raise too_often(1) from None
    if before := call.request.cookies.get(COOKIE):
        await parts.sign_ins.sign_out(before)
    call.cookies.append(Cookie(COOKIE, signed_in.token, SIGNED_IN_MS // 1000))
    call.cookies.append(Cookie(DEVICE_COOKIE, signed_in.device, DEVICE_SECONDS))
    return _me(parts, signed_in.account)


async def sign_out(parts: Parts, call: Call, _: Nothing) -> Nothing:
    """Sign out, and close the links of the account."""
    await parts.sign_ins.sign_out(call.request.cookies[COOKIE])
    parts.links.sign_out(call.known.party.id)
    call.cookies.append(Cookie(COOKIE, "", 0))
    return Nothing()


async def who_am_i(parts: Parts, call: Call, _: Nothing) -> Me:
    """Say who is signed in."""
    assert call.known.account  # the table lets no customer in
    return _me(parts, call.known.account)


def _me(parts: Parts, account: Account) -> Me:
    return Me(
        party=account.id,
        name=account.display_name,
        role=account.role,
        teams=parts.site.choices(account.teams),
    )


async def show_teams(parts: Parts, _call: Call, _: Nothing) -> Teams:
    """Return all teams with their names."""
    return Teams(teams=parts.site.choices(parts.site.teams()))


async def set_password(parts: Parts, _call: Call, asked: SetPassword) -> Nothing:
    """Set the password of an account with its one-time link."""
    try:
        # Hashing is dear: only for who has a link.
        await parts.accounts.check_welcome(asked.token)
        password_hash = await parts.passwords.hash(asked.password)
        account = await parts.accounts.set_password(asked.token, password_hash)
    except UnknownWelcome:
        raise CallRefused(401, "bad_token", "This link was used or has expired.") from None
    parts.links.sign_out(account.id)
    return Nothing()


async def show_site(parts: Parts, _call: Call, asked: AskSite) -> Shown:
    """Return what a customer's page shows before anything is said."""
    return parts.site.shown(asked.lang.lower().partition("-")[0])


async def read_transcript(parts: Parts, call: Call, asked: AskTranscript) -> Facts:
    """Return the facts of a session that the caller may read."""
    return await transcript(
        parts.desk, parts.database, parts.config.site, asked.id, call.known.party, asked.after
    )


async def search(parts: Parts, call: Call, asked: AskSearch) -> Hits:
    """Find words in the sessions of the caller's teams."""
    site, party = parts.config.site, call.known.party
    reader = level_of(party)
    hits = await parts.database.read(lambda conn: find(conn, site, asked.q, party.teams, reader))
    return Hits(hits=tuple(hits))


async def add_account(parts: Parts, _call: Call, asked: AddAccount) -> AccountAdded:
    """Add an account, which is asked to set its password by a one-time link."""
    if unknown := set(asked.teams) - set(parts.site.teams()):
        raise CallRefused(400, "malformed", f"There is no team {min(unknown)}.")
    try:
        account, token = await parts.accounts.add(
            asked.name, asked.role, asked.teams, asked.display_name
        )
    except NameTaken:
        raise CallRefused(409, "name_taken", "Another account has this name.") from None
    except ValueError as fault:
        raise CallRefused(400, "malformed", str(fault)) from None
    return AccountAdded(id=account.id, welcome=welcome_link(parts.config.public_url, token))


async def disable_account(parts: Parts, _call: Call, asked: Named) -> Nothing:
    """Disable an account: it is signed out everywhere and its links close."""
    try:
        await parts.accounts.disable(asked.id)
    except UnknownAccount:
        raise CallRefused(404, "unknown_account", "There is no such account.") from None
    parts.links.sign_out(asked.id)
    return Nothing()


async def show_customer_page(parts: Parts, call: Call, _: Nothing) -> web.StreamResponse:
    """The customer's page."""
    return parts.pages.index("customer", parts.origins.of(call.request))


async def show_console(parts: Parts, call: Call, _: Nothing) -> web.StreamResponse:
    """The rep console."""
    return parts.pages.index("console", parts.origins.of(call.request))


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
