"""Lays TypeScript out as Prettier would: on one line when it fits, else one part a line."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

WIDTH = 100


def literal(value: Any, indent: int = 0, before: int = 0, after: int = 1) -> str:
    """Write `value` (as JSON knows it) at `indent`, `before` and `after` being taken on its line."""
    flat = _flat(value)
    if before + len(flat) + after <= WIDTH or not isinstance(value, Mapping | list | tuple):
        return flat
    inner = " " * (indent + 2)
    if isinstance(value, Mapping):
        lines = [
            f"{inner}{key}: {literal(each, indent + 2, indent + 4 + len(key))}"
            for key, each in value.items()
        ]
        return _enclosed("{}", lines, indent)
    lines = [inner + literal(each, indent + 2, indent + 2) for each in value]
    return _enclosed("[]", lines, indent)


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key}: {_flat(each)}" for key, each in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_flat, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _enclosed(brackets: str, lines: Iterable[str], indent: int) -> str:
    return "\n".join([brackets[0], *(f"{line}," for line in lines), " " * indent + brackets[1]])


def union(name: str, members: Iterable[str]) -> str:
    """Write the union type `name`."""
    members = list(members)
    flat = f"{' | '.join(members)};"
    for start in (f"export type {name} = ", f"export type {name} =\n  "):
        if len(start.rsplit("\n", 1)[-1]) + len(flat) <= WIDTH:
            return start + flat
    return f"export type {name} =\n" + "\n".join(f"  | {member}" for member in members) + ";"


def comment(text: str, indent: int = 0) -> list[str]:
    """Write `text` as a documentation comment; no lines when it is empty."""
    pad = " " * indent
    if len(pad) + len(text) + 7 <= WIDTH:
        return [f"{pad}/** {text} */"] if text else []
    lines, line = [], pad + " *"
    for word in text.split():
        if len(line) + 1 + len(word) > WIDTH:
            lines.append(line)
            line = pad + " *"
        line += " " + word
    return [f"{pad}/**", *lines, line, f"{pad} */"]
