"""What a watermark may say of a session."""

import time

from protocol.session import Session


def mark_words(session: Session, organisation: str, now: int) -> dict[str, str] | None:
    """Return what the site's text can name; nothing while nobody may look. `now` is the broker's (ms)."""
    reps = [each.rep for each in session.grants if each.tool == "view" and now < each.until]
    if not reps:
        return None
    return {
        "organisation": organisation,
        "rep": ", ".join(session.names.get(rep, rep) for rep in reps),
        "session": session.id[-8:],
        "time": time.strftime("%Y-%m-%d %H:%M"),
    }
