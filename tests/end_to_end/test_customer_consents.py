"""What a customer is asked before and beside talking, and what their answers mean."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.end_to_end.browsers import begin, chromium, meet, sign_in, start, visit
from tests.end_to_end.serving import serving

MEANING = {
    "continue_unrecorded": "we help you all the same and record nothing",
    "no_screen": "you cannot show us your screen",
    "end": "this chat cannot go on and ends here",
}

# The browser's own question, which no test can press; a person's answer stands in `granted`.
ASKING = """
    globalThis.asked = 0;
    globalThis.notified = [];
    globalThis.Notification = class extends EventTarget {
        static permission = sessionStorage.getItem("permission") ?? "default";
        static async requestPermission() {
            globalThis.asked += 1;
            Notification.permission = "granted";
            sessionStorage.setItem("permission", "granted");
        }
        constructor(title, { body }) {
            super();
            globalThis.notified.push(body);
            setTimeout(() => this.onshow?.());
        }
        close() {}
    };
"""
# What sounds needs a moment until it can be heard.
SOUNDS = """
    const Real = AudioContext;
    globalThis.AudioContext = class extends Real {
        constructor(...about) {
            super(...about);
            globalThis.sounding = this;
        }
    };
"""
LOOKS_ELSEWHERE = "document.hasFocus = () => false"


@pytest.mark.parametrize("policy", MEANING)
async def test_what_a_refusal_means_is_said_before_and_true_after(
    tmp_path: Path, policy: str
) -> None:
    site = {"rules": {"refusal_policy": policy}}
    async with serving(tmp_path, site=site) as server, chromium() as browser:
        rep, customer = await sign_in(browser, server.url), await visit(browser, server.url)
        page = customer.page
        await begin(customer)
        await customer.press("Accept")
        await expect(
            page.get_by_role("heading", name="May we record this session?")
        ).to_be_focused()
        await expect(page.get_by_text(MEANING[policy])).to_be_visible()
        await customer.press("Do not allow")
        if policy == "end":
            await expect(page.get_by_role("heading", level=2)).to_have_text(
                "Without recording this chat could not go on."
            )
        else:
            await expect(page.get_by_role("status", name="Queue")).to_be_visible()
            await rep.press("Accept")
            await expect(page.get_by_role("main")).to_contain_text("Not recorded")
        assert [*customer.faults, *rep.faults] == []


@pytest.mark.parametrize("policy", MEANING)
async def test_a_permission_to_record_is_shown_and_can_be_withdrawn(
    tmp_path: Path, policy: str
) -> None:
    site = {"rules": {"refusal_policy": policy}}
    async with serving(tmp_path, site=site) as server, chromium() as browser:
        rep, customer = await sign_in(browser, server.url), await visit(browser, server.url)
        await meet(customer, rep)
        banner = customer.page.get_by_role("main")
        await expect(banner).to_contain_text("Recording: allowed")
        await customer.press("Menu")
        await customer.press("Withdraw the permission to record")
        dialog = customer.page.get_by_role("dialog")
        await expect(dialog).to_contain_text("Nothing more is recorded from then on")
        await dialog.get_by_role("button", name="Keep allowing it").click()
        await expect(customer.page.get_by_role("button", name="Menu")).to_be_focused()
        await customer.press("Menu")
        await customer.press("Withdraw the permission to record")
        await dialog.get_by_role("button", name="Withdraw", exact=True).click()
        if policy == "end":
            await expect(customer.page.get_by_role("dialog", name="Exit survey")).to_be_visible()
        else:
            await expect(banner).to_contain_text("Not recorded")
            await customer.reads("You have withdrawn the permission to record.")
        assert [*customer.faults, *rep.faults] == []


async def test_notifications_are_asked_for_once_with_a_reason_and_used(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        rep, customer = await sign_in(browser, server.url), await visit(browser, server.url)
        page = customer.page
        await page.add_init_script(ASKING)
        await page.reload()
        assert await page.get_by_role("button", name="Notify me").count() == 0
        await start(customer)
        assert await page.evaluate("asked") == 0
        await customer.press("Notify me")
        assert await page.evaluate("asked") == 1
        await expect(page.get_by_role("button", name="Notify me")).to_have_count(0)
        await page.evaluate(LOOKS_ELSEWHERE)
        await rep.press("Accept")
        await customer.sees("notified.includes('Ana is here for you.')")
        await rep.say("My secret words")
        await customer.sees("notified.includes('New message from Ana')")
        await rep.press("Nudge")
        await customer.sees("notified.includes('Ana is calling you.')")
        assert "My secret words" not in str(await page.evaluate("notified"))
        assert [*customer.faults, *rep.faults] == []


async def test_who_wants_no_notifications_is_not_asked_again(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        rep, customer = await sign_in(browser, server.url), await visit(browser, server.url)
        page = customer.page
        await page.add_init_script(ASKING)
        await page.reload()
        await start(customer)
        await customer.press("No, thank you")
        await page.reload()
        await expect(page.get_by_role("status", name="Queue")).to_be_visible()
        await expect(page.get_by_role("button", name="Notify me")).to_have_count(0)
        await page.evaluate(LOOKS_ELSEWHERE)
        await rep.press("Accept")
        await customer.reads("Ana is here for you.")
        assert await page.evaluate("[asked, notified.length]") == [0, 0]
        assert [*customer.faults, *rep.faults] == []


async def test_a_nudge_reports_what_worked_and_nothing_else(tmp_path: Path) -> None:
    site = {"rules": {"nudge_seconds": 3600}}
    async with serving(tmp_path, site=site) as server, chromium() as browser:
        rep = await sign_in(browser, server.url)
        customer = await visit(browser, server.url, reduced_motion="no-preference")
        await customer.page.add_init_script(SOUNDS)
        await customer.page.reload()
        await meet(customer, rep)
        await customer.sees("sounding.state === 'running'")
        await rep.press("Nudge")
        await expect(rep.page.get_by_role("log")).to_contain_text(
            "The nudge was shown by: title, shaking, sound, focus."
        )
        # Not again so soon.
        await expect(rep.page.get_by_role("button", name="Nudge")).to_be_disabled()
        assert [*customer.faults, *rep.faults] == []


async def test_a_nudge_that_little_can_be_done_about_says_so(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        rep = await sign_in(browser, server.url)
        customer = await visit(browser, server.url)
        page = customer.page
        await meet(customer, rep)
        await customer.press("Menu")
        await customer.press("Mute sounds")
        await page.evaluate(LOOKS_ELSEWHERE)
        await rep.press("Nudge")
        await customer.sees("document.title === 'You are being called'")
        await expect(rep.page.get_by_role("log")).to_contain_text("The nudge was shown by: title.")
        assert await page.evaluate("document.getAnimations().length") == 0
        # Whoever looks again finds the title as it was.
        await page.evaluate("dispatchEvent(new Event('focus'))")
        await customer.sees("document.title === 'Deskside'")
        assert [*customer.faults, *rep.faults] == []
