"""Two networks that cannot reach each other: the picture goes over a TURN server, until its way breaks."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from protocol.picture import Rectangle
from tests.coturn import SECRET, coturn
from tests.customer_client.screen.screens import Canvas, xvfb
from tests.end_to_end.browsers import ARGUMENTS, CHROMIUM, Person, sign_in
from tests.end_to_end.screens import colour, eventually
from tests.end_to_end.serving import Server
from tests.end_to_end.test_direct import FAR_SECONDS, Direct, ended, read
from tests.networks import SERVER_4, SERVER_6, Networks, needs_namespaces, networks

TURN_PORT = 3478

SPOT = (4, 4)
STEPS = 24
"""The spot grows redder by so many steps, ten apart, and comes back to where it was never."""

WATCH = """
    const seen = window.seenReds = [];
    setInterval(() => {
        const canvas = document.querySelector(".screen-surface > canvas");
        if (!canvas || !canvas.width) return;
        const [red, green] = canvas.getContext("2d").getImageData(4, 4, 1, 1).data;
        if (green === 77 && red !== seen.at(-1)) seen.push(red);
    }, 5);
"""


@asynccontextmanager
async def far_apart(tmp_path: Path, there: Networks, host: str) -> AsyncIterator[Direct]:
    """A rep in one network and a customer's client in another, each with a way to the broker and to the
    TURN server at `host` alone."""
    server = Server(tmp_path)
    async with AsyncExitStack() as stack:
        address = host.strip("[]")
        await stack.enter_async_context(
            coturn(tmp_path, [address], TURN_PORT, lambda words: there.middle.command(*words))
        )
        url = f"turn:{host}:{TURN_PORT}"
        server.set(DESKSIDE_TURN=url, DESKSIDE_TURN_SECRET=SECRET)
        await server.set_site(tmp_path, direct="turn", rules={"recording_asked": False})
        await server.start()
        stack.callback(server.close)
        stack.push_async_callback(server.stop)
        for home in (there.one, there.other):
            await stack.enter_async_context(home.forwarding(server.port))
        await stack.enter_async_context(there.one.forwarding(server.port + 1, FAR_SECONDS))
        line = await stack.enter_async_context(there.other.forwarding(server.port + 1, FAR_SECONDS))
        display = stack.enter_context(xvfb())
        canvas = stack.enter_context(closing(Canvas(display)))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(
            executable_path=there.one.program(tmp_path / "chromium", str(CHROMIUM)),
            args=ARGUMENTS,
        )
        stack.push_async_callback(browser.close)
        rep = await sign_in(browser, server.url)
        client = await asyncio.create_subprocess_exec(
            *there.other.command(sys.executable, "-m", "customer_client.share"),
            *("--broker", server.url, "--issue", "Computer", "--name", "Max"),
            *("--allow", "view,control,clipboard"),
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
        await rep.press("Request screen")
        await rep.press("Statistics")
        yield Direct(server, rep, canvas, line, client, printed)
        client.terminate()


async def draws(direct: Direct, at: int) -> None:
    """Make the spot redder by a step, and leave a square that nothing draws again."""
    direct.canvas.fill(Rectangle(0, 0, 8, 8), (10 * at) << 16 | 77 << 8)
    direct.canvas.fill(Rectangle(16 * at, 40, 8, 8), (10 * at) << 16 | 200)
    await asyncio.sleep(0)


async def sees_step(rep: Person, at: int) -> None:
    async def look() -> bool:
        return await colour(rep, *SPOT) == (10 * at, 77, 0)

    await eventually(look)


async def reds(page: Page) -> list[int]:
    seen: list[int] = await page.evaluate("window.seenReds")
    return seen


@needs_namespaces
@pytest.mark.parametrize("host", [SERVER_4, f"[{SERVER_6}]"])
async def test_a_turn_server_joins_two_networks_and_its_loss_costs_no_picture(
    tmp_path: Path, host: str
) -> None:
    with networks() as there:
        async with far_apart(tmp_path, there, host) as direct:
            await draws(direct, 0)
            await direct.goes("direct")
            await direct.rep.page.evaluate(WATCH)
            for at in range(1, STEPS):
                await draws(direct, at)
                if at == STEPS // 3:
                    await sees_step(direct.rep, at)
                    # No packet comes through any more, and nobody is told.
                    there.other.cut()
                elif at == STEPS // 2:
                    await direct.goes("over a relay")
                    await sees_step(direct.rep, at)
            await sees_step(direct.rep, STEPS - 1)
            for at in range(STEPS):
                assert await colour(direct.rep, 16 * at + 2, 42) == (10 * at, 0, 200)
            seen = await reds(direct.rep.page)
            assert seen == sorted(set(seen)), "a picture came late, or twice"
            assert not direct.rep.faults
