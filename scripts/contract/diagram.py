"""Draws how a session moves, in Mermaid."""

from collections.abc import Iterator

from protocol.session import Refused, decide, evolve
from protocol.table import TABLE
from scripts.contract.parts import tag
from tests.protocol.situations import LONG, PARTIES, asks, situations


def diagram() -> Iterator[str]:
    """Give the section with the diagram, line by line."""
    yield "## How a session moves\n"
    yield "Found by asking everything in every situation; what is not drawn leaves the state as it is.\n"
    yield "```mermaid"
    yield "stateDiagram-v2"
    arrows: dict[tuple[str, str], list[str]] = {}
    for before, asked, after in _moves():
        arrows.setdefault((before, after), []).append(asked)
    for (before, after), reasons in arrows.items():
        start = "[*]" if before == "new" else before
        yield f"    {start} --> {after}: {', '.join(reasons)}"
    yield "    ended --> [*]"
    yield "```\n"


def _moves() -> dict[tuple[str, str, str], None]:
    """From which state what leads to which other, each once, in the order of the table."""
    lives = [life for _, life in situations()]
    moves: dict[tuple[str, str, str], None] = {}
    for row in TABLE:
        for life in lives:
            session = life.session
            for asked in asks(row.asked, session.id):
                for party in PARTIES:
                    for now in (life.now, life.now + LONG * 1000):
                        answer = decide(session, asked, party, now)
                        if not isinstance(answer, Refused):
                            after = evolve(session, answer).state
                            moves[session.state, tag(row.asked), after] = None
    return {move: None for move in moves if move[0] != move[2]}
