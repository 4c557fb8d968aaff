"""What the ends of a direct path tell each other: pieces, controls and the code."""

import random
import secrets

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.direct import (
    MOST_MESSAGE_BYTES,
    PIECE_BYTES,
    BadPiece,
    DirectEnd,
    Joiner,
    Ping,
    commitment,
    pieces,
    read_control,
    short_code,
)

ONE, OTHER = "1" * 64, "2" * 64


@given(st.lists(st.integers(1, 100_000), min_size=1, max_size=5), st.integers(1024, 70_000))
def test_messages_come_out_of_their_pieces_as_they_went_in(sizes: list[int], most: int) -> None:
    messages = [random.Random(size).randbytes(size) for size in sizes]
    joiner = Joiner()
    cut = [piece for message in messages for piece in pieces(message, most)]
    assert max(map(len, cut)) <= min(most, PIECE_BYTES)
    joined = [message for piece in cut if (message := joiner.join(piece)) is not None]
    assert joined == messages


def test_a_message_without_an_end_is_given_up() -> None:
    joiner = Joiner()
    piece = b"\1" + bytes(PIECE_BYTES - 1)
    for _ in range(MOST_MESSAGE_BYTES // (PIECE_BYTES - 1)):
        assert joiner.join(piece) is None
    with pytest.raises(BadPiece):
        joiner.join(piece)


@pytest.mark.parametrize("piece", [b"", b"\0", b"\2x", b"\xff" * 10, b"\0" * 300_000])
def test_what_is_no_piece_is_refused(piece: bytes) -> None:
    with pytest.raises(BadPiece):
        Joiner().join(piece)


def test_short_pieces_that_never_end_are_refused() -> None:
    joiner = Joiner()
    joiner.join(b"\1x")
    with pytest.raises(BadPiece):
        joiner.join(b"\1x")


def test_a_control_is_read_back() -> None:
    assert read_control(msgspec.json.encode(Ping(number=3)).decode()) == Ping(number=3)


@pytest.mark.parametrize("text", ["", "{}", '{"type":"exec"}', '{"type":"ping"}', "[" * 5000])
def test_what_is_no_control_is_refused(text: str) -> None:
    with pytest.raises((msgspec.DecodeError, RecursionError)):
        read_control(text)


def test_no_end_is_told_without_its_certificate() -> None:
    whole = {
        "fingerprint": ONE,
        "username": "abcd",
        "password": "x" * 22,
        "candidates": [],
        "most": 65536,
    }
    assert msgspec.convert(whole, DirectEnd).fingerprint == ONE
    for wrong in ("", ONE[:-1], ONE.upper().replace("1", "G"), "sha-1 " + ONE[:40], ONE + "\n"):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({**whole, "fingerprint": wrong}, DirectEnd)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({key: whole[key] for key in whole if key != "fingerprint"}, DirectEnd)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**whole, "protocol": "RTP/AVP"}, DirectEnd)


def test_both_see_the_same_code_and_a_broker_in_the_middle_changes_it() -> None:
    changed = 0
    for _ in range(1000):
        viewer, sharer, middle, other = (secrets.token_hex(32) for _ in range(4))
        nonce, answer, own = (secrets.token_hex(16) for _ in range(3))
        assert len(short_code(viewer, sharer, nonce, answer)) == 6
        # The one in the middle shows each a certificate of their own, and has to choose its nonce
        # before it learns the rep's.
        at_rep = short_code(viewer, middle, nonce, own)
        at_customer = short_code(other, sharer, own, answer)
        changed += at_rep != at_customer
    assert changed >= 998  # each has one chance in a million


def test_a_commitment_binds_both_nonce_and_certificate() -> None:
    nonce = secrets.token_hex(16)
    assert commitment(nonce, ONE) != commitment(nonce, OTHER)
    assert commitment(nonce, ONE) != commitment(secrets.token_hex(16), ONE)
