"""Before a session: the start form, the message to leave, and the code."""

import re
from typing import Any

from customer_client.window.deeds import EraseMessages, LeaveMessage, Start, Typed, UseCode
from customer_client.window.happenings import refusal_text
from customer_client.window.nodes import Button, Choice, Column, Field, Node, Row, Text
from customer_client.window.notices import notices
from customer_client.window.state import Case, Local
from customer_client.words import Words

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
NAME_LENGTH = 120
TEXT_LENGTH = 4000


class Filled:
    """What a start form amounts to: the one place that knows when what may be sent."""

    def __init__(self, case: Case, local: Local) -> None:
        site: dict[str, Any] = case.site or {}
        drafts = local.drafts
        self.takes_messages = site.get("offline") == "form" and site.get("chat") is not False
        self.available = False if site.get("chat") is False else case.available
        issues = site.get("issues", [])
        self.issues = [
            (each["id"], each["name"]) for each in issues if self._is_reachable(case, each["id"])
        ]
        offered = {value for value, _ in self.issues}
        only = issues[0]["id"] if len(issues) == 1 else ""
        wanted = drafts.get("issue", "")
        wanted = wanted if wanted in {each["id"] for each in issues} else only
        self.issue = wanted if wanted in offered else ""
        self.team = next((each["team"] for each in issues if each["id"] == self.issue), "")
        self.reps = [(each.rep, each.name) for each in case.reps if each.team == self.team]
        rep = drafts.get("rep", "")
        self.rep = rep if rep in {value for value, _ in self.reps} else ""
        is_overtaken = case.refusal == "nobody_available"
        away = self.available is False or is_overtaken
        away = away or bool(self.issue and self.issue not in case.reachable)
        self.is_away = away and self.available is not None and not case.is_starting
        self.is_leaving = self.takes_messages and self.is_away
        self.needs_email = self.is_leaving or site.get("identity") is True
        email = drafts.get("email", "").strip()
        self.wrong_email = bool(email or self.needs_email) and not EMAIL.fullmatch(email)
        self.message = drafts.get("message", "").strip()

    def _is_reachable(self, case: Case, issue: str) -> bool:
        return self.takes_messages or not self.available or issue in case.reachable


def start_form(case: Case, local: Local, t: Words) -> Column:
    """Return what a customer fills in before a session."""
    site: dict[str, Any] = case.site or {}
    filled = Filled(case, local)
    tried = local.tries > 0
    is_good = bool(filled.issue) and not filled.wrong_email
    leave = LeaveMessage(issue=filled.issue, is_good=is_good and bool(filled.message))
    start = Start(issue=filled.issue, rep=filled.rep, is_good=is_good)
    does = leave if filled.is_leaving else start if filled.available else None
    parts: list[Node] = [*_heading(filled, t), *notices(site.get("notices", []), t, key="known")]
    parts.append(
        Choice(
            key="issue",
            name="issue",
            label=t("What do you need help with?"),
            options=(("", t("Please choose…")), *filled.issues),
            chosen=filled.issue,
            error=t("Please choose what it is about.") if tried and not filled.issue else "",
        )
    )
    if filled.available and not filled.is_leaving and filled.reps:
        options = (("", t("Whoever is free")), *filled.reps)
        label = t("Ask for someone")
        parts.append(Choice(key="rep", name="rep", label=label, options=options, chosen=filled.rep))
    if case.rep_gone:
        parts.append(
            Text(
                text=t(
                    "Your choice is not available any more. Choose somebody else, or whoever is free."
                ),
                voice="error",
            )
        )
    parts += _about_you(case, local, t, filled)
    if filled.is_leaving:
        fault = t("Please write what it is about.") if tried and not filled.message else ""
        parts.append(
            Field(
                key="message",
                name="message",
                label=t("Message"),
                text=local.drafts.get("message", ""),
                rows=5,
                longest=TEXT_LENGTH,
                error=fault or (_leaving_fault(case.fault, t) if case.fault else ""),
            )
        )
        parts.append(
            Button(
                key="leave",
                text=t("Leave message"),
                does=leave,
                look="main",
                is_enabled=case.left != "leaving",
            )
        )
    else:
        parts += _beginning(case, filled, does or start, t)
        parts.append(_code_field(local, t))
    return Column(key="start", children=tuple(parts), gap=16)


def _heading(filled: Filled, t: Words) -> list[Node]:
    if filled.is_leaving:
        return [
            Text(text=t("Leave us a message"), voice="title"),
            Text(
                text=t("Nobody is available right now. Write to us, and we answer by mail."),
                voice="lead",
            ),
        ]
    lead = t("Tell us what it is about and a colleague will be with you.")
    return [Text(text=t("How can we help?"), voice="title"), Text(text=lead, voice="lead")]


def _about_you(case: Case, local: Local, t: Words, filled: Filled) -> list[Node]:
    site: dict[str, Any] = case.site or {}
    is_good = bool(filled.issue) and not filled.wrong_email
    enter = Start(issue=filled.issue, rep=filled.rep, is_good=is_good) if filled.available else None
    parts: list[Node] = []
    if site.get("ask_name"):
        name = local.drafts.get("name", "")
        parts.append(
            Field(
                key="name",
                name="name",
                label=t("Your name"),
                text=name,
                longest=NAME_LENGTH,
                enter=None if filled.is_leaving else enter,
            )
        )
    if site.get("ask_email") or filled.needs_email:
        wrong = local.tries > 0 and filled.wrong_email
        parts.append(
            Field(
                key="email",
                name="email",
                label=t("E-mail"),
                text=local.drafts.get("email", ""),
                error=t("Please check the e-mail address.") if wrong else "",
                enter=None if filled.is_leaving else enter,
            )
        )
    return parts


def _beginning(case: Case, filled: Filled, start: Start | LeaveMessage, t: Words) -> list[Node]:
    if case.is_starting:
        return [Text(text=t("Starting the chat…"), voice="lead")]
    if filled.available:
        refusal = case.refusal if case.refusal != "nobody_available" else ""
        fault = [Text(text=refusal_text(t, refusal), voice="error")] if refusal else []
        return [*fault, Button(key="go", text=t("Start chat"), does=start, look="main")]
    if filled.available is None:
        return [Text(text=t("Connecting…"), voice="lead")]
    nobody = Text(text=t("Nobody is available right now."), voice="strong")
    hint = Text(
        text=t("You can start here as soon as somebody is back; what you typed stays."),
        voice="lead",
    )
    return [Column(key="closed", children=(nobody, hint), ground="raised", gap=4)]


def _code_field(local: Local, t: Words) -> Node:
    typed = local.drafts.get("code", "")
    digits = re.sub(r"\D", "", typed)
    use = UseCode(digits=digits) if len(digits) == 9 else None
    field = Field(
        key="code",
        name="code",
        label=t("Were you given a code?"),
        text=typed,
        hint="000 000 000",
        longest=13,
        enter=use,
        grows=True,
    )
    button = Button(
        key="use", text=t("Use code"), does=use or UseCode(), is_enabled=use is not None
    )
    return Column(key="coded", children=(Row(children=(field, button)),), ground="raised")


def code_form(case: Case, local: Local, t: Words) -> Column:
    """Return what a customer sees who has typed a code: whom it leads to, or what is wrong."""
    code, site = case.code, case.site or {}
    assert code
    problem = code.problem or ("code_used" if case.refusal else "")
    without = Button(key="without", text=t("Start without a code"), does=UseCode())
    if problem:
        fault = Text(text=_code_fault(problem, t), voice="error")
        again = Field(
            key="code",
            name="code",
            label=t("Code"),
            text=local.drafts.get("code", ""),
            longest=13,
            enter=_use(local),
        )
        retry = Button(
            key="retry",
            text=t("Try again"),
            does=_use(local),
            look="main",
            is_enabled=len(_use(local).digits) == 9,
        )
        return Column(key="code", children=(fault, again, retry, without), gap=16)
    if not code.name:
        return Column(key="code", children=(Text(text=t("Checking your code…"), voice="lead"),))
    lead = t("Start the chat, and you are with {name} at once, without waiting.", name=code.name)
    parts: list[Node] = [
        Text(text=t("{name} is expecting you", name=code.name), voice="title"),
        Text(text=lead, voice="lead"),
    ]
    start = Start()
    if site.get("ask_name"):
        name = local.drafts.get("name", "")
        parts.append(
            Field(
                key="name",
                name="name",
                label=t("Your name"),
                text=name,
                longest=NAME_LENGTH,
                enter=start,
            )
        )
    go = Button(
        key="go", text=t("Start chat"), does=start, look="main", is_enabled=not case.is_starting
    )
    return Column(key="code", children=(*parts, go, without), gap=16)


def _use(local: Local) -> UseCode:
    return UseCode(digits=re.sub(r"\D", "", local.drafts.get("code", "")))


def _code_fault(problem: str, t: Words) -> str:
    match problem:
        case "unknown_code" | "malformed":
            return t("Your code is not known. Please check it, or ask for a new one.")
        case "code_used":
            return t("Your code was used already. Please ask for a new one.")
        case "code_expired":
            return t("Your code has expired. Please ask for a new one.")
    return t("Codes cannot be checked at the moment. Please try again later.")


def message_left(case: Case, local: Local, t: Words) -> Column:
    """Say that a message is stored, and let it be taken back."""
    back = Button(key="back", text=t("Back"), does=Typed(field="message"))
    if case.left == "erased":
        said: list[Node] = [Text(text=t("Your message was deleted."), voice="title")]
        return Column(key="left", children=(*said, back), gap=16)
    email = local.drafts.get("email", "")
    said = [
        Text(text=t("We have your message."), voice="title"),
        Text(text=t("We will answer to {email}.", email=email), voice="lead"),
    ]
    if case.fault:
        said.append(Text(text=t("That did not work. Please try again."), voice="error"))
    erase = Button(key="erase", text=t("Delete my message"), does=EraseMessages())
    return Column(key="left", children=(*said, Row(children=(erase, back), even=True)), gap=16)


def _leaving_fault(code: str, t: Words) -> str:
    if code == "bad_address":
        return t("Mail cannot be sent to this address. Please check it.")
    if code == "rate_limited":
        return t("You have left several messages already. Please try again in an hour.")
    return t("Your message could not be stored. It stays here; please try again.")
