"""What administrators set: what holds together, and what follows for sessions and pages."""

import hashlib
import json
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from broker.config import Config
from broker.database import Database, open_database
from broker.estimate import Estimate
from broker.first_site import first_settings
from broker.site import BadSite, Queued, Settings, Site, parse
from broker.site_texts import (
    GREETING,
    HOLD,
    MINUTES,
    ORPHANED,
    PRIVACY,
    SENTENCE_UNKNOWN,
    WAIT,
    WAIT_UNKNOWN,
)
from protocol.terms import Rules
from tests.broker.desks import SITE

DOCS = Path(__file__).parents[2] / "docs"
LANGUAGES = ("en", "de", "es", "fr", "it")
DEMO = first_settings(Config(demo=True, organisation="Example"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = await open_database(database_url)
    yield database
    await database.close()


def site(database: Database, settings: Settings = DEMO) -> Site:
    return Site(database, SITE, settings)


def changed(**change: Any) -> str:
    """The demo's settings with a change, as JSON."""
    whole = json.loads(json.dumps(DEMO, default=_plain))
    return json.dumps(whole | change)


def queued(position: int, wait: Estimate | None = None) -> Queued:
    return Queued(team="support", issue="computer", position=position, wait=wait)


def _plain(part: Any) -> Any:
    return {name: getattr(part, name) for name in part.__struct_fields__}


async def test_what_is_saved_holds_for_every_broker(database: Database) -> None:
    here, there = site(database), site(database)
    await here.save(parse(changed(organisation="Other")))
    assert here.settings.organisation == "Other"
    assert there.settings.organisation == "Example"
    await there.load()
    assert there.settings == here.settings


async def test_until_somebody_sets_something_the_default_holds(database: Database) -> None:
    fresh = site(database)
    await fresh.load()
    assert fresh.settings == DEMO


async def test_a_new_site_is_closed_until_it_is_opened(database: Database) -> None:
    closed = site(database, first_settings(Config(organisation="Example")))
    assert not closed.settings.chat
    assert closed.shown("en").issues == ()
    opened = parse(changed(chat=False))
    assert site(database, opened).team_of("computer") is None
    assert site(database, opened).issues() == {}


async def test_an_issue_leads_to_its_team(database: Database) -> None:
    assert site(database).team_of("printer") == "support"
    assert site(database).team_of("nothing") is None


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_session_keeps_the_digest_of_the_very_text_that_was_shown(
    database: Database, language: str
) -> None:
    shown = site(database).shown(language)
    assert shown.agreement
    text = f"{shown.agreement.title}\n{shown.agreement.text}"
    assert shown.agreement.digest == hashlib.sha256(text.encode()).hexdigest()
    assert site(database).rules_for(language).agreement_digest == shown.agreement.digest


async def test_every_language_has_a_text_of_its_own(database: Database) -> None:
    texts: list[Mapping[str, object]] = [GREETING, HOLD, ORPHANED, WAIT, MINUTES]
    texts += [PRIVACY, WAIT_UNKNOWN, SENTENCE_UNKNOWN, DEMO.recording]
    texts.append(DEMO.agreement)
    texts += [issue.names for issue in DEMO.issues]
    assert [set(text) for text in texts] == [set(LANGUAGES)] * len(texts)
    digests = {site(database).rules_for(language).agreement_digest for language in LANGUAGES}
    assert len(digests) == len(LANGUAGES)


async def test_a_language_that_a_site_lacks_gets_its_first_one(database: Database) -> None:
    assert site(database).shown("ja") == site(database).shown("en")
    assert site(database).rules_for("ja") == site(database).rules_for("en")


async def test_recording_is_asked_only_where_it_is_on(database: Database) -> None:
    text = {"en": {"title": "Recording", "text": "May we?"}}
    off = site(database, parse(changed(recording=text, rules={})))
    assert off.shown("en").recording is None
    assert off.rules_for("en").recording_digest == ""
    on = site(database, parse(changed(recording=text, rules={"recording_asked": True})))
    asked = on.shown("en").recording
    assert asked
    assert on.rules_for("en").recording_digest == asked.digest


async def test_waiting_customers_read_their_place_and_never_a_made_up_wait(
    database: Database,
) -> None:
    shown = site(database)
    for language in LANGUAGES:
        for text in (shown.greeting(language, queued(7)), shown.hold_text(language, queued(7))):
            assert "7" in text
            assert SENTENCE_UNKNOWN[language] in text
            assert "{" not in text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Half wait under 1 minute, nine of ten under 6 minutes"),
        ("de", "Die Hälfte wartet unter 1 Minute, neun von zehn unter 6 Minuten"),
        ("es", "La mitad espera menos de 1 minuto; nueve de cada diez, menos de 6 minutos"),
        ("fr", "La moitié attend moins de 1 minute, neuf sur dix moins de 6 minutes"),
        ("it", "La metà attende meno di 1 minuto, nove su dieci meno di 6 minuti"),
    ],
)
async def test_the_wait_is_said_in_whole_minutes(
    database: Database, language: str, said: str
) -> None:
    shown, wait = site(database), Estimate(half_within=1, most_within=6)
    assert said in shown.greeting(language, queued(2, wait))
    assert said in shown.hold_text(language, queued(2, wait))


async def test_a_sites_own_words_are_taken(database: Database) -> None:
    own = site(database, parse(changed(greeting={"en": "Nr. {position}"})))
    assert own.greeting("de", queued(3)) == "Nr. 3"


async def test_words_and_wait_are_in_one_language(database: Database) -> None:
    own = site(database, parse(changed(greeting={"en": "Wait: {wait}"})))
    assert own.greeting("de", queued(3)) == "Wait: we cannot say yet"


async def test_macros_are_filled_in_once_whatever_names_look_like(database: Database) -> None:
    text = "{organisation}|{team}|{issue}|{position}|{wait}|{wait_sentence}|{name}|{other}|{}"
    settings = parse(
        changed(
            organisation="{team} & Co",
            teams=[{"id": "support", "name": "{position}"}],
            issues=[{"id": "computer", "team": "support", "names": {"en": "{wait}"}}],
            greeting={"en": text},
        )
    )
    said = site(database, settings).greeting("en", queued(3))
    assert said == (
        "{team} & Co|{position}|{wait}|3|we cannot say yet|"
        "How long it will take, we cannot say yet.|{name}|{other}|{}"
    )


async def test_customers_read_the_sites_privacy_text_before_they_erase(database: Database) -> None:
    for language in LANGUAGES:
        assert site(database).shown(language).privacy == PRIVACY[language]
    own = site(database, parse(changed(privacy={"en": "Ask our officer."})))
    assert own.shown("de").privacy == "Ask our officer."


async def test_who_is_orphaned_reads_why_and_may_be_sent_somewhere(database: Database) -> None:
    for language in LANGUAGES:
        shown = site(database).shown(language)
        assert (shown.orphaned, shown.orphaned_url) == (ORPHANED[language], "")
    address = "https://help.example.org/later?from=chat"
    own = site(database, parse(changed(orphaned={"en": "Gone."}, orphaned_url=address)))
    assert (own.shown("de").orphaned, own.shown("de").orphaned_url) == ("Gone.", address)


BAD: list[tuple[dict[str, Any], str]] = [
    ({"issues": [{"id": "x", "team": "nowhere", "names": {"en": "X"}}]}, "no team 'nowhere'"),
    ({"rules": {"fallback_team": "nowhere"}}, "no team 'nowhere'"),
    (
        {"teams": [{"id": "a", "name": "A"}, {"id": "a", "name": "B"}], "issues": []},
        "id of its own",
    ),
    ({"agreement": {"de": {"title": "T", "text": "X"}}}, "needed in 'en'"),
    ({"greeting": {"de": "Hallo"}}, "needed in 'en'"),
    ({"recording": {}, "rules": {"recording_asked": True}}, "needs a text"),
    ({"orphaned": {"de": "Niemand da."}}, "needed in 'en'"),
    ({"privacy": {"de": "Fragen Sie."}}, "needed in 'en'"),
    ({"orphaned_url": "http://help.example.org/"}, "matching"),
    ({"orphaned_url": "javascript:alert(1)"}, "matching"),
    ({"orphaned_url": "https://help.example.org/\n"}, "matching"),
    ({"languages": []}, "length"),
    ({"languages": ["ja"]}, "matching"),
    ({"organisation": ""}, "length"),
    ({"organisation": "A\x00"}, "matching"),
    ({"colour": "blue"}, "unknown field"),
    ({"rules": {"hold_seconds": -1}}, ">= 1"),
]


@pytest.mark.parametrize(("change", "why"), BAD)
def test_what_does_not_hang_together_is_refused_with_the_reason(
    change: dict[str, Any], why: str
) -> None:
    with pytest.raises(BadSite, match=why):
        parse(changed(**change))


def test_the_documentation_explains_every_setting_and_its_example_has_them_all() -> None:
    text = (DOCS / "site.md").read_text("utf-8")
    example = (DOCS / "site.example.json").read_text("utf-8")
    # What was agreed to follows from the texts; nobody sets it.
    rules = set(Rules.__struct_fields__) - {"agreement_digest", "recording_digest"}
    settings = set(Settings.__struct_fields__)
    parse(example)
    assert set(json.loads(example)) == settings
    assert set(json.loads(example)["rules"]) == rules
    explained = set(re.findall(r"`(?:rules\.)?(\w+)`", text))
    assert (settings - {"rules"} | rules) - explained == set()
