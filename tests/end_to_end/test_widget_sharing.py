"""The chat button on another site shares the customer's screen from its frame, where that site lets it."""

from pathlib import Path

from playwright.async_api import Page, expect

from tests.end_to_end.axe import assert_accessible
from tests.end_to_end.browsers import Person
from tests.end_to_end.screens import BOX, GREEN, MOVING, PICKED, RED, colour, eventually, is_like
from tests.end_to_end.shoppers import at_the_console, in_the_shop, talk

WIDTH = "document.querySelector('.screen-surface > canvas')?.width ?? 0"


async def sees_both_colours(rep: Person, moving: Page) -> None:
    """Wait until the rep has seen the box of the shared tab in both; a tab may be captured enlarged."""
    for wanted in (RED, GREEN, RED):

        async def look(wanted: tuple[int, int, int] = wanted) -> bool:
            assert moving.viewport_size
            scale = await rep.page.evaluate(WIDTH) / moving.viewport_size["width"]
            x, y = (round(scale * each) for each in BOX)
            return is_like(await colour(rep, x, y), wanted)

        await eventually(look)


async def test_a_screen_is_shared_from_the_frame_with_one_press_and_stopped(tmp_path: Path) -> None:
    async with (
        in_the_shop(tmp_path, arguments=[PICKED]) as (server, sites, customer),
        at_the_console(server) as rep,
    ):
        moving = await customer.page.context.new_page()
        await moving.set_content(MOVING)
        await customer.page.bring_to_front()
        await talk(customer, rep)
        await customer.press("Share my screen")
        await sees_both_colours(rep, moving)
        banner = customer.at.get_by_role("region", name="Shared screen")
        await expect(banner.get_by_text("Your screen can be seen by Ana")).to_be_visible()
        await expect(banner.get_by_text("Sharing ends when you leave this page.")).to_be_visible()
        await assert_accessible(
            customer.page, "the screen is shared from the frame", customer.page.frames[1]
        )
        await customer.page.screenshot(path=tmp_path / "shared.png")
        await customer.press("Stop sharing")
        await expect(rep.page.get_by_role("region", name="Screen")).to_be_hidden()
        # Asked this time; with the page that has the frame it ends as well.
        await rep.press("Request screen")
        await customer.press("Accept")
        await sees_both_colours(rep, moving)
        await customer.page.goto(f"{sites.shop}/second")
        await expect(customer.at.get_by_role("button", name="Share my screen")).to_be_visible()
        await expect(rep.page.get_by_role("region", name="Screen")).to_be_hidden()
        assert [*customer.faults, *rep.faults] == []


async def test_where_the_site_forbids_it_sharing_leads_to_a_tab_of_our_own(tmp_path: Path) -> None:
    async with (
        in_the_shop(tmp_path, arguments=[PICKED]) as (server, sites, customer),
        at_the_console(server) as rep,
    ):
        await customer.page.goto(f"{sites.shop}/?permissions=display-capture%3D()")
        await talk(customer, rep)
        await expect(customer.at.get_by_role("link", name="Share my screen")).to_be_visible()
        await expect(customer.at.get_by_role("button", name="Share my screen")).to_have_count(0)
        await rep.press("Request screen")
        await expect(customer.at.get_by_text("in its own tab and share from there")).to_be_visible()
