"""Screens that are shared in tests: a tab that moves, and a sharer that a test plays itself."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from playwright.async_api import Page, expect

from protocol import facts as f
from protocol import picture as p
from protocol import requests as r
from protocol.picture_bytes import decode, encode
from tests.end_to_end.browsers import Person
from tests.end_to_end.serving import Person as Linked
from tests.end_to_end.serving import Server, ask
from tests.waiting import LIMIT_SECONDS

TITLE = "What the customer shows"
PICKED = f"--auto-select-tab-capture-source-by-title={TITLE}"
"""The browser's own picker takes the tab of that title."""

MOVING = f"""<!doctype html><title>{TITLE}</title>
<body style="margin:0; background:#204060">
<div id="box" style="position:absolute; top:200px; left:100px; width:200px; height:200px"></div>
<script>
  let turn = 0;
  const colours = ["#ff0000", "#00ff00"];
  setInterval(() => box.style.background = colours[turn++ % 2], 400);
</script>"""

BACKGROUND = (0x20, 0x40, 0x60)
RED = (255, 0, 0)
GREEN = (0, 255, 0)
BOX = (200, 300)

NEAR = 45
"""What a capture and a codec may change of a colour; another one is further away."""

COLOUR = """([x, y]) => {
    const canvas = document.querySelector(".screen-surface > canvas");
    if (!canvas || canvas.closest("[hidden]") || !canvas.width) return null;
    return [...canvas.getContext("2d").getImageData(x, y, 1, 1).data.slice(0, 3)];
}"""


async def open_moving(customer: Person) -> Page:
    """Open the tab that will be shared, and come back to the chat."""
    page = await customer.page.context.new_page()
    await page.set_content(MOVING)
    await customer.page.bring_to_front()
    return page


async def colour(rep: Person, x: int, y: int) -> tuple[int, ...] | None:
    """Return the colour that the rep sees at a point of the shared screen; None without a picture."""
    seen = await rep.page.evaluate(COLOUR, [x, y])
    return tuple(seen) if seen else None


def is_like(seen: tuple[int, ...] | None, wanted: tuple[int, ...]) -> bool:
    return seen is not None and all(
        abs(one - other) <= NEAR for one, other in zip(seen, wanted, strict=True)
    )


async def eventually(holds: Callable[[], Awaitable[bool]], seconds: float = LIMIT_SECONDS) -> None:
    """Return once `holds()` says so; fail when it does not for `seconds`."""
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 - a page has to be asked
            await asyncio.sleep(0.03)


async def sees_colour(rep: Person, at: tuple[int, int], wanted: tuple[int, ...]) -> None:
    """Wait until the rep sees `wanted` at a point."""

    async def look() -> bool:
        return is_like(await colour(rep, *at), wanted)

    await eventually(look)


async def sees_motion(rep: Person) -> None:
    """Wait until the rep has seen the box in both its colours."""
    await sees_colour(rep, BOX, RED)
    await sees_colour(rep, BOX, GREEN)
    await sees_colour(rep, BOX, RED)


class PlayedSharer:
    """The customer's side of a picture, played by the test: shows one plain screen."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._sequence = 0
        self.heard: list[p.Body] = []

    async def show(self, body: p.Body, *rectangles: p.Rectangle, **flags: Any) -> None:
        self._sequence += 1
        fields: dict[str, Any] = {"stream": 1, "time": 0} | flags
        message = p.Message(**fields, sequence=self._sequence, body=body, rectangles=rectangles)
        await self._socket.send_bytes(encode(message))

    async def show_plain(
        self, width: int, height: int, rgb: tuple[int, int, int], stream: int = 1
    ) -> None:
        """Show a whole screen in one colour."""
        whole = p.Rectangle(0, 0, width, height)
        screen = p.Geometry(width=width, height=height, sharing="screen", names=("",))
        await self.show(screen, whole, stream=stream)
        # Packed: twice a whole screen as it is would be more than a relay takes within a second.
        pixels = zlib.compress(bytes(rgb) * (width * height), 1)
        patch = p.Patch(coding="deflate", data=pixels)
        # No checkpoint: nobody has anything of this screen yet.
        await self.show(patch, whole, stream=stream, key=True)

    async def listen(self) -> None:
        async for message in self._socket:
            self.heard.append(decode(message.data).body)

    def of(self, kind: type[p.Body]) -> list[Any]:
        """Return what was heard of one kind so far."""
        return [each for each in self.heard if isinstance(each, kind)]


@asynccontextmanager
async def sharing(server: Server, customer: Linked, session: str) -> AsyncIterator[PlayedSharer]:
    """Share a screen as `customer`; what viewers do comes to `heard`."""
    await ask(customer, r.ShareScreen, session, what="screen")
    async with aiohttp.ClientSession() as http:
        headers = {"Authorization": f"Bearer {customer.token}", "X-Deskside": "1"}
        url = f"{server.url}/v1/sessions/{session}/picture"
        async with http.post(url, json={}, headers=headers) as response:
            response.raise_for_status()
            opening = await response.json()
        async with http.ws_connect(opening["address"], max_msg_size=p.MOST_BYTES) as socket:
            await socket.send_str(opening["lease"])
            sharer = PlayedSharer(socket)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(sharer.listen())
                yield sharer
                await socket.close()


async def allow(customer: Linked, session: str, rep: Person, button: str) -> None:
    """Have the rep press `button`, and the customer say yes."""
    followed = customer.sessions[session]
    await rep.press(button)
    await customer.until(lambda _: followed.session.prompt is not None)
    await ask(customer, r.AnswerGrants, session, allowed=True, scope="session")
    await customer.until(lambda _: any(isinstance(each, f.GrantsGiven) for each in followed.facts))
    await expect(rep.page.get_by_role("region", name="Screen")).to_be_visible()
