"""Sessions told from end to end; `scripts/generate` writes down what each reader sees of them.

The broker, the pages and the native client must all fold these to the same sessions.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from protocol import fields as f
from protocol import requests as r
from protocol.facts import Called, Fact, PersonalFact
from protocol.session import replay
from protocol.system import Disk, Program, System
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
    Life,
)

RECORDED: dict[str, Any] = {"recording_asked": True, "recording_digest": DIGEST}


def ordinary_life() -> Life:
    """Everything goes as it should: agreement, recording, queue, talk, end, survey, wrap-up."""
    life = Life("ordinary", agreement_digest=DIGEST, **RECORDED)
    life.start(name="Kim", email="kim@example.test", language="de").wait(12)
    life.ask(r.AcceptAgreement, CUSTOMER, digest=DIGEST)
    life.wait(5).ask(r.AnswerRecording, CUSTOMER, allowed=True, digest=DIGEST)
    life.wait(1).lapse("greeting", text="You are number 3.")
    life.wait(61).lapse("hold", text="You are number 2.")
    life.ask(r.Notify, DESK, notice="n1", text="The printers on floor 3 are off.")
    life.wait(20).ask(r.Accept, ANA)
    life.wait(3).ask(r.Say, ANA, text="Hello, how may I help?")
    life.wait(9).ask(r.Say, CUSTOMER, text="Nothing prints.")
    life.wait(30).ask(r.Nudge, ANA)
    life.wait(1).ask(r.ReportNudge, CUSTOMER, worked=("title", "sound"))
    life.ask(r.PushLink, ANA, url="https://example.test/driver", title="The driver")
    life.wait(241).lapse("warning")
    life.wait(50).ask(r.Extend, CUSTOMER)
    life.wait(10).ask(r.PauseRecording, ANA, why="a password")
    life.wait(10).ask(r.ResumeRecording, ANA)
    life.ask(r.WrapUp, ANA, text="New driver.")
    life.wait(5).ask(r.End, ANA)
    life.wait(20).ask(r.SubmitSurvey, CUSTOMER, rating=5, choice="solved", text="Thanks!")
    life.ask(r.WrapUp, ANA, text="Call again on Monday.", outcome="follow_up")
    return life


def code_confirmed() -> Life:
    """A code that went astray, a new one to another address, a slip, and then the right one."""
    life = Life("mailed_code", identity_asked=True, agreement_digest=DIGEST)
    life.start(name="Kim", email="kim@exmaple.test").lapse_code()
    life.wait(75).fresh_code(ANOTHER_DIGEST)
    life.ask(r.SendCode, CUSTOMER, email="kim@example.test")
    life.wait(20).ask(r.ConfirmCode, CUSTOMER, code=DIGEST)
    life.wait(10).ask(r.ConfirmCode, CUSTOMER, code=ANOTHER_DIGEST)
    life.ask(r.AcceptAgreement, CUSTOMER, digest=DIGEST)
    return life


def code_guessed() -> Life:
    """Five wrong codes, and it is over."""
    life = Life("guessed", identity_asked=True).start(email="kim@example.test").lapse_code()
    for _ in range(5):
        life.wait(3).ask(r.ConfirmCode, CUSTOMER, code=ANOTHER_DIGEST)
    return life


def code_never_typed() -> Life:
    """The mail never arrived."""
    life = Life("no_code", identity_asked=True).start(email="kim@example.test").lapse_code()
    life.wait(601).lapse("identity")
    return life


def agreement_declined() -> Life:
    """The customer does not agree and never comes to the queue."""
    life = Life("declined", agreement_digest=DIGEST).start().wait(40)
    life.ask(r.DeclineAgreement, CUSTOMER)
    return life


def recording_refused_but_served() -> Life:
    """The customer allows no recording and is helped as usual."""
    life = Life("unrecorded", refusal_policy="continue_unrecorded", **RECORDED).start()
    life.wait(2).ask(r.AnswerRecording, CUSTOMER, allowed=False, digest=DIGEST)
    life.talk().grant("view")
    life.ask(r.ShareScreen, CUSTOMER, what="window")
    life.wait(60).ask(r.End, CUSTOMER)
    life.ask(r.SkipSurvey, CUSTOMER)
    return life


def recording_withdrawn_and_no_screen() -> Life:
    """The customer takes the permission to record back, and the screen goes with it."""
    life = Life("no_screen", refusal_policy="no_screen", **RECORDED).talk()
    life.grant("view", "control")
    life.ask(r.ShareScreen, CUSTOMER, what="screen")
    life.ask(r.RequestGrants, ANA, tools=("clipboard",))
    life.wait(30).ask(r.WithdrawRecording, CUSTOMER)
    life.wait(5).ask(r.Say, ANA, text="Let us go on in writing.")
    return life


def recording_refused_ends() -> Life:
    """The site helps nobody unrecorded."""
    life = Life("refused", refusal_policy="end", **RECORDED).start()
    life.wait(2).ask(r.AnswerRecording, CUSTOMER, allowed=False, digest=DIGEST)
    return life


def offers_go_round() -> Life:
    """Ben declines, Eli does not answer, Ana accepts."""
    life = Life("offers").start().wait(1)
    life.ask(r.Offer, DESK, rep="ben", reason="least_busy")
    life.wait(7).ask(r.Decline, BEN)
    life.ask(r.Offer, DESK, rep="eli", reason="skills")
    life.wait(60.001).lapse("offer")
    life.ask(r.Offer, DESK, rep="ana", reason="least_busy")
    life.wait(60).ask(r.Accept, ANA)
    return life


def another_round() -> Life:
    """Nobody answers, and then nobody wants it; both times it goes round again."""
    life = Life("round").start().wait(1)
    life.lapse("greeting", text="You are number 1.")
    compared = (f.Compared(rep="ben", active=0), f.Compared(rep="eli", active=2, since=life.now))
    life.ask(r.Offer, DESK, rep="ben", compared=compared)
    life.wait(60.001).lapse("offer")
    life.ask(r.Offer, DESK, rep="eli", compared=compared[1:])
    life.wait(9).ask(r.Decline, ELI)
    life.wait(61).ask(r.Offer, DESK, rep="ben", again=True)
    life.wait(9).ask(r.Decline, BEN)
    life.wait(61).ask(r.Offer, DESK, rep="ben", again=True)
    life.wait(60.001).lapse("offer")
    life.ask(r.Offer, DESK, rep="eli")
    life.ask(r.Accept, ELI)
    return life


def came_by_code() -> Life:
    """A rep gave the customer a code: they agree, and are with that rep."""
    life = Life("code", agreement_digest=DIGEST).meet(ANA, "code").start(name="Kim")
    life.wait(5).ask(r.AcceptAgreement, CUSTOMER, digest=DIGEST)
    life.wait(1).lapse("meeting", there=True)
    life.ask(r.Say, ANA, text="There you are.")
    life.ask(r.Invite, ANA, rep="nia")
    life.wait(2).ask(r.DeclineInvitation, NIA)
    return life


def came_by_code_too_late() -> Life:
    """The rep who gave the code has gone home; whoever comes first helps."""
    life = Life("late").meet(ANA, "code").start()
    life.wait(1).lapse("meeting")
    life.lapse("greeting", text="You are number 2.")
    life.wait(20).ask(r.Accept, BEN)
    return life


def called_and_deleted() -> Life:
    """A rep calls; the customer answers, is helped, and a lead deletes what was said."""
    life = Life("called", agreement_digest=DIGEST, **RECORDED)
    life.call(ANA, name="Kim", email="kim@example.test")
    life.wait(30).ask(r.AnswerCall, CUSTOMER, accepted=True)
    life.wait(5).ask(r.AcceptAgreement, CUSTOMER, digest=DIGEST)
    life.wait(5).ask(r.AnswerRecording, CUSTOMER, allowed=True, digest=DIGEST)
    life.wait(0.25).lapse("meeting", there=True)
    life.ask(r.Say, ANA, text="This is Ana.")
    life.ask(r.Say, CUSTOMER, text="My number is 12345.")
    life.wait(5).ask(r.End, CUSTOMER)
    life.ask(r.Wipe, DESK)
    wiped = (CUSTOMER.id, ANA.id)
    life.facts = [erased(fact, *wiped) for fact in life.facts]
    return life


def called_in_vain() -> Life:
    """The customer does not want to be called."""
    life = Life("refused_call").call(ANA, name="Kim")
    life.wait(30).ask(r.AnswerCall, CUSTOMER, accepted=False)
    return life


def called_and_erased() -> Life:
    """Who was called by their name has that erased as well."""
    life = Life("called_erased").call(ANA, name="Kim", email="kim@example.test")
    life.wait(30).ask(r.AnswerCall, CUSTOMER, accepted=True)
    life.wait(0.25).lapse("meeting", there=True)
    life.ask(r.Say, CUSTOMER, text="Please forget me.")
    life.wait(5).ask(r.End, CUSTOMER)
    life.ask(r.WrapUp, ANA, outcome="not_ours")
    life.ask(r.EraseMyTexts, CUSTOMER)
    life.facts = [erased(fact) for fact in life.facts]
    return life


def named_rep() -> Life:
    """The customer asks for a rep by name, who does not answer."""
    life = Life("named").meet(ANA, "direct").start()
    life.wait(0.25).lapse("meeting", there=True)
    life.wait(120.001).lapse("offer")
    return life


def transfers() -> Life:
    """To a rep who does not want it, to one who does, to a team, and back to the queue."""
    life = Life("transfers").talk().join(BEN)
    life.wait(60).ask(r.Transfer, ANA, rep="eli")
    life.wait(9).ask(r.Decline, ELI)
    life.ask(r.Transfer, ANA, rep="nia")
    life.grant("view")
    life.ask(r.ShareScreen, CUSTOMER, what="tab")
    life.wait(9).ask(r.Accept, NIA)
    life.wait(60).ask(r.Transfer, NIA, team="network")
    life.wait(60).ask(r.Accept, NIA)
    life.wait(60).ask(r.ReturnToQueue, NIA)
    return life


def rep_lost() -> Life:
    """The owner is lost, then whoever joined longest, and then nobody is left."""
    life = Life("rep_lost").talk().join(BEN, MAX, NIA)
    life.wait(10).ask(r.Drop, DESK, party="nia", since=life.now)
    life.ask(r.Drop, DESK, party="ana", since=life.now - 500)
    life.wait(61).lapse("rep_lost")
    life.ask(r.Leave, MAX)
    life.wait(5).ask(r.Drop, DESK, party="ben", since=life.now)
    life.ask(r.ComeBack, DESK, party="nia")
    life.wait(61).lapse("rep_lost")
    life.ask(r.Drop, DESK, party="nia", since=life.now)
    life.wait(61).lapse("rep_lost", team="support")
    return life


def screen_and_files() -> Life:
    """Grants of two reps, a broken recording, and files both ways."""
    life = Life("screen").talk().join(BEN)
    life.ask(r.RequestGrants, ANA, tools=("view", "control"))
    life.wait(31).lapse("prompt")
    life.grant("view", "control", scope="once").wait(5)
    life.ask(r.ShareScreen, CUSTOMER, what="screen")
    life.wait(200).grant("view", "files", rep=BEN, scope="quarter_hour")
    life.ask(r.Release, BEN, tool="files")
    life.ask(r.PauseSharing, DESK, why="storage")
    life.wait(20).ask(r.ResumeSharing, DESK)
    life.ask(r.Revoke, CUSTOMER, tool="control")
    life.wait(90).lapse("grant")
    life.ask(r.ChangeSharing, CUSTOMER, what="applications")
    life.ask(r.OfferFile, CUSTOMER, file="f1", name="print.log", size=4_096)
    life.ask(r.AnswerFile, BEN, file="f1", accepted=True)
    life.wait(4).ask(r.FileArrives, DESK, file="f1", size=4_096, digest=DIGEST)
    life.ask(r.OfferFile, ANA, file="f2", name="driver.zip", size=9_000_000)
    life.ask(r.AnswerFile, CUSTOMER, file="f2", accepted=False)
    life.ask(r.OfferFile, ANA, file="f3", name="driver.zip", size=9_000_000)
    life.ask(r.WithdrawFile, ANA, file="f3")
    life.ask(r.OfferFile, CUSTOMER, file="f4", name="invoice.pdf", size=70)
    life.ask(r.AnswerFile, BEN, file="f4", accepted=True)
    life.ask(r.FileCheckBegins, DESK, file="f4", size=70, digest=DIGEST)
    life.ask(
        r.FileWithheld,
        DESK,
        file="f4",
        why="infected",
        found="Deskside.Test",
        size=70,
        digest=DIGEST,
    )
    life.ask(r.OfferFile, CUSTOMER, file="f5", name="screen.png", size=9_000)
    life.ask(r.AnswerFile, ANA, file="f5", accepted=True)
    life.ask(r.AnswerFile, ANA, file="f5", accepted=False)
    life.wait(2).ask(r.StopSharing, CUSTOMER)
    return life


def computer_asked() -> Life:
    """What a computer is made of, twice, and actions that are allowed, refused, missed and impossible."""
    life = Life("computer").talk().join(BEN)
    life.grant("system_information", "special_actions")
    life.ask(r.RequestSystem, ANA)
    system = System(
        system="Debian 12",
        cores=2,
        disks=(Disk(name="/", size=2**36, free=2**35),),
        programs=(Program(name="firefox", count=3, memory=2**30),),
    )
    life.wait(1).ask(r.TellSystem, CUSTOMER, system=system)
    life.ask(r.RequestSystem, ANA)
    life.ask(r.Revoke, CUSTOMER, tool="system_information")
    life.ask(r.RequestAction, ANA, action="open_page", url="https://example.test/help")
    life.wait(2).ask(r.AnswerAction, CUSTOMER, allowed=True)
    life.ask(r.ReportAction, CUSTOMER, outcome="done")
    life.ask(r.RequestAction, ANA, action="task_manager")
    life.ask(r.AnswerAction, CUSTOMER, allowed=False)
    life.ask(r.RequestAction, ANA, action="log_off")
    life.ask(r.ReportAction, CUSTOMER, outcome="not_possible")
    life.ask(r.RequestAction, ANA, action="lock")
    life.wait(31).lapse("action")
    life.grant("special_actions", "system_information", rep=BEN)
    life.ask(r.RequestSystem, BEN)
    life.ask(r.RequestAction, BEN, action="lock")
    life.ask(r.Leave, BEN)
    life.ask(r.RequestAction, ANA, action="lock")
    life.ask(r.AnswerAction, CUSTOMER, allowed=True)
    return life


def moved_to_the_app() -> Life:
    """A page that shares a tab is asked for more; it goes on in the app, and on the page again."""
    life = Life("moved").start(name="Kim").talk().join(BEN).grant("view")
    life.ask(r.ShareScreen, CUSTOMER, what="tab")
    life.ask(r.OfferApp, ANA)
    life.wait(5).ask(r.DeclineApp, CUSTOMER)
    life.ask(r.Say, ANA, text="I would need the mouse.")
    life.ask(r.OfferApp, BEN)
    life.ask(r.RequestGrants, ANA, tools=("control",))
    life.wait(40).ask(r.MoveTo, CUSTOMER, where="app")
    life.ask(r.Say, CUSTOMER, text="Here I am.")
    life.grant("view", "control")
    life.ask(r.ShareScreen, CUSTOMER, what="screen")
    life.wait(90).ask(r.MoveTo, CUSTOMER, where="page")
    life.ask(r.OfferApp, ANA)
    life.ask(r.ReturnToQueue, ANA)
    return life


def lines_taken_back() -> Life:
    """Two reps take lines back in time, one of them after the end."""
    life = Life("taken_back").start(name="Kim").talk().join(BEN)
    life.ask(r.Say, CUSTOMER, text="Nothing prints.")
    life.ask(r.Say, ANA, text="Good morning, Robin!")
    life.wait(2).ask(r.Note, ANA, text="Oh dear.")
    life.ask(r.Say, BEN, text="Hello.")
    life.wait(3).ask(r.TakeBack, ANA, line=5)
    life.ask(r.Say, ANA, text="Good morning, Kim!")
    life.wait(9).ask(r.Say, BEN, text="The code is 4711.")
    life.ask(r.Say, ANA, text="Bye, Robin!")
    life.ask(r.End, CUSTOMER)
    life.wait(5).ask(r.TakeBack, ANA, line=10)
    gone = (5, 10)
    shown = 0
    for at, fact in enumerate(life.facts):
        shown += fact.audience == "all"
        if fact.audience == "all" and shown in gone:
            life.facts[at] = erased(fact, ANA.id)
    assert replay(life.facts, "taken_back") == life.session
    return life


def offers_passed_on() -> Life:
    """Whom it is offered to leaves; later a transfer fails for the same reason."""
    life = Life("passed_on").start().wait(1)
    life.ask(r.Offer, DESK, rep="ben", reason="least_busy")
    life.wait(3).ask(r.PassOn, DESK, rep="ben")
    life.ask(r.Offer, DESK, rep="eli", reason="least_busy")
    life.wait(60.001).lapse("offer")
    life.ask(r.Offer, DESK, rep="ben", reason="least_busy")
    life.ask(r.PassOn, DESK, rep="ben")
    life.ask(r.Accept, ANA)
    life.ask(r.Transfer, ANA, rep="ben")
    life.wait(1).ask(r.PassOn, DESK, rep="ben")
    return life


def lead_lost() -> Life:
    """Leads who read along lose their links: one whom everybody knew of, one who was unseen."""
    life = Life("lead_lost", monitoring="announced").talk()
    life.ask(r.Monitor, LEA)
    life.ask(r.Monitor, MAX)
    life.wait(9).ask(r.Unwatch, DESK, rep="lea")
    return life


def unseen_lead_lost() -> Life:
    """Nobody but leads had known."""
    life = Life("unseen_lead_lost", monitoring="silent").talk()
    life.ask(r.Monitor, LEA)
    life.wait(9).ask(r.Unwatch, DESK, rep="lea")
    life.wait(1).ask(r.Say, CUSTOMER, text="Still there?")
    return life


def customer_lost() -> Life:
    """The customer goes, comes back, goes again and stays away."""
    life = Life("customer_lost").start()
    life.wait(9).ask(r.Drop, DESK, party="customer", since=life.now - 2_000)
    life.wait(400).ask(r.ComeBack, DESK, party="customer")
    life.talk().wait(30)
    life.ask(r.Drop, DESK, party="customer", since=life.now)
    life.wait(600.001).lapse("customer_lost")
    return life


def texts_erased() -> Life:
    """The customer wants their words gone: the facts stay, the words do not."""
    life = Life("erasure").start(name="Kim", email="kim@example.test").talk()
    life.ask(r.Say, CUSTOMER, text="My number is 12345.")
    life.ask(r.Say, ANA, text="Thank you, Kim.")
    life.ask(r.OfferFile, CUSTOMER, file="f1", name="kim.pdf", size=7)
    life.wait(5).ask(r.End, CUSTOMER)
    life.ask(r.SubmitSurvey, CUSTOMER, rating=1, choice="unsolved", text="Bad.")
    life.ask(r.EraseMyTexts, CUSTOMER)
    life.facts = [erased(fact) for fact in life.facts]
    assert replay(life.facts, "erasure") == life.session
    return life


def erased(fact: Fact, *of: str) -> Fact:
    """Return `fact` as it is read once the words in it are gone: `of` these, or the customer's."""
    theirs = fact.by in (of or (CUSTOMER.id,)) or isinstance(fact, Called)
    if not theirs or not isinstance(fact, PersonalFact):
        return fact
    return replace(fact, erased=True, digest=DIGEST, **dict.fromkeys(fact.personal, ""))


def watched() -> Life:
    """A lead monitors, reps talk among themselves, the lead takes over: much is hidden."""
    life = Life("watched").talk().join(BEN)
    life.ask(r.Monitor, LEA)
    life.wait(9).ask(r.Say, CUSTOMER, text="Is anybody there?")
    life.ask(r.Note, BEN, text="I know this one.")
    life.ask(r.Monitor, MAX)
    life.ask(r.Invite, ANA, rep="nia")
    life.grant("view")
    life.ask(r.StopMonitoring, MAX)
    life.ask(r.Monitor, MAX)
    life.ask(r.Join, MAX)
    life.wait(9).ask(r.TakeOver, LEA)
    life.ask(r.Note, LEA, text="I take this.")
    life.ask(r.Join, NIA)
    life.ask(r.Say, LEA, text="Hello, Lea here.")
    life.wait(300).lapse("warning")
    life.ask(r.Note, ANA, text="Shall we end it?")
    life.wait(60.001).lapse("inactivity")
    return life


def left_on_notice() -> Life:
    """A notice answers the question; there is nothing to survey."""
    life = Life("notice").start().talk().wait(5)
    life.ask(r.ReturnToQueue, ANA)
    life.ask(r.Notify, DESK, notice="n1", text="The network is down.")
    life.ask(r.LeaveOnNotice, CUSTOMER, notice="n1")
    return life


def odd_names() -> Life:
    """Ids that mean something to JavaScript are ids like all others."""
    life = Life("odd").talk()
    for file in ("__proto__", "constructor", "toString", "1", "0"):
        life.ask(r.OfferFile, CUSTOMER, file=file, name="x.txt", size=1)
    life.ask(r.AnswerFile, ANA, file="__proto__", accepted=True)
    life.ask(r.AnswerFile, ANA, file="toString", accepted=False)
    odd = replace(BEN, id="__proto__", name="Proto")
    life.ask(r.Transfer, ANA, rep=odd.id)
    life.ask(r.Accept, odd)
    life.ask(r.Drop, DESK, party=odd.id, since=life.now)
    return life


def watched_openly() -> Life:
    """A lead is announced, goes, comes back and joins; another is announced and takes over."""
    life = Life("watched_openly", monitoring="announced").talk()
    life.ask(r.Monitor, LEA)
    life.wait(9).ask(r.Say, CUSTOMER, text="Hello, both of you!")
    life.ask(r.StopMonitoring, LEA)
    life.ask(r.Monitor, LEA)
    life.ask(r.Monitor, MAX)
    life.ask(r.Join, LEA)
    life.wait(9).ask(r.TakeOver, MAX)
    life.ask(r.Leave, LEA)
    life.ask(r.Monitor, LEA)
    life.ask(r.ReturnToQueue, MAX)
    life.wait(9).ask(r.Accept, ANA)
    life.ask(r.Monitor, LEA)
    life.ask(r.End, ANA)
    return life


def everything_open(name: str) -> Life:
    """Tell of a session in which all stands open that can, each kind with two of it."""
    life = Life(name).start().wait(61)
    life.lapse("hold", text="You are number 1.")
    life.ask(r.Offer, DESK, rep="eli")
    life.ask(r.Decline, ELI)
    life.talk().join(BEN, NIA).grant("view", "control").grant("view", rep=BEN)
    life.ask(r.Invite, ANA, rep="lea")
    life.ask(r.Invite, ANA, rep="eli")
    life.ask(r.Monitor, LEA)
    life.ask(r.Monitor, MAX)
    life.ask(r.RequestGrants, ANA, tools=("files",))
    life.ask(r.OfferApp, BEN)
    life.wait(241).lapse("warning")
    for party in ("customer", "ana", "nia"):
        life.ask(r.Drop, DESK, party=party, since=life.now)
    life.ask(r.Transfer, ANA, rep="eli")
    return life


def all_open_and_taken_over() -> Life:
    """A lead who is invited and monitors takes over; who is lost is lost still."""
    life = everything_open("taken_over")
    life.ask(r.TakeOver, LEA)
    life.ask(r.Transfer, LEA, rep="eli")
    life.ask(r.Decline, ELI)
    return life


def all_open_and_accepted() -> Life:
    """The other rep takes the offered session."""
    life = everything_open("accepted")
    life.ask(r.Accept, ELI)
    return life


def all_open_and_returned() -> Life:
    """Of all that was open, only the lost customer is left."""
    life = everything_open("returned")
    life.ask(r.Decline, ELI)
    life.ask(r.Transfer, ANA, rep="max")
    life.ask(r.ReturnToQueue, ANA)
    life.ask(r.Offer, DESK, rep="ben")
    life.ask(r.Decline, BEN)
    life.ask(r.Accept, MAX)
    return life


def all_open_and_ended() -> Life:
    """The end closes everything."""
    life = everything_open("ended")
    life.ask(r.ShareScreen, CUSTOMER, what="monitor")
    life.ask(r.PauseSharing, DESK, why="storage")
    life.ask(r.End, CUSTOMER)
    return life


LIVES: tuple[Callable[[], Life], ...] = (
    ordinary_life,
    code_confirmed,
    code_guessed,
    code_never_typed,
    agreement_declined,
    recording_refused_but_served,
    recording_withdrawn_and_no_screen,
    recording_refused_ends,
    offers_go_round,
    another_round,
    came_by_code,
    came_by_code_too_late,
    called_and_deleted,
    called_in_vain,
    called_and_erased,
    named_rep,
    transfers,
    rep_lost,
    screen_and_files,
    computer_asked,
    moved_to_the_app,
    lines_taken_back,
    offers_passed_on,
    lead_lost,
    unseen_lead_lost,
    customer_lost,
    texts_erased,
    watched,
    watched_openly,
    left_on_notice,
    odd_names,
    all_open_and_taken_over,
    all_open_and_accepted,
    all_open_and_returned,
    all_open_and_ended,
)
