"""The calls with which officers work on recordings. Each is in the audit; holds are in the ledger too."""

from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct

from broker.audit import What
from broker.http import Call, CallRefused, Nothing
from broker.parts import Parts
from broker.recording_bundles import NoBundle, RecordingBundles
from broker.recording_calls import OneRecording, cannot_play, found_recording
from broker.reviews import Beside, Refusal, Verdict
from broker.sent_tar import send_tar
from protocol.fields import Count, Id
from recordings.store import StoreFailed
from recordings.wrapping import KeyServiceFailed, NoKey

Text = Annotated[str, Meta(min_length=1, max_length=2000)]
MaybeText = Annotated[str, Meta(max_length=2000)]

SAID = {
    "unknown_comment": (404, "There is no such comment of yours."),
    "unknown_hold": (404, "There is no such hold, or it is released."),
    "nothing_to_hold": (409, "There is nothing of this recording that could be held."),
    "unknown_rule": (404, "There is no such rule."),
    "own_verdict": (409, "Another officer gives the second verdict."),
    "judged": (409, "Somebody else has given a verdict already."),
    "taken": (409, "Somebody else looks at it."),
    "unknown_officer": (404, "There is no such officer."),
}


class WriteComment(Struct, frozen=True, kw_only=True):
    """A comment at `at`, ms from the recording's beginning."""

    recording: Id
    at: Count
    text: Text


class Judge(Struct, frozen=True, kw_only=True):
    """A verdict; with `second`, another officer is to give one too."""

    recording: Id
    verdict: Verdict
    note: MaybeText = ""
    second: bool = False


class PutHold(Struct, frozen=True, kw_only=True):
    """A hold, and why."""

    recording: Id
    why: Text


class OneOf(Struct, frozen=True, kw_only=True):
    """A comment, a hold or a rule."""

    id: Id


async def show_beside(parts: Parts, _call: Call, asked: OneRecording) -> Beside:
    """Return comments, verdicts and holds of a recording."""
    await found_recording(parts, asked.id)
    return await parts.reviews.beside(asked.id)


async def write_comment(parts: Parts, call: Call, asked: WriteComment) -> Nothing:
    """Write a comment at a second of a recording."""
    await found_recording(parts, asked.recording)
    who = call.known.party.id
    await noted(parts, call, "commented", asked.recording)
    await parts.reviews.comment(asked.recording, asked.at, who, asked.text)
    return Nothing()


async def remove_comment(parts: Parts, call: Call, asked: OneOf) -> Nothing:
    """Take a comment of one's own back."""
    try:
        await parts.reviews.remove(asked.id, call.known.party.id)
    except Refusal as why:
        raise refused(why) from None
    return Nothing()


async def judge(parts: Parts, call: Call, asked: Judge) -> Nothing:
    """Give a verdict on a recording."""
    await found_recording(parts, asked.recording)
    who = call.known.party.id
    try:
        await parts.reviews.judge(
            asked.recording, who, asked.verdict, asked.note, asks_second=asked.second
        )
    except Refusal as why:
        raise refused(why) from None
    await noted(parts, call, "judged", asked.recording, asked.verdict)
    return Nothing()


async def take_review(parts: Parts, call: Call, asked: OneRecording) -> Nothing:
    """Say that one looks at a recording, so that nobody else does."""
    await found_recording(parts, asked.id)
    try:
        await parts.reviews.take(asked.id, call.known.party.id)
    except Refusal as why:
        raise refused(why) from None
    await noted(parts, call, "taken", asked.id)
    return Nothing()


async def hold(parts: Parts, call: Call, asked: PutHold) -> Nothing:
    """Put a recording on hold: nothing deletes it until the hold is released."""
    await found_recording(parts, asked.recording)
    try:
        await parts.reviews.hold(asked.recording, call.known.party.id, asked.why)
    except Refusal as why:
        raise refused(why) from None
    await noted(parts, call, "held", asked.recording)
    return Nothing()


async def release(parts: Parts, call: Call, asked: OneOf) -> Nothing:
    """Release a hold."""
    try:
        recording = await parts.reviews.release(asked.id, call.known.party.id)
    except Refusal as why:
        raise refused(why) from None
    await noted(parts, call, "released", recording)
    return Nothing()


async def send_bundle(parts: Parts, call: Call, asked: OneRecording) -> web.StreamResponse:
    """The sealed bundle of a recording: a tar file that anybody can verify offline, without a key."""
    await found_recording(parts, asked.id)
    recorder = parts.recorder
    bundles = RecordingBundles(
        parts.database, parts.config.site, recorder.keys, recorder.heads, recorder.store
    )
    files = bundles.parts(asked.id)
    try:
        first = await anext(files)
    except NoBundle:
        sentence = "Only a recording that is closed, and whose key is there, can be exported."
        raise CallRefused(409, "no_bundle", sentence) from None
    except KeyServiceFailed:
        raise cannot_play("key_service") from None
    except NoKey:
        raise cannot_play("key") from None
    except StoreFailed:
        raise cannot_play("store") from None
    await noted(parts, call, "exported", asked.id, "bundle")
    await parts.reviews.exported(asked.id, call.known.party.id, "bundle")
    return await send_tar(call, f"{asked.id}.tar", first, files)


async def noted(parts: Parts, call: Call, what: What, subject: str, detail: str = "") -> None:
    """Write into the audit that whoever calls does `what`."""
    await parts.audit.note(call.known.party.id, what, subject, detail)


def refused(why: Refusal) -> CallRefused:
    """Return how `why` is said over HTTP."""
    status, sentence = SAID[str(why)]
    return CallRefused(status, str(why), sentence)
