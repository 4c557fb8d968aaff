"""What a customer can do on their page beside talking, at the real page in Chromium."""

from pathlib import Path

from playwright.async_api import expect

from tests.end_to_end.browsers import chromium, sign_in, start, visit
from tests.end_to_end.serving import serving


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
