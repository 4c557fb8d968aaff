"""What a rep does to a customer's screen arrives there, at every scale, and only while it may."""

import os
import zlib
from pathlib import Path

import pytest
from playwright.async_api import expect

from protocol import picture as p
from protocol import requests as r
from tests.end_to_end.axe import assert_accessible
from tests.end_to_end.browsers import Person
from tests.end_to_end.screens import colour, eventually, is_like
from tests.end_to_end.serving import ask
from tests.end_to_end.steering import BLUE, HEIGHT, WIDTH, steering
from tests.waiting import until


@pytest.mark.parametrize("ratio", [1, 2])
@pytest.mark.parametrize("scale", ["Fit", "100 %"])
async def test_a_click_lands_where_the_rep_sees_it(tmp_path: Path, scale: str, ratio: int) -> None:
    async with steering(tmp_path, device_scale_factor=ratio) as steered:
        rep, sharer = steered.rep, steered.sharer
        await rep.press(scale)

        async def is_so_large() -> bool:
            box = await steered.box()
            if scale == "100 %":
                return (box["width"], box["height"]) == (WIDTH / ratio, HEIGHT / ratio)
            ratio_shown = box["width"] / box["height"]
            return box["width"] < WIDTH and ratio_shown == pytest.approx(WIDTH / HEIGHT, rel=0.01)

        await eventually(is_so_large)
        box = await steered.box()
        # Within what a scrolled picture shows of itself.
        x, y = box["x"] + 150, box["y"] + 90
        await rep.page.mouse.move(x, y)
        await rep.page.mouse.down(button="right")
        await rep.page.mouse.up(button="right")
        await until(lambda: [each.buttons for each in sharer.of(p.Pointer)][-2:] == [4, 0])
        wanted = (150 * WIDTH / box["width"], 90 * HEIGHT / box["height"])
        pressed = next(each for each in sharer.of(p.Pointer) if each.buttons == 4)
        assert (pressed.x, pressed.y) == pytest.approx(wanted, abs=1.01)
        await rep.page.mouse.wheel(0, 100)
        await until(lambda: sharer.of(p.Wheel))
        assert sharer.of(p.Wheel)[0].down > 0


async def test_keys_go_there_until_the_way_out_and_nothing_stays_down(tmp_path: Path) -> None:
    async with steering(tmp_path) as steered:
        rep, sharer, page = steered.rep, steered.sharer, steered.rep.page
        await assert_accessible(page, "a screen under control")
        await steered.canvas.click()
        await expect(page.get_by_text("What you type goes to the customer")).to_be_visible()
        await assert_accessible(page, "typing on the customer's computer")
        # Keys of the console, of the browser's focus, and with a modifier.
        for keys in ("n", "Tab", "Control+k", "Alt+1"):
            await page.keyboard.press(keys)
        await page.keyboard.down("Shift")

        def codes() -> list[tuple[str, bool]]:
            return [(each.code, each.down) for each in sharer.of(p.Key)]

        await until(lambda: ("ShiftLeft", True) in codes())
        for code in ("KeyN", "Tab", "KeyK", "Digit1"):
            assert codes().count((code, True)) == codes().count((code, False)) == 1
        assert (await page.get_by_role("dialog").count()) == 0
        await page.keyboard.up("Shift")
        await page.keyboard.down("Control")
        await page.keyboard.down("Alt")
        before = len(sharer.of(p.ReleaseAll))
        await page.keyboard.press("Home")
        await page.keyboard.up("Alt")
        await page.keyboard.up("Control")
        await until(lambda: len(sharer.of(p.ReleaseAll)) > before)
        await expect(page.get_by_role("button", name="Fit")).to_be_focused()
        assert not [code for code, _ in codes() if code == "Home"]
        await page.keyboard.press("x")
        await rep.press("Release control")
        await expect(page.get_by_role("button", name="Request control")).to_be_visible()
        assert not [code for code, _ in codes() if code == "KeyX"]


async def test_what_is_taken_back_steers_no_more_and_lets_go(tmp_path: Path) -> None:
    async with steering(tmp_path) as steered:
        sharer, page = steered.sharer, steered.rep.page
        await steered.canvas.click()
        await page.keyboard.down("w")
        await until(lambda: sharer.of(p.Key))
        before = len(sharer.of(p.ReleaseAll))
        await ask(steered.customer, r.Revoke, steered.session, tool="control")
        await until(lambda: len(sharer.of(p.ReleaseAll)) > before)
        await expect(page.get_by_role("button", name="Request control")).to_be_visible()
        heard = len(sharer.of(p.Key))
        await page.keyboard.up("w")
        await page.keyboard.press("q")
        # The picture goes on.
        await sharer.show_plain(WIDTH, HEIGHT, BLUE, stream=2)
        await steered.sees()
        assert len(sharer.of(p.Key)) == heard


async def test_trouble_is_said_in_words_and_the_picture_comes_back(tmp_path: Path) -> None:
    async with steering(tmp_path) as steered:
        page, sharer = steered.rep.page, steered.sharer
        screen = p.Geometry(
            width=WIDTH, height=HEIGHT, sharing="screen", names=("",), trouble="locked"
        )
        await sharer.show(screen, p.Rectangle(0, 0, WIDTH, HEIGHT), stream=2)
        await expect(page.get_by_text("The customer's screen is locked.")).to_be_visible()
        await sharer.show_plain(WIDTH, HEIGHT, BLUE, stream=3)
        await steered.sees()
        await expect(page.get_by_text("The customer's screen is locked.")).to_be_hidden()


async def test_a_monitor_is_chosen_among_several(tmp_path: Path) -> None:
    async with steering(tmp_path) as steered:
        sharer = steered.sharer
        halves = (p.Rectangle(0, 0, 640, HEIGHT), p.Rectangle(640, 0, 640, HEIGHT))
        screen = p.Geometry(width=WIDTH, height=HEIGHT, sharing="screen", names=("Left", "Right"))
        await sharer.show(screen, *halves, stream=2)
        choice = steered.rep.page.get_by_role("combobox", name="Monitor")
        await choice.select_option(label="Right")
        await until(lambda: p.Wish(wanted="monitor", monitor=2) in sharer.of(p.Wish))


async def test_only_the_chosen_monitor_is_shown_and_a_click_lands_on_it(tmp_path: Path) -> None:
    async with steering(tmp_path) as steered:
        rep, sharer = steered.rep, steered.sharer
        left = p.Rectangle(0, 0, 400, HEIGHT)
        right = p.Rectangle(400, 60, WIDTH - 400, HEIGHT - 60)
        screen = p.Geometry(
            width=WIDTH, height=HEIGHT, sharing="monitor", names=("Left", "Right"), chosen=2
        )
        await sharer.show(screen, left, right, stream=2)
        green = bytes((20, 160, 60)) * (right.width * right.height)
        patch = p.Patch(coding="deflate", data=zlib.compress(green, 1))
        await sharer.show(patch, right, stream=2, key=True)

        async def look() -> bool:
            return is_like(await colour(rep, 5, 5), (20, 160, 60))

        await eventually(look)

        async def is_as_wide() -> bool:
            box = await steered.box()
            wanted = pytest.approx(right.width / right.height, rel=0.01)
            return bool(box["width"] / box["height"] == wanted)

        await eventually(is_as_wide)
        box = await steered.box()
        await rep.page.mouse.click(box["x"] + 150, box["y"] + 90)
        await until(lambda: sharer.of(p.Pointer))
        await until(lambda: [each.buttons for each in sharer.of(p.Pointer)][-2:] == [1, 0])
        pressed = next(each for each in sharer.of(p.Pointer) if each.buttons == 1)
        scale = right.width / box["width"]
        wanted = (right.x + 150 * scale, right.y + 90 * scale)
        assert (pressed.x, pressed.y) == pytest.approx(wanted, abs=1.01)


async def test_the_picture_moves_into_a_window_of_its_own_and_back(tmp_path: Path) -> None:
    async with steering(tmp_path) as steered:
        page = steered.rep.page
        async with page.expect_popup() as opening:
            await steered.rep.press("Window of its own")
        own = Person(await opening.value)

        async def shows_blue() -> bool:
            return is_like(await colour(own, 5, 5), BLUE)

        await eventually(shows_blue)
        await assert_accessible(own.page, "a window with a picture")
        await expect(page.get_by_text("The picture is in a window of its own.")).to_be_visible()
        await steered.rep.press("Show it here")
        await steered.sees()
        await until(own.page.is_closed)


async def test_a_rep_draws_on_the_customers_screen_and_steers_again_afterwards(
    tmp_path: Path,
) -> None:
    async with steering(tmp_path) as steered:
        rep, sharer, page = steered.rep, steered.sharer, steered.rep.page
        await rep.press("Draw")
        await rep.press("Draw a rectangle")
        await assert_accessible(page, "drawing on a screen")
        box = await steered.box()
        left, top = box["x"] + 0.25 * box["width"], box["y"] + 0.25 * box["height"]
        await page.mouse.move(left, top)
        await page.mouse.down()
        await page.mouse.move(left + 0.5 * box["width"], top + 0.5 * box["height"])
        await expect(page.locator(".screen-ink rect")).to_be_visible()
        await page.screenshot(path=os.environ.get("PICTURE", str(tmp_path / "drawing.png")))
        await page.mouse.up()
        await until(lambda: sharer.of(p.Drawing))
        (drawn,) = sharer.of(p.Drawing)
        assert drawn.what == "rectangle"
        places = (drawn.x, drawn.y, drawn.to_x, drawn.to_y)
        wanted = (0.25 * WIDTH, 0.25 * HEIGHT, 0.75 * WIDTH, 0.75 * HEIGHT)
        assert places == pytest.approx(wanted, abs=3)
        assert not [each for each in sharer.of(p.Pointer) if each.buttons]
        await rep.press("Clear drawings")
        await until(lambda: [each.what for each in sharer.of(p.Drawing)] == ["rectangle", "clear"])
        await rep.press("Done")
        await steered.canvas.click()
        await until(lambda: [each for each in sharer.of(p.Pointer) if each.buttons])
