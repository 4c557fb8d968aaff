"""What happened: past tense, stored before anybody hears of it, never changed.

Every kind has an audience. `personal` names the fields that hold somebody's own words;
the store keeps those apart, and the fact itself only their salted digest, so that they
can be erased while the proof stays valid.
"""

from protocol.beginning_facts import AgreementAccepted as AgreementAccepted  # noqa: PLC0414 - as below
from protocol.beginning_facts import CallAccepted as CallAccepted  # noqa: PLC0414 - as below
from protocol.beginning_facts import Called as Called  # noqa: PLC0414 - as below
from protocol.beginning_facts import CodeConfirmed as CodeConfirmed  # noqa: PLC0414 - as below
from protocol.beginning_facts import CodeRejected as CodeRejected  # noqa: PLC0414 - as below
from protocol.beginning_facts import CodeSent as CodeSent  # noqa: PLC0414 - as below
from protocol.beginning_facts import Greeted as Greeted  # noqa: PLC0414 - as below
from protocol.beginning_facts import Opened as Opened  # noqa: PLC0414 - as below
from protocol.beginning_facts import RecordingAnswered as RecordingAnswered  # noqa: PLC0414 - as below
from protocol.beginning_facts import RecordingWithdrawn as RecordingWithdrawn  # noqa: PLC0414 - as below
from protocol.fact import Fact as Fact  # noqa: PLC0414 - as below
from protocol.fact import PersonalFact as PersonalFact  # noqa: PLC0414 - as below
from protocol.fields import (
    Candidates,
    Count,
    CutSeconds,
    Digest,
    Ending,
    FileContent,
    FileFault,
    FileName,
    Id,
    Name,
    NudgeMeans,
    OfferReason,
    Outcome,
    Rating,
    Remark,
    Shared,
    Time,
    Tool,
    Tools,
    Url,
)
from protocol.lines import TakenBack as TakenBack  # noqa: PLC0414 - as below
from protocol.monitoring_facts import (
    AnnouncedMonitoringStopped as AnnouncedMonitoringStopped,  # noqa: PLC0414 - as below
)
from protocol.monitoring_facts import Monitored as Monitored  # noqa: PLC0414 - as below
from protocol.monitoring_facts import (
    MonitoringAnnounced as MonitoringAnnounced,  # noqa: PLC0414 - as below
)
from protocol.monitoring_facts import (
    MonitoringStopped as MonitoringStopped,  # noqa: PLC0414 - as below
)
from protocol.moving_facts import AppDeclined as AppDeclined  # noqa: PLC0414 - as below
from protocol.moving_facts import AppOffered as AppOffered  # noqa: PLC0414 - as below
from protocol.moving_facts import Moved as Moved  # noqa: PLC0414 - as below
from protocol.terms import Rules as Rules  # noqa: PLC0414 - facts hold it, and give it on
from protocol.tool_facts import ActionAnswered as ActionAnswered  # noqa: PLC0414 - as above
from protocol.tool_facts import ActionReported as ActionReported  # noqa: PLC0414 - as above
from protocol.tool_facts import ActionRequested as ActionRequested  # noqa: PLC0414 - as above
from protocol.tool_facts import SystemRequested as SystemRequested  # noqa: PLC0414 - as above
from protocol.tool_facts import SystemTold as SystemTold  # noqa: PLC0414 - as above

# --- waiting and hand-out


class Offered(Fact, frozen=True, kw_only=True):
    audience = "reps"

    rep: Id
    reason: OfferReason
    until: Time
    compared: Candidates = ()
    again: bool = False


class Declined(Fact, frozen=True, kw_only=True):
    audience = "reps"


class OfferExpired(Fact, frozen=True, kw_only=True):
    """`gone`: they were not there any more to answer."""

    audience = "reps"

    rep: Id
    gone: bool = False


class Accepted(Fact, frozen=True, kw_only=True):
    name: Name


class Met(Fact, frozen=True, kw_only=True):
    """The customer has got to the rep whom they were to meet, who is called `name`."""

    rep: Id
    name: Name


class MeetingMissed(Fact, frozen=True, kw_only=True):
    """The rep whom the customer was to meet is not there; whoever comes first may help."""


class Held(Fact, frozen=True, kw_only=True):
    """A hold message was shown."""

    text: Remark


class Noticed(Fact, frozen=True, kw_only=True):
    notice: Id
    text: Remark


# --- talking


class Said(PersonalFact, frozen=True, kw_only=True):
    personal = ("text",)

    text: Remark


class Noted(PersonalFact, frozen=True, kw_only=True):
    audience = "reps"
    personal = ("text",)

    text: Remark


class Nudged(Fact, frozen=True, kw_only=True):
    pass


class NudgeReported(Fact, frozen=True, kw_only=True):
    worked: tuple[NudgeMeans, ...]


class LinkPushed(PersonalFact, frozen=True, kw_only=True):
    personal = ("url", "title")

    url: Url = ""
    title: Name = ""


class Warned(Fact, frozen=True, kw_only=True):
    """Nothing has happened for a while; the session ends at `until` unless someone stirs."""

    until: Time


class Extended(Fact, frozen=True, kw_only=True):
    pass


# --- moving


class Transferred(Fact, frozen=True, kw_only=True):
    team: Id


class Returned(Fact, frozen=True, kw_only=True):
    """The session waits again; `front` puts it before all others of the team."""

    team: Id
    front: bool = False


class Invited(Fact, frozen=True, kw_only=True):
    audience = "reps"

    rep: Id


class InvitationDeclined(Fact, frozen=True, kw_only=True):
    audience = "reps"


class Joined(Fact, frozen=True, kw_only=True):
    name: Name


class Left(Fact, frozen=True, kw_only=True):
    pass


class TakenOver(Fact, frozen=True, kw_only=True):
    name: Name


class OwnerChanged(Fact, frozen=True, kw_only=True):
    rep: Id


# --- screen, control, recording


class GrantsRequested(Fact, frozen=True, kw_only=True):
    tools: Tools
    until: Time


class GrantsGiven(Fact, frozen=True, kw_only=True):
    tools: Tools
    rep: Id
    until: Time


class GrantsRefused(Fact, frozen=True, kw_only=True):
    tools: Tools
    rep: Id


class GrantWithdrawn(Fact, frozen=True, kw_only=True):
    tool: Tool
    rep: Id


class ScreenShared(Fact, frozen=True, kw_only=True):
    """The customer shows `what`. Where nobody had asked to look, the owner may, until `until`."""

    what: Shared
    until: Time = 0


class SharingChanged(Fact, frozen=True, kw_only=True):
    what: Shared


class SharingStopped(Fact, frozen=True, kw_only=True):
    pass


class SharingPaused(Fact, frozen=True, kw_only=True):
    """The picture cannot go on for now, because what must be recorded cannot be stored."""

    why: Name


class SharingResumed(Fact, frozen=True, kw_only=True):
    pass


class RecordingPaused(Fact, frozen=True, kw_only=True):
    """Nothing is recorded for now, and the last `cut_seconds` were taken out. The screen is not shown
    meanwhile, unless it is `viewed` unrecorded.
    """

    why: Remark
    cut_seconds: CutSeconds = 0
    viewed: bool = False


class RecordingResumed(Fact, frozen=True, kw_only=True):
    pass


# --- files


class FileOffered(PersonalFact, frozen=True, kw_only=True):
    personal = ("name",)

    file: Id
    size: Count
    name: FileName = ""
    accepted: bool = False
    """Whether the site takes it without asking the other side."""


class FileAnswered(Fact, frozen=True, kw_only=True):
    file: Id
    accepted: bool


class FileWithdrawn(Fact, frozen=True, kw_only=True):
    file: Id


class FileCheckBegun(Fact, frozen=True, kw_only=True):
    """All of it is here, and nobody gets it before it is known to be harmless."""

    file: Id
    size: Count
    file_digest: Digest


class FileArrived(Fact, frozen=True, kw_only=True):
    """`content` says what kind of file it is, whatever its name says."""

    file: Id
    size: Count
    file_digest: Digest
    content: FileContent = ""


class FileRefused(Fact, frozen=True, kw_only=True):
    """`found` is what the scanner calls it, if it is `infected`; nobody gets it, and it is deleted."""

    file: Id
    why: FileFault
    found: Name = ""
    size: Count = 0
    file_digest: Digest = ""


# --- presence


class Dropped(Fact, frozen=True, kw_only=True):
    """The last link of `party` was lost at `since`."""

    party: Id
    since: Time


class CameBack(Fact, frozen=True, kw_only=True):
    party: Id


# --- ending


class Ended(Fact, frozen=True, kw_only=True):
    ending: Ending
    notice: Id = ""


class SurveySubmitted(PersonalFact, frozen=True, kw_only=True):
    personal = ("text",)

    rating: Rating
    choice: Name
    text: Remark = ""


class SurveySkipped(Fact, frozen=True, kw_only=True):
    pass


class WrappedUp(PersonalFact, frozen=True, kw_only=True):
    audience = "reps"
    personal = ("text",)

    text: Remark = ""
    outcome: Outcome = ""


class TextsErased(Fact, frozen=True, kw_only=True):
    """The customer's own words before this place are gone for good."""

    receipt: Id


class Wiped(Fact, frozen=True, kw_only=True):
    """All words of everybody in this session were deleted. Who did is in the audit."""


def _kinds(of: type[Fact]) -> list[type[Fact]]:
    direct = [kind for kind in of.__subclasses__() if kind is not PersonalFact]
    return direct + (_kinds(PersonalFact) if of is Fact else [])


FACTS: tuple[type[Fact], ...] = tuple(_kinds(Fact))
