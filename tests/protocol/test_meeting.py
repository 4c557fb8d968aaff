"""Customers who are to meet one rep: by a code, by the rep's call, or because they named them."""

import pytest

from protocol import facts as f
from protocol import requests as r
from protocol.fields import Compared
from protocol.session import Refused, deadlines
from tests.protocol.life import ANA, BEN, CUSTOMER, DESK, DIGEST, LEA, NIA, STRANGER, Life


def due(life: Life) -> set[str]:
    return set(deadlines(life.session))


# --- hand-out


def test_another_round_forgets_who_did_not_answer_and_not_who_declined() -> None:
    life = Life().start()
    life.ask(r.Offer, DESK, rep="ben")
    life.ask(r.Decline, BEN)
    life.ask(r.Offer, DESK, rep="ana")
    life.wait(60.001).lapse("offer")
    assert (life.session.declined, life.session.unanswered) == (("ben",), ("ana",))
    assert life.session.offer_ended_at == life.now
    life.ask(r.Offer, DESK, rep="ana", again=True)
    assert (life.session.declined, life.session.unanswered) == (("ben",), ())


def test_a_round_for_those_who_declined_forgets_that_they_did() -> None:
    life = Life().start()
    life.ask(r.Offer, DESK, rep="ben")
    life.ask(r.Decline, BEN)
    life.ask(r.Offer, DESK, rep="ben", again=True)
    assert life.session.declined == ()


@pytest.mark.parametrize("moved", [r.ReturnToQueue, r.Transfer])
def test_a_session_that_a_person_moves_may_be_offered_to_everybody_anew(moved: type) -> None:
    life = Life().start()
    life.ask(r.Offer, DESK, rep="ben")
    life.ask(r.Decline, BEN)
    life.ask(r.Offer, DESK, rep="eli")
    life.wait(60.001).lapse("offer")
    life.ask(r.Accept, ANA)
    life.ask(moved, ANA, **({"team": "network"} if moved is r.Transfer else {}))
    assert (life.session.declined, life.session.unanswered) == ((), ())


def test_what_was_compared_stays_with_the_offer() -> None:
    compared = (Compared(rep="ben", active=0), Compared(rep="ana", active=2, since=7))
    fact = Life().start().ask(r.Offer, DESK, rep="ben", compared=compared)
    assert isinstance(fact, f.Offered)
    assert fact.compared == compared


def test_an_expired_offer_is_nobodys_until_it_is_swept() -> None:
    life = Life().start()
    life.ask(r.Offer, DESK, rep="ben")
    assert life.answer(r.Accept, ANA) == Refused("taken", "ben")
    life.wait(60.001)
    assert life.answer(r.Accept, ANA) == life.answer(r.Accept, BEN) == Refused("not_now")
    life.lapse("offer")
    life.ask(r.Accept, ANA)


# --- by a code


def test_who_comes_by_a_code_agrees_first_and_then_meets_the_rep_at_once() -> None:
    life = Life(agreement_digest=DIGEST, recording_asked=True, recording_digest=DIGEST)
    life.meet(ANA, "code").start()
    assert due(life) == {"acceptance"}
    life.ask(r.AcceptAgreement, CUSTOMER, digest=DIGEST)
    life.ask(r.AnswerRecording, CUSTOMER, allowed=True, digest=DIGEST)
    assert due(life) == {"meeting"}
    met = life.wait(0.25).lapse("meeting", there=True)
    assert isinstance(met, f.Met)
    session = life.session
    assert (session.state, session.owner, session.names) == ("talking", "ana", {"ana": "Ana"})
    assert (session.accepted_at, session.meant_for) == (life.now, "")
    life.ask(r.Say, ANA, text="Hello")


def test_nobody_else_takes_who_is_to_meet_a_rep() -> None:
    life = Life().meet(ANA, "code").start()
    assert life.answer(r.Accept, BEN) == Refused("taken", "ana")
    assert life.answer(r.Offer, DESK, rep="ben") == Refused("taken", "ana")


def test_where_the_rep_is_not_there_the_customer_waits_as_all_do() -> None:
    life = Life().meet(ANA, "code").start()
    life.wait(0.25).lapse("meeting", there=False)
    assert (life.session.state, life.session.meant_for) == ("waiting", "")
    assert due(life) == {"greeting", "hold"}
    life.ask(r.Accept, BEN)


def test_a_meeting_happens_once() -> None:
    life = Life().meet(ANA, "code").start()
    life.wait(0.25).lapse("meeting", there=True)
    assert life.refusal(r.Lapse, DESK, deadline="meeting", there=True) == "not_due"


# --- called


def test_a_call_asks_the_customer_first_and_goes_the_usual_way_then() -> None:
    life = Life(agreement_digest=DIGEST).call(ANA)
    assert (life.session.state, life.session.customer) == ("calling", "customer")
    assert due(life) == {"call"}
    assert life.refusal(r.AcceptAgreement, CUSTOMER, digest=DIGEST) == "not_now"
    life.wait(120).ask(r.AnswerCall, CUSTOMER, accepted=True)
    life.ask(r.AcceptAgreement, CUSTOMER, digest=DIGEST)
    life.wait(0.25).lapse("meeting", there=True)
    assert (life.session.state, life.session.owner) == ("talking", "ana")


def test_a_call_that_is_refused_or_not_answered_says_which() -> None:
    refused = Life().call(ANA)
    refused.ask(r.AnswerCall, CUSTOMER, accepted=False)
    assert (refused.session.state, refused.session.ending) == ("ended", "call_refused")
    silent = Life().call(ANA).wait(120.001)
    assert silent.refusal(r.AnswerCall, CUSTOMER, accepted=True) == "not_now"
    silent.lapse("call")
    assert silent.session.ending == "unanswered"
    assert {refused.session.survey, silent.session.survey} == {"none"}


def test_only_who_is_called_answers_and_only_who_calls_hangs_up() -> None:
    life = Life().call(ANA)
    for other in (STRANGER, ANA, BEN):
        assert life.refusal(r.AnswerCall, other, accepted=True) == "not_yours"
    for other in (STRANGER, BEN, LEA):
        assert life.refusal(r.End, other) == "not_yours"
    life.ask(r.End, ANA)
    assert life.session.ending == "rep_ended"


def test_only_a_rep_of_the_team_calls() -> None:
    for other in (NIA, CUSTOMER, STRANGER):
        assert Life().refusal(r.Call, other, session="", customer="customer") == "not_yours"


# --- named


def test_a_named_rep_is_asked_for_two_minutes() -> None:
    life = Life().meet(ANA, "direct").start()
    offered = life.wait(0.25).lapse("meeting", there=True)
    assert isinstance(offered, f.Offered)
    assert (offered.rep, offered.reason) == ("ana", "direct")
    assert offered.until == life.now + 120_000
    assert due(life) == {"offer"}
    late = life.now + 120_000
    life.now = late
    life.ask(r.Accept, ANA)
    assert life.session.owner == "ana"


def test_a_named_rep_who_declines_is_busy_and_who_is_silent_has_not_answered() -> None:
    for end, ending in ((True, "busy"), (False, "unanswered")):
        life = Life().meet(ANA, "direct").start()
        life.wait(0.25).lapse("meeting", there=True)
        if end:
            life.ask(r.Decline, ANA)
        else:
            life.wait(120.001).lapse("offer")
        assert (life.session.state, life.session.ending) == ("ended", ending)


def test_a_named_rep_who_has_left_meanwhile_is_busy() -> None:
    life = Life().meet(ANA, "direct").start()
    life.wait(0.25).lapse("meeting", there=False)
    assert life.session.ending == "busy"


# --- invitations and deletion


def test_an_invitation_can_be_declined_by_who_has_it() -> None:
    life = Life().talk()
    life.ask(r.Invite, ANA, rep="ben")
    assert life.refusal(r.DeclineInvitation, ANA) == "not_yours"
    life.ask(r.DeclineInvitation, BEN)
    assert life.session.invited == ()
    assert life.refusal(r.Join, BEN) == "not_yours"
    life.ask(r.Invite, ANA, rep="ben")


def test_nothing_is_written_into_a_session_that_was_deleted() -> None:
    life = Life().talk()
    assert life.refusal(r.Wipe, DESK) == "not_now"
    life.ask(r.End, ANA)
    life.ask(r.Wipe, DESK)
    assert life.session.deleted
    assert life.refusal(r.SubmitSurvey, CUSTOMER, rating=1, text="too late") == "not_now"
    assert life.refusal(r.WrapUp, ANA, text="too late") == "not_now"
    assert life.refusal(r.Wipe, DESK) == "not_now"
