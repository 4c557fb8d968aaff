"""What opens above the sessions, for `scripts/pictures`: who is found in a queue, a link to send, a colleague
to invite, the way back to the queue, the end, files, the customer's computer, and the square of a photo.
"""

from contextlib import AsyncExitStack
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.async_api import Page, expect

from customer_client.link import Link
from protocol import requests as r
from protocol.system import Disk, MonitorSize, Network, Program, System
from scripts.picture_stories import NOTIFIED, Take, accept, begin
from tests.end_to_end.browsers import Person, chromium, meet, sign_in, visit
from tests.end_to_end.serving import Server, ask, serving
from tests.end_to_end.test_files import attach, payload, pdf

DIALOGS = {"wide": (1280, 800)}
"""A dialog is as large on a larger screen."""

WAITING = (
    "Erika Beispiel",
    "Jan Vorbild",
    "Sophie Müller",
    "Luca Rossi",
    "Thomas Müller",
    "Marie Dupont",
    "Carlos García",
)
GIB = 1024**3
COMPUTER = System(
    system="Debian GNU/Linux 13 (trixie)",
    kernel="6.12.48",
    computer="office-17",
    account="erika",
    desktop="Xfce",
    language="de_DE",
    zone="Europe/Vienna",
    processor="Intel Core i5-8500",
    cores=6,
    load=140,
    memory=16 * GIB,
    memory_free=5 * GIB,
    up_seconds=3 * 86_400,
    disks=(
        Disk(name="/", size=234 * GIB, free=11 * GIB),
        Disk(name="/home", size=458 * GIB, free=301 * GIB),
    ),
    networks=(Network(name="enp0s31f6", address="192.0.2.17"),),
    monitors=(MonitorSize(name="HDMI-1", width=1920, height=1080),),
    programs=(
        Program(name="firefox-esr", count=11, memory=3 * GIB),
        Program(name="thunderbird", count=1, memory=GIB),
        Program(name="soffice.bin", count=1, memory=GIB // 2),
    ),
)


async def take_dialogs(folder: Path, take: Take) -> None:
    """Take pictures of each of them."""
    async with (
        serving(folder, DESKSIDE_RATE_VISITORS="100") as server,
        chromium() as browser,
        AsyncExitStack() as customers,
    ):
        ana = await sign_in(browser, server.url, **NOTIFIED)
        await sign_in(browser, server.url, "ben")
        customer = await visit(browser, server.url)
        await meet(customer, ana)
        await take_files(customer, ana, take)
        await take_asked(ana, take)
        erika = await begin(customers, server, WAITING[0], "computer")
        await accept(ana, WAITING[0])
        await take_computer(erika, ana, take)
        for name in WAITING[1:]:
            await begin(customers, server, name, "computer")
        await take_found(ana, take)
        await take_photo(ana, server, take)


async def take_files(customer: Person, ana: Person, take: Take) -> None:
    """Take pictures of a file that has come, and of one that is offered."""
    log = ana.page.get_by_role("log")
    await customer.say("This is what the printer shows.")
    await attach(customer, payload("panel.png", panel()))
    await log.get_by_role("button", name="Accept").click()
    await expect(log.get_by_role("img")).to_have_count(1)
    await attach(customer, payload("manual.pdf", pdf(640_000)))
    await expect(log.get_by_role("button", name="Accept")).to_be_visible()
    await take(ana, "console-files")


async def take_asked(ana: Person, take: Take) -> None:
    """Take pictures of what keys open beside the transfer."""
    page = ana.page
    for name, key in (("invite", "i"), ("return", "r"), ("end", "e"), ("link", "Alt+k")):
        # Single keys are for where nobody writes.
        await page.get_by_role("heading", level=1).click()
        await page.keyboard.press(key)
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_be_visible()
        if name == "link":
            await dialog.get_by_role("textbox", name="Web address").fill(
                "https://example.org/printers/paper"
            )
            await dialog.get_by_role("textbox", name="Words on the button").fill(
                "How to fill in paper"
            )
        await settled(page)
        await take(ana, f"console-{name}", DIALOGS)
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)


async def take_computer(customer: Link, ana: Person, take: Take) -> None:
    """Take pictures of what the customer's computer says of itself, and of what can be done there."""
    session, followed = next(iter(customer.sessions.items()))
    await ana.press("Computer")
    for part in ("System information", "Special actions"):
        region = ana.page.get_by_role("region", name=part)
        await region.get_by_role("button", name="Ask for permission").click()
        await customer.until(lambda _: followed.session.prompt is not None)
        await ask(customer, r.AnswerGrants, session, allowed=True, scope="session")
        await customer.until(lambda _: followed.session.prompt is None)
    await ana.press("Read it now")
    await customer.until(lambda _: followed.session.system_for != "")
    await ask(customer, r.TellSystem, session, system=COMPUTER)
    await ana.page.get_by_text("Programs that hold the most memory").click()
    await ana.page.get_by_role("button", name="Read anew").focus()
    await take(ana, "console-computer", {"wide": (1280, 1000)})
    await ana.page.keyboard.press("Escape")


async def take_found(ana: Person, take: Take) -> None:
    """Take pictures of whoever is looked for among those who wait."""
    page = ana.page
    await page.get_by_role("heading", level=1).click()
    await page.keyboard.press("q")
    dialog = page.get_by_role("dialog", name="Find somebody in the queue")
    await expect(dialog.get_by_role("listitem")).to_have_count(len(WAITING) - 1)
    await dialog.get_by_role("textbox", name="Search").fill("mull")
    await expect(dialog.get_by_role("listitem")).to_have_count(2)
    await take(ana, "console-found", DIALOGS)
    await page.keyboard.press("Escape")


async def take_photo(ana: Person, server: Server, take: Take) -> None:
    """Take pictures of a photo that is being cropped."""
    page = ana.page
    await page.goto(f"{server.url}/console#/settings")
    await page.locator("input[type=file]").set_input_files(
        {"name": "me.png", "mimeType": "image/png", "buffer": portrait()}
    )
    await expect(page.get_by_role("button", name="Use this photo")).to_be_enabled()
    await take(ana, "console-photo", DIALOGS)


async def settled(page: Page) -> None:
    """Wait until nothing is being loaded in a dialog."""
    await expect(page.get_by_role("dialog").locator(".mantine-Loader-root")).to_have_count(0)


def panel() -> bytes:
    """What a printer shows, drawn."""
    picture = Image.new("RGB", (480, 300), "#263238")
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((30, 30, 450, 270), 18, fill="#9ccc65")
    draw.text((60, 70), "TRAY 1", fill="#1b2a10", font_size=44)
    draw.text((60, 135), "OUT OF PAPER", fill="#1b2a10", font_size=44)
    draw.text((60, 205), "E-4021", fill="#33491f", font_size=30)
    return as_png(picture)


def portrait() -> bytes:
    """Somebody, drawn with a few shapes, in a picture that is wider than high."""
    picture = Image.new("RGB", (900, 600), "#b2d8d8")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((260, 420, 640, 900), fill="#00796b")
    draw.rectangle((415, 360, 485, 450), fill="#e0ac85")
    draw.ellipse((335, 130, 565, 330), fill="#4e342e")
    draw.ellipse((355, 155, 545, 400), fill="#f1c27d")
    return as_png(picture)


def as_png(picture: Image.Image) -> bytes:
    """Return `picture` as a file."""
    png = BytesIO()
    picture.save(png, "PNG")
    return png.getvalue()
