"""Waiting and talking: the same conversation, whoever is on the other side."""

from customer_client.window.deeds import Ask, ChooseFiles, Go, Say
from customer_client.window.lines import conversation
from customer_client.window.nodes import Button, Column, Field, Node, Row, Text
from customer_client.window.notices import known_notices, notices
from customer_client.window.questions import questions
from customer_client.window.screen import grants, share_button
from customer_client.window.state import Case, Local
from customer_client.words import Words, stopwatch
from protocol import requests as r
from protocol.session import Session

LONGEST = 4000
COUNTED_FROM = 3600


def chat(case: Case, local: Local, t: Words) -> tuple[Node, ...]:
    """Return everything below the header of a session that is on."""
    session = case.session
    assert session
    above: list[Node] = [*grants(case, local, t)]
    if session.state == "waiting":
        above += _waiting(case, session, local, t)
        above += notices(known_notices(case), t, key="notice", can_leave=True)
    below = [
        *questions(case, local, t),
        *share_button(case, t),
        *_about_reps(session, t),
    ]
    if session.warned_until:
        below.append(_inactivity(session, local, t))
    return (
        *_put(above, "above"),
        conversation(case, t, local.now),
        *_put(below, "below"),
        _composer(local, t, sends_files=session.state == "talking"),
    )


def _put(parts: list[Node], key: str) -> tuple[Node, ...]:
    return (Column(key=key, children=tuple(parts), gap=8),) if parts else ()


def _waiting(case: Case, session: Session, local: Local, t: Words) -> list[Node]:
    if session.meant_for:
        return _asked_for(session, local, t)
    position = case.position
    place = t("You are in the queue.")
    if position and position.position == 1:
        place = t("You are number 1 in the queue: you are next.")
    elif position:
        place = t("You are number {position} in the queue.", position=position.position)
    wait = t("How long it takes: we cannot say yet.")
    if position and position.most_within:
        half, most = t.minutes(position.half_within), t.minutes(position.most_within)
        wait = t("Half wait under {half}, nine of ten under {most}.", half=half, most=most)
    number = [Text(text=str(position.position), voice="number")] if position else []
    told = Column(
        children=(Text(text=place, voice="strong"), Text(text=wait, voice="hint")),
        gap=2,
        grows=True,
    )
    return [Row(key="queue", children=(*number, told), ground="tint")]


def _asked_for(session: Session, local: Local, t: Words) -> list[Node]:
    name = session.names.get(session.meant_for, "")
    if session.meeting != "direct":
        return [Text(key="queue", text=t("Connecting you with {name}…", name=name), voice="lead")]
    seconds = session.rules.direct_seconds
    until = session.state_since + seconds * 1000
    within = t.minutes(-(-seconds // 60))
    told = Column(
        children=(
            Text(text=t("We are asking {name} for you.", name=name), voice="strong"),
            Text(
                text=t("The answer comes within {time}. You need not do anything.", time=within),
                voice="hint",
            ),
        ),
        gap=2,
        grows=True,
    )
    left = Text(text=stopwatch(until - local.now), voice="number")
    return [Row(key="queue", children=(left, told), ground="tint")]


def _about_reps(session: Session, t: Words) -> list[Node]:
    """Say who reads along, and that the rep has lost the connection, as long as that is so."""
    parts: list[Node] = []
    if lead := ", ".join(session.names.get(each, "") for each in session.announced):
        reading = Text(text=t("{name} is reading along.", name=lead))
        parts.append(Column(key="reading", children=(reading,), ground="tint"))
    if session.owner and session.owner in session.gone:
        name = session.names.get(session.owner, "")
        lost = t("{name} has lost the connection and is reconnecting. Please stay.", name=name)
        parts.append(Column(key="lost", children=(Text(text=lost),), ground="warn"))
    return parts


def _inactivity(session: Session, local: Local, t: Words) -> Node:
    asked = t("Are you still there? Without a sign from you the chat ends soon.")
    left = stopwatch(session.warned_until - local.now)
    words = Text(text=f"{asked} {left}", grows=True)
    here = Button(text=t("I am still here"), does=Ask(kind=r.Extend), look="main")
    return Column(key="inactive", children=(words, here), ground="warn", gap=8)


def _composer(local: Local, t: Words, *, sends_files: bool) -> Node:
    text = local.drafts.get("say", "")
    left = f"  {LONGEST - len(text)}" if len(text) > COUNTED_FROM else ""
    field = Field(
        key="say",
        name="say",
        label="",
        text=text,
        rows=0,
        hint=t("Write a message…") + left,
        longest=LONGEST,
        enter=Say(),
        grows=True,
    )
    emoji = Button(key="emoji", text="☺", does=Go(sheet="emoji"), look="quiet", says=t("Emoji"))
    send = Button(
        key="send",
        text=t("Send"),
        does=Say(),
        look="main",
        is_enabled=bool(text.strip()),
    )
    attach = Button(
        key="attach", text="", does=ChooseFiles(), look="quiet", says=t("Attach file"), sign="clip"
    )
    ways = (attach, emoji, send) if sends_files else (emoji, send)
    return Row(key="composer", children=(field, *ways), gap=6)
