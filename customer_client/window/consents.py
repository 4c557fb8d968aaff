"""What is asked before a session begins: a call, a mailed code, the agreement, recording."""

import re
from typing import Any

from customer_client.window.deeds import Ask, Deed, Go
from customer_client.window.happenings import refusal_text
from customer_client.window.lines import last
from customer_client.window.nodes import Button, Column, Field, Node, Row, Text
from customer_client.window.recording import refusal_meaning
from customer_client.window.starting import EMAIL
from customer_client.window.state import Case, Local
from customer_client.words import Words, stopwatch
from protocol import facts as f
from protocol import requests as r

DIGITS = 6


def time_left(until: int, now: int, t: Words) -> Text:
    """Say how long a question stays open; `until` is in ms by the broker's clock."""
    left = t("You have {time} left to answer.", time=stopwatch(until - now))
    return Text(key="left", text=left, voice="hint")


def moment(t: Words) -> Column:
    """Return what stands while something is on its way."""
    return Column(key="moment", children=(Text(text=t("One moment, please…"), voice="lead"),))


def call_question(case: Case, local: Local, t: Words) -> Column:
    """A rep calls: the customer is asked before anything begins."""
    session, site = case.session, case.site or {}
    assert session
    name = session.names.get(session.meant_for, "")
    text = t(
        "{name} works for {organisation}. A chat begins only if you agree, and you can end it at any moment.",
        name=name,
        organisation=site.get("organisation", ""),
    )
    answers = (
        _answer(case, t("Not now"), Ask(kind=r.AnswerCall, about={"accepted": False})),
        _answer(case, t("Talk now"), Ask(kind=r.AnswerCall, about={"accepted": True}), main=True),
    )
    return Column(
        key="call",
        children=(
            Text(text=t("{name} would like to talk to you", name=name), voice="title"),
            Text(text=text, voice="lead"),
            time_left(session.call_until, local.now, t),
            Row(children=answers, even=True),
        ),
        gap=16,
    )


def agreement_question(case: Case, local: Local, t: Words) -> Column:
    """The site's agreement: nothing begins before it is accepted."""
    session = case.session
    assert session
    text = _current(case, "agreement", session.rules.agreement_digest)
    if not text:
        return moment(t)
    about = {"digest": text["digest"]}
    return _question(
        case,
        local,
        t,
        texts=(text.get("title") or t("Before we begin"), text["text"]),
        no=_answer(case, t("Decline"), Ask(kind=r.DeclineAgreement, about=about)),
        yes=_answer(case, t("Accept"), Ask(kind=r.AcceptAgreement, about=about), main=True),
    )


def recording_question(case: Case, local: Local, t: Words) -> Column:
    """Whether the session may be recorded, and what it means to say no: read before, not after."""
    session = case.session
    assert session
    text = _current(case, "recording", session.rules.recording_digest)
    if not text:
        return moment(t)
    withdrawing = t("If you allow it, you can withdraw that in the menu at any time.")
    meaning = f"{refusal_meaning(t, session.rules.refusal_policy)} {withdrawing}"

    def about(*, allowed: bool) -> Ask:
        given = {"allowed": allowed, "digest": text["digest"] if text else ""}
        return Ask(kind=r.AnswerRecording, about=given)

    return _question(
        case,
        local,
        t,
        texts=(t("May we record this session?"), text["text"]),
        no=_answer(case, t("Do not allow"), about(allowed=False)),
        yes=_answer(case, t("Allow recording"), about(allowed=True), main=True),
        hint=Text(text=meaning, voice="hint"),
    )


def _current(case: Case, name: str, digest: str) -> dict[str, Any] | None:
    """Consent counts only for the very text of the session's rules; another is on its way."""
    text: dict[str, Any] | None = (case.site or {}).get(name)
    return text if text and text["digest"] == digest else None


def _question(
    case: Case,
    local: Local,
    t: Words,
    *,
    texts: tuple[str, str],
    no: Button,
    yes: Button,
    hint: Text | None = None,
) -> Column:
    session = case.session
    assert session
    title, text = texts
    terms = Column(key="terms", children=(Text(text=text),), ground="raised")
    until = session.state_since + session.rules.acceptance_seconds * 1000
    return Column(
        key=session.state,
        children=(
            Text(text=title, voice="title"),
            terms,
            *((hint,) if hint else ()),
            time_left(until, local.now, t),
            Row(children=(no, yes), even=True),
        ),
        gap=16,
    )


def _answer(case: Case, text: str, does: Ask, *, main: bool = False) -> Button:
    return Button(
        text=text,
        does=does,
        look="main" if main else "plain",
        is_enabled=not case.asking & _ANSWERS,
    )


_ANSWERS = frozenset(
    {"AcceptAgreement", "DeclineAgreement", "AnswerRecording", "AnswerCall", "AnswerGrants"}
)


def identity_check(case: Case, local: Local, t: Words) -> Column:
    """A code was mailed: type it, have it sent again, or mend the address."""
    session = case.session
    assert session
    if session.codes_sent == 0:
        return moment(t)
    if local.sheet == "mail":
        return _other_address(case, local, t)
    code = re.sub(r"\D", "", local.drafts.get("identity", ""))[:DIGITS]
    confirm: Deed | None = None
    if len(code) == DIGITS and "ConfirmCode" not in case.asking:
        confirm = Ask(kind=r.ConfirmCode, about={"code": code})
    left = _seconds_until_again(case, local.now)
    again = t("Send again in {seconds} s", seconds=left) if left else t("Send again")
    send = Ask(kind=r.SendCode, about={"email": address_of(case)})
    works = t("The code works for {time} more.", time=stopwatch(session.code_until - local.now))
    ways: tuple[Node, ...] = (
        Button(text=again, does=send, look="quiet", is_enabled=not left),
        Button(text=t("Change the address"), does=Go(sheet="mail"), look="quiet"),
        Button(text=t("Leave"), does=Ask(kind=r.End), look="quiet"),
    )
    return Column(
        key="identity",
        children=(
            Text(text=t("Please check your mail"), voice="title"),
            Text(text=t("We sent a code to {address}.", address=address_of(case)), voice="lead"),
            Field(
                key="identity",
                name="identity",
                label=t("Code"),
                text=local.drafts.get("identity", ""),
                hint="000000",
                longest=10,
                error=_code_fault(case, t),
                enter=confirm,
            ),
            Text(text=works, voice="hint"),
            Button(
                text=t("Go on"),
                does=confirm or send,
                look="main",
                is_enabled=confirm is not None,
            ),
            *ways,
        ),
        gap=14,
    )


def _other_address(case: Case, local: Local, t: Words) -> Column:
    email = local.drafts.get("email", "").strip()
    left = _seconds_until_again(case, local.now)
    is_good = EMAIL.fullmatch(email) is not None and not left
    send = Ask(kind=r.SendCode, about={"email": email})
    words = t("Send code in {seconds} s", seconds=left) if left else t("Send code")
    return Column(
        key="address",
        children=(
            Text(text=t("Where shall we send the code?"), voice="title"),
            Text(text=t("The earlier code will then stop working."), voice="lead"),
            Field(
                key="email",
                name="email",
                label=t("E-mail"),
                text=local.drafts.get("email", ""),
                enter=send if is_good else None,
            ),
            Row(
                children=(
                    Button(text=t("Back"), does=Go()),
                    Button(text=words, does=send, look="main", is_enabled=is_good),
                ),
                even=True,
            ),
        ),
        gap=16,
    )


def address_of(case: Case) -> str:
    """Return where the code went."""
    sent = last(case.entries, f.CodeSent)
    return sent.email if sent else ""


def _seconds_until_again(case: Case, now: int) -> int:
    session = case.session
    assert session
    left = -(-(session.code_sent_at + session.rules.resend_seconds * 1000 - now) // 1000)
    return min(max(0, left), session.rules.resend_seconds)


def _code_fault(case: Case, t: Words) -> str:
    session = case.session
    assert session
    if case.refusal:
        return refusal_text(t, case.refusal)
    if not session.wrong_codes:
        return ""
    left = session.rules.code_tries - session.wrong_codes
    if left == 1:
        return t("This code is wrong. You can try once more.")
    return t("This code is wrong. You can try {count} more times.", count=left)
