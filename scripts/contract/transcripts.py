"""Writes the golden transcripts: a whole session, and what each reader sees and makes of it."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from protocol.session import AUDIENCES, Session, evolve, includes, project, replay
from tests.golden.lives import LIVES
from tests.protocol.life import Life


def names() -> list[str]:
    """Return the names of all transcripts."""
    return [tell.__name__ for tell in LIVES]


def write(name: str) -> str:
    """Return the transcript called `name` as JSON, one fact a line.

    Beside the facts it holds the `steps`: which fields of the session each fact gives which value.
    For each reader it holds the `places` of the facts they see, which they count from 1, and the
    session these amount to.
    """
    (tell,) = (tell for tell in LIVES if tell.__name__ == name)
    life = tell()
    facts = _list([_line(fact) for fact in msgspec.to_builtins(life.facts)])
    readers = ",\n".join(f"{_line(reader)}: {_seen_by(reader, life)}" for reader in AUDIENCES)
    return "\n".join(
        [
            '{"generated": "by scripts/generate from tests/golden/lives.py",',
            f'"about": {_line(tell.__doc__)},',
            f'"facts": {facts},',
            f'"steps": {_list([_line(step) for step in _steps(life)])},',
            f'"readers": {{\n{readers}\n}}}}',
            "",
        ]
    )


def _steps(life: Life) -> Iterator[dict[str, Any]]:
    session = Session(id=life.session.id)
    for fact in life.facts:
        before, session = msgspec.to_builtins(session), evolve(session, fact)
        after = msgspec.to_builtins(session)
        yield {name: value for name, value in after.items() if value != before[name]}


def _seen_by(reader: Any, life: Life) -> str:
    places = [fact.place for fact in life.facts if includes(fact.audience, reader)]
    session = msgspec.to_builtins(replay(project(life.facts, reader), life.session.id))
    fields = ",\n".join(f"{_line(name)}: {_line(value)}" for name, value in session.items())
    return f'{{"places": {_line(places)},\n"session": {{\n{fields}\n}}}}'


def _list(lines: list[str]) -> str:
    return "[\n" + ",\n".join(lines) + "\n]"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
