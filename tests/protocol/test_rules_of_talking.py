"""The rules of the conversation: nudges, warnings, grants, sharing, presence, the end."""

import pytest

from protocol import facts as f
from protocol import requests as r
from protocol.session import Grant, Refused
from tests.protocol.life import ANA, BEN, CUSTOMER, DESK, LEA, Life, request_id

# --- talking


def test_what_is_said_is_told_word_for_word() -> None:
    life = Life().talk()
    text = "  Ünïcode\nline \N{GRINNING FACE}  "
    assert life.ask(r.Say, CUSTOMER, text=text) == f.Said(
        place=3, at=life.now, by="customer", text=text
    )
    assert life.ask(r.Note, ANA, text=text) == f.Noted(place=4, at=life.now, by="ana", text=text)


def test_a_customer_may_write_while_waiting() -> None:
    life = Life().start()
    life.ask(r.Say, CUSTOMER, text="It is urgent.")
    assert life.refusal(r.Say, ANA, text="I come.") == "not_yours"


def test_a_nudge_comes_at_most_every_10_seconds_whoever_sends_it() -> None:
    life = Life().talk().join(BEN)
    life.now = 5_000  # the first may come at any time, even at the very beginning of all times
    life.ask(r.Nudge, ANA)
    assert life.answer(r.Nudge, ANA) == Refused("too_soon", "10000")
    life.wait(9.999)
    assert life.answer(r.Nudge, BEN) == Refused("too_soon", "1")
    life.wait(0.001).ask(r.Nudge, BEN)


def test_a_customer_tells_which_means_of_a_nudge_worked() -> None:
    life = Life().talk()
    life.ask(r.Nudge, ANA)
    reported = life.ask(r.ReportNudge, CUSTOMER, worked=("title", "shake"))
    assert isinstance(reported, f.NudgeReported)
    assert reported.worked == ("title", "shake")


def test_a_pushed_link_leads_somewhere() -> None:
    life = Life().talk()
    assert life.refusal(r.PushLink, ANA, url="") == "malformed"
    pushed = life.ask(r.PushLink, ANA, url="https://example.test/", title="Driver")
    assert isinstance(pushed, f.LinkPushed)
    assert (pushed.url, pushed.title) == ("https://example.test/", "Driver")


def test_only_a_warned_session_can_be_extended_and_it_can_be_many_times() -> None:
    life = Life().talk()
    assert life.refusal(r.Extend, CUSTOMER) == "not_now"
    for sender in (CUSTOMER, ANA) * 6:
        life.wait(240.001).lapse("warning")
        life.wait(60).ask(r.Extend, sender)
        assert life.refusal(r.Extend, sender) == "not_now"


# --- grants and sharing


def test_grants_are_asked_for_and_stand_open_for_30_seconds() -> None:
    life = Life().talk()
    asked = life.ask(r.RequestGrants, ANA, tools=("view", "control", "view"))
    assert isinstance(asked, f.GrantsRequested)
    assert (asked.tools, asked.until) == (("view", "control"), life.now + 30_000)
    assert life.answer(r.RequestGrants, ANA, tools=("files",)) == Refused("not_now", "ana")
    life.wait(30)
    assert isinstance(life.answer(r.AnswerGrants, CUSTOMER, allowed=True), f.GrantsGiven)
    life.wait(0.001)
    assert life.refusal(r.AnswerGrants, CUSTOMER, allowed=True) == "not_now"


def test_nobody_may_steer_what_they_do_not_see() -> None:
    life = Life().talk().join(BEN).grant("view", rep=BEN)
    assert life.refusal(r.RequestGrants, ANA, tools=("control", "files")) == "no_grant"
    life.grant("view", "control").grant("control")
    life.ask(r.RequestGrants, ANA, tools=("control",))
    # It was asked for in time, and is answered too late.
    life.ask(r.Release, ANA, tool="view")
    assert life.refusal(r.AnswerGrants, CUSTOMER, allowed=True) == "no_grant"
    assert isinstance(life.answer(r.AnswerGrants, CUSTOMER, allowed=False), f.GrantsRefused)


def test_nothing_is_granted_that_nobody_asked_for() -> None:
    life = Life().talk()
    assert life.refusal(r.AnswerGrants, CUSTOMER, allowed=True) == "not_now"
    life.grant("view")
    assert life.refusal(r.AnswerGrants, CUSTOMER, allowed=True) == "not_now"


def test_a_denied_request_grants_nothing() -> None:
    life = Life().talk()
    life.ask(r.RequestGrants, ANA, tools=("view",))
    assert life.ask(r.AnswerGrants, CUSTOMER, allowed=False) == f.GrantsRefused(
        place=4, at=life.now, by="customer", tools=("view",), rep="ana"
    )
    assert (life.session.grants, life.session.prompt) == ((), None)


@pytest.mark.parametrize(
    ("scope", "seconds"), [("once", 300), ("quarter_hour", 900), ("session", 1800)]
)
def test_a_grant_goes_to_who_asked_and_lasts_as_long_as_its_scope(scope: str, seconds: int) -> None:
    life = Life().talk().join(BEN).grant("view", rep=BEN, scope=scope)
    until = life.now + seconds * 1000
    assert life.session.grants == (Grant(tool="view", rep="ben", since=life.now, until=until),)


def test_no_scope_lasts_longer_than_the_site_allows() -> None:
    life = Life(grant_seconds=60).talk()
    for scope in ("once", "quarter_hour", "session"):
        life.grant("view", scope=scope)
        assert life.session.grants[0].until == life.now + 60_000


def test_a_grant_is_renewed_by_asking_again() -> None:
    life = Life().talk().grant("view", "control").wait(1700).grant("view")
    untils = [(grant.tool, grant.until - life.now) for grant in life.session.grants]
    assert untils == [("control", 100_000), ("view", 1_800_000)]


def test_a_rep_gives_back_only_what_they_hold() -> None:
    life = Life().talk().join(BEN).grant("view")
    assert life.refusal(r.Release, BEN, tool="view") == "no_grant"
    assert life.refusal(r.Release, ANA, tool="control") == "no_grant"
    assert life.ask(r.Release, ANA, tool="view") == f.GrantWithdrawn(
        place=life.session.place, at=life.now, by="ana", tool="view", rep="ana"
    )


def test_a_customer_takes_any_grant_back() -> None:
    life = Life().talk().join(BEN).grant("view", "control", rep=BEN)
    assert life.refusal(r.Revoke, CUSTOMER, tool="files") == "no_grant"
    life.ask(r.Revoke, CUSTOMER, tool="control")
    assert [(grant.tool, grant.rep) for grant in life.session.grants] == [("view", "ben")]


def test_of_two_reps_with_the_same_tool_the_customer_names_whose_grant_they_take_back() -> None:
    life = Life().talk().join(BEN).grant("view").grant("view", rep=BEN)
    assert life.refusal(r.Revoke, CUSTOMER, tool="view", rep="eli") == "no_grant"
    life.ask(r.Revoke, CUSTOMER, tool="view", rep="ben")
    assert [grant.rep for grant in life.session.grants] == ["ana"]


def test_who_shares_of_their_own_accord_lets_the_owner_look() -> None:
    life = Life().talk().join(BEN).grant("files")
    life.ask(r.ShareScreen, CUSTOMER, what="screen")
    until = life.now + 1_800_000
    view = Grant(tool="view", rep="ana", since=life.now, until=until)
    assert life.session.grants[1:] == (view,)
    life.wait(1800.001).lapse("grant")
    life.lapse("grant")
    assert (life.session.sharing, life.session.grants) == ("screen", ())


def test_who_shares_because_a_rep_asked_lets_nobody_look_but_that_rep() -> None:
    life = Life().talk().join(BEN).grant("view", rep=BEN)
    before = life.session.grants
    shared = life.ask(r.ShareScreen, CUSTOMER, what="screen")
    assert isinstance(shared, f.ScreenShared)
    assert shared.until == 0
    assert life.session.grants == before


def test_stopping_to_share_withdraws_every_grant_and_the_rep_must_ask_again() -> None:
    life = Life().talk().join(BEN).grant("view", "control").grant("files", rep=BEN)
    life.ask(r.ShareScreen, CUSTOMER, what="screen")
    life.ask(r.RequestGrants, BEN, tools=("clipboard",))
    life.ask(r.StopSharing, CUSTOMER)
    assert (life.session.sharing, life.session.grants, life.session.prompt) == ("", (), None)
    assert life.refusal(r.StopSharing, CUSTOMER) == "not_now"
    assert life.refusal(r.Release, ANA, tool="view") == "no_grant"


def test_sharing_starts_once_and_can_be_changed() -> None:
    life = Life().talk()
    assert life.refusal(r.ChangeSharing, CUSTOMER, what="tab") == "not_now"
    life.ask(r.ShareScreen, CUSTOMER, what="screen")
    assert life.refusal(r.ShareScreen, CUSTOMER, what="screen") == "not_now"
    changed = life.ask(r.ChangeSharing, CUSTOMER, what="window")
    assert isinstance(changed, f.SharingChanged)
    assert life.session.sharing == changed.what == "window"


def test_sharing_is_paused_only_while_it_runs_and_resumed_only_when_paused() -> None:
    life = Life().talk()
    assert life.refusal(r.PauseSharing, DESK, why="storage") == "not_now"
    life.ask(r.ShareScreen, CUSTOMER, what="screen")
    assert life.refusal(r.ResumeSharing, DESK) == "not_now"
    paused = life.ask(r.PauseSharing, DESK, why="storage")
    assert isinstance(paused, f.SharingPaused)
    assert paused.why == "storage"
    assert life.refusal(r.PauseSharing, DESK, why="storage") == "not_now"
    life.ask(r.ResumeSharing, DESK)


# --- presence


@pytest.mark.parametrize("party", ["customer", "ana", "ben"])
def test_who_takes_part_can_be_lost_once_and_come_back_once(party: str) -> None:
    life = Life().talk().join(BEN)
    assert life.refusal(r.ComeBack, DESK, party=party) == "not_now"
    dropped = life.ask(r.Drop, DESK, party=party, since=life.now - 30_000)
    assert isinstance(dropped, f.Dropped)
    assert life.session.gone == {party: life.now - 30_000}
    assert life.refusal(r.Drop, DESK, party=party, since=life.now) == "not_now"
    life.ask(r.ComeBack, DESK, party=party)
    assert life.session.gone == {}


def test_who_takes_no_part_is_not_missed() -> None:
    life = Life().talk()
    life.ask(r.Monitor, LEA)
    life.ask(r.Invite, ANA, rep="nia")
    for party in ("", "lea", "nia", "ben", "stranger"):
        assert life.refusal(r.Drop, DESK, party=party, since=0) == "not_now"
    waiting = Life().start()
    assert waiting.refusal(r.Drop, DESK, party="", since=0) == "not_now"


# --- ending


def test_the_survey_is_answered_or_skipped_once() -> None:
    submitted, skipped = Life().talk(), Life().talk()
    for life in (submitted, skipped):
        life.ask(r.End, ANA)
    submitted.ask(r.SubmitSurvey, CUSTOMER, rating=4, choice="solved")
    skipped.ask(r.SkipSurvey, CUSTOMER)
    for life in (submitted, skipped):
        assert life.refusal(r.SkipSurvey, CUSTOMER) == "not_now"
        assert life.refusal(r.SubmitSurvey, CUSTOMER, rating=1) == "not_now"


def test_a_survey_keeps_rating_choice_and_text() -> None:
    life = Life().talk()
    life.ask(r.End, ANA)
    submitted = life.ask(r.SubmitSurvey, CUSTOMER, rating=4, choice="solved", text="Nice")
    assert submitted == f.SurveySubmitted(
        place=4, at=life.now, by="customer", rating=4, choice="solved", text="Nice"
    )


def test_only_who_owned_the_session_wraps_it_up() -> None:
    life = Life().talk().join(BEN)
    life.ask(r.End, CUSTOMER)
    assert life.refusal(r.WrapUp, BEN, text="Solved.") == "not_yours"
    wrapped = life.ask(r.WrapUp, ANA, text="Solved.")
    assert isinstance(wrapped, f.WrappedUp)
    assert wrapped.text == "Solved."


def test_a_wrap_up_needs_an_outcome_or_words() -> None:
    life = Life().talk()
    life.ask(r.End, CUSTOMER)
    assert life.refusal(r.WrapUp, ANA, text=" \n") == "malformed"
    wrapped = life.ask(r.WrapUp, ANA, outcome="follow_up")
    assert isinstance(wrapped, f.WrappedUp)
    assert (wrapped.text, wrapped.outcome) == ("", "follow_up")


def test_an_erasure_gives_the_number_of_the_request_as_receipt() -> None:
    life = Life().talk()
    life.ask(r.End, CUSTOMER)
    receipt = request_id(77)
    erased = life.ask(r.EraseMyTexts, CUSTOMER, id=receipt)
    assert isinstance(erased, f.TextsErased)
    assert erased.receipt == receipt


def test_words_are_erased_again_only_once_there_are_new_ones_of_the_customers() -> None:
    life = Life().talk()
    life.ask(r.EraseMyTexts, CUSTOMER)
    life.ask(r.Say, ANA, text="Done?")
    assert life.refusal(r.EraseMyTexts, CUSTOMER) == "not_now"
    life.ask(r.Say, CUSTOMER, text="One more thing.")
    life.ask(r.EraseMyTexts, CUSTOMER)
    assert life.refusal(r.EraseMyTexts, CUSTOMER) == "not_now"
