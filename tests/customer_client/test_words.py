"""The words of the native client: all of them, in all languages, filled in alike."""

import re
import runpy
import time
from pathlib import Path

import pytest

from customer_client.words import LANGUAGES, LOCALES, Words, entries, spoken, stopwatch

SCRIPT = runpy.run_path(str(Path(__file__).parents[2] / "scripts/client_words"))
OTHERS = [language for language in LANGUAGES if language != "en"]


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_holds_the_messages_of_the_sources_and_no_others(language: str) -> None:
    text = (LOCALES / f"{language}.po").read_text(encoding="utf-8")
    assert text == SCRIPT["written"](language), "run scripts/client_words"


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_untranslated_and_all_fill_in_the_same_values(language: str) -> None:
    plurals = {message: plural for message, (plural, _) in SCRIPT["messages"]().items()}
    for message, forms in entries((LOCALES / f"{language}.po").read_text(encoding="utf-8")):
        if message:
            assert all(forms), f"{message!r} is not translated"
            assert _places(forms[-1]) == _places(plurals[message] or message)


def _places(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}", text))


def test_every_message_is_written_out_in_the_source_so_that_it_can_be_found() -> None:
    assert "" not in SCRIPT["messages"]()


def test_words_fill_in_values_and_leave_what_they_do_not_know() -> None:
    t = Words("de")
    assert t("{name} is back.", name="Ana") == "Ana ist wieder da."
    assert Words("en")("{name} {unknown}", name="Ana") == "Ana {unknown}"


@pytest.mark.parametrize(
    ("language", "none", "one", "many"),
    [("en", "0 minutes", "1 minute", "2 minutes"), ("fr", "0 minute", "1 minute", "2 minutes")],
)
def test_french_counts_nothing_as_one(language: str, none: str, one: str, many: str) -> None:
    t = Words(language)
    assert (t.minutes(0), t.minutes(1), t.minutes(2)) == (none, one, many)


def test_lists_end_with_and() -> None:
    assert Words("en").listed(["a", "b", "c"]) == "a, b and c"
    assert Words("es").listed(["a"]) == "a"
    assert Words("it").listed([]) == ""


@pytest.mark.parametrize(
    ("wanted", "environment", "language"),
    [
        ("fr", {"LANG": "de_DE.UTF-8"}, "fr"),
        ("", {"LANG": "de_AT.UTF-8"}, "de"),
        ("", {"LANGUAGE": "nl:it", "LANG": "nl_NL"}, "it"),
        ("", {"LC_ALL": "es_MX", "LANG": "de_DE"}, "es"),
        ("", {"LANG": "C"}, "en"),
        ("xx", {}, "en"),
    ],
)
def test_the_language_is_the_one_wanted_or_that_of_the_system(
    wanted: str, environment: dict[str, str], language: str
) -> None:
    assert spoken(wanted, environment) == language


def test_a_moment_of_another_day_says_which() -> None:
    at = int(time.mktime((2026, 11, 22, 14, 5, 0, 0, 0, -1))) * 1000
    assert Words("en").time_of_day(at, at + 60_000) == "14:05"
    assert Words("de").time_of_day(at, at + 86_400_000) == "22.11., 14:05"
    assert Words("fr").time_of_day(at, at + 86_400_000) == "22/11, 14:05"


def test_a_stopwatch_shows_no_negative_time() -> None:
    assert [stopwatch(-5), stopwatch(187_000), stopwatch(3_661_000)] == ["0:00", "3:07", "1:01:01"]
