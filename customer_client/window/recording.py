"""Whether a session is recorded, in words."""

from customer_client.words import Words
from protocol.fields import RefusalPolicy
from protocol.session import Session


def refusal_meaning(t: Words, policy: RefusalPolicy) -> str:
    """Return what it means to say no, to read before one does."""
    match policy:
        case "continue_unrecorded":
            return t("If you do not allow it, we help you all the same and record nothing.")
        case "no_screen":
            return t(
                "If you do not allow it, we can still chat, but you cannot show us your screen."
            )
        case "end":
            return t("If you do not allow it, this chat cannot go on and ends here.")


def withdrawing_meaning(t: Words, policy: RefusalPolicy) -> str:
    """Return what it means to take the permission back."""
    match policy:
        case "continue_unrecorded":
            return t("Nothing more is recorded from then on. We go on helping you.")
        case "no_screen":
            return t(
                "Nothing more is recorded from then on. We can still chat, but no longer see your screen."
            )
        case "end":
            return t("Nothing more is recorded from then on, and this chat ends.")


def was_recorded(session: Session) -> bool:
    """Say whether anything of `session` may be in a recording."""
    return session.recording in ("allowed", "withdrawn")


def recording_text(t: Words, session: Session) -> str:
    """Return whether `session` is recorded; nothing where that was not asked."""
    if not session.rules.recording_asked:
        return ""
    if session.recording == "allowed":
        return t("Recording: paused") if session.recording_paused else t("Recording: allowed")
    return t("Not recorded") if session.recording in ("refused", "withdrawn") else ""
