"""Both pages in Chromium against the real broker, which is killed now and then."""

from pathlib import Path

from playwright.async_api import expect

from tests.end_to_end.browsers import Person, chromium, meet, sign_in, start, visit
from tests.end_to_end.serving import Server, serving


async def assert_content(*people: Person) -> None:
    for person in people:
        assert person.faults == []


async def test_two_people_meet_talk_and_part(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        customer = await visit(browser, server.url)
        await expect(customer.page.get_by_role("button", name="Start chat")).to_have_count(0)
        rep = await sign_in(browser, server.url)
        await meet(customer, rep)
        await rep.say("What do you see?")
        await customer.reads("What do you see?")
        await customer.say("A black screen.")
        await rep.reads("A black screen.")
        await customer.press("End chat")
        dialog = customer.page.get_by_role("dialog")
        await dialog.get_by_role("button", name="End chat").click()
        survey = customer.page.get_by_role("dialog", name="Exit survey")
        await survey.get_by_role("button", name="Skip").click()
        await expect(customer.page.get_by_role("button", name="Start chat")).to_be_visible()
        await assert_content(customer, rep)


async def test_both_pages_recover_by_themselves_when_the_broker_is_killed(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        customer, rep = await visit(browser, server.url), await sign_in(browser, server.url)
        await meet(customer, rep)
        said = []
        for number in range(3):
            for person, name in ((customer, "customer"), (rep, "rep")):
                said.append(f"{name} says {number}")
                await server.kill()
                await person.say(said[-1])
                await server.start()
                await customer.reads(said[-1])
                await rep.reads(said[-1])
        assert await customer.lines(*said) == await rep.lines(*said) == said
        await assert_content(customer, rep)


async def test_a_page_that_is_closed_offline_sends_its_words_when_it_is_opened_again(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        customer, rep = await visit(browser, server.url), await sign_in(browser, server.url)
        await meet(customer, rep)
        context = customer.page.context
        await context.set_offline(True)
        await customer.say("Written offline")
        await customer.page.get_by_role("textbox", name="Message", exact=True).fill("half a thou")
        await expect(customer.page.get_by_text("Written offline")).to_be_visible()
        await customer.keeps("Written offline")
        await customer.page.close()
        await context.set_offline(False)
        again = Person(await context.new_page())
        await again.page.goto(server.url + "/")
        await rep.reads("Written offline")
        await again.reads("Written offline")
        message = again.page.get_by_role("textbox", name="Message", exact=True)
        await expect(message).to_have_value("half a thou")
        await assert_content(again, rep)


async def test_two_tabs_of_one_customer_show_the_same(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        customer, rep = await visit(browser, server.url), await sign_in(browser, server.url)
        tab = Person(await customer.page.context.new_page())
        await tab.page.goto(server.url + "/")
        await meet(customer, rep)
        await customer.say("from the first tab")
        await tab.reads("from the first tab")
        await tab.say("from the second tab")
        await customer.reads("from the second tab")
        await rep.say("seen by both")
        said = ["from the first tab", "from the second tab", "seen by both"]
        for person in (customer, tab, rep):
            for text in said:
                await person.reads(text)
            assert await person.lines(*said) == said
        await assert_content(customer, tab, rep)


async def test_a_rep_on_two_devices_sees_the_same(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        customer = await visit(browser, server.url)
        desk, laptop = [await sign_in(browser, server.url) for _ in range(2)]
        await meet(customer, desk)
        await (
            laptop.page.get_by_role("region", name="My sessions").get_by_text("Max Muster").click()
        )
        await laptop.say("from the laptop")
        await desk.reads("from the laptop")
        await customer.reads("from the laptop")
        await assert_content(customer, desk, laptop)


async def test_under_tls_with_a_name_that_is_not_loopback_all_is_as_on_loopback(
    tmp_path: Path,
) -> None:
    name = "help.example.test"
    server = Server(tmp_path, DESKSIDE_TLS="self")
    server.set(DESKSIDE_URL=f"https://{name}:{server.port}")
    await server.start()
    url = f"https://{name}:{server.port}"
    try:
        async with chromium(f"--host-resolver-rules=MAP {name} 127.0.0.1") as browser:
            customer = await visit(browser, url, ignore_https_errors=True)
            rep = await sign_in(browser, url, ignore_https_errors=True)
            await meet(customer, rep)
            await customer.say("Does it work here?")
            await rep.reads("Does it work here?")
            await rep.page.reload()
            await rep.reads("Does it work here?")
            assert await customer.page.evaluate("isSecureContext")
            (cookie,) = [
                c for c in await rep.page.context.cookies() if c["name"] == "__Host-deskside"
            ]
            assert cookie["secure"]
            assert cookie["httpOnly"]
            assert cookie["sameSite"] == "Strict"
            await assert_content(customer, rep)
    finally:
        await server.kill()
        server.close()


async def test_a_customer_who_reloads_while_waiting_keeps_their_place(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, chromium() as browser:
        rep = await sign_in(browser, server.url)
        first, second = await visit(browser, server.url), await visit(browser, server.url)
        await start(first, "First")
        await start(second, "Second")
        queue = second.page.get_by_role("status", name="Queue")
        await expect(queue).to_contain_text("2")
        await second.page.reload()
        await expect(queue).to_contain_text("2")
        await rep.press("Accept")
        await expect(queue).to_contain_text("1")
        await assert_content(first, second, rep)
