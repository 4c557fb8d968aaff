"""The kinds of value a message may carry, each bounded.

A bound is checked once, while decoding; nothing behind the edge checks it again.
Times are milliseconds since 1970-01-01 UTC by the broker's clock.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

# PostgreSQL stores no NUL in text, so none gets past the edge.
_NO_NUL = r"^[^\x00]*$"
# Python's `$` also matches before a line feed at the end; `_END` does not, here and in JavaScript.
_END = r"$(?!\n)"
_UUID7 = r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}" + _END

RequestId = Annotated[str, Meta(pattern=_UUID7, description="UUIDv7 made by the sender")]
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.:-]{0,64}" + _END)]
Digest = Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?" + _END, description="SHA-256, hex")]
Name = Annotated[str, Meta(max_length=120, pattern=_NO_NUL)]
Email = Annotated[str, Meta(max_length=254, pattern=r"^([^@\s\x00]+@[^@\s\x00]+)?" + _END)]
Language = Annotated[str, Meta(pattern=r"^(en|de|es|fr|it)" + _END)]
Url = Annotated[str, Meta(max_length=2000, pattern=r"^(https?://[^\s\x00]*)?" + _END)]
Text = Annotated[str, Meta(min_length=1, max_length=4000, pattern=_NO_NUL)]
Remark = Annotated[str, Meta(max_length=4000, pattern=_NO_NUL)]
Label = Annotated[str, Meta(max_length=60, pattern=_NO_NUL)]
ToldSystem = Annotated[str, Meta(max_length=40_000, pattern=_NO_NUL, description="JSON")]
FileName = Annotated[str, Meta(max_length=255, pattern=_NO_NUL)]
Time = Annotated[int, Meta(ge=0, le=2**53 - 1, description="ms since 1970 UTC")]
Seconds = Annotated[int, Meta(ge=1, le=366 * 24 * 3600)]
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
MailedCode = Annotated[str, Meta(pattern=r"^[0-9]{6}" + _END, description="as it was mailed")]
CutSeconds = Annotated[int, Meta(ge=0, le=10, description="taken out of a recording")]
Tries = Annotated[int, Meta(ge=1, le=20)]
Bytes = Annotated[int, Meta(ge=1, le=2**40)]
Rating = Annotated[int, Meta(ge=0, le=5, description="0 is no rating")]
Fingerprint = Annotated[
    str, Meta(pattern=r"^[0-9a-f]{64}" + _END, description="SHA-256, hex; never empty")
]
IceWord = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{4,256}" + _END)]
Foundation = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{1,32}" + _END)]
Nonce = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}" + _END, description="128 bit by chance, hex")]
IceAddress = Annotated[str, Meta(pattern=r"^[0-9A-Za-z.:-]{2,64}" + _END)]
Port = Annotated[int, Meta(ge=1, le=65535)]
Priority = Annotated[int, Meta(ge=1, le=2**31 - 1)]
PieceBytes = Annotated[int, Meta(ge=1024, le=262_144)]
HelperUrl = Annotated[str, Meta(max_length=300, pattern=r"^(stuns?|turns?):[^\s\x00]+" + _END)]

Audience = Literal["all", "reps", "leads", "broker"]
Presence = Literal["available", "away", "off"]
State = Literal[
    "new", "calling", "identity", "agreement", "recording", "waiting", "talking", "ended"
]
Tool = Literal["view", "control", "clipboard", "files", "system_information", "special_actions"]
Tools = Annotated[tuple[Tool, ...], Meta(min_length=1, max_length=6)]
SpecialAction = Literal["lock", "log_off", "task_manager", "open_page"]
ActionOutcome = Literal["done", "failed", "not_possible"]
Scope = Literal["once", "quarter_hour", "session"]
Shared = Literal["screen", "monitor", "applications", "window", "tab"]
NudgeMeans = Literal["title", "notification", "sound", "shake", "focus"]
RefusalPolicy = Literal["continue_unrecorded", "no_screen", "end"]
FileKind = Literal["pdf", "mp3", "mp4", "word", "excel", "msi", "picture", "text", "zip"]
FileContent = Literal["", "pdf", "mp3", "mp4", "word", "excel", "msi", "picture", "text", "zip"]
FileKinds = Annotated[tuple[FileKind, ...], Meta(max_length=9)]
FileFault = Literal["kind", "infected", "unchecked", "expired"]
FileState = Literal[
    "offered", "accepted", "checking", "declined", "withdrawn", "arrived", "refused"
]
FilesUnasked = Literal["nobodys", "customers", "reps", "everybodys"]
MonitoringPolicy = Literal["off", "announced", "silent"]
Code = Annotated[str, Meta(pattern=r"^([0-9]{9})?" + _END)]
Meeting = Literal["", "code", "call", "direct"]
Where = Literal["page", "app"]
Outcome = Literal["", "solved", "not_solved", "follow_up", "not_ours"]
OfferReason = Literal["least_busy", "skills", "direct", "transfer"]
Ending = Literal[
    "agreement_declined",
    "agreement_timeout",
    "recording_refused",
    "identity_failed",
    "identity_timeout",
    "left_before_queue",
    "call_refused",
    "abandoned",
    "left_on_notice",
    "orphaned",
    "unanswered",
    "busy",
    "customer_ended",
    "rep_ended",
    "inactive",
    "customer_lost",
    "rep_lost",
]
DeadlineKind = Literal[
    "call",
    "meeting",
    "code",
    "identity",
    "acceptance",
    "greeting",
    "offer",
    "hold",
    "warning",
    "inactivity",
    "customer_lost",
    "rep_lost",
    "prompt",
    "grant",
    "action",
]
RefusalCode = Literal[
    "malformed",
    "not_signed_in",
    "unknown_session",
    "not_yours",
    "not_now",
    "not_due",
    "too_soon",
    "too_late",
    "taken",
    "at_capacity",
    "nobody_available",
    "closed",
    "wrong_text",
    "bad_address",
    "no_grant",
    "unknown_file",
    "file_empty",
    "file_too_large",
    "files_too_large",
    "file_kind",
    "unknown_issue",
    "unknown_code",
    "unknown_contact",
    "rate_limited",
    "try_again",
]


class Compared(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rep who could take a session: with `active` sessions, so many since `since`."""

    rep: Id
    active: Count
    since: Time = 0


Candidates = Annotated[tuple[Compared, ...], Meta(max_length=20)]
