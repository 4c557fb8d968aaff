"""The rules of a session: two pure functions over one table.

`decide` says what follows from what is asked; `evolve` folds what happened. Whoever holds
the facts holds the session: broker, page and client all fold the same.

Who may ask what, and when, is in `table.py`; the finer conditions are in `rules.py`; what
each fact changes is in `changes.py`; the shape itself is in `state.py`. The twin of the fold
is `browser/src/session.ts`, and golden transcripts hold the two together.
"""

from collections.abc import Iterable
from functools import reduce

from msgspec import Struct
from msgspec.structs import replace

from protocol.changes import CHANGES, STIRRING
from protocol.copying import copied
from protocol.deadlines import deadlines
from protocol.facts import Fact
from protocol.fields import Audience
from protocol.rules import RULES
from protocol.state import BROKER, Action, File, Grant, Offering, Party, Prompt, Refused, Session
from protocol.table import ROWS

__all__ = [
    "AUDIENCES",
    "BROKER",
    "Action",
    "File",
    "Grant",
    "Offering",
    "Party",
    "Prompt",
    "Refused",
    "Session",
    "deadlines",
    "decide",
    "evolve",
    "includes",
    "project",
    "replay",
    "standing",
]


def standing(session: Session, party: Party) -> frozenset[str]:
    """Say as what `party` stands towards `session`; empty for a stranger."""
    if party.role == "broker":
        return frozenset({"broker"})
    if party.role == "staff":
        return frozenset()
    if party.role == "customer":
        return frozenset(
            {"customer"} if party.id == session.customer or session.state == "new" else ()
        )
    offered = session.offer is not None and session.offer.rep == party.id
    held = {
        "owner": party.id == session.owner,
        "joined": party.id in session.joined,
        "invited": party.id in session.invited,
        # A lead whose team it is no more reads no more, before anybody could say so.
        "monitoring": party.id in (*session.monitoring, *session.announced)
        and session.team in party.leads,
        "offered": offered,
        "caller": party.id == session.meant_for and session.meeting == "call",
        "team": session.team in party.teams,
        "lead": session.team in party.leads,
    }
    return frozenset(name for name, holds in held.items() if holds)


def decide(session: Session, asked: Struct, sender: Party, now: int) -> Fact | Refused:
    """Return the one fact that follows when `sender` asks `asked` at `now` (ms), or why not.

    The fact carries its place, its time and who caused it; nothing is changed.
    """
    row = ROWS[type(asked)]
    if not row.by & standing(session, sender):
        return Refused("not_yours")
    if session.state not in row.within:
        return Refused("closed" if session.state == "ended" else "not_now")
    answer = RULES.get(type(asked), copied)(session, asked, sender, now)
    if isinstance(answer, Refused):
        return answer
    return replace(answer, place=session.place + 1, at=now, by=sender.id)


def evolve(session: Session, fact: Fact) -> Session:
    """Return `session` as it is once `fact` has happened. Total: what is not visible to a
    reader is simply not folded by them, so nothing here asserts what came before."""
    change = CHANGES.get(type(fact))
    changed = change(session, fact) if change else {}
    changed["place"] = fact.place
    if fact.audience == "all":
        changed["shown"] = session.shown + 1
    if changed.get("state", session.state) != session.state:
        changed["state_since"] = fact.at
    if fact.personal and fact.by == session.customer:
        changed["erased"] = False
    if isinstance(fact, STIRRING):
        changed |= {"active_at": fact.at, "warned_until": 0}
    return replace(session, **changed)


def replay(facts: Iterable[Fact], session_id: str = "") -> Session:
    """Fold a whole transcript."""
    return reduce(evolve, facts, Session(id=session_id))


AUDIENCES: tuple[Audience, ...] = ("all", "reps", "leads", "broker")
"""From the widest to the narrowest; each hears what those before it hear."""


def includes(audience: Audience, reader: Audience) -> bool:
    """Say whether a fact for `audience` may be read by one who reads as `reader`."""
    return AUDIENCES.index(audience) <= AUDIENCES.index(reader)


def project(facts: Iterable[Fact], reader: Audience) -> list[Fact]:
    """Return what `reader` may know of a whole transcript, its places counted anew from 1."""
    seen = (fact for fact in facts if includes(fact.audience, reader))
    return [replace(fact, place=place) for place, fact in enumerate(seen, 1)]
