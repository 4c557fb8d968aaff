"""What assistive technology would stumble over on a page, as axe-core finds it: nothing, ever.

Any page of ours can be looked at: `await assert_accessible(page, "what is on it")`. Both colour
schemes are tried, at the size the page has. There are no exemptions.
"""

from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Frame, Page

SOURCE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

# In an isolated world of the browser's tools, which the page's security policy does not bind.
LOOK = """
async rules => {
    // Pages hear of another colour scheme with their next frame, and colours move then. A page that
    // lies behind another has none.
    const frames = new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    await Promise.race([frames, new Promise(done => setTimeout(done, 2_000))]);
    // What turns for as long as something goes on never finishes.
    const ending = document.getAnimations().filter(
        each => Number.isFinite(each.effect?.getComputedTiming().endTime));
    await Promise.allSettled(ending.map(each => each.finished));
    const found = await axe.run(document, {
        runOnly: rules, resultTypes: ["violations"],
    });
    const told = list => list.map(({ id, nodes }) => [
        id, nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`),
    ]);
    return told(found.violations);
}
"""


async def complaints(page: Page | Frame) -> list[Any]:
    """Return each rule that the page, or one in a frame, breaks as it is now, with where and how."""
    if not await page.evaluate("'axe' in globalThis"):
        await page.evaluate(SOURCE.read_text("utf-8"))
    found: list[Any] = await page.evaluate(LOOK, RULES)
    return found


async def assert_accessible(page: Page, screen: str, within: Frame | None = None) -> None:
    """Fail with all that axe says of `screen`, in light and in dark; `within` a frame if one is
    given."""
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        if found := await complaints(within or page):
            raise AssertionError(f"{screen}, {scheme}: {found}")
    await page.emulate_media(color_scheme="light")


async def assert_narrow(page: Page, screen: str, width: int = 360) -> None:
    """Fail where `screen` has to be scrolled sideways on a small telephone."""
    before = page.viewport_size
    await page.set_viewport_size({"width": width, "height": 640})
    inner, outer = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert inner <= outer, f"{screen} is {inner} px wide on {outer}"
    if before:
        await page.set_viewport_size(before)
