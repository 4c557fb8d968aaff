"""What happened, as the customer reads it: the twin of `html5_client/src/happenings.ts`."""

import re
from collections.abc import Iterable
from typing import Any

from customer_client.words import Words
from protocol import facts as f
from protocol.fields import ActionOutcome, Ending, RefusalCode, SpecialAction, Tool
from protocol.session import Session

UNNAMED = re.compile(r"^\{name\}[,;:]?\s*|[,;:]?\s*\{name\}")
"""What goes with a name that is not there: "Welcome, {name}." becomes "Welcome." """


def tool_text(t: Words, tool: Tool) -> str:
    """Return what `tool` lets a rep do."""
    match tool:
        case "view":
            return t("see your screen")
        case "control":
            return t("use your mouse and keyboard")
        case "clipboard":
            return t("exchange copied text with you")
        case "files":
            return t("exchange files with you")
        case "system_information":
            return t("read what your computer is made of and which programs run")
        case "special_actions":
            return t(
                "lock your screen, log you off, or open the task manager or a page, asking you each time"
            )


def tools_text(t: Words, tools: Iterable[Tool]) -> str:
    """Return several tools as a sentence lists them."""
    return t.listed(tool_text(t, each) for each in tools)


def action_text(t: Words, action: SpecialAction, url: str = "") -> str:
    """Return what `action` does, as what a rep would like to do."""
    match action:
        case "lock":
            return t("lock your screen")
        case "log_off":
            return t("log you off")
        case "task_manager":
            return t("open the task manager")
        case "open_page":
            return t("open this web page: {url}", url=url) if url else t("open a web page")


def happening_text(t: Words, fact: f.Fact, session: Session) -> str:  # noqa: C901, PLR0911, PLR0912 - a table of sentences
    """Return a sentence about `fact`, or nothing when it is not worth one."""
    names = session.names
    name = names.get(fact.by, "")
    match fact:
        case f.Held():
            return fact.text
        case f.Accepted() | f.Met():
            return t("{name} is here for you.", name=fact.name)
        case f.MeetingMissed():
            return t("Your colleague is not there at the moment; somebody else will help you.")
        case f.Joined():
            return t("{name} has joined.", name=fact.name)
        case f.Left():
            return t("{name} has left.", name=name)
        case f.MonitoringAnnounced():
            return t("{name}, who leads the team, is reading along.", name=fact.name)
        case f.AnnouncedMonitoringStopped():
            return t("{name} no longer reads along.", name=names.get(fact.rep or fact.by, ""))
        case f.TakenOver():
            return t("{name} takes care of you now.", name=fact.name)
        case f.OwnerChanged():
            return t("{name} takes care of you now.", name=names.get(fact.rep, ""))
        case f.Transferred():
            return t("You are being passed on to other colleagues.")
        case f.Returned():
            return t("You are back in the queue; your place is kept.")
        case f.Nudged():
            return t("{name} is calling you.", name=name)
        case f.Dropped() if fact.party != session.customer:
            return t("{name} has lost the connection.", name=names.get(fact.party, ""))
        case f.CameBack() if fact.party != session.customer:
            return t("{name} is back.", name=names.get(fact.party, ""))
        case f.RecordingAnswered():
            return (
                t("Recording is allowed.") if fact.allowed else t("This session is not recorded.")
            )
        case f.RecordingPaused() if fact.why:
            return t("{name} paused the recording: {why}", name=name, why=fact.why)
        case f.RecordingPaused():
            return t("{name} paused the recording.", name=name)
        case f.RecordingResumed():
            return t("{name} let the recording go on.", name=name)
        case f.RecordingWithdrawn():
            return t("You have withdrawn the permission to record.")
    return _screen_text(t, fact, session)


def _screen_text(t: Words, fact: f.Fact, session: Session) -> str:  # noqa: PLR0911 - as above
    names = session.names
    match fact:
        case f.GrantsGiven():
            tools = tools_text(t, fact.tools)
            return t("You allow {name} to: {tools}", name=names.get(fact.rep, ""), tools=tools)
        case f.GrantsRefused() if fact.by == session.customer:
            return t("You did not allow: {tools}", tools=tools_text(t, fact.tools))
        case f.GrantsRefused():
            return t("The question was not answered, so nothing was allowed.")
        case f.GrantWithdrawn():
            tools = tool_text(t, fact.tool)
            return t("{name} may no longer: {tools}", name=names.get(fact.rep, ""), tools=tools)
        case f.ScreenShared():
            return t("You share your screen.")
        case f.SharingChanged():
            return t("You have changed what you share.")
        case f.SharingStopped():
            return t("Your screen is no longer shared.")
        case f.SharingPaused():
            return t("Sharing is paused.")
        case f.SharingResumed():
            return t("Sharing goes on.")
    return _computer_text(t, fact, session)


def _computer_text(t: Words, fact: f.Fact, session: Session) -> str:
    names = session.names
    match fact:
        case f.SystemTold():
            return t("{name} was told what your computer is made of.", name=names.get(fact.rep, ""))
        case f.ActionRequested():
            name, what = names.get(fact.by, ""), action_text(t, fact.action, fact.url)
            return t("{name} would like to {what}.", name=name, what=what)
        case f.ActionAnswered() if fact.allowed or fact.by == session.customer:
            return t("You allowed it.") if fact.allowed else t("You did not allow it.")
        case f.ActionAnswered():
            return t("The question was not answered, so nothing was allowed.")
        case f.ActionReported():
            return _outcome_text(t, fact.outcome)
    return _moving_text(t, fact, session)


def _moving_text(t: Words, fact: f.Fact, session: Session) -> str:
    match fact:
        case f.AppOffered():
            return t(
                "{name} suggests that you go on in the app.", name=session.names.get(fact.by, "")
            )
        case f.AppDeclined():
            return t("You stay in the browser.")
        case f.Moved(where="app"):
            return t("You go on in the app.")
        case f.Moved():
            return t("You go on in the browser.")
    return ""


def _outcome_text(t: Words, outcome: ActionOutcome) -> str:
    return {
        "done": t("It is done."),
        "failed": t("It did not work."),
        "not_possible": t("This computer cannot do that."),
    }[outcome]


def ending_text(t: Words, ending: Ending | str, rep: str) -> str:
    """Return why the chat is over."""
    sentences = {
        "agreement_declined": t("You declined the agreement, so no chat was started."),
        "agreement_timeout": t("The question was not answered in time, so no chat was started."),
        "recording_refused": t("Without recording this chat could not go on."),
        "identity_failed": t("The code was wrong too often, so no chat was started."),
        "identity_timeout": t("The code was not typed in time, so no chat was started."),
        "left_before_queue": t("You left before the chat began."),
        "call_refused": t("You did not take the call, so no chat was started."),
        "abandoned": t("You left the queue."),
        "left_on_notice": t("You left because of a notice."),
        "orphaned": t("Nobody is available any more. We are sorry."),
        "unanswered": t("Your request was not answered. We are sorry."),
        "busy": t("Everybody is busy at the moment. Please try again later."),
        "customer_ended": t("You have ended the chat."),
        "inactive": t("The chat has ended because nothing was written for a while."),
        "customer_lost": t("The chat has ended because you were away too long."),
        "rep_lost": t(
            "The chat has ended because your colleague lost the connection. We are sorry."
        ),
    }
    if ending == "rep_ended" and rep:
        return t("{name} has ended the chat.", name=rep)
    return sentences.get(ending) or t("The chat has ended.")


def refusal_text(t: Words, code: RefusalCode | str) -> str:
    """Return why the broker turned something down."""
    not_now = t("This is not possible at the moment.")
    sentences = {
        "not_now": not_now,
        "not_due": not_now,
        "too_soon": t("Please wait a moment before you do this again."),
        "too_late": t("It is too late for that."),
        "nobody_available": t("Nobody is available there right now."),
        "closed": t("This session has ended."),
        "wrong_text": t("The text has changed meanwhile. Please read it again."),
        "bad_address": t("Mail cannot be sent to this address. Please check it."),
        "no_grant": t("There is no permission for this."),
        "unknown_issue": t("This choice is not offered any more. Please choose again."),
        "unknown_code": t("This code is not known, was used already, or has expired."),
        "rate_limited": t("That was too much at once. Please wait a moment."),
        "unreachable": t("The server cannot be reached at the moment."),
    }
    return sentences.get(code) or t("That did not work. Please try again.")


def addressed(text: str, name: str) -> str:
    """Return `text` with `name` where it belongs, or without a gap where there is none."""
    return text.replace("{name}", name) if name else UNNAMED.sub("", text)


def erased_text(t: Words, fact: Any, session: Session) -> str:
    """Return what became of words: taken back by the rep who wrote them, or deleted."""
    is_taken_back = fact.by != session.customer and not session.deleted
    return t("Message taken back") if is_taken_back else t("Deleted")
