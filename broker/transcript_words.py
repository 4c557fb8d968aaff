"""What happened in a session, in sentences for officers: the words of an exported transcript.

The console says the same of a session that it shows (`rep_console/src/happenings.ts`), in the same words.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import NamedTuple

from broker.catalogue import filled, t
from protocol import facts as f
from protocol.fields import Shared
from protocol.session import BROKER, Session

Say = Callable[..., str]


class Names(NamedTuple):
    """What ids are called where the facts do not say it: accounts, teams, issues."""

    accounts: dict[str, str]
    teams: Mapping[str, str]
    issues: Mapping[str, str]


class Words(NamedTuple):
    """A line of a transcript: what it is (`said`, `note`, `fact`), who and what. `gone`: the words were erased."""

    kind: str
    who: str
    text: str
    gone: bool = False


def words_of(fact: f.Fact, session: Session, names: Names, language: str) -> Words | None:
    """Return what a transcript says of `fact`, after which `session` stood as it is; None where it is not
    worth a line.
    """
    teller = _Teller(session, names, partial(t, language))
    if isinstance(fact, f.Said | f.Noted):
        kind = "note" if isinstance(fact, f.Noted) else "said"
        return Words(kind, teller.name(fact.by), teller.kept(fact, fact.text), fact.erased)
    sentence = teller.sentence(fact)
    return Words("fact", "", sentence) if sentence else None


class _Teller:
    """Says one thing about a session."""

    def __init__(self, session: Session, names: Names, say: Say) -> None:
        self._session = session
        self._names = names
        self._say = say

    def name(self, party: str) -> str:
        """Return what `party` is called."""
        say = self._say
        if party == self._session.customer:
            return self._names.accounts.get(party, "") or say("Customer")
        return self._session.names.get(party) or self._names.accounts.get(party, "") or party

    def kept(self, fact: f.PersonalFact, words: str) -> str:
        """Return the words of `fact`, or that they are gone."""
        say = self._say
        return say("Deleted") if fact.erased else words

    def sentence(self, fact: f.Fact) -> str:
        """Return a sentence about `fact`, or nothing."""
        kind = type(fact)
        plain = _plain(self._say) | _moves(self._say)
        template = plain.get(kind, "") or self._chosen(fact)
        if not template:
            return ""
        # The words that fill it in are no sentence of ours.
        return filled(template, self._values(fact))

    def _values(self, fact: f.Fact) -> dict[str, str | int]:
        values: dict[str, str | int] = {"name": self.name(fact.by)}
        for field in ("rep", "party"):
            if whom := getattr(fact, field, ""):
                values["whom"] = self.name(whom)
        for field, value in (
            ("issue", self._names.issues),
            ("team", self._names.teams),
        ):
            if known := getattr(fact, field, ""):
                values[field] = value.get(known, known)
        values |= self._told(fact)
        return values

    def _told(self, fact: f.Fact) -> dict[str, str | int]:
        say = self._say
        told: dict[str, str | int] = {}
        if tools := getattr(fact, "tools", ()) or getattr(fact, "tool", ""):
            told["tools"] = _tools((tools,) if isinstance(tools, str) else tools, say)
        if isinstance(fact, f.ScreenShared | f.SharingChanged):
            told["what"] = _shared(fact.what, say)
        elif isinstance(fact, f.LinkPushed):
            link = " ".join(part for part in (fact.title, fact.url) if part)
            told["link"] = self.kept(fact, link)
        elif isinstance(fact, f.RecordingPaused):
            told |= {"why": fact.why, "seconds": fact.cut_seconds}
        elif isinstance(fact, f.FileOffered):
            told |= {"file": self.kept(fact, fact.name), "size": fact.size}
        elif isinstance(fact, f.FileArrived):
            told["digest"] = fact.file_digest
        elif isinstance(fact, f.Noticed):
            told["text"] = fact.text
        elif isinstance(fact, f.WrappedUp):
            told["what"] = self.kept(fact, fact.text) or fact.outcome
        elif isinstance(fact, f.SurveySubmitted):
            told |= {"rating": fact.rating, "text": self.kept(fact, fact.text)}
        return told

    def _chosen(self, fact: f.Fact) -> str:
        """Return the sentence for a fact that can be one of several things."""
        say, told = self._say, ""
        if isinstance(fact, f.RecordingAnswered):
            told = say("Recording was allowed.") if fact.allowed else say("Recording was refused.")
        elif isinstance(fact, f.OfferExpired):
            gone, silent = say("{whom} was not there any more."), say("{whom} did not answer.")
            told = gone if fact.gone else silent
        elif isinstance(fact, f.GrantsRefused):
            refused, silent = say("{name} refused: {tools}"), say("Not answered: {tools}")
            told = silent if fact.by == BROKER else refused
        elif isinstance(fact, f.RecordingPaused):
            cut = say("{name} paused the recording and took out the last {seconds} seconds: {why}")
            told = cut if fact.cut_seconds else say("{name} paused the recording: {why}")
        elif isinstance(fact, f.FileAnswered):
            taken, not_taken = say("{name} takes the file."), say("{name} does not take the file.")
            told = taken if fact.accepted else not_taken
        elif isinstance(fact, f.SurveySubmitted):
            rated, answered = say("Rated {rating} of 5."), say("Survey answered.")
            told = (rated if fact.rating else answered) + (" “{text}”" if fact.text else "")
        elif isinstance(fact, f.Ended):
            told = _endings(say).get(fact.ending) or say("The chat has ended.")
        return told


def _plain(say: Say) -> dict[type[f.Fact], str]:
    """Return the sentences about the picture, files and the end."""
    return {
        f.GrantsRequested: say("{name} asks for: {tools}"),
        f.GrantsGiven: say("Allowed to {whom}: {tools}"),
        f.GrantWithdrawn: say("No longer allowed to {whom}: {tools}"),
        f.ScreenShared: say("{name} shares {what}."),
        f.SharingChanged: say("{name} shares {what}."),
        f.SharingStopped: say("{name} stopped sharing."),
        f.SharingPaused: say("Sharing is paused."),
        f.SharingResumed: say("Sharing goes on."),
        f.RecordingResumed: say("The recording goes on."),
        f.RecordingWithdrawn: say("The permission to record was withdrawn."),
        f.FileOffered: say("{name} offers a file: {file}, {size} bytes"),
        f.FileWithdrawn: say("The file was withdrawn."),
        f.FileArrived: say("The file has arrived, SHA-256 {digest}"),
        f.FileRefused: say("The file was refused, and deleted."),
        f.Warned: say("Nothing was written for a while; the session ends soon."),
        f.WrappedUp: say("{name} wrapped up: {what}"),
        f.TextsErased: say("The customer deleted their texts."),
        f.Wiped: say("All texts of this session were deleted."),
    }


def _moves(say: Say) -> dict[type[f.Fact], str]:
    """Return the sentences about who comes and goes."""
    return {
        f.Opened: say("{name} came about: {issue}"),
        f.Called: say("{name} called the customer."),
        f.CallAccepted: say("The customer took the call."),
        f.AgreementAccepted: say("The agreement was accepted."),
        f.CodeConfirmed: say("The customer confirmed their address with a mailed code."),
        f.Noticed: say("A notice was shown: {text}"),
        f.Offered: say("Offered to {whom}."),
        f.Declined: say("{name} declined."),
        f.InvitationDeclined: say("{name} declined."),
        f.Accepted: say("{name} accepted the session."),
        f.Met: say("{whom} accepted the session."),
        f.MeetingMissed: say("The rep was not there; the customer waits in the queue."),
        f.Transferred: say("Passed on to {team}."),
        f.Returned: say("Returned to the queue of {team}."),
        f.Invited: say("{whom} was invited."),
        f.Joined: say("{name} joined."),
        f.Left: say("{name} left."),
        f.Monitored: say("{name} monitors the session."),
        f.MonitoringAnnounced: say("{name} monitors the session."),
        f.MonitoringStopped: say("{name} no longer monitors the session."),
        f.AnnouncedMonitoringStopped: say("{name} no longer monitors the session."),
        f.TakenOver: say("{name} took the session over."),
        f.OwnerChanged: say("{whom} is responsible now."),
        f.Nudged: say("{name} nudged the customer."),
        f.LinkPushed: say("{name} sent a link: {link}"),
        f.Dropped: say("{whom} lost the connection."),
        f.CameBack: say("{whom} is back."),
        f.Extended: say("{name} keeps the session open."),
    }


def _endings(say: Say) -> dict[str, str]:
    return {
        "agreement_declined": say("Ended: the agreement was declined."),
        "agreement_timeout": say("Ended: the agreement was not answered in time."),
        "recording_refused": say("Ended: recording was refused."),
        "identity_failed": say("Ended: the mailed code was wrong too often."),
        "identity_timeout": say("Ended: the mailed code was not typed in time."),
        "left_before_queue": say("Ended: the customer left before the queue."),
        "call_refused": say("Ended: the customer did not take the call."),
        "abandoned": say("Ended: the customer left the queue."),
        "left_on_notice": say("Ended: the customer left because of a notice."),
        "orphaned": say("Ended: nobody was available any more."),
        "unanswered": say("Ended: the request was not answered."),
        "busy": say("Ended: everybody was busy."),
        "customer_ended": say("Ended by the customer."),
        "rep_ended": say("Ended by the rep."),
        "inactive": say("Ended: nothing was written for a while."),
        "customer_lost": say("Ended: the customer was away too long."),
        "rep_lost": say("Ended: the rep was lost."),
    }


def _tools(tools: Iterable[str], say: Say) -> str:
    named = {
        "view": say("See the screen"),
        "control": say("Mouse and keyboard"),
        "clipboard": say("Clipboard"),
        "files": say("Files"),
        "system_information": say("System information"),
        "special_actions": say("Special actions"),
    }
    return ", ".join(named[each] for each in tools)


def _shared(shared: Shared, say: Say) -> str:
    named = {
        "screen": say("the whole screen"),
        "monitor": say("one monitor"),
        "applications": say("chosen applications"),
        "window": say("one window"),
        "tab": say("one browser tab"),
    }
    return named[shared]
