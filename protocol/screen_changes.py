"""What the facts about grants and a shared screen change; see `changes.py`."""

from typing import Any

from protocol import facts as f
from protocol.state import Grant, Prompt, Session
from protocol.tool_changes import UNASKED, without

Changed = dict[str, Any]


def unshared() -> Changed:
    """Nothing of the screen is shown, and nothing is allowed or asked for any more."""
    return {"sharing": "", "sharing_paused": False, "grants": (), "prompt": None, **UNASKED}


def grants_requested(session: Session, fact: f.GrantsRequested) -> Changed:
    return {"prompt": Prompt(tools=fact.tools, rep=fact.by, until=fact.until)}


def grants_given(session: Session, fact: f.GrantsGiven) -> Changed:
    fresh = tuple(
        Grant(tool=tool, rep=fact.rep, since=fact.at, until=fact.until) for tool in fact.tools
    )
    replaced = {(grant.tool, grant.rep) for grant in fresh}
    kept = tuple(grant for grant in session.grants if (grant.tool, grant.rep) not in replaced)
    return {"prompt": None, "grants": kept + fresh}


def grants_refused(session: Session, fact: f.GrantsRefused) -> Changed:
    return {"prompt": None}


def grant_withdrawn(session: Session, fact: f.GrantWithdrawn) -> Changed:
    """Who sees no more steers no more."""
    tools = ("view", "control") if fact.tool == "view" else (fact.tool,)
    kept = tuple(
        grant for grant in session.grants if grant.rep != fact.rep or grant.tool not in tools
    )
    return {"grants": kept, **without(session, fact.tool, fact.rep)}


def screen_shared(session: Session, fact: f.ScreenShared) -> Changed:
    """Who shares of their own accord lets the owner look."""
    changed: Changed = {"sharing": fact.what, "sharing_paused": False}
    looks = any(g.tool == "view" and g.rep == session.owner for g in session.grants)
    if not fact.until or not session.owner or looks:
        return changed
    view = Grant(tool="view", rep=session.owner, since=fact.at, until=fact.until)
    return changed | {"grants": (*session.grants, view)}


def sharing_changed(session: Session, fact: f.SharingChanged) -> Changed:
    return {"sharing": fact.what}


def sharing_stopped(session: Session, fact: f.SharingStopped) -> Changed:
    return unshared()


def sharing_paused(session: Session, fact: f.SharingPaused) -> Changed:
    return {"sharing_paused": True}


def sharing_resumed(session: Session, fact: f.SharingResumed) -> Changed:
    return {"sharing_paused": False}
