"""A demo site whose shelves are full: sessions that were recorded, put there while nobody serves."""

import zlib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import sqlalchemy as sa

from broker import schema
from broker.accounts import Accounts, set_all
from broker.clock import now
from broker.database import Database, open_database
from broker.passwords import Passwords
from broker.recorder import Recorder
from broker.recording_keys import RecordingKeys
from broker.sealing import Sealing
from broker.second_factors import SecondFactors
from protocol import picture as p
from protocol import requests as r
from protocol.session import Party
from recordings.keys import FILE, SiteKeys
from tests.broker.shelved import Shelves, story
from tests.end_to_end.serving import PASSWORD, TOTP, Server
from tests.protocol.life import CUSTOMER, Life
from tests.recordings.film import CLOCK, Film

SITE = "main"
MINUTE = 60_000
DAY = 24 * 60 * MINUTE

SHARED = 49
"""In which second of its recording the screen of `printer_story` is shared, soon after the fact."""


async def fill(
    server: Server,
    put: Callable[[Shelves, Party], Awaitable[None]],
    more_officers: Sequence[str] = (),
) -> None:
    """Start `server` once, so that its accounts are there, and let `put` fill its shelves with the
    sessions of `ana`; then it serves again. `more_officers` are there as `cora` is.
    """
    await server.start()
    await server.stop()
    folder = server.data
    database = await open_database(f"sqlite:///{folder}/deskside.db")
    try:
        recorder = Recorder(
            database=database,
            site=SITE,
            clock=now,
            keys=RecordingKeys(database, SITE, SiteKeys(folder / FILE)),
            store=str(folder / "blobs"),
        )
        a = schema.accounts.c
        found = sa.select(a.id, a.display_name).where(a.site == SITE, a.name == "ana")
        row = await database.read(lambda conn: conn.execute(found).one())
        ana = Party(id=row.id, role="rep", name=row.display_name, teams=("support",))
        for name in more_officers:
            await _add_officer(database, folder, name)
        await put(Shelves(database, SITE, recorder), ana)
    finally:
        await database.close()
    await server.start()


async def _add_officer(database: Database, folder: Path, name: str) -> None:
    """Add an officer who signs in as `cora` does."""
    account, _ = await Accounts(database, SITE, now).add(name, "compliance")
    password_hash = await Passwords().hash(PASSWORD)
    factors = SecondFactors(SITE, now, Sealing(folder))

    def write(conn: sa.Connection) -> None:
        set_all(conn, SITE, [name], password_hash)
        factors.give(conn, account.id, TOTP)

    await database.write(write)


def printer_story(began: int, ana: Party) -> Life:
    """Five minutes about a printer, with a screen, control and rests."""
    life = story(began, rep=ana, name="Max Muster")
    said = [
        (6, CUSTOMER, "Hello, my printer does not print any more."),
        (9, ana, "Hello Max, I am Ana. Let me have a look. Which printer is it?"),
        (14, CUSTOMER, "The one on the second floor. It says zebra error."),
    ]
    for wait, who, text in said:
        life.wait(wait).ask(r.Say, who, text=text)
    life.wait(4).ask(r.RequestGrants, ana, tools=("view",))
    life.wait(5).ask(r.AnswerGrants, CUSTOMER, allowed=True, scope="session")
    life.wait(2).ask(r.ShareScreen, CUSTOMER, what="screen")
    life.wait(40).ask(r.Say, ana, text="I see it. May I click for you?")
    life.wait(3).ask(r.RequestGrants, ana, tools=("control",))
    life.wait(6).ask(r.AnswerGrants, CUSTOMER, allowed=True, scope="session")
    life.wait(70).ask(r.Say, CUSTOMER, text="Oh! There is a queue of 40 pages.")
    life.wait(12).ask(r.Note, ana, text="Old driver; told the team.")
    life.wait(50).ask(r.Say, ana, text="That is it. It prints again.")
    life.wait(20).ask(r.Say, CUSTOMER, text="Wonderful, thank you very much!")
    life.wait(10).ask(r.StopSharing, CUSTOMER)
    life.wait(8).ask(r.End, CUSTOMER)
    return life


def film_of(seconds: int = 215) -> list[tuple[int, p.Message]]:
    """Return what was shown in `printer_story`, from where it was shared."""
    return [(at + SHARED * 1_000_000, message) for at, message in Film().play(seconds)]


def square_at(second: float) -> tuple[int, ...]:
    """Return the colour of the square that is seen in `second` of the recording."""
    at, shown = second * 1_000_000, b""
    for time, message in film_of():
        if time <= at and message.rectangles == (CLOCK,) and isinstance(message.body, p.Patch):
            shown = zlib.decompress(message.body.data)
    return tuple(shown[:3])
