"""What is kept from a WebRTC library that trusts every datagram and every fragment.

Judges only, without a socket and without the library: `peer.py` asks here. Each rule stands for a fault of
aiortc 1.16 with aioice 0.13 that `tests/customer_client/direct/test_guard.py` shows; when a test there
says that a fault is gone, the rule goes too.
"""

from collections.abc import Collection
from typing import Final

STUN_BELOW: Final = 4
"""A first byte up to 3 is STUN's (RFC 7983 §7)."""

HANDSHAKE: Final = 22
ALERT: Final = 21
CLIENT_HELLO: Final = 1
RECORD_HEADER_BYTES: Final = 13
"""DTLS 1.2 (RFC 6347 §4.1): type 1, version 2, epoch 2, sequence 6, length 2."""

MOST_REASSEMBLED_BYTES: Final = 1024 * 1024
MOST_FRAGMENTS: Final = 2048
"""Of messages that are not whole yet, on all channels together. The library looks at every fragment
again with each that comes: 6,000 took it 3 s."""

Address = tuple[str, int]


def lets_in(data: bytes, source: Address, pairs: Collection[Address], *, is_server: bool) -> bool:
    """Say whether a datagram from `source` may reach the library; `pairs` are the other end's
    addresses to which ICE has a pair that works, or may soon.
    """
    if not data:
        return False  # data[0] of nothing ends the connection
    if data[0] < STUN_BELOW:
        return True  # signed with a password that only the other end knows
    if source not in pairs:
        return False
    return not _is_fatal(data, is_server=is_server)


def _is_fatal(data: bytes, *, is_server: bool) -> bool:
    """Say whether `data` is a record without encryption that would end a handshake, though no end
    of ours ever sends it: an alert, or a hello to who says hello.
    """
    if len(data) <= RECORD_HEADER_BYTES or data[3:5] != b"\0\0":
        return False
    if data[0] == ALERT:
        return True
    says_hello = data[0] == HANDSHAKE and data[RECORD_HEADER_BYTES] == CLIENT_HELLO
    return says_hello and not is_server


def is_endless(unread_bytes: int, fragments: int) -> bool:
    """Say whether the other end has sent more of messages without an end than any message has."""
    return unread_bytes > MOST_REASSEMBLED_BYTES or fragments > MOST_FRAGMENTS
