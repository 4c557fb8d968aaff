"""The words of the window, in five languages.

English stands in the source and is the key, as in the pages (`browser/src/catalogue.ts`); the others
are gettext catalogues in `customer_client/locales`, read without a library: of a catalogue we need no
more than its messages.
"""

import json
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

LOCALES = Path(__file__).parent / "locales"

LANGUAGES: Final = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "it": "Italiano",
}
"""What its speakers call each."""

ENGLISH_PLURAL: Final = 1

DAY_AND_TIME: Final = {"de": "%d.%m., %H:%M"}
"""How a moment of another day is written; all others write the day before a stroke."""

LISTS: Final = {"en": " and ", "de": " und ", "es": " y ", "fr": " et ", "it": " e "}
"""What stands before the last of several."""

QUOTED: Final = re.compile(r'^(?:(msg\S+)\s+)?(".*")$')


class Words:
    """Words in one language: call it with a message and what belongs into its braces."""

    def __init__(self, language: str = "en") -> None:
        self.language = language if language in LANGUAGES else "en"
        self._messages = messages(self.language)

    def __call__(self, message: str, **values: str | int) -> str:
        """Return `message` in this language, each `{name}` replaced by its value."""
        return _filled(self._messages.get(message, (message,))[0], values)

    def plural(self, count: int, one: str, other: str, **values: str | int) -> str:
        """Return the form that fits `count`, which is also its `{count}`."""
        forms = self._messages.get(one, (one, other))
        # French counts nothing as one, the others as many.
        is_one = count in (0, 1) if self.language == "fr" else count == ENGLISH_PLURAL
        return _filled(forms[0 if is_one else -1], {"count": count, **values})

    def listed(self, parts: Iterable[str]) -> str:
        """Return `parts` as a sentence lists them."""
        *first, last = [*parts] or [""]
        return f"{', '.join(first)}{LISTS[self.language]}{last}" if first else last

    def minutes(self, count: int) -> str:
        """Return a number of minutes in words."""
        return self.plural(count, "{count} minute", "{count} minutes")

    def time_of_day(self, at: int, now: int) -> str:
        """Return the time of day of `at` (ms since 1970), with the day if it was another one."""
        then, today = time.localtime(at / 1000), time.localtime(now / 1000)
        if then[:3] == today[:3]:
            return time.strftime("%H:%M", then)
        return time.strftime(DAY_AND_TIME.get(self.language, "%d/%m, %H:%M"), then)


def stopwatch(ms: int) -> str:
    """Return a running time as on a stopwatch, `3:07`."""
    seconds = max(0, round(ms / 1000))
    hours, minutes = seconds // 3600, seconds // 60 % 60
    head = f"{hours}:{minutes:02}" if hours else str(minutes)
    return f"{head}:{seconds % 60:02}"


def spoken(wanted: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return the language to begin with: `wanted`, else that of the system, else English."""
    names = [wanted, *(environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES"))]
    names += [*environment.get("LANGUAGE", "").split(":"), environment.get("LANG", "")]
    found = (re.split(r"[_.\-@]", name)[0].lower() for name in names)
    return next((each for each in found if each in LANGUAGES), "en")


@cache
def messages(language: str) -> dict[str, tuple[str, ...]]:
    """Return what `language` says for each English message: one form, or one for each number."""
    if language == "en":
        return {}
    text = (LOCALES / f"{language}.po").read_text(encoding="utf-8")
    return {message: forms for message, forms in entries(text) if message and any(forms)}


def entries(catalogue: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each message of a gettext `catalogue` with its forms."""
    for block in re.split(r"\n\s*\n", catalogue):
        fields: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if found := QUOTED.match(line.strip()):
                name = found[1] or name
                fields[name] = fields.get(name, "") + json.loads(found[2])
        forms = tuple(text for field, text in fields.items() if field.startswith("msgstr"))
        if "msgid" in fields:
            yield fields["msgid"], forms


def _filled(message: str, values: Mapping[str, str | int]) -> str:
    return re.sub(r"\{(\w+)\}", lambda place: str(values.get(place[1], place[0])), message)
