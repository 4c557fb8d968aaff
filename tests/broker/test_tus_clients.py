"""Clients of tus that we did not write: killed, resumed at random offsets, and at another broker."""

import asyncio
import io
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tusclient.client import TusClient

from protocol import facts as f
from tests.broker.file_scene import FileScene, file_scene
from tests.broker.people import linked
from tests.broker.servers import serving

ROOT = Path(__file__).parents[2]
TUS_JS = """
import { createReadStream, statSync } from "node:fs";
import { Upload } from "tus-js-client";

const [url, token, session, file, path, known] = process.argv.slice(1);
const upload = new Upload(createReadStream(path), {
  endpoint: `${url}/v1/files`,
  ...(known && { uploadUrl: known }),
  uploadSize: statSync(path).size,
  chunkSize: 300_000,
  retryDelays: [0, 100, 500, 1000],
  headers: { Authorization: `Bearer ${token}` },
  metadata: { session, file },
  onChunkComplete: (_, sent) => console.log(`${sent} ${upload.url}`),
  onError: (fault) => {
    console.error(fault.message);
    process.exitCode = 1;
  },
  onSuccess: () => console.log(`done ${upload.url}`),
});
upload.start();
"""
CONTENT = b"%PDF-1.7\n" + random.Random(8).randbytes(3_000_000)


@asynccontextmanager
async def at_another_broker(known: FileScene) -> AsyncIterator[FileScene]:
    """The same session at a broker that was started afterwards."""
    async with serving(known.folder) as server, linked(server, cookie=known.cookie) as ana:
        await ana.follow(known.session)
        yield FileScene(
            server=server,
            session=known.session,
            ana=ana,
            customer=known.customer,
            account=known.account,
            cookie=known.cookie,
            token=known.token,
            folder=known.folder,
        )


async def test_tuspy_goes_on_where_it_was_stopped_also_at_the_next_broker(
    data_folder: Path,
) -> None:
    dice = random.Random(4)
    async with file_scene(data_folder) as first:
        file = await first.offer("a.pdf", len(CONTENT))
        about = {"session": first.session, "file": file}
        for _ in range(3):
            # Each one creates the file anew, and is sent on to the one there is.
            await asyncio.to_thread(_go_on, first, about, dice.randrange(1, len(CONTENT) // 2))
    async with at_another_broker(first) as second:
        await asyncio.to_thread(_go_on, second, about, len(CONTENT))
        assert (await second.heard(f.FileArrived, file)).size == len(CONTENT)
        assert (await second.fetch(file)).body == CONTENT


def _go_on(scene: FileScene, about: dict[str, str], stop_at: int) -> None:
    client = TusClient(
        f"{scene.server.url}/v1/files", headers={"Authorization": f"Bearer {scene.token}"}
    )
    uploader = client.uploader(
        file_stream=io.BytesIO(CONTENT), chunk_size=210_000, metadata=about, upload_checksum=True
    )
    uploader.set_url(uploader.create_url())
    uploader.offset = uploader.get_offset()
    if uploader.offset < stop_at:
        uploader.upload(stop_at=stop_at)


async def test_tus_js_client_goes_on_after_it_was_killed_also_at_the_next_broker(
    data_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(CONTENT)
    dice = random.Random(5)
    known = ""
    async with file_scene(data_folder) as first:
        file = await first.offer("a.pdf", len(CONTENT))
        for _ in range(2):
            known = await _js(first, file, path, known, dice.randrange(1, len(CONTENT) // 2))
    async with at_another_broker(first) as second:
        known = known.replace(first.server.url, second.server.url)
        await _js(second, file, path, known, None)
        assert (await second.heard(f.FileArrived, file)).size == len(CONTENT)
        assert (await second.fetch(file)).body == CONTENT


async def _js(scene: FileScene, file: str, path: Path, known: str, stop_at: int | None) -> str:
    """Send by tus-js-client, and kill it past `stop_at`; return where the file goes."""
    process = await asyncio.create_subprocess_exec(
        "node", "--input-type=module", "-e", TUS_JS, "--", scene.server.url, scene.token, scene.session, file, path, known,
        stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout
    async with asyncio.timeout(60):
        async for line in process.stdout:
            sent, _, url = line.decode().strip().partition(" ")
            known = url or known
            if sent != "done" and stop_at is not None and int(sent) >= stop_at:
                process.kill()
                break
        status = await process.wait()
    assert stop_at is not None or status == 0
    return known
