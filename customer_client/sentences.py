"""What a customer reads on a terminal, in their language."""

from customer_client.words import Words
from protocol import facts as f
from protocol.fields import Tool
from protocol.session import Session


def wish(t: Words, tool: Tool) -> str:
    """Return what a rep who asks for `tool` asks to do."""
    sentences: dict[Tool, str] = {
        "view": t("see your screen"),
        "control": t("use your mouse and keyboard"),
        "clipboard": t("exchange copied text with you"),
        "files": t("exchange files with you"),
        "system_information": t("read what your computer is made of and which programs run"),
        "special_actions": t(
            "lock your screen, log you off, or open the task manager or a page, asking you each time"
        ),
    }
    return sentences[tool]


def consent(t: Words, which: str) -> str:
    """Return the question about the agreement or about recording."""
    if which == "recording":
        return t("May we record this session?")
    return t("Do you accept?")


def told(t: Words, fact: f.Fact, session: Session) -> str:
    """Return what the customer is to read of `fact`; nothing of most."""
    name = session.names.get(fact.by, "")
    if isinstance(fact, f.Said):
        return "" if fact.by == session.customer else f"{name or 'Deskside'}: {fact.text}"
    if isinstance(fact, f.LinkPushed):
        link = f"{fact.title} {fact.url}".strip()
        return t("{name} sends a link: {link}", name=name, link=link)
    if isinstance(fact, f.Accepted):
        return t("{name} is here to help.", name=fact.name)
    if isinstance(fact, f.Noticed):
        return fact.text
    return next((line for kind, line in _lines(t).items() if isinstance(fact, kind)), "")


def _lines(t: Words) -> dict[type[f.Fact], str]:
    attention = t("The representative would like your attention.")
    return {
        f.Nudged: f"\a{attention}",
        f.GrantsRefused: t("Nothing was allowed."),
        f.ScreenShared: t(
            "Your screen is shared now. Type /stop, or press Ctrl+Alt+End, to end that."
        ),
        f.SharingChanged: t("What you share has changed."),
        f.SharingStopped: t("Your screen is not shared any more."),
        f.SharingPaused: t("Sharing is paused because it cannot be recorded at the moment."),
        f.SharingResumed: t("Sharing goes on."),
        f.Ended: t("The session has ended."),
    }
