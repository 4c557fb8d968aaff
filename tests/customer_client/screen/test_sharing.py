"""A real screen, shared through a real relay, painted again at the other end."""

import asyncio
from contextlib import closing

import numpy as np

from customer_client.screen.choice import monitor
from customer_client.screen.x11 import X11
from protocol import picture as p
from protocol.picture import Rectangle
from tests.customer_client.screen.conftest import Stage, Watching
from tests.customer_client.screen.screens import Canvas, noise, run, text, x_server, xvfb
from tests.waiting import until


async def test_what_is_there_already_is_shown_to_the_pixel(
    stage: Stage, display: str, canvas: Canvas
) -> None:
    canvas.draw(10, 10, text(500, 400))
    async with stage.sharing(display), stage.watching() as rep:
        await rep.shows(canvas)
    assert rep.painter.geometry
    assert not rep.painter.geometry.trouble
    assert "Video" not in rep.painter.kinds


async def test_what_is_drawn_follows_as_small_exact_patches(
    stage: Stage, display: str, canvas: Canvas
) -> None:
    canvas.fill(Rectangle(0, 0, 800, 600), 0x336699)
    async with stage.sharing(display), stage.watching() as rep:
        await rep.shows(canvas)
        canvas.fill(Rectangle(300, 200, 10, 20), 0x123456)
        await rep.shows(canvas)
    patch = next(each for each in reversed(rep.messages) if isinstance(each.body, p.Patch))
    assert patch.rectangles == (Rectangle(300, 200, 10, 20),)


async def test_a_screen_that_no_message_can_hold_is_shown_by_video_and_then_made_exact(
    stage: Stage, display: str, canvas: Canvas
) -> None:
    canvas.draw(0, 0, noise(800, 600))
    async with stage.sharing(display), stage.watching() as rep:
        await rep.shows(canvas)
    assert "Video" in rep.painter.kinds


async def test_what_keeps_moving_becomes_video_and_is_exact_again_when_it_stands(
    stage: Stage, display: str, canvas: Canvas
) -> None:
    canvas.fill(Rectangle(0, 0, 800, 600), 0x336699)
    async with stage.sharing(display), stage.watching() as rep:
        await rep.shows(canvas)
        frame = 0
        while len(rep.of(p.Video)) < 5:
            frame += 1
            canvas.draw(130, 70, noise(300, 200, frame))
            shown = rep.painter.kinds.count
            seen = shown("Video") + shown("Patch")
            await until(lambda: shown("Video") + shown("Patch") > seen)  # noqa: B023
        # Beside what moves nothing is drawn from the video.
        assert (rep.painter.pixels[400:, :] == rep.painter.pixels[599, 799]).all()
        await rep.shows(canvas)


async def test_what_scrolls_is_told_as_a_move(stage: Stage, display: str, canvas: Canvas) -> None:
    canvas.draw(50, 40, text(600, 500))
    rows = text(600, 16, seed=2)
    async with stage.sharing(display), stage.watching() as rep:
        await rep.shows(canvas)
        for _ in range(5):
            canvas.scroll(Rectangle(50, 40, 600, 500), 16)
            canvas.draw(50, 524, rows)
            await rep.shows(canvas)
    assert "Move" in rep.painter.kinds
    assert "Video" not in rep.painter.kinds


async def test_the_cursor_is_told_apart_and_its_shape_only_when_new(
    stage: Stage, display: str, canvas: Canvas
) -> None:
    async with stage.sharing(display), stage.watching() as rep:
        for x, y in ((100, 120), (200, 220)):
            run(display, "xdotool", "mousemove", str(x), str(y))
            await until(lambda: rep.painter.cursor and (rep.painter.cursor.x, rep.painter.cursor.y) == (x, y))  # noqa: B023  # fmt: skip
    cursors = rep.of(p.Cursor)
    assert cursors[0].shape
    assert not any(each.shape for each in cursors[1:])
    assert "Patch" not in rep.painter.kinds[3:]


async def test_an_idle_screen_sends_nothing(stage: Stage, display: str, canvas: Canvas) -> None:
    canvas.draw(0, 0, text(800, 600))
    async with stage.sharing(display), stage.watching() as rep:
        await rep.shows(canvas)
        await until(lambda: rep.painter.cursor)
        before = len(rep.messages)
        # Two glances of the camera: by then it would have sent what it had to send.
        await asyncio.sleep(1.2)
        assert len(rep.messages) == before


async def test_a_screen_that_tells_nothing_of_what_is_drawn_is_looked_at_again_and_again(
    stage: Stage,
) -> None:
    blind = ("Xvfb", "-extension", "DAMAGE", "-screen", "0", "800x600x24")
    with x_server(*blind) as name, closing(Canvas(name)) as canvas, closing(X11(name)) as display:
        assert not display.has_damage
        canvas.draw(0, 0, text(800, 600))
        async with stage.sharing(name), stage.watching() as rep:
            await rep.shows(canvas)
            await until(lambda: rep.painter.cursor)
            canvas.fill(Rectangle(300, 200, 10, 20), 0x123456)
            await rep.shows(canvas)
            patch = next(each for each in reversed(rep.messages) if isinstance(each.body, p.Patch))
            assert patch.rectangles == (Rectangle(300, 200, 10, 20),)
            # Nothing is drawn, so nothing is sent, however often one looks.
            before = len(rep.messages)
            await asyncio.sleep(0.5)
            assert len(rep.messages) == before


async def test_nobody_watching_nothing_is_sent_and_only_what_is_new_when_somebody_does(
    stage: Stage, display: str, canvas: Canvas
) -> None:
    canvas.draw(0, 0, text(800, 600))
    async with stage.sharing(display):
        async with stage.watching() as rep:
            await rep.shows(canvas)
        canvas.fill(Rectangle(64, 64, 30, 30), 0xFF0000)
        async with stage.watching() as rep:
            await rep.shows(canvas)
    assert len([each for each in rep.messages if each.key]) == 1, "what the relay still had"


async def test_a_viewer_who_lost_everything_gets_it_again(
    stage: Stage, display: str, canvas: Canvas
) -> None:
    canvas.draw(0, 0, text(800, 600))
    async with stage.sharing(display), stage.watching() as rep:
        await rep.shows(canvas)
        rep.painter.pixels[:] = 0
        await rep.say(p.Wish(wanted="whole_picture"))
        await rep.shows(canvas)


async def test_another_resolution_is_another_geometry(
    stage: Stage, display: str, canvas: Canvas
) -> None:
    async with stage.sharing(display), stage.watching() as rep:
        await until(lambda: rep.painter.geometry)
        mode = ("small", "30", "640", "650", "660", "700", "480", "490", "500", "510")
        run(display, "xrandr", "--newmode", *mode)
        run(display, "xrandr", "--addmode", "screen", "small")
        run(display, "xrandr", "--output", "screen", "--mode", "small")
        await until(lambda: rep.painter.pixels.shape == (480, 640, 3))
        canvas.draw(0, 0, text(640, 480))
        await rep.shows(canvas)


def _monitors(display: str) -> None:
    run(display, "xrandr", "--setmonitor", "left", "400/100x600/150+0+0", "screen")
    run(display, "xrandr", "--setmonitor", "right", "400/100x600/150+400+0", "none")


async def test_one_monitor_can_be_chosen_and_no_other_leaves_the_machine(
    stage: Stage, display: str, canvas: Canvas
) -> None:
    _monitors(display)
    canvas.draw(0, 0, text(800, 600))
    async with stage.sharing(display), stage.watching() as rep:
        await rep.shows(canvas)
        assert rep.painter.geometry
        assert rep.painter.geometry.names == ("left", "right")
        rep.painter.pixels[:] = 0
        await rep.say(p.Wish(wanted="monitor", monitor=2))
        await until(lambda: rep.painter.geometry and rep.painter.geometry.chosen == 2)
        canvas.draw(390, 100, text(30, 30, seed=3))
        await until(lambda: np.array_equal(rep.painter.pixels[:, 400:], canvas.pixels()[:, 400:]))
        canvas.fill(Rectangle(100, 100, 300, 20), 0xFF0000)
        canvas.fill(Rectangle(500, 100, 20, 20), 0x00FF00)
        await until(lambda: np.array_equal(rep.painter.pixels[:, 400:], canvas.pixels()[:, 400:]))
        assert not rep.painter.pixels[:, :400].any()
        await rep.say(p.Wish(wanted="monitor", monitor=0))
        await rep.shows(canvas)


def _trouble(rep: Watching) -> str:
    return rep.painter.geometry.trouble if rep.painter.geometry else ""


async def test_a_monitor_that_is_gone_is_told_and_comes_back(
    stage: Stage, display: str, canvas: Canvas
) -> None:
    _monitors(display)
    canvas.draw(0, 0, text(800, 600))
    async with stage.sharing(display, choice=monitor(2)), stage.watching() as rep:
        await until(lambda: rep.painter.geometry and rep.painter.geometry.names == ("right",))
        run(display, "xrandr", "--delmonitor", "right")
        await until(lambda: _trouble(rep) == "monitor_gone")
        run(display, "xrandr", "--setmonitor", "right", "300/100x600/150+400+0", "none")
        await until(lambda: not _trouble(rep))
        await until(
            lambda: np.array_equal(rep.painter.pixels[:, 400:700], canvas.pixels()[:, 400:700])
        )


async def test_a_blanked_screen_is_told_and_comes_back(
    stage: Stage, display: str, canvas: Canvas
) -> None:
    canvas.draw(0, 0, text(800, 600))
    async with stage.sharing(display), stage.watching() as rep:
        await rep.shows(canvas)
        canvas.display.force_screen_saver(1)
        canvas.display.sync()
        await until(lambda: _trouble(rep) == "locked")
        canvas.display.force_screen_saver(0)
        canvas.display.sync()
        await until(lambda: not _trouble(rep))
        canvas.draw(0, 0, text(800, 600, seed=3))
        await rep.shows(canvas)


async def test_a_display_that_dies_is_told_and_another_of_its_name_is_shown(
    stage: Stage,
) -> None:
    with xvfb() as name:
        canvas = Canvas(name)
        canvas.draw(0, 0, text(800, 600))
        displays = [name]
        async with stage.sharing(name) as sharing, stage.watching() as rep:
            sharing._camera._open_display = lambda: X11(displays[-1])
            await rep.shows(canvas)
            canvas.close()
            name.kill()
            await until(lambda: _trouble(rep) == "display_lost")
            with xvfb() as other:
                displays.append(other)
                again = Canvas(other)
                again.draw(0, 0, text(800, 600, seed=5))
                await rep.shows(again)
                again.close()


async def test_a_lost_socket_is_opened_again_and_shows_everything_anew(
    stage: Stage, display: str, canvas: Canvas
) -> None:
    canvas.draw(0, 0, text(800, 600))
    async with stage.sharing(display) as sharing, stage.watching() as rep:
        await rep.shows(canvas)
        stage.cut()
        await until(lambda: rep.socket.closed)
        canvas.fill(Rectangle(0, 0, 100, 100), 0xFF00FF)
        async with stage.watching() as again:
            await again.shows(canvas)
    assert sharing.uplink.connections == 2
