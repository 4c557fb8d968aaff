"""What the contract consists of, in the order it is written down.

Everything is read from the classes themselves, so nothing here names a single message.
"""

from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Struct

from protocol import fields as kinds
from protocol.facts import FACTS
from protocol.messages import FRAMES, SIGNALS
from protocol.requests import INCIDENTS, REQUESTS
from protocol.table import TABLE

LITERALS = {
    name: get_args(alias)
    for name, alias in vars(kinds).items()
    if get_origin(alias) is Literal and name[0].isupper()
}
"""The named sets of words, such as `State`."""

GROUPS: dict[str, tuple[type[Struct], ...]] = {
    "Request": REQUESTS,
    "Signal": SIGNALS,
    "Frame": FRAMES,
    "Fact": FACTS,
    "Incident": INCIDENTS,
}
"""Every message by what it is; a beat goes both ways and is listed twice."""

STANDINGS: tuple[str, ...] = tuple(sorted(set[str]().union(*(row.by for row in TABLE))))


def tag(kind: type[Struct]) -> str:
    """Return how `kind` is called on the wire."""
    return str(kind.__struct_config__.tag)


def about(kind: type[Struct]) -> str:
    """Return the docstring of `kind` itself on one line, empty when it has none."""
    return " ".join((kind.__dict__.get("__doc__") or "").split())


def own_fields(kind: type[Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    """Return the fields of `kind`, those of its own before those every message of its group has."""
    return msgspec.structs.fields(kind)


def bare(type_: Any) -> Any:
    """Return `type_` without its bounds."""
    return get_args(type_)[0] if hasattr(type_, "__metadata__") else type_


def is_union(type_: Any) -> bool:
    """Say whether `type_` is one of several."""
    return get_origin(type_) in (Union, UnionType)


def parts_of(kind: type[Struct]) -> list[type[Struct]]:
    """Return the structures inside `kind` that are no messages, the innermost first."""
    found: list[type[Struct]] = []
    for field in own_fields(kind):
        for inner in _structures(field.type):
            found += [part for part in [*parts_of(inner), inner] if part not in found]
    return found


def _structures(type_: Any) -> list[type[Struct]]:
    type_ = bare(type_)
    if isinstance(type_, type) and issubclass(type_, Struct):
        return [] if type_.__struct_config__.tag else [type_]
    return [found for inner in get_args(type_) for found in _structures(inner)]
