"""What a customer can do on their page beside talking, at the real page in Chromium."""

import base64
import io
from pathlib import Path

from PIL import Image
from playwright.async_api import expect

from tests.end_to_end.browsers import Person, chromium, meet, sign_in, start, visit
from tests.end_to_end.serving import serving

COUNT_TONES = """
    globalThis.tones = 0;
    const make = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function () {
        globalThis.tones += 1;
        return make.call(this);
    };
"""


async def tones(customer: Person) -> int:
    """Return how many tones the customer's page has made for what it shows now."""
    # A sound is made in an effect, after what it is about has been painted.
    painted = "new Promise(done => requestAnimationFrame(() => setTimeout(() => setTimeout(done))))"
    await customer.page.evaluate(painted)
    count: int = await customer.page.evaluate("tones")
    return count


async def test_who_waits_reads_the_same_place_and_wait_after_a_reload(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        await sign_in(browser, server.url)
        first, second = await visit(browser, server.url), await visit(browser, server.url)
        await start(first, "First")
        await start(second, "Second")
        queue = second.page.get_by_role("status", name="Queue")
        await expect(queue).to_contain_text("You are number 2 in the queue.")
        await expect(queue).to_contain_text("we cannot say yet")
        before = await queue.inner_text()
        await second.page.reload()
        await expect(queue).to_have_text(before, use_inner_text=True)
        assert [*first.faults, *second.faults] == []


async def test_who_waits_reads_of_a_known_problem_and_leaves_because_of_it(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        await sign_in(browser, server.url)
        customer = await visit(browser, server.url)
        await start(customer)
        text = "Mail is down."
        notice = (await server.command("notice", "add", "--text", f"en={text}")).splitlines()[-1]
        await server.command("notice", "send", notice)
        known = customer.page.get_by_role("group", name="Known problems")
        await expect(known).to_contain_text(text)
        await customer.press("Leave because of this")
        await expect(customer.page.get_by_role("heading", level=2)).to_have_text(
            "You left because of a notice."
        )
        await expect(customer.page.get_by_text(text)).to_be_visible()
        await expect(customer.page.get_by_role("dialog", name="Exit survey")).to_have_count(0)
        await customer.press("Start chat")
        await expect(known).to_contain_text(text)
        assert customer.faults == []


async def test_size_of_text_sounds_and_language_are_kept(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        rep = await sign_in(browser, server.url)
        customer = await visit(browser, server.url)
        page = customer.page
        await page.add_init_script(COUNT_TONES)
        await page.reload()
        await meet(customer, rep)
        await rep.say("Do you hear this?")
        await customer.reads("Do you hear this?")
        sounded = await tones(customer)
        assert sounded > 0
        await customer.press("Menu")
        await customer.press("Larger text")
        await customer.press("Mute sounds")
        await rep.say("And this?")
        await customer.reads("And this?")
        assert await tones(customer) == sounded
        await page.get_by_role("combobox", name="Language").select_option("de")
        await expect(page.get_by_role("button", name="Größere Schrift")).to_be_visible()
        await page.reload()
        # The message box takes the focus when the conversation appears.
        await expect(page.get_by_role("textbox", name="Nachricht")).to_be_focused()
        await page.get_by_role("button", name="Menü").focus()
        await page.keyboard.press("Enter")
        muted = page.get_by_role("button", name="Ton aus", pressed=True)
        await expect(muted).to_be_visible()
        assert await page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert [*customer.faults, *rep.faults] == []


async def test_a_customer_takes_the_transcript_along_and_has_their_words_erased(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        rep, customer = await sign_in(browser, server.url), await visit(browser, server.url)
        await meet(customer, rep)
        await customer.say("My <b>secret</b>")
        await rep.reads("My <b>secret</b>")
        await customer.press("Menu")
        for kind, words in (("text", "My <b>secret</b>"), ("HTML", "My &lt;b&gt;secret&lt;/b&gt;")):
            async with customer.page.expect_download() as download:
                await customer.press(f"Download transcript ({kind})")
            assert words in (await (await download.value).path()).read_text("utf-8")
        await customer.press("Delete my data")
        dialog = customer.page.get_by_role("dialog", name="Delete my data")
        await expect(dialog).to_contain_text("what others have written")
        await dialog.get_by_role("button", name="Delete for good").click()
        await expect(dialog).to_contain_text("Receipt number:")
        await dialog.get_by_role("button", name="Close").click()
        for person in (customer, rep):
            await expect(person.page.get_by_text("My <b>secret</b>")).to_have_count(0)
        assert [*customer.faults, *rep.faults] == []


async def test_emoji_are_found_by_name_and_put_where_one_writes(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        rep, customer = await sign_in(browser, server.url), await visit(browser, server.url)
        await meet(customer, rep)
        page = customer.page
        message = page.get_by_role("textbox", name="Message", exact=True)
        await message.fill("Thanks!")
        # After "Thanks", by keyboard alone, past files: search, take the first.
        await page.keyboard.press("ArrowLeft")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("searchbox", name="Search emoji")).to_be_focused()
        await page.keyboard.type("thumbs up")
        await page.keyboard.press("Enter")
        await expect(message).to_be_focused()
        await expect(message).to_have_value("Thanks👍!")
        # The one that was used last comes first; arrows lead to the next.
        await customer.press("Emoji")
        await page.keyboard.press("ArrowDown")
        await expect(page.get_by_role("button", name="thumbs up")).to_be_focused()
        await page.keyboard.press("ArrowRight")
        await page.keyboard.press("Enter")
        await expect(message).to_have_value("Thanks👍🙂!")
        await customer.press("Emoji")
        await page.keyboard.press("Escape")
        await expect(message).to_be_focused()
        await page.reload()
        await expect(message).to_have_value("Thanks👍🙂!")
        await customer.press("Send")
        await rep.reads("Thanks👍🙂!")
        assert [*customer.faults, *rep.faults] == []


UPLOAD = """
async picture => {
    const body = Uint8Array.from(atob(picture), each => each.charCodeAt(0));
    const headers = { "X-Deskside": "1", "Content-Type": "image/png" };
    return (await fetch("/v1/me/photo", { method: "POST", headers, body })).status;
}
"""


async def test_a_customer_sees_the_photo_of_the_rep_and_initials_where_there_is_none(
    tmp_path: Path,
) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(picture, "PNG")
    async with serving(tmp_path) as server, chromium() as browser:
        rep, customer = await sign_in(browser, server.url), await visit(browser, server.url)
        await meet(customer, rep)
        photos = customer.page.locator("main img")
        await expect(customer.page.locator("header").get_by_text("A", exact=True)).to_be_visible()
        await expect(photos).to_have_count(0)
        packed = base64.b64encode(picture.getvalue()).decode()
        assert await rep.page.evaluate(UPLOAD, packed) == 200
        # What was not there is not asked for again at once: caches know it for a minute.
        other = await visit(browser, server.url)
        await meet(other, rep)
        await expect(other.page.locator("header img")).to_be_visible()
        await expect(other.page.locator("header img")).to_have_js_property("naturalWidth", 256)
        assert [*customer.faults, *other.faults, *rep.faults] == []
