"""The rules of the identity check: a code that is mailed, and typed before anything else is asked."""

from protocol import facts as f
from protocol import requests as r
from protocol.state import Answer, Party, Refused, Session

CODES = 5
"""Codes mailed in one session: nobody needs more, and nobody's mailbox is to be flooded."""


def send_code(session: Session, asked: r.SendCode, sender: Party, now: int) -> Answer:
    """At most `CODES`, and not all at once; the desk has put in the digest of a fresh one."""
    if not asked.email:
        return Refused("bad_address")
    if session.codes_sent >= CODES:
        return Refused("rate_limited", str(CODES))
    ready = session.code_sent_at + session.rules.resend_seconds * 1000
    if session.codes_sent and now < ready:
        return Refused("too_soon", str(ready - now))
    return code_sent(session, asked.email, now)


def confirm_code(session: Session, asked: r.ConfirmCode, sender: Party, now: int) -> Answer:
    """Wrong tries are counted over all codes of a session, so asking for a new one gains nothing."""
    if not session.codes_sent or now > session.code_until:
        return Refused("not_now")
    if asked.code == session.code_digest:
        return f.CodeConfirmed()
    last = session.wrong_codes + 1 >= session.rules.code_tries
    return f.Ended(ending="identity_failed") if last else f.CodeRejected()


def code_lapsed(session: Session, asked: r.Lapse, now: int) -> f.Fact:
    """The first code goes out. Who has erased their address meanwhile gets none."""
    if not asked.email:
        return f.Ended(ending="identity_failed")
    return code_sent(session, asked.email, now)


def code_sent(session: Session, email: str, now: int) -> f.Fact:
    """The desk has put the digest of a fresh code into the session."""
    until = now + session.rules.code_seconds * 1000
    return f.CodeSent(email=email, code_digest=session.code_digest, until=until)
