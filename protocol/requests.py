"""What may be asked of a session: imperatives, each answered by one fact or one refusal.

A request comes from a person over a link and carries an `id` that its sender never uses
again; a repeat gets the stored answer. An incident is what the broker itself noticed; it
takes the same path, but no link can send one.
"""

from msgspec import Struct

from protocol.fields import (
    Count,
    DeadlineKind,
    Digest,
    Email,
    FileName,
    Id,
    Language,
    Name,
    NudgeMeans,
    OfferReason,
    Rating,
    Remark,
    RequestId,
    Scope,
    Shared,
    Text,
    Time,
    Tool,
    Tools,
    Url,
)


def snake(name: str) -> str:
    """Return the wire tag of the class called `name`: `PushLink` becomes `push_link`."""
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


class Request(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag=snake, tag_field="type"):
    """What a person asks."""

    id: RequestId
    session: Id = ""


class Incident(Struct, frozen=True, kw_only=True, tag=snake, tag_field="type"):
    """What the broker noticed by itself."""


# --- before the queue


class Start(Request, kw_only=True):
    """Open a session about `issue`. `session` stays empty: the answer names it."""

    issue: Id
    name: Name = ""
    email: Email = ""
    language: Language = "en"
    page: Url = ""


class AcceptAgreement(Request, kw_only=True):
    """`digest` is that of the exact text shown."""

    digest: Digest


class DeclineAgreement(Request, kw_only=True):
    digest: Digest = ""


class AnswerRecording(Request, kw_only=True):
    allowed: bool
    digest: Digest = ""


class WithdrawRecording(Request, kw_only=True):
    pass


# --- waiting and hand-out


class LeaveOnNotice(Request, kw_only=True):
    notice: Id


class Accept(Request, kw_only=True):
    pass


class Decline(Request, kw_only=True):
    pass


# --- talking


class Say(Request, kw_only=True):
    text: Text


class Note(Request, kw_only=True):
    text: Text


class Nudge(Request, kw_only=True):
    pass


class ReportNudge(Request, kw_only=True):
    worked: tuple[NudgeMeans, ...] = ()


class PushLink(Request, kw_only=True):
    url: Url
    title: Name = ""


class Extend(Request, kw_only=True):
    """Answer the inactivity warning: I am still here."""


# --- moving


class Transfer(Request, kw_only=True):
    """Name a `team`, or a `rep` who is offered the session while the owner keeps it."""

    team: Id = ""
    rep: Id = ""


class ReturnToQueue(Request, kw_only=True):
    pass


class Invite(Request, kw_only=True):
    rep: Id


class Join(Request, kw_only=True):
    pass


class Leave(Request, kw_only=True):
    pass


class TakeOver(Request, kw_only=True):
    pass


class Monitor(Request, kw_only=True):
    pass


class StopMonitoring(Request, kw_only=True):
    pass


# --- screen, control, recording


class RequestGrants(Request, kw_only=True):
    tools: Tools


class AnswerGrants(Request, kw_only=True):
    allowed: bool
    scope: Scope = "session"


class Release(Request, kw_only=True):
    """The rep gives a grant back."""

    tool: Tool


class Revoke(Request, kw_only=True):
    """The customer takes a grant back."""

    tool: Tool


class ShareScreen(Request, kw_only=True):
    what: Shared


class ChangeSharing(Request, kw_only=True):
    what: Shared


class StopSharing(Request, kw_only=True):
    pass


class PauseRecording(Request, kw_only=True):
    why: Remark = ""


class ResumeRecording(Request, kw_only=True):
    pass


# --- files


class OfferFile(Request, kw_only=True):
    file: Id
    name: FileName
    size: Count


class AnswerFile(Request, kw_only=True):
    file: Id
    accepted: bool


class WithdrawFile(Request, kw_only=True):
    file: Id


# --- ending


class End(Request, kw_only=True):
    pass


class SubmitSurvey(Request, kw_only=True):
    rating: Rating
    choice: Name = ""
    text: Remark = ""


class SkipSurvey(Request, kw_only=True):
    pass


class WrapUp(Request, kw_only=True):
    text: Text


class EraseMyTexts(Request, kw_only=True):
    pass


# --- incidents


class Greet(Incident, kw_only=True):
    text: Text


class Offer(Incident, kw_only=True):
    rep: Id
    reason: OfferReason = "least_busy"


class Notify(Incident, kw_only=True):
    notice: Id
    text: Text


class Orphan(Incident, kw_only=True):
    pass


class Drop(Incident, kw_only=True):
    """The last link of `party` is gone since `since`."""

    party: Id
    since: Time


class ComeBack(Incident, kw_only=True):
    party: Id


class Lapse(Incident, kw_only=True):
    """A deadline has passed. `quiet_since` is the last typing or file progress that left no
    fact; `team` is where a session whose rep is lost can go on, empty when nowhere."""

    deadline: DeadlineKind
    quiet_since: Time = 0
    team: Id = ""
    text: Remark = ""


class FileArrives(Incident, kw_only=True):
    file: Id
    size: Count
    digest: Digest


class FileWithheld(Incident, kw_only=True):
    file: Id
    why: Name


class PauseSharing(Incident, kw_only=True):
    why: Name


class ResumeSharing(Incident, kw_only=True):
    pass


REQUESTS: tuple[type[Request], ...] = tuple(Request.__subclasses__())
INCIDENTS: tuple[type[Incident], ...] = tuple(Incident.__subclasses__())
