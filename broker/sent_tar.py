"""Sends a tar file that is made while it is sent, so that its length does not matter."""

import io
from collections.abc import AsyncIterator

from aiohttp import web

from broker.http import Call
from recordings.bundle import TarWriter


async def send_tar(
    call: Call, name: str, first: tuple[str, bytes], files: AsyncIterator[tuple[str, bytes]]
) -> web.StreamResponse:
    """Answer `call` with a tar file called `name`: `first`, then `files`, each by its name. No more than one
    of them is held.
    """
    response = web.StreamResponse()
    response.content_type = "application/x-tar"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    await response.prepare(call.request)
    buffer = io.BytesIO()
    writer = TarWriter(buffer)
    writer.add(*first)
    async for each, data in files:
        await response.write(_taken(buffer))
        writer.add(each, data)
    writer.close()
    await response.write(_taken(buffer))
    await response.write_eof()
    return response


def _taken(buffer: io.BytesIO) -> bytes:
    data = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return data
