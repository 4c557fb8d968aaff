"""A customer shares from the browser: asked or not, seen, taken back, stopped, broken and mended."""

from functools import partial
from pathlib import Path
from typing import Any

from playwright.async_api import WebSocketRoute, expect

from tests.end_to_end.axe import assert_accessible, assert_narrow
from tests.end_to_end.browsers import Person, chromium, meet, sign_in, visit
from tests.end_to_end.screens import (
    BACKGROUND,
    PICKED,
    colour,
    eventually,
    open_moving,
    sees_colour,
    sees_motion,
)
from tests.end_to_end.serving import serving
from tests.waiting import until

FAILING_DECODER = """
    const Real = VideoDecoder;
    let units = 0;
    window.VideoDecoder = class extends Real {
        constructor(init) { super(init); this.told = init.error; }
        decode(unit) {
            if (++units !== 4) return super.decode(unit);
            this.close();
            this.told(new DOMException("injected"));
        }
    };
    window.unitsSeen = () => units;
"""

WITHOUT_H264 = """() => {
    const asked = VideoEncoder.isConfigSupported.bind(VideoEncoder);
    VideoEncoder.isConfigSupported = async (config) =>
        config.codec.startsWith("avc1") ? { supported: false, config } : asked(config);
}"""
"""As browsers are that were built without it."""

PATIENT: dict[str, Any] = {"rules": {"prompt_seconds": 600}}
"""A question stays while all of both pages is looked at."""


NOTE_QUESTIONS = """
    globalThis.questions = 0;
    new MutationObserver(() => {
        questions += document.querySelectorAll("[role=alertdialog]").length;
    }).observe(document.body, { childList: true, subtree: true });
"""
"""A question that nobody answers may have come and gone by the time one looks."""


async def assert_blank(rep: Person) -> None:
    """Wait until nothing of the customer's screen is left at the rep's."""

    async def look() -> bool:
        return await colour(rep, 10, 10) is None

    await eventually(look)


async def test_a_rep_asks_and_sees_what_moves_until_the_customer_stops(tmp_path: Path) -> None:
    async with serving(tmp_path, site=PATIENT) as server, chromium(PICKED) as browser:
        rep = await sign_in(browser, server.url)
        customer = await visit(browser, server.url)
        await meet(customer, rep)
        await open_moving(customer)
        await rep.press("Request screen")
        question = customer.page.get_by_role("alertdialog", name="Ana asks for your permission")
        await expect(question.get_by_text("see your screen")).to_be_visible()
        await expect(question.get_by_role("heading")).to_be_focused()
        await expect(rep.page.get_by_text("The customer is being asked")).to_be_visible()
        await assert_accessible(customer.page, "a rep asks for the screen")
        await assert_narrow(customer.page, "a rep asks for the screen", 320)
        await assert_accessible(rep.page, "the customer is being asked")

        await customer.press("Accept")
        region = rep.page.get_by_role("region", name="Screen")
        await sees_motion(rep)
        await sees_colour(rep, (10, 10), BACKGROUND)
        banner = customer.page.get_by_role("region", name="Shared screen")
        await expect(banner.get_by_text("Your screen can be seen by Ana")).to_be_visible()
        await expect(
            customer.page.get_by_role("region", name="What you have allowed")
        ).to_be_visible()
        await assert_accessible(customer.page, "the screen is shared")
        await assert_narrow(customer.page, "the screen is shared", 320)
        await rep.press("Statistics")
        await assert_accessible(rep.page, "the customer's screen")
        await rep.say("I see it.")
        await customer.reads("I see it.")

        await customer.press("Stop sharing")
        await expect(region).to_be_hidden()
        await assert_blank(rep)
        log = rep.page.get_by_role("log")
        await expect(log.get_by_text("Max Muster stopped sharing.")).to_be_visible()
        await expect(banner).to_be_hidden()
        await expect(rep.page.get_by_role("button", name="Request screen")).to_be_visible()
        assert not customer.faults
        assert not rep.faults


async def test_the_owner_sees_what_is_shared_unasked_until_the_browser_stops_it(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as server, chromium(PICKED) as browser:
        rep = await sign_in(browser, server.url)
        customer = await visit(browser, server.url)
        await meet(customer, rep)
        shown = await open_moving(customer)
        await customer.page.evaluate(WITHOUT_H264)
        await customer.press("Share my screen")
        await sees_motion(rep)
        await rep.press("Statistics")
        await expect(rep.page.get_by_text("VP8", exact=True)).to_be_visible()

        await customer.press("Change sharing")
        await customer.reads("You have changed what you share.")
        await sees_motion(rep)
        await sees_colour(rep, (10, 10), BACKGROUND)

        # A tab that is closed ends its track, as the browser's own button does.
        await shown.close()
        await expect(rep.page.get_by_role("region", name="Screen")).to_be_hidden()
        await assert_blank(rep)
        await expect(customer.page.get_by_role("button", name="Share my screen")).to_be_visible()


async def test_what_is_refused_is_a_no_and_said_to_the_rep(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium(PICKED) as browser:
        rep = await sign_in(browser, server.url)
        customer = await visit(browser, server.url)
        await meet(customer, rep)
        await rep.press("Request screen")
        await customer.press("Decline")
        await expect(rep.page.get_by_text("The customer said no.")).to_be_visible()
        await expect(rep.page.get_by_role("region", name="Screen")).to_be_hidden()


async def test_what_is_not_answered_is_a_no_and_said_to_both(tmp_path: Path) -> None:
    rules: dict[str, Any] = {"prompt_seconds": 5}
    async with serving(tmp_path, site={"rules": rules}) as server, chromium(PICKED) as browser:
        rep = await sign_in(browser, server.url)
        customer = await visit(browser, server.url)
        await meet(customer, rep)
        await customer.page.evaluate(NOTE_QUESTIONS)
        await rep.press("Request screen")
        await expect(rep.page.get_by_text("The customer did not answer in time.")).to_be_visible()
        await customer.reads("The question was not answered, so nothing was allowed.")
        await expect(customer.page.get_by_role("alertdialog")).to_be_hidden()
        assert await customer.page.evaluate("questions") > 0
        await expect(rep.page.get_by_role("region", name="Screen")).to_be_hidden()


async def test_a_permission_that_is_taken_back_ends_the_picture_but_not_the_sharing(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as server, chromium(PICKED) as browser:
        rep = await sign_in(browser, server.url)
        customer = await visit(browser, server.url)
        await meet(customer, rep)
        await open_moving(customer)
        await customer.press("Share my screen")
        await sees_motion(rep)
        await customer.press("Take back: Ana may see your screen")
        await assert_blank(rep)
        why = rep.page.get_by_text("The customer shares the screen, but you may not see it.")
        await expect(why).to_be_visible()
        await expect(customer.page.get_by_text("Nobody can see your screen")).to_be_visible()
        await rep.press("Request screen")
        await customer.press("Accept")
        await sees_motion(rep)


async def test_a_web_page_says_that_it_cannot_give_control_and_gives_the_view_alone(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as server, chromium(PICKED) as browser:
        rep = await sign_in(browser, server.url)
        customer = await visit(browser, server.url)
        await meet(customer, rep)
        await open_moving(customer)
        await rep.press("Request control")
        await expect(customer.page.get_by_text("nobody can steer your computer")).to_be_visible()
        await customer.press("Accept")
        await sees_motion(rep)
        await expect(rep.page.get_by_role("button", name="Request control")).to_be_visible()

        await rep.press("Request control")
        question = customer.page.get_by_role("alertdialog")
        await expect(question.get_by_text("It needs our app")).to_be_visible()
        await expect(question.get_by_role("button", name="Accept")).to_have_count(0)
        await customer.press("Decline")
        await expect(rep.page.get_by_text("The customer said no.")).to_be_visible()


async def test_a_cut_line_and_a_failed_decoder_are_survived(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium(PICKED) as browser:
        rep = await sign_in(browser, server.url)
        customer = await visit(browser, server.url)
        await rep.page.add_init_script(FAILING_DECODER)
        await rep.page.reload()
        lines: list[WebSocketRoute] = []

        def through(line: WebSocketRoute) -> None:
            line.connect_to_server()
            lines.append(line)

        await customer.page.route_web_socket("**/v1/picture", through)
        await rep.page.route_web_socket("**/v1/picture", through)
        await meet(customer, rep)
        await open_moving(customer)
        await customer.press("Share my screen")
        await sees_motion(rep)
        for cut in range(2):
            await lines[cut].close()
            await until(partial(_more, lines, cut + 2))
            await sees_motion(rep)

        async def failed() -> bool:
            units: int = await rep.page.evaluate("unitsSeen()")
            return units > 4

        await eventually(failed)
        await sees_motion(rep)


def _more(lines: list[WebSocketRoute], than: int) -> bool:
    return len(lines) > than


async def test_a_page_that_is_loaded_anew_shares_no_more_and_says_so(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium(PICKED) as browser:
        rep = await sign_in(browser, server.url)
        customer = await visit(browser, server.url)
        await meet(customer, rep)
        await open_moving(customer)
        await customer.press("Share my screen")
        await sees_motion(rep)
        await customer.page.reload()
        await expect(customer.page.get_by_text("Sharing ended because")).to_be_visible()
        await expect(rep.page.get_by_role("region", name="Screen")).to_be_hidden()


async def test_a_browser_that_cannot_share_says_so(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        rep = await sign_in(browser, server.url)
        customer = await visit(browser, server.url)
        # As on phones.
        await customer.page.add_init_script("delete MediaDevices.prototype.getDisplayMedia")
        await customer.page.reload()
        await meet(customer, rep)
        await customer.press("Share my screen")
        await expect(
            customer.page.get_by_text("This browser cannot share a screen.")
        ).to_be_visible()
        await assert_accessible(customer.page, "a browser that cannot share")
        await rep.press("Request screen")
        question = customer.page.get_by_role("alertdialog")
        await expect(question.get_by_role("button", name="Accept")).to_have_count(0)
