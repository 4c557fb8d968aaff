"""The bytes of the picture's messages; the pages are held to the same file."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import picture as p
from protocol.picture_bytes import NUMBERS, decode, encode, renumbered
from tests.protocol.picture_samples import BODIES, from_json, golden

GOOD: list[dict[str, Any]] = golden()["good"]
BAD: list[dict[str, Any]] = golden()["bad"]
SAMPLES = [bytes.fromhex(each["bytes"]) for each in GOOD]

HEADER = 20


@pytest.mark.parametrize("sample", GOOD, ids=lambda sample: sample["about"])
def test_a_message_and_its_bytes_stand_for_each_other(sample: dict[str, Any]) -> None:
    message, data = from_json(sample["message"]), bytes.fromhex(sample["bytes"])

    assert encode(message) == data
    assert decode(data) == message


@pytest.mark.parametrize("sample", BAD, ids=lambda sample: sample["about"])
def test_what_is_no_message_is_refused(sample: dict[str, Any]) -> None:
    with pytest.raises(p.BadPicture):
        decode(bytes.fromhex(sample["bytes"]))


def test_every_kind_has_a_sample_and_a_number_of_its_own() -> None:
    assert {type(decode(data).body) for data in SAMPLES} == set(BODIES) == set(NUMBERS)
    assert len(set(NUMBERS.values())) == len(NUMBERS)


def test_large_parts_are_not_copied() -> None:
    data = encode(_patch(bytes(3)))

    body = decode(data).body

    assert isinstance(body, p.Patch)
    assert isinstance(body.data, memoryview)
    assert body.data.obj is data


def test_a_message_may_be_8_mib_and_not_a_byte_more() -> None:
    room = p.MOST_BYTES - len(encode(_patch(b"")))
    largest = encode(_patch(bytes(room)))

    assert decode(largest).rectangles
    with pytest.raises(p.BadPicture, match="at most 8388608"):
        decode(largest + b"\0")


def test_a_clipboard_may_hold_256_kib_and_not_a_byte_more() -> None:
    def holding(size: int) -> bytes:
        body = p.Clipboard(text="x" * size)
        return encode(p.Message(stream=0, sequence=1, time=0, body=body))

    assert decode(holding(p.MOST_CLIPBOARD_BYTES)).sequence == 1
    with pytest.raises(p.BadPicture):
        decode(holding(p.MOST_CLIPBOARD_BYTES + 1))


def test_a_name_that_is_too_long_is_cut_between_characters() -> None:
    body = p.Geometry(width=1, height=1, sharing="screen", names=("ü" * 200,))
    screen = (p.Rectangle(0, 0, 1, 1),)
    data = encode(p.Message(stream=0, sequence=1, time=0, body=body, rectangles=screen))

    read = decode(data).body

    assert isinstance(read, p.Geometry)
    assert read.names == ("ü" * 127,)


@given(st.sampled_from(SAMPLES), st.integers(0, 2**32 - 1))
def test_a_renumbered_message_differs_in_its_sequence_only(data: bytes, sequence: int) -> None:
    before, after = decode(data), decode(renumbered(data, sequence))

    assert after.sequence == sequence
    assert renumbered(encode(after), before.sequence) == data


@given(st.binary(max_size=64), st.integers(0, 255))
def test_any_bytes_are_a_message_or_refused(rest: bytes, kind: int) -> None:
    _read(bytes((p.VERSION, kind)) + rest)


@given(st.sampled_from(SAMPLES), st.integers(0), st.integers(1, 20))
def test_a_damaged_message_is_another_message_or_refused(
    data: bytes, seed: int, blows: int
) -> None:
    draw = random.Random(seed)
    damaged = bytearray(data)
    for _ in range(blows):
        blow = draw.choice((_flip, _cut, _double))
        damaged = blow(damaged, draw)
    _read(bytes(damaged))


def _read(data: bytes) -> None:
    """What is read must be the whole truth: there is no second way to write it."""
    try:
        message = decode(data)
    except p.BadPicture:
        return
    assert encode(message) == data


def _flip(data: bytearray, draw: random.Random) -> bytearray:
    if data:
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return data


def _cut(data: bytearray, draw: random.Random) -> bytearray:
    return data[: draw.randrange(len(data) + 1)]


def _double(data: bytearray, draw: random.Random) -> bytearray:
    at = draw.randrange(len(data) + 1)
    return data[:at] + data[max(0, at - 8) :]


def _patch(data: bytes) -> p.Message:
    where = (p.Rectangle(0, 0, 1, 1),)
    body = p.Patch(coding="raw", data=data)
    return p.Message(stream=0, sequence=1, time=0, rectangles=where, body=body)
