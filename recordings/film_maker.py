"""Makes a film of a recording's segments, without holding more of four hours than of a minute.

They are opened one after the other and handed to a process of its own (`film.py`) that decodes and composes, which has
no key and reaches nothing; what it makes goes out as it comes.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from typing import Final, Protocol

import msgspec
from msgspec.structs import replace

from protocol.picture import BadPicture, Geometry
from protocol.picture_bytes import decode
from recordings import film_lines
from recordings.film_lines import Head
from recordings.form import BadForm, Kind
from recordings.opening import Segments
from recordings.playback import SHOWN
from recordings.seal import SealBroken
from recordings.store import StoreFailed
from recordings.tape import BEGINNING, stretches

FILM: Final = "recordings.film"
"""By its name: what it imports decodes, and has no place here."""

READ_BYTES: Final = 256 * 1024
SHARING_ENDS: Final = ("sharing_stopped", "sharing_paused", "ended", "recording_withdrawn")


class NoFilm(Exception):
    """There is nothing to make it of ("no_video"), or it could not be made ("failed")."""


class Out(Protocol):
    """Where a film goes."""

    async def add(self, data: bytes) -> None:
        """Take what comes next, behind the first `BEGINNING` bytes."""

    async def first(self, data: bytes) -> None:
        """Take the first `BEGINNING` bytes, or all if it is shorter, at the end."""


class FilmMaker:
    """Makes one film as `head` says, but for its size; `tell` hears how many percent are done."""

    def __init__(
        self, segments: Segments, head: Head, out: Out, tell: Callable[[int], None]
    ) -> None:
        self._segments = segments
        self._head = head
        self._out = out
        self._tell = tell

    async def make(self) -> str:
        """Make it and return which form it has ("mp4", "webm"). Raises `NoFilm`, `SealBroken`, `BadForm`,
        and whatever `StoreFailed` there is.
        """
        composer = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            "-m",
            FILM,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
            cwd="/",
        )
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._feed(composer))
                made = both.create_task(self._collect(composer))
        except* (NoFilm, StoreFailed, SealBroken, BadForm) as faults:
            raise faults.exceptions[0] from None
        finally:
            if composer.returncode is None:
                composer.kill()
            await composer.wait()
        return made.result()

    async def _feed(self, composer: asyncio.subprocess.Process) -> None:
        assert composer.stdin
        width, height = await self._sides()
        head = replace(self._head, width=width, height=height)
        try:
            composer.stdin.write(film_lines.write_head(head))
            async for line in self._lines():
                composer.stdin.write(line)
                await composer.stdin.drain()
            composer.stdin.close()
        except (BrokenPipeError, ConnectionResetError):
            # It has ended already; how is asked there.
            return

    async def _lines(self) -> AsyncIterator[bytes]:
        """Yield what the composer is told, in the order of time."""
        began = self._head.began * 1000
        ends = [each * 1000 - began for each in await self._ends()]
        rows, latest = self._segments.shown, 0
        for count, row in enumerate(rows):
            for record in await self._segments.open(row, SHOWN):
                # Of two writers one may have begun before the other had ended.
                latest = max(latest, record.time - began)
                while ends and ends[0] <= latest:
                    yield film_lines.write_line(film_lines.BLANK, max(0, ends.pop(0)))
                if record.kind is not Kind.INPUT:
                    yield film_lines.write_line(record.kind, latest, record.payload)
            self._tell(98 * (count + 1) // len(rows))
        for end in ends:
            latest = max(latest, end)
            yield film_lines.write_line(film_lines.BLANK, latest)
        yield film_lines.write_line(film_lines.END, latest)

    async def _ends(self) -> list[int]:
        """Return when sharing ended, in ms: from then on nobody saw anything."""
        facts = [msgspec.json.decode(line) for line in (await self._segments.facts()).lines]
        return sorted(fact["at"] for fact in facts if fact["type"] in SHARING_ENDS)

    async def _sides(self) -> tuple[int, int]:
        """Return the size of the largest picture there is; each whole one begins with its geometry."""
        size = 0, 0
        for row in self._segments.rows:
            wanted = {each.record for each in row.pictures}
            if not wanted:
                continue
            for record in await self._segments.open(row, (Kind.PICTURE,), wanted):
                size = _larger(size, record.payload)
        return size

    async def _collect(self, composer: asyncio.subprocess.Process) -> str:
        assert composer.stdout
        held, first = bytearray(), b""
        while data := await composer.stdout.read(READ_BYTES):
            held += data
            for at, stretch in stretches(held):
                if at < BEGINNING:
                    first = stretch
                else:
                    await self._out.add(stretch)
        status = await composer.wait()
        if status == film_lines.NOTHING_TO_SHOW:
            raise NoFilm("no_video")
        if status or not first:
            raise NoFilm("failed")
        await self._out.first(first)
        return "mp4" if first[4:8] == b"ftyp" else "webm"


def _larger(size: tuple[int, int], payload: bytes) -> tuple[int, int]:
    try:
        message = decode(payload)
    except BadPicture:
        return size
    body = message.body
    if not isinstance(body, Geometry):
        return size
    shown = message.rectangles[body.chosen - 1] if body.chosen else body
    return max(size[0], shown.width), max(size[1], shown.height)
