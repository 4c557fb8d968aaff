"""Messages that are none: good ones broken in every way, each sure to be refused."""

import json
import random
from typing import Any

import msgspec

from protocol.messages import decode_up, encode
from tests.protocol.examples import UP, both

JUNK: tuple[Any, ...] = (
    None, True, -1, 2**63, 1e308, "", "\x00", "x" * 5000, [], [[]], {}, {"type": "say"},
    "<script>", "'; DROP TABLE facts; --", {"$ne": None}, ["x"] * 50,
)  # fmt: skip

NOISE = ("", "{", "null", "[]", '"say"', "NaN", "{}", '{"type":1}', '{"type":"opened"}', "[" * 2000)


def malformed_messages(seed: int, count: int) -> list[str]:
    """Return `count` texts that are no message, the same for the same `seed`."""
    rng = random.Random(seed)
    good = [encode(message).decode() for kind in UP for message in both(kind)]
    # The largest examples are large, and only the shape of a message matters here.
    good = [text for text in good if len(text) < 3000]
    found: list[str] = []
    while len(found) < count:
        text = _broken(rng, rng.choice(good))
        if not _is_message(text):
            found.append(text)
    return found


def _broken(rng: random.Random, text: str) -> str:
    way = rng.randrange(5)
    if way == 0:
        return rng.choice(NOISE)
    if way == 1:
        return text[: rng.randrange(len(text))]
    if way == 2:
        at = rng.randrange(len(text))
        return text[:at] + chr(rng.randrange(32, 0x2FF)) + text[at + 1 :]
    fields = json.loads(text)
    if way == 3:
        fields[rng.choice([*fields, "surprise"])] = rng.choice(JUNK)
    else:
        fields.pop(rng.choice(list(fields)))
    return json.dumps(fields)


def _is_message(text: str) -> bool:
    try:
        decode_up(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True
