"""When the broker must come back by itself."""

import pytest

from protocol import facts as f
from protocol import requests as r
from protocol.deadlines import deadlines
from protocol.fields import DeadlineKind
from protocol.session import evolve
from tests.protocol.life import ANA, BEN, CUSTOMER, DESK, DIGEST, LEA, NIA, Life


def due(life: Life, kind: DeadlineKind, quiet_since: int = 0) -> float | None:
    """Return in how many seconds from now `kind` falls due."""
    at = deadlines(life.session, quiet_since).get(kind)
    return None if at is None else (at - life.now) / 1000


def kinds(life: Life) -> set[str]:
    return set(deadlines(life.session))


def test_nothing_is_due_before_the_first_fact_and_after_the_end() -> None:
    assert kinds(Life()) == set()
    life = Life().talk().grant("view")
    life.ask(r.Drop, DESK, party="ana", since=life.now)
    life.ask(r.End, CUSTOMER)
    assert kinds(life) == set()
    surprised = evolve(life.session, f.Offered(rep="ben", reason="skills", until=life.now))
    assert deadlines(surprised) == {}


def test_the_agreement_and_the_recording_each_have_300_seconds() -> None:
    life = Life(agreement_digest=DIGEST, recording_asked=True).start().wait(100)
    assert due(life, "acceptance") == 200
    life.ask(r.AcceptAgreement, CUSTOMER, digest=DIGEST)
    assert due(life, "acceptance") == 300
    life.ask(r.AnswerRecording, CUSTOMER, allowed=True)
    assert due(life, "acceptance") is None


def test_a_waiting_customer_is_greeted_at_once_and_once() -> None:
    life = Life().start()
    assert due(life, "greeting") == 0
    life.wait(0.001).lapse("greeting", text="Welcome")
    assert due(life, "greeting") is None
    life.talk().ask(r.ReturnToQueue, ANA)
    assert due(life, "greeting") is None


def test_a_hold_message_comes_every_60_seconds_of_waiting() -> None:
    life = Life().start()
    assert due(life, "hold") == 60
    life.wait(60.5).lapse("hold")
    assert due(life, "hold") == 60
    life.talk()
    assert due(life, "hold") is None
    life.wait(100).ask(r.ReturnToQueue, ANA)
    assert due(life, "hold") == 60


def test_an_offer_a_prompt_and_a_grant_fall_due_when_they_say() -> None:
    life = Life().talk().join(BEN)
    life.ask(r.Transfer, ANA, rep="nia")
    assert due(life, "offer") == 60
    life.ask(r.RequestGrants, ANA, tools=("view",))
    assert due(life, "prompt") == 30
    life.ask(r.AnswerGrants, CUSTOMER, allowed=True, scope="quarter_hour")
    assert (due(life, "prompt"), due(life, "grant")) == (None, 900)
    life.grant("view", rep=BEN, scope="once")
    assert due(life, "grant") == 300


def test_a_lost_customer_is_waited_for_10_minutes_in_every_state() -> None:
    agreement = Life(agreement_digest=DIGEST).start()
    recording = Life(recording_asked=True).start()
    for life in (agreement, recording, Life().start(), Life().talk()):
        life.ask(r.Drop, DESK, party="customer", since=life.now - 5_000)
        assert due(life, "customer_lost") == 595
        life.ask(r.ComeBack, DESK, party="customer")
        assert due(life, "customer_lost") is None


def test_a_lost_owner_is_waited_for_60_seconds_and_nobody_else_is() -> None:
    life = Life().talk().join(BEN)
    life.ask(r.Drop, DESK, party="ben", since=life.now)
    assert due(life, "rep_lost") is None
    life.ask(r.Drop, DESK, party="ana", since=life.now - 1_000)
    assert due(life, "rep_lost") == 59
    life.ask(r.ComeBack, DESK, party="ana")
    assert due(life, "rep_lost") is None


def test_silence_is_warned_of_after_240_seconds_and_ends_after_300() -> None:
    life = Life().talk()
    assert due(life, "warning") == 240
    life.wait(240.5).lapse("warning")
    assert (due(life, "warning"), due(life, "inactivity")) == (None, 60)


def test_only_a_talk_can_be_too_silent() -> None:
    assert "warning" not in kinds(Life().start())
    assert "warning" not in kinds(Life(agreement_digest=DIGEST).start())


@pytest.mark.parametrize("quiet_since", [100, 240])
def test_typing_counts_against_silence_though_it_leaves_no_fact(quiet_since: int) -> None:
    life = Life().talk()
    typed = life.now + quiet_since * 1000
    assert due(life, "warning", typed) == quiet_since + 240


def test_typing_after_the_warning_lifts_it() -> None:
    life = Life().talk().wait(240.001)
    life.lapse("warning")
    warned = life.now
    assert due(life, "inactivity", warned) == 60
    assert "inactivity" not in deadlines(life.session, warned + 1)
    assert due(life, "warning", warned + 1) == 240.001


def test_a_fact_that_stirs_lifts_the_warning() -> None:
    life = Life().talk().wait(240.001)
    life.lapse("warning")
    life.wait(1).ask(r.Say, CUSTOMER, text="Here!")
    assert (due(life, "inactivity"), due(life, "warning")) == (None, 240)
    assert life.session.warned_until == 0


def test_nobody_is_too_silent_while_a_screen_is_shared() -> None:
    life = Life().talk().wait(100)
    life.ask(r.ShareScreen, CUSTOMER, what="screen")
    assert not kinds(life) & {"warning", "inactivity"}
    life.wait(1000).ask(r.StopSharing, CUSTOMER)
    assert due(life, "warning") == 240


def test_taking_the_recording_back_ends_the_sharing_but_begins_no_old_silence() -> None:
    life = Life(recording_asked=True, refusal_policy="no_screen").talk()
    life.ask(r.ShareScreen, CUSTOMER, what="screen")
    life.wait(1000).ask(r.WithdrawRecording, CUSTOMER)
    assert due(life, "warning") == 240


@pytest.mark.parametrize(("party", "waits"), [("customer", True), ("ana", True), ("ben", False)])
def test_silence_counts_only_while_customer_and_owner_are_there(party: str, waits: bool) -> None:
    life = Life().talk().join(BEN)
    life.ask(r.Drop, DESK, party=party, since=life.now)
    assert ("warning" not in kinds(life)) == waits


def test_every_deadline_follows_the_settings_of_the_session() -> None:
    rules = {
        "agreement_digest": DIGEST,
        "acceptance_seconds": 1,
        "hold_seconds": 2,
        "offer_seconds": 3,
        "direct_seconds": 4,
        "inactivity_seconds": 25,
        "warning_seconds": 5,
        "keep_place_seconds": 6,
        "rep_lost_seconds": 7,
        "prompt_seconds": 8,
        "grant_seconds": 9,
    }
    life = Life("settings", "support", **rules).start()
    assert due(life, "acceptance") == 1
    life.ask(r.AcceptAgreement, CUSTOMER, digest=DIGEST)
    assert due(life, "hold") == 2
    life.ask(r.Offer, DESK, rep="nia", reason="direct")
    assert due(life, "offer") == 4
    life.ask(r.Accept, NIA)
    life.ask(r.TakeOver, LEA)
    life.ask(r.Transfer, LEA, rep="ana")
    assert due(life, "offer") == 3
    assert due(life, "warning") == 20
    life.ask(r.RequestGrants, LEA, tools=("view",))
    assert due(life, "prompt") == 8
    life.ask(r.AnswerGrants, CUSTOMER, allowed=True)
    assert due(life, "grant") == 9
    life.ask(r.Drop, DESK, party="customer", since=life.now)
    life.ask(r.Drop, DESK, party="lea", since=life.now)
    assert (due(life, "customer_lost"), due(life, "rep_lost")) == (6, 7)
