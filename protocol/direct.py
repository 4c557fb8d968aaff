"""What the two ends of a direct path tell each other: how to reach them, and what is allowed there.

A direct path is a WebRTC connection with two reliable data channels: on `PICTURE` the messages of
`picture.py` come from who shares, on `INPUT` a rep's input goes the other way. No session description
of anybody's is ever read: an `DirectEnd` has exactly the fields that may differ, so there is nothing in which
encryption could be weakened or left out.

Picture messages travel as binary pieces, controls as JSON text.
"""

import hashlib
import hmac
from collections.abc import Iterator
from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from protocol.fields import (
    Count,
    Fingerprint,
    Foundation,
    HelperUrl,
    IceAddress,
    IceWord,
    Id,
    Name,
    Nonce,
    PieceBytes,
    Port,
    Priority,
    Time,
    Tool,
)

PICTURE: Final = 0
INPUT: Final = 1
"""The numbers of the two channels, which both ends open without asking."""

MOST_MESSAGE_BYTES: Final = 1024 * 1024
"""A picture message that is longer does not go over a direct path, and is not put together there."""

PIECE_BYTES: Final = 16 * 1024
"""No piece is longer: what waits on one channel lets the other through between two pieces."""

LEAST_TAKEN: Final = 1024
MOST_TAKEN: Final = 256 * 1024

CAPABILITY_SECONDS: Final = 10
"""What a rep may do on a direct path, they may for so long after the broker last said so."""

RENEW_SECONDS: Final = 3
"""Well within that time."""

CODE_DIGITS: Final = 6


class BadPiece(Exception):
    """The other end does not keep to how messages are cut."""


class IceCandidate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address at which an end may be reached over UDP (RFC 8445)."""

    foundation: Foundation
    priority: Priority
    address: IceAddress
    port: Port
    kind: Literal["host", "srflx", "prflx", "relay"]


class DirectEnd(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One end of a direct path: the certificate it will show, its words for ICE, where it may be
    reached, and how many bytes a piece may have that it takes.
    """

    fingerprint: Fingerprint
    username: IceWord
    password: IceWord
    candidates: Annotated[tuple[IceCandidate, ...], Meta(max_length=24)]
    most: PieceBytes


class IceServer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A STUN or TURN server (RFC 7064, RFC 7065); TURN with a name and password for a short time."""

    url: HelperUrl
    username: Name = ""
    password: Name = ""


class Capability(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `rep` may use in `session` between the two ends with these certificates, until `until`.
    Said at `at`; what was said earlier counts no more.
    """

    session: Id
    rep: Id
    sharer: Fingerprint
    viewer: Fingerprint
    at: Time
    until: Time
    tools: tuple[Tool, ...]


class Control(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag=str.lower
):
    """Something about the path itself."""


class Ping(Control, frozen=True, kw_only=True):
    """A rep's end asks for a `Pong` with the same number."""

    number: Count


class Pong(Control, frozen=True, kw_only=True):
    """The answer to a `Ping`, and when it was given (µs by the sharer's clock)."""

    number: Count
    time: Count


class Allow(Control, frozen=True, kw_only=True):
    """A signed `Capability`."""

    token: Annotated[str, Meta(max_length=4096)]


class Take(Control, frozen=True, kw_only=True):
    """Show the picture here from now on. Everything that was put in over the relay has been sent,
    and ends with a `release_all` there.
    """


class Leave(Control, frozen=True, kw_only=True):
    """Show the picture over the relay again."""


class Reveal(Control, frozen=True, kw_only=True):
    """What the rep's end had committed itself to when it called."""

    nonce: Nonce


class Verified(Control, frozen=True, kw_only=True):
    """The person at this end has compared the code and found it the same."""


AnyControl: TypeAlias = Ping | Pong | Allow | Take | Leave | Reveal | Verified

_control = msgspec.json.Decoder(AnyControl)
_capability = msgspec.json.Decoder(Capability)


def read_control(text: str) -> AnyControl:
    """Read what the other end says of the path, or raise `msgspec.DecodeError`."""
    said: AnyControl = _control.decode(text)
    return said


def read_capability(body: bytes) -> Capability:
    """Read what was signed, or raise `msgspec.DecodeError`."""
    said: Capability = _capability.decode(body)
    return said


# --- pieces


def pieces(message: bytes, most: int) -> Iterator[bytes]:
    """Yield `message` in pieces of at most `most` bytes: 1 where more follows, else 0, and bytes."""
    room = min(most, PIECE_BYTES) - 1
    for start in range(0, len(message), room):
        more = start + room < len(message)
        yield bytes([more]) + message[start : start + room]


class Joiner:
    """Puts the pieces of one channel together again."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._bytes = 0

    def join(self, piece: bytes) -> bytes | None:
        """Return the message that `piece` completes, None where more follows, or raise `BadPiece`."""
        if len(piece) < 2 or piece[0] > 1 or len(piece) > MOST_TAKEN:
            raise BadPiece("no piece of a message")
        if self._parts and len(self._parts[-1]) < LEAST_TAKEN - 1:
            raise BadPiece("a short piece before another")
        self._parts.append(piece[1:])
        self._bytes += len(piece) - 1
        if self._bytes > MOST_MESSAGE_BYTES:
            raise BadPiece(f"a message of more than {MOST_MESSAGE_BYTES} bytes")
        if piece[0]:
            return None
        message = b"".join(self._parts)
        self._parts, self._bytes = [], 0
        return message


# --- the code that two people compare


def commitment(nonce: str, fingerprint: str) -> str:
    """Return what binds a rep's end to `nonce` and its certificate before it has seen the other's."""
    return hashlib.sha256(f"deskside direct {fingerprint} {nonce}".encode()).hexdigest()


def short_code(viewer: str, sharer: str, viewer_nonce: str, sharer_nonce: str) -> str:
    """Return the digits that both people see, from the certificates' fingerprints and both nonces.

    Six digits are enough because nobody in the middle can try out certificates: the rep's end is
    bound to its nonce before it learns the other's, as in ZRTP (RFC 6189 §4.4.1), so that a stranger
    between them has one guess in a million.
    """
    key = bytes.fromhex(viewer_nonce + sharer_nonce)
    digest = hmac.digest(key, f"deskside code {viewer} {sharer}".encode(), "sha256")
    number = int.from_bytes(digest[:8], "big") % 10**CODE_DIGITS
    return f"{number:0{CODE_DIGITS}d}"
