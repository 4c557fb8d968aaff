"""Both pages in Debian's Firefox: the customer's on a phone's size in German, both in English."""

from pathlib import Path

from customer_client.link import Link
from protocol import messages as m
from protocol import picture as p
from protocol import requests as r
from tests.customer_client.screen.screens import xvfb
from tests.end_to_end.firefox import firefox
from tests.end_to_end.picturing import Watching
from tests.end_to_end.serving import PASSWORD, ask, linked, make_available, serving, spoken
from tests.end_to_end.shops import NAMES, two_sites
from tests.waiting import until


def waiting(rep: Link) -> list[str]:
    """Return the sessions that came into the queue last, as far as `rep` was told."""
    told = rep.last.get(m.Queue)
    return [entry.session for entry in told.came] if isinstance(told, m.Queue) else []


async def test_the_whole_way_in_german_with_the_page_closed_and_the_broker_killed_in_between(
    tmp_path: Path,
) -> None:
    async with (
        serving(tmp_path) as server,
        linked(server, "ana") as rep,
        firefox(tmp_path) as browser,
    ):
        await make_available(rep)
        address = f"{server.url}/?lang=de"
        page = await browser.open(address, 360, 740)
        await page.find("button", "Chat starten")
        await page.choose("Wobei brauchen Sie Hilfe?", "Drucker")
        await page.type("Ihr Name", "Erika")
        await page.press("Chat starten")
        await page.press("Annehmen")
        await page.press("Aufzeichnung erlauben")
        await page.reads("Sie sind Nummer 1")

        await page.close()
        page = await browser.open(address, 360, 740)
        await page.reads("Sie sind Nummer 1")
        await rep.until(waiting)
        (session,) = waiting(rep)
        await ask(rep, r.Accept, session)
        await rep.follow(session)
        await ask(rep, r.Say, session, text="Was sehen Sie?")
        await page.reads("Was sehen Sie?")

        await server.kill()
        await page.type("Nachricht", "Papierstau.")
        await page.press("Senden")
        await server.start()
        await rep.until(lambda link: "Papierstau." in spoken(link, session))

        await page.close()
        page = await browser.open(address, 360, 740)
        await page.reads("Papierstau.")
        await page.press("Chat beenden")
        await page.find("dialog", "Diesen Chat beenden?")


async def test_a_customer_and_a_rep_meet_talk_and_part_in_english(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, firefox(tmp_path) as browser:
        rep = await browser.open(f"{server.url}/console", 1280, 800)
        await rep.type("User name", "ana")
        await rep.type("Password", PASSWORD, role="")
        await rep.press("Sign in")
        await rep.press("Available", "switch")
        customer = await browser.open(f"{server.url}/?lang=en", 1100, 800)
        await customer.find("button", "Start chat")
        assert await customer.complaints() == []
        await customer.choose("What do you need help with?", "Printer")
        await customer.type("Your name", "Max")
        await customer.press("Start chat")
        await customer.find("button", "Accept")
        assert await customer.complaints() == []
        await customer.press("Accept")
        await customer.find("button", "Do not allow")
        assert await customer.complaints() == []
        await customer.press("Do not allow")
        await customer.reads("You are number 1")
        assert await customer.complaints() == []
        await rep.press("Accept")
        await rep.type("Message", "What do you see?")
        await rep.press("Send")
        await customer.reads("What do you see?")
        await customer.type("Message", "A paper jam.")
        await customer.press("Send")
        await rep.reads("A paper jam.")
        assert await customer.complaints() == []
        await customer.press("End chat")
        await customer.find("dialog", "End this chat?")
        assert await customer.complaints() == []


async def test_a_customer_shares_a_screen_and_stops(tmp_path: Path) -> None:
    with xvfb(1024, 900) as display:
        async with (
            serving(tmp_path) as server,
            linked(server, "ana") as rep,
            firefox(tmp_path, display=display) as browser,
        ):
            await make_available(rep)
            page = await browser.open(f"{server.url}/?lang=en", 800, 700)
            await page.choose("What do you need help with?", "Computer")
            await page.type("Your name", "Max")
            await page.press("Start chat")
            await page.press("Accept")
            await page.press("Do not allow")
            await rep.until(waiting)
            (session,) = waiting(rep)
            await ask(rep, r.Accept, session)
            await rep.follow(session)
            await page.press("Share my screen")
            await page.reads("Your screen can be seen by Ana")
            viewer = Watching(server, rep, session)
            async with viewer.running():
                await until(lambda: viewer.count(p.Geometry))
                await until(lambda: viewer.count(p.Patch) or viewer.count(p.Video))
                await page.press("Stop sharing")
                await until(lambda: viewer.count(p.Blank))


async def test_behind_a_shops_button_the_customer_is_kept_and_kept_apart_from_the_desk(
    tmp_path: Path,
) -> None:
    async with two_sites(tmp_path) as (server, sites), firefox(tmp_path, NAMES) as browser:
        shop = await browser.open(sites.shop, 1000, 800)
        await shop.press_in_shadow("deskside-chat", ".launcher")
        frame = await shop.frame()
        await frame.type("Your name", "Max")
        visitor = await frame.stored("deskside.visitor")
        assert "token" in visitor

        await shop.close()
        shop = await browser.open(sites.shop, 1000, 800)
        await shop.press_in_shadow("deskside-chat", ".launcher")
        frame = await shop.frame()
        await frame.holds("Your name", "Max")
        assert await frame.stored("deskside.visitor") == visitor
        assert await frame.complaints() == []

        # Firefox gives each site its own share of what the desk stores (Total Cookie Protection).
        desk = await browser.open(server.url, 800, 700)
        await desk.find("textbox", "Your name")
        theirs = await desk.stored("deskside.visitor")
        assert "token" in theirs
        assert theirs != visitor
