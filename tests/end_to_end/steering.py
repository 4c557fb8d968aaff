"""A rep in a browser who steers a screen that the test plays."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import FloatRect

from tests.end_to_end.browsers import Person, chromium, sign_in
from tests.end_to_end.screens import PlayedSharer, allow, colour, eventually, is_like, sharing
from tests.end_to_end.serving import Person as Linked
from tests.end_to_end.serving import linked, open_session, serving

WIDTH, HEIGHT = 1280, 960
BLUE = (20, 60, 200)


class Steering:
    """A rep, the customer, who is a link, and the screen of the one that the other steers."""

    def __init__(self, rep: Person, customer: Linked, sharer: PlayedSharer, session: str) -> None:
        self.rep = rep
        self.customer = customer
        self.sharer = sharer
        self.session = session
        self.canvas = rep.page.locator(".screen-surface > canvas").first

    async def box(self) -> FloatRect:
        """Where the picture is, once it stays there."""
        canvas = await self.canvas.element_handle()
        await canvas.wait_for_element_state("stable")
        box = await canvas.bounding_box()
        assert box
        return box

    async def sees(self) -> None:
        async def look() -> bool:
            return is_like(await colour(self.rep, 5, 5), BLUE)

        await eventually(look)


@asynccontextmanager
async def steering(tmp_path: Path, **context: Any) -> AsyncIterator[Steering]:
    """A whole site with a rep who has just been given control."""
    async with serving(tmp_path) as server, chromium() as browser, linked(server) as customer:
        rep = await sign_in(browser, server.url, **context)
        session = await open_session(customer)
        await rep.press("Accept")
        await customer.until(lambda link: link.sessions[session].session.state == "talking")
        await allow(customer, session, rep, "Request control")
        async with sharing(server, customer, session) as sharer:
            await sharer.show_plain(WIDTH, HEIGHT, BLUE)
            steering = Steering(rep, customer, sharer, session)
            await steering.sees()
            yield steering
        assert not rep.faults, rep.faults
