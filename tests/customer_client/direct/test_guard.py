"""Each fault that the guard is for: it is there without the guard, and none with it.

The tests without the guard ask for its removal: one that fails says that aiortc or aioice needs that
part of it no more.
"""

from collections.abc import Awaitable, Callable

import pytest
from aiortc import rtcsctptransport

from customer_client.direct import peer
from customer_client.direct.guard import (
    MOST_FRAGMENTS,
    MOST_REASSEMBLED_BYTES,
    is_endless,
    lets_in,
)
from protocol.direct import PICTURE
from tests.customer_client.direct.pairs import Side, gathered, meet, met, throw
from tests.waiting import until

REMOVE = "the library does without this part of customer_client/direct/guard.py by now: remove it"

ALERT = bytes.fromhex("15fefd000000000000000000020228")
"""A fatal alert, handshake_failure, as nobody encrypted it."""

NO_CIPHER = bytes.fromhex(
    "16fefd00000000000000000036"  # a handshake record
    "0100002a000000000000002a"  # a ClientHello in one fragment
    "fefd" + "00" * 32 + "00" + "00" + "00020000" + "0100"  # that offers no encryption
)

ATTACKS = {"nothing": b"", "alert": ALERT, "hello": NO_CIPHER}
ENDLESS_BYTES = 3 * MOST_REASSEMBLED_BYTES

FRAGMENT_BYTES = 16
TINY_BYTES = FRAGMENT_BYTES * (MOST_FRAGMENTS + 200)


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything through."""
    monkeypatch.setattr(peer, "lets_in", lambda *_, **__: True)
    monkeypatch.delattr(peer._Sctp, "_receive_data_chunk")


def send_endlessly(side: Side) -> None:
    """Send a message that is larger than any, as no end of ours would."""
    channel = side.peer._channels[PICTURE]
    side.peer._sctp._remote_max_message_size = 0
    channel.send(bytes(ENDLESS_BYTES))


async def test_an_empty_datagram_from_anybody_ends_nothing() -> None:
    async with met() as (one, other):
        throw(b"", one, other)
        throw(b"\xff", one, other)
        one.peer.send(PICTURE, b"still here")
        other.peer.send(PICTURE, b"so am I")
        await until(lambda: one.heard and other.heard)
        assert (one.ended, other.ended) == (0, 0)


async def faulty(is_there: Callable[[], object]) -> None:
    """Wait until a fault of the library shows; ask for the guard's removal where it does not."""
    try:
        await until(is_there)
    except TimeoutError:
        pytest.fail(REMOVE)


@pytest.mark.usefixtures("unguarded")
async def test_without_the_guard_an_empty_datagram_ends_a_connection() -> None:
    async with met() as (_, other):
        throw(b"", other)
        await faulty(lambda: other.ended)


@pytest.mark.parametrize("attack", ATTACKS)
async def test_a_stranger_keeps_nobody_from_meeting(attack: str) -> None:
    async with gathered() as (one, other):
        throw(ATTACKS[attack], one, other)
        assert await meet(one, other) == (True, True)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.usefixtures("unguarded")
async def test_without_the_guard_a_stranger_keeps_two_from_meeting(
    attack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer, "CONNECT_SECONDS", 3.0)
    async with gathered() as (one, other):
        throw(ATTACKS[attack], one, other)
        opened = (False, False)
        try:
            opened = await meet(one, other)
        except* IndexError:  # the first byte of nothing
            pass
        assert opened != (True, True), REMOVE


async def test_a_message_that_never_ends_ends_the_path() -> None:
    async with met() as (one, other):
        send_endlessly(one)
        await until(lambda: other.ended)
        assert not other.heard


@pytest.mark.usefixtures("unguarded")
async def test_without_the_guard_a_message_is_as_long_as_one_likes() -> None:
    async with met() as (one, other):
        send_endlessly(one)
        await faulty(lambda: other.heard)
        assert len(other.heard[0][1]) == ENDLESS_BYTES


@pytest.fixture
def tiny_fragments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library cut what it sends as small as it may."""
    monkeypatch.setattr(rtcsctptransport, "USERDATA_MAX_LENGTH", FRAGMENT_BYTES)


@pytest.mark.usefixtures("tiny_fragments")
async def test_a_message_in_too_many_fragments_ends_the_path() -> None:
    async with met() as (one, other):
        one.peer.send(PICTURE, bytes(TINY_BYTES))
        await until(lambda: other.ended)
        assert not other.heard


@pytest.mark.usefixtures("unguarded", "tiny_fragments")
async def test_without_the_guard_a_message_has_as_many_fragments_as_one_likes() -> None:
    async with met() as (one, other):
        one.peer.send(PICTURE, bytes(TINY_BYTES))
        await faulty(lambda: other.heard)
        assert len(other.heard[0][1]) == TINY_BYTES


def open_another(side: Side) -> Awaitable[None]:
    """Ask for a channel that nobody agreed on (RFC 8832 §5.1)."""
    asked = bytes.fromhex("03 00 0000 00000000 0001 0000 78")
    return side.peer._sctp._send(7, rtcsctptransport.WEBRTC_DCEP, asked)


async def test_a_channel_that_was_not_agreed_on_ends_the_path() -> None:
    async with met() as (one, other):
        await open_another(one)
        await until(lambda: other.ended)


@pytest.mark.usefixtures("unguarded")
async def test_without_the_guard_anybody_opens_channels() -> None:
    async with met() as (one, other):
        await open_another(one)
        await faulty(lambda: 7 in other.peer._sctp._data_channels)


PAIR = ("192.0.2.1", 4000)


def test_only_stun_comes_from_strangers() -> None:
    stun, record = b"\0\1" + bytes(18), b"\x17\xfe\xfd\0\1" + bytes(30)
    assert lets_in(stun, ("192.0.2.9", 1), [PAIR], is_server=False)
    assert lets_in(record, PAIR, [PAIR], is_server=False)
    assert not lets_in(record, ("192.0.2.1", 4001), [PAIR], is_server=False)
    assert not lets_in(record, PAIR, [], is_server=False)


def test_nothing_without_encryption_ends_a_handshake_whoever_it_seems_to_come_from() -> None:
    assert not lets_in(ALERT, PAIR, [PAIR], is_server=False)
    assert not lets_in(ALERT, PAIR, [PAIR], is_server=True)
    assert not lets_in(NO_CIPHER, PAIR, [PAIR], is_server=False)
    assert lets_in(NO_CIPHER, PAIR, [PAIR], is_server=True)
    encrypted = ALERT[:3] + b"\0\1" + ALERT[5:]
    assert lets_in(encrypted, PAIR, [PAIR], is_server=True)


def test_many_small_fragments_are_endless_too() -> None:
    assert not is_endless(MOST_REASSEMBLED_BYTES, MOST_FRAGMENTS)
    assert is_endless(MOST_REASSEMBLED_BYTES + 1, 1)
    assert is_endless(MOST_FRAGMENTS + 1, MOST_FRAGMENTS + 1)
