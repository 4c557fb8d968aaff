"""What a customer sends, shows or was recorded with is text as well, whatever it is called."""

from pathlib import Path

from playwright.async_api import expect

from broker.clock import now
from protocol import picture as p
from protocol import requests as r
from protocol.session import Party
from protocol.system import Disk, MonitorSize, Network, Program, System
from tests.broker.shelved import Shelves, story
from tests.end_to_end.browsers import Person, chromium, meet, sign_in, visit
from tests.end_to_end.recorded_site import DAY, fill
from tests.end_to_end.serving import Server, ask, linked, open_session, serving
from tests.end_to_end.steering import HEIGHT, WIDTH, steering
from tests.end_to_end.test_files import attach, png
from tests.end_to_end.test_files import payload as file
from tests.end_to_end.test_hostile_words import FAMILIES, address_of, nothing_ran
from tests.end_to_end.test_rep_hands import CLIPBOARD, ask_for_clipboard
from tests.protocol.life import CUSTOMER

MADE = "script, style, svg, math, img, a, input, video, object, iframe, base, meta"
"""What payloads would have made of a page that takes them for more than text."""


async def test_nothing_runs_that_a_customer_sends_whatever_it_is_called(tmp_path: Path) -> None:
    payloads = list(FAMILIES.values())
    async with serving(tmp_path) as server, chromium() as browser:
        rep, customer = await sign_in(browser, server.url), await visit(browser, server.url)
        await meet(customer, rep)
        page = rep.page
        files = page.get_by_role("log").get_by_role("group")
        # No file lies in a folder, so none is called by one.
        names = [payload.replace("/", "|") for payload in payloads]
        for begin in range(0, len(names), 6):
            some = names[begin : begin + 6]
            await attach(customer, *(file(f"{name}.png", png(8, 8)) for name in some))
            offered = files.get_by_role("button", name="Accept")
            for left in range(len(some), 0, -1):
                await expect(offered).to_have_count(left)
                await offered.first.click()
            await nothing_ran(rep)
        received = files.filter(has_text="Received")
        await expect(received).to_have_count(len(payloads))
        # Previews are called by it, and so is what a file is opened in.
        await expect(page.get_by_role("log").get_by_role("img")).to_have_count(len(payloads))
        await nothing_ran(rep)
        for card in (await received.all())[::7]:
            await card.get_by_role("button", name="Show").click()
            shown = page.get_by_role("dialog")
            await expect(shown).to_contain_text(".png")
            await nothing_ran(rep)
            await page.keyboard.press("Escape")
            await expect(shown).to_be_hidden()


async def test_nothing_runs_of_what_a_shared_screen_is_called_or_copied(tmp_path: Path) -> None:
    async with steering(tmp_path, permissions=CLIPBOARD) as steered:
        await ask_for_clipboard(steered)
        page = steered.rep.page
        whole = p.Rectangle(0, 0, WIDTH, HEIGHT)
        monitors = page.get_by_role("combobox", name="Monitor")
        for stream, payload in enumerate(FAMILIES.values(), 2):
            names = ("Left", payload)
            screen = p.Geometry(width=WIDTH, height=HEIGHT, sharing="screen", names=names)
            await steered.sharer.show(screen, whole, whole, stream=stream)
            await expect(monitors.locator("option").last).to_have_text(payload)
            await steered.sharer.show(p.Clipboard(text=payload), stream=stream)
            await nothing_ran(steered.rep)
        await expect(
            page.get_by_text("Text was copied on the customer's computer.")
        ).to_be_visible()


def hostile(names: list[str]) -> System:
    """Return a computer on which everything is called by one of `names`, of which there are 20."""
    return System(
        system=names[0],
        kernel=names[1],
        computer=names[2],
        account=names[3],
        desktop=names[4],
        language=names[5],
        zone=names[6],
        processor=names[7],
        memory=8,
        disks=tuple(Disk(name=name, size=8, free=1) for name in names[:8]),
        networks=tuple(Network(name=name, address=name) for name in names[:8]),
        monitors=tuple(MonitorSize(name=name, width=1, height=1) for name in names[:6]),
        programs=tuple(Program(name=name, count=1, memory=1) for name in names),
    )


async def test_nothing_runs_of_what_a_computer_says_it_is_made_of(tmp_path: Path) -> None:
    # A computer's labels have at most 60 characters.
    payloads = [payload.replace("window.", "")[:60] for payload in FAMILIES.values()]
    async with serving(tmp_path) as server, chromium() as browser, linked(server) as customer:
        rep = await sign_in(browser, server.url)
        page = rep.page
        session = await open_session(customer)
        await rep.press("Accept")
        followed = await customer.follow(session)
        await rep.press("Computer")
        information = page.get_by_role("region", name="System information")
        await information.get_by_role("button", name="Ask for permission").click()
        await customer.until(lambda _: followed.session.prompt is not None)
        await ask(customer, r.AnswerGrants, session, allowed=True, scope="session")
        for begin in range(0, len(payloads), 6):
            names = [*payloads[begin:], *payloads[:begin]][:20]
            await information.get_by_role("button", name="Read").click()
            await customer.until(lambda _: followed.session.system_for != "")
            await ask(customer, r.TellSystem, session, system=hostile(names))
            # What is asked next is another question.
            await customer.until(lambda _: followed.session.system_for == "")
            programs = information.get_by_role("group")
            if begin == 0:
                await programs.get_by_text("Programs that hold").click()
            await expect(programs.get_by_role("rowheader")).to_have_text(names)
            for name in names[:8]:
                await expect(information.locator("dl")).to_contain_text(name)
            # A bar is called by what it is about.
            await expect(information.get_by_role("progressbar")).to_have_count(9)
            await expect(information.locator(f".computer :is({MADE})")).to_have_count(0)
            await nothing_ran(rep)


async def put_hostile(shelves: Shelves, ana: Party) -> None:
    """Put recordings of customers who are called by payloads there, and one who says them all."""
    began = now() - DAY
    for number, payload in enumerate(FAMILIES.values()):
        life = story(began + number, rep=ana, name=payload, email=address_of(payload))
        life.wait(1).ask(r.Say, CUSTOMER, text=payload)
        life.wait(1).ask(r.OfferFile, CUSTOMER, file="f1", name=f"{payload}.txt", size=1)
        if number == 0:
            for each in FAMILIES.values():
                life.wait(1).ask(r.Say, CUSTOMER, text=each)
        life.wait(1).ask(r.End, CUSTOMER)
        await shelves.put(life)


async def test_nothing_runs_where_officers_find_and_watch(tmp_path: Path) -> None:
    server = Server(tmp_path)
    try:
        await fill(server, put_hostile)
        async with chromium() as browser:
            cora = await sign_in(browser, server.url, "cora")
            await find_and_watch(cora, server)
    finally:
        await server.kill()
        server.close()


async def find_and_watch(cora: Person, server: Server) -> None:
    """See everybody among the recordings that are found, and read one of them."""
    page = cora.page
    await page.goto(f"{server.url}/console#/recordings")
    found = page.get_by_role("region", name="Found recordings").get_by_role("link")
    for payload in FAMILIES.values():
        await expect(found.filter(has_text=payload[:40])).not_to_have_count(0)
    await nothing_ran(cora)
    # With the words that were looked for marked in it.
    await page.get_by_role("textbox", name="Search").fill("ran")
    await expect(found.locator("mark").first).to_be_visible()
    await nothing_ran(cora)
    await page.get_by_role("textbox", name="Search").fill("")
    await expect(found).to_have_count(len(FAMILIES))
    await found.last.click()
    await expect(page.get_by_role("slider", name="Time line")).to_be_visible()
    for payload in FAMILIES.values():
        await expect(page.get_by_text(payload, exact=True).first).to_be_attached()
    await nothing_ran(cora)
