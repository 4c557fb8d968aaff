"""A broker in the middle: it can talk to each end as the other, but not so that both see one code."""

import asyncio
import secrets

import msgspec
import pytest
from msgspec.structs import replace

from customer_client.direct import peer
from customer_client.direct.peer import NotReached, Peer
from protocol.direct import PICTURE, DirectEnd, Reveal, commitment, read_control, short_code
from tests.customer_client.direct.pairs import Side, gathered, meet
from tests.customer_client.direct.test_path import called
from tests.waiting import until


async def test_a_broker_that_shows_certificates_of_its_own_changes_the_code() -> None:
    # To the customer, the broker is the rep: it has told them of an end of its own.
    async with called(allow=False) as as_rep, gathered() as (rep, as_customer):
        assert rep.end
        assert as_customer.end
        nonce, told = secrets.token_hex(16), secrets.token_hex(16)
        bound = commitment(nonce, rep.end.fingerprint)
        assert await meet(rep, as_customer) == (True, True)
        rep.peer.send(PICTURE, msgspec.json.encode(Reveal(nonce=nonce)).decode())
        await until(lambda: as_customer.heard)
        # The broker knows the rep's number now; the customer's end takes only what it was bound to.
        heard = read_control(str(as_customer.heard[0][1]))
        assert isinstance(heard, Reveal)
        assert commitment(heard.nonce, rep.end.fingerprint) == bound
        as_rep.say(Reveal(nonce=as_rep.nonce), PICTURE)
        await until(lambda: as_rep.path.code)
        seen = short_code(rep.end.fingerprint, as_customer.end.fingerprint, nonce, told)
        assert seen != as_rep.path.code


async def test_a_certificate_that_was_exchanged_on_the_way_meets_nobody_and_nothing_goes_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(peer, "CONNECT_SECONDS", 3.0)
    async with gathered() as (one, other):
        assert one.end
        assert other.end
        met = await asyncio.gather(
            meets(one, replace(other.end, fingerprint="0" * 64)),
            meets(other, replace(one.end, fingerprint="1" * 64)),
        )
        assert not any(met)
        for side, far in ((one, other), (other, one)):
            side.peer.send(PICTURE, b"to nobody, least of all without encryption")
            assert not side.peer.is_open
            assert not far.heard


async def meets(side: Side, end: DirectEnd) -> bool:
    try:
        await side.peer.meet(end)
    except NotReached:
        return False
    return True


async def test_nothing_that_can_be_told_leaves_encryption_out() -> None:
    """An end has exactly these fields, and whoever connects always begins with DTLS."""
    assert set(DirectEnd.__struct_fields__) == {
        "fingerprint", "username", "password", "candidates", "most",
    }  # fmt: skip
    alone = Peer([], lambda *_: None, lambda: None)
    try:
        alone.send(PICTURE, b"before there is anybody")
        assert not alone.is_open
    finally:
        await alone.close()
