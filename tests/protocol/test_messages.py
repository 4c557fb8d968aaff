"""Every message comes through whole, and nothing else comes through at all."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator
from msgspec import Struct

from protocol import facts as f
from protocol import messages as m
from protocol import requests as r
from protocol.facts import FACTS
from scripts.contract import schema
from tests.protocol import examples
from tests.protocol.life import request_id

ID = request_id(1)
WRONG: tuple[Any, ...] = (None, 1.5, {"a": 1}, [[]])
SAY = {"type": "say", "id": ID, "session": "s", "text": "hello"}

DIRECTIONS: list[tuple[tuple[type[Struct], ...], Callable[[bytes], Struct], str]] = [
    (examples.UP, m.decode_up, "Up"),
    (examples.DOWN, m.decode_down, "Down"),
    (FACTS, m.decode_fact, "Fact"),
]
EVERY = [
    pytest.param(kind, decode, name, id=f"{name}.{kind.__name__}")
    for kinds, decode, name in DIRECTIONS
    for kind in kinds
]


def said(**changes: Any) -> bytes:
    """Return a `say` with `changes`."""
    return json.dumps(SAY | changes).encode()


def refused(data: bytes | str) -> None:
    with pytest.raises(msgspec.DecodeError):
        m.decode_up(data)


# --- what comes through


@pytest.mark.parametrize(("kind", "decode", "_"), EVERY)
def test_every_message_comes_through_whole(
    kind: type[Struct], decode: Callable[[bytes], Struct], _: str
) -> None:
    for message in examples.both(kind):
        assert decode(m.encode(message)) == message


@pytest.mark.parametrize(("kind", "_", "name"), EVERY)
def test_every_message_fits_the_published_schema(
    kind: type[Struct], _: Callable[[bytes], Struct], name: str
) -> None:
    for message in examples.both(kind):
        validators[name].validate(json.loads(m.encode(message)))


published = json.loads(schema.write())
validators = {
    name: Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": published["$defs"]})
    for name in ("Up", "Down", "Fact")
}


def test_the_schema_refuses_what_the_decoder_refuses() -> None:
    for wrong in ({"text": ""}, {"id": "1"}, {"more": 1}, {"type": "shout"}, {"session": "a b"}):
        assert not validators["Up"].is_valid(SAY | wrong)
        refused(said(**wrong))


def test_a_message_without_defaults_means_the_same_as_one_with_them() -> None:
    short = {"type": "start", "id": ID, "issue": "printer"}
    assert m.decode_up(json.dumps(short)) == r.Start(id=ID, issue="printer")


def test_text_and_bytes_are_read_alike() -> None:
    text = "Grüße \N{GRINNING FACE}\n"
    expected = r.Say(id=ID, session="s", text=text)
    assert m.decode_up(json.dumps(SAY | {"text": text}, ensure_ascii=False)) == expected
    assert m.decode_up(said(text=text)) == expected


def test_every_message_up_fits_on_a_link_even_in_the_longest_writing_of_json() -> None:
    for kind in examples.UP:
        written = json.dumps(msgspec.to_builtins(examples.largest(kind)), ensure_ascii=True)
        assert len(written) <= m.LINK_LIMIT, kind


def test_no_two_messages_of_one_direction_share_a_name() -> None:
    for kinds, _, name in DIRECTIONS:
        tags = [kind.__struct_config__.tag for kind in kinds]
        assert len(set(tags)) == len(tags), name


def test_names_on_the_wire_are_those_of_the_classes_in_small_letters() -> None:
    assert r.snake("PushLink") == "push_link"
    assert r.snake("EraseMyTexts") == "erase_my_texts"
    assert r.snake("Say") == "say"


# --- what does not


@pytest.mark.parametrize("kind", [*r.INCIDENTS, *FACTS], ids=lambda kind: kind.__name__)
def test_no_link_can_send_an_incident_or_a_fact(kind: type[Struct]) -> None:
    refused(m.encode(examples.smallest(kind)))


@pytest.mark.parametrize(("kind", "decode", "_"), EVERY)
def test_an_unknown_field_is_refused_in_every_message(
    kind: type[Struct], decode: Callable[[bytes], Struct], _: str
) -> None:
    for value in ("1", "null", '""', "[]"):
        data = m.encode(examples.smallest(kind))[:-1] + f',"unknown":{value}}}'.encode()
        with pytest.raises(msgspec.ValidationError):
            decode(data)


@pytest.mark.parametrize(("kind", "decode", "_"), EVERY)
def test_a_field_of_the_wrong_type_is_refused_in_every_message(
    kind: type[Struct], decode: Callable[[bytes], Struct], _: str
) -> None:
    whole = msgspec.to_builtins(examples.largest(kind))
    for name in whole:
        for wrong in WRONG:
            with pytest.raises(msgspec.ValidationError):
                decode(json.dumps(whole | {name: wrong}).encode())


@pytest.mark.parametrize(("kind", "decode", "_"), EVERY)
def test_a_missing_field_is_refused_unless_it_has_a_default(
    kind: type[Struct], decode: Callable[[bytes], Struct], _: str
) -> None:
    whole = msgspec.to_builtins(examples.largest(kind))
    for field in msgspec.structs.fields(kind):
        rest = json.dumps({name: value for name, value in whole.items() if name != field.name})
        if field.required:
            with pytest.raises(msgspec.ValidationError):
                decode(rest.encode())
        else:
            decode(rest.encode())


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"say"',
        b"{}",
        b'{"type":1}',
        b'{"type":"shout"}',
        b'{"type":"beat"} {"type":"beat"}',
        b'{"type":"beat","type":"say"}',
        b"\xef\xbb\xbf" + said(),
        said() + b"\x00",
        b"\xff\xfe" + said(),
    ],
)
def test_what_is_no_message_is_refused(wrong: bytes) -> None:
    refused(wrong)


def test_text_that_is_no_unicode_is_refused() -> None:
    for wrong in (rb"\ud800", rb"\udc00\ud800", b"\xff", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf5"):
        refused(said(text="@").replace(b"@", wrong))
    refused('{"type":"beat","\ud800":1}')


@pytest.mark.parametrize("field", ["id", "session", "text"])
def test_no_nul_gets_past_the_edge(field: str) -> None:
    for wrong in ("\x00", "a\x00b", f"{SAY[field]}\x00", "\x00\n"):
        refused(said(**{field: wrong}))


def test_nul_is_refused_in_every_text_of_every_request() -> None:
    for kind in examples.UP:
        whole = msgspec.to_builtins(examples.largest(kind))
        for name in [name for name, value in whole.items() if isinstance(value, str)]:
            refused(json.dumps(whole | {name: "a\x00"}))


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-1", "1e400", "1.5", "9" * 5000, "true", '"1"']
)
def test_a_number_that_is_no_count_is_refused(number: str) -> None:
    refused(f'{{"type":"resume","session":"s","after":{number}}}')


def test_the_largest_count_is_what_javascript_can_still_count() -> None:
    for after, allowed in ((2**53 - 1, True), (2**53, False)):
        data = json.dumps({"type": "resume", "session": "s", "after": after})
        if allowed:
            assert m.decode_up(data) == m.Resume(session="s", after=after)
        else:
            refused(data)


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
@pytest.mark.parametrize("depth", [10, 10_000])
def test_nesting_is_refused_however_deep(opening: bytes, depth: int) -> None:
    closing = b"]" if opening == b"[" else b"}"
    nested = opening * depth + b"1" + closing * depth
    refused(nested)
    for before, after in ((b'{"type":"beat","a":', b"}"), (b'{"a":', b',"type":"beat"}')):
        refused(before + nested + after)
    refused(said(text="@").replace(b'"@"', nested))


def test_a_decoder_recovers_from_nonsense() -> None:
    refused(b'{"a":' + b"[" * 30_000)
    assert m.decode_up(said()) == r.Say(id=ID, session="s", text="hello")


# --- any nonsense

ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    2**64,
    1e308,
    "",
    "\x00",
    "a\n",
    "x" * 5000,
    [],
    {},
    [[]],
    {"type": "say"},
)


def test_ten_thousand_mutilated_messages_are_read_or_refused_and_nothing_else() -> None:
    random = Random(20_000)
    kinds = [*examples.UP, *(kind for kind in FACTS)]
    written = [m.encode(examples.smallest(kind)) for kind in kinds]
    outcomes = {True: 0, False: 0}
    for number in range(10_000):
        mutilate = _bytes if number % 2 else _values
        data = mutilate(random, random.choice(written), written)
        decode = m.decode_up if random.random() < 0.5 else m.decode_fact
        try:
            decode(data)
        except msgspec.DecodeError:
            outcomes[False] += 1
        else:
            outcomes[True] += 1
    # Some mutilations heal; if none or all did, this would test nothing.
    assert outcomes[False] > 5_000
    assert outcomes[True] > 100


def _bytes(random: Random, data: bytes, others: list[bytes]) -> bytes:
    """Flip, drop, double or insert bytes, or go on with the end of another message."""
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(data) + 1)
        cut = random.randrange(at, len(data) + 1)
        new = random.choice(
            [b"", random.randbytes(2), data[at:cut] * 2, random.choice(others)[at:]]
        )
        data = data[:at] + new + data[cut:]
    return data


def _values(random: Random, data: bytes, others: list[bytes]) -> bytes:
    """Give one field an odd value, or one that belongs to another message."""
    message = json.loads(data)
    other = json.loads(random.choice(others))
    name = random.choice([*message, *other])
    message[name] = random.choice([*ODD, *other.values()])
    return json.dumps(message).encode()


def test_facts_in_a_frame_are_read_like_stored_ones() -> None:
    facts = tuple(examples.smallest(kind) for kind in FACTS)
    assert all(isinstance(fact, f.Fact) for fact in facts)
    frame = m.Facts(session="s", after=0, facts=facts)  # type: ignore[arg-type]
    assert m.decode_down(m.encode(frame)) == frame
    assert [m.decode_fact(m.encode(fact)) for fact in facts] == list(facts)
