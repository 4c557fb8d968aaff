"""A real daemon of ClamAV for the tests, which knows one signature: ours, of the EICAR test file."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from broker.clamd import Clamd, NotChecked

# In two parts, or a scanner on the developer's machine would take this file away.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()
FOUND = "Deskside.Eicar.Test.UNOFFICIAL"

CONFIG = """
Foreground yes
LocalSocket {folder}/clamd.ctl
DatabaseDirectory {folder}/signatures
PidFile {folder}/clamd.pid
StreamMaxLength 4M
MaxThreads 2
"""


@asynccontextmanager
async def clamd(folder: Path) -> AsyncIterator[str]:
    """Run the daemon; yields the path of its socket."""
    signatures = folder / "signatures"
    signatures.mkdir(parents=True, exist_ok=True)
    (signatures / "deskside.ndb").write_text(f"Deskside.Eicar.Test:0:0:{EICAR.hex()}\n")
    config = folder / "clamd.conf"
    config.write_text(CONFIG.format(folder=folder))
    socket = folder / "clamd.ctl"
    with (folder / "clamd.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            "/usr/sbin/clamd", f"--config-file={config}", stdout=log, stderr=log
        )
    try:
        await _answers(str(socket))
        yield str(socket)
    finally:
        process.terminate()
        await process.wait()
        socket.unlink(missing_ok=True)


async def _answers(socket: str) -> None:
    """Wait until it looks at something."""
    async with asyncio.timeout(60):
        while True:
            try:
                await Clamd(socket).find(pieces(b"harmless"))
            except NotChecked:
                await asyncio.sleep(0.05)
            else:
                return


async def pieces(*contents: bytes) -> AsyncIterator[bytes]:
    """Yield `contents`, as a file would be read."""
    for content in contents:
        yield content
