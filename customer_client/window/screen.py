"""What concerns the screen: who sees it, which way it goes, and what was allowed to whom.

The banner stands above everything else while something is shared, so that no sheet and nothing a rep
does can cover it.
"""

from customer_client.screen.choice import monitor, only
from customer_client.window.deeds import (
    Ask,
    ConfirmCode,
    ForgetProblem,
    Go,
    GoOnInBrowser,
    Pick,
    Share,
    StopSharing,
)
from customer_client.window.happenings import refusal_text, tool_text
from customer_client.window.lines import last
from customer_client.window.nodes import Button, Column, Node, Row, Switch, Text
from customer_client.window.questions import is_asked
from customer_client.window.state import Case, Local
from customer_client.words import Words, stopwatch
from protocol import facts as f
from protocol import requests as r
from protocol.session import Session

LONGEST_TITLE = 60
MINUTE_MS = 60_000
SECONDS_SHOWN_MS = 2 * MINUTE_MS


def banner(case: Case, local: Local, t: Words) -> list[Node]:
    """Return who sees the screen, since when, and the way to stop; nothing while nothing is shared."""
    session = case.session
    if not session or session.state == "ended":
        return []
    parts: list[Node] = []
    if session.sharing:
        who = Text(key="heading", text=_who(session, t), voice="strong")
        since = Text(text=_since(case, local, t), voice="hint")
        actions = (
            Button(key="change", text=t("Change sharing"), does=Go(sheet="share")),
            Button(key="stop", text=t("Stop sharing"), does=StopSharing(), look="danger"),
        )
        rows = (who, since, *path_rows(case, t), Row(key="actions", children=actions, even=True))
        parts.append(Column(key="banner", children=rows, ground="share", gap=6))
    parts += pause_rows(case, local, t)
    if case.picture.problem:
        parts.append(_problem(case.picture.problem, t))
    return parts


def pause_rows(case: Case, local: Local, t: Words) -> list[Node]:
    """Say by whom the recording is paused, why, and who sees what is shared meanwhile."""
    session = case.session
    pause = last(case.entries, f.RecordingPaused)
    if not session or not session.recording_paused or not pause:
        return []
    name, time = session.names.get(pause.by, ""), t.time_of_day(pause.at, local.now)
    by = t("Recording is paused by {name}.", name=name)
    if pause.why:
        by = t("Recording is paused by {name}: {why}", name=name, why=pause.why)
    seen = t(
        "Nothing is recorded since {time}, and {name} does not see your screen.",
        time=time,
        name=name,
    )
    if pause.viewed:
        seen = t(
            "Nothing is recorded since {time}. {name} still sees what you share.",
            time=time,
            name=name,
        )
    told = (Text(text=by), Text(text=seen, voice="hint"))
    return [Column(key="pause", children=told, ground="tint", gap=4)]


def _problem(problem: str, t: Words) -> Node:
    """Say why nothing is shared; where the browser could, lead there."""
    words = Text(key="heading", text=problem_text(t, problem))
    ways = [Button(text=t("Close"), does=ForgetProblem())]
    if problem in ("wayland", "system"):
        ways.append(Button(text=t("Go on in the browser"), does=GoOnInBrowser(), look="main"))
    row = Row(key="ways", children=tuple(ways), even=True)
    return Column(key="problem", children=(words, row), ground="warn", gap=8)


def path_rows(case: Case, t: Words) -> list[Node]:
    """Return the code of a direct path, which both people compare; nothing where there is none."""
    path, session = case.picture.path, case.session
    if not path or not path.code or not session:
        return []
    name = session.names.get(path.rep, "")
    if path.is_verified:
        return [Text(key="code", text=t("Verified: nobody is in between."), voice="hint")]
    if path.is_confirmed:
        told = t("You found the code to be the same. {name} has not confirmed it yet.", name=name)
        return [Text(key="code", text=told, voice="hint")]
    half = len(path.code) // 2
    told = t("{name} should read this code on their screen, too:", name=name)
    code = Text(text=f"{path.code[:half]} {path.code[half:]}", voice="number", grows=True)
    same = Button(text=t("It is the same"), does=ConfirmCode())
    return [Text(key="compare", text=told, voice="hint"), Row(key="code", children=(code, same))]


def _who(session: Session, t: Words) -> str:
    if session.sharing_paused:
        return t("Sharing is paused because it cannot be recorded at the moment.")
    reps = [session.names.get(each.rep, "") for each in session.grants if each.tool == "view"]
    names = t.listed(dict.fromkeys(filter(None, reps)))
    if not names:
        return t("Nobody can see your screen at the moment")
    return t("Your screen can be seen by {names}", names=names)


def _since(case: Case, local: Local, t: Words) -> str:
    session = case.session
    assert session
    shared = next(
        (e.fact.at for e in reversed(case.entries) if isinstance(e.fact, f.ScreenShared)), local.now
    )
    parts = [t("since {time}", time=t.time_of_day(shared, local.now)), _what(case, t)]
    if not session.sharing_paused:
        is_recorded = session.recording == "allowed" and not session.recording_paused
        parts.append(t("recorded") if is_recorded else t("not recorded"))
    if path := case.picture.path:
        parts.append(t("directly to {name}", name=session.names.get(path.rep, "")))
    if case.picture.here and not case.picture.open:
        parts.append(t("reconnecting…"))
    return " · ".join(parts)


def _what(case: Case, t: Words) -> str:
    choice = case.picture.choice
    if choice.what == "applications":
        names = {each.key: each.name for each in case.picture.applications}
        return t(
            "only {names}", names=t.listed(names.get(k, "?") for k in sorted(choice.applications))
        )
    return monitor_text(case, choice.monitor, t)


def monitor_text(case: Case, number: int, t: Words) -> str:
    """Return what sharing monitor `number` shows, 0 being all of them."""
    names = case.picture.monitors
    if not number:
        return t("the whole screen") if len(names) < 2 else t("all monitors")
    name = names[number - 1] if number <= len(names) else ""
    return t("monitor {number} ({name})", number=number, name=name)


def problem_text(t: Words, problem: str) -> str:
    """Return why nothing is shared, and what can be done."""
    if problem == "wayland":
        return t(
            "This desktop runs on Wayland, which lets no program read the screen. Your browser can show it: this chat goes on there."
        )
    if problem == "system":
        return t(
            "The app cannot share this computer's screen. Your browser can: this chat goes on there."
        )
    return refusal_text(t, problem)


def grants(case: Case, local: Local, t: Words) -> list[Node]:
    """Return what is allowed to whom at this moment, and the way to take it back."""
    session = case.session
    if not session or session.state != "talking" or not session.grants:
        return []
    rows: list[Node] = []
    for each in session.grants:
        name = session.names.get(each.rep, "")
        what = t("{name} may {what}", name=name, what=tool_text(t, each.tool))
        since = t("since {time}", time=t.time_of_day(each.since, local.now))
        left = t("{time} left", time=_time_left(each.until - local.now, t))
        told = Column(
            children=(Text(text=what), Text(text=f"{since} · {left}", voice="hint")),
            gap=0,
            grows=True,
        )
        back = Button(
            text=t("Take back"),
            does=Ask(kind=r.Revoke, about={"tool": each.tool, "rep": each.rep}),
            look="quiet",
        )
        rows.append(Row(key=f"{each.tool} {each.rep}", children=(told, back)))
    return [Column(key="grants", children=tuple(rows), ground="raised", gap=6)]


def _time_left(left: int, t: Words) -> str:
    """Return `left` (ms) in words that change once a minute, until the last two: who shares the whole screen
    shows this window as well, and each change of it is one of the picture."""
    if left > SECONDS_SHOWN_MS:
        return t.minutes(-(-left // MINUTE_MS))
    return stopwatch(left)


def share_button(case: Case, t: Words) -> list[Node]:
    """Return the way to show one's screen, where that may be."""
    session = case.session
    if not session or session.state != "talking" or session.sharing or is_asked(case):
        return []
    is_refused = session.recording in ("refused", "withdrawn")
    if is_refused and session.rules.refusal_policy == "no_screen":
        return []
    is_free = "ShareScreen" not in case.asking
    return [
        Button(key="share", text=t("Share my screen"), does=Go(sheet="share"), is_enabled=is_free)
    ]


def share_sheet(case: Case, local: Local, t: Words) -> Column:
    """Let the customer choose what is shown: all monitors, one, or some applications."""
    session = case.session
    is_shared = bool(session and session.sharing)
    title = t("Change what you share") if is_shared else t("What do you want to show?")
    numbers = range(len(case.picture.monitors) + 1) if len(case.picture.monitors) > 1 else [0]
    choices = [
        Button(
            key=f"monitor {number}",
            text=_sentence(monitor_text(case, number, t)),
            does=Share(choice=monitor(number)),
            look="main" if is_shared and monitor(number) == case.picture.choice else "plain",
        )
        for number in numbers
    ]
    stop = [Button(text=t("Stop sharing"), does=StopSharing(), look="danger")] if is_shared else []
    return Column(
        key="share",
        children=(
            Text(text=title, voice="title"),
            Text(text=t("What is shared stays in view above the chat."), voice="lead"),
            *choices,
            *_applications(case, local, t),
            *stop,
            Button(text=t("Back"), does=Go(), look="quiet"),
        ),
    )


def _applications(case: Case, local: Local, t: Words) -> list[Node]:
    """Return the programs of which only the windows are shown, whatever lies over them."""
    there = case.picture.applications
    if not there:
        return []
    switches = [
        Switch(
            key=each.key,
            text=f"{each.name}: {', '.join(each.titles)}"[:LONGEST_TITLE],
            is_on=each.key in local.picked,
            does=Pick(key=each.key),
        )
        for each in there
    ]
    picked = local.picked & {each.key for each in there}
    show = Button(
        key="picked",
        text=t("Show only these applications"),
        does=Share(choice=only(*picked)),
        is_enabled=bool(picked),
    )
    title = Text(text=t("Or only some applications:"), voice="strong")
    hint = Text(text=t("Everything else stays hidden, also what lies over them."), voice="hint")
    return [title, hint, *switches, show]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
