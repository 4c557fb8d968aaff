"""Leases: what the broker lets somebody do at a relay, signed, for a while.

A lease opens a picture socket. It is a `Lease` as a token. What happens after the opening, the broker tells the relay directly.
"""

from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec import Struct

from protocol.fields import Count, Id, Time, Tool
from protocol.tokens import NotSigned, opened, signed

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

INPUT_SECONDS = 10
"""Input of a rep is passed on for so long after the broker last said so."""

VIEW_SECONDS = 600
"""A picture goes on for so long after the broker last said so."""

OPENING_SECONDS = 60
"""A lease opens a socket for so long after it was signed."""


class BadLease(Exception):
    """Somebody came with a lease that is none, or no longer."""


class Lease(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `party` may do in `session`: as its sharer show the picture, as a viewer use `tools`.
    Opens a socket until `until` (ms).

    `seat` is what the broker's orders call the viewer: the sign-in with which they came, so that
    what ends with a sign-in ends here too. The broker knew the session up to `place`.
    """

    session: Id
    party: Id
    seat: Id = ""
    place: Count = 0
    side: Literal["sharer", "viewer"]
    until: Time
    tools: tuple[Tool, ...] = ()
    recorded: bool = False


def sign(lease: Lease, key: "Ed25519PrivateKey") -> str:
    """Return `lease` as a token that holds until it ends."""
    return signed(lease, key)


def verify(token: str, key: "Ed25519PublicKey", now: int) -> Lease:
    """Return the lease that `token` holds at `now` (ms), or raise `BadLease`."""
    try:
        lease = msgspec.json.decode(opened(token, key), type=Lease)
    except (NotSigned, msgspec.DecodeError):
        raise BadLease("not signed by our broker") from None
    if now > lease.until:
        raise BadLease("no longer valid")
    return lease
