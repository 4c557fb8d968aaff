"""What a rep asks of the customer: grants, and special actions. No answer in time is a no."""

from collections.abc import Sequence

from customer_client.window.consents import time_left
from customer_client.window.deeds import Answer, Ask, Deed
from customer_client.window.happenings import action_text, tool_text
from customer_client.window.lines import last
from customer_client.window.nodes import Button, Choice, Column, Node, Row, Text
from customer_client.window.state import Case, Local
from customer_client.words import Words
from protocol import facts as f
from protocol import requests as r
from protocol.fields import SpecialAction


def questions(case: Case, local: Local, t: Words) -> list[Node]:
    """Return what is asked now; one waits for the other, so that no answer meets the wrong one."""
    return grant_question(case, local, t) or action_question(case, local, t)


def is_asked(case: Case) -> bool:
    """Say whether a question with a countdown stands open."""
    session = case.session
    return bool(session and (session.prompt or (session.action and not session.action.allowed)))


def grant_question(case: Case, local: Local, t: Words) -> list[Node]:
    """A rep asks for tools, and the customer says for how long."""
    session = case.session
    if not session or not session.prompt:
        return []
    prompt = session.prompt
    scope = Choice(
        key="scope",
        name="scope",
        label=t("Allow it"),
        options=(
            ("once", t("just once, for up to 5 minutes")),
            ("quarter_hour", t("for 15 minutes")),
            ("session", t("for this session, up to half an hour")),
        ),
        chosen=local.scope,
    )
    stop = Text(text=t("You can stop at any moment."), voice="hint")
    return _question(
        t,
        name=session.names.get(prompt.rep, ""),
        wishes=[tool_text(t, tool) for tool in prompt.tools],
        about=(stop, scope),
        left=time_left(prompt.until, local.now, t),
        answers=(Answer(allowed=False), Answer(allowed=True)),
        key=f"prompt {prompt.until}",
        is_free="AnswerGrants" not in case.asking,
    )


def action_question(case: Case, local: Local, t: Words) -> list[Node]:
    """A rep asks for a special action, which is put to the customer each time."""
    session = case.session
    if not session or not session.action or session.action.allowed:
        return []
    action = session.action
    asked = last(case.entries, f.ActionRequested)
    no, yes = (Ask(kind=r.AnswerAction, about={"allowed": each}) for each in (False, True))
    return _question(
        t,
        name=session.names.get(action.rep, ""),
        wishes=[action_text(t, action.action, asked.url if asked else "")],
        about=(Text(text=_meaning(t, action.action), voice="hint"),),
        left=time_left(action.until, local.now, t),
        answers=(no, yes),
        key=f"action {action.until}",
        is_free="AnswerAction" not in case.asking,
    )


def _meaning(t: Words, action: SpecialAction) -> str:
    """Return what it means to say yes, to read before one does."""
    return {
        "lock": t("You unlock it again with your own password."),
        "log_off": t("Save your work before: all programs are closed, and this chat ends."),
        "task_manager": t("It shows what runs on your computer."),
        "open_page": t("It opens in your browser."),
    }[action]


def _question(  # noqa: PLR0913 - what a question consists of
    t: Words,
    *,
    name: str,
    wishes: Sequence[str],
    about: tuple[Node, ...],
    left: Text,
    answers: tuple[Deed, Deed],
    key: str,
    is_free: bool,
) -> list[Node]:
    heading = t("{name} asks for your permission", name=name)
    no, yes = answers
    pressed = (
        Button(text=t("Decline"), does=no, is_enabled=is_free),
        Button(text=t("Accept"), does=yes, look="main", is_enabled=is_free),
    )
    children = (
        Text(key="heading", text=heading, voice="strong"),
        Text(text=t("{name} would like to:", name=name)),
        Column(children=tuple(Text(text=f"•  {each}") for each in wishes), gap=2),
        *about,
        left,
        Row(children=pressed, even=True),
    )
    return [Column(key=key, children=children, ground="tint", gap=8)]
