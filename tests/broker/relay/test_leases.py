"""Leases: whatever was not signed by our broker, or not just as it is, opens nothing."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from broker.relay.leases import BadLease, Lease, sign, verify

KEY = Ed25519PrivateKey.generate()
LEASE = Lease(session="s", party="ana", side="viewer", until=1000, tools=("view", "control"))
TOKEN = sign(LEASE, KEY)


def test_a_lease_holds_until_it_ends() -> None:
    assert verify(TOKEN, KEY.public_key(), 1000) == LEASE
    with pytest.raises(BadLease, match="no longer"):
        verify(TOKEN, KEY.public_key(), 1001)


def test_a_lease_of_another_broker_opens_nothing() -> None:
    with pytest.raises(BadLease, match="our broker"):
        verify(sign(LEASE, Ed25519PrivateKey.generate()), KEY.public_key(), 0)


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("Aa0-_.=\n é"))
def test_a_changed_lease_opens_nothing(at: int, character: str) -> None:
    changed = TOKEN[:at] + character + TOKEN[at + 1 :]
    try:
        lease = verify(changed, KEY.public_key(), 0)
    except BadLease:
        return
    # The last character of base64 has bits that mean nothing.
    assert lease == LEASE


@pytest.mark.parametrize("token", ["", ".", "a.b", TOKEN.partition(".")[0], f"{TOKEN}.x"])
def test_what_is_no_lease_opens_nothing(token: str) -> None:
    with pytest.raises(BadLease):
        verify(token, KEY.public_key(), 0)


def test_what_is_signed_but_no_lease_opens_nothing() -> None:
    def armour(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    for body in (b"{}", b"null", b'{"session":"s"}', b"\xff"):
        with pytest.raises(BadLease):
            verify(f"{armour(body)}.{armour(KEY.sign(body))}", KEY.public_key(), 0)
