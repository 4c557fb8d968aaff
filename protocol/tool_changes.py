"""What facts about the customer's computer change; see `changes.py`."""

from collections.abc import Callable
from typing import Any

from protocol import facts as f
from protocol.state import Action, Session

Changed = dict[str, Any]

UNASKED: Changed = {"system_for": "", "action": None}
"""Nothing is asked of the computer."""


def asked_by(session: Session, keep: Callable[[str], bool]) -> Changed:
    """What is still asked of the computer when only those reps stay for whom `keep` holds."""
    action = session.action if session.action and keep(session.action.rep) else None
    return {"system_for": session.system_for if keep(session.system_for) else "", "action": action}


def without(session: Session, tool: str, rep: str) -> Changed:
    """What `rep` has asked with a grant of `tool` goes with the grant."""
    if tool == "system_information" and session.system_for == rep:
        return {"system_for": ""}
    if tool == "special_actions" and session.action and session.action.rep == rep:
        return {"action": None}
    return {}


def system_requested(session: Session, fact: f.SystemRequested) -> Changed:
    return {"system_for": fact.by}


def system_told(session: Session, fact: f.SystemTold) -> Changed:
    return {"system_for": ""}


def action_requested(session: Session, fact: f.ActionRequested) -> Changed:
    return {"action": Action(action=fact.action, rep=fact.by, until=fact.until)}


def action_answered(session: Session, fact: f.ActionAnswered) -> Changed:
    if not fact.allowed or not session.action:
        return {"action": None}
    until = session.action.until
    return {"action": Action(action=fact.action, rep=fact.rep, until=until, allowed=True)}


def action_reported(session: Session, fact: f.ActionReported) -> Changed:
    return {"action": None}
