"""The calls that give files out: a link for a minute, and what it opens.

Whatever a file is, a browser that opens its link only saves it: it is sent as an attachment of no
kind, and may not even guess. Pages that show one fetch it, and decide themselves what to draw.
"""

from collections.abc import AsyncIterator
from typing import Annotated, Final
from urllib.parse import quote

import structlog
from aiohttp import web
from msgspec import Meta, Struct

from broker.file_rows import FileRow
from broker.files import Gone
from broker.gate import too_often
from broker.http import Call, CallRefused
from broker.parts import Parts
from broker.photo_maker import NoPhoto, TooBusy
from protocol.fields import Id
from protocol.file_names import safe_name
from protocol.session import Refused, Session
from recordings.seal import SealBroken
from recordings.store import StoreFailed

PREVIEWED_BYTES: Final = 32 * 1024**2

log = structlog.get_logger()


class OfSessionFile(Struct, frozen=True, kw_only=True):
    """What is called `file` in session `id`."""

    id: Id
    file: Id


class Linked(Struct, frozen=True, kw_only=True):
    """Addresses that work for `seconds`: of the file, and of a small picture of it where there is one."""

    content: str
    preview: str
    seconds: int


class AskContent(Struct, frozen=True, kw_only=True):
    """The file `id`, as a `ticket` opens it."""

    id: Annotated[str, Meta(pattern=r"^[A-Za-z0-9]{1,64}$(?!\n)")]
    ticket: Annotated[str, Meta(max_length=2000)] = ""


async def link_file(parts: Parts, call: Call, asked: OfSessionFile) -> Linked:
    """Return links to a file that has arrived in a session; they work for a minute."""
    try:
        row, ticket = await parts.file_desk.links.make(asked.id, asked.file, call.known)
    except Refused as refused:
        if refused.code == "unknown_file":
            raise CallRefused(404, "unknown_file", "There is no such file for you.") from None
        raise
    base = f"/v1/files/{row.id}"
    preview = f"{base}/preview?ticket={ticket}" if row.kind == "picture" else ""
    return Linked(content=f"{base}/content?ticket={ticket}", preview=preview, seconds=60)


async def send_file(parts: Parts, call: Call, asked: AskContent) -> web.StreamResponse:
    """The content of a file, or the range of it that is asked for."""
    row, session = await _opened(parts, asked)
    start, end = _range(call.request, row.size)
    response = web.StreamResponse(status=206 if call.request.headers.get("Range") else 200)
    if response.status == 206:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{row.size}"
    response.headers.update(_headers(await parts.file_desk.files.name_of(row)))
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = f'"{row.digest}"'
    response.content_length = end - start
    content = parts.file_desk.files.read(row, session.customer, start, end)
    first = await _first(content)
    await response.prepare(call.request)
    try:
        await response.write(first)
        async for piece in content:
            await response.write(piece)
        await response.write_eof()
    except ConnectionError:
        log.info("file_not_fetched")
    except (Gone, SealBroken, StoreFailed) as fault:
        # Too late for an answer: what is cut short is seen to be, by its length.
        log.warning("file_cut_short", why=str(fault))
        if call.request.transport:
            call.request.transport.abort()
    return response


async def _first(content: AsyncIterator[bytes]) -> bytes:
    """Return the first piece, while there still can be another answer."""
    try:
        return await anext(content, b"")
    except StoreFailed:
        raise CallRefused(503, "not_now", "The file cannot be fetched at this moment.") from None
    except (Gone, SealBroken):
        raise CallRefused(410, "unknown_file", "This file was erased, or is damaged.") from None


async def show_preview(parts: Parts, _call: Call, asked: AskContent) -> web.StreamResponse:
    """A small picture of a picture, as WebP, made in a process that can do nothing else."""
    row, session = await _opened(parts, asked)
    if row.kind != "picture" or row.size > PREVIEWED_BYTES:
        raise CallRefused(404, "no_preview", "There is no preview of this.")
    try:
        preview = await parts.previews.of(row.id, _whole(parts, row, session))
    except NoPhoto:
        raise CallRefused(404, "no_preview", "This is no picture that can be shown.") from None
    except TooBusy:
        raise too_often(2) from None
    headers = {"Cache-Control": "private, max-age=300"}
    return web.Response(body=preview, content_type="image/webp", headers=headers)


async def _whole(parts: Parts, row: FileRow, session: Session) -> AsyncIterator[bytes]:
    content = parts.file_desk.files.read(row, session.customer)
    yield await _first(content)
    async for piece in content:
        yield piece


async def _opened(parts: Parts, asked: AskContent) -> tuple[FileRow, Session]:
    try:
        return await parts.file_desk.links.opened(asked.id, asked.ticket)
    except Refused:
        sentence = "This link has expired, or was never one."
        raise CallRefused(404, "unknown_file", sentence) from None


def _headers(name: str) -> dict[str, str]:
    """Return what makes a browser save a file, and only save it."""
    safe = safe_name(name)
    plain = "".join(
        sign if sign.isascii() and sign.isprintable() and sign not in '"\\%;' else "_"
        for sign in safe
    )
    return {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe)}",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "Cache-Control": "private, no-store",
    }


def _range(request: web.Request, size: int) -> tuple[int, int]:
    """Return the first byte that is wanted and the one after the last."""
    try:
        wanted = request.http_range
    except ValueError:
        wanted = slice(size, size)
    start, end, _ = wanted.indices(size)
    if start >= end:
        rest = {"Content_Range": f"bytes */{size}"}
        raise CallRefused(416, "bad_range", f"There are {size} bytes.", **rest)
    return start, end
