"""What the window shows: a pure function of what is true and of what its reader has done.

Which screen is on follows from the session's state alone, as in the customer's page.
"""

from customer_client.window.chat import chat
from customer_client.window.conduct import is_on
from customer_client.window.consents import (
    agreement_question,
    call_question,
    identity_check,
    moment,
    recording_question,
)
from customer_client.window.deeds import Close, Go, GoOnInBrowser, OpenAddress
from customer_client.window.ended import ended, moved_back
from customer_client.window.lines import face, unread
from customer_client.window.nodes import Button, Column, Face, Node, Row, Scroll, Text, walk
from customer_client.window.questions import is_asked
from customer_client.window.recording import recording_text
from customer_client.window.screen import banner, share_sheet
from customer_client.window.sheets import (
    delete_question,
    emoji_sheet,
    end_question,
    mail_form,
    menu,
    withdraw_question,
)
from customer_client.window.starting import code_form, message_left, start_form
from customer_client.window.state import Case, Local, is_away
from customer_client.words import Words


def view(case: Case, local: Local) -> Column:
    """Return the whole window."""
    t = Words(local.language)
    return Column(
        key="window",
        children=(_header(case, t), *_notices(case, local, t), *_body(case, local, t)),
        gap=10,
    )


def title(case: Case) -> str:
    """Return what stands in the window's title: also how much was not read yet."""
    organisation = (case.site or {}).get("organisation", "")
    name = f"Deskside – {organisation}" if organisation else "Deskside"
    count = unread(case) if case.session and case.session.state == "talking" else 0
    return f"({count}) {name}" if count else name


def heading(shown: Column) -> str:
    """Return what `shown` is about, in a few words: for the task bar."""
    texts = [each for each in walk(shown) if isinstance(each, Text)]
    titles = (each.text for each in texts if each.voice == "title" or each.key == "heading")
    # Below the organisation's name stands how far it is; a rep's name says that itself.
    details = [each.text for each in texts if each.key == "detail"]
    return next(titles, "") or next(iter(details), texts[0].text)


def is_ticking(case: Case) -> bool:
    """Say whether something is shown that changes with each second."""
    session = case.session
    if not session or session.state == "ended":
        return False
    waits = session.state in ("calling", "identity", "agreement", "recording")
    return bool(
        waits
        or is_asked(case)
        or session.grants
        or session.warned_until
        or (session.state == "waiting" and session.meeting == "direct")
    )


def _notices(case: Case, local: Local, t: Words) -> list[Node]:
    parts = banner(case, local, t)
    if case.is_dismissed:
        text = t("The connection was closed. Please download the app again.")
        parts.append(Column(key="line", children=(Text(text=text),), ground="warn"))
    elif case.newer:
        parts.append(_outdated(case.newer, t))
    elif local.notice == "lost":
        text = t("Connection lost. Reconnecting… What you type is kept.")
        parts.append(Column(key="line", children=(Text(text=text),), ground="warn"))
    elif local.notice == "back":
        text = t("You are connected again.")
        parts.append(Column(key="line", children=(Text(text=text),), ground="tint"))
    return parts


def _outdated(address: str, t: Words) -> Column:
    """Say that the server has moved on, and lead to where the chat can be seen as it is."""
    text = t("The server is newer than this app, which may not show everything.")
    ways = (
        Button(text=t("Download the app"), does=OpenAddress(url=address)),
        Button(text=t("Go on in the browser"), does=GoOnInBrowser(), look="main"),
    )
    children = (Text(text=text), Row(key="ways", children=ways, even=True))
    return Column(key="newer", children=children, ground="warn")


def _header(case: Case, t: Words) -> Node:
    session, site = case.session, case.site or {}
    organisation = site.get("organisation", "Deskside")
    shown, name, detail = Face(name=organisation), organisation, t("Support")
    if session:
        rep = session.names.get(session.owner, "")
        if session.state == "talking" and rep:
            away = session.owner in session.gone
            shown = face(case, session.owner, rep, "away" if away else "here")
            name, detail = rep, t("Reconnecting…") if away else organisation
        elif session.state == "waiting":
            detail = t("Waiting for a colleague")
        elif session.state == "ended":
            detail = t("Chat ended")
    recorded = recording_text(t, session) if session and session.state != "ended" else ""
    key = "" if session and session.state == "talking" else "detail"
    details = [Text(key=key, text=detail, voice="hint")]
    if recorded:
        details.append(Text(text=recorded, voice="hint"))
    names = Column(
        key="names", children=(Text(text=name, voice="name"), *details), gap=0, grows=True
    )
    ways: list[Node] = []
    if is_on(case):
        ways.append(Button(key="end", text=t("End chat"), does=Close(), look="quiet"))
    ways.append(Button(key="menu", text="⋮", does=Go(sheet="menu"), look="quiet", says=t("Menu")))
    return Row(key="header", children=(shown, names, *ways))


def _body(case: Case, local: Local, t: Words) -> tuple[Node, ...]:
    if case.site is None:
        return _one(_connecting(case, t))
    session = case.session
    if sheet := _sheet(case, local, t):
        return _one(sheet)
    if session is None:
        return _one(_before(case, local, t))
    if session.state in ("waiting", "talking"):
        return _on(case, local, t)
    if session.state == "ended":
        return ended(case, local, t)
    question = QUESTIONS.get(session.state)
    return _one(question(case, local, t) if question else moment(t))


QUESTIONS = {
    "calling": call_question,
    "identity": identity_check,
    "agreement": agreement_question,
    "recording": recording_question,
}


def _before(case: Case, local: Local, t: Words) -> Column:
    if case.left in ("left", "erased"):
        return message_left(case, local, t)
    return code_form(case, local, t) if case.code else start_form(case, local, t)


def _one(whole: Column) -> tuple[Node, ...]:
    return (Scroll(key=f"scroll {whole.key}", child=whole, grows=True),)


def _connecting(case: Case, t: Words) -> Column:
    text = t("Connecting…")
    if case.fault:
        text = t("The server cannot be reached at the moment. We keep trying.")
    return Column(key="connecting", children=(Text(text=text, voice="lead"),))


def _on(case: Case, local: Local, t: Words) -> tuple[Node, ...]:
    return moved_back(case, t) if is_away(case) else chat(case, local, t)


def _sheet(case: Case, local: Local, t: Words) -> Column | None:  # noqa: PLR0911 - one for each sheet
    session = case.session
    # A question that runs out is not hidden behind a sheet.
    if session and (is_asked(case) or session.warned_until) and local.sheet != "end":
        return None
    match local.sheet:
        case "menu":
            return menu(case, local, t)
        case "end" if is_on(case):
            return end_question(case, t)
        case "withdraw" if is_on(case):
            return withdraw_question(case, t)
        case "share" if is_on(case):
            return share_sheet(case, local, t)
        case "emoji" if is_on(case):
            return emoji_sheet(local, t)
        case "delete" if session:
            return delete_question(case, t)
        case "mail" if session and session.state != "identity":
            return mail_form(case, local, t)
    return None
