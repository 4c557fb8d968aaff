"""Taking back a line that went to the wrong customer: for whom, for how long, and what is left.

A line is named by its number among the facts that everybody may see, because that is the same for
every reader.
"""

from typing import Any

from protocol import facts as f
from protocol import requests as r
from protocol.lines import Line
from protocol.state import Answer, Party, Refused, Session

ALLOWANCE_MS = 2_000
"""A click at the very end is on its way for a while."""

MOST_LINES = 10
"""Lines that are kept in mind, so that a flood of them does not make a session grow."""


def take_back(session: Session, asked: r.TakeBack, sender: Party, now: int) -> Answer:
    """Only one's own words, only for a moment. Whether the customer has read them plays no part:
    a password in the wrong chat had better be gone soon than stay."""
    for line in session.recent:
        if line.shown == asked.line:
            if line.by != sender.id:
                return Refused("not_yours")
            return f.TakenBack(line=line.shown) if now <= _until(session, line) else TOO_LATE
    return TOO_LATE


def said(session: Session, fact: f.Said) -> dict[str, Any]:
    """The customer has **Delete my data**, and a rep a moment."""
    if fact.by == session.customer:
        return {}
    fresh = Line(shown=session.shown + 1, by=fact.by, at=fact.at)
    recent = [line for line in session.recent if _until(session, line) >= fact.at]
    return {"recent": (*recent[1 - MOST_LINES :], fresh)}


def taken_back(session: Session, fact: f.TakenBack) -> dict[str, Any]:
    return {"recent": tuple(line for line in session.recent if line.shown != fact.line)}


def _until(session: Session, line: Line) -> int:
    return line.at + session.rules.take_back_seconds * 1000 + ALLOWANCE_MS


TOO_LATE = Refused("too_late")
