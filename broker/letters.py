"""What a mail looks like: a few parts, once as text and once as HTML, with honest headers.

A letter knows nothing of what it is about; `identity.py`, `inbox.py` and `transcript_mail.py` say
that. Everything in it is escaped here, and headers are made by the standard library, which refuses
line breaks in them.
"""

import html
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

from msgspec import Struct

from broker.addresses import one_line, parsed

FRAME = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width">'
    '<meta name="color-scheme" content="light dark"><title>{subject}</title></head>'
    '<body style="margin:0;padding:24px 16px;font:16px/1.55 system-ui,-apple-system,Segoe UI,'
    'Roboto,Helvetica,Arial,sans-serif">'
    '<div style="max-width:36rem;margin:0 auto">'
    '<p style="margin:0 0 20px;font-weight:650;font-size:18px">{organisation}</p>\n{parts}\n'
    "</div></body></html>\n"
)
PARTS = {
    "words": '<p style="margin:0 0 14px;white-space:pre-line;overflow-wrap:anywhere">{}</p>',
    "code": '<p style="margin:0 0 14px;font-size:32px;font-weight:700;letter-spacing:6px">{}</p>',
    "quote": (
        '<blockquote style="margin:0 0 14px;padding:2px 0 2px 14px;border-left:3px solid #6aa7a5;'
        'opacity:.85;white-space:pre-line;overflow-wrap:anywhere">{}</blockquote>'
    ),
    "small": '<p style="margin:18px 0 0;font-size:13px;opacity:.75">{}</p>',
}
LINE = (
    '<p style="margin:0 0 12px;overflow-wrap:anywhere"><span style="font-size:13px;opacity:.7">'
    '{when}</span> <b>{name}</b><br><span style="white-space:pre-line">{text}</span></p>'
)


class Part(Struct, frozen=True):
    """A paragraph, a code in large figures, what somebody wrote before, or small print."""

    kind: Literal["words", "code", "quote", "small"]
    text: str


class Line(Struct, frozen=True, tag="line", kw_only=True):
    """A line of a transcript; without a `name` it tells what happened."""

    when: str
    name: str
    text: str


class Letter(Struct, frozen=True, kw_only=True):
    """A mail before it has headers. `thread` are the Message-IDs of those it follows."""

    to: str
    language: str
    organisation: str
    subject: str
    text: str
    html: str
    thread: tuple[str, ...] = ()
    by_a_person: bool = False


def letter(
    *,
    to: str,
    language: str,
    organisation: str,
    subject: str,
    parts: tuple[Part | Line, ...],
    thread: tuple[str, ...] = (),
    by_a_person: bool = False,
) -> Letter:
    """Write a letter. `by_a_person`: no machine made it, so replies by machines are welcome."""
    shown = {"language": language, "subject": subject, "organisation": organisation}
    body = {name: html.escape(value) for name, value in shown.items()}
    return Letter(
        to=to,
        language=language,
        organisation=organisation,
        subject=one_line(subject),
        text="\n\n".join([organisation, *(_as_text(part) for part in parts)]) + "\n",
        html=FRAME.format(**body, parts="\n".join(_as_html(part) for part in parts)),
        thread=thread,
        by_a_person=by_a_person,
    )


def message_of(letter: Letter, mail_id: str, sender: Address, at: int) -> EmailMessage:
    """Return `letter` as a message that may go out; `at` (ms) is when it was written."""
    message = EmailMessage(policy=SMTP)
    # Two people with one address: the site's own name stands where the sender has none.
    name = sender.display_name or one_line(letter.organisation)
    message["From"] = parsed(sender.addr_spec, name)
    message["To"] = parsed(letter.to)
    message["Subject"] = letter.subject
    message["Date"] = datetime.fromtimestamp(at / 1000, UTC)
    message["Message-ID"] = message_id(mail_id, sender.domain)
    if letter.thread:
        ids = [message_id(each, sender.domain) for each in letter.thread]
        message["In-Reply-To"], message["References"] = ids[-1], " ".join(ids)
    if not letter.by_a_person:
        message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    # Last: filling a message takes such headers away.
    message["Content-Language"] = letter.language
    return message


def message_id(mail_id: str, domain: str) -> str:
    """Return the Message-ID of the mail `mail_id`: the same at every try."""
    return f"<{mail_id}@{domain}>"


def _as_text(part: Part | Line) -> str:
    if isinstance(part, Line):
        return f"[{part.when}] {part.name}{': ' if part.name else ''}{part.text}"
    if part.kind == "quote":
        return "\n".join(f"> {line}" for line in part.text.splitlines())
    return part.text


def _as_html(part: Part | Line) -> str:
    if isinstance(part, Line):
        escaped = {name: html.escape(getattr(part, name)) for name in ("when", "name", "text")}
        return LINE.format(**escaped)
    return PARTS[part.kind].format(html.escape(part.text))
