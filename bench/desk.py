"""Deskside as `bench.picture` shows it: the server, the sharer from the command line, and a rep at
the console in Chromium.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
from playwright.async_api import Page, expect

from bench.link import REP, Link
from bench.peers import Shown, running, wait_for

PORT, RELAY_PORT = 8977, 8978
REP_NAME, PASSWORD = "ana", "a bench password"
LOG = Path(__file__).with_name("results") / "picture.log"
PATIENCE_MS = 60_000


@contextmanager
def deskside(display: str, line: Link | None) -> Iterator[tuple[Shown, tuple[str, ...]]]:
    """Share `display` with a rep; give what is shown, and the rep's name and password."""
    host = REP if line else "127.0.0.1"
    url = f"{'https' if line else 'http'}://{host}:{PORT}"
    with ExitStack() as stack:
        data = stack.enter_context(tempfile.TemporaryDirectory())
        program = str(Path(sys.executable).with_name("deskside"))
        server = stack.enter_context(
            running(
                line.at_rep(program, "up") if line else [program, "up"],
                log=LOG,
                DESKSIDE_HOST=host,
                DESKSIDE_PORT=str(PORT),
                DESKSIDE_URL=url,
                # Browsers decode video only where the connection is safe, or stays on the machine.
                DESKSIDE_TLS="self" if line else "off",
                DESKSIDE_DATA=data,
                DESKSIDE_DEMO="1",
                DESKSIDE_DEMO_PASSWORD=PASSWORD,
            )
        )
        wait_for(host, PORT, line.rep if line else "")
        share = [sys.executable, "-m", "customer_client.share", "--broker", url]
        share += ["--issue", "Computer", "--name", "Bench", "--allow", "view,control,recording"]
        trusted = {"SSL_CERT_FILE": _authority(Path(data))} if line else {}
        sharer = stack.enter_context(
            running(
                line.at_customer(*share) if line else share, log=LOG, DISPLAY=display, **trusted
            )
        )
        yield (
            Shown(
                url=f"{url}/console",
                port=RELAY_PORT,
                sharer=(sharer.pid,),
                relay=tuple(_relays(server.pid)),
            ),
            (REP_NAME, PASSWORD),
        )


def _authority(data: Path) -> str:
    """Return the file that says whom the server's certificate is from."""
    return str(next(data.rglob("self.pem")))


def _relays(server: int) -> Iterator[int]:
    """Yield the processes that the server has started."""
    time.sleep(1)
    for child in psutil.Process(server).children(recursive=True):
        yield child.pid


async def show_screen(page: Page, name: str, password: str) -> None:
    """Sign in at the console, take the session that waits, and ask to see its screen."""
    expect.set_options(timeout=PATIENCE_MS)
    page.set_default_timeout(PATIENCE_MS)
    await page.get_by_role("textbox", name="User name").fill(name)
    await page.get_by_role("textbox", name="Password").fill(password)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    available = page.get_by_role("switch", name="Available")
    await expect(available).to_be_visible()
    if not await available.is_checked():
        await available.click()
    queue = page.get_by_role("region", name="Queue")
    await queue.get_by_role("button", name="Accept").first.click()
    await page.get_by_role("button", name="Request screen").first.click()
    screen = page.get_by_role("region", name="Screen")
    await expect(screen.locator("canvas").first).to_be_visible()
