"""A real S3 server (SeaweedFS) for the tests."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from recordings.store import StoreFailed, open_store
from tests.end_to_end.serving import free_port

WEED = Path(sys.executable).with_name("weed")
START_SECONDS = 180
"""Four servers in one."""

KEYS = {"access_key_id": "tester", "secret_access_key": "tester-secret"}
CONFIG = """{"identities": [{"name": "tester",
  "credentials": [{"accessKey": "tester", "secretKey": "tester-secret"}],
  "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}"""


class S3Server:
    """One server with a bucket called `bucket`, made by the first thing stored, to be stopped and let go on at will."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ports = [free_port() for _ in range(8)]
        self._process: asyncio.subprocess.Process | None = None
        self.address = "s3://bucket"
        self.options = {
            "endpoint": f"http://127.0.0.1:{self._ports[0]}",
            "region": "us-east-1",
            **KEYS,
        }

    async def start(self) -> None:
        """Start it and make the bucket."""
        config = self._folder / "s3.json"
        config.write_text(CONFIG)
        data = self._folder / "weed"
        data.mkdir(exist_ok=True)
        s3, s3_grpc, master, master_grpc, volume, volume_grpc, filer, filer_grpc = self._ports
        with (self._folder / "weed.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                WEED, "server", f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
                "-s3", f"-s3.port={s3}", f"-s3.port.grpc={s3_grpc}", f"-s3.config={config}",
                "-s3.allowEmptyFolder", "-s3.autoCreateBucket",
                "-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false", f"-master.port={master}",
                f"-master.port.grpc={master_grpc}", f"-volume.port={volume}",
                f"-volume.port.grpc={volume_grpc}", f"-filer.port={filer}",
                f"-filer.port.grpc={filer_grpc}", "-master.volumeSizeLimitMB=64", "-volume.max=20",
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        await self._serves()

    async def _serves(self) -> None:
        """Wait until it stores something; the bucket is made with it."""
        store = open_store(self.address, **self.options)
        async with asyncio.timeout(START_SECONDS):
            while True:
                with suppress(StoreFailed):
                    await store.delete("ready")
                    await store.put("ready", b"")
                    await store.delete("ready")
                    return
                await asyncio.sleep(0.1)

    async def end(self) -> None:
        """End it, as a power cut would."""
        process, self._process = self._process, None
        if process:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


@asynccontextmanager
async def s3_server(folder: Path) -> AsyncIterator[S3Server]:
    """A server that ends with the block."""
    server = S3Server(folder)
    try:
        await server.start()
        yield server
    finally:
        await server.end()
