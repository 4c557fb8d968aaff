"""Whatever a customer writes is text: thirty ways to make it a script, in every view that shows it."""

import asyncio
import re
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Page, expect

from customer_client.link import Link, new_request_id
from protocol import requests as r
from tests.end_to_end.browsers import Person, chromium, sign_in
from tests.end_to_end.serving import (
    Server,
    ask,
    available_rep,
    begin,
    is_open,
    linked,
    make_available,
    open_session,
    serving,
)

RUN = "window.ran=1"
FAMILIES = {
    "script": f"<script>{RUN}</script>",
    "closed_early": f"</title></textarea></style></script><script>{RUN}</script>",
    "image": f"<img src=x onerror={RUN}>",
    "image_quoted": f"\"><img src=x onerror='{RUN}'>",
    "svg": f"<svg onload={RUN}>",
    "svg_script": f"<svg><script href='data:,{RUN}'/></svg>",
    "svg_animate": f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    "body": f"<body onload={RUN}>",
    "details": f"<details open ontoggle={RUN}>",
    "focus": f"<input autofocus onfocus={RUN}>",
    "video": f"<video><source onerror={RUN}></video>",
    "marquee": f"<marquee onstart={RUN}>",
    "frame": f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    "frame_address": f'<iframe src="javascript:parent.{RUN}"></iframe>',
    "object": f'<object data="javascript:{RUN}"></object>',
    "base": "<base href=//evil.example/>",
    "refresh": f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    "link": f'<a href="javascript:{RUN}" id=x>press</a>',
    "address": f"javascript:{RUN}//http://example.org/",
    "address_in_words": f'see http://example.org/"onmouseover="{RUN}',
    "data_address": f"data:text/html,<script>{RUN}</script>",
    "style": f"<style>@import 'javascript:{RUN}';*{{color:red!important}}</style>",
    "style_attribute": f"<p style='background:url(javascript:{RUN})'>",
    "template": f"{{{{constructor.constructor('{RUN}')()}}}}",
    "literal": "${" + RUN + "}",
    "mathml": f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}>",
    "mutation": f'<noscript><p title="</noscript><img src=x onerror={RUN}>">',
    "entities": "&lt;img src=x onerror=window.ran=1&gt;&#60;script&#62;",
    "prototype": '{"__proto__":{"ran":1},"constructor":{"prototype":{"ran":1}}}',
    "macro": "{customer} {rep} {constructor} {__proto__} %s %n",
}
SEEN = "() => [window.ran, Object.prototype.ran, document.querySelectorAll('#page script, #page iframe, #page img[src=x]').length]"

assert len(FAMILIES) == 30


async def nothing_ran(rep: Person) -> None:
    """Fail if anything of what customers wrote has become more than text."""
    assert await rep.page.evaluate(SEEN) == [None, None, 0]
    assert rep.faults == []


@pytest.mark.parametrize("half", [0, 1])
async def test_nothing_that_a_customer_writes_runs_in_any_view(tmp_path: Path, half: int) -> None:
    payloads = list(FAMILIES.values())[half::2]
    async with serving(tmp_path) as server, chromium() as browser, AsyncExitStack() as stack:
        rep = await sign_in(browser, server.url)
        dialogs: list[str] = []
        rep.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        ana = await stack.enter_async_context(linked(server, "ana"))
        await make_available(ana)
        page = rep.page
        mine = page.get_by_role("region", name="My sessions")
        log = page.get_by_role("log")
        for payload in payloads:
            customer = await stack.enter_async_context(linked(server))
            session = await begin(customer, ana, name=payload)
            await ask(customer, r.Say, session, text=payload)
            waiting = await stack.enter_async_context(linked(server))
            await waiting.until(is_open)
            await open_session(waiting, name=payload)
            # In the list, the heading, the text box, the conversation, and the facts.
            await mine.get_by_role("button").filter(has_text=payload[:30]).first.click()
            heading = page.get_by_role("region", name="Conversation").get_by_role(
                "heading", level=2
            )
            await expect(heading).to_have_text(payload)
            await expect(log).to_contain_text(payload)
            await nothing_ran(rep)
            await ask(ana, r.End, session)
            await page.get_by_role("button", name="Skip").click()
        queue = page.get_by_role("region", name="Queue")
        await expect(queue).to_contain_text(payloads[0])
        # Found by typing, and called out in the title and in notifications.
        await page.keyboard.press("Control+k")
        await page.get_by_role("combobox", name="Command").fill("<")
        await nothing_ran(rep)
        await page.keyboard.press("Escape")
        for name in ("Settings", "Sessions"):
            await page.get_by_role("link", name=name).click()
            await nothing_ran(rep)
        assert dialogs == []


@pytest.mark.parametrize("half", [0, 1])
async def test_nothing_runs_where_words_are_kept_either(tmp_path: Path, half: int) -> None:
    """The inbox, ended sessions with survey and wrap-up, contacts, and earlier visits."""
    payloads = list(FAMILIES.values())[half::2]
    async with AsyncExitStack() as stack:
        patient = serving(tmp_path, DESKSIDE_RATE_MESSAGES="100", DESKSIDE_RATE_VISITORS="100")
        server = await stack.enter_async_context(patient)
        browser = await stack.enter_async_context(chromium())
        rep = await sign_in(browser, server.url)
        dialogs: list[str] = []
        rep.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        ana = await stack.enter_async_context(linked(server, "ana"))
        await make_available(ana)
        customer = await stack.enter_async_context(linked(server))
        await customer.until(is_open)
        kept = [await keep(customer, ana, payload) for payload in payloads]
        await leave_messages(server, payloads)
        page = rep.page
        for payload, session in zip(payloads, kept, strict=True):
            for view in ("history", "contacts"):
                await page.goto(f"{server.url}/console#/{view}/{session}")
                # Whoever came is called by what they wrote.
                heading = page.get_by_role("heading", level=2)
                await expect(heading.filter(has_text=payload.strip()[:40])).to_be_visible()
                await nothing_ran(rep)
            await rep.press("Edit")
            name = page.get_by_role("dialog").get_by_role("textbox", name="Name")
            await expect(name).to_have_value(payload)
            await nothing_ran(rep)
            await page.keyboard.press("Escape")
            await page.goto(f"{server.url}/console#/history/{session}")
            await expect(page.get_by_role("log")).to_contain_text("wrapped up")
            assert (await page.get_by_role("log").inner_text()).count(payload[:30]) >= 3
        await page.goto(f"{server.url}/console#/contacts/{kept[0]}")
        await rep.press("Merge")
        # The last who came, before any is searched.
        for payload in payloads[-8:]:
            await expect(page.get_by_role("dialog")).to_contain_text(payload[:40])
        await nothing_ran(rep)
        await page.keyboard.press("Escape")
        await page.goto(f"{server.url}/console#/inbox")
        rows = page.get_by_role("region", name="Messages").get_by_role("listitem")
        await expect(rows).to_have_count(len(payloads))
        for row in await rows.all():
            await row.get_by_role("link").click()
            await nothing_ran(rep)
        assert dialogs == []


@pytest.mark.parametrize("half", [0, 1])
async def test_nothing_runs_where_somebody_is_offered_called_looked_at_or_called_out(
    tmp_path: Path, half: int
) -> None:
    """The board and its dialogs, the palette, offers, calls, and what notifications say."""
    payloads = list(FAMILIES.values())[half::2]
    async with AsyncExitStack() as stack:
        # Looking at everybody may take a while; nobody waits here.
        rules = {"rules": {"offer_seconds": 3600, "call_seconds": 3600}}
        patient = serving(tmp_path, site=rules, DESKSIDE_RATE_VISITORS="100")
        server = await stack.enter_async_context(patient)
        browser = await stack.enter_async_context(chromium())
        lead = await sign_in(browser, server.url, "lea", permissions=["notifications"])
        page = lead.page
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        # Somebody else's window is in front, so that everybody is called out.
        await page.evaluate("document.hasFocus = () => false")
        ana, lea = [await stack.enter_async_context(linked(server, who)) for who in ("ana", "lea")]
        await make_available(ana)
        customers = [await stack.enter_async_context(linked(server)) for _ in payloads]
        await customers[0].until(is_open)
        talks = [
            await open_session(customer, name=payload)
            for customer, payload in zip(customers, payloads, strict=True)
        ]
        await called_out(page, payloads)
        await nothing_ran(lead)
        for session in talks:
            await ask(ana, r.Accept, session)
        await look_at_the_board(lead, payloads)
        await page.get_by_role("link", name="Sessions").click()
        mine = page.get_by_role("region", name="My sessions").get_by_role("listitem")
        there = await available_rep(ana, "Lea")
        for session in talks:
            await ask(ana, r.Transfer, session, rep=there)
        await expect(mine).to_have_count(len(payloads))
        # The palette has what is known when it opens, and names come after the sessions.
        for payload in payloads:
            named = mine.filter(has=page.get_by_text(payload, exact=True))
            await expect(named).to_have_count(1)
        await nothing_ran(lead)
        await find_all(lead, payloads)
        for customer, session in zip(customers, talks, strict=True):
            await ask(customer, r.End, session)
        await expect(mine).to_have_count(0)
        for customer, payload in zip(customers, payloads, strict=True):
            assert customer.welcome
            await ask(lea, r.Call, customer=customer.welcome.party, name=payload)
        await expect(mine).to_have_count(len(payloads))
        heading = page.get_by_role("region", name="Conversation").get_by_role("heading", level=2)
        for payload in payloads:
            named = mine.filter(has=page.get_by_text(payload, exact=True))
            await named.get_by_role("button").first.click()
            await expect(heading).to_have_text(payload)
            await expect(page.get_by_text("Connecting…")).to_be_visible()
            await nothing_ran(lead)
        assert dialogs == []


async def look_at_the_board(lead: Person, payloads: list[str]) -> None:
    """See everybody on the board, and in the dialog that asks before taking over."""
    page = lead.page
    await page.get_by_role("link", name="Board").click()
    rows = page.get_by_role("region", name="Active sessions").get_by_role("row")
    await expect(rows).to_have_count(len(payloads) + 1)
    for payload in payloads:
        row = rows.filter(has=page.get_by_text(payload, exact=True))
        await row.get_by_role("button", name="Take over").click()
        await expect(page.get_by_role("dialog")).to_contain_text(payload[:40])
        await nothing_ran(lead)
        await page.keyboard.press("Escape")


async def find_all(lead: Person, payloads: list[str]) -> None:
    """See everybody in the command palette."""
    page = lead.page
    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox", name="Command").fill("my sessions")
    options = page.get_by_role("listbox", name="Commands").get_by_role("option")
    for payload in payloads:
        named = options.filter(has=page.get_by_text(payload, exact=True))
        await expect(named).to_have_count(1)
    await nothing_ran(lead)
    await page.keyboard.press("Escape")


async def called_out(page: Page, payloads: list[str]) -> None:
    """Wait until a notification has said of each of `payloads` that they wait, word by word."""
    shown = "navigator.serviceWorker.getRegistration('/assets/console/').then(it => it"
    bodies = f"{shown}?.getNotifications()).then(all => (all ?? []).map(each => each.body))"
    found: list[str] = []
    async with asyncio.timeout(60):
        while not all(f"{payload} · Computer" in found for payload in payloads):
            found = await page.evaluate(bodies)
            await asyncio.sleep(0.05)


def address_of(payload: str) -> str:
    """Return `payload` as an address that the contract still takes for one."""
    return re.sub(r"[\s@]", "", payload)[:200] + "@example.test"


async def keep(customer: Link, ana: Link, payload: str) -> str:
    """Live through a session in which everybody writes `payload` wherever they can."""
    page = "https://example.test/" + re.sub(r"\s", "", payload)
    email = address_of(payload)
    start = r.Start(id=new_request_id(), issue="computer", name=payload, email=email, page=page)
    session = (await customer.ask(start)).session
    followed = await customer.follow(session)
    await customer.until(lambda _: followed.place >= 1)
    await ask(customer, r.AcceptAgreement, session, digest=followed.session.rules.agreement_digest)
    digest = followed.session.rules.recording_digest
    await ask(customer, r.AnswerRecording, session, allowed=True, digest=digest)
    await ask(ana, r.Accept, session)
    await ask(customer, r.Say, session, text=payload)
    await ask(ana, r.PushLink, session, url="https://example.test/", title=payload)
    await ask(customer, r.OfferFile, session, file="f1", name=f"{payload}.txt", size=1)
    await ask(ana, r.End, session)
    await ask(customer, r.SubmitSurvey, session, rating=1, choice=payload[:100], text=payload)
    await ask(ana, r.WrapUp, session, text=payload)
    return session


async def leave_messages(server: Server, payloads: list[str]) -> None:
    """Leave each of `payloads` as a message, also as its sender's name; each by somebody else."""
    for payload in payloads:
        async with linked(server) as customer, aiohttp.ClientSession() as http:
            headers = {"Authorization": f"Bearer {customer.token}", "X-Deskside": "1"}
            message = {"id": new_request_id(), "issue": "computer", "name": payload}
            message |= {"email": address_of("kim"), "text": payload}
            url = f"{server.url}/v1/messages"
            async with http.post(url, json=message, headers=headers) as response:
                assert response.ok, await response.text()
