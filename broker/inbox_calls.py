"""The HTTP calls around mail: leaving a message, a team's inbox, and the transcript by mail.

Who may call them stands in `routes.py`; the first line of a docstring is what `/v1/openapi.json` says.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from broker.addresses import BadAddress, usable
from broker.http import Call, CallRefused, Nothing
from broker.inbox import InboxMessage, Left, TooMany, UnknownMessage
from broker.parts import Parts
from broker.transcript_mail import TooMany as TooManyTranscripts
from protocol.fields import Email, Id, Language, Name, RequestId, Text

Zone = Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_+/-]*$")]


class LeaveMessage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`id` is a UUIDv7 that the sender makes; sent again, it is the same message."""

    id: RequestId
    issue: Id
    name: Name = ""
    email: Email
    text: Text
    language: Language = "en"


class AskInbox(Struct, frozen=True, kw_only=True):
    """Which messages: those still open, or those that are done."""

    state: Literal["open", "done"] = "open"


class Messages(Struct, frozen=True, kw_only=True):
    """Messages left, newest first, and whether they can be answered by mail."""

    messages: tuple[InboxMessage, ...]
    mails: bool


class OneMessage(Struct, frozen=True, kw_only=True):
    """A message by its id."""

    id: Id


class Answer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer by mail to `message`; the `last` one puts it away as done."""

    id: RequestId
    message: Id
    text: Text
    last: bool = False


class MailTranscript(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to, and the time zone of the reader, as in `Europe/Berlin`."""

    session: Id
    email: Email
    zone: Zone = ""


async def leave_message(parts: Parts, call: Call, asked: LeaveMessage) -> Nothing:
    """Leave a message for the team of an issue, while nobody is there."""
    settings = parts.site.settings
    team = parts.site.team_of(asked.issue)
    if settings.offline != "form" or team is None:
        raise CallRefused(409, "not_now", "No message can be left here.")
    left = Left(
        id=asked.id,
        issue=asked.issue,
        team=team,
        language=asked.language,
        name=asked.name,
        email=_usable(asked.email),
        text=asked.text,
    )
    try:
        await parts.inbox.leave(left, call.known.party.id)
    except TooMany:
        raise _too_many() from None
    return Nothing()


async def erase_messages(parts: Parts, call: Call, _: Nothing) -> Nothing:
    """Delete every message that the caller has left."""
    await parts.inbox.erase(call.known.party.id)
    await parts.database.scrub()
    return Nothing()


async def show_inbox(parts: Parts, call: Call, asked: AskInbox) -> Messages:
    """Return the messages left for the caller's teams."""
    found = await parts.inbox.messages(call.known.party, asked.state)
    return Messages(messages=tuple(found), mails=parts.site.mails)


async def take_message(parts: Parts, call: Call, asked: OneMessage) -> InboxMessage:
    """Note that the caller looks after a message."""
    try:
        return await parts.inbox.take(asked.id, call.known.party)
    except UnknownMessage:
        raise _unknown() from None


async def finish_message(parts: Parts, call: Call, asked: OneMessage) -> InboxMessage:
    """Put a message away as done."""
    try:
        return await parts.inbox.put(asked.id, call.known.party, "done")
    except UnknownMessage:
        raise _unknown() from None


async def reopen_message(parts: Parts, call: Call, asked: OneMessage) -> InboxMessage:
    """Open a message again that was done."""
    try:
        return await parts.inbox.put(asked.id, call.known.party, "open")
    except UnknownMessage:
        raise _unknown() from None


async def answer_message(parts: Parts, call: Call, asked: Answer) -> InboxMessage:
    """Answer a message by mail."""
    if not parts.site.mails:
        raise CallRefused(409, "no_mail", "This server sends no mail.")
    try:
        return await parts.inbox.answer(
            asked.message, call.known.party, asked.id, asked.text, last=asked.last
        )
    except UnknownMessage:
        raise _unknown() from None


async def mail_transcript(parts: Parts, call: Call, asked: MailTranscript) -> Nothing:
    """Mail the transcript of the caller's session."""
    if not (parts.site.mails and parts.site.settings.transcript):
        raise CallRefused(409, "no_mail", "Transcripts are not mailed here.")
    address = _usable(asked.email)
    try:
        await parts.transcripts.send(asked.session, call.known.party, address, asked.zone)
    except TooManyTranscripts:
        raise _too_many() from None
    return Nothing()


def _usable(email: str) -> str:
    try:
        return usable(email)
    except BadAddress:
        raise CallRefused(400, "bad_address", "Mail cannot be sent to this address.") from None


def _too_many() -> CallRefused:
    return CallRefused(429, "rate_limited", "Try again in an hour.", Retry_After="3600")


def _unknown() -> CallRefused:
    return CallRefused(404, "unknown_message", "There is no such message for you.")
