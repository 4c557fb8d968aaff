"""What may be asked of a session: imperatives, each answered by one fact or one refusal.

A request comes from a person over a link and carries an `id` that its sender never uses
again; a repeat gets the stored answer. An incident is what the broker itself noticed; it
takes the same path, but no link can send one.
"""

from protocol.fields import (
    Candidates,
    Code,
    Count,
    CutSeconds,
    DeadlineKind,
    Digest,
    Email,
    FileContent,
    FileFault,
    FileName,
    Id,
    Language,
    MailedCode,
    Name,
    NudgeMeans,
    OfferReason,
    Outcome,
    Rating,
    Remark,
    Scope,
    Shared,
    Text,
    Time,
    Tool,
    Tools,
    Url,
    Where,
)
from protocol.moving_requests import DeclineApp as DeclineApp  # noqa: PLC0414 - handed on
from protocol.moving_requests import MoveTo as MoveTo  # noqa: PLC0414 - handed on
from protocol.moving_requests import OfferApp as OfferApp  # noqa: PLC0414 - handed on
from protocol.request import Incident as Incident  # noqa: PLC0414 - handed on
from protocol.request import Request as Request  # noqa: PLC0414 - handed on
from protocol.request import snake as snake  # noqa: PLC0414 - handed on
from protocol.tool_requests import AnswerAction as AnswerAction  # noqa: PLC0414 - handed on
from protocol.tool_requests import ReportAction as ReportAction  # noqa: PLC0414 - handed on
from protocol.tool_requests import RequestAction as RequestAction  # noqa: PLC0414 - handed on
from protocol.tool_requests import RequestSystem as RequestSystem  # noqa: PLC0414 - handed on
from protocol.tool_requests import TellSystem as TellSystem  # noqa: PLC0414 - handed on

# --- before the queue


class Start(Request, frozen=True, kw_only=True):
    """Open a session about `issue`. `session` stays empty: the answer names it. While another
    of the customer's is not ended: `not_now`, and which. With a `code` it leads to the rep who
    made it, once it was redeemed; with a `rep`, where the site lets customers choose, to that rep.
    What they come with, such as "Firefox, Linux", is `device`, which the broker fills in.
    """

    issue: Id
    code: Code = ""
    rep: Id = ""
    name: Name = ""
    email: Email = ""
    language: Language = "en"
    page: Url = ""
    device: Name = ""
    where: Where = "page"


class Call(Request, frozen=True, kw_only=True):
    """Call `customer`, who has been in a session of one of the rep's teams. `session` stays empty:
    the answer names it. While a session of the customer's is not ended: `not_now`, and which.
    `name` and `email` are what the rep knows them by."""

    customer: Id
    name: Name = ""
    email: Email = ""


class AnswerCall(Request, frozen=True, kw_only=True):
    """The customer takes the rep's call, or does not."""

    accepted: bool


class SendCode(Request, frozen=True, kw_only=True):
    """Mail me a new code, at `email` from now on. The one before counts no more."""

    email: Email


class ConfirmCode(Request, frozen=True, kw_only=True):
    """The code that was mailed; the broker turns it into its digest before anything is decided."""

    code: MailedCode


class AcceptAgreement(Request, frozen=True, kw_only=True):
    """`digest` is that of the exact text shown."""

    digest: Digest


class DeclineAgreement(Request, frozen=True, kw_only=True):
    digest: Digest = ""


class AnswerRecording(Request, frozen=True, kw_only=True):
    allowed: bool
    digest: Digest = ""


class WithdrawRecording(Request, frozen=True, kw_only=True):
    pass


# --- waiting and hand-out


class LeaveOnNotice(Request, frozen=True, kw_only=True):
    notice: Id


class Accept(Request, frozen=True, kw_only=True):
    pass


class Decline(Request, frozen=True, kw_only=True):
    pass


# --- talking


class Say(Request, frozen=True, kw_only=True):
    text: Text


class Note(Request, frozen=True, kw_only=True):
    text: Text


class TakeBack(Request, frozen=True, kw_only=True):
    """Take my words back, which are number `line` of the facts that everybody may see."""

    line: Count


class Nudge(Request, frozen=True, kw_only=True):
    pass


class ReportNudge(Request, frozen=True, kw_only=True):
    worked: tuple[NudgeMeans, ...] = ()


class PushLink(Request, frozen=True, kw_only=True):
    url: Url
    title: Name = ""


class Extend(Request, frozen=True, kw_only=True):
    """Answer the inactivity warning: I am still here."""


# --- moving


class Transfer(Request, frozen=True, kw_only=True):
    """Name a `team`, or a `rep` who is offered the session while the owner keeps it."""

    team: Id = ""
    rep: Id = ""


class ReturnToQueue(Request, frozen=True, kw_only=True):
    pass


class Invite(Request, frozen=True, kw_only=True):
    rep: Id


class Join(Request, frozen=True, kw_only=True):
    pass


class DeclineInvitation(Request, frozen=True, kw_only=True):
    pass


class Leave(Request, frozen=True, kw_only=True):
    pass


class TakeOver(Request, frozen=True, kw_only=True):
    pass


class Monitor(Request, frozen=True, kw_only=True):
    pass


class StopMonitoring(Request, frozen=True, kw_only=True):
    pass


# --- screen, control, recording


class RequestGrants(Request, frozen=True, kw_only=True):
    tools: Tools


class AnswerGrants(Request, frozen=True, kw_only=True):
    allowed: bool
    scope: Scope = "session"


class Release(Request, frozen=True, kw_only=True):
    """The rep gives a grant back."""

    tool: Tool


class Revoke(Request, frozen=True, kw_only=True):
    """The customer takes a grant back: that of `rep`, or the first one for the tool."""

    tool: Tool
    rep: Id = ""


class ShareScreen(Request, frozen=True, kw_only=True):
    what: Shared


class ChangeSharing(Request, frozen=True, kw_only=True):
    what: Shared


class StopSharing(Request, frozen=True, kw_only=True):
    pass


class PauseRecording(Request, frozen=True, kw_only=True):
    """Keep nothing until it is resumed, and take the last `cut_seconds` out of what was kept."""

    why: Remark = ""
    cut_seconds: CutSeconds = 0


class ResumeRecording(Request, frozen=True, kw_only=True):
    pass


# --- files


class OfferFile(Request, frozen=True, kw_only=True):
    """At most 100 in a session. Once it is accepted, it is sent by tus: `docs/files.md`."""

    file: Id
    name: FileName
    size: Count


class AnswerFile(Request, frozen=True, kw_only=True):
    """What was accepted may still be declined until it has arrived."""

    file: Id
    accepted: bool


class WithdrawFile(Request, frozen=True, kw_only=True):
    file: Id


# --- ending


class End(Request, frozen=True, kw_only=True):
    pass


class SubmitSurvey(Request, frozen=True, kw_only=True):
    rating: Rating
    choice: Name = ""
    text: Remark = ""


class SkipSurvey(Request, frozen=True, kw_only=True):
    pass


class WrapUp(Request, frozen=True, kw_only=True):
    """Say for colleagues what came of it: an `outcome`, some words, or both."""

    text: Remark = ""
    outcome: Outcome = ""


class EraseMyTexts(Request, frozen=True, kw_only=True):
    """Erase what I have said so far; `not_now` when nothing of it is left."""


# --- incidents


class Offer(Incident, frozen=True, kw_only=True):
    """`compared` are the reps who could have had it, `again` begins another round."""

    rep: Id
    reason: OfferReason = "least_busy"
    compared: Candidates = ()
    again: bool = False


class PassOn(Incident, frozen=True, kw_only=True):
    """`rep`, to whom it is offered, is not there any more."""

    rep: Id


class Unwatch(Incident, frozen=True, kw_only=True):
    """`rep`, who monitors, has no link left."""

    rep: Id


class Notify(Incident, frozen=True, kw_only=True):
    notice: Id
    text: Text


class Orphan(Incident, frozen=True, kw_only=True):
    pass


class Drop(Incident, frozen=True, kw_only=True):
    """The last link of `party` is gone since `since`."""

    party: Id
    since: Time


class ComeBack(Incident, frozen=True, kw_only=True):
    party: Id


class Lapse(Incident, frozen=True, kw_only=True):
    """A deadline has passed. `quiet_since` is the last typing or file progress that left no
    fact; `team` is where a session whose rep is lost can go on, empty when nowhere; `text` what a
    waiting customer is to read; `there` whether the rep whom they are to meet is; `email` where a
    code is to go."""

    deadline: DeadlineKind
    quiet_since: Time = 0
    team: Id = ""
    text: Remark = ""
    there: bool = False
    email: Email = ""


class Wipe(Incident, frozen=True, kw_only=True):
    """Somebody who may deletes all words of an ended session."""


class FileCheckBegins(Incident, frozen=True, kw_only=True):
    """All of a file is here, and a scanner is to look at it."""

    file: Id
    size: Count
    digest: Digest


class FileArrives(Incident, frozen=True, kw_only=True):
    file: Id
    size: Count
    digest: Digest
    content: FileContent = ""


class FileWithheld(Incident, frozen=True, kw_only=True):
    file: Id
    why: FileFault
    found: Name = ""
    size: Count = 0
    digest: Digest = ""


class PauseSharing(Incident, frozen=True, kw_only=True):
    why: Name


class ResumeSharing(Incident, frozen=True, kw_only=True):
    pass


REQUESTS: tuple[type[Request], ...] = tuple(Request.__subclasses__())
INCIDENTS: tuple[type[Incident], ...] = tuple(Incident.__subclasses__())
