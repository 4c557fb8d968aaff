"""Deskside as `bench.picture` shows it: the server, the sharer from the command line, and a rep at
the console in Chromium.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil
from playwright.async_api import Page, expect

from bench.link import REP, Link
from bench.peers import Shown, running, wait_for

PORT, RELAY_PORT = 8977, 8978
REP_NAME, PASSWORD = "ana", "a bench password"
LOG = Path(__file__).with_name("results") / "picture.log"
PATIENCE_MS = 60_000


@contextmanager
def deskside(
    display: str, line: Link | None, *, site: dict[str, Any] | None = None
) -> Iterator[tuple[Shown, tuple[str, ...]]]:
    """Share `display` with a rep; give what is shown, and the rep's name and password. `site` is what
    the site has otherwise.
    """
    host = REP if line else "127.0.0.1"
    url = f"{'https' if line else 'http'}://{host}:{PORT}"
    LOG.parent.mkdir(exist_ok=True)
    with ExitStack() as stack:
        data = stack.enter_context(tempfile.TemporaryDirectory())
        program = str(Path(sys.executable).with_name("deskside"))
        if site:
            _set_site(program, Path(data), site)
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
                line.at_customer(*share) if line else share,
                log=LOG,
                stdout=None,
                DISPLAY=display,
                **trusted,
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


def _set_site(program: str, data: Path, site: dict[str, Any]) -> None:
    """Change the settings of the site in `data`; `rules` are merged into those there are."""
    environment = {**os.environ, "DESKSIDE_DATA": str(data), "DESKSIDE_DEMO": "1"}
    show = [program, "site", "show"]
    shown = subprocess.run(show, capture_output=True, check=True, env=environment).stdout
    settings = json.loads(shown)
    settings |= site | {"rules": settings["rules"] | site.get("rules", {})}
    changed = data / "site.json"
    changed.write_text(json.dumps(settings))
    subprocess.run([program, "site", "set", str(changed)], check=True, env=environment)


def _authority(data: Path) -> str:
    """Return the file that says whom the server's certificate is from."""
    for _ in range(100):
        if found := [*data.rglob("self.pem")]:
            return str(found[0])
        # The ports are held before the certificate is made.
        time.sleep(0.1)
    raise FileNotFoundError("The server made no certificate.")


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
    # Pixel by pixel, as the peers show it: to scale each picture is work of its own.
    await screen.get_by_role("button", name="100 %").click()


async def take_control(page: Page) -> None:
    """Ask to steer, and put the keyboard into the picture."""
    await page.get_by_role("button", name="Request control").first.click()
    await expect(page.get_by_role("button", name="Type there")).to_be_visible()
    await page.get_by_role("button", name="Type there").click()
    await expect(page.get_by_text("What you type goes to the customer")).to_be_visible()
