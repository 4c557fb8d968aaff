"""Coming in at the real console: codes, recovery codes, passkeys, one-time links, and being sent away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pyotp
import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.end_to_end.axe import assert_accessible
from tests.end_to_end.browsers import Person, chromium, sign_in
from tests.end_to_end.serving import PASSWORD, Server

NAME = "help.example.test"


@asynccontextmanager
async def serving_at(folder: Path, place: str) -> AsyncIterator[tuple[Server, str, str]]:
    """A broker that is reached by a name; gives it, its address, and Chromium's argument for it."""
    server = Server(folder)
    if place == "loopback":
        server.set(DESKSIDE_URL=f"http://localhost:{server.port}")
        url, argument = f"http://localhost:{server.port}", "--no-pings"
    else:
        url = f"https://{NAME}:{server.port}"
        server.set(DESKSIDE_TLS="self", DESKSIDE_URL=url)
        argument = f"--host-resolver-rules=MAP {NAME} 127.0.0.1"
    await server.start()
    try:
        yield server, url, argument
    finally:
        await server.kill()
        server.close()


async def open_console(browser: Browser, url: str) -> Person:
    """Open `url` in a profile of its own that has an authenticator with a verified owner."""
    context = await browser.new_context(
        viewport={"width": 1280, "height": 900}, ignore_https_errors=True
    )
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    person = Person(page)
    await page.goto(url)
    return person


async def type_into(page: Page, **boxes: str) -> None:
    for name, text in boxes.items():
        box = page.get_by_role("textbox", name=name.replace("_", " "), exact=True)
        await box.fill(text)


async def is_in(person: Person) -> None:
    navigation = person.page.get_by_role("link", name="Settings")
    await expect(navigation.first).to_be_visible()


async def choose_password(person: Person) -> None:
    """Go through the first step of a one-time link."""
    await type_into(person.page, New_password=PASSWORD, Once_more=PASSWORD)
    await person.press("Set password")
    await expect(person.page.get_by_role("heading", name="Protect your account")).to_be_visible()


async def keep_codes(person: Person) -> list[str]:
    """Keep the recovery codes that are shown and go on."""
    page = person.page
    codes = page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    await expect(codes).to_have_count(10)
    kept = await codes.all_inner_texts()
    await assert_accessible(page, "recovery codes")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download").click()
    path = await (await download.value).path()
    assert path.read_text().split() == kept
    await expect(page.get_by_role("button", name="Done")).to_be_disabled()
    await page.get_by_role("checkbox", name="I have kept these codes.").check()
    await person.press("Done")
    return kept


async def set_up_codes(person: Person) -> list[str]:
    """Set up one-time codes as an app would, from the key on screen."""
    page = person.page
    await page.get_by_role("button", name="Authenticator app").click()
    await expect(page.get_by_role("img", name="QR picture with the key below")).to_be_visible()
    await expect(page.get_by_role("img")).not_to_have_js_property("naturalWidth", 0)
    await assert_accessible(page, "setting up one-time codes")
    key = await page.locator(".secret code").inner_text()
    code = pyotp.TOTP(key.replace(" ", "")).now()
    await type_into(page, **{"One-time code": f"{code[:3]} {code[3:]}"})
    await person.press("Confirm")
    return await keep_codes(person)


async def test_a_new_administrator_comes_in_by_link_password_and_app_and_again_by_a_recovery_code(
    tmp_path: Path,
) -> None:
    async with serving_at(tmp_path, "loopback") as (server, url, argument), chromium(argument) as b:
        link = await server.command("account", "add", "zoe", "--role", "admin")
        zoe = await open_console(b, link)
        page = zoe.page
        await expect(page.get_by_role("heading", name="Welcome, Zoe!")).to_be_visible()
        await expect(page.get_by_role("textbox", name="User name")).to_have_value("zoe")
        await assert_accessible(page, "where a one-time link leads")
        await choose_password(zoe)
        # Coming back in between changes nothing.
        await page.goto(f"{url}/console")
        await expect(page.get_by_role("heading", name="Protect your account")).to_be_visible()
        await assert_accessible(page, "choosing a second factor")
        codes = await set_up_codes(zoe)
        await is_in(zoe)
        await zoe.press("Sign out")
        await assert_accessible(page, "the sign-in")
        await type_into(page, User_name="zoe", Password=PASSWORD)
        await zoe.press("Sign in")
        await expect(page.get_by_role("textbox", name="One-time code")).to_be_visible()
        await assert_accessible(page, "the second step")
        await zoe.press("Use a recovery code")
        await type_into(page, Recovery_code="wrong")
        await zoe.press("Sign in")
        await expect(page.get_by_role("alert")).to_contain_text("This code is not right")
        await type_into(page, Recovery_code=codes[0].upper())
        await zoe.press("Sign in")
        await is_in(zoe)
        used = await open_console(b, link)
        await expect(used.page.get_by_role("alert")).to_contain_text("used or has expired")
        assert [*zoe.faults, *used.faults] == []


@pytest.mark.parametrize("place", ["loopback", "tls"])
async def test_a_passkey_is_all_that_is_needed(tmp_path: Path, place: str) -> None:
    async with serving_at(tmp_path, place) as (server, url, argument), chromium(argument) as b:
        link = await server.command("account", "add", "zoe", "--role", "compliance")
        zoe = await open_console(b, link)
        page = zoe.page
        await choose_password(zoe)
        await page.get_by_role("button", name="Passkey").click()
        await type_into(page, Name_of_the_passkey="Laptop")
        await zoe.press("Create passkey")
        await keep_codes(zoe)
        await is_in(zoe)
        await zoe.press("Sign out")
        await zoe.press("Sign in with a passkey")
        await is_in(zoe)
        await page.goto(f"{url}/console#/settings")
        passkeys = page.get_by_role("list", name="Passkeys")
        await expect(passkeys).to_contain_text("Laptop")
        await assert_accessible(page, "the settings")
        await page.get_by_role("button", name="Remove passkey Laptop").click()
        await page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        await expect(page.get_by_role("alert")).to_contain_text("needs a second factor")
        await expect(passkeys).to_contain_text("Laptop")
        # The refusal, which browsers report as a fault of the page's.
        assert [fault for fault in zoe.faults if "status of 409" not in fault] == []


async def test_who_is_signed_out_from_another_browser_sees_the_sign_in_at_once(
    tmp_path: Path,
) -> None:
    async with serving_at(tmp_path, "loopback") as (server, url, argument), chromium(argument) as b:
        lost, here = [await sign_in(b, url, "ana") for _ in range(2)]
        await here.page.goto(f"{url}/console#/settings")
        places = here.page.get_by_role("list", name="Where you are signed in")
        await expect(places.get_by_role("listitem")).to_have_count(2)
        await here.press("Sign out everywhere else")
        await expect(lost.page.get_by_role("textbox", name="User name")).to_be_visible()
        await expect(places.get_by_role("listitem")).to_have_count(1)
        await is_in(here)
        # With another role the page is opened anew, and knows it.
        async with here.page.expect_event("load"):
            await server.command("account", "role", "ana", "lead")
        await expect(here.page.get_by_role("link", name="Board")).to_be_visible()
        # With one that demands more than was shown, nothing is left but to show it.
        await server.command("account", "role", "ana", "admin")
        await expect(here.page.get_by_role("textbox", name="User name")).to_be_visible()


async def test_a_new_password_is_chosen_in_the_settings(tmp_path: Path) -> None:
    async with serving_at(tmp_path, "loopback") as (_, url, argument), chromium(argument) as b:
        ana = await sign_in(b, url, "ana")
        page = ana.page
        await page.goto(f"{url}/console#/settings")
        await ana.press("Change password")
        dialog = page.get_by_role("dialog", name="Change password")
        new = "a rather different sentence"
        await type_into(page, Current_password="wrong", New_password=new, Once_more=new)
        await dialog.get_by_role("button", name="Change password").click()
        await expect(page.get_by_role("alert")).to_contain_text("not your password")
        await type_into(page, Current_password=PASSWORD)
        await dialog.get_by_role("button", name="Change password").click()
        await expect(page.get_by_text("Your password was changed")).to_be_visible()
        await ana.press("Sign out")
        await type_into(page, User_name="ana", Password=new)
        await ana.press("Sign in")
        await is_in(ana)


async def test_who_comes_back_at_once_is_not_sent_away_by_their_leaving(tmp_path: Path) -> None:
    async with serving_at(tmp_path, "loopback") as (_, url, argument), chromium(argument) as b:
        ana = await sign_in(b, url, "ana")
        page, order, may_end = ana.page, [], asyncio.Event()

        async def late(route: Route) -> None:
            response = await route.fetch()
            await may_end.wait()
            order.append("out")
            await route.fulfill(response=response)

        await page.route("**/v1/sign-out", late)
        page.on("request", lambda request: order.append(request.url.rpartition("/")[2]))
        await ana.press("Sign out")
        await type_into(page, User_name="ana", Password=PASSWORD)
        await ana.press("Sign in")
        await expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_disabled()
        may_end.set()
        await is_in(ana)
        assert order.index("out") < order.index("sign-in")
        await page.reload()
        await is_in(ana)


async def test_the_demo_s_administrator_and_officer_come_in_with_codes(tmp_path: Path) -> None:
    async with serving_at(tmp_path, "loopback") as (_, url, argument), chromium(argument) as b:
        for name in ("adam", "cora"):
            person = await sign_in(b, url, name)
            await is_in(person)
            assert person.faults == []
