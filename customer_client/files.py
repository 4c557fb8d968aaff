"""Sends files by tus 1.0 (tus.io), and saves those that were received.

What is saved goes where the customer has chosen and nowhere else, is never opened, and appears there
under its name only once all of it is there and its digest is right. A cut line costs nothing, either way.
"""

import asyncio
import base64
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import BinaryIO

import aiohttp

PIECE_BYTES = 64 * 1024
SENT_BYTES = 16 * PIECE_BYTES
"""Of a call. More would be no faster, and a line that is dead is noticed at the end of one."""

LONGEST_CALL = aiohttp.ClientTimeout(total=120)
LONGEST_FETCH = aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=30)
AGAIN_SECONDS = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Between tries; the last one stands for all that follow."""

VERSION = {"Tus-Resumable": "1.0.0"}
WRONG_OFFSET = 409
NOT_NOW = (408, 425, 429)
"""A later try may find the broker less busy, as with all that begin with a 5."""

PAST_THE_END = 416

Content = Path | bytes
"""What is sent: a file, or what was pasted."""

Progress = Callable[[int], None]


class NotTaken(Exception):
    """The broker does not take the file, or has no such file; the text is its sentence."""


class Damaged(Exception):
    """What came is not what was sent, so nothing was saved."""


class Files:
    """The files of the customer who proves to be one by `token`, at the broker at `url`."""

    def __init__(self, url: str, http: aiohttp.ClientSession, token: str) -> None:
        self._url = url.rstrip("/")
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}

    async def send(self, session: str, file: str, source: Content, progress: Progress) -> None:
        """Send `source`, which was offered in `session` as `file` and accepted; cancel it to pause.

        A cut line is waited for. Called again, it goes on where it was. Raises `NotTaken`, and
        `OSError` where the source cannot be read any more.
        """
        size = await size_of(source)
        tries = 0
        while True:
            try:
                address = await self._create(session, file, size)
                offset = await self._offset(address)
                while offset < size:
                    progress(offset)
                    offset = await self._go_on(address, source, offset, progress)
                    tries = 0
            except LINE_FAULTS:
                await _wait_after(tries)
                tries += 1
            else:
                progress(size)
                return

    async def save(
        self, session: str, file: str, path: Path, digest: str, progress: Progress
    ) -> None:
        """Save what is called `file` in `session` as `path`; cancel it to save nothing.

        A cut line is waited for. Raises `NotTaken`, `Damaged`, and `OSError` where it cannot be
        written there.
        """
        handle, name = await asyncio.to_thread(tempfile.mkstemp, dir=path.parent, prefix=".part-")
        part, seen = Path(name), hashlib.sha256()
        try:
            with os.fdopen(handle, "wb") as out:
                await self._fetch(session, file, out, seen, progress)
            if seen.hexdigest() != digest:
                raise Damaged
            await asyncio.to_thread(part.replace, path)
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)

    async def _fetch(
        self, session: str, file: str, out: BinaryIO, seen: "hashlib._Hash", progress: Progress
    ) -> None:
        """Write all of a file to `out`, over as many lines as it takes."""
        tries = done = 0
        while True:
            try:
                # A link lives for a minute, so each try has its own.
                async for piece in self._rest(await self._link(session, file, "content"), done):
                    seen.update(piece)
                    await asyncio.to_thread(out.write, piece)
                    done += len(piece)
                    progress(done)
                    tries = 0
            except LINE_FAULTS:
                await _wait_after(tries)
                tries += 1
            else:
                return

    async def _rest(self, address: str, start: int) -> AsyncIterator[bytes]:
        headers = {"Range": f"bytes={start}-"} if start else {}
        async with self._http.get(address, headers=headers, timeout=LONGEST_FETCH) as response:
            if start and response.status == PAST_THE_END:
                return  # the line was cut after the last byte
            await _check(response)
            async for piece in response.content.iter_chunked(PIECE_BYTES):
                yield piece

    async def preview(self, session: str, file: str) -> bytes:
        """Return a small picture of a picture, as WebP; raise `NotTaken` where there is none.

        A cut line is waited for.
        """
        tries = 0
        while True:
            try:
                address = await self._link(session, file, "preview")
                async with self._http.get(address) as response:
                    await _check(response)
                    return await response.read()
            except LINE_FAULTS:
                await _wait_after(tries)
                tries += 1

    async def _link(self, session: str, file: str, what: str) -> str:
        path = f"{self._url}/v1/sessions/{session}/files/{file}/link"
        async with self._http.post(path, json={}, headers=self._headers) as response:
            await _check(response)
            found: str = (await response.json())[what]
        if not found:
            raise NotTaken(what)
        return self._url + found

    async def _create(self, session: str, file: str, size: int) -> str:
        about = f"session {_base64(session)},file {_base64(file)}"
        headers = {**VERSION, "Upload-Length": str(size), "Upload-Metadata": about}
        response = await self._call("POST", f"{self._url}/v1/files", headers)
        return self._url + response.headers["Location"]

    async def _offset(self, address: str) -> int:
        response = await self._call("HEAD", address, VERSION)
        return int(response.headers["Upload-Offset"])

    async def _go_on(self, address: str, source: Content, offset: int, progress: Progress) -> int:
        """Send what comes from `offset` on; return how much is there then."""
        content = await asyncio.to_thread(_piece, source, offset)
        headers = {
            **VERSION,
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(len(content)),
        }
        going = _telling(content, lambda sent: progress(offset + sent))
        response = await self._call("PATCH", address, headers, going, again=WRONG_OFFSET)
        return int(response.headers["Upload-Offset"])

    async def _call(
        self,
        method: str,
        address: str,
        headers: dict[str, str],
        content: AsyncIterator[bytes] | None = None,
        again: int = 0,
    ) -> aiohttp.ClientResponse:
        sent = {**self._headers, **headers}
        async with self._http.request(
            method, address, data=content, headers=sent, timeout=LONGEST_CALL
        ) as response:
            await _check(response, again)
            return response


LINE_FAULTS = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError)


async def size_of(source: Content) -> int:
    """Return how many bytes `source` has; raise `OSError` where it is no file that can be read."""
    if isinstance(source, bytes):
        return len(source)
    return await asyncio.to_thread(_size_of_file, source)


def _size_of_file(path: Path) -> int:
    with path.open("rb") as file:
        return os.fstat(file.fileno()).st_size


async def _wait_after(tries: int) -> None:
    await asyncio.sleep(AGAIN_SECONDS[min(tries, len(AGAIN_SECONDS) - 1)])


async def _telling(content: bytes, progress: Progress) -> AsyncIterator[bytes]:
    """Yield `content` piece by piece, and tell what is under way."""
    for start in range(0, len(content), PIECE_BYTES):
        yield content[start : start + PIECE_BYTES]
        progress(min(start + PIECE_BYTES, len(content)))


def _piece(source: Content, offset: int) -> bytes:
    if isinstance(source, bytes):
        return source[offset : offset + SENT_BYTES]
    with source.open("rb") as file:
        file.seek(offset)
        return file.read(SENT_BYTES)


async def _check(response: aiohttp.ClientResponse, again: int = 0) -> None:
    if response.status >= 500 or response.status in (*NOT_NOW, again):
        raise aiohttp.ClientConnectionError(str(response.status))
    if not response.ok:
        said = await response.json() if response.content_type == "application/json" else {}
        raise NotTaken(said.get("message", f"{response.status}"))


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
