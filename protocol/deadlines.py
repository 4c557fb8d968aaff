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
    if session.state in ("agreement", "recording"):
        due["acceptance"] = session.state_since + rules.acceptance_seconds * 1000
    if session.state == "waiting":
        if not session.greeted_at:
            due["greeting"] = session.state_since
        due["hold"] = max(session.state_since, session.held_at) + rules.hold_seconds * 1000
    if session.offer:
        due["offer"] = session.offer.until
    if session.prompt:
        due["prompt"] = session.prompt.until
    if session.grants:
        due["grant"] = min(grant.until for grant in session.grants)
    if session.customer in session.gone:
        due["customer_lost"] = session.gone[session.customer] + rules.keep_place_seconds * 1000
    if session.owner in session.gone and session.state == "talking":
        due["rep_lost"] = session.gone[session.owner] + rules.rep_lost_seconds * 1000
    return due | _inactivity(session, quiet_since)


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
