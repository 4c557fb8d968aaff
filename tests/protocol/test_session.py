"""What holds for every session, and that no reader learns what is not for them."""

from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from protocol import facts as f
from protocol import requests as r
from protocol.fields import Audience
from protocol.messages import encode
from protocol.session import (
    AUDIENCES,
    Refused,
    Session,
    deadlines,
    evolve,
    includes,
    project,
    replay,
)
from protocol.system import System
from tests.golden.lives import LIVES
from tests.protocol import examples
from tests.protocol.life import ANA, BEN, CUSTOMER, LEA, Life
from tests.protocol.situations import situations
from tests.protocol.walks import RULES, walk

KNOWN_TO: dict[str, Audience] = {
    "offer": "reps",
    "declined": "reps",
    "unanswered": "reps",
    "offer_ended_at": "reps",
    "invited": "reps",
    "monitoring": "leads",
}
"""What of a session only some may know; all the rest, everybody in it knows."""

HIDDEN = [kind for kind in f.FACTS if kind.audience != "all"]
LATE = (
    *(f.SurveySubmitted, f.SurveySkipped, f.WrappedUp),
    *(f.TakenBack, f.TextsErased, f.Wiped),
)


def known_to(reader: Audience, session: Session, place: int) -> Session:
    """Return `session` as `reader` knows it, who has seen `place` facts."""
    unknown = [name for name, audience in KNOWN_TO.items() if not includes(audience, reader)]
    nothing = {name: getattr(Session(), name) for name in unknown}
    return replace(session, place=place, **nothing)


# --- who may know what


@pytest.mark.parametrize("place", range(4))
def test_an_audience_includes_itself_and_all_narrower_ones(place: int) -> None:
    reader = AUDIENCES[place]
    heard = [audience for audience in AUDIENCES if includes(audience, reader)]
    assert heard == list(AUDIENCES[: place + 1])


def test_audiences_go_from_everybody_to_the_broker() -> None:
    assert AUDIENCES == ("all", "reps", "leads", "broker")


def test_only_what_reps_do_among_themselves_is_hidden_from_the_customer() -> None:
    assert {kind.__name__: kind.audience for kind in HIDDEN} == {
        "Offered": "reps",
        "Declined": "reps",
        "OfferExpired": "reps",
        "Noted": "reps",
        "Invited": "reps",
        "InvitationDeclined": "reps",
        "WrappedUp": "reps",
        "Monitored": "leads",
        "MonitoringStopped": "leads",
    }


@pytest.mark.parametrize("kind", f.FACTS, ids=lambda kind: kind.__name__)
def test_a_fact_reaches_its_audience_and_leaves_no_trace_with_anybody_else(
    kind: type[f.Fact],
) -> None:
    secret = examples.largest(kind)
    assert isinstance(secret, f.Fact)
    said = [f.Said(place=place, text="hello") for place in (1, 3)]
    transcript = [said[0], replace(secret, place=2), said[1]]
    for reader in AUDIENCES:
        seen = project(transcript, reader)
        if includes(kind.audience, reader):
            assert seen == transcript
        else:
            assert seen == [said[0], replace(said[1], place=2)]
            assert str(kind.__struct_config__.tag).encode() not in encode(seen)


@pytest.mark.parametrize("kind", HIDDEN, ids=lambda kind: kind.__name__)
def test_a_hidden_fact_changes_only_what_its_readers_know(kind: type[f.Fact]) -> None:
    for name, life in situations():
        for fact in examples.both(kind):
            assert isinstance(fact, f.Fact)
            after = asdict(evolve(life.session, fact))
            before = asdict(life.session)
            changed = {field for field in after if after[field] != before[field]} - {"place"}
            assert {KNOWN_TO.get(field) for field in changed} <= {kind.audience}, name


@pytest.mark.parametrize("reader", AUDIENCES)
@pytest.mark.parametrize("tell", LIVES, ids=lambda tell: tell.__name__)
def test_each_reader_knows_the_session_but_for_what_is_not_for_them(
    tell: Any, reader: Audience
) -> None:
    life = tell()
    seen = project(life.facts, reader)
    assert replay(seen, life.session.id) == known_to(reader, life.session, len(seen))


def test_a_monitored_customer_sees_neither_monitoring_nor_note_nor_gap() -> None:
    life = Life().talk().join(BEN)
    life.ask(r.Monitor, LEA)
    life.ask(r.Note, BEN, text="secret")
    life.ask(r.Say, CUSTOMER, text="Is anybody watching?")
    seen = project(life.facts, "all")
    assert [type(fact) for fact in seen] == [f.Opened, f.Accepted, f.Joined, f.Said]
    assert [fact.place for fact in seen] == [1, 2, 3, 4]
    assert [type(fact) for fact in project(life.facts, "reps")][-2:] == [f.Noted, f.Said]
    assert len(project(life.facts, "leads")) == len(life.facts)


def test_announced_monitoring_is_known_to_everybody() -> None:
    life = Life(monitoring="announced").talk()
    life.ask(r.Monitor, LEA)
    customers = replay(project(life.facts, "all"))
    assert customers.announced == ("lea",)
    assert customers.names["lea"] == "Lea"
    life.ask(r.StopMonitoring, LEA)
    assert replay(project(life.facts, "all")).announced == ()


def test_for_a_customer_the_place_is_the_number_of_facts_shown() -> None:
    for _, life in situations():
        session = replay(project(life.facts, "all"))
        assert session.place == session.shown == life.session.shown


# --- what holds in every life


@settings(deadline=None, max_examples=100)
@given(rules=RULES, seed=st.integers(0, 2**64))
def test_whatever_happens_a_session_stays_sound(rules: dict[str, Any], seed: int) -> None:
    life = Life(**rules)
    for before, fact in walk(life, Random(seed), 150):
        assert_follows(before, fact, life.session)
        assert_sound(life.session)
    assert replay(life.facts, life.session.id) == life.session
    for reader in AUDIENCES:
        seen = project(life.facts, reader)
        assert [fact.place for fact in seen] == list(range(1, len(seen) + 1))
        if life.facts:
            folded = replay(seen, life.session.id)
            assert folded == known_to(reader, life.session, len(seen))


def assert_follows(before: Session, fact: f.Fact, after: Session) -> None:
    assert fact.place == after.place == before.place + 1
    assert after.shown == before.shown + (fact.audience == "all")
    assert (after.state_since == fact.at) or after.state == before.state
    if before.state == "ended":
        assert isinstance(fact, LATE)
        kept = {"place", "shown", "survey", "erased", "deleted"}
        assert {
            name for name, value in asdict(after).items() if asdict(before)[name] != value
        } <= kept
    for once in ("waiting_since", "accepted_at", "ended_at", "opened_at", "greeted_at"):
        assert getattr(before, once) in (0, getattr(after, once)), once


def assert_sound(session: Session) -> None:
    """One owner while talking and none before; whoever holds anything takes part."""
    live = session.state == "talking"
    reps = {session.owner, *session.joined}
    assert bool(session.owner) == live or session.state == "ended"
    assert session.owner not in session.joined
    assert session.gone.keys() <= {session.customer, *reps}
    assert {grant.rep for grant in session.grants} <= reps
    assert session.prompt is None or session.prompt.rep in reps
    assert session.system_for in ("", *reps)
    assert session.action is None or session.action.rep in reps
    assert (
        live
        or not (session.grants or session.prompt or session.sharing or session.joined)
        or (session.state == "ended" and not (session.grants or session.prompt or session.sharing))
    )
    assert not session.sharing_paused or session.sharing
    assert not session.recording_paused or session.recording == "allowed"
    assert len({(grant.tool, grant.rep) for grant in session.grants}) == len(session.grants)
    assert not reps & set(session.monitoring)
    assert bool(session.ending) == bool(session.ended_at) == (session.state == "ended")
    assert not deadlines(session) or session.state not in ("new", "ended")
    for parties in (session.joined, session.invited, session.monitoring, session.declined):
        assert len(set(parties)) == len(parties)


MARKED = "confidential"


def test_a_session_holds_nobodys_own_words() -> None:
    """What is erased must be gone everywhere, so the fold may keep none of it."""
    address = f"https://example.test/{MARKED}"
    life = Life(identity_asked=True)
    life.start(name=MARKED, email=f"{MARKED}@example.test", page=address)
    life.wait(1).lapse("code", email=f"{MARKED}@example.test")
    life.ask(r.ConfirmCode, CUSTOMER, code=life.session.code_digest)
    life.talk()
    life.ask(r.Say, CUSTOMER, text=MARKED)
    life.ask(r.Note, ANA, text=MARKED)
    life.ask(r.PushLink, ANA, url=address, title=MARKED)
    life.ask(r.OfferFile, CUSTOMER, file="f", name=f"{MARKED}.txt", size=1)
    life.grant("system_information", "special_actions")
    life.ask(r.RequestSystem, ANA)
    life.ask(r.TellSystem, CUSTOMER, system=System(computer=MARKED))
    life.ask(r.RequestAction, ANA, action="open_page", url=address)
    life.ask(r.WrapUp, ANA, text=MARKED)
    life.ask(r.End, CUSTOMER)
    life.ask(r.SubmitSurvey, CUSTOMER, rating=1, text=MARKED)
    called = Life().call(ANA, name=MARKED, email=f"{MARKED}@example.test")
    told = [*life.facts, *called.facts]
    personal = {type(fact) for fact in told if MARKED.encode() in encode(fact)}
    assert personal == {kind for kind in f.FACTS if kind.personal}
    for session in (life.session, called.session):
        assert MARKED.encode() not in encode(session)


@pytest.mark.parametrize("kind", [k for k in f.FACTS if k.personal], ids=lambda k: k.__name__)
def test_erasing_words_changes_nothing_in_the_fold(kind: type[f.PersonalFact]) -> None:
    fact = examples.largest(kind)
    assert isinstance(fact, f.PersonalFact)
    erased = replace(fact, erased=True, **dict.fromkeys(kind.personal, ""))
    for _, life in situations():
        assert evolve(life.session, fact) == evolve(life.session, erased)


def test_a_session_survives_json() -> None:
    for _, life in situations():
        assert msgspec.json.decode(encode(life.session), type=Session) == life.session


def test_a_refusal_is_told_apart_by_code_and_detail() -> None:
    assert Refused("taken", "ana") == Refused("taken", "ana")
    assert len({Refused("taken", "ana"), Refused("taken", "ana"), Refused("taken", "ben")}) == 2
    assert Refused("taken") != Refused("closed")
    assert Refused("taken") != "taken"
    assert (Refused("taken").code, Refused("taken").detail) == ("taken", "")
