"""What opens over the chat: the menu, and the questions before something that cannot be undone."""

from collections.abc import Sequence
from typing import Any

from customer_client.window.deeds import (
    Ask,
    Close,
    Go,
    MailTranscript,
    Prefer,
    SaveTranscript,
    Typed,
)
from customer_client.window.emoji import found
from customer_client.window.happenings import refusal_text
from customer_client.window.lines import last
from customer_client.window.nodes import Button, Choice, Column, Field, Node, Row, Switch, Text
from customer_client.window.recording import (
    recording_text,
    was_recorded,
    withdrawing_meaning,
)
from customer_client.window.state import LARGEST_TEXT, Case, Local
from customer_client.words import LANGUAGES, Words
from protocol import facts as f
from protocol import requests as r

IN_A_ROW = 8


def menu(case: Case, local: Local, t: Words) -> Column:
    """Return everything that is not needed all the time."""
    sizes = (
        Button(text=t("Smaller text"), does=Prefer(larger=-1), is_enabled=local.text_size > 0),
        Button(
            text=t("Larger text"),
            does=Prefer(larger=1),
            is_enabled=local.text_size < LARGEST_TEXT,
        ),
    )
    return Column(
        key="menu",
        children=(
            Text(text=t("Menu"), voice="title"),
            Row(children=sizes, even=True),
            Switch(text=t("Mute sounds"), is_on=local.is_muted, does=Prefer(mute=True)),
            Choice(
                key="language",
                name="language",
                label=t("Language"),
                options=tuple(LANGUAGES.items()),
                chosen=t.language,
            ),
            *_about_session(case, t),
            _reading_aloud(t),
            Button(text=t("Back"), does=Go(), look="quiet"),
        ),
    )


def _reading_aloud(t: Words) -> Node:
    text = t("Screen readers cannot read this window. With one, please use the web page.")
    return Text(key="aloud", text=text, voice="hint")


def _about_session(case: Case, t: Words) -> list[Node]:
    session, site = case.session, case.site or {}
    if not session:
        return []
    parts: list[Node] = []
    if told := recording_text(t, session):
        parts.append(Text(text=told, voice="strong"))
        if session.recording == "allowed" and session.state in ("waiting", "talking"):
            withdraw = t("Withdraw the permission to record")
            parts.append(Button(text=withdraw, does=Go(sheet="withdraw")))
    if site.get("transcript") is not False and case.entries:
        parts += [
            Button(text=t("Save transcript (text)"), does=SaveTranscript(kind="txt")),
            Button(text=t("Save transcript (HTML)"), does=SaveTranscript(kind="html")),
        ]
        if site.get("mails"):
            parts.append(Button(text=t("Mail transcript"), does=Go(sheet="mail")))
    parts.append(Button(text=t("Delete my data"), does=Go(sheet="delete"), look="danger"))
    return parts


def end_question(case: Case, t: Words) -> Column:
    """Ask whether ending is meant."""
    is_ending = "End" in case.asking
    return Column(
        key="end",
        children=(
            Text(text=t("End this chat?"), voice="title"),
            Text(
                text=t("Ending the chat…")
                if is_ending
                else t("The chat ends, and the app is removed from this computer."),
                voice="lead",
            ),
            Row(
                children=(
                    Button(text=t("Keep chatting"), does=Go(), is_enabled=not is_ending),
                    Button(
                        text=t("End chat"),
                        does=Ask(kind=r.End),
                        look="danger",
                        is_enabled=not is_ending,
                    ),
                ),
                even=True,
            ),
        ),
        gap=16,
    )


def withdraw_question(case: Case, t: Words) -> Column:
    """Say what withdrawing means, and ask whether that is wanted."""
    assert case.session
    meaning = withdrawing_meaning(t, case.session.rules.refusal_policy)
    withdraw = Button(
        text=t("Withdraw"),
        does=Ask(kind=r.WithdrawRecording),
        look="main",
        is_enabled="WithdrawRecording" not in case.asking,
    )
    return Column(
        key="withdraw",
        children=(
            Text(text=t("Withdraw the permission to record?"), voice="title"),
            Text(text=meaning),
            *_refused(case, t),
            Row(children=(Button(text=t("Keep allowing it"), does=Go()), withdraw), even=True),
        ),
        gap=16,
    )


def delete_question(case: Case, t: Words) -> Column:
    """Say what would be erased and what is kept, ask once more, and give the receipt."""
    assert case.session
    if case.session.erased and (erased := last(case.entries, f.TextsErased)):
        receipt = Text(text=erased.receipt, voice="strong")
        parts: Sequence[Node] = (
            Text(text=t("Delete my data"), voice="title"),
            Text(text=t("Your data in this chat has been erased.")),
            Text(text=t("Receipt number:"), voice="hint"),
            receipt,
            *_ledger_head(case, t),
            Button(text=t("Close"), does=Go()),
        )
        return Column(key="erased", children=tuple(parts))
    erase = Button(
        text=t("Delete for good"),
        does=Ask(kind=r.EraseMyTexts),
        look="danger",
        is_enabled="EraseMyTexts" not in case.asking,
    )
    answers = (Button(text=t("Keep my data"), does=Go()), erase)
    return Column(
        key="delete",
        children=(
            Text(text=t("Delete my data"), voice="title"),
            *_extent(case, t),
            *_refused(case, t),
            Row(children=answers, even=True),
        ),
    )


def _ledger_head(case: Case, t: Words) -> list[Node]:
    """Return what proves later whether a recording was changed since."""
    if not case.ledger_head:
        return []
    keep = t("Keep it: it proves later whether a recording was changed or taken back since.")
    return [
        Text(text=t("Head of the ledger of recordings:"), voice="hint"),
        Text(text=case.ledger_head, voice="strong"),
        Text(text=keep, voice="hint"),
    ]


def _extent(case: Case, t: Words) -> list[Node]:
    session, site = case.session, case.site or {}
    assert session
    gone = [
        t("everything you have written in this chat"),
        t("your name and your e-mail address in this chat"),
        t("the names of the files you have sent"),
    ]
    kept = [
        t("what others have written: these are their words"),
        t("when something happened, without your words: it proves how you were helped"),
    ]
    if was_recorded(session):
        kept += [
            t(
                "what was recorded, as long as the rules for recordings say: it is evidence for you too"
            ),
            t("your words in the recording, too, while the law demands that it is kept"),
        ]
    privacy = Text(text=site.get("privacy", ""))
    return [
        Column(key="privacy", children=(privacy,), ground="raised"),
        Text(text=t("This is erased for good:"), voice="strong"),
        Column(children=tuple(Text(text=f"•  {each}", voice="lead") for each in gone), gap=2),
        Text(text=t("This is kept:"), voice="strong"),
        Column(children=tuple(Text(text=f"•  {each}", voice="lead") for each in kept), gap=2),
    ]


def mail_form(case: Case, local: Local, t: Words) -> Column:
    """Ask where the transcript is to be mailed, knowing what the customer gave before."""
    email = local.drafts.get("email") or given_address(case)
    if case.mailed == "sent":
        sent = t("The transcript is on its way to {email}.", email=email)
        back = Button(text=t("Back"), does=Go())
        return Column(key="mail", children=(Text(text=sent), back), gap=16)
    send = Button(
        text=t("Send transcript"),
        does=MailTranscript(),
        look="main",
        is_enabled=bool(email) and case.mailed != "sending",
    )
    return Column(
        key="mail",
        children=(
            Text(text=t("Mail transcript"), voice="title"),
            Field(
                key="email",
                name="email",
                label=t("Mail the transcript to"),
                text=email,
                error=_mail_fault(case.fault, t),
                enter=MailTranscript() if email else None,
            ),
            Row(children=(Button(text=t("Back"), does=Go()), send), even=True),
        ),
        gap=16,
    )


def given_address(case: Case) -> str:
    """Return the address that a code went to, else the one of the start."""
    given: list[Any] = [e.fact for e in case.entries if isinstance(e.fact, f.Opened | f.CodeSent)]
    return next((fact.email for fact in reversed(given) if fact.email), "")


def _mail_fault(code: str, t: Words) -> str:
    if not code:
        return ""
    if code in ("bad_address", "malformed"):
        return t("Please check the e-mail address.")
    if code == "rate_limited":
        return t("The transcript was mailed several times already. Please try again in an hour.")
    return t("That did not work. Please try again.")


def emoji_sheet(local: Local, t: Words) -> Column:
    """Let the customer pick a sign for their message, by its look or by its name."""
    wanted, text = local.drafts.get("emoji", ""), local.drafts.get("say", "")
    there = found(t, wanted)
    rows: list[Node] = []
    for start in range(0, len(there), IN_A_ROW):
        picks = [
            Button(text=sign, does=Typed(field="say", text=text + sign), look="quiet", says=name)
            for sign, name in there[start : start + IN_A_ROW]
        ]
        # A row of few is as wide as a row of many.
        empty = [Text(text="", grows=True)] * (IN_A_ROW - len(picks))
        rows.append(Row(key=picks[0].text, children=(*picks, *empty), even=True, gap=2))
    if not there:
        rows.append(Text(text=t("No emoji has this name."), voice="hint"))
    search = Field(
        key="emoji",
        name="emoji",
        label=t("Search emoji"),
        text=wanted,
        longest=40,
        enter=Typed(field="say", text=text + there[0][0]) if there else None,
    )
    title = Text(text=t("Emoji"), voice="title")
    back = Button(text=t("Back"), does=Go(), look="quiet")
    return Column(key="emoji", children=(title, search, *rows, back), gap=6)


def _refused(case: Case, t: Words) -> list[Node]:
    return [Text(text=refusal_text(t, case.refusal), voice="error")] if case.refusal else []


def close_button(t: Words) -> Button:
    """Return what closes the window."""
    return Button(key="close", text=t("Close window"), does=Close(), look="main")
