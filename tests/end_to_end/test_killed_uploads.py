"""`kill -9` of the broker in the midst of what is sent: it goes on from there, and nothing is missing."""

import asyncio
import hashlib
import io
import os
import random
from contextlib import suppress
from pathlib import Path

import requests
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from protocol import facts as f
from protocol import requests as r
from tests.end_to_end.faulty_line import ByteLine, byte_line
from tests.end_to_end.serving import Person, Server, ask, begin, linked, serving
from tests.waiting import until

SEED = int(os.environ.get("DESKSIDE_SEED", "20261122"))
KILLS = 3
BYTES_A_SECOND = 8_000_000
"""Slow enough that a kill finds a PATCH under way, however busy the machine is."""


class Sender:
    """Sends `content` as `file` by tuspy, a client of tus that we did not write, over `line`."""

    def __init__(self, line: ByteLine, customer: Person, content: bytes, **about: str) -> None:
        headers = {"Authorization": f"Bearer {customer.token}"}
        self._client = TusClient(f"{line.url}/v1/files", headers=headers)
        self._content = content
        self._about = about

    def go_on(self) -> int:
        """Send what is not there yet, in one PATCH; return where that began."""
        uploader = self._client.uploader(
            file_stream=io.BytesIO(self._content),
            chunk_size=len(self._content),
            metadata=self._about,
        )
        # Creating it anew leads to the one there is.
        uploader.set_url(uploader.create_url())
        uploader.offset = begun = uploader.get_offset()
        uploader.upload()
        return int(begun)

    def is_cut(self) -> bool:
        """Send until the line is gone; say whether it went."""
        try:
            self.go_on()
        except (TusCommunicationError, requests.exceptions.RequestException):
            return True
        return False


async def test_an_upload_survives_a_kill_at_any_offset(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    content = b"%PDF-1.7\n" + dice.randbytes(20 * 1024**2 - 9)
    offsets = sorted(dice.randrange(100_000, len(content) - 1_000_000) for _ in range(KILLS))
    async with (
        serving(tmp_path) as server,
        byte_line(server.port) as line,
        linked(server, "ana") as rep,
        linked(server) as customer,
    ):
        session = await begin(customer, rep)
        about = {"session": session, "file": "report"}
        await ask(customer, r.OfferFile, **about, name="report.pdf", size=len(content))
        await ask(rep, r.AnswerFile, **about, accepted=True)
        sender = Sender(line, customer, content, **about)
        for offset in offsets:
            line.bytes_a_second = BYTES_A_SECOND
            async with asyncio.TaskGroup() as group:
                sending = group.create_task(asyncio.to_thread(sender.is_cut))
                await until(lambda: sending.done() or _stored(server) > offset)  # noqa: B023
                await server.kill()
            assert sending.result(), f"seed {SEED}: all of it went before {offset}"
            await server.start()
        line.bytes_a_second = 0
        begun = await asyncio.to_thread(sender.go_on)
        # What was committed before the last kill was not sent again.
        assert begun > 0, SEED
        facts = rep.sessions[session].facts
        await rep.until(lambda _: any(isinstance(fact, f.FileArrived) for fact in facts))
        [arrived] = [fact for fact in facts if isinstance(fact, f.FileArrived)]
        assert arrived.file_digest == hashlib.sha256(content).hexdigest()
        assert await _fetched(server, customer, session) == content


def _stored(server: Server) -> int:
    """Return how many bytes lie in the store."""
    found = 0
    for path in (server.data / "blobs").rglob("*"):
        with suppress(FileNotFoundError):
            found += path.stat().st_size
    return found


async def _fetched(server: Server, customer: Person, session: str) -> bytes:
    headers = {"Authorization": f"Bearer {customer.token}"}
    path = f"{server.url}/v1/sessions/{session}/files/report/link"
    async with customer._http.post(path, json={}, headers=headers) as answer:
        content = (await answer.json())["content"]
    async with customer._http.get(server.url + content) as answer:
        return await answer.read()
