"""The finer conditions: given that the table lets a request through, what follows from it.

Each function takes the session, what is asked, who asks and the time (ms), and returns the
fact that follows or why not. Where there is no function here, the request's own fields are
`copied` into the one fact its row gives.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from protocol import facts as f
from protocol import requests as r
from protocol.copying import copied
from protocol.endings import end, erase_my_texts, survey, unless_deleted, wrap_up
from protocol.file_rules import (
    answer_file,
    file_arrives,
    file_check_begins,
    file_withheld,
    offer_file,
    withdraw_file,
)
from protocol.identity import confirm_code, send_code
from protocol.lapses import lapse
from protocol.monitoring_rules import monitor, stop_monitoring, unwatch
from protocol.moving import decline_app, move_to, offer_app
from protocol.screen_rules import (
    answer_grants,
    pause_sharing,
    release,
    request_grants,
    resume_sharing,
    revoke,
    share_screen,
)
from protocol.state import Answer, Party, Refused, Session
from protocol.taking_back import take_back
from protocol.tool_rules import (
    answer_action,
    report_action,
    request_action,
    request_system,
    tell_system,
)

Rule = Callable[[Session, Any, Party, int], Answer]


def start(session: Session, asked: r.Start, sender: Party, now: int) -> Answer:
    """The desk has put the team and the rules into the empty session."""
    return f.Opened(
        issue=asked.issue,
        team=session.team,
        language=asked.language,
        rules=session.rules,
        name=asked.name,
        email=asked.email,
        page=asked.page,
        device=asked.device,
        meeting=session.meeting,
        rep=session.meant_for,
        rep_name=session.names.get(session.meant_for, ""),
        where=asked.where,
    )


def call(session: Session, asked: r.Call, sender: Party, now: int) -> Answer:
    """The desk has put the issue, the team, the language and the rules into the empty session."""
    return f.Called(
        customer=asked.customer,
        issue=session.issue,
        team=session.team,
        language=session.language,
        rules=session.rules,
        rep_name=sender.name,
        until=now + session.rules.call_seconds * 1000,
        name=asked.name,
        email=asked.email,
    )


def answer_call(session: Session, asked: r.AnswerCall, sender: Party, now: int) -> Answer:
    """Answering at the very end counts, later does not."""
    if now > session.call_until:
        return Refused("not_now")
    return f.CallAccepted() if asked.accepted else f.Ended(ending="call_refused")


def accept_agreement(session: Session, asked: r.AcceptAgreement, sender: Party, now: int) -> Answer:
    """Consent counts only for the very text that the site wanted shown."""
    if asked.digest != session.rules.agreement_digest:
        return Refused("wrong_text")
    return f.AgreementAccepted(text_digest=asked.digest, language=session.language)


def decline_agreement(
    session: Session, asked: r.DeclineAgreement, sender: Party, now: int
) -> Answer:
    return f.Ended(ending="agreement_declined")


def answer_recording(session: Session, asked: r.AnswerRecording, sender: Party, now: int) -> Answer:
    if asked.digest != session.rules.recording_digest:
        return Refused("wrong_text")
    return f.RecordingAnswered(
        allowed=asked.allowed, text_digest=asked.digest, language=session.language
    )


def withdraw_recording(
    session: Session, asked: r.WithdrawRecording, sender: Party, now: int
) -> Answer:
    return f.RecordingWithdrawn() if session.recording == "allowed" else Refused("not_now")


def leave_on_notice(session: Session, asked: r.LeaveOnNotice, sender: Party, now: int) -> Answer:
    return f.Ended(ending="left_on_notice", notice=asked.notice)


def orphan(session: Session, asked: r.Orphan, sender: Party, now: int) -> Answer:
    return Refused("not_now") if session.rules.persistent_queue else f.Ended(ending="orphaned")


def offer(session: Session, asked: r.Offer, sender: Party, now: int) -> Answer:
    if session.offer:
        return Refused("taken", session.offer.rep)
    if session.meant_for not in ("", asked.rep):
        return Refused("taken", session.meant_for)
    seconds = (
        session.rules.direct_seconds if asked.reason == "direct" else session.rules.offer_seconds
    )
    return f.Offered(
        rep=asked.rep,
        reason=asked.reason,
        until=now + seconds * 1000,
        compared=asked.compared,
        again=asked.again,
    )


def accept(session: Session, asked: r.Accept, sender: Party, now: int) -> Answer:
    """Accepting at the very end of an offer counts, later does not."""
    if session.offer and now > session.offer.until:
        return Refused("not_now")
    if session.offer and session.offer.rep != sender.id:
        return Refused("taken", session.owner or session.offer.rep)
    if session.meant_for not in ("", sender.id):
        return Refused("taken", session.meant_for)
    if not session.offer and session.owner:
        return Refused("taken", session.owner)
    return f.Accepted(name=sender.name)


def decline(session: Session, asked: r.Decline, sender: Party, now: int) -> Answer:
    assert session.offer  # the table asks for the standing "offered"
    return f.Ended(ending="busy") if session.offer.reason == "direct" else f.Declined()


def pass_on(session: Session, asked: r.PassOn, sender: Party, now: int) -> Answer:
    """Whom a customer named keeps their time: the customer wants nobody else."""
    offer = session.offer
    if not offer or offer.rep != asked.rep or offer.reason == "direct":
        return Refused("not_now")
    return f.OfferExpired(rep=asked.rep, gone=True)


def nudge(session: Session, asked: r.Nudge, sender: Party, now: int) -> Answer:
    ready = session.nudged_at + session.rules.nudge_seconds * 1000
    if session.nudged_at and now < ready:
        return Refused("too_soon", str(ready - now))
    return f.Nudged()


def push_link(session: Session, asked: r.PushLink, sender: Party, now: int) -> Answer:
    return f.LinkPushed(url=asked.url, title=asked.title) if asked.url else Refused("malformed")


def extend(session: Session, asked: r.Extend, sender: Party, now: int) -> Answer:
    return f.Extended() if session.warned_until else Refused("not_now")


def transfer(session: Session, asked: r.Transfer, sender: Party, now: int) -> Answer:
    """To a team at once; to a rep as an offer, so that a failed transfer changes nothing."""
    if bool(asked.team) == bool(asked.rep) or asked.rep == sender.id:
        return Refused("malformed")
    if asked.team:
        return f.Transferred(team=asked.team)
    if session.offer:
        return Refused("taken", session.offer.rep)
    return f.Offered(
        rep=asked.rep, reason="transfer", until=now + session.rules.offer_seconds * 1000
    )


def return_to_queue(session: Session, asked: r.ReturnToQueue, sender: Party, now: int) -> Answer:
    return f.Returned(team=session.team)


def invite(session: Session, asked: r.Invite, sender: Party, now: int) -> Answer:
    if asked.rep in (session.owner, *session.joined):
        return Refused("taken", asked.rep)
    return f.Invited(rep=asked.rep)


def join(session: Session, asked: r.Join, sender: Party, now: int) -> Answer:
    if sender.id in (session.owner, *session.joined):
        return Refused("not_now")
    return f.Joined(name=sender.name)


def take_over(session: Session, asked: r.TakeOver, sender: Party, now: int) -> Answer:
    return Refused("not_now") if sender.id == session.owner else f.TakenOver(name=sender.name)


def while_sharing(session: Session, asked: Struct, sender: Party, now: int) -> Answer:
    return copied(session, asked, sender, now) if session.sharing else Refused("not_now")


def pause_recording(session: Session, asked: r.PauseRecording, sender: Party, now: int) -> Answer:
    if session.recording != "allowed" or session.recording_paused:
        return Refused("not_now")
    viewed = session.rules.view_while_paused
    return f.RecordingPaused(why=asked.why, cut_seconds=asked.cut_seconds, viewed=viewed)


def resume_recording(session: Session, asked: r.ResumeRecording, sender: Party, now: int) -> Answer:
    return f.RecordingResumed() if session.recording_paused else Refused("not_now")


def drop(session: Session, asked: r.Drop, sender: Party, now: int) -> Answer:
    present = asked.party in (session.customer, session.owner, *session.joined)
    if not asked.party or not present or asked.party in session.gone:
        return Refused("not_now")
    return f.Dropped(party=asked.party, since=asked.since)


def come_back(session: Session, asked: r.ComeBack, sender: Party, now: int) -> Answer:
    return f.CameBack(party=asked.party) if asked.party in session.gone else Refused("not_now")


RULES: dict[type[Struct], Rule] = {
    r.Start: start,
    r.Call: call,
    r.AnswerCall: answer_call,
    r.SendCode: send_code,
    r.ConfirmCode: confirm_code,
    r.AcceptAgreement: accept_agreement,
    r.DeclineAgreement: decline_agreement,
    r.AnswerRecording: answer_recording,
    r.WithdrawRecording: withdraw_recording,
    r.LeaveOnNotice: leave_on_notice,
    r.Orphan: orphan,
    r.Offer: offer,
    r.Accept: accept,
    r.Decline: decline,
    r.PassOn: pass_on,
    r.TakeBack: take_back,
    r.Nudge: nudge,
    r.PushLink: push_link,
    r.Extend: extend,
    r.Transfer: transfer,
    r.ReturnToQueue: return_to_queue,
    r.Invite: invite,
    r.Join: join,
    r.TakeOver: take_over,
    r.Monitor: monitor,
    r.StopMonitoring: stop_monitoring,
    r.Unwatch: unwatch,
    r.RequestGrants: request_grants,
    r.AnswerGrants: answer_grants,
    r.Release: release,
    r.Revoke: revoke,
    r.RequestSystem: request_system,
    r.TellSystem: tell_system,
    r.RequestAction: request_action,
    r.AnswerAction: answer_action,
    r.ReportAction: report_action,
    r.ShareScreen: share_screen,
    r.PauseSharing: pause_sharing,
    r.ResumeSharing: resume_sharing,
    r.OfferApp: offer_app,
    r.DeclineApp: decline_app,
    r.MoveTo: move_to,
    r.PauseRecording: pause_recording,
    r.ResumeRecording: resume_recording,
    r.OfferFile: offer_file,
    r.AnswerFile: answer_file,
    r.WithdrawFile: withdraw_file,
    r.FileCheckBegins: file_check_begins,
    r.FileArrives: file_arrives,
    r.FileWithheld: file_withheld,
    r.Drop: drop,
    r.ComeBack: come_back,
    r.Lapse: lapse,
    r.End: end,
    r.EraseMyTexts: erase_my_texts,
    r.ChangeSharing: while_sharing,
    r.StopSharing: while_sharing,
    r.SubmitSurvey: survey,
    r.SkipSurvey: survey,
    r.WrapUp: wrap_up,
    r.Wipe: unless_deleted,
}
