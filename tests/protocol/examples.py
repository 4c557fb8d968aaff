"""Examples of every message: the smallest and the largest that the contract allows.

Made from the types, so a new message has its examples at once; only a new kind of value in
`protocol/fields.py` must be added here.
"""

from typing import Any, Literal, Union, get_args, get_origin

from msgspec import Struct
from msgspec.structs import fields

from protocol import fields as kinds
from protocol.facts import FACTS
from protocol.messages import FRAMES, SIGNALS
from protocol.requests import INCIDENTS, REQUESTS

UP: tuple[type[Struct], ...] = (*REQUESTS, *SIGNALS)
DOWN = FRAMES

_VALUES: dict[Any, tuple[Any, Any]] = {
    kinds.RequestId: (
        "00000000-0000-7000-8000-000000000000",
        "ffffffff-ffff-7fff-bfff-ffffffffffff",
    ),
    kinds.Code: ("", "123456789"),
    kinds.Id: ("", "Ab9_.:-" * 9 + "z"),
    kinds.Digest: ("", "f0" * 32),
    kinds.Name: ("", "ß" * 120),
    kinds.Email: ("", "m" * 241 + "@example.test"),
    kinds.Language: ("en", "it"),
    kinds.Url: ("", "https://example.test/" + "a" * 1979),
    kinds.Text: ("?", "\N{GRINNING FACE}" * 4000),
    kinds.Remark: ("", "line\nline\t\x7f " * 300),
    kinds.Label: ("", "ß" * 60),
    kinds.ToldSystem: ("", '{"system":"' + "ß" * 39_986 + '"}'),
    kinds.FileName: ("", "." * 255),
    kinds.Time: (0, 2**53 - 1),
    kinds.Seconds: (1, 366 * 24 * 3600),
    kinds.Count: (0, 2**53 - 1),
    kinds.Bytes: (1, 2**40),
    kinds.CutSeconds: (0, 10),
    kinds.Rating: (0, 5),
    kinds.Tries: (1, 20),
    kinds.MailedCode: ("000000", "999999"),
    kinds.Fingerprint: ("0" * 64, "f0" * 32),
    kinds.IceWord: ("abcd", "Zz9+/" * 51 + "a"),
    kinds.Foundation: ("1", "f0" * 16),
    kinds.Nonce: ("0" * 32, "f0" * 16),
    kinds.IceAddress: ("::", "a" * 58 + ".local"),
    kinds.Port: (1, 65_535),
    kinds.Priority: (1, 2**31 - 1),
    kinds.PieceBytes: (1024, 262_144),
    kinds.HelperUrl: ("stun:x", "turns:" + "a" * 294),
    bool: (False, True),
}


def smallest(kind: type[Struct]) -> Struct:
    """Return the message of `kind` with the least in it."""
    return _made(kind, 0)


def largest(kind: type[Struct]) -> Struct:
    """Return the message of `kind` with the most in it that its types allow."""
    return _made(kind, 1)


def both(kind: type[Struct]) -> tuple[Struct, Struct]:
    """Return the two ends of what `kind` can be."""
    return smallest(kind), largest(kind)


def all_examples() -> dict[str, list[Struct]]:
    """Return the examples of every message by the group it belongs to."""
    groups = {"up": UP, "down": DOWN, "facts": FACTS, "incidents": INCIDENTS}
    return {name: [each for kind in group for each in both(kind)] for name, group in groups.items()}


def _made(kind: type[Struct], size: int) -> Struct:
    return kind(**{field.name: _value(field.type, size) for field in fields(kind)})


def _value(type_: Any, size: int) -> Any:
    if type_ in _VALUES:
        return _VALUES[type_][size]
    if hasattr(type_, "__metadata__"):  # only a bounded tuple is left
        item, _ = get_args(get_args(type_)[0])
        if isinstance(item, type) and issubclass(item, Struct):
            most = next(m.max_length for m in type_.__metadata__)
            return (_made(item, 1),) * most if size else ()
        return tuple(get_args(item)) if size else get_args(item)[:1]
    origin, inner = get_origin(type_), get_args(type_)
    if origin is Literal:
        return inner[-size]
    if origin is tuple:
        return _items(inner[0]) if size else ()
    return _made(type_, size)


def _items(item: Any) -> tuple[Any, ...]:
    if get_origin(item) is Union:
        return tuple(_made(kind, 1) for kind in get_args(item))
    return tuple(_value(item, size) for size in (0, 1))
