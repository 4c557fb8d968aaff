"""Whether the picture of a session may go directly."""

from protocol.state import Session


def is_to_be_recorded(session: Session) -> bool:
    """Say whether what is shown in `session` has to be recorded, but for pauses, in which the relay
    shows nothing either.
    """
    return session.recording == "allowed"


def may_go_directly(session: Session) -> bool:
    """Say whether the picture may pass by the relay: what is recorded, the relay records."""
    return (
        session.state == "talking"
        and bool(session.sharing)
        and not session.sharing_paused
        and not is_to_be_recorded(session)
    )
