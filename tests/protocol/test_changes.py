"""What each kind of fact changes, and that nothing is forgotten."""

from typing import Any

import msgspec
import pytest
from msgspec import Struct
from msgspec.structs import replace

from protocol import changes
from protocol import facts as f
from protocol import requests as r
from protocol.changes import CHANGES, STIRRING
from protocol.session import Session, evolve, replay
from tests.protocol import examples
from tests.protocol.life import (
    ANA,
    BEN,
    CUSTOMER,
    DESK,
    DIGEST,
    LEA,
    MAX,
    NIA,
    Life,
)
from tests.protocol.situations import situations

CHANGE_NOTHING = {
    f.Noticed,
    f.Noted,
    f.NudgeReported,
    f.LinkPushed,
    f.Extended,
    f.WrappedUp,
}
"""Kinds that are only counted, and perhaps stir."""


STIR = {
    f.AppOffered,
    f.AppDeclined,
    f.Moved,
    *(f.Accepted, f.Met, f.TakenOver, f.OwnerChanged, f.Joined, f.CameBack),
    *(f.Said, f.Nudged, f.LinkPushed, f.Extended),
    *(f.GrantsRequested, f.GrantsGiven, f.ScreenShared, f.SharingStopped, f.RecordingWithdrawn),
    *(f.SystemRequested, f.ActionRequested),
    *(f.FileOffered, f.FileAnswered, f.FileArrived),
}
"""Kinds after which nobody can say that nothing happened."""


def made(kind: type[Struct], **fields: Any) -> f.Fact:
    """Return a fact of `kind`, otherwise the smallest."""
    fact = msgspec.structs.replace(examples.smallest(kind), **fields)
    assert isinstance(fact, f.Fact)
    return fact


def test_every_kind_of_fact_either_changes_something_or_is_known_to_change_nothing() -> None:
    assert set(CHANGES) == set(f.FACTS) - CHANGE_NOTHING


def test_a_change_is_named_as_its_fact_is_on_the_wire() -> None:
    for kind, change in CHANGES.items():
        assert change is vars(changes)[str(kind.__struct_config__.tag)]


@pytest.mark.parametrize("kind", sorted(CHANGE_NOTHING, key=str), ids=lambda kind: kind.__name__)
def test_what_changes_nothing_only_counts(kind: type[f.Fact]) -> None:
    session = Life().talk().session
    after = evolve(session, made(kind, place=3, at=session.active_at))
    shown = session.shown + (kind.audience == "all")
    assert after == msgspec.structs.replace(session, place=3, shown=shown)


def test_folding_never_fails_whatever_came_before() -> None:
    """A reader folds only what they see, so a fact may come as a surprise."""
    sessions = [Session(), *(life.session for _, life in situations())]
    for session in sessions:
        for kind in f.FACTS:
            for fact in examples.both(kind):
                assert isinstance(fact, f.Fact)
                after = evolve(session, fact)
                assert msgspec.convert(msgspec.to_builtins(after), Session) == after


def test_what_everybody_hears_of_somebody_being_there_stirs_and_nothing_hidden_does() -> None:
    assert set(STIRRING) == STIR
    assert {kind.audience for kind in STIRRING} == {"all"}


@pytest.mark.parametrize("kind", f.FACTS, ids=lambda kind: kind.__name__)
def test_what_stirs_counts_as_activity_and_lifts_the_warning(kind: type[f.Fact]) -> None:
    life = Life().talk().wait(241)
    life.lapse("warning")
    before = life.session
    after = evolve(before, made(kind, at=before.active_at + 999))
    assert (after.active_at != before.active_at) == (kind in STIRRING)
    if kind in STIRRING:
        assert (after.active_at, after.warned_until) == (before.active_at + 999, 0)


def test_the_time_of_a_state_is_that_of_the_fact_which_led_to_it() -> None:
    life = Life(agreement_digest=DIGEST).start().wait(9)
    life.ask(r.AcceptAgreement, CUSTOMER, digest=DIGEST)
    since = life.now
    assert life.session.state_since == life.session.waiting_since == since
    life.wait(9).ask(r.Say, CUSTOMER, text="Hello?")
    assert life.session.state_since == since
    life.ask(r.Accept, ANA)
    assert life.session.state_since == life.session.accepted_at == since + 9_000
    life.wait(9).ask(r.End, ANA)
    assert life.session.state_since == life.session.ended_at == since + 18_000


def test_what_opened_it_stays_with_a_session_for_ever() -> None:
    life = Life(hold_seconds=9, monitoring="off").start(issue="computer", language="it")
    opened = life.session
    assert (opened.customer, opened.issue, opened.language) == ("customer", "computer", "it")
    assert (opened.team, opened.opened_at, opened.rules) == (
        "support",
        life.now,
        f.Rules(hold_seconds=9),
    )
    life.talk()
    life.ask(r.Transfer, ANA, team="network")
    life.ask(r.Accept, NIA)
    for name in ("rules", "customer", "issue", "language", "entry_team", "opened_at"):
        assert getattr(life.session, name) == getattr(opened, name), name
    assert opened.entry_team == "support"


def test_the_first_acceptance_counts_and_every_later_one_changes_only_the_owner() -> None:
    life = Life().talk()
    first = life.now
    life.wait(9).ask(r.ReturnToQueue, ANA)
    life.wait(9).ask(r.Accept, BEN)
    assert (life.session.accepted_at, life.session.owner) == (first, "ben")
    assert life.session.names == {"ana": "Ana", "ben": "Ben"}


@pytest.mark.parametrize("how", ["return", "transfer", "lost"])
def test_who_waits_again_has_no_rep_no_grant_and_no_sharing_left(how: str) -> None:
    life = Life().talk().join(BEN).grant("view").grant("files", rep=BEN)
    life.ask(r.Monitor, LEA)
    life.ask(r.Invite, ANA, rep="nia")
    life.ask(r.ShareScreen, CUSTOMER, what="screen")
    life.ask(r.RequestGrants, ANA, tools=("files",))
    life.ask(r.Transfer, ANA, rep="nia")
    for party in ("customer", "ben", "ana"):
        life.ask(r.Drop, DESK, party=party, since=life.now)
    if how == "return":
        life.ask(r.ReturnToQueue, ANA)
    elif how == "transfer":
        life.ask(r.Transfer, ANA, team="network")
    else:
        life.wait(61).lapse("rep_lost", team="support")
    session = life.session
    assert session.state == "waiting"
    assert (session.owner, session.joined, session.invited, session.monitoring) == ("", (), (), ())
    assert (session.grants, session.prompt, session.sharing, session.offer) == ((), None, "", None)
    assert session.gone.keys() == {"customer"}
    assert session.front == (how == "lost")


def test_who_waits_again_is_nobody_declined_nothing_held_and_nothing_warned_of() -> None:
    life = Life().start().wait(61)
    life.lapse("hold")
    life.talk()
    life.ask(r.Transfer, ANA, rep="ben")
    life.ask(r.Decline, BEN)
    life.wait(241).lapse("warning")
    before = life.session
    assert before.declined == ("ben",)
    assert before.held_at
    assert before.warned_until
    life.ask(r.ReturnToQueue, ANA)
    after = life.session
    assert (after.declined, after.held_at, after.warned_until) == ((), 0, 0)


def test_the_front_of_the_queue_is_left_by_being_accepted() -> None:
    life = Life().talk()
    life.ask(r.Drop, DESK, party="ana", since=life.now)
    life.wait(61).lapse("rep_lost", team="support")
    waiting = life.session
    assert waiting.front
    life.ask(r.Accept, BEN)
    assert not life.session.front


@pytest.mark.parametrize("how", ["accepted", "taken over", "changed"])
def test_a_new_owner_has_no_grants_of_the_one_before_and_others_keep_theirs(how: str) -> None:
    life = Life().talk().join(BEN, MAX).grant("view", "control").grant("view", rep=BEN)
    life.ask(r.RequestGrants, ANA, tools=("files",))
    if how == "accepted":
        life.ask(r.Transfer, ANA, rep="nia")
        life.ask(r.Accept, NIA)
    elif how == "taken over":
        life.ask(r.TakeOver, MAX)
    else:
        life.ask(r.Drop, DESK, party="ana", since=life.now)
        life.wait(61).lapse("rep_lost")
    assert [(grant.tool, grant.rep) for grant in life.session.grants] == [("view", "ben")]
    assert life.session.prompt is None
    assert life.session.owner in {"nia", "max", "ben"}
    assert life.session.owner not in life.session.joined


def test_a_prompt_of_another_rep_outlives_a_change_of_owner() -> None:
    life = Life().talk().join(BEN)
    life.ask(r.RequestGrants, BEN, tools=("view",))
    life.ask(r.TakeOver, LEA)
    life.ask(r.AnswerGrants, CUSTOMER, allowed=True)
    assert life.session.grants[0].rep == "ben"


def test_an_owner_taken_over_while_lost_is_still_lost_as_a_joined_rep() -> None:
    life = Life().talk().join(BEN)
    for party in ("ana", "ben", "customer"):
        life.ask(r.Drop, DESK, party=party, since=life.now)
    life.ask(r.TakeOver, LEA)
    assert life.session.gone.keys() == {"ana", "ben", "customer"}


def test_an_owner_replaced_while_lost_is_waited_for_no_longer() -> None:
    life = Life().talk().join(BEN, MAX)
    for party in ("ana", "max", "customer"):
        life.ask(r.Drop, DESK, party=party, since=life.now)
    life.ask(r.Transfer, ANA, rep="nia")
    life.ask(r.Accept, NIA)
    assert life.session.gone.keys() == {"max", "customer"}


def test_who_leaves_takes_grants_prompt_and_absence_along() -> None:
    life = Life().talk().join(BEN).grant("view", rep=BEN).grant("view")
    life.ask(r.RequestGrants, BEN, tools=("clipboard",))
    life.ask(r.Drop, DESK, party="ben", since=life.now)
    life.ask(r.Drop, DESK, party="customer", since=life.now)
    life.ask(r.Leave, BEN)
    session = life.session
    assert [grant.rep for grant in session.grants] == ["ana"]
    assert (session.prompt, session.joined) == (None, ())
    assert session.gone.keys() == {"customer"}


@pytest.mark.parametrize("kind", [r.Join, r.TakeOver])
def test_who_takes_part_neither_monitors_nor_is_invited_any_more(kind: type[r.Request]) -> None:
    life = Life().talk()
    life.ask(r.Invite, ANA, rep="lea")
    life.ask(r.Monitor, LEA)
    life.ask(r.Monitor, MAX)
    life.ask(kind, LEA)
    assert (life.session.monitoring, life.session.invited) == (("max",), ())
    assert life.session.names["lea"] == "Lea"


def test_withdrawing_one_grant_leaves_the_same_tool_of_another_rep() -> None:
    life = Life().talk().join(BEN).grant("view", "files").grant("view", "files", rep=BEN)
    life.ask(r.Release, BEN, tool="files")
    kept = [(grant.tool, grant.rep) for grant in life.session.grants]
    assert kept == [("view", "ana"), ("files", "ana"), ("view", "ben")]


def test_who_sees_no_more_steers_no_more() -> None:
    life = Life().talk().join(BEN).grant("view", "control", "files").grant("view", rep=BEN)
    life.ask(r.Revoke, CUSTOMER, tool="view", rep="ana")
    kept = [(grant.tool, grant.rep) for grant in life.session.grants]
    assert kept == [("files", "ana"), ("view", "ben")]


def test_sharing_lets_the_owner_look_only_where_the_fact_says_so_and_they_do_not_already() -> None:
    life = Life().talk().grant("view")
    told = f.ScreenShared(at=5, what="screen", until=9)
    assert evolve(life.session, told).grants == life.session.grants
    bare = replace(life.session, grants=())
    assert [grant.until for grant in evolve(bare, told).grants] == [9]
    # As it was told before it could say so.
    assert evolve(bare, replace(told, until=0)).grants == ()
    assert evolve(replace(bare, owner=""), told).grants == ()


def test_a_pause_lasts_until_sharing_goes_on_stops_or_starts_again() -> None:
    life = Life().talk()
    life.ask(r.ShareScreen, CUSTOMER, what="screen")
    life.ask(r.PauseSharing, DESK, why="storage")
    paused = life.session
    assert paused.sharing_paused
    for kind in (f.SharingResumed, f.SharingStopped, f.ScreenShared):
        assert not evolve(paused, made(kind)).sharing_paused


def test_a_paused_recording_goes_on_when_it_is_resumed() -> None:
    life = Life(recording_asked=True).talk()
    life.ask(r.PauseRecording, ANA)
    paused = life.session
    assert paused.recording_paused
    assert not evolve(paused, made(f.RecordingResumed)).recording_paused


def test_a_file_keeps_who_offered_it() -> None:
    life = Life().talk()
    life.ask(r.OfferFile, CUSTOMER, file="c", name="c.txt", size=7)
    life.ask(r.AnswerFile, ANA, file="c", accepted=True)
    life.ask(r.FileArrives, DESK, file="c", size=7, digest=DIGEST)
    assert (life.session.files["c"].by, life.session.files["c"].state) == ("customer", "arrived")


def test_the_end_lifts_the_warning() -> None:
    life = Life().talk().wait(241)
    life.lapse("warning")
    life.ask(r.End, ANA)
    assert life.session.warned_until == 0


def test_the_end_closes_everything_that_stood_open() -> None:
    life = Life().talk().join(BEN).grant("view")
    life.ask(r.Monitor, LEA)
    life.ask(r.Invite, ANA, rep="nia")
    life.ask(r.ShareScreen, CUSTOMER, what="screen")
    life.ask(r.RequestGrants, ANA, tools=("files",))
    life.ask(r.Transfer, ANA, rep="nia")
    life.ask(r.Drop, DESK, party="ben", since=life.now)
    life.ask(r.End, ANA)
    session = life.session
    assert (session.offer, session.invited, session.monitoring, session.gone) == (None, (), (), {})
    assert (session.grants, session.prompt, session.sharing) == ((), None, "")
    assert (session.owner, session.joined, session.ended_at) == ("ana", ("ben",), life.now)


@pytest.mark.parametrize(
    ("ending", "survey"),
    [
        ("rep_ended", "wanted"),
        ("customer_ended", "wanted"),
        ("inactive", "wanted"),
        ("customer_lost", "wanted"),
        ("recording_refused", "wanted"),
        ("left_on_notice", "none"),
        ("orphaned", "none"),
    ],
)
def test_who_was_served_is_asked_except_after_a_notice_or_as_an_orphan(
    ending: str, survey: str
) -> None:
    session = Life().talk().session
    assert evolve(session, made(f.Ended, ending=ending)).survey == survey


def test_who_was_never_accepted_is_asked_nothing_and_neither_is_anyone_where_a_site_says_so() -> (
    None
):
    assert evolve(Life().start().session, made(f.Ended, ending="abandoned")).survey == "none"
    unasked = Life(survey=False).talk().session
    assert evolve(unasked, made(f.Ended, ending="rep_ended")).survey == "none"


def test_a_whole_transcript_folds_as_its_facts_do_one_by_one() -> None:
    life = Life("s1").talk().join(BEN)
    session = Session(id="s1")
    for fact in life.facts:
        session = evolve(session, fact)
    assert replay(life.facts, "s1") == session
    assert session.place == session.shown + 1 == 4
