"""More wait than a rep is shown: everybody is counted, and anybody can be found."""

import secrets
from pathlib import Path

from playwright.async_api import expect

from broker.clock import now
from broker.queues import MOST_SHOWN
from protocol import requests as r
from protocol.session import Party
from tests.broker.shelved import Shelves
from tests.end_to_end.axe import assert_accessible
from tests.end_to_end.browsers import chromium, sign_in
from tests.end_to_end.recorded_site import fill
from tests.end_to_end.serving import Server
from tests.protocol.life import Life

BEHIND = 60
LAST = "Jürgen Zuletzt"


async def put_crowd(shelves: Shelves, _: Party) -> None:
    """Let so many wait that the last ones are out of sight."""
    for number in range(MOST_SHOWN + BEHIND):
        life = Life(f"s-{secrets.token_hex(8)}")
        life.now = now() - 600_000 + number
        name = LAST if number == MOST_SHOWN + BEHIND - 1 else f"Kim {number}"
        customer = Party(id=f"customer-{number}", role="customer")
        life.ask(r.Start, customer, issue="computer", name=name)
        await shelves.put_facts(life)


async def test_whoever_is_out_of_sight_is_counted_and_found_by_name(tmp_path: Path) -> None:
    server = Server(tmp_path)
    try:
        await fill(server, put_crowd)
        async with chromium() as browser:
            rep = await sign_in(browser, server.url)
            page = rep.page
            queue = page.get_by_role("region", name="Queue")
            await expect(queue.get_by_role("heading")).to_have_text(f"Queue {MOST_SHOWN + BEHIND}")
            await queue.locator(".cards").hover()
            await page.mouse.wheel(0, 1_000_000)
            await queue.get_by_role("button", name=f"{BEHIND} more behind them").click()
            dialog = page.get_by_role("dialog", name="Find somebody in the queue")
            rows = dialog.get_by_role("listitem")
            await expect(rows).to_have_count(50)
            await dialog.get_by_role("button", name="Show more").click()
            await expect(rows).to_have_count(100)
            await dialog.get_by_role("textbox", name="Search").fill("jurgen zu")
            await expect(dialog.get_by_role("status")).to_have_text("1 waiting")
            await expect(rows).to_contain_text(str(MOST_SHOWN + BEHIND))
            await assert_accessible(page, "somebody found in the queue")
            await rows.get_by_role("button", name="Accept").click()
            await expect(dialog).to_be_hidden()
            heading = page.get_by_role("region", name="Conversation").get_by_role("heading")
            await expect(heading.first).to_have_text(LAST)
            assert rep.faults == []
    finally:
        await server.kill()
        server.close()
