"""The HTTP calls about coming in and about accounts. Who may make them stands in `routes.py`.

The first line of a docstring is what `/v1/openapi.json` says of the call.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from broker import passkeys
from broker.accounts import (
    Account,
    LastAdministrator,
    NameTaken,
    NotTheirs,
    Role,
    UnknownAccount,
    UnknownWelcome,
    welcome_link,
)
from broker.attempts import TooManyTries
from broker.devices import device_of
from broker.gate import COOKIE, DEVICE_COOKIE, too_often
from broker.http import Call, CallRefused, Cookie, Nothing
from broker.parts import Parts
from broker.passkeys import NotAccepted, Place, place_of
from broker.passwords import Busy
from broker.sign_in import (
    DEVICE_DAYS,
    SIGNED_IN_MS,
    CodeNeeded,
    SignedIn,
    Visit,
    WrongCode,
    WrongPassword,
)
from broker.site import Choice
from protocol.fields import Id, Name

DEVICE_SECONDS = DEVICE_DAYS * 24 * 3600

Secret = Annotated[str, Meta(max_length=200)]
Password = Annotated[str, Meta(min_length=12, max_length=200)]


class SignIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`code` is a one-time code or a recovery code, where the account has them."""

    name: Name
    password: Secret
    code: Secret = ""


class Me(Struct, frozen=True, kw_only=True):
    """Who is signed in. With `enrolling` nothing works before a second factor is set up."""

    party: str
    name: str
    user_name: str
    role: str
    teams: tuple[Choice, ...]
    enrolling: bool


class Token(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The token of a one-time link."""

    token: Secret


class Welcomed(Struct, frozen=True, kw_only=True):
    """Whose a one-time link is."""

    name: str
    user_name: str


class SetPassword(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`token` is that of a one-time link."""

    token: Secret
    password: Password


class PasswordSet(Struct, frozen=True, kw_only=True):
    """`me` is who is signed in now; null where the second factor has to be shown first."""

    user_name: str
    me: Me | None


class Options(Struct, frozen=True, kw_only=True):
    """What to hand to `navigator.credentials`, in WebAuthn's own JSON."""

    options: dict[str, Any]


class AddAccount(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Compliance officers are made by other officers and on the command line, not here."""

    name: Name
    role: Literal["rep", "lead", "admin"]
    teams: tuple[Id, ...] = ()
    display_name: Name = ""


class AddOfficer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another compliance officer."""

    name: Name
    display_name: Name = ""


class AccountAdded(Struct, frozen=True, kw_only=True):
    """`welcome` is a link that sets the password, once, within 24 hours."""

    id: str
    welcome: str


class Named(Struct, frozen=True, kw_only=True):
    """Something by its id."""

    id: Id


async def sign_in(parts: Parts, call: Call, asked: SignIn) -> Me:
    """Sign in with a password and, where the account has one, a code; sets the cookie."""
    try:
        signed_in = await parts.sign_ins.sign_in(
            asked.name, asked.password, asked.code, _visit(parts, call)
        )
    except WrongPassword:
        raise CallRefused(401, "wrong_password", "User name or password is wrong.") from None
    except WrongCode:
        raise CallRefused(401, "wrong_code", "This code is wrong or was used before.") from None
    except CodeNeeded as needed:
        if needed.by_app:
            raise CallRefused(401, "code_needed", "Send the one-time code too.") from None
        raise CallRefused(
            401, "passkey_needed", "Sign in with a passkey, or send a recovery code too."
        ) from None
    except TooManyTries as fault:
        raise too_often(fault.seconds) from None
    except Busy:
        raise too_often(1) from None
    return await _let_in(parts, call, signed_in)


async def ask_passkey(parts: Parts, call: Call, _: Nothing) -> Options:
    """Return what a browser needs to sign somebody in with a passkey."""
    return Options(options=await parts.passkeys.ask(place_here(parts, call)))


async def sign_in_with_passkey(parts: Parts, call: Call, asked: passkeys.Shown) -> Me:
    """Sign in with a passkey; sets the cookie."""
    try:
        account_id = await parts.passkeys.check_shown(asked, place_here(parts, call))
        signed_in = await parts.sign_ins.sign_in_proved(
            account_id, _visit(parts, call), proved=True
        )
    except (NotAccepted, WrongPassword):
        raise CallRefused(401, "wrong_passkey", "This passkey is not known here.") from None
    return await _let_in(parts, call, signed_in)


def place_here(parts: Parts, call: Call) -> Place:
    """Return where a passkey of the calling page holds, or raise `CallRefused`."""
    place = place_of(parts.config.public_url, parts.origins.of(call.request), call.request.host)
    if place is None:
        raise CallRefused(
            409, "no_passkeys_here", "Browsers allow passkeys only where the address is a name."
        )
    return place


def _visit(parts: Parts, call: Call) -> Visit:
    return Visit(
        known_by=call.request.cookies.get(DEVICE_COOKIE, ""),
        device=device_of(call.request.headers.get("User-Agent", "")),
        address=parts.gate.address(call.request),
    )


async def _let_in(parts: Parts, call: Call, signed_in: SignedIn) -> Me:
    if before := call.request.cookies.get(COOKIE):
        await parts.sign_ins.sign_out(before)
    call.cookies.append(Cookie(COOKIE, signed_in.token, SIGNED_IN_MS // 1000))
    call.cookies.append(Cookie(DEVICE_COOKIE, signed_in.device, DEVICE_SECONDS))
    standing = await parts.sign_ins.of(signed_in.token)
    return _me(parts, signed_in.account, enrolling=standing is not None and standing.enrolling)


async def sign_out(parts: Parts, call: Call, _: Nothing) -> Nothing:
    """Sign out, and close the links of the account."""
    await parts.sign_ins.sign_out(call.request.cookies[COOKIE])
    parts.links.sign_out(call.known.party.id)
    call.cookies.append(Cookie(COOKIE, "", 0))
    return Nothing()


async def who_am_i(parts: Parts, call: Call, _: Nothing) -> Me:
    """Say who is signed in."""
    return _me(parts, call.own, enrolling=call.known.role == "enrolling")


def _me(parts: Parts, account: Account, *, enrolling: bool) -> Me:
    return Me(
        party=account.id,
        name=account.display_name,
        user_name=account.name,
        role=account.role,
        teams=parts.site.choices(account.teams),
        enrolling=enrolling,
    )


async def welcome(parts: Parts, _call: Call, asked: Token) -> Welcomed:
    """Say whose a one-time link is, and leave it good."""
    try:
        account = await parts.accounts.welcomed(asked.token)
    except UnknownWelcome:
        raise _bad_token() from None
    return Welcomed(name=account.display_name, user_name=account.name)


async def set_password(parts: Parts, call: Call, asked: SetPassword) -> PasswordSet:
    """Set a password with a one-time link; signs in where no second factor has to be shown."""
    try:
        # Hashing is dear: only for who has a link.
        await parts.accounts.welcomed(asked.token)
        password_hash = await parts.passwords.hash(asked.password)
        account = await parts.accounts.set_password(asked.token, password_hash)
    except UnknownWelcome:
        raise _bad_token() from None
    parts.links.sign_out(account.id)
    has_factor = await parts.database.read(lambda conn: parts.factors.has_any(conn, account.id))
    if has_factor:
        return PasswordSet(user_name=account.name, me=None)
    visit = _visit(parts, call)
    signed_in = await parts.sign_ins.sign_in_proved(account.id, visit, proved=False)
    return PasswordSet(user_name=account.name, me=await _let_in(parts, call, signed_in))


def _bad_token() -> CallRefused:
    return CallRefused(401, "bad_token", "This link was used or has expired.")


async def add_account(parts: Parts, call: Call, asked: AddAccount) -> AccountAdded:
    """Add an account, which is asked to set its password by a one-time link."""
    if unknown := set(asked.teams) - set(parts.site.teams()):
        raise CallRefused(400, "malformed", f"There is no team {min(unknown)}.")
    return await _add(parts, call, asked.name, asked.role, asked.teams, asked.display_name)


async def add_officer(parts: Parts, call: Call, asked: AddOfficer) -> AccountAdded:
    """Add a compliance officer, who is asked to set a password by a one-time link."""
    return await _add(parts, call, asked.name, "compliance", (), asked.display_name)


async def _add(
    parts: Parts, call: Call, name: str, role: Role, teams: tuple[str, ...], display_name: str
) -> AccountAdded:
    by = call.own.id
    try:
        account, token = await parts.accounts.add(name, role, teams, display_name, by)
    except NameTaken:
        raise CallRefused(409, "name_taken", "Another account has this name.") from None
    except ValueError as fault:
        raise CallRefused(400, "malformed", str(fault)) from None
    return AccountAdded(id=account.id, welcome=welcome_link(parts.config.public_url, token))


async def disable_account(parts: Parts, call: Call, asked: Named) -> Nothing:
    """Disable an account: it is signed out everywhere and its links close."""
    try:
        await parts.accounts.disable(asked.id, by=call.own)
    except UnknownAccount:
        raise CallRefused(404, "unknown_account", "There is no such account.") from None
    except NotTheirs:
        raise CallRefused(
            403, "not_theirs", "Administrators and compliance officers cannot disable each other."
        ) from None
    except LastAdministrator:
        raise CallRefused(409, "last_administrator", "Nobody would be left.") from None
    parts.links.sign_out(asked.id)
    return Nothing()
