"""All that a window shows: what is true of the session, and what its reader has done here.

Both are plain data, replaced and never changed, so that what is shown follows from them alone.
"""

from typing import Any, Literal

from msgspec import Struct

from customer_client.screen.choice import EVERYTHING, Choice
from customer_client.screen.windows import Application
from protocol import messages as m
from protocol.facts import Fact
from protocol.fields import Scope
from protocol.session import Session

Sheet = Literal["", "menu", "end", "delete", "withdraw", "mail", "share", "emoji"]
"""What is open over the chat."""

Sending = Literal["", "sending", "sent"]


class Entry(Struct, frozen=True):
    """A fact, and how many facts everybody may see there were with it: what receipts count."""

    fact: Fact
    shown: int


class OwnLine(Struct, frozen=True, kw_only=True):
    """Something one wrote that is not yet among the facts. `place` is where it will stand."""

    id: str
    text: str
    place: int = 0
    refusal: str = ""


class Code(Struct, frozen=True, kw_only=True):
    """A session code: who expects the customer, or what is wrong with it."""

    digits: str
    name: str = ""
    problem: str = ""


class Path(Struct, frozen=True, kw_only=True):
    """A direct way to `rep`, which the picture takes now. `code` is made of the certificates of both
    ends; the customer `is_confirmed` it, and when both have, it `is_verified`.
    """

    rep: str
    code: str = ""
    is_confirmed: bool = False
    is_verified: bool = False


class Picture(Struct, frozen=True, kw_only=True):
    """How sharing goes on this computer: whether it is on, whether it gets away, and what of it."""

    here: bool = False
    open: bool = True
    choice: Choice = EVERYTHING
    monitors: tuple[str, ...] = ()
    applications: tuple[Application, ...] = ()
    problem: str = ""
    path: Path | None = None


class FileOnWay(Struct, frozen=True, kw_only=True):
    """How far a file is that goes or comes: bytes, and bytes a second."""

    done: int = 0
    bytes_per_second: float = 0.0
    held: bool = False


class SavedFile(Struct, frozen=True, kw_only=True):
    """What became of saving a file on this computer, as `name`."""

    state: Literal["saving", "saved", "damaged", "gone", "unwritable"]
    name: str


class Unsent(Struct, frozen=True, kw_only=True):
    """A file that was not taken, and why: a refusal's code, or "unreadable"."""

    id: str
    name: str
    size: int
    problem: str


class Case(Struct, frozen=True, kw_only=True):
    """What is true of the session and the line, as far as this client knows.

    `ahead` is the broker's clock less our own that never jumps, in ms.
    """

    url: str = ""
    """Where the customer's page is."""
    site: dict[str, Any] | None = None
    me: str = ""
    is_online: bool = False
    is_dismissed: bool = False
    newer: str = ""
    """Where a newer app can be downloaded, once the broker has said what this one does not know."""
    ahead: int = 0
    available: bool | None = None
    reachable: tuple[str, ...] = ()
    reps: tuple[m.NamedRep, ...] = ()
    rep_gone: bool = False
    is_starting: bool = False
    refusal: str = ""
    """Why what was asked last was turned down."""
    code: Code | None = None
    joined: int = 0
    """The place from which on the session went on here, if it began on a page; 0 if it did not."""
    session: Session | None = None
    entries: tuple[Entry, ...] = ()
    own: tuple[OwnLine, ...] = ()
    marks: dict[str, m.Marks] = {}
    writing: tuple[str, ...] = ()
    position: m.Position | None = None
    photos: dict[str, bytes] = {}
    picture: Picture = Picture()
    files: dict[str, FileOnWay] = {}
    unsent: tuple[Unsent, ...] = ()
    saved: dict[str, SavedFile] = {}
    previews: dict[str, bytes] = {}
    """Small pictures of pictures, as WebP."""
    asking: frozenset[str] = frozenset()
    """The kinds of requests that are not answered yet."""
    left: Literal["", "leaving", "left", "erased"] = ""
    """How far a message is that was left where nobody was there."""
    ledger_head: str = ""
    """The head of the site's ledger of recordings, where something recorded was erased; else nothing."""
    mailed: Sending = ""
    """How far a transcript is that is to be mailed."""
    fault: str = ""
    """Why a call beside the link failed."""
    removed: tuple[str, ...] = ()
    """What was taken off this computer again; empty where nothing was put there."""


def is_away(case: Case) -> bool:
    """Say whether a session that had come here from a page went back there."""
    session = case.session
    return bool(
        session and case.joined and session.place >= case.joined and session.where == "page"
    )


class Local(Struct, frozen=True, kw_only=True):
    """What the reader has typed, chosen and opened, and the moment by the broker's clock (ms)."""

    language: str = "en"
    text_size: int = 1
    is_muted: bool = False
    sheet: Sheet = ""
    drafts: dict[str, str] = {}
    tries: int = 0
    scope: Scope = "session"
    rating: int = 0
    picked: frozenset[str] = frozenset()
    """The applications that are to be shown, and no others."""
    notice: Literal["", "lost", "back"] = ""
    now: int = 0


LARGEST_TEXT = 3
"""The steps of text, from 0; 1 is usual."""
