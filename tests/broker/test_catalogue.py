"""Every word that the broker says is in every language."""

import ast
import re
from pathlib import Path

import pytest

from broker.catalogue import LANGUAGES, is_zone, messages, moment, t

BROKER = Path(__file__).parents[2] / "broker"


def sources() -> set[str]:
    """Every first text in a call of `t(…)` or `say(…)` in the broker's sources."""
    found = set()
    for path in BROKER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("t", "say"):
                texts = [each for each in node.args if isinstance(each, ast.Constant)]
                found |= {text.value for text in texts[:1] if isinstance(text.value, str)}
    return found


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}", text))


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_catalogue_holds_what_is_said_and_nothing_else(
    language: str,
) -> None:
    assert set(messages(language)) == {text for text in sources() if "mail_" not in text}
    assert all(
        placeholders(text) == placeholders(said) for text, said in messages(language).items()
    )


def test_english_stands_in_the_source() -> None:
    assert t("en", "It works for {minutes} minutes, once.", minutes=10) == (
        "It works for 10 minutes, once."
    )
    assert t("de", "It works for {minutes} minutes, once.", minutes=10) == (
        f"Er gilt {10} Minuten und nur einmal."
    )
    assert t("xx", "Code") == "Code"


def test_what_fills_a_place_is_not_filled_again() -> None:
    assert t("en", "{name}: {text}", name="{text}", text="x") == "{text}: x"


def test_times_are_written_as_people_of_a_language_do() -> None:
    at = 1_800_000_000_000
    assert moment("de", at, "Europe/Berlin") == "15.01.2027, 09:00:00"
    assert moment("en", at) == "Jan 15, 2027, 8:00:00\u202fAM"
    assert moment("de", at, "../etc/passwd") == moment("de", at)
    assert is_zone("Europe/Berlin")
    assert not is_zone("Nowhere/Else")
