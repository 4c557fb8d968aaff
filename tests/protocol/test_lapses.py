"""What follows when a deadline has passed."""

from typing import get_args

import pytest

from protocol import facts as f
from protocol import requests as r
from protocol.deadlines import deadlines
from protocol.fields import DeadlineKind
from protocol.lapses import LAPSES
from protocol.session import Refused
from tests.protocol.life import ANA, BEN, CUSTOMER, DESK, DIGEST, MAX, NIA, Life
from tests.protocol.situations import situations


def test_every_kind_of_deadline_leads_somewhere() -> None:
    assert {"warning", "code", *LAPSES} == set(get_args(DeadlineKind))


@pytest.mark.parametrize("kind", get_args(DeadlineKind))
def test_a_deadline_that_is_not_due_is_refused_and_one_that_is_due_is_met(
    kind: DeadlineKind,
) -> None:
    """Not before, not at, but after the time; so both sides of a race agree about the last moment."""
    met = 0
    for name, life in situations():
        due = deadlines(life.session).get(kind)
        if due is None and life.session.state not in ("new", "ended"):
            assert life.answer(r.Lapse, DESK, deadline=kind) == Refused("not_due", ""), name
            continue
        if due is None:
            early = {"new": "not_now", "ended": "closed"}[life.session.state]
            assert life.refusal(r.Lapse, DESK, deadline=kind) == early, name
            continue
        for now in (due - 1, due):
            life.now = now
            assert life.answer(r.Lapse, DESK, deadline=kind) == Refused("not_due", str(due)), name
        life.now = due + 1
        assert isinstance(life.answer(r.Lapse, DESK, deadline=kind), f.Fact), name
        met += 1
    assert met


@pytest.mark.parametrize("kind", get_args(DeadlineKind))
def test_firing_twice_is_harmless(kind: DeadlineKind) -> None:
    for name, life in situations():
        if kind not in deadlines(life.session):
            continue
        life.wait(3600)
        before = deadlines(life.session)[kind]
        life.lapse(kind)
        again = deadlines(life.session).get(kind)
        # Of several grants or lost reps, the next may be due as well.
        assert again != before or kind == "grant", name


def test_an_agreement_that_is_not_answered_ends_the_session() -> None:
    life = Life(agreement_digest=DIGEST).start()
    assert life.wait(300).answer(r.Lapse, DESK, deadline="acceptance") == Refused(
        "not_due", str(life.now)
    )
    assert life.wait(0.001).lapse("acceptance") == f.Ended(
        place=2, at=life.now, by="broker", ending="agreement_timeout"
    )


def test_greeting_and_hold_message_carry_the_text_they_are_given() -> None:
    life = Life().start().wait(60.001)
    greeted = life.lapse("greeting", text="Welcome, number 3.")
    held = life.lapse("hold", text="You are number 2.")
    assert isinstance(greeted, f.Greeted)
    assert greeted.text == "Welcome, number 3."
    assert isinstance(held, f.Held)
    assert held.text == "You are number 2."


def test_silence_is_warned_of_and_then_ends_the_session() -> None:
    life = Life().talk().wait(241)
    warned = life.lapse("warning")
    assert isinstance(warned, f.Warned)
    assert warned.until == life.now + 60_000
    life.wait(60.001).lapse("inactivity")
    assert life.session.ending == "inactive"


def test_typing_that_the_broker_has_seen_keeps_the_session_open() -> None:
    life = Life().talk().wait(240.001)
    typed = life.now - 1
    refused = life.answer(r.Lapse, DESK, deadline="warning", quiet_since=typed)
    assert refused == Refused("not_due", str(typed + 240_000))
    life.lapse("warning")
    life.wait(61)
    typed = life.now - 1_000
    assert life.refusal(r.Lapse, DESK, deadline="inactivity", quiet_since=typed) == "not_due"
    life.lapse("inactivity")


def test_a_customer_who_stays_away_for_10_minutes_ends_the_session() -> None:
    for life in (Life().start(), Life().talk()):
        life.ask(r.Drop, DESK, party="customer", since=life.now)
        life.wait(600.001).lapse("customer_lost")
        assert life.session.ending == "customer_lost"


def test_a_customer_who_comes_back_keeps_the_place() -> None:
    life = Life().start()
    entered = life.session.waiting_since
    life.ask(r.Drop, DESK, party="customer", since=life.now)
    life.wait(599).ask(r.ComeBack, DESK, party="customer")
    assert life.session.waiting_since == entered
    assert life.wait(60).refusal(r.Lapse, DESK, deadline="customer_lost") == "not_due"


def test_when_the_owner_is_lost_whoever_joined_longest_and_is_there_goes_on() -> None:
    life = Life().talk().join(BEN, MAX, NIA)
    life.ask(r.Drop, DESK, party="ben", since=life.now)
    life.ask(r.Drop, DESK, party="ana", since=life.now)
    changed = life.wait(60.001).lapse("rep_lost", team="support")
    assert changed == f.OwnerChanged(place=life.session.place, at=life.now, by="broker", rep="max")
    assert (life.session.owner, life.session.joined) == ("max", ("ben", "nia"))
    assert life.session.gone.keys() == {"ben"}


def test_without_another_rep_the_session_goes_to_the_front_of_the_queue_it_can_go_to() -> None:
    life = Life().start()
    entered = life.now
    life.wait(30).talk()
    life.ask(r.Drop, DESK, party="ana", since=life.now)
    returned = life.wait(60.001).lapse("rep_lost", team="network")
    assert returned == f.Returned(place=4, at=life.now, by="broker", team="network", front=True)
    session = life.session
    assert (session.state, session.team, session.front) == ("waiting", "network", True)
    assert (session.waiting_since, session.gone, session.owner) == (entered, {}, "")


def test_without_a_queue_to_go_to_the_session_ends_unless_the_queue_is_persistent() -> None:
    lost = Life().talk()
    lost.ask(r.Drop, DESK, party="ana", since=lost.now)
    lost.wait(60.001).lapse("rep_lost")
    assert lost.session.ending == "rep_lost"
    kept = Life(persistent_queue=True).talk()
    kept.ask(r.Drop, DESK, party="ana", since=kept.now)
    kept.wait(60.001).lapse("rep_lost")
    assert (kept.session.state, kept.session.team) == ("waiting", "support")


def test_no_answer_to_a_prompt_is_a_refusal() -> None:
    life = Life().talk()
    life.ask(r.RequestGrants, ANA, tools=("view", "control"))
    refused = life.wait(30.001).lapse("prompt")
    assert refused == f.GrantsRefused(
        place=4, at=life.now, by="broker", tools=("view", "control"), rep="ana"
    )
    assert life.session.grants == ()
    assert life.refusal(r.AnswerGrants, CUSTOMER, allowed=True) == "not_now"


def test_a_grant_that_has_run_out_is_withdrawn_the_earliest_first() -> None:
    life = Life().talk().join(BEN)
    life.grant("view", scope="quarter_hour").grant("files", rep=BEN, scope="once")
    withdrawn = life.wait(900.001).lapse("grant")
    assert isinstance(withdrawn, f.GrantWithdrawn)
    assert (withdrawn.tool, withdrawn.rep) == ("files", "ben")
    withdrawn = life.lapse("grant")
    assert isinstance(withdrawn, f.GrantWithdrawn)
    assert (withdrawn.tool, withdrawn.rep) == ("view", "ana")
    assert life.refusal(r.Lapse, DESK, deadline="grant") == "not_due"
