"""The finer conditions of system information and special actions; see `rules.py`.

Each is asked for with a live grant alone, and told or done only while that grant still lives. A special
action is put to the customer each time, whatever was granted before.
"""

from protocol import facts as f
from protocol import requests as r
from protocol.fields import Tool
from protocol.state import Answer, Party, Refused, Session
from protocol.system import told


def _holds(session: Session, rep: str, tool: Tool, now: int) -> bool:
    return any(g.tool == tool and g.rep == rep and now < g.until for g in session.grants)


def request_system(session: Session, asked: r.RequestSystem, sender: Party, now: int) -> Answer:
    """Asking again is fine: a computer that could not tell may tell the next time."""
    held = _holds(session, sender.id, "system_information", now)
    return f.SystemRequested() if held else Refused("no_grant")


def tell_system(session: Session, asked: r.TellSystem, sender: Party, now: int) -> Answer:
    if not session.system_for:
        return Refused("not_now")
    if not _holds(session, session.system_for, "system_information", now):
        return Refused("no_grant")
    return f.SystemTold(rep=session.system_for, told=told(asked.system))


def request_action(session: Session, asked: r.RequestAction, sender: Party, now: int) -> Answer:
    """One question at a time; what was allowed and never reported stands in nobody's way."""
    if not _holds(session, sender.id, "special_actions", now):
        return Refused("no_grant")
    if (asked.action == "open_page") != bool(asked.url):
        return Refused("malformed")
    action = session.action
    if action and not action.allowed and now <= action.until:
        return Refused("not_now", action.rep)
    until = now + session.rules.prompt_seconds * 1000
    return f.ActionRequested(action=asked.action, url=asked.url, until=until)


def answer_action(session: Session, asked: r.AnswerAction, sender: Party, now: int) -> Answer:
    action = session.action
    if not action or action.allowed or now > action.until:
        return Refused("not_now")
    if asked.allowed and not _holds(session, action.rep, "special_actions", now):
        return Refused("no_grant")
    return f.ActionAnswered(action=action.action, rep=action.rep, allowed=asked.allowed)


def report_action(session: Session, asked: r.ReportAction, sender: Party, now: int) -> Answer:
    action = session.action
    if not action or not (action.allowed or asked.outcome == "not_possible"):
        return Refused("not_now")
    return f.ActionReported(action=action.action, rep=action.rep, outcome=asked.outcome)
