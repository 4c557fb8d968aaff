"""Signing in with a passkey: WebAuthn Level 3, by the library `webauthn`, which only this module knows.

A passkey is bound to our address by the browser, so there is nothing to guess and nothing to tell a
false page. The authenticator must have verified its owner, so a passkey counts as both factors.
Every challenge is a row that is deleted when it is used: once, whatever broker sees it.
"""

import asyncio
import importlib
import secrets
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import sqlalchemy as sa
import structlog
from msgspec import Meta, Struct
from yarl import URL

from broker import schema
from broker.accounts import Account
from broker.clock import Clock
from broker.database import Database
from broker.network import is_loopback
from broker.tokens import digest_of

CHALLENGE_MS = 5 * 60_000
MOST_PASSKEYS = 20

Coded = Annotated[str, Meta(min_length=1, max_length=20_000, pattern="^[A-Za-z0-9_-]+$")]
"""Bytes as base64url without padding, as browsers write them."""

log = structlog.get_logger()


class NotAccepted(Exception):
    """The passkey did not prove what it should; nobody is told more than that."""


class TooManyPasskeys(Exception):
    """The account has as many as it may have."""


class Made(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A passkey that an authenticator has just made."""

    id: Coded
    client_data: Coded
    attestation: Coded


class Shown(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an authenticator has signed to sign somebody in."""

    id: Coded
    client_data: Coded
    authenticator_data: Coded
    signature: Coded


class Place(Struct, frozen=True, kw_only=True):
    """Where passkeys hold: the relying party's `id`, and the `origins` of its pages."""

    id: str
    origins: tuple[str, ...]


class Passkey(Struct, frozen=True, kw_only=True):
    """What its owner reads of a passkey. Times in ms; `used_at` is 0 for never."""

    id: str
    name: str
    created_at: int
    used_at: int


def place_of(public: URL, origins: Sequence[str], host: str) -> Place | None:
    """Return where passkeys hold for a page at `host`, or None where browsers allow none.

    They need a name. On the machine itself that is `localhost`; an address never is one.
    """
    name = public.host or ""
    if not is_loopback(name) and not _is_address(name):
        return Place(id=name, origins=(str(public),))
    if host.partition(":")[0] != "localhost":
        return None
    here = tuple(origin for origin in origins if URL(origin).host == "localhost")
    return Place(id="localhost", origins=here) if here else None


def _is_address(name: str) -> bool:
    return ":" in name or name.replace(".", "").isdigit()


class Passkeys:
    """The passkeys of one site; `organisation` says what authenticators call it."""

    def __init__(
        self, database: Database, site: str, clock: Clock, organisation: Callable[[], str]
    ) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._organisation = organisation

    # --- making one

    async def propose(self, account: Account, place: Place) -> dict[str, Any]:
        """Return what a browser needs to make a passkey for `account` (WebAuthn §5.4, as JSON)."""
        w = await _library()
        structs = w.helpers.structs
        known = [
            structs.PublicKeyCredentialDescriptor(id=w.base64url_to_bytes(row.credential))
            for row in await self._rows(account.id)
        ]
        options = w.generate_registration_options(
            rp_id=place.id,
            rp_name=self._organisation(),
            user_id=account.id.encode(),
            user_name=account.name,
            user_display_name=account.display_name,
            challenge=await self._challenge(account.id),
            timeout=CHALLENGE_MS,
            exclude_credentials=known,
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED,
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            ),
        )
        told: dict[str, Any] = w.helpers.options_to_json_dict(options)
        return told

    async def check_made(self, account: Account, made: Made, place: Place) -> dict[str, Any]:
        """Return the row of a new passkey of `account`, or raise `NotAccepted`."""
        w = await _library()
        credential = {
            "id": made.id,
            "rawId": made.id,
            "type": "public-key",
            "response": {
                "clientDataJSON": made.client_data,
                "attestationObject": made.attestation,
            },
        }
        challenge = await self._used_challenge(w, made.client_data, account.id)
        try:
            verified = w.verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=place.id,
                expected_origin=list(place.origins),
                require_user_verification=True,
            )
        except (w.helpers.exceptions.WebAuthnException, ValueError, KeyError, TypeError) as fault:
            raise _not_accepted(fault) from None
        coded = w.helpers.bytes_to_base64url
        if coded(verified.credential_id) != made.id:
            raise NotAccepted
        return {
            "site": self._site,
            "digest": digest_of(made.id),
            "id": secrets.token_hex(8),
            "account": account.id,
            "credential": made.id,
            "public_key": coded(verified.credential_public_key),
            "sign_count": verified.sign_count,
            "created_at": self._clock(),
        }

    def keep(self, conn: sa.Connection, row: dict[str, Any], name: str) -> None:
        """Store a passkey that was checked, or raise `TooManyPasskeys` or `NotAccepted`."""
        c = schema.passkeys.c
        mine = sa.and_(c.site == self._site, c.account == row["account"])
        if (conn.scalar(sa.select(sa.func.count()).where(mine)) or 0) >= MOST_PASSKEYS:
            raise TooManyPasskeys
        taken = sa.select(c.id).where(c.site == self._site, c.digest == row["digest"])
        if conn.scalar(taken) is not None:
            raise NotAccepted
        conn.execute(schema.passkeys.insert().values(**row, name=name))

    # --- using one

    async def ask(self, place: Place) -> dict[str, Any]:
        """Return what a browser needs to show any passkey it has for us (WebAuthn §5.5, as JSON)."""
        w = await _library()
        options = w.generate_authentication_options(
            rp_id=place.id,
            challenge=await self._challenge(""),
            timeout=CHALLENGE_MS,
            user_verification=w.helpers.structs.UserVerificationRequirement.REQUIRED,
        )
        told: dict[str, Any] = w.helpers.options_to_json_dict(options)
        return told

    async def check_shown(self, shown: Shown, place: Place) -> str:
        """Return the id of the account whose passkey was shown, or raise `NotAccepted`."""
        w = await _library()
        challenge = await self._used_challenge(w, shown.client_data, "")
        p = schema.passkeys
        mine = sa.and_(p.c.site == self._site, p.c.digest == digest_of(shown.id))
        row = await self._database.read(lambda conn: conn.execute(p.select().where(mine)).first())
        if row is None:
            raise NotAccepted
        credential = {
            "id": shown.id,
            "rawId": shown.id,
            "type": "public-key",
            "response": {
                "clientDataJSON": shown.client_data,
                "authenticatorData": shown.authenticator_data,
                "signature": shown.signature,
            },
        }
        try:
            verified = w.verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=place.id,
                expected_origin=list(place.origins),
                credential_public_key=w.base64url_to_bytes(row.public_key),
                credential_current_sign_count=row.sign_count,
                require_user_verification=True,
            )
        except (w.helpers.exceptions.WebAuthnException, ValueError, KeyError, TypeError) as fault:
            raise _not_accepted(fault) from None
        # Two brokers may have read the same count.
        once = sa.and_(mine, p.c.sign_count == row.sign_count)
        counted = p.update().where(once)
        values = {"sign_count": verified.new_sign_count, "used_at": self._clock()}
        done = await self._database.write(
            lambda conn: conn.execute(counted.values(**values)).rowcount
        )
        if not done:
            raise NotAccepted
        account: str = row.account
        return account

    # --- looking after them

    async def listed(self, account_id: str) -> tuple[Passkey, ...]:
        """Return the passkeys of `account_id`, oldest first."""
        return tuple(
            Passkey(id=row.id, name=row.name, created_at=row.created_at, used_at=row.used_at)
            for row in await self._rows(account_id)
        )

    def remove(self, conn: sa.Connection, account_id: str, passkey: str) -> bool:
        """Forget one passkey of `account_id`, and say whether there was one."""
        p = schema.passkeys
        mine = sa.and_(p.c.site == self._site, p.c.account == account_id, p.c.id == passkey)
        return conn.execute(p.delete().where(mine)).rowcount == 1

    async def _rows(self, account_id: str) -> Sequence[sa.Row[Any]]:
        p = schema.passkeys
        mine = sa.and_(p.c.site == self._site, p.c.account == account_id)
        oldest_first = p.select().where(mine).order_by(p.c.created_at, p.c.id)
        return await self._database.read(lambda conn: conn.execute(oldest_first).all())

    async def _challenge(self, account_id: str) -> bytes:
        challenge = secrets.token_bytes(32)
        new = schema.challenges.insert().values(
            site=self._site,
            digest=digest_of(challenge.hex()),
            account=account_id,
            expires_at=self._clock() + CHALLENGE_MS,
        )
        await self._database.write(lambda conn: conn.execute(new).close())
        return challenge

    async def _used_challenge(self, w: Any, client_data: str, account_id: str) -> bytes:
        """Use up the challenge that was answered and return it, or raise `NotAccepted`."""
        try:
            said = w.helpers.parse_client_data_json(w.base64url_to_bytes(client_data))
        except (w.helpers.exceptions.WebAuthnException, ValueError, KeyError, TypeError) as fault:
            raise _not_accepted(fault) from None
        challenge: bytes = said.challenge
        c = schema.challenges
        used = c.delete().where(
            c.c.site == self._site,
            c.c.digest == digest_of(challenge.hex()),
            c.c.account == account_id,
            c.c.expires_at > self._clock(),
        )
        if not await self._database.write(lambda conn: conn.execute(used).rowcount):
            raise NotAccepted
        return challenge


def _not_accepted(fault: Exception) -> NotAccepted:
    # The library's sentence names what failed, and quotes no secret.
    log.info("passkey_not_accepted", why=type(fault).__name__)
    return NotAccepted()


async def _library() -> Any:
    """Return `webauthn`, whose import takes half a second that a start does not have."""
    for name in ("webauthn.helpers.exceptions", "webauthn.helpers.structs"):
        await asyncio.to_thread(importlib.import_module, name)
    return importlib.import_module("webauthn")
