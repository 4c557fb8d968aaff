"""Mail at the real pages: messages left and answered, a code typed, a transcript taken along."""

import json
import re
from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from tests.end_to_end.browsers import Person, chromium, sign_in, start, visit
from tests.end_to_end.serving import Server, serving
from tests.smtp import Post, html_of, post_office, text_of

KIM = "kim@example.test"


def mailing(post: Post) -> dict[str, Any]:
    """The settings with which a broker's mail goes to `post`."""
    return {"DESKSIDE_SMTP": post.url, "DESKSIDE_MAIL_FROM": "Help desk <help@example.org>"}


async def change_site(server: Server, folder: Path, **changes: Any) -> None:
    """Change the site's settings as an administrator does."""
    site = json.loads(await server.command("site", "show"))
    site["rules"] |= changes.pop("rules", {})
    file = folder / "site.json"
    file.write_text(json.dumps(site | changes))
    await server.command("site", "set", str(file))


async def fill_in(page: Page, name: str, text: str) -> None:
    await page.get_by_role("textbox", name=name, exact=True).fill(text)


async def test_a_message_that_was_left_is_answered_by_mail(tmp_path: Path) -> None:
    async with (
        post_office() as post,
        serving(tmp_path, **mailing(post)) as server,
        chromium() as browser,
    ):
        customer = await visit(browser, server.url, locale="de-DE")
        page = customer.page
        await expect(page.get_by_role("heading", name="Hinterlassen Sie uns")).to_be_visible()
        assert await page.get_by_role("button", name="Chat starten").count() == 0
        await page.get_by_role("combobox").first.select_option(label="Drucker")
        await fill_in(page, "Ihr Name", "Kim")
        await fill_in(page, "E-Mail", KIM)
        await fill_in(page, "Nachricht", "Nichts druckt.\n<b>Hilfe!</b>")
        await page.reload()
        await customer.press("Nachricht hinterlassen")
        await expect(page.get_by_role("heading", name="Wir haben Ihre Nachricht.")).to_be_visible()

        rep = await sign_in(browser, server.url)
        console = rep.page
        await expect(console.get_by_label("1 open message")).to_be_visible()
        await console.get_by_role("link", name=re.compile("Inbox")).click()
        await console.get_by_role("link", name=re.compile("Nichts druckt")).click()
        await expect(console.get_by_text("<b>Hilfe!</b>").last).to_be_visible()
        await fill_in(console, "Answer by mail", "Ist er eingeschaltet?")
        await rep.press("Send answer")
        mail = await post.to(KIM)
        assert mail["Subject"] == "Re: Ihre Nachricht an Deskside"
        assert "Ist er eingeschaltet?" in text_of(mail)
        assert "&lt;b&gt;Hilfe!&lt;/b&gt;" in html_of(mail)
        await expect(console.get_by_text("Nothing to answer.")).to_be_visible()
        await console.get_by_text("Done", exact=True).click()
        await console.get_by_role("link", name=re.compile("Nichts druckt")).click()
        await expect(console.get_by_text("Mailed", exact=True)).to_be_visible()
        assert [*customer.faults, *rep.faults] == []


async def test_a_code_is_mailed_typed_and_leads_on(tmp_path: Path) -> None:
    async with (
        post_office() as post,
        serving(tmp_path, **mailing(post)) as server,
        chromium() as browser,
    ):
        await change_site(server, tmp_path, rules={"identity_asked": True})
        await sign_in(browser, server.url)
        customer = await visit(browser, server.url)
        await begin(customer)
        code = code_of(text_of(await post.to(KIM)))
        await expect(customer.page.get_by_text(f"We sent a code to {KIM}.")).to_be_visible()
        wrong = "000000" if code != "000000" else "000001"
        await fill_in(customer.page, "Code", wrong)
        alert = customer.page.get_by_role("alert")
        await expect(alert).to_have_text("This code is wrong. You can try 4 more times.")
        await customer.page.reload()
        await fill_in(customer.page, "Code", code)
        await customer.press("Accept")
        await customer.press("Do not allow")
        await expect(customer.page.get_by_role("status", name="Queue")).to_be_visible()
        assert customer.faults == []


async def test_a_session_code_is_mailed_from_the_console_and_leads_to_its_rep(
    tmp_path: Path,
) -> None:
    async with (
        post_office() as post,
        serving(tmp_path, **mailing(post)) as server,
        chromium() as browser,
    ):
        rep = await sign_in(browser, server.url)
        await rep.page.get_by_role("link", name="Session codes").click()
        await fill_in(rep.page, "Mail it to (optional)", KIM)
        language = rep.page.get_by_role("combobox", name="Language of the mail")
        await language.select_option(label="Deutsch")
        await rep.press("Make and mail it")
        await expect(rep.page.get_by_text(f"Mailed to {KIM}")).to_be_visible()
        found = re.search(r"https?://\S+", text_of(await post.to(KIM)))
        assert found
        customer = Person(await browser.new_page(locale="de-DE"))
        await customer.page.goto(found[0])
        await fill_in(customer.page, "Ihr Name", "Kim")
        for button in ("Chat starten", "Annehmen", "Aufzeichnung erlauben"):
            await customer.press(button)
        await fill_in(customer.page, "Nachricht", "Ihre Mail hat mich hergeführt.")
        await customer.press("Senden")
        await rep.page.get_by_role("link", name="Sessions", exact=True).click()
        mine = rep.page.get_by_role("region", name="My sessions").get_by_role("listitem")
        await expect(mine).to_contain_text("Kim")
        await rep.page.keyboard.press("Alt+1")
        await rep.reads("Ihre Mail hat mich hergeführt.")
        assert rep.faults == customer.faults == []


async def test_five_wrong_codes_end_it(tmp_path: Path) -> None:
    async with (
        post_office() as post,
        serving(tmp_path, **mailing(post)) as server,
        chromium() as browser,
    ):
        await change_site(server, tmp_path, rules={"identity_asked": True})
        await sign_in(browser, server.url)
        customer = await visit(browser, server.url)
        await begin(customer)
        code = code_of(text_of(await post.to(KIM)))
        wrong = "000000" if code != "000000" else "000001"
        for left in ("4 more times", "3 more times", "2 more times", "once more"):
            await fill_in(customer.page, "Code", wrong)
            await expect(customer.page.get_by_role("alert")).to_contain_text(left)
        await fill_in(customer.page, "Code", wrong)
        ended = customer.page.get_by_role("heading", name=re.compile("wrong too often"))
        await expect(ended).to_be_visible()
        assert customer.faults == []


async def test_the_transcript_is_mailed_to_the_address_that_was_given(tmp_path: Path) -> None:
    async with (
        post_office() as post,
        serving(tmp_path, **mailing(post)) as server,
        chromium() as browser,
    ):
        rep = await sign_in(browser, server.url)
        customer = await visit(browser, server.url)
        await fill_in(customer.page, "E-mail", KIM)
        await start(customer)
        await rep.press("Accept")
        await customer.say("Nothing prints.")
        await rep.reads("Nothing prints.")
        await customer.press("Menu")
        await customer.press("Mail transcript")
        address = customer.page.get_by_role("textbox", name="Mail the transcript to")
        await expect(address).to_have_value(KIM)
        await customer.press("Send transcript")
        mail = await post.to(KIM)
        assert mail["Subject"] == "Your chat with Deskside"
        assert "You: Nothing prints." in text_of(mail)
        await expect(customer.page.get_by_text("on its way to")).to_be_visible()
        assert [*customer.faults, *rep.faults] == []


async def begin(customer: Person) -> None:
    page = customer.page
    issue = page.get_by_role("combobox", name="What do you need help with?")
    await expect(page.get_by_role("button", name="Start chat")).to_be_visible()
    await issue.select_option(label="Computer")
    await fill_in(page, "Your name", "Kim")
    await fill_in(page, "E-mail", KIM)
    await customer.press("Start chat")


def code_of(text: str) -> str:
    found = re.search(r"^\d{6}$", text, re.MULTILINE)
    assert found
    return found[0]
