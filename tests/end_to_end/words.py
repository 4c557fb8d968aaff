"""The words of our pages in their languages, as a person reads them off the screen.

Steps of tests name buttons in English; `Words("de")["Start chat"]` is what it says there in German.
"""

import ast
import re
from pathlib import Path

LOCALES = Path(__file__).parents[2] / "browser/locales"
ENTRY = re.compile(r'^msgid ((?:".*"\n?)+)^msgstr ((?:".*"\n?)+)', re.MULTILINE)


class Words:
    """One language's words; whatever is not in its catalogue is a mistake of the test."""

    def __init__(self, language: str = "en") -> None:
        self.language = language
        self._known: dict[str, str] = {}
        if language != "en":
            text = (LOCALES / f"{language}.po").read_text("utf-8")
            self._known = {_joined(key): _joined(said) for key, said in ENTRY.findall(text)}

    def __getitem__(self, english: str) -> str:
        return english if self.language == "en" else self._known[english]


def _joined(quoted: str) -> str:
    return "".join(ast.literal_eval(line) for line in quoted.splitlines())
