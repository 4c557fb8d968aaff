"""The conversation, line by line."""

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any, Literal, TypeVar

from msgspec.structs import replace

from customer_client.window.deeds import Edit, OpenAddress
from customer_client.window.file_lines import file_line, refused_file, written_file
from customer_client.window.happenings import (
    addressed,
    erased_text,
    happening_text,
    refusal_text,
)
from customer_client.window.nodes import Button, Face, Line, Log, Text
from customer_client.window.state import Case, Entry, OwnLine
from customer_client.words import Words
from protocol import facts as f
from protocol.session import Session

F = TypeVar("F", bound=f.Fact)

TOGETHER_MS = 120_000
"""Lines of one author within this time stand together."""

ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
LONGEST_ADDRESS = 36
TRAILING = ".,;:!?»”’]}"
"""What ends a sentence rather than an address."""


def conversation(case: Case, t: Words, now: int) -> Log:
    """Return all that was said and done so far."""
    session, site = case.session, case.site or {}
    assert session
    organisation = site.get("organisation", "")
    newest_hold = next((e for e in reversed(case.entries) if isinstance(e.fact, f.Held)), None)
    lines: list[Line] = []
    before: f.Fact | None = None
    for entry in case.entries:
        # A place in the queue that holds no longer is not left standing.
        if not isinstance(entry.fact, f.Held) or entry is newest_hold:
            lines += _line(case, entry, before, t, now)
        before = entry.fact
    lines += [_own(line, t) for line in case.own]
    lines += [refused_file(each, session, t) for each in case.unsent]
    names = [session.names.get(party) or organisation for party in case.writing]
    writing = t("{name} is writing…", name=", ".join(names)) if names else ""
    return Log(lines=tuple(lines), writing=writing, newest=t("Newest messages"), grows=True)


def _line(case: Case, entry: Entry, before: f.Fact | None, t: Words, now: int) -> Iterator[Line]:
    fact, session = entry.fact, case.session
    assert session
    key = str(fact.place)
    time = t.time_of_day(fact.at, now)
    organisation = (case.site or {}).get("organisation", "")
    name = session.names.get(fact.by) or organisation
    if isinstance(fact, f.Said) and fact.by == session.customer:
        detail = f"{time} · {_receipt_text(case, entry, t)}"
        yield Line(key=key, side="own", texts=_words(t, fact, session), detail=detail)
    elif isinstance(fact, f.Said):
        together = (
            isinstance(before, f.Said)
            and before.by == fact.by
            and fact.at - before.at < TOGETHER_MS
        )
        yield Line(
            key=key,
            side="theirs",
            texts=_words(t, fact, session),
            detail=time if together else f"{name} · {time}",
            face=face(case, fact.by, name),
        )
    elif isinstance(fact, f.FileOffered):
        is_mine = fact.by == session.customer
        detail = f"{time} · {_receipt_text(case, entry, t)}" if is_mine else f"{name} · {time}"
        shown = None if is_mine else face(case, fact.by, name)
        yield replace(file_line(case, fact, t), key=key, detail=detail, face=shown)
    elif isinstance(fact, f.Noticed) and session.state == "waiting":
        return  # while one waits, notices stand above the conversation
    elif isinstance(fact, f.Greeted | f.Noticed):
        text = addressed(fact.text, customer_name(case.entries))
        of_the_site = Face(name=organisation, is_small=True)
        yield Line(key=key, side="theirs", texts=(Text(text=text),), detail=time, face=of_the_site)
    elif isinstance(fact, f.LinkPushed):
        link = Button(text=fact.title or fact.url, does=OpenAddress(url=fact.url))
        shown = face(case, fact.by, name)
        yield Line(key=key, side="theirs", texts=(link,), detail=f"{name} · {time}", face=shown)
    elif text := happening_text(t, fact, session):
        if isinstance(fact, f.Held):
            text = addressed(text, customer_name(case.entries))
        yield Line(key=key, side="middle", texts=(Text(text=text, voice="hint", align="center"),))


def _words(t: Words, fact: f.Said, session: Session) -> tuple[Text | Button, ...]:
    if fact.erased:
        return (Text(text=erased_text(t, fact, session), voice="italic"),)
    links = addresses(fact.text)
    text = fact.text.strip()
    # An address that stands at the end need not stand there twice.
    text = text.removesuffix(links[-1]).rstrip() if links else text
    shown = (Text(text=text),) if text else ()
    return (
        *shown,
        *(Button(text=_short(url), does=OpenAddress(url=url), look="link") for url in links),
    )


def _short(url: str) -> str:
    """Return `url` so short that it fits into one line also in the largest text: first whose it is."""
    return url if len(url) <= LONGEST_ADDRESS else f"{url[: LONGEST_ADDRESS - 1]}…"


def addresses(text: str) -> list[str]:
    """Return the web addresses in `text`."""
    found = []
    for match in ADDRESS.finditer(text):
        url = match[0].rstrip(TRAILING)
        # A closing bracket belongs to the address if it was opened in it.
        while url.endswith(")") and url.count("(") < url.count(")"):
            url = url[:-1].rstrip(TRAILING)
        found.append(url)
    return found


def _own(line: OwnLine, t: Words) -> Line:
    texts: tuple[Text | Button, ...] = (Text(text=line.text),)
    detail = t("Sent") if line.place else t("Sending…")
    if line.refusal:
        detail = f"{t('Not sent')}: {refusal_text(t, line.refusal)}"
        texts += (
            Button(text=t("Edit"), does=Edit(line=line.id), look="link"),
            Button(text=t("Remove"), does=Edit(line=line.id, keep=False), look="link"),
        )
    return Line(key=line.id, side="own", texts=texts, detail=detail, is_fault=bool(line.refusal))


def face(case: Case, party: str, name: str, presence: Literal["", "here", "away"] = "") -> Face:
    """Return the photo of a rep, or their initials; small where nobody asks if they are there."""
    photo = case.photos.get(party, b"")
    return Face(name=name, photo=photo, presence=presence, is_small=not presence)


def receipt(case: Case, entry: Entry) -> Literal["sent", "delivered", "read"]:
    """Say how far a line of one's own got: the best among the others."""
    others = [marks for party, marks in case.marks.items() if party != case.me]
    if any(marks.read >= entry.shown for marks in others):
        return "read"
    return "delivered" if any(marks.delivered >= entry.shown for marks in others) else "sent"


def _receipt_text(case: Case, entry: Entry, t: Words) -> str:
    words = {"sent": t("Sent"), "delivered": t("Delivered"), "read": t("Read")}
    return words[receipt(case, entry)]


def customer_name(entries: Sequence[Entry]) -> str:
    """Return what the customer gave as their name, or nothing."""
    opened = last(entries, f.Opened)
    return opened.name if opened else ""


def last(entries: Sequence[Entry], kind: type[F]) -> F | None:
    """Return the last fact of this kind."""
    return next((e.fact for e in reversed(entries) if isinstance(e.fact, kind)), None)


def unread(case: Case) -> int:
    """Return how many lines of others came after the last look."""
    read = case.marks[case.me].read if case.me in case.marks else 0
    lines = (e for e in case.entries if isinstance(e.fact, f.Said) and e.fact.by != case.me)
    return sum(entry.shown > read for entry in lines)


def transcript(case: Case, t: Words, kind: Literal["txt", "html"], now: int) -> str:
    """Return what was said as a file to keep."""
    organisation = (case.site or {}).get("organisation", "")
    rows = [*_written(case, t, now)]
    if kind == "txt":
        told = [f"[{time}] {f'{name}: ' if name else ''}{text}" for time, name, text in rows]
        return "\r\n".join([organisation, "", *told, ""])
    parts = [
        f"<p><time>{escape(time)}</time> <b>{escape(name)}</b> <span>{escape(text)}</span></p>"
        for time, name, text in rows
    ]
    return "\n".join(
        [
            f'<!doctype html><html lang="{t.language}"><meta charset="utf-8">',
            f"<title>{escape(organisation)}</title>",
            "<style>body{font:1rem/1.5 sans-serif;max-width:45rem;margin:2rem auto}",
            "time{color:#555}span{white-space:pre-wrap;overflow-wrap:anywhere}</style>",
            f"<h1>{escape(organisation)}</h1>",
            *parts,
            "</html>",
        ]
    )


def _written(case: Case, t: Words, now: int) -> Iterator[tuple[str, str, str]]:
    session = case.session
    assert session
    organisation = (case.site or {}).get("organisation", "")
    for entry in case.entries:
        fact: Any = entry.fact
        name = t("You") if fact.by == case.me else session.names.get(fact.by) or organisation
        time = t.time_of_day(fact.at, now)
        if isinstance(fact, f.Said):
            yield time, name, erased_text(t, fact, session) if fact.erased else fact.text
        elif isinstance(fact, f.Greeted | f.Noticed):
            yield time, organisation, addressed(fact.text, customer_name(case.entries))
        elif isinstance(fact, f.LinkPushed):
            yield time, name, f"{fact.title} {fact.url}".strip()
        elif isinstance(fact, f.FileOffered):
            yield time, name, written_file(case, fact, t)
        elif text := happening_text(t, fact, session):
            yield time, "", addressed(text, customer_name(case.entries))
