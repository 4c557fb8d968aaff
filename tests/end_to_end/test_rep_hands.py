"""A rep's keyboard, clipboard and screen at work: text both ways, full screen, several customers."""

from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import expect

from protocol import facts as f
from protocol import picture as p
from protocol import requests as r
from protocol.fields import Tool
from tests.end_to_end.browsers import chromium, sign_in
from tests.end_to_end.screens import PlayedSharer, colour, eventually, is_like, sharing
from tests.end_to_end.serving import Person as Linked
from tests.end_to_end.serving import ask, linked, open_session, serving
from tests.end_to_end.steering import BLUE, Steering, steering
from tests.waiting import until

CLIPBOARD = ["clipboard-read", "clipboard-write"]
WATCH_LOCK = """() => {
    window.locks = [];
    for (const name of ["lock", "unlock"]) {
        const real = Keyboard.prototype[name];
        Keyboard.prototype[name] = function (...given) {
            window.locks.push(name);
            return real.apply(this, given);
        };
    }
}"""
GREEN = (20, 160, 60)


async def given(customer: Linked, session: str, tool: Tool) -> None:
    """Say yes to what is asked, and wait until `tool` is given."""
    followed = customer.sessions[session]
    await customer.until(lambda _: followed.session.prompt is not None)
    await ask(customer, r.AnswerGrants, session, allowed=True, scope="session")
    await customer.until(lambda _: any(each.tool == tool for each in followed.session.grants))


async def ask_for_clipboard(steered: Steering) -> None:
    rep = steered.rep
    await rep.press("Permissions")
    await rep.press("Ask for: Clipboard")
    await given(steered.customer, steered.session, "clipboard")
    await expect(rep.page.get_by_role("button", name="Ask for: Clipboard")).to_have_count(0)
    await rep.page.keyboard.press("Escape")


async def test_text_goes_both_ways_and_into_programs_without_a_key_of_its_own(
    tmp_path: Path,
) -> None:
    async with steering(tmp_path, permissions=CLIPBOARD) as steered:
        page, sharer = steered.rep.page, steered.sharer
        await ask_for_clipboard(steered)
        await page.evaluate("() => navigator.clipboard.writeText('Grüße ✓')")
        await steered.canvas.click()
        await page.keyboard.press("Control+v")
        await until(lambda: _struck(sharer, "KeyV"))
        # The text is there before the key that pastes it.
        told = [each for each in sharer.heard if isinstance(each, p.Clipboard | p.Key)]
        kinds = [each.text if isinstance(each, p.Clipboard) else each.code for each in told]
        assert kinds.index("Grüße ✓") < kinds.index("KeyV")

        await sharer.show(p.Clipboard(text="von drüben ✓"))
        await expect(page.get_by_text("It is on your clipboard.")).to_be_visible()
        assert await page.evaluate("() => navigator.clipboard.readText()") == "von drüben ✓"

        # A dead key composes, an emoji has no key at all: both go as text, when they are there.
        line = await page.context.new_cdp_session(page)
        await line.send(
            "Input.imeSetComposition", {"text": "´", "selectionStart": 1, "selectionEnd": 1}
        )
        await line.send("Input.insertText", {"text": "é"})
        await page.keyboard.insert_text("😀")
        await until(lambda: _texts(sharer) == ["é", "é", "😀", "😀"])

        # What is not allowed any more does not leave this machine.
        await ask(steered.customer, r.Revoke, steered.session, tool="clipboard")
        await expect(page.get_by_text("It is on your clipboard.")).to_be_hidden()
        await steered.canvas.click()
        await page.keyboard.press("Control+v")
        await until(lambda: _struck(sharer, "KeyV", 2))
        assert [each.text for each in sharer.of(p.Clipboard)] == ["Grüße ✓"]


def _struck(sharer: PlayedSharer, code: str, times: int = 1) -> bool:
    return [each.down for each in sharer.of(p.Key) if each.code == code] == [True, False] * times


def _texts(sharer: PlayedSharer) -> list[str]:
    return [each.key for each in sharer.of(p.Key) if not each.code]


async def test_full_screen_takes_the_keyboard_and_gives_it_back(tmp_path: Path) -> None:
    async with steering(tmp_path) as steered:
        rep, page = steered.rep, steered.rep.page
        await page.evaluate(WATCH_LOCK)
        await rep.press("Full screen")
        await rep.sees("document.fullscreenElement !== null && locks.join() === 'lock'")
        await steered.sees()
        await steered.canvas.click()
        await page.keyboard.press("Alt+F4")
        await until(lambda: _struck(steered.sharer, "F4"))
        # Without control there is nothing to take the keyboard for.
        await ask(steered.customer, r.Revoke, steered.session, tool="control")
        await rep.sees("locks.join() === 'lock,unlock'")
        await steered.sees()
        await rep.press("Full screen")
        await rep.sees("document.fullscreenElement === null")


async def test_of_several_who_share_the_one_is_fetched_that_is_looked_at(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        server = await enter(serving(tmp_path))
        browser = await enter(chromium())
        rep = await sign_in(browser, server.url)
        sharers = []
        for name, shown in (("Max", BLUE), ("Eva", GREEN)):
            customer = await enter(linked(server))
            session = await open_session(customer, name=name)
            await rep.press("Accept")
            followed = customer.sessions[session]
            await customer.until(lambda _: followed.session.state == "talking")  # noqa: B023
            sharer = await enter(sharing(server, customer, session))
            await sharer.show_plain(640, 480, shown)
            sharers.append((name, shown, sharer, customer, session))
        mine = rep.page.get_by_role("region", name="My sessions")
        for _ in range(2):
            for name, shown, sharer, _customer, _session in sharers:
                await mine.get_by_text(name).first.click()

                async def look(shown: tuple[int, ...] = shown) -> bool:
                    return is_like(await colour(rep, 5, 5), shown)

                await eventually(look)
                (other,) = [each for _, _, each, _, _ in sharers if each is not sharer]
                await until(lambda: (_viewers(sharer), _viewers(other)) == (1, 0))  # noqa: B023

        # The one that is looked at is asked to let the rep look for longer.
        name, _, _, customer, session = sharers[-1]
        followed = customer.sessions[session]
        (before,) = followed.session.grants
        await rep.press("Permissions")
        await rep.press("Ask for all of these for longer")
        await customer.until(lambda _: followed.session.prompt is not None)
        await ask(customer, r.AnswerGrants, session, allowed=True, scope="session")
        await customer.until(lambda _: followed.session.grants[0].until > before.until)
        assert [each.tool for each in followed.session.grants] == ["view"]
        assert not [each for each in followed.facts if isinstance(each, f.SharingStopped)]
        assert not rep.faults


def _viewers(sharer: PlayedSharer) -> int:
    told = sharer.of(p.Watched)
    return told[-1].viewers if told else 0
