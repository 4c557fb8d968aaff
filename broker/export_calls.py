"""The calls with which officers take recordings along. Each is in the audit and in the ledger, before it is done."""

from datetime import UTC, datetime

from aiohttp import web
from msgspec import Struct

from broker.catalogue import is_zone
from broker.export_orders import Kind
from broker.export_rows import Export, TooMany
from broker.http import Call, CallRefused, Nothing
from broker.parts import Parts
from broker.recording_calls import OneRecording, found_recording
from broker.review_calls import OneOf
from protocol.fields import Id, Language, Name
from recordings.seal import SealBroken
from recordings.store import StoreFailed
from recordings.wrapping import KeyServiceFailed, NoKey

TYPES = {"mp4": "video/mp4", "webm": "video/webm", "html": "text/html"}


class AskExport(Struct, frozen=True, kw_only=True):
    """Make `kind` of `recording`, in words of `language`, with clocks as in `zone`."""

    recording: Id
    kind: Kind
    language: Language = "en"
    zone: Name = ""


class Asked(Struct, frozen=True, kw_only=True):
    """The export that was put in the line."""

    id: str


class Exported(Struct, frozen=True, kw_only=True):
    """What of a recording was and is being exported, the newest first."""

    exports: tuple[Export, ...]


async def list_exports(parts: Parts, _call: Call, asked: OneRecording) -> Exported:
    """Return how far the exports of a recording have come."""
    await found_recording(parts, asked.id)
    return Exported(exports=tuple(await parts.exports.listed(asked.id)))


async def ask_export(parts: Parts, call: Call, asked: AskExport) -> Asked:
    """Have a film or a transcript made of a recording that is closed."""
    found = await found_recording(parts, asked.recording)
    if found.state != "closed":
        sentence = "Only a recording that is closed, and whose key is there, can be exported."
        raise CallRefused(409, "not_closed", sentence)
    who, zone = call.known.party.id, asked.zone if is_zone(asked.zone) else ""
    try:
        # First: what is turned down was not taken along, and audit and ledger do not say so.
        await parts.exports.demand_room()
        await parts.audit.note(who, "exported", found.id, asked.kind)
        await parts.reviews.exported(found.id, who, asked.kind)
        export = await parts.exports.ask(found.id, asked.kind, who, asked.language, zone)
    except TooMany:
        sentence = "Too many exports are being made. Try again later."
        raise CallRefused(429, "too_many", sentence, Retry_After="60") from None
    return Asked(id=export)


async def cancel_export(parts: Parts, call: Call, asked: OneOf) -> Nothing:
    """Let an export be."""
    found = await _found(parts, asked.id)
    await parts.audit.note(call.known.party.id, "exported", found.recording, "cancelled")
    await parts.exports.cancel(asked.id)
    return Nothing()


async def send_export(parts: Parts, call: Call, asked: OneOf) -> web.StreamResponse:
    """The file of an export that is ready."""
    found = await _found(parts, asked.id)
    if found.state != "ready":
        raise CallRefused(409, "not_ready", "This export is not ready, or is gone.")
    contents = parts.exports.contents(found)
    try:
        first = await anext(contents, b"")
    except KeyServiceFailed:
        raise CallRefused(
            503, "recording_key_service", "The key service does not answer."
        ) from None
    except (SealBroken, NoKey):
        raise CallRefused(410, "gone", "What this was made of was destroyed.") from None
    except StoreFailed:
        raise CallRefused(503, "recording_store", "The store does not answer.") from None
    await parts.audit.note(call.known.party.id, "exported", found.recording, "fetched")
    response = web.StreamResponse()
    response.content_type = TYPES[found.form]
    response.content_length = found.size
    name = file_name(found)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    await response.prepare(call.request)
    await response.write(first)
    async for piece in contents:
        await response.write(piece)
    await response.write_eof()
    return response


def file_name(export: Export) -> str:
    """Return what the file of `export` is called: from when it is, of what, and that a preview is one."""
    when = datetime.fromtimestamp(export.made_at / 1000, UTC)
    return f"{export.kind}-{export.recording[:12]}-{when:%Y%m%d-%H%M}.{export.form}"


async def _found(parts: Parts, export: str) -> Export:
    if not (found := await parts.exports.find(export)):
        raise CallRefused(404, "unknown_export", "There is no such export.")
    return found
