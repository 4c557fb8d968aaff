"""The transition table: who may ask what, in which state, and what follows.

This is data. It is drawn in `docs/protocol.md`, exported to TypeScript, and walked by a test
that tries every request in every state from every standing.
"""

from msgspec import Struct

from protocol import facts as f
from protocol import requests as r
from protocol.fields import State

OPEN: tuple[State, ...] = (
    "calling",
    "identity",
    "agreement",
    "recording",
    "waiting",
    "talking",
)


class Row(Struct, frozen=True, kw_only=True):
    """One request or incident: who may ask it (`by`, any of these standings), within which
    states, the facts it can give, and the states the session can then be in (none: as before).
    """

    asked: type[Struct]
    by: frozenset[str]
    within: tuple[State, ...]
    gives: tuple[type[f.Fact], ...]
    then: tuple[State, ...] = ()


def _row(
    asked: type[Struct],
    by: str,
    within: tuple[State, ...],
    gives: tuple[type[f.Fact], ...],
    *then: State,
) -> Row:
    return Row(asked=asked, by=frozenset(by.split()), within=within, gives=gives, then=then)


# A table is read across.
# fmt: off
TABLE: tuple[Row, ...] = (
    _row(r.Start, "customer", ("new",), (f.Opened,), "identity", "agreement", "recording", "waiting"),
    _row(r.Call, "team", ("new",), (f.Called,), "calling"),
    _row(r.AnswerCall, "customer", ("calling",), (f.CallAccepted, f.Ended), "agreement", "recording", "waiting", "ended"),
    _row(r.SendCode, "customer", ("identity",), (f.CodeSent,)),
    _row(r.ConfirmCode, "customer", ("identity",), (f.CodeConfirmed, f.CodeRejected, f.Ended), "identity", "agreement", "recording", "waiting", "ended"),
    _row(r.AcceptAgreement, "customer", ("agreement",), (f.AgreementAccepted,), "recording", "waiting"),
    _row(r.DeclineAgreement, "customer", ("agreement",), (f.Ended,), "ended"),
    _row(r.AnswerRecording, "customer", ("recording",), (f.RecordingAnswered,), "waiting", "ended"),
    _row(r.WithdrawRecording, "customer", ("waiting", "talking"), (f.RecordingWithdrawn,), "waiting", "talking", "ended"),
    _row(r.Notify, "broker", ("waiting",), (f.Noticed,)),
    _row(r.LeaveOnNotice, "customer", ("waiting",), (f.Ended,), "ended"),
    _row(r.Orphan, "broker", ("waiting",), (f.Ended,), "ended"),
    _row(r.Offer, "broker", ("waiting",), (f.Offered,)),
    _row(r.PassOn, "broker", ("waiting", "talking"), (f.OfferExpired,)),
    _row(r.Accept, "team offered", ("waiting", "talking"), (f.Accepted,), "talking"),
    _row(r.Decline, "offered", ("waiting", "talking"), (f.Declined, f.Ended), "waiting", "talking", "ended"),
    _row(r.Say, "customer owner joined", ("waiting", "talking"), (f.Said,)),
    _row(r.TakeBack, "owner joined", ("talking", "ended"), (f.TakenBack,)),
    _row(r.Note, "owner joined", ("talking",), (f.Noted,)),
    _row(r.Nudge, "owner joined", ("talking",), (f.Nudged,)),
    _row(r.ReportNudge, "customer", ("talking",), (f.NudgeReported,)),
    _row(r.PushLink, "owner joined", ("talking",), (f.LinkPushed,)),
    _row(r.Extend, "customer owner", ("talking",), (f.Extended,)),
    _row(r.Transfer, "owner", ("talking",), (f.Transferred, f.Offered), "waiting", "talking"),
    _row(r.ReturnToQueue, "owner", ("talking",), (f.Returned,), "waiting"),
    _row(r.Invite, "owner", ("talking",), (f.Invited,)),
    _row(r.Join, "invited lead", ("talking",), (f.Joined,)),
    _row(r.DeclineInvitation, "invited", ("talking",), (f.InvitationDeclined,)),
    _row(r.Leave, "joined", ("talking",), (f.Left,)),
    _row(r.TakeOver, "lead", ("talking",), (f.TakenOver,)),
    _row(r.Monitor, "lead", ("talking",), (f.Monitored, f.MonitoringAnnounced)),
    _row(r.StopMonitoring, "monitoring", ("talking",), (f.MonitoringStopped, f.AnnouncedMonitoringStopped)),
    _row(r.Unwatch, "broker", ("talking",), (f.MonitoringStopped, f.AnnouncedMonitoringStopped)),
    _row(r.RequestGrants, "owner joined", ("talking",), (f.GrantsRequested,)),
    _row(r.AnswerGrants, "customer", ("talking",), (f.GrantsGiven, f.GrantsRefused)),
    _row(r.Release, "owner joined", ("talking",), (f.GrantWithdrawn,)),
    _row(r.Revoke, "customer", ("talking",), (f.GrantWithdrawn,)),
    _row(r.RequestSystem, "owner joined", ("talking",), (f.SystemRequested,)),
    _row(r.TellSystem, "customer", ("talking",), (f.SystemTold,)),
    _row(r.RequestAction, "owner joined", ("talking",), (f.ActionRequested,)),
    _row(r.AnswerAction, "customer", ("talking",), (f.ActionAnswered,)),
    _row(r.ReportAction, "customer", ("talking",), (f.ActionReported,)),
    _row(r.ShareScreen, "customer", ("talking",), (f.ScreenShared,)),
    _row(r.ChangeSharing, "customer", ("talking",), (f.SharingChanged,)),
    _row(r.StopSharing, "customer", ("talking",), (f.SharingStopped,)),
    _row(r.PauseSharing, "broker", ("talking",), (f.SharingPaused,)),
    _row(r.ResumeSharing, "broker", ("talking",), (f.SharingResumed,)),
    _row(r.OfferApp, "owner joined", ("talking",), (f.AppOffered,)),
    _row(r.DeclineApp, "customer", ("talking",), (f.AppDeclined,)),
    _row(r.MoveTo, "customer", ("waiting", "talking"), (f.Moved,)),
    _row(r.PauseRecording, "owner", ("talking",), (f.RecordingPaused,)),
    _row(r.ResumeRecording, "owner", ("talking",), (f.RecordingResumed,)),
    _row(r.OfferFile, "customer owner joined", ("talking",), (f.FileOffered,)),
    _row(r.AnswerFile, "customer owner joined", ("talking",), (f.FileAnswered,)),
    _row(r.WithdrawFile, "customer owner joined", ("waiting", "talking"), (f.FileWithdrawn,)),
    _row(r.FileCheckBegins, "broker", ("waiting", "talking"), (f.FileCheckBegun,)),
    _row(r.FileArrives, "broker", ("waiting", "talking"), (f.FileArrived,)),
    _row(r.FileWithheld, "broker", ("waiting", "talking"), (f.FileRefused,)),
    _row(r.Drop, "broker", OPEN, (f.Dropped,)),
    _row(r.ComeBack, "broker", OPEN, (f.CameBack,)),
    _row(
        r.Lapse,
        "broker",
        OPEN,
        (f.Ended, f.CodeSent, f.Met, f.MeetingMissed, f.Offered, f.Greeted, f.OfferExpired, f.Held, f.Warned, f.OwnerChanged, f.Returned, f.GrantsRefused, f.GrantWithdrawn, f.ActionAnswered),
        "identity",
        "waiting",
        "talking",
        "ended",
    ),
    _row(r.End, "customer owner caller", OPEN, (f.Ended,), "ended"),
    _row(r.SubmitSurvey, "customer", ("ended",), (f.SurveySubmitted,)),
    _row(r.SkipSurvey, "customer", ("ended",), (f.SurveySkipped,)),
    _row(r.WrapUp, "owner", ("talking", "ended"), (f.WrappedUp,)),
    _row(r.Wipe, "broker", ("ended",), (f.Wiped,)),
    _row(r.EraseMyTexts, "customer", (*OPEN, "ended"), (f.TextsErased,)),
)
# fmt: on

ROWS: dict[type[Struct], Row] = {row.asked: row for row in TABLE}
