"""When the broker must come back to a session by itself."""

from protocol.fields import DeadlineKind
from protocol.state import Session


def deadlines(session: Session, quiet_since: int = 0) -> dict[DeadlineKind, int]:
    """Return when (ms) something of `session` falls due, by kind; each kind at most once.

    `quiet_since` is the last stir that left no fact, such as typing.
    """
    if session.state in ("new", "ended"):
        return {}
    rules, due = session.rules, dict[DeadlineKind, int]()
    due |= _before_talking(session)
    if session.offer:
        due["offer"] = session.offer.until
    if session.prompt:
        due["prompt"] = session.prompt.until
    if session.grants:
        due["grant"] = min(grant.until for grant in session.grants)
    if session.action and not session.action.allowed:
        due["action"] = session.action.until
    if session.customer in session.gone:
        due["customer_lost"] = session.gone[session.customer] + rules.keep_place_seconds * 1000
    if session.owner in session.gone and session.state == "talking":
        due["rep_lost"] = session.gone[session.owner] + rules.rep_lost_seconds * 1000
    return due | _inactivity(session, quiet_since)


def _before_talking(session: Session) -> dict[DeadlineKind, int]:
    """First code, greeting and meeting are due at once: what follows depends on who waits and who is there."""
    since, rules = session.state_since, session.rules
    if session.state == "calling":
        return {"call": session.call_until}
    if session.state == "identity":
        return {"identity": session.code_until} if session.codes_sent else {"code": since}
    if session.state in ("agreement", "recording"):
        return {"acceptance": since + rules.acceptance_seconds * 1000}
    if session.state != "waiting":
        return {}
    if session.meant_for:
        return {} if session.offer else {"meeting": since}
    hold = max(since, session.held_at) + rules.hold_seconds * 1000
    return {"hold": hold} if session.greeted_at else {"greeting": since, "hold": hold}


def _inactivity(session: Session, quiet_since: int) -> dict[DeadlineKind, int]:
    """Silence counts only while both are there to break it and no screen is being watched."""
    absent = session.customer in session.gone or session.owner in session.gone
    if session.state != "talking" or session.sharing or absent:
        return {}
    active = max(session.active_at, quiet_since)
    warning, limit = session.rules.warning_seconds * 1000, session.rules.inactivity_seconds * 1000
    if session.warned_until and active <= session.warned_until - warning:
        return {"inactivity": session.warned_until}
    return {"warning": active + limit - warning}
