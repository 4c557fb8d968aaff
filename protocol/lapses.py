"""What follows when a deadline has passed: one small function a kind of deadline."""

from collections.abc import Callable

from msgspec.structs import replace

from protocol import facts as f
from protocol import requests as r
from protocol.deadlines import deadlines
from protocol.identity import code_lapsed
from protocol.state import Answer, Party, Refused, Session


def lapse(session: Session, asked: r.Lapse, sender: Party, now: int) -> Answer:
    """Firing early or twice is harmless: what is not due any more is refused."""
    due = deadlines(session, asked.quiet_since).get(asked.deadline)
    if due is None or now <= due:
        return Refused("not_due", str(due or ""))
    if asked.deadline == "warning":
        return f.Warned(until=now + session.rules.warning_seconds * 1000)
    if asked.deadline == "code":
        return code_lapsed(session, asked, now)
    fact = LAPSES[asked.deadline](session, asked)
    if isinstance(fact, f.Offered):
        return replace(fact, until=now + session.rules.direct_seconds * 1000)
    return fact


def call_lapsed(session: Session, asked: r.Lapse) -> f.Fact:
    return f.Ended(ending="unanswered")


def meeting_lapsed(session: Session, asked: r.Lapse) -> f.Fact:
    """Who comes by a code or was called is with their rep at once; who was named may decline."""
    rep = session.meant_for
    if session.meeting != "direct":
        name = session.names.get(rep, "")
        return f.Met(rep=rep, name=name) if asked.there else f.MeetingMissed()
    if not asked.there:
        return f.Ended(ending="busy")
    return f.Offered(rep=rep, reason="direct", until=0)


def identity_lapsed(session: Session, asked: r.Lapse) -> f.Fact:
    return f.Ended(ending="identity_timeout")


def acceptance_lapsed(session: Session, asked: r.Lapse) -> f.Fact:
    return f.Ended(ending="agreement_timeout")


def offer_lapsed(session: Session, asked: r.Lapse) -> f.Fact:
    assert session.offer
    direct = session.offer.reason == "direct"
    return f.Ended(ending="unanswered") if direct else f.OfferExpired(rep=session.offer.rep)


def greeting_lapsed(session: Session, asked: r.Lapse) -> f.Fact:
    return f.Greeted(text=asked.text)


def hold_lapsed(session: Session, asked: r.Lapse) -> f.Fact:
    return f.Held(text=asked.text)


def inactivity_lapsed(session: Session, asked: r.Lapse) -> f.Fact:
    return f.Ended(ending="inactive")


def customer_lapsed(session: Session, asked: r.Lapse) -> f.Fact:
    return f.Ended(ending="customer_lost")


def rep_lapsed(session: Session, asked: r.Lapse) -> f.Fact:
    """Who joined longest ago and is still there takes it on, else it waits at the front."""
    here = [rep for rep in session.joined if rep not in session.gone]
    if here:
        return f.OwnerChanged(rep=here[0])
    team = asked.team or (session.team if session.rules.persistent_queue else "")
    return f.Returned(team=team, front=True) if team else f.Ended(ending="rep_lost")


def prompt_lapsed(session: Session, asked: r.Lapse) -> f.Fact:
    """No answer is a refusal."""
    assert session.prompt
    return f.GrantsRefused(tools=session.prompt.tools, rep=session.prompt.rep)


def grant_lapsed(session: Session, asked: r.Lapse) -> f.Fact:
    first = min(session.grants, key=lambda grant: grant.until)
    return f.GrantWithdrawn(tool=first.tool, rep=first.rep)


def action_lapsed(session: Session, asked: r.Lapse) -> f.Fact:
    """No answer is a refusal here as well."""
    assert session.action
    return f.ActionAnswered(action=session.action.action, rep=session.action.rep, allowed=False)


LAPSES: dict[str, Callable[[Session, r.Lapse], f.Fact]] = {
    "call": call_lapsed,
    "meeting": meeting_lapsed,
    "identity": identity_lapsed,
    "acceptance": acceptance_lapsed,
    "offer": offer_lapsed,
    "greeting": greeting_lapsed,
    "hold": hold_lapsed,
    "inactivity": inactivity_lapsed,
    "customer_lost": customer_lapsed,
    "rep_lost": rep_lapsed,
    "prompt": prompt_lapsed,
    "grant": grant_lapsed,
    "action": action_lapsed,
}
