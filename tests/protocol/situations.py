"""Situations that differ in what may follow, and everything that can be asked in them.

The whole-table test and the state diagram walk these; so each state is here as many times as its
rules have branches.
"""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from msgspec import Struct

from protocol import requests as r
from protocol.fields import DeadlineKind
from protocol.system import System
from tests.protocol.life import (
    ANA,
    ANOTHER_DIGEST,
    BEN,
    CUSTOMER,
    DESK,
    DIGEST,
    ELI,
    LEA,
    MAX,
    NIA,
    STRANGER,
    Life,
    request_id,
)

PARTIES = (CUSTOMER, STRANGER, ANA, BEN, ELI, NIA, LEA, MAX, DESK)
POLICIES = ("continue_unrecorded", "no_screen", "end")
LONG = 3600
"""Seconds after which everything is due that can be."""


def situations() -> Iterator[tuple[str, Life]]:
    """Every situation with its name; each life may be asked, none may be moved on."""
    yield from _before_the_queue()
    yield from _meeting()
    yield from _waiting()
    yield from _talking()
    yield from _moving()
    yield "ended unserved", _ended(Life().start())
    yield "ended", _ended(Life().talk())
    said = Life().talk()
    said.ask(r.Say, ANA, text="Good-bye, Robin!")
    yield "ended, just said", _ended(said)
    yield "ended after the survey", _surveyed()
    deleted = _surveyed()
    deleted.ask(r.Wipe, DESK)
    yield "ended and deleted", deleted


def _before_the_queue() -> Iterator[tuple[str, Life]]:
    for policy in POLICIES:
        yield f"new, {policy}", _recorded(policy)
        yield f"new, agreement, {policy}", _recorded(policy, agreement_digest=DIGEST)
        yield f"agreement, {policy}", _recorded(policy, agreement_digest=DIGEST).start()
        yield f"recording, {policy}", _recorded(policy).start()
    yield "new, nothing asked", Life()
    for agreement in ("", DIGEST):
        for recorded in (False, True):
            rules: dict[str, Any] = {"agreement_digest": agreement, "recording_asked": recorded}
            yield f"new, identity, {rules}", Life(identity_asked=True, **rules)
            yield f"code sent, {rules}", _identity(**rules).lapse_code()
    yield "identity, no code yet", _identity()
    yield "one try left", _identity(code_tries=1).lapse_code()
    yield "identity, customer gone", _dropped(_identity().lapse_code(), "customer")
    many = _identity().lapse_code()
    for _ in range(4):
        many.wait(60).ask(r.SendCode, CUSTOMER, email="kim@example.test")
    yield "as many codes as there may be", many
    yield "agreement only", Life(agreement_digest=DIGEST).start()
    yield "agreement, customer gone", _dropped(Life(agreement_digest=DIGEST).start(), "customer")
    yield "recording, customer gone", _dropped(Life(recording_asked=True).start(), "customer")


def _meeting() -> Iterator[tuple[str, Life]]:
    """The customer is to meet Ana: by a code, by a call of hers, or because they named her."""
    yield "new, with a code", Life().meet(ANA, "code")
    yield "new, with a rep", Life().meet(ANA, "direct")
    yield "agreement, with a code", Life(agreement_digest=DIGEST).meet(ANA, "code").start()
    yield "calling", Life().call(ANA)
    yield "calling, customer gone", _dropped(Life().call(ANA), "customer")
    yield "calling, with agreement", Life(agreement_digest=DIGEST).call(ANA)
    yield "calling, with recording", _recorded("end").call(ANA)
    called = Life().call(ANA)
    called.ask(r.AnswerCall, CUSTOMER, accepted=True)
    yield "called, to meet", called
    yield "to meet by a code", Life().meet(ANA, "code").start()
    yield "to meet a named rep", Life().meet(ANA, "direct").start()
    asked = Life().meet(ANA, "direct").start()
    asked.wait(1).lapse("meeting", there=True)
    yield "asking a named rep", asked


def _waiting() -> Iterator[tuple[str, Life]]:
    yield "waiting", Life().start()
    yield "waiting for ever", Life(persistent_queue=True).start()
    yield "waiting, customer gone", _dropped(Life().start(), "customer")
    for reason in ("direct", "least_busy"):
        life = Life().start()
        life.ask(r.Offer, DESK, rep="nia", reason=reason)
        yield f"offered, {reason}", life
    for policy in POLICIES:
        life = _recorded(policy).talk()
        life.ask(r.ReturnToQueue, ANA)
        yield f"waiting again, recorded, {policy}", life


def _talking() -> Iterator[tuple[str, Life]]:
    """Ana owns, Ben and Max joined, Lea monitors, Nia (of another team) is invited."""
    yield "talking", Life().talk()
    yield "talking, persistent queue", _dropped(Life(persistent_queue=True).talk(), "ana")
    for policy in POLICIES:
        yield f"talking, recorded, {policy}", _crowded(_recorded(policy))
        paused = _crowded(_recorded(policy))
        paused.ask(r.PauseRecording, ANA, why="a password")
        yield f"talking, recording paused, {policy}", paused
    for name, lost in {"customer": "customer", "owner": "ana", "joined": "ben"}.items():
        yield f"talking, {name} gone", _dropped(_crowded(Life()), lost)
    offered = _crowded(Life())
    offered.ask(r.Transfer, ANA, rep="eli")
    yield "offered to Eli", offered
    prompted = _crowded(Life())
    prompted.ask(r.RequestGrants, BEN, tools=("view", "control"))
    yield "prompted", prompted
    shared = _crowded(Life()).grant("view").grant("view", "control", rep=BEN)
    shared.ask(r.ShareScreen, CUSTOMER, what="screen")
    yield "shared", shared
    held = _crowded(Life()).grant("view")
    held.ask(r.ShareScreen, CUSTOMER, what="screen")
    held.ask(r.PauseSharing, DESK, why="disk full")
    yield "sharing paused", held
    held = _crowded(Life()).grant("system_information", "special_actions")
    held.grant("special_actions", rep=BEN)
    yield "tools of the computer", held
    asked = _crowded(Life()).grant("system_information", "special_actions")
    asked.ask(r.RequestSystem, ANA)
    asked.ask(r.RequestAction, ANA, action="lock")
    yield "asked of the computer", asked
    allowed = _crowded(Life()).grant("special_actions")
    allowed.ask(r.RequestAction, ANA, action="open_page", url="https://example.test/")
    allowed.ask(r.AnswerAction, CUSTOMER, allowed=True)
    yield "action allowed", allowed
    yield "talking, announced monitoring", _crowded(Life(monitoring="announced"))
    yield "talking, to be monitored openly", Life(monitoring="announced").talk().join(BEN)
    yield "talking, no monitoring", Life(monitoring="off").talk().join(BEN)
    silent = _crowded(Life()).wait(LONG)
    silent.lapse("warning")
    yield "warned", silent
    yield "files", _with_files(_crowded(Life()))
    waiting = _with_files(_crowded(Life()))
    waiting.ask(r.ReturnToQueue, ANA)
    yield "waiting, files", waiting
    said = Life().talk().join(BEN)
    said.ask(r.Say, ANA, text="Your password is 12345.")
    yield "just said", said


def _moving() -> Iterator[tuple[str, Life]]:
    offered = _crowded(Life())
    offered.ask(r.OfferApp, BEN)
    yield "app offered", offered
    moved = _crowded(Life())
    moved.ask(r.MoveTo, CUSTOMER, where="app")
    yield "moved to the app", moved


def _recorded(policy: str, **rules: Any) -> Life:
    return Life(recording_asked=True, recording_digest=DIGEST, refusal_policy=policy, **rules)


def _identity(**rules: Any) -> Life:
    return Life(identity_asked=True, **rules).start(email="kim@example.test")


def _crowded(life: Life) -> Life:
    life.talk().join(BEN)
    life.ask(r.Join, MAX)
    life.ask(r.Monitor, LEA)
    life.ask(r.Invite, ANA, rep="nia")
    return life


def _with_files(life: Life) -> Life:
    for sender in (CUSTOMER, ANA):
        for state in ("offered", "accepted", "checking", "declined"):
            file = f"{sender.id}.{state}"
            life.ask(r.OfferFile, sender, file=file, name="log.txt", size=9)
            if state != "offered":
                other = ANA if sender is CUSTOMER else CUSTOMER
                life.ask(r.AnswerFile, other, file=file, accepted=state != "declined")
            if state == "checking":
                life.ask(r.FileCheckBegins, DESK, file=file, size=9, digest=DIGEST)
    return life


def _dropped(life: Life, party: str) -> Life:
    life.ask(r.Drop, DESK, party=party, since=life.now)
    return life


def _ended(life: Life) -> Life:
    life.ask(r.End, CUSTOMER)
    return life


def _surveyed() -> Life:
    life = _ended(Life().talk())
    life.ask(r.SkipSurvey, CUSTOMER)
    return life


# What can be asked, with as many variants as rules have branches. What is not here is asked bare.
VARIANTS: Mapping[type[Struct], tuple[dict[str, Any], ...]] = {
    r.Start: ({"issue": "printer", "name": "Kim"},),
    r.Call: ({"customer": "customer"},),
    r.AnswerCall: ({"accepted": True}, {"accepted": False}),
    r.SendCode: ({"email": "kim@example.test"}, {"email": ""}),
    r.ConfirmCode: ({"code": DIGEST}, {"code": ANOTHER_DIGEST}),
    r.AcceptAgreement: ({"digest": DIGEST}, {"digest": ANOTHER_DIGEST}),
    r.AnswerRecording: (
        {"allowed": True, "digest": DIGEST},
        {"allowed": False, "digest": DIGEST},
        {"allowed": True, "digest": ANOTHER_DIGEST},
    ),
    r.LeaveOnNotice: ({"notice": "n1"},),
    r.Say: ({"text": "hello"},),
    r.TakeBack: ({"line": 3}, {"line": 4}, {"line": 99}),
    r.Note: ({"text": "hello"},),
    r.PushLink: ({"url": "https://example.test/"}, {"url": ""}),
    r.Transfer: (
        {},
        {"team": "network"},
        {"rep": "eli"},
        {"rep": "ana"},
        {"team": "a", "rep": "b"},
    ),
    r.Invite: ({"rep": "eli"}, {"rep": "ben"}),
    r.RequestGrants: ({"tools": ("view", "control")},),
    r.AnswerGrants: ({"allowed": True, "scope": "once"}, {"allowed": False}),
    r.Release: ({"tool": "view"}, {"tool": "files"}),
    r.Revoke: ({"tool": "view"}, {"tool": "view", "rep": "eli"}, {"tool": "files"}),
    r.TellSystem: ({"system": System(system="Debian", cores=2)},),
    r.RequestAction: ({"action": "lock"}, {"action": "open_page"}),
    r.AnswerAction: ({"allowed": True}, {"allowed": False}),
    r.ReportAction: ({"outcome": "done"}, {"outcome": "not_possible"}),
    r.ShareScreen: ({"what": "screen"},),
    r.ChangeSharing: ({"what": "window"},),
    r.MoveTo: ({"where": "app"}, {"where": "page"}),
    r.OfferFile: (
        {"file": "new", "name": "a.txt", "size": 1},
        {"file": "ana.offered", "name": "a.txt", "size": 1},
        {"file": "new", "name": "a.exe", "size": 1},
        {"file": "new", "name": "a.txt", "size": 0},
        {"file": "new", "name": "a.txt", "size": 20 * 1024**2 + 1},
    ),
    r.AnswerFile: tuple(
        {"file": file, "accepted": accepted}
        for file in ("ana.offered", "customer.offered", "ana.accepted", "new", "none")
        for accepted in (True, False)
    ),
    r.WithdrawFile: tuple({"file": f} for f in ("ana.offered", "customer.accepted", "new")),
    r.SubmitSurvey: ({"rating": 5, "choice": "solved"},),
    r.WrapUp: ({"text": "done"}, {"outcome": "solved"}, {"text": " "}),
    r.Offer: ({"rep": "ben"}, {"rep": "ana", "again": True}, {"rep": "nia", "reason": "direct"}),
    r.PassOn: ({"rep": "ben"}, {"rep": "nia"}, {"rep": "eli"}, {"rep": ""}),
    r.Unwatch: ({"rep": "lea"}, {"rep": "ana"}, {"rep": ""}),
    r.Notify: ({"notice": "n1", "text": "known problem"},),
    r.Drop: tuple({"party": party, "since": 0} for party in ("customer", "ana", "ben", "nia", "")),
    r.ComeBack: tuple({"party": party} for party in ("customer", "ana", "ben", "")),
    r.Lapse: tuple(
        {
            "deadline": deadline,
            "team": team,
            "text": "still here",
            "there": bool(team),
            "email": email,
        }
        for deadline in get_args(DeadlineKind)
        for team, email in (("", ""), ("support", "kim@example.test"))
    ),
    r.FileCheckBegins: tuple(
        {"file": file, "size": 9, "digest": DIGEST}
        for file in ("ana.accepted", "ana.checking", "new")
    ),
    r.FileArrives: tuple(
        {"file": file, "size": 9, "digest": DIGEST}
        for file in ("ana.accepted", "ana.checking", "ana.offered", "new")
    ),
    r.FileWithheld: tuple({"file": f, "why": "kind"} for f in ("ana.accepted", "ana.declined")),
    r.PauseSharing: ({"why": "disk full"},),
}


def asks(kind: type[Struct], session_id: str) -> Iterator[Struct]:
    """Every variant of `kind` to be asked of `session_id`."""
    for variant in VARIANTS.get(kind, ({},)):
        if issubclass(kind, r.Request):
            yield kind(id=request_id(7), session=session_id, **variant)
        else:
            yield kind(**variant)
