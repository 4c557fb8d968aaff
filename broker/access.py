"""Who may read a session, and as what. Nothing reaches a person but through here."""

from protocol.fields import Audience
from protocol.session import Party, Session, standing


def level_of(party: Party) -> Audience:
    """Return as what `party` reads whatever session they may read.

    A lead reads as a lead everywhere, so that places keep their meaning when a session moves.
    """
    if party.role == "broker":
        return "broker"
    if party.role == "customer":
        return "all"
    return "leads" if party.leads else "reps"


def reader_of(session: Session, party: Party) -> Audience | None:
    """Return as what `party` may read `session`, or None for a stranger."""
    if session.state == "new" or not standing(session, party):
        return None
    return level_of(party)
