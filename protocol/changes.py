"""What each kind of fact changes in a session: one small function a kind.

Each takes the session and the fact and returns the fields that change. A kind that is not
here changes nothing but the count. `browser/src/session.ts` says the same in TypeScript.
"""

from collections.abc import Callable
from typing import Any

from protocol import facts as f
from protocol.fields import State
from protocol.file_changes import (  # noqa: F401 - found by their names, below
    file_answered,
    file_arrived,
    file_check_begun,
    file_offered,
    file_refused,
    file_withdrawn,
)
from protocol.monitoring_changes import (
    UNWATCHED,
    announced_monitoring_stopped,  # noqa: F401 - found by its name, below
    monitored,  # noqa: F401
    monitoring_announced,  # noqa: F401
    monitoring_stopped,  # noqa: F401
    unwatched,
)
from protocol.moving import (
    app_declined,  # noqa: F401 - found by its name, below
    app_offered,  # noqa: F401
    moved,  # noqa: F401
)
from protocol.screen_changes import (
    grant_withdrawn,  # noqa: F401 - found by its name, below
    grants_given,  # noqa: F401
    grants_refused,  # noqa: F401
    grants_requested,  # noqa: F401
    screen_shared,  # noqa: F401
    sharing_changed,  # noqa: F401
    sharing_paused,  # noqa: F401
    sharing_resumed,  # noqa: F401
    sharing_stopped,  # noqa: F401
    unshared,
)
from protocol.state import Offering, Session
from protocol.taking_back import said, taken_back  # noqa: F401 - found by their names, below
from protocol.tool_changes import (
    action_answered,  # noqa: F401 - found by its name, below
    action_reported,  # noqa: F401
    action_requested,  # noqa: F401
    asked_by,
    system_requested,  # noqa: F401
    system_told,  # noqa: F401
)

Changed = dict[str, Any]

NO_SURVEY_AFTER = ("left_on_notice", "orphaned")


def _after(step: State, session: Session, rules: f.Rules, at: int) -> Changed:
    """The state that follows `step` on the way to the queue."""
    if step == "new" and rules.identity_asked:
        return {"state": "identity"}
    if step in ("new", "identity") and rules.agreement_digest:
        return {"state": "agreement"}
    if step != "recording" and rules.recording_asked:
        return {"state": "recording"}
    return {"state": "waiting", "waiting_since": session.waiting_since or at}


def opened(session: Session, fact: f.Opened) -> Changed:
    return {
        "rules": fact.rules,
        "customer": fact.by,
        "issue": fact.issue,
        "language": fact.language,
        "team": fact.team,
        "entry_team": fact.team,
        "opened_at": fact.at,
        "meeting": fact.meeting,
        "where": fact.where,
        "meant_for": fact.rep,
        "names": {fact.rep: fact.rep_name} if fact.rep else {},
        **_after("new", session, fact.rules, fact.at),
    }


def called(session: Session, fact: f.Called) -> Changed:
    return {
        "state": "calling",
        "rules": fact.rules,
        "customer": fact.customer,
        "issue": fact.issue,
        "language": fact.language,
        "team": fact.team,
        "entry_team": fact.team,
        "opened_at": fact.at,
        "meeting": "call",
        "meant_for": fact.by,
        "names": {fact.by: fact.rep_name},
        "call_until": fact.until,
    }


def call_accepted(session: Session, fact: f.CallAccepted) -> Changed:
    return _after("identity", session, session.rules, fact.at)


def code_sent(session: Session, fact: f.CodeSent) -> Changed:
    return {
        "code_digest": fact.code_digest,
        "code_until": fact.until,
        "code_sent_at": fact.at,
        "codes_sent": session.codes_sent + 1,
    }


def code_rejected(session: Session, fact: f.CodeRejected) -> Changed:
    return {"wrong_codes": session.wrong_codes + 1}


def code_confirmed(session: Session, fact: f.CodeConfirmed) -> Changed:
    return _after("identity", session, session.rules, fact.at)


def agreement_accepted(session: Session, fact: f.AgreementAccepted) -> Changed:
    return _after("agreement", session, session.rules, fact.at)


def recording_answered(session: Session, fact: f.RecordingAnswered) -> Changed:
    if fact.allowed:
        return {"recording": "allowed", **_after("recording", session, session.rules, fact.at)}
    if session.rules.refusal_policy == "end":
        return {"recording": "refused", **_ended(session, "recording_refused", fact.at)}
    return {"recording": "refused", **_after("recording", session, session.rules, fact.at)}


def recording_withdrawn(session: Session, fact: f.RecordingWithdrawn) -> Changed:
    changed: Changed = {"recording": "withdrawn", "recording_paused": False}
    if session.rules.refusal_policy == "end":
        return changed | _ended(session, "recording_refused", fact.at)
    if session.rules.refusal_policy == "no_screen":
        return changed | unshared()
    return changed


def _ended(session: Session, ending: str, at: int) -> Changed:
    asked = session.rules.survey and session.accepted_at and ending not in NO_SURVEY_AFTER
    return {
        "state": "ended",
        "ending": ending,
        "ended_at": at,
        "offer": None,
        "meant_for": "",
        "invited": (),
        **UNWATCHED,
        "gone": {},
        "app_offered": "",
        "warned_until": 0,
        "survey": "wanted" if asked else "none",
        **unshared(),
    }


def ended(session: Session, fact: f.Ended) -> Changed:
    return _ended(session, fact.ending, fact.at)


def greeted(session: Session, fact: f.Greeted) -> Changed:
    return {"greeted_at": fact.at}


def offered(session: Session, fact: f.Offered) -> Changed:
    """Another round is for all, also for those who declined where nobody else was left."""
    changed: Changed = {"offer": Offering(rep=fact.rep, reason=fact.reason, until=fact.until)}
    if fact.again:
        changed["unanswered"] = ()
        if fact.rep in session.declined:
            changed["declined"] = ()
    return changed


def declined(session: Session, fact: f.Declined) -> Changed:
    declined = _with(session.declined, fact.by)
    return {"offer": None, "offer_ended_at": fact.at, "declined": declined}


def offer_expired(session: Session, fact: f.OfferExpired) -> Changed:
    """Who is not there has not been asked: they are when they come back."""
    if fact.gone:
        return {"offer": None, "offer_ended_at": fact.at}
    unanswered = _with(session.unanswered, fact.rep)
    return {"offer": None, "offer_ended_at": fact.at, "unanswered": unanswered}


def _with(parties: tuple[str, ...], party: str) -> tuple[str, ...]:
    return parties if party in parties else (*parties, party)


def _without(parties: tuple[str, ...], party: str) -> tuple[str, ...]:
    return tuple(each for each in parties if each != party)


def _gone(session: Session, *staying: str) -> dict[str, int]:
    """Who of the customer and those `staying` has lost the link; nobody waits for the others."""
    return {
        party: since
        for party, since in session.gone.items()
        if party in (session.customer, *staying)
    }


def _owned(session: Session, rep: str, name: str, joined: tuple[str, ...]) -> Changed:
    """`rep` is responsible from now on; grants were given to the one before, so they go."""
    joined = _without(joined, rep)
    changed: Changed = {
        "state": "talking",
        "owner": rep,
        "names": session.names | {rep: name},
        "joined": joined,
        "invited": _without(session.invited, rep),
        **unwatched(session, rep),
        "gone": _gone(session, *joined),
        "offer": None,
        "meant_for": "",
    }
    return changed | _grants_of(session, keep=lambda holder: holder != session.owner)


def _grants_of(session: Session, keep: Callable[[str], bool]) -> Changed:
    prompt = session.prompt if session.prompt and keep(session.prompt.rep) else None
    grants = tuple(grant for grant in session.grants if keep(grant.rep))
    return {"grants": grants, "prompt": prompt, **asked_by(session, keep)}


def accepted(session: Session, fact: f.Accepted) -> Changed:
    return _served(session, fact.by, fact.name, fact.at)


def met(session: Session, fact: f.Met) -> Changed:
    return _served(session, fact.rep, fact.name, fact.at)


def _served(session: Session, rep: str, name: str, at: int) -> Changed:
    served: Changed = {"accepted_at": session.accepted_at or at, "front": False}
    return _owned(session, rep, name, session.joined) | served | {"declined": (), "unanswered": ()}


def meeting_missed(session: Session, fact: f.MeetingMissed) -> Changed:
    return {"meant_for": ""}


def taken_over(session: Session, fact: f.TakenOver) -> Changed:
    """The rep before stays in the session, joined."""
    return _owned(session, fact.by, fact.name, _with(session.joined, session.owner))


def owner_changed(session: Session, fact: f.OwnerChanged) -> Changed:
    return _owned(session, fact.rep, session.names.get(fact.rep, ""), session.joined)


def _requeued(session: Session, team: str) -> Changed:
    return {
        "state": "waiting",
        "team": team,
        "owner": "",
        "joined": (),
        "invited": (),
        **UNWATCHED,
        "declined": (),
        "unanswered": (),
        "offer": None,
        "held_at": 0,
        "warned_until": 0,
        "app_offered": "",
        "gone": _gone(session),
        **unshared(),
    }


def transferred(session: Session, fact: f.Transferred) -> Changed:
    return _requeued(session, fact.team)


def returned(session: Session, fact: f.Returned) -> Changed:
    return _requeued(session, fact.team) | {"front": fact.front}


def held(session: Session, fact: f.Held) -> Changed:
    return {"held_at": fact.at}


def nudged(session: Session, fact: f.Nudged) -> Changed:
    return {"nudged_at": fact.at}


def warned(session: Session, fact: f.Warned) -> Changed:
    return {"warned_until": fact.until}


def invited(session: Session, fact: f.Invited) -> Changed:
    return {"invited": _with(session.invited, fact.rep)}


def joined(session: Session, fact: f.Joined) -> Changed:
    return {
        "joined": _with(session.joined, fact.by),
        "invited": _without(session.invited, fact.by),
        **unwatched(session, fact.by),
        "names": session.names | {fact.by: fact.name},
    }


def invitation_declined(session: Session, fact: f.InvitationDeclined) -> Changed:
    return {"invited": _without(session.invited, fact.by)}


def left(session: Session, fact: f.Left) -> Changed:
    gone = {party: since for party, since in session.gone.items() if party != fact.by}
    changed: Changed = {"joined": _without(session.joined, fact.by), "gone": gone}
    return changed | _grants_of(session, keep=lambda holder: holder != fact.by)


def recording_paused(session: Session, fact: f.RecordingPaused) -> Changed:
    return {"recording_paused": True}


def recording_resumed(session: Session, fact: f.RecordingResumed) -> Changed:
    return {"recording_paused": False}


def dropped(session: Session, fact: f.Dropped) -> Changed:
    return {"gone": session.gone | {fact.party: fact.since}}


def came_back(session: Session, fact: f.CameBack) -> Changed:
    return {"gone": {party: since for party, since in session.gone.items() if party != fact.party}}


def survey_submitted(session: Session, fact: f.SurveySubmitted) -> Changed:
    return {"survey": "done"}


def survey_skipped(session: Session, fact: f.SurveySkipped) -> Changed:
    return {"survey": "skipped"}


def texts_erased(session: Session, fact: f.TextsErased) -> Changed:
    return {"erased": True}


def wiped(session: Session, fact: f.Wiped) -> Changed:
    return {"erased": True, "deleted": True, "survey": "none"}


# A function is named as its fact is on the wire.
CHANGES: dict[type[f.Fact], Callable[[Session, Any], Changed]] = {
    kind: globals()[tag]
    for kind in f.FACTS
    if (tag := str(kind.__struct_config__.tag)) in globals()
}

STIRRING = (
    f.RecordingWithdrawn,
    f.Accepted,
    f.Met,
    f.Said,
    f.Nudged,
    f.LinkPushed,
    f.Extended,
    f.TakenOver,
    f.OwnerChanged,
    f.Joined,
    f.GrantsRequested,
    f.GrantsGiven,
    f.SystemRequested,
    f.ActionRequested,
    f.ScreenShared,
    f.SharingStopped,
    f.AppOffered,
    f.AppDeclined,
    f.Moved,
    f.FileOffered,
    f.FileAnswered,
    f.FileArrived,
    f.CameBack,
)
"""The facts that show that somebody is there: inactivity counts from the last of them. Only facts
that everybody hears are among them, or a warning would still stand on the customer's screen."""
