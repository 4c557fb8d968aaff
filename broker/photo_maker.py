"""The broker's side of `photo_worker.py`: starts it, and asks it for one photo after the other."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterable

import structlog

from broker import photo_worker

MOST_WAITING = 4
"""Uploads at a time; each holds some megabytes, and photos change rarely."""

MOST_PREVIEWS = 2
"""At a time: one is made while the next one's picture, 32 MiB at most, is read."""

PATIENCE_SECONDS = 8.0
"""So long a preview waits for its turn, which pages do (`LONGEST_MS` in `browser/src/previews.ts`)."""

LAST_SECONDS = 10

log = structlog.get_logger()


class NoPhoto(Exception):
    """It is no picture that we take, or one that would do harm."""


class TooBusy(Exception):
    """Too many photos are being made, or the worker is gone."""


class PhotoMaker:
    """One per broker; started with it, because nothing is executed later."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()
        self._waiting = 0
        self._previews = asyncio.Semaphore(MOST_PREVIEWS)

    def start(self) -> None:
        """Start the worker: with nothing in its environment, and in no reach of a terminal."""
        self._process = subprocess.Popen(  # noqa: S603 - our own module, nothing from outside
            [sys.executable, "-I", "-m", photo_worker.__name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )

    async def make(self, picture: bytes) -> bytes:
        """Return the photo made of `picture`, as WebP; raise `NoPhoto` or `TooBusy`."""
        if self._waiting >= MOST_WAITING:
            raise TooBusy
        self._waiting += 1
        try:
            return await self._made(photo_worker.PHOTO + picture)
        finally:
            self._waiting -= 1

    async def preview(self, picture: AsyncIterable[bytes]) -> bytes:
        """Return a small picture of `picture`, as WebP; raise `NoPhoto` or `TooBusy`.

        A conversation opened anew asks for all of its pictures at once, so each waits for its turn, and
        is read only then.
        """
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._previews.acquire()
        except TimeoutError:
            raise TooBusy from None
        try:
            return await self._made(
                photo_worker.PREVIEW + b"".join([each async for each in picture])
            )
        finally:
            self._previews.release()

    async def _made(self, asked: bytes) -> bytes:
        # A thread is never given up half way, so that question and answer stay together.
        photo = await asyncio.shield(asyncio.to_thread(self._ask, asked))
        if not photo:
            raise NoPhoto
        return photo

    def _ask(self, picture: bytes) -> bytes:
        process = self._process
        assert process
        assert process.stdin
        assert process.stdout
        with self._turn:
            try:
                photo_worker.write(process.stdin, picture)
                photo = photo_worker.read(process.stdout)
            except OSError:
                photo = None
        if photo is None:
            log.error("photo_worker_gone")
            raise TooBusy
        return photo

    async def stop(self) -> None:
        """Let the worker finish, and end it."""
        if self._process:
            await asyncio.to_thread(self._end, self._process)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        with self._turn, process:
            assert process.stdin
            process.stdin.close()
            try:
                process.wait(LAST_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
