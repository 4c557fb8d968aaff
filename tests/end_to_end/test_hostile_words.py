"""Whatever a customer writes is text: thirty ways to make it a script, in every view that shows it."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import expect

from protocol import requests as r
from tests.end_to_end.browsers import Person, chromium, sign_in
from tests.end_to_end.serving import (
    ask,
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
