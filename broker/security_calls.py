"""The HTTP calls with which people look after their own way in. Who may make them stands in `routes.py`.

The first line of a docstring is what `/v1/openapi.json` says of the call.
"""

from typing import Annotated

import pyotp
import segno
from msgspec import Meta, Struct

from broker import passkeys
from broker.account_calls import Named, Options, Password, Secret, place_here
from broker.attempts import TooManyTries
from broker.gate import too_often
from broker.http import Call, CallRefused, Nothing
from broker.own_security import LastFactor, NoFactor
from broker.parts import Parts
from broker.passkeys import NotAccepted, Passkey, TooManyPasskeys
from broker.passwords import Busy
from broker.sign_in import WrongCode, WrongPassword

PasskeyName = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[^\x00]*\S[^\x00]*$")]


class Confirm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One's own password, once more."""

    password: Secret


class ChangePassword(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`old` is the password that still holds."""

    old: Secret
    password: Password


class Code(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A one-time code."""

    code: Secret


class CodesProposed(Struct, frozen=True, kw_only=True):
    """What goes into an authenticator app: a `picture` to scan, an SVG as a data address, or the
    `secret` to type; `url` is what both stand for."""

    secret: str
    url: str
    picture: str


class RecoveryCodes(Struct, frozen=True, kw_only=True):
    """Codes that work once each in place of a second factor, shown this one time; may be none."""

    recovery_codes: tuple[str, ...]


class AddPasskey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A passkey that was just made, and what its owner calls it."""

    name: PasskeyName
    made: passkeys.Made


class OwnSignIn(Struct, frozen=True, kw_only=True):
    """One place where the caller is signed in; `here` is the calling one. Times in ms."""

    id: str
    device: str
    address: str
    since: int
    seen_at: int
    here: bool


class Security(Struct, frozen=True, kw_only=True):
    """How the caller gets in. With `demanded` one second factor at least has to stay."""

    user_name: str
    demanded: bool
    codes: bool
    recovery_codes_left: int
    passkeys: tuple[Passkey, ...]
    sign_ins: tuple[OwnSignIn, ...]


async def show_security(parts: Parts, call: Call, _: Nothing) -> Security:
    """Say how one gets in, and where one is signed in."""
    account = call.own
    state = await parts.own_security.state(account)
    return Security(
        user_name=account.name,
        demanded=state.demanded,
        codes=state.codes,
        recovery_codes_left=state.recovery_codes_left,
        passkeys=await parts.passkeys.listed(account.id),
        sign_ins=tuple(
            OwnSignIn(
                id=row.id,
                device=row.device,
                address=row.address,
                since=row.created_at,
                seen_at=row.seen_at,
                here=row.id == call.known.sign_in,
            )
            for row in await parts.sign_ins.listed(account.id)
        ),
    )


async def confirm(parts: Parts, call: Call, asked: Confirm) -> Nothing:
    """Show one's password again, after which one may change how one gets in for 15 minutes."""
    await _confirm(parts, call, asked.password)
    return Nothing()


async def _confirm(parts: Parts, call: Call, password: str) -> None:
    try:
        await parts.sign_ins.confirm(call.known.sign_in, call.own, password)
    except WrongPassword:
        raise CallRefused(403, "wrong_own_password", "This is not your password.") from None
    except TooManyTries as fault:
        raise too_often(fault.seconds) from None
    except Busy:
        raise too_often(1) from None


async def change_password(parts: Parts, call: Call, asked: ChangePassword) -> Nothing:
    """Change one's own password; ends every other sign-in."""
    await _confirm(parts, call, asked.old)
    password_hash = await parts.passwords.hash(asked.password)
    await parts.accounts.change_password(call.own.id, password_hash, call.known.sign_in)
    parts.links.sign_out(call.own.id)
    return Nothing()


async def propose_codes(parts: Parts, call: Call, _: Nothing) -> CodesProposed:
    """Propose a secret for one-time codes; nothing changes before a code has confirmed it."""
    secret = await parts.own_security.propose_codes(call.own)
    issuer = parts.site.settings.organisation
    url = pyotp.TOTP(secret).provisioning_uri(name=call.own.name, issuer_name=issuer)
    # White under it in dark mode too: many cameras want dark on light.
    picture = segno.make(url, error="m").svg_data_uri(border=3, light="#fff", omitsize=True)
    return CodesProposed(secret=secret, url=url, picture=picture)


async def confirm_codes(parts: Parts, call: Call, asked: Code) -> RecoveryCodes:
    """Put the proposed one-time codes in force with one of them."""
    try:
        codes = await parts.own_security.confirm_codes(call.own, call.known.sign_in, asked.code)
    except WrongCode:
        raise CallRefused(409, "wrong_code", "This code is not right.") from None
    parts.links.sign_out(call.own.id)
    return RecoveryCodes(recovery_codes=codes)


async def remove_codes(parts: Parts, call: Call, _: Nothing) -> Nothing:
    """Forget one's one-time codes."""
    try:
        await parts.own_security.remove_codes(call.own)
    except LastFactor:
        raise _last_factor() from None
    return Nothing()


async def new_recovery_codes(parts: Parts, call: Call, _: Nothing) -> RecoveryCodes:
    """Make new recovery codes; the old ones end."""
    try:
        codes = await parts.own_security.new_recovery_codes(call.own)
    except NoFactor:
        raise CallRefused(409, "no_factor", "Set up a second factor first.") from None
    return RecoveryCodes(recovery_codes=codes)


async def propose_passkey(parts: Parts, call: Call, _: Nothing) -> Options:
    """Return what a browser needs to make a passkey."""
    return Options(options=await parts.passkeys.propose(call.own, place_here(parts, call)))


async def add_passkey(parts: Parts, call: Call, asked: AddPasskey) -> RecoveryCodes:
    """Add a passkey; gives recovery codes where it is the first second factor."""
    try:
        codes = await parts.own_security.add_passkey(
            call.own, call.known.sign_in, asked.made, asked.name, place_here(parts, call)
        )
    except NotAccepted:
        raise CallRefused(409, "wrong_passkey", "This passkey cannot be used here.") from None
    except TooManyPasskeys:
        raise CallRefused(409, "too_many_passkeys", "Remove one of your passkeys first.") from None
    if codes:
        parts.links.sign_out(call.own.id)
    return RecoveryCodes(recovery_codes=codes)


async def remove_passkey(parts: Parts, call: Call, asked: Named) -> Nothing:
    """Forget one of one's passkeys."""
    try:
        removed = await parts.own_security.remove_passkey(call.own, asked.id)
    except LastFactor:
        raise _last_factor() from None
    if not removed:
        raise CallRefused(404, "unknown_passkey", "There is no such passkey.")
    return Nothing()


def _last_factor() -> CallRefused:
    return CallRefused(409, "last_factor", "Your role needs a second factor: add another first.")


async def end_sign_in(parts: Parts, call: Call, asked: Named) -> Nothing:
    """End one of one's sign-ins; its links close."""
    if not await parts.sign_ins.end(call.own.id, asked.id):
        raise CallRefused(404, "unknown_sign_in", "There is no such sign-in.")
    parts.links.sign_out(call.own.id)
    return Nothing()


async def end_other_sign_ins(parts: Parts, call: Call, _: Nothing) -> Nothing:
    """End all of one's sign-ins but this one; their links close."""
    await parts.sign_ins.end_others(call.own.id, call.known.sign_in)
    parts.links.sign_out(call.own.id)
    return Nothing()
