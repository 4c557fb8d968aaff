"""The rules before the queue, in the queue and at the hand-over: what follows from what is asked."""

from typing import Any

import pytest

from protocol import facts as f
from protocol import requests as r
from protocol.session import Refused
from tests.protocol.life import (
    ANA,
    ANOTHER_DIGEST,
    BEN,
    CUSTOMER,
    DESK,
    DIGEST,
    ELI,
    LEA,
    NIA,
    Life,
)

RECORDED: dict[str, Any] = {"recording_asked": True, "recording_digest": DIGEST}


# --- before the queue


def test_a_session_opens_with_what_the_customer_gave_and_what_the_desk_chose() -> None:
    life = Life(team="support", hold_seconds=7)
    opened = life.ask(
        r.Start,
        CUSTOMER,
        issue="printer",
        name="Kim",
        email="kim@example.test",
        language="de",
        page="https://example.test/help",
        device="Firefox, Linux",
    )
    assert opened == f.Opened(
        place=1,
        at=life.now,
        by="customer",
        issue="printer",
        team="support",
        language="de",
        rules=f.Rules(hold_seconds=7, monitoring="silent"),
        name="Kim",
        email="kim@example.test",
        page="https://example.test/help",
        device="Firefox, Linux",
    )


def test_the_agreement_comes_before_the_recording_and_both_before_the_queue() -> None:
    life = Life(agreement_digest=DIGEST, recording_asked=True, recording_digest=ANOTHER_DIGEST)
    states = [life.start().session.state]
    assert life.refusal(r.Accept, ANA) == "not_now"
    life.ask(r.AcceptAgreement, CUSTOMER, digest=DIGEST)
    states.append(life.session.state)
    life.ask(r.AnswerRecording, CUSTOMER, allowed=True, digest=ANOTHER_DIGEST)
    states.append(life.session.state)
    assert states == ["agreement", "recording", "waiting"]


def test_consent_counts_only_for_the_very_text_that_was_to_be_shown() -> None:
    life = Life(agreement_digest=DIGEST, recording_asked=True, recording_digest=ANOTHER_DIGEST)
    life.start(language="fr")
    assert life.refusal(r.AcceptAgreement, CUSTOMER, digest=ANOTHER_DIGEST) == "wrong_text"
    agreed = life.ask(r.AcceptAgreement, CUSTOMER, digest=DIGEST)
    assert agreed == f.AgreementAccepted(
        place=2, at=life.now, by="customer", text_digest=DIGEST, language="fr"
    )
    for allowed in (True, False):
        asked = {"allowed": allowed, "digest": DIGEST}
        assert life.refusal(r.AnswerRecording, CUSTOMER, **asked) == "wrong_text"
    answered = life.ask(r.AnswerRecording, CUSTOMER, allowed=False, digest=ANOTHER_DIGEST)
    assert answered == f.RecordingAnswered(
        place=3,
        at=life.now,
        by="customer",
        allowed=False,
        text_digest=ANOTHER_DIGEST,
        language="fr",
    )


def test_declining_timing_out_and_leaving_are_three_endings() -> None:
    declined = Life(agreement_digest=DIGEST).start()
    declined.ask(r.DeclineAgreement, CUSTOMER)
    late = Life(agreement_digest=DIGEST).start().wait(300.001)
    late.lapse("acceptance")
    gone = Life(agreement_digest=DIGEST).start()
    gone.ask(r.End, CUSTOMER)
    endings = [life.session.ending for life in (declined, late, gone)]
    assert endings == ["agreement_declined", "agreement_timeout", "left_before_queue"]


@pytest.mark.parametrize(
    ("policy", "state", "recording"),
    [
        ("continue_unrecorded", "waiting", "refused"),
        ("no_screen", "waiting", "refused"),
        ("end", "ended", "refused"),
    ],
)
def test_a_refused_recording_follows_the_policy(policy: str, state: str, recording: str) -> None:
    life = Life(refusal_policy=policy, **RECORDED).start()
    life.ask(r.AnswerRecording, CUSTOMER, allowed=False, digest=DIGEST)
    assert (life.session.state, life.session.recording) == (state, recording)
    assert life.session.ending == ("recording_refused" if state == "ended" else "")


def test_without_a_recording_the_screen_is_shared_only_if_the_policy_lets_it() -> None:
    for policy, refused in (("continue_unrecorded", False), ("no_screen", True)):
        life = Life(refusal_policy=policy, **RECORDED).start()
        life.ask(r.AnswerRecording, CUSTOMER, allowed=False, digest=DIGEST)
        life.talk()
        grants = life.answer(r.RequestGrants, ANA, tools=("view",))
        sharing = life.answer(r.ShareScreen, CUSTOMER, what="screen")
        expected = [refused, refused]
        assert [answer == Refused("not_now") for answer in (grants, sharing)] == expected


@pytest.mark.parametrize("policy", ["continue_unrecorded", "no_screen", "end"])
def test_withdrawing_the_recording_follows_the_same_policy(policy: str) -> None:
    life = Life(refusal_policy=policy, **RECORDED).talk().grant("view")
    life.ask(r.ShareScreen, CUSTOMER, what="screen")
    life.ask(r.PauseRecording, ANA)
    life.ask(r.WithdrawRecording, CUSTOMER)
    session = life.session
    assert session.recording == "withdrawn"
    assert not session.recording_paused
    assert bool(session.sharing) == bool(session.grants) == (policy == "continue_unrecorded")
    assert session.ending == ("recording_refused" if policy == "end" else "")
    if policy == "no_screen":
        assert life.refusal(r.ShareScreen, CUSTOMER, what="tab") == "not_now"
        assert life.refusal(r.RequestGrants, ANA, tools=("view",)) == "not_now"


def test_only_a_recording_that_was_allowed_can_be_withdrawn_and_only_once() -> None:
    assert Life().start().refusal(r.WithdrawRecording, CUSTOMER) == "not_now"
    life = Life(**RECORDED).talk()
    life.ask(r.WithdrawRecording, CUSTOMER)
    assert life.refusal(r.WithdrawRecording, CUSTOMER) == "not_now"


def test_the_owner_pauses_and_resumes_a_recording_that_runs() -> None:
    life = Life(**RECORDED).talk()
    assert life.refusal(r.ResumeRecording, ANA) == "not_now"
    paused = life.ask(r.PauseRecording, ANA, why="a password")
    assert isinstance(paused, f.RecordingPaused)
    assert paused.why == "a password"
    assert life.refusal(r.PauseRecording, ANA) == "not_now"
    life.ask(r.ResumeRecording, ANA)
    assert Life().talk().refusal(r.PauseRecording, ANA) == "not_now"


# --- waiting and hand-out


def test_a_customer_may_leave_because_of_a_notice() -> None:
    life = Life().start()
    assert isinstance(life.ask(r.Notify, DESK, notice="n1", text="No network."), f.Noticed)
    left = life.ask(r.LeaveOnNotice, CUSTOMER, notice="n1")
    assert (left.place, left) == (
        3,
        f.Ended(place=3, at=life.now, by="customer", ending="left_on_notice", notice="n1"),
    )


def test_a_persistent_queue_keeps_what_nobody_can_take() -> None:
    life = Life().start()
    life.ask(r.Orphan, DESK)
    assert life.session.ending == "orphaned"
    assert Life(persistent_queue=True).start().refusal(r.Orphan, DESK) == "not_now"


def test_leaving_the_queue_is_abandoning_and_leaving_the_talk_is_not() -> None:
    waiting = Life().start()
    waiting.ask(r.End, CUSTOMER)
    talking = Life().talk()
    talking.ask(r.End, CUSTOMER)
    again = Life().talk()
    again.ask(r.ReturnToQueue, ANA)
    again.ask(r.End, CUSTOMER)
    by_rep = Life().talk()
    by_rep.ask(r.End, ANA)
    endings = [life.session.ending for life in (waiting, talking, again, by_rep)]
    assert endings == ["abandoned", "customer_ended", "customer_ended", "rep_ended"]


def test_a_direct_request_accepted_at_120_seconds_counts_and_a_millisecond_later_does_not() -> None:
    life = Life().start()
    life.ask(r.Offer, DESK, rep="nia", reason="direct")
    life.wait(120)
    assert isinstance(life.answer(r.Accept, NIA), f.Accepted)
    life.wait(0.001)
    assert life.refusal(r.Accept, NIA) == "not_now"
    assert life.lapse("offer") == f.Ended(place=3, at=life.now, by="broker", ending="unanswered")


def test_declining_a_direct_request_tells_the_customer_that_the_rep_is_busy() -> None:
    life = Life().start()
    life.ask(r.Offer, DESK, rep="nia", reason="direct")
    life.ask(r.Decline, NIA)
    assert life.session.ending == "busy"


@pytest.mark.parametrize("reason", ["least_busy", "skills"])
def test_a_pushed_offer_stands_for_60_seconds_and_then_the_session_waits_on(reason: str) -> None:
    life = Life().start()
    offered = life.ask(r.Offer, DESK, rep="ben", reason=reason)
    assert isinstance(offered, f.Offered)
    assert (offered.rep, offered.reason, offered.until) == ("ben", reason, life.now + 60_000)
    life.wait(60)
    assert isinstance(life.answer(r.Accept, BEN), f.Accepted)
    life.wait(0.001)
    assert life.refusal(r.Accept, BEN) == "not_now"
    assert life.lapse("offer") == f.OfferExpired(place=3, at=life.now, by="broker", rep="ben")
    assert life.session.state == "waiting"
    assert life.session.declined == ()


def test_a_declined_offer_is_remembered_until_somebody_accepts() -> None:
    life = Life().start()
    life.ask(r.Offer, DESK, rep="ben")
    assert life.ask(r.Decline, BEN) == f.Declined(place=3, at=life.now, by="ben")
    declined = [life.session.declined]
    life.ask(r.Accept, ANA)
    declined.append(life.session.declined)
    assert declined == [("ben",), ()]


def test_only_one_offer_stands_at_a_time() -> None:
    life = Life().start()
    life.ask(r.Offer, DESK, rep="ben")
    assert life.answer(r.Offer, DESK, rep="eli") == Refused("taken", "ben")
    assert life.answer(r.Accept, ANA) == Refused("taken", "ben")


def test_when_two_accept_at_once_one_wins_and_the_other_reads_who() -> None:
    life = Life().start()
    accepted = life.ask(r.Accept, ANA)
    assert accepted == f.Accepted(place=2, at=life.now, by="ana", name="Ana")
    assert life.answer(r.Accept, BEN) == Refused("taken", "ana")
    assert life.answer(r.Accept, ANA) == Refused("taken", "ana")


def test_a_rep_of_another_team_accepts_only_what_is_offered_to_them() -> None:
    life = Life().start()
    assert life.refusal(r.Accept, NIA) == "not_yours"
    life.ask(r.Offer, DESK, rep="nia")
    life.ask(r.Accept, NIA)
    assert life.session.owner == "nia"


# --- moving


def test_a_transfer_to_a_rep_changes_nothing_until_it_is_accepted() -> None:
    life = Life().talk().join(BEN).grant("view")
    before = life.session
    offered = life.ask(r.Transfer, ANA, rep="nia")
    assert offered == f.Offered(
        place=before.place + 1,
        at=life.now,
        by="ana",
        rep="nia",
        reason="transfer",
        until=life.now + 60_000,
    )
    assert life.answer(r.Transfer, ANA, rep="eli") == Refused("taken", "nia")
    assert life.answer(r.Accept, ELI) == Refused("taken", "ana")
    life.ask(r.Decline, NIA)
    kept = ("state", "owner", "joined", "grants", "team", "ending")
    assert all(getattr(life.session, name) == getattr(before, name) for name in kept)


def test_a_transfer_that_nobody_answers_changes_nothing() -> None:
    life = Life().talk()
    life.ask(r.Transfer, ANA, rep="nia")
    life.wait(60.001).lapse("offer")
    assert (life.session.state, life.session.owner, life.session.offer) == ("talking", "ana", None)


def test_an_accepted_transfer_makes_the_other_rep_the_owner() -> None:
    life = Life().talk()
    life.ask(r.Transfer, ANA, rep="nia")
    life.wait(60).ask(r.Accept, NIA)
    assert life.session.owner == "nia"
    assert life.session.names["nia"] == "Nia"
    assert life.refusal(r.Say, ANA, text="still me?") == "not_yours"


def test_a_transfer_to_a_team_lets_that_team_pick_it_up() -> None:
    life = Life().talk()
    life.wait(5).ask(r.Transfer, ANA, team="network")
    assert (life.session.state, life.session.team, life.session.owner) == ("waiting", "network", "")
    assert life.refusal(r.Accept, BEN) == "not_yours"
    life.ask(r.Accept, NIA)


def test_a_transfer_names_either_a_team_or_another_rep() -> None:
    life = Life().talk()
    for wrong in ({}, {"team": "network", "rep": "nia"}, {"rep": "ana"}):
        assert life.refusal(r.Transfer, ANA, **wrong) == "malformed"


def test_a_returned_session_keeps_its_team_and_its_first_time_of_entry() -> None:
    life = Life().start()
    entered = life.now
    life.wait(30).talk().wait(30)
    assert life.ask(r.ReturnToQueue, ANA) == f.Returned(
        place=3, at=life.now, by="ana", team="support"
    )
    assert life.session.waiting_since == entered
    assert not life.session.front
    life.ask(r.Accept, BEN)


def test_nobody_is_invited_who_is_there_already() -> None:
    life = Life().talk().join(BEN)
    assert life.answer(r.Invite, ANA, rep="ana") == Refused("taken", "ana")
    assert life.answer(r.Invite, ANA, rep="ben") == Refused("taken", "ben")
    invited = life.ask(r.Invite, ANA, rep="nia")
    assert isinstance(invited, f.Invited)
    assert invited.rep == "nia"


def test_an_invited_rep_and_a_lead_may_join_and_nobody_joins_twice() -> None:
    life = Life().talk()
    assert life.refusal(r.Join, BEN) == "not_yours"
    life.join(BEN)
    joined = life.ask(r.Join, LEA)
    assert isinstance(joined, f.Joined)
    assert joined.name == "Lea"
    assert life.session.joined == ("ben", "lea")
    assert life.refusal(r.Join, LEA) == "not_now"
    led = Life()
    led.start().ask(r.Accept, LEA)
    assert led.refusal(r.Join, LEA) == "not_now"


def test_a_lead_takes_over_and_the_owner_stays_in_the_session() -> None:
    life = Life().talk().join(BEN)
    taken = life.ask(r.TakeOver, LEA)
    assert isinstance(taken, f.TakenOver)
    assert (life.session.owner, life.session.joined) == ("lea", ("ben", "ana"))
    assert life.refusal(r.TakeOver, LEA) == "not_now"
    life.ask(r.Say, ANA, text="I stay.")


def test_who_is_gone_when_offered_is_asked_again_when_they_are_back() -> None:
    life = Life().start()
    life.ask(r.Offer, DESK, rep="ben")
    assert life.refusal(r.PassOn, DESK, rep="ana") == "not_now"
    life.ask(r.PassOn, DESK, rep="ben")
    assert (life.session.offer, life.session.unanswered) == (None, ())
    life.ask(r.Offer, DESK, rep="ben")


def test_a_rep_whom_the_customer_named_keeps_their_time() -> None:
    life = Life().meet(ANA, "direct").start()
    life.wait(1).lapse("meeting", there=True)
    assert life.refusal(r.PassOn, DESK, rep="ana") == "not_now"
