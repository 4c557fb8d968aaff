"""What a window may have to show, each as plain data: for tests of views, and for pictures."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from customer_client.casework import entries
from customer_client.screen.windows import Application
from customer_client.window.state import (
    Case,
    Code,
    FileOnWay,
    Local,
    OwnLine,
    Path,
    Picture,
    SavedFile,
    Unsent,
)
from protocol import facts as f
from protocol import messages as m
from protocol.session import replay

NOW = 1_790_000_000_000
MAX, ANA, LEA = "c-max", "r-ana", "r-lea"
DIGEST = "a" * 64

SITE: dict[str, Any] = {
    "organisation": "Example Help Desk",
    "language": "en",
    "languages": ["en", "de"],
    "issues": [
        {"id": "computer", "name": "Computer", "team": "support"},
        {"id": "printer", "name": "Printer", "team": "support"},
        {"id": "network", "name": "Network", "team": "network"},
    ],
    "agreement": {
        "title": "Terms of our help",
        "text": "We help you as well as we can.\n\nWhat you tell us stays with us. Nobody looks at "
        "your screen before you allow it, and you can end everything at any moment.",
        "digest": DIGEST,
    },
    "recording": {
        "title": "Recording",
        "text": "We may record what you show us, so that it can be proved how you were helped.",
        "digest": DIGEST,
    },
    "chat": True,
    "ask_name": True,
    "ask_email": True,
    "identity": False,
    "offline": "form",
    "transcript": True,
    "mails": True,
    "orphaned": "Nobody is left to help today. We are sorry.",
    "orphaned_url": "https://www.example.org/help",
    "privacy": "We keep what is needed to help you, and no longer than we must.",
    "notices": [],
}
GERMAN: dict[str, Any] = SITE | {
    "language": "de",
    "issues": [
        {"id": "computer", "name": "Computer", "team": "support"},
        {"id": "printer", "name": "Drucker", "team": "support"},
    ],
    "agreement": {
        "title": "Bedingungen unserer Hilfe",
        "text": "Wir helfen Ihnen, so gut wir können.\n\nWas Sie uns sagen, bleibt bei uns. Niemand "
        "sieht Ihren Bildschirm, bevor Sie es erlauben, und Sie können alles jederzeit beenden.",
        "digest": DIGEST,
    },
    "privacy": "Wir speichern, was nötig ist, um Ihnen zu helfen, und nicht länger als nötig.",
}
NOTICE = {"id": "n1", "text": "The printers on the third floor are out of order until noon."}

RULES = f.Rules(
    agreement_digest=DIGEST,
    recording_digest=DIGEST,
    recording_asked=True,
    refusal_policy="continue_unrecorded",
)


def case(*facts: f.Fact, **about: Any) -> Case:
    """Return a case in which `facts` happened, one every ten seconds until now."""
    told = placed(facts)
    session = replay(told, "s1") if told else None
    known: dict[str, Any] = {
        "site": SITE,
        "me": MAX,
        "is_online": True,
        "available": True,
        "reachable": ("computer", "printer"),
    }
    return Case(**known | {"session": session, "entries": entries(told)} | about)


def placed(facts: Sequence[f.Fact]) -> list[f.Fact]:
    """Return `facts` with places and, where they have none, times."""
    count = len(facts)
    return [
        replace(fact, place=place, at=fact.at or NOW - (count - place) * 10_000)
        for place, fact in enumerate(facts, 1)
    ]


def local(**about: Any) -> Local:
    """Return what a reader has done: nothing but what is said."""
    return Local(**{"now": NOW} | about)


def opened(**about: Any) -> f.Opened:
    """Return the beginning of a session."""
    known: dict[str, Any] = {
        "by": MAX,
        "team": "support",
        "issue": "printer",
        "language": "en",
        "name": "Max Muster",
        "rules": RULES,
    }
    return f.Opened(**{"place": 0, "at": 0} | known | about)


def fact(kind: type[Any], by: str = ANA, **about: Any) -> Any:
    """Return a fact; `placed` says when and where."""
    return kind(**{"place": 0, "at": 0, "by": by} | about)


def talk() -> list[f.Fact]:
    """Return the beginning of a conversation."""
    return [
        opened(),
        fact(f.AgreementAccepted, MAX, text_digest=DIGEST, language="en"),
        fact(f.RecordingAnswered, MAX, allowed=True, text_digest=DIGEST, language="en"),
        fact(f.Greeted, "broker", text="Welcome, {name}. You are number 1 in the queue."),
        fact(f.Accepted, name="Ana Lopez"),
        fact(f.Said, text="Good morning, how can I help?"),
        fact(f.Said, MAX, text="My printer says it is offline, but it is switched on."),
        fact(f.Said, text="I see. Is there a light on its front?"),
        fact(f.Said, text="The manual shows where: https://www.example.org/printer/lights"),
        fact(f.Said, MAX, text="Yes, an orange one that blinks 🙂"),
    ]


def sharing() -> list[f.Fact]:
    """Return a conversation in which the screen is shared and controlled."""
    return [
        *talk(),
        fact(f.GrantsRequested, tools=("view", "control"), until=NOW + 20_000),
        fact(f.GrantsGiven, MAX, tools=("view", "control"), rep=ANA, until=NOW + 1_740_000),
        fact(f.ScreenShared, MAX, what="screen"),
    ]


def ended(ending: str = "rep_ended", **about: Any) -> Case:
    """Return a case that is over."""
    told = [*talk(), fact(f.Ended, ending=ending)]
    return case(*told, **about)


def files() -> list[f.Fact]:
    """Return a conversation with a file in every state, its sender and its state in its id."""
    told: list[f.Fact] = [*talk()]
    for by, who in ((MAX, "mine"), (ANA, "theirs")):
        other = ANA if by == MAX else MAX
        for state in (
            "offered",
            "accepted",
            "checking",
            "arrived",
            "declined",
            "withdrawn",
            "refused",
        ):
            file = f"{who}-{state}"
            told.append(fact(f.FileOffered, by, file=file, name=f"{file}.pdf", size=3_145_728))
            if state not in ("offered", "declined", "withdrawn"):
                told.append(fact(f.FileAnswered, other, file=file, accepted=True))
            told += {
                "checking": [
                    fact(f.FileCheckBegun, "broker", file=file, size=1, file_digest=DIGEST)
                ],
                "arrived": [arrived(file)],
                "declined": [fact(f.FileAnswered, other, file=file, accepted=False)],
                "withdrawn": [fact(f.FileWithdrawn, by, file=file)],
                "refused": [fact(f.FileRefused, "broker", file=file, why="infected", size=1)],
            }.get(state, [])
    return told


def arrived(file: str, content: str = "pdf") -> f.Fact:
    """Return that all of `file` is there."""
    about: dict[str, Any] = {"size": 3_145_728, "file_digest": DIGEST, "content": content}
    known: f.Fact = fact(f.FileArrived, "broker", file=file, **about)
    return known


def picture() -> list[f.Fact]:
    """Return a conversation in which a picture, an installer and a report are sent."""
    told = [*talk()]
    for by, file, name in (
        (MAX, "shot", "screenshot-09-14-30.png"),
        (ANA, "driver", "printer-driver.msi"),
        (ANA, "manual", "Manual.pdf"),
        (MAX, "report", "report.pdf"),
    ):
        told.append(fact(f.FileOffered, by, file=file, name=name, size=3_145_728))
        if file != "driver":
            told.append(fact(f.FileAnswered, ANA if by == MAX else MAX, file=file, accepted=True))
        if file in ("shot", "manual"):
            told.append(arrived(file, "picture" if file == "shot" else "pdf"))
    return told


WAYS = {"report": FileOnWay(done=1_258_291, bytes_per_second=524_288.0)}
UNSENT = Unsent(id="u1", name="setup.exe", size=90_112, problem="file_kind")
REMOVED = ("/home/max/Downloads/Deskside-123456789", "/tmp/_MEIx4f2Qa")


def marks(delivered: int, read: int) -> dict[str, m.Marks]:
    """Return how far the rep is."""
    return {ANA: m.Marks(session="s1", party=ANA, delivered=delivered, read=read)}


def unhappy() -> dict[str, tuple[Case, Local]]:
    """Return the states of who does not get what they came for, by name."""
    asked = opened(rules=f.Rules(), meeting="direct", rep=ANA, rep_name="Ana Lopez")
    waiting = [opened(rules=f.Rules()), fact(f.Noticed, "broker", notice="n1", text=NOTICE["text"])]
    left = fact(f.Ended, MAX, ending="left_on_notice", notice="n1")
    moved = [fact(f.Moved, MAX, where="app"), fact(f.Moved, MAX, where="page")]
    unknown = opened(rules=f.Rules(identity_asked=True), email="max@example.org")
    mailed = fact(
        f.CodeSent, "broker", code_digest=DIGEST, until=NOW + 500_000, email="max@example.org"
    )
    told: dict[str, list[f.Fact]] = {
        "identity": [unknown, mailed],
        "asked-for": [asked],
        "busy": [asked, fact(f.Ended, "broker", ending="busy")],
        "orphaned": [*waiting, fact(f.Ended, "broker", ending="orphaned")],
        "left-on-notice": [*waiting, left],
        "moved-back": [*talk(), *moved],
    }
    return {
        name: (
            case(
                *facts,
                joined=11 if name == "moved-back" else 0,
                removed=() if name in ("identity", "asked-for") else REMOVED,
            ),
            local(),
        )
        for name, facts in told.items()
    }


def states(photo: bytes = b"", shot: bytes = b"") -> dict[str, tuple[Case, Local]]:
    """Return every state that a window can be in, by name."""
    photos = {ANA: photo}
    waiting = [
        opened(rules=f.Rules()),
        fact(f.Greeted, "broker", text="Welcome, {name}. Please wait a moment."),
    ]
    place = m.Position(session="s1", position=2, half_within=3, most_within=6)
    away = fact(f.Dropped, "broker", party=ANA, since=NOW - 60_000)
    refused = OwnLine(id="o2", text="And it makes a noise.", refusal="rate_limited")
    own = (OwnLine(id="o1", text="One moment…"), refused)
    prompt = [*talk(), fact(f.GrantsRequested, tools=("view", "control"), until=NOW + 24_000)]
    called = fact(
        f.Called,
        customer=MAX,
        issue="printer",
        team="support",
        language="en",
        rules=RULES,
        rep_name="Ana Lopez",
        until=NOW + 90_000,
    )
    talking = case(*talk(), photos=photos, marks=marks(9, 6), writing=(ANA,))
    shared = case(*sharing(), photos=photos, picture=Picture(here=True))
    tools = ("system_information", "special_actions")
    computer = [
        *talk(),
        fact(f.GrantsGiven, MAX, tools=tools, rep=ANA, until=NOW + 840_000),
        fact(f.SystemRequested),
        fact(f.SystemTold, MAX, rep=ANA, told="{}"),
    ]
    asked = fact(f.ActionRequested, action="log_off", until=NOW + 19_000)
    page = fact(
        f.ActionRequested,
        action="open_page",
        until=NOW + 19_000,
        url="https://www.example.org/printer/drivers",
    )
    ways = {
        "direct": Path(rep=ANA, code="481906"),
        "direct-verified": Path(rep=ANA, code="481906", is_confirmed=True, is_verified=True),
    }
    direct = {
        name: (replace(shared, picture=Picture(here=True, path=path)), local())
        for name, path in ways.items()
    }
    paused = case(*sharing(), fact(f.SharingPaused, "broker", why="storage"), photos=photos)
    pause = fact(f.RecordingPaused, why="a password", viewed=True)
    unrecorded = case(*sharing(), pause, photos=photos, picture=Picture(here=True))
    monitors = ("HDMI-1", "DP-2")
    apps = (
        Application("1", "Text editor", ("notes.txt",)),
        Application("2", "Firefox", ("Printers – Settings", "News")),
    )
    over = fact(f.Ended, ending="rep_ended")
    erased = case(
        *talk(),
        fact(f.TextsErased, MAX, receipt="R-4711"),
        photos=photos,
        ledger_head="1284:9f3c-77d0-41be",
    )
    skipped = fact(f.SurveySkipped, MAX)
    return {
        "start": (case(), local()),
        "start-faults": (case(), local(tries=1, drafts={"email": "max"})),
        "nobody-there": (case(available=False), local(drafts={"name": "Max"})),
        "message-left": (
            case(available=False, left="left"),
            local(drafts={"email": "max@example.org"}),
        ),
        "code": (case(code=Code(digits="123456789", name="Ana Lopez")), local()),
        "code-wrong": (case(code=Code(digits="123456789", problem="code_used")), local()),
        "agreement": (case(opened()), local()),
        "recording": (case(*talk()[:2]), local()),
        "waiting": (
            case(*waiting, position=place, site=SITE | {"notices": [NOTICE]}),
            local(),
        ),
        "talking": (talking, local()),
        "own-lines": (case(*talk(), photos=photos, own=own), local(drafts={"say": "Wait,"})),
        "prompt": (case(*prompt, photos=photos), local()),
        "sharing": (shared, local()),
        **direct,
        "paused": (paused, local()),
        "unrecorded": (unrecorded, local()),
        "reconnecting": (replace(shared, picture=Picture(here=True, open=False)), local()),
        "wayland": (case(*talk(), picture=Picture(problem="wayland")), local()),
        "action": (case(*computer, asked, photos=photos), local()),
        "page": (case(*computer, page, photos=photos), local()),
        "change": (
            replace(shared, picture=Picture(here=True, monitors=monitors, applications=apps)),
            local(sheet="share", picked=frozenset("2")),
        ),
        "rep-lost": (case(*talk(), away, photos=photos), local()),
        "offline": (replace(shared, is_online=False), local(notice="lost")),
        "newer": (replace(talking, newer="https://help.example.org/download"), local()),
        "inactive": (case(*talk(), fact(f.Warned, "broker", until=NOW + 45_000)), local()),
        "menu": (talking, local(sheet="menu")),
        "emoji": (talking, local(sheet="emoji")),
        "emoji-found": (talking, local(sheet="emoji", drafts={"emoji": "pr"})),
        "end": (talking, local(sheet="end")),
        "delete": (talking, local(sheet="delete")),
        "erased": (erased, local(sheet="delete")),
        "withdraw": (talking, local(sheet="withdraw")),
        "mail": (talking, local(sheet="mail")),
        "survey": (case(*talk(), over, photos=photos, removed=REMOVED), local(rating=4)),
        "ended": (case(*talk(), over, skipped, photos=photos, removed=REMOVED), local()),
        **unhappy(),
        "files": (case(*files(), photos=photos), local()),
        "pictures": (
            case(
                *picture(),
                photos=photos,
                files=WAYS,
                unsent=(UNSENT,),
                previews={"shot": shot},
                saved={"manual": SavedFile(state="saved", name="Manual.pdf")},
            ),
            local(),
        ),
        "files-ended": (case(*files(), over, skipped, photos=photos), local()),
        "connecting": (Case(), local()),
        "calling": (case(called), local()),
    }
