"""Tokens: JSON and an Ed25519 signature over it (RFC 8032), each in base64url, with a dot between."""

import base64
import binascii
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )


class NotSigned(Exception):
    """A token was not signed with the key."""


def signed(what: Struct, key: "Ed25519PrivateKey") -> str:
    """Return `what` as a token."""
    body = msgspec.json.encode(what)
    return f"{_armour(body)}.{_armour(key.sign(body))}"


def opened(token: str, key: "Ed25519PublicKey") -> bytes:
    """Return what `token` holds, or raise `NotSigned`."""
    # Loaded when it is first needed: `cryptography` takes a tenth of a broker's start.
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415

    body, _, signature = token.partition(".")
    try:
        data = _bare(body)
        key.verify(_bare(signature), data)
    except (InvalidSignature, binascii.Error, ValueError):
        raise NotSigned from None
    return data


def _armour(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bare(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
