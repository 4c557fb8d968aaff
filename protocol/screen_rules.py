"""The finer conditions of grants and of a shared screen; see `rules.py`."""

from collections.abc import Sequence

from protocol import facts as f
from protocol import requests as r
from protocol.fields import Tool
from protocol.state import Answer, Party, Refused, Session

# A scope of "session" still ends after `grant_seconds`; a rep may ask again.
QUARTER_HOUR_SECONDS = 900
ONCE_SECONDS = 300


def _no_screen(session: Session) -> bool:
    """Say whether the site shows no screen to this customer, who allowed no recording."""
    refused = session.recording in ("refused", "withdrawn")
    return refused and session.rules.refusal_policy == "no_screen"


def _is_blind(session: Session, tools: Sequence[Tool], rep: str, now: int) -> bool:
    """Say whether `rep` would steer with `tools` what they do not see."""
    sees = any(g.tool == "view" and g.rep == rep and now < g.until for g in session.grants)
    return "control" in tools and "view" not in tools and not sees


def request_grants(session: Session, asked: r.RequestGrants, sender: Party, now: int) -> Answer:
    if session.prompt:
        return Refused("not_now", session.prompt.rep)
    if _no_screen(session):
        return Refused("not_now")
    tools = tuple(dict.fromkeys(asked.tools))
    if _is_blind(session, tools, sender.id, now):
        return Refused("no_grant")
    return f.GrantsRequested(tools=tools, until=now + session.rules.prompt_seconds * 1000)


def answer_grants(session: Session, asked: r.AnswerGrants, sender: Party, now: int) -> Answer:
    prompt = session.prompt
    if not prompt or now > prompt.until:
        return Refused("not_now")
    if not asked.allowed:
        return f.GrantsRefused(tools=prompt.tools, rep=prompt.rep)
    if _is_blind(session, prompt.tools, prompt.rep, now):
        return Refused("no_grant")
    scopes = {"once": ONCE_SECONDS, "quarter_hour": QUARTER_HOUR_SECONDS}
    seconds = min(scopes.get(asked.scope, session.rules.grant_seconds), session.rules.grant_seconds)
    return f.GrantsGiven(tools=prompt.tools, rep=prompt.rep, until=now + seconds * 1000)


def release(session: Session, asked: r.Release, sender: Party, now: int) -> Answer:
    held = any(grant.tool == asked.tool and grant.rep == sender.id for grant in session.grants)
    return f.GrantWithdrawn(tool=asked.tool, rep=sender.id) if held else Refused("no_grant")


def revoke(session: Session, asked: r.Revoke, sender: Party, now: int) -> Answer:
    for grant in session.grants:
        if grant.tool == asked.tool and asked.rep in ("", grant.rep):
            return f.GrantWithdrawn(tool=grant.tool, rep=grant.rep)
    return Refused("no_grant")


def share_screen(session: Session, asked: r.ShareScreen, sender: Party, now: int) -> Answer:
    """Who shares because somebody asked to look lets nobody look but them."""
    if session.sharing or _no_screen(session):
        return Refused("not_now")
    asked_for = any(grant.tool == "view" for grant in session.grants)
    until = 0 if asked_for else now + session.rules.grant_seconds * 1000
    return f.ScreenShared(what=asked.what, until=until)


def pause_sharing(session: Session, asked: r.PauseSharing, sender: Party, now: int) -> Answer:
    if not session.sharing or session.sharing_paused:
        return Refused("not_now")
    return f.SharingPaused(why=asked.why)


def resume_sharing(session: Session, asked: r.ResumeSharing, sender: Party, now: int) -> Answer:
    return f.SharingResumed() if session.sharing_paused else Refused("not_now")
