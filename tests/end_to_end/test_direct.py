"""The picture goes directly between a customer and the console, and comes back when it must."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import expect

from protocol.picture import Rectangle
from tests.customer_client.screen.screens import Canvas, xvfb
from tests.end_to_end.axe import assert_accessible, assert_narrow
from tests.end_to_end.browsers import PATIENCE_MS, Person, begin, chromium, sign_in, visit
from tests.end_to_end.faulty_line import ByteLine, byte_line
from tests.end_to_end.screens import PICKED, colour, eventually, open_moving, sees_motion
from tests.end_to_end.serving import Server
from tests.waiting import until

FAR_SECONDS = 0.04
"""One way to the relay; the two people are on one machine."""


@dataclass(frozen=True)
class Direct:
    """Ana serves Max, whose client shares what she asks for and prints to `printed`."""

    server: Server
    rep: Person
    canvas: Canvas
    line: ByteLine
    client: asyncio.subprocess.Process
    printed: list[str]

    async def goes(self, way: str) -> None:
        await goes(self.rep, way)

    async def shows(self, x: int, y: int, rgb: tuple[int, int, int]) -> None:
        """Draw at the customer's, and wait until the rep sees exactly that."""
        red, green, blue = rgb
        self.canvas.fill(Rectangle(x, y, 8, 8), red << 16 | green << 8 | blue)

        async def look() -> bool:
            return await colour(self.rep, x + 2, y + 2) == rgb

        await eventually(look)


async def goes(rep: Person, way: str) -> None:
    """Wait until the picture takes this way, by the panel."""
    panel = rep.page.locator("dl", has_text="Way")
    # Both ends leave a path on which a slow machine says nothing for a moment, and come back after ever longer.
    await expect(panel.get_by_text(way, exact=True)).to_be_visible(timeout=4 * PATIENCE_MS)


@asynccontextmanager
async def far_relay(tmp_path: Path) -> AsyncIterator[tuple[Server, ByteLine]]:
    """A site that lets pictures go directly, whose relay is far from everybody."""
    server = Server(tmp_path)
    async with byte_line(server.port + 1) as line:
        line.delay_seconds = FAR_SECONDS
        server.set(DESKSIDE_RELAY_URL=line.url.replace("http", "ws"))
        await server.set_site(tmp_path, direct="on", rules={"recording_asked": False})
        await server.start()
        try:
            yield server, line
        finally:
            await server.stop()
            server.close()


@asynccontextmanager
async def directly(tmp_path: Path) -> AsyncIterator[Direct]:
    async with AsyncExitStack() as stack:
        server, line = await stack.enter_async_context(far_relay(tmp_path))
        display = stack.enter_context(xvfb())
        canvas = stack.enter_context(closing(Canvas(display)))
        browser = await stack.enter_async_context(chromium())
        rep = await sign_in(browser, server.url)
        client = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "customer_client.share", "--broker", server.url),
            *("--issue", "Computer", "--name", "Max", "--allow", "view,control,clipboard"),
            env=os.environ | {"DISPLAY": display},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        stack.push_async_callback(ended, client)
        printed: list[str] = []
        reading = asyncio.TaskGroup()
        await stack.enter_async_context(reading)
        reading.create_task(read(client, printed))
        await rep.press("Accept")
        yield Direct(server, rep, canvas, line, client, printed)
        client.terminate()


async def read(client: asyncio.subprocess.Process, printed: list[str]) -> None:
    assert client.stdout
    while line := await client.stdout.readline():
        printed.append(line.decode().strip())


async def ended(client: asyncio.subprocess.Process) -> None:
    if client.returncode is None:
        client.terminate()
    await client.wait()


HOLD_PATHS = """() => {
    const { promise, resolve } = Promise.withResolvers();
    window.letPathsBe = resolve;
    window.RTCPeerConnection = class extends RTCPeerConnection {
        async createOffer(...about) {
            await promise;
            return super.createOffer(...about);
        }
    };
}"""
"""However long it takes to see what comes over the relay, no path takes its place before."""


async def test_the_picture_goes_directly_where_the_relay_is_far(tmp_path: Path) -> None:
    async with directly(tmp_path) as direct:
        await direct.rep.page.evaluate(HOLD_PATHS)
        await direct.rep.press("Request screen")
        await direct.rep.press("Statistics")
        await direct.goes("over a relay")
        for turn in range(5):
            await direct.shows(10 * turn, 10, (200, 10 * turn, 60))
        await direct.rep.page.evaluate("letPathsBe()")
        await direct.goes("direct")
        for turn in range(5):
            await direct.shows(10 * turn, 30, (20, 10 * turn, 160))
        # What came before over the relay is there as it was.
        assert await colour(direct.rep, 12, 12) == (200, 10, 60)
        await both_compare_the_code(direct)
        await whoever_goes_is_met_by_the_relay(direct)
        assert not direct.rep.faults


async def both_compare_the_code(direct: Direct) -> None:
    """Nothing is verified before both have said so."""
    page = direct.rep.page
    code = await page.locator(".screen-direct-code").inner_text()
    await until(lambda: any(f"Your code is {code}." in line for line in direct.printed))
    await direct.rep.press("It is the same")
    await expect(page.get_by_text("The customer has not confirmed it yet.")).to_be_visible()
    await expect(page.get_by_text("Verified")).to_be_hidden()
    assert direct.client.stdin
    direct.client.stdin.write(b"/same\n")
    await expect(page.get_by_text("Verified: nobody is in between.")).to_be_visible()
    await until(lambda: "Verified: nobody is between you and Ana." in direct.printed)


async def whoever_goes_is_met_by_the_relay(direct: Direct) -> None:
    """A page that is loaded anew sees what is there now, though it came directly before."""
    await direct.rep.page.reload()
    await direct.shows(100, 50, (90, 20, 160))
    await until(lambda: "Your screen goes over a relay again." in direct.printed)


MADE = """
    const made = [];
    let over = false;
    window.RTCPeerConnection = class extends RTCPeerConnection {
        constructor(about) {
            super(over ? { iceTransportPolicy: "relay" } : about);
            made.push(this);
        }
    };
    window.endPaths = () => {
        over = true;
        made.forEach((each) => each.close());
    };
"""
"""No later path is found once they have been ended, however long one looks."""


async def test_a_customers_browser_shows_its_screen_directly(tmp_path: Path) -> None:
    async with far_relay(tmp_path) as (server, _), chromium(PICKED) as browser:
        rep = await sign_in(browser, server.url)
        customer = await visit(browser, server.url)
        await customer.page.add_init_script(MADE)
        await customer.page.reload()
        await begin(customer)
        await customer.press("Accept")
        await rep.press("Accept")
        await open_moving(customer)
        await customer.press("Share my screen")
        await rep.press("Statistics")
        await goes(rep, "direct")
        await sees_motion(rep)
        banner = customer.page.get_by_role("region", name="Shared screen")
        await expect(banner.get_by_text("not recorded · direct")).to_be_visible()
        await the_two_pages_compare_the_code(rep, customer)
        await customer.page.evaluate("endPaths()")
        await goes(rep, "over a relay")
        await sees_motion(rep)
        await expect(banner.get_by_text("direct")).to_be_hidden()
        await customer.press("Stop sharing")
        await expect(rep.page.get_by_role("region", name="Screen")).to_be_hidden()
        assert not rep.faults
        assert not customer.faults


async def the_two_pages_compare_the_code(rep: Person, customer: Person) -> None:
    """Each sees the same digits, and what the other has said of them."""
    shown = customer.page.get_by_role("region", name="Direct connection")
    code = await shown.locator("b").inner_text()
    await expect(rep.page.locator(".screen-direct-code")).to_have_text(code)
    await assert_accessible(customer.page, "the screen goes directly")
    await assert_narrow(customer.page, "the screen goes directly", 320)
    await customer.press("It is the same")
    await expect(shown.get_by_text("Ana has not confirmed it yet.")).to_be_visible()
    await rep.press("It is the same")
    await expect(rep.page.get_by_text("Verified: nobody is in between.")).to_be_visible()
    await expect(shown.get_by_text("Verified: nobody is between you and Ana.")).to_be_visible()
