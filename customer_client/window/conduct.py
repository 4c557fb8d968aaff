"""What a deed and a new case change in what the reader has typed, chosen and opened: pure rules."""

from msgspec.structs import replace

from customer_client.window import deeds as d
from customer_client.window.state import LARGEST_TEXT, Case, Local, is_away
from protocol import facts as f

NUDGE_FRESH_MS = 10_000
"""A nudge older than this is history, not a call."""

FRESH_MS = 5_000
TUNES: dict[type[f.Fact], tuple[int, ...]] = {
    f.Said: (880,),
    f.LinkPushed: (880,),
    f.Accepted: (523, 784),
    f.Met: (523, 784),
    f.Called: (988, 740, 988, 740),
    f.GrantsRequested: (659, 880),
    f.ActionRequested: (659, 880),
}
"""The notes of each sound, in hertz, one after the other."""

NUDGE_TUNE = (988, 740, 988)
SCOPES = {"once", "quarter_hour", "session"}


def change(local: Local, deed: d.Deed, case: Case) -> Local:  # noqa: C901, PLR0911 - one case a deed
    """Return what `deed` makes of `local`."""
    match deed:
        case d.Typed():
            return _typed(local, deed)
        case d.Go():
            # What opens a sheet closes it again.
            sheet = "" if deed.sheet == local.sheet else deed.sheet
            return replace(local, sheet=sheet)
        case d.Prefer():
            size = min(LARGEST_TEXT, max(0, local.text_size + deed.larger))
            muted = local.is_muted != deed.mute
            language = deed.language or local.language
            return replace(local, text_size=size, is_muted=muted, language=language)
        case d.Start() | d.LeaveMessage() if not deed.is_good:
            return replace(local, tries=local.tries + 1)
        case d.UseCode() if not deed.digits:
            return _with(local, "code", "")
        case d.Say():
            return replace(_with(local, "say", ""), sheet="")
        case d.Edit() if deed.keep:
            line = next((each.text for each in case.own if each.id == deed.line), "")
            draft = local.drafts.get("say", "")
            return _with(local, "say", f"{line}\n{draft}" if draft else line)
        case d.Pick():
            return replace(local, picked=local.picked ^ {deed.key})
        case d.Share() | d.StopSharing():
            return replace(local, sheet="")
        case d.Close() if is_on(case):
            return replace(local, sheet="end")
    return local


def _typed(local: Local, typed: d.Typed) -> Local:
    if typed.field == "scope" and typed.text in SCOPES:
        return replace(local, scope=typed.text)
    if typed.field == "rating":
        return replace(local, rating=int(typed.text))
    if local.sheet == "emoji" and typed.field == "say":
        # A sign was picked.
        local = replace(_with(local, "emoji", ""), sheet="")
    return _with(local, typed.field, typed.text)


def _with(local: Local, field: str, text: str) -> Local:
    return replace(local, drafts={**local.drafts, field: text})


def settle(local: Local, before: Case, after: Case) -> Local:
    """Return what news make of `local`: what was done is closed, what was used is empty."""
    session, earlier = after.session, before.session
    if not session:
        return local
    if local.sheet == "end" and session.state == "ended":
        local = replace(local, sheet="")
    if local.sheet == "withdraw" and session.recording == "withdrawn":
        local = replace(local, sheet="")
    if local.sheet == "mail" and session.state == "identity":
        sent = earlier.codes_sent if earlier else 0
        local = replace(local, sheet="") if session.codes_sent > sent else local
    if earlier and session.wrong_codes > earlier.wrong_codes:
        local = _with(local, "identity", "")
    if session.erased and not (earlier and earlier.erased):
        # What stands in the fields and was not sent is theirs as well.
        local = replace(local, drafts={})
    if local.sheet == "menu" and (not earlier or earlier.state != session.state):
        local = replace(local, sheet="")
    return local


def is_on(case: Case) -> bool:
    """Say whether there is a chat that closing the window would end."""
    on = case.session is not None and case.session.state in ("waiting", "talking")
    return on and not is_away(case)


def fresh(before: Case, after: Case, now: int, within: int) -> list[f.Fact]:
    """Return what others have done just now."""
    known = len(before.entries)
    news = (entry.fact for entry in after.entries[known:])
    return [fact for fact in news if fact.by != after.me and now - fact.at < within]


def tune(before: Case, after: Case, now: int) -> tuple[int, ...]:
    """Return the notes of the newest thing that sounds, if there is one."""
    tunes = [TUNES.get(type(fact), ()) for fact in fresh(before, after, now, FRESH_MS)]
    return next((each for each in reversed(tunes) if each), ())


def is_turn(before: Case, after: Case) -> bool:
    """Say whether the customer waited, and somebody is there now."""
    waited = before.session is not None and before.session.state == "waiting"
    return waited and after.session is not None and after.session.state == "talking"


def is_nudge(before: Case, after: Case, now: int) -> bool:
    """Say whether the customer has just been called."""
    return any(isinstance(fact, f.Nudged) for fact in fresh(before, after, now, NUDGE_FRESH_MS))
