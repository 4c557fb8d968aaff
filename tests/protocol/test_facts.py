"""What facts must have so that they can be hidden, erased and kept for ever."""

from typing import get_args

import msgspec
import pytest
from msgspec.structs import fields

from protocol import facts as f
from protocol import messages as m
from protocol.facts import FACTS, Fact, PersonalFact, Rules
from protocol.fields import Audience, Email, FileName, Name, Remark, Text, Url
from tests.protocol import examples

PERSONAL = [kind for kind in FACTS if issubclass(kind, PersonalFact)]

IMPERSONAL = {
    ("MonitoringAnnounced", "name"): "a lead's",
    ("Greeted", "text"): "written by the site",
    ("Held", "text"): "written by the site",
    ("Noticed", "text"): "written by the site",
    ("Accepted", "name"): "what the site calls its rep",
    ("Joined", "name"): "what the site calls its rep",
    ("TakenOver", "name"): "what the site calls its rep",
    ("Opened", "rep_name"): "what the site calls its rep",
    ("Called", "rep_name"): "what the site calls its rep",
    ("Met", "name"): "what the site calls its rep",
    ("SharingPaused", "why"): "said by the broker",
    ("FileRefused", "found"): "what a scanner calls it",
    ("RecordingPaused", "why"): "belongs to the proof of the recording",
    ("SurveySubmitted", "choice"): "one of the answers that the site offers",
}
"""Free text that stays when a person's own words are erased, and why it may."""


def test_every_kind_of_fact_is_listed_once() -> None:
    written = {
        kind
        for kind in vars(f).values()
        if isinstance(kind, type) and issubclass(kind, Fact) and kind not in (Fact, PersonalFact)
    }
    assert len(FACTS) == len(set(FACTS))
    assert set(FACTS) == written


@pytest.mark.parametrize("kind", FACTS, ids=lambda kind: kind.__name__)
def test_every_fact_has_an_audience_a_place_a_time_and_a_cause(kind: type[Fact]) -> None:
    assert kind.audience in get_args(Audience)
    assert {"place", "at", "by"} <= set(kind.__struct_fields__)


@pytest.mark.parametrize("kind", FACTS, ids=lambda kind: kind.__name__)
def test_a_fact_never_changes(kind: type[Fact]) -> None:
    fact = examples.smallest(kind)
    with pytest.raises(AttributeError):
        fact.place = 2  # type: ignore[attr-defined]
    assert hash(fact) == hash(examples.smallest(kind))


def test_every_free_text_is_personal_or_known_not_to_be() -> None:
    free = {
        (kind.__name__, field.name)
        for kind in FACTS
        for field in fields(kind)
        if field.type in (Text, Remark, Name, FileName, Url, Email)
        and field.name not in kind.personal
    }
    assert free == IMPERSONAL.keys()


@pytest.mark.parametrize("kind", PERSONAL, ids=lambda kind: kind.__name__)
def test_personal_words_can_be_erased_and_what_is_left_is_a_fact(kind: type[PersonalFact]) -> None:
    assert set(kind.personal) <= set(kind.__struct_fields__) - set(Fact.__struct_fields__)
    fact = examples.largest(kind)
    erased = msgspec.structs.replace(fact, erased=True, **dict.fromkeys(kind.personal, ""))
    assert m.decode_fact(m.encode(erased)) == erased


def test_only_personal_facts_have_a_digest_of_their_words() -> None:
    assert [kind for kind in FACTS if kind.personal] == PERSONAL
    for kind in FACTS:
        has = {"digest", "erased"} <= set(kind.__struct_fields__)
        assert has == (kind in PERSONAL)


def test_the_settings_of_a_session_are_those_of_the_specification() -> None:
    rules = Rules()
    seconds = {
        name.removesuffix("_seconds"): getattr(rules, name)
        for name in Rules.__struct_fields__
        if name.endswith("_seconds")
    }
    assert seconds == {
        "code": 600,
        "resend": 60,
        "acceptance": 300,
        "hold": 60,
        "offer": 60,
        "direct": 120,
        "call": 120,
        "inactivity": 300,
        "warning": 60,
        "keep_place": 600,
        "rep_lost": 60,
        "prompt": 30,
        "grant": 1800,
        "nudge": 10,
        "take_back": 5,
    }
    assert rules.refusal_policy == "continue_unrecorded"
