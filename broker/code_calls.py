"""The calls about session codes: a rep makes one, a customer shows it."""

from functools import partial
from typing import Annotated, Literal

from msgspec import Meta, Struct

from broker.access import reader_of
from broker.accounts import UnknownAccount
from broker.addresses import BadAddress, usable
from broker.catalogue import LANGUAGES
from broker.code_mail import CodeMail, TooManyMails
from broker.codes import NoCode, TooManyCodes, TooManyTries
from broker.history_calls import OfSession
from broker.http import Call, CallRefused, Nothing
from broker.parts import Parts
from protocol import requests as r
from protocol.fields import Email, Id
from protocol.session import Party, Refused
from protocol.table import ROWS

Digits = Annotated[str, Meta(pattern=r"^[0-9]{9}$(?!\n)")]


Spoken = Literal["", "en", "de", "es", "fr", "it"]


class MakeCode(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`team`, one of the caller's, is where the session belongs; their first one unless given.

    With an `email` the code is mailed there as well, in `language` or else the site's first one.
    """

    team: Id = ""
    email: Email = ""
    language: Spoken = ""


class CodeMade(Struct, frozen=True, kw_only=True):
    """Nine digits that start one session with the caller until `expires_at` (ms); `url` is the
    customer's page with them."""

    code: str
    url: str
    expires_at: int


class ShowCode(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a customer was given."""

    code: Digits


class RedeemCode(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a customer was given. With `app` it may be an app's way into a session that is on."""

    code: Digits
    app: bool = False


class AppCode(Struct, frozen=True, kw_only=True):
    """Nine digits with which one app joins the session until `expires_at` (ms)."""

    code: str
    expires_at: int


class Expected(Struct, frozen=True, kw_only=True):
    """The code is good and kept for the caller: `start` with it leads to the rep called `name`. An
    app's leads to `session`, for whose customer the bearer of `token` speaks."""

    rep: str
    name: str
    expires_at: int
    session: str = ""
    token: str = ""


WRONG = {
    "unknown": (404, "unknown_code", "This code is not known."),
    "used": (409, "code_used", "This code was used already."),
    "expired": (410, "code_expired", "This code has expired."),
}

MOVABLE = ROWS[r.MoveTo].within


async def make_code(parts: Parts, call: Call, asked: MakeCode) -> CodeMade:
    """Make a session code of one's own."""
    rep = call.known.party
    team = asked.team or next(iter(rep.teams), "")
    if team not in rep.teams:
        raise CallRefused(400, "malformed", "This is none of your teams.")
    mail = _mail(parts, rep, asked) if asked.email else None
    also = partial(mail.put, page=parts.config.public_url) if mail else None
    try:
        code, expires_at = await parts.codes.make(rep.id, team, also)
    except TooManyCodes:
        raise CallRefused(409, "too_many", "Too many codes are waiting to be used.") from None
    except TooManyMails:
        raise CallRefused(
            429, "rate_limited", "Too many codes were mailed.", Retry_After="3600"
        ) from None
    url = str(parts.config.public_url.with_query(code=code))
    return CodeMade(code=code, url=url, expires_at=expires_at)


def _mail(parts: Parts, rep: Party, asked: MakeCode) -> CodeMail:
    if not parts.site.mails:
        raise CallRefused(409, "no_mail", "This server sends no mail.")
    try:
        to = usable(asked.email)
    except BadAddress:
        raise CallRefused(400, "bad_address", "Mail cannot be sent to this address.") from None
    settings = parts.site.settings
    first = settings.languages[0]
    return CodeMail(
        site=parts.config.site,
        organisation=settings.organisation,
        rep=rep.id,
        name=rep.name,
        to=to,
        language=asked.language or (first if first in LANGUAGES else "en"),
    )


async def cancel_code(parts: Parts, call: Call, asked: ShowCode) -> Nothing:
    """Let a code of one's own expire at once: whoever shows it reads that it has expired."""
    try:
        await parts.codes.cancel(call.known.party.id, asked.code)
    except NoCode as wrong:
        raise CallRefused(*WRONG[wrong.why]) from None
    return Nothing()


async def redeem_code(parts: Parts, call: Call, asked: RedeemCode) -> Expected:
    """Show a session code, which is then kept for the caller."""
    address = parts.gate.address(call.request)
    try:
        made = await parts.codes.redeem(asked.code, call.known.party.id, address, app=asked.app)
        if made.session:
            about = {"session": made.session, "token": made.token}
            return Expected(rep="", name="", expires_at=made.expires_at, **about)
        rep = await parts.accounts.get(made.rep)
    except NoCode as wrong:
        raise CallRefused(*WRONG[wrong.why]) from None
    except UnknownAccount:
        raise CallRefused(*WRONG["unknown"]) from None
    except TooManyTries:
        raise CallRefused(
            429, "rate_limited", "Codes cannot be checked at the moment.", Retry_After="3600"
        ) from None
    return Expected(rep=rep.id, name=rep.display_name, expires_at=made.expires_at)


async def make_app_code(parts: Parts, call: Call, asked: OfSession) -> AppCode:
    """Make a code with which the app of a customer joins their session."""
    session = await parts.desk.session(asked.id)
    if not reader_of(session, call.known.party):
        raise Refused("unknown_session")
    if session.state not in MOVABLE:
        raise CallRefused(409, "not_now", "This session cannot go on elsewhere now.")
    try:
        code, expires_at = await parts.app_codes.make(session.id)
    except TooManyCodes:
        raise CallRefused(409, "too_many", "Too many apps are being fetched.") from None
    return AppCode(code=code, expires_at=expires_at)
