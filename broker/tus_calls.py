"""The tus protocol 1.0.0 (tus.io), over which files are sent: core, creation, checksum, expiration
and termination.

What is created must have been offered on the link and accepted; its metadata name the `session` and
the `file`, as the offer did. All calls are their sender's alone: to anybody else there is no such file.
"""

import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Annotated, Final

from aiohttp import web
from msgspec import Meta, Struct

from broker.file_checks import KEPT_MS
from broker.file_rows import FileRow, Moved
from broker.files import Gone
from broker.http import Call, CallRefused, Nothing
from broker.intake import ALGORITHMS, Checksum, TooMuch, WrongChecksum, WrongKind
from broker.parts import Parts
from broker.uploads import READ_BYTES, WrongOffset
from protocol.session import Refused
from recordings.store import StoreFailed

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,checksum,expiration,termination"
CONTENT: Final = "application/offset+octet-stream"
LONGEST_METADATA: Final = 4096
WRONG_CHECKSUM: Final = 460
MOST_BYTES: Final = 2**40
TUS: Final = {"Tus-Resumable": VERSION}


class OfFile(Struct, frozen=True, kw_only=True):
    """The file that creating it has named `id`."""

    id: Annotated[str, Meta(pattern=r"^[A-Za-z0-9]{1,64}$(?!\n)")]


async def describe_tus(_parts: Parts, _call: Call, _: Nothing) -> web.StreamResponse:
    """Say which tus this is."""
    headers = {
        **TUS,
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }
    return web.Response(status=204, headers=headers)


async def create_file(parts: Parts, call: Call, _: Nothing) -> web.StreamResponse:
    """Begin to send a file that was offered and accepted (tus creation)."""
    _check_version(call)
    about = _metadata(call.request.headers.get("Upload-Metadata", ""))
    size = _number(call, "Upload-Length")
    session, file = about.get("session", ""), about.get("file", "")
    try:
        row = await parts.file_desk.uploads.begin(session, file, size, call.known.party)
    except Refused as refused:
        raise _cannot_begin(refused) from None
    headers = {**TUS, **_expiry(row), "Location": f"/v1/files/{row.id}"}
    return web.Response(status=201, headers=headers)


async def show_offset(parts: Parts, call: Call, asked: OfFile) -> web.StreamResponse:
    """Say how much of a file is here (tus core)."""
    _check_version(call)
    row = await _own(parts, call, asked)
    received = await parts.file_desk.uploads.received(row)
    headers = {"Upload-Offset": str(received), "Upload-Length": str(row.size)}
    return web.Response(headers={**TUS, **_expiry(row), **headers})


async def take_bytes(parts: Parts, call: Call, asked: OfFile) -> web.StreamResponse:
    """Take the next bytes of a file (tus core)."""
    _check_version(call)
    if call.request.content_type != CONTENT:
        raise CallRefused(415, "not_bytes", f"Send {CONTENT}.", **_TUS_HEADERS)
    offset = _number(call, "Upload-Offset")
    checksum = _checksum(call.request.headers.get("Upload-Checksum"))
    row = await _own(parts, call, asked)
    try:
        received = await parts.file_desk.uploads.write(row, offset, _body(call.request), checksum)
    except (WrongOffset, Moved):
        raise _refused(409, "wrong_offset", "The file is not that far, or further.") from None
    except WrongChecksum:
        raise _refused(WRONG_CHECKSUM, "wrong_checksum", "The checksum does not fit.") from None
    except TooMuch:
        raise _refused(413, "too_much", "The file was to have fewer bytes.") from None
    except WrongKind:
        sentence = "The file is not what its name says, so nobody gets it."
        raise _refused(415, "file_kind", sentence) from None
    except Gone:
        raise _refused(410, "unknown_file", "This file was withdrawn or erased.") from None
    except StoreFailed:
        raise _refused(503, "not_now", "The file cannot be stored at this moment.") from None
    headers = {**TUS, **_expiry(row), "Upload-Offset": str(received)}
    return web.Response(status=204, headers=headers)


async def end_file(parts: Parts, call: Call, asked: OfFile) -> web.StreamResponse:
    """Withdraw a file (tus termination)."""
    _check_version(call)
    row = await _own(parts, call, asked)
    try:
        await parts.file_desk.uploads.withdraw(row, call.known.party)
    except Refused:
        raise _refused(409, "not_now", "The file has arrived already.") from None
    return web.Response(status=204, headers=TUS)


OVERRIDDEN: Final = {"PATCH": take_bytes, "DELETE": end_file, "HEAD": show_offset}


async def call_by_other_name(parts: Parts, call: Call, asked: OfFile) -> web.StreamResponse:
    """Do what `X-HTTP-Method-Override` says, for who can send nothing but POST (tus core)."""
    does = OVERRIDDEN.get(call.request.headers.get("X-HTTP-Method-Override", "").upper())
    if does is None:
        raise _refused(400, "bad_upload", "X-HTTP-Method-Override names no method of tus.")
    return await does(parts, call, asked)


async def _own(parts: Parts, call: Call, asked: OfFile) -> FileRow:
    try:
        return await parts.file_desk.uploads.of(asked.id, call.known.party)
    except Refused:
        raise _refused(404, "unknown_file", "There is no such file for you.") from None


async def _body(request: web.Request) -> AsyncIterator[bytes]:
    """Yield the body as it comes; a line that is lost is a `ConnectionError`, whatever the reason."""
    request.content.set_read_chunk_size(READ_BYTES)
    try:
        async for content, _ in request.content.iter_chunks():
            if content:
                yield content
    except (web.RequestPayloadError, EOFError) as fault:
        raise ConnectionError(str(fault)) from None


_TUS_HEADERS: Final = {"Tus_Resumable": VERSION}


def _refused(status: int, error: str, message: str) -> CallRefused:
    return CallRefused(status, error, message, **_TUS_HEADERS)


def _cannot_begin(refused: Refused) -> CallRefused:
    if refused.code == "file_too_large":
        sentence = f"A file may have at most {refused.detail} bytes."
        most = {**_TUS_HEADERS, "Tus_Max_Size": refused.detail}
        return CallRefused(413, refused.code, sentence, **most)
    if refused.code == "not_now":
        return _refused(409, "not_now", "The other side has not accepted this file.")
    if refused.code == "malformed":
        return _refused(400, "wrong_size", "The file was offered with another size.")
    return _refused(404, "unknown_file", "There is no such file for you.")


def _check_version(call: Call) -> None:
    if call.request.headers.get("Tus-Resumable") != VERSION:
        headers = {**_TUS_HEADERS, "Tus_Version": VERSION}
        raise CallRefused(412, "tus_version", f"Send Tus-Resumable: {VERSION}.", **headers)


def _number(call: Call, header: str) -> int:
    """Return the bytes that `header` names."""
    value = call.request.headers.get(header, "")
    if not (value.isascii() and value.isdigit() and len(value) <= 16 and int(value) <= MOST_BYTES):
        raise _refused(400, "bad_upload", f"{header} must be a number of bytes.")
    return int(value)


def _metadata(header: str) -> dict[str, str]:
    """Read `Upload-Metadata`: names with values in Base64, parted by commas."""
    if len(header) > LONGEST_METADATA:
        raise _refused(400, "bad_upload", "Upload-Metadata is too long.")
    found = {}
    for pair in filter(None, header.split(",")):
        name, _, value = pair.strip().partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except ValueError:
            raise _refused(400, "bad_upload", f"Upload-Metadata: {name[:40]}") from None
    return found


def _checksum(header: str | None) -> Checksum | None:
    """Read `Upload-Checksum`: an algorithm and a digest in Base64."""
    if header is None:
        return None
    algorithm, _, digest = header.partition(" ")
    if algorithm not in ALGORITHMS:
        raise _refused(400, "bad_checksum", f"Checksums: {', '.join(ALGORITHMS)}.")
    try:
        return Checksum(algorithm, base64.b64decode(digest, validate=True))
    except ValueError:
        raise _refused(400, "bad_checksum", "The checksum is no Base64.") from None


def _expiry(row: FileRow) -> dict[str, str]:
    """Return until when the file may be gone on with."""
    at = datetime.fromtimestamp((row.changed_at + KEPT_MS) / 1000, UTC)
    return {"Upload-Expires": format_datetime(at, usegmt=True)} if row.state == "open" else {}
