"""A real coturn with the settings that we give out, but for its addresses and its secret."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.waiting import LIMIT_SECONDS

SETTINGS = Path(__file__).parents[1] / "deploy/turnserver.conf"
SECRET = "north"


def _itself(command: list[str]) -> list[str]:
    return command


@asynccontextmanager
async def coturn(
    folder: Path,
    addresses: Sequence[str],
    port: int,
    at: Callable[[list[str]], list[str]] = _itself,
) -> AsyncIterator[None]:
    """Serve at `addresses` until the block ends, as the program that `at` makes of it."""
    command = ["turnserver", "-c", str(SETTINGS), f"--static-auth-secret={SECRET}"]
    command += [f"--listening-port={port}", f"--pidfile={folder / 'pid'}", f"--db={folder / 'db'}"]
    command += ["--log-file=stdout", "--simple-log", "--no-tls", "--no-dtls"]
    for address in addresses:
        command += [f"--listening-ip={address}", f"--relay-ip={address}"]
        command += [f"--allowed-peer-ip={address}"]
    process = await asyncio.create_subprocess_exec(
        *at(command), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert process.stdout
    async with asyncio.TaskGroup() as group:
        try:
            async with asyncio.timeout(LIMIT_SECONDS):
                while b"admin thread" not in (line := await process.stdout.readline()):
                    assert line, "coturn ended before it served"
            # Whoever reads nothing of what it says stops it.
            group.create_task(process.stdout.read())
            yield
        finally:
            process.terminate()
            await process.wait()
