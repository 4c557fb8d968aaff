"""The words that the broker itself says to people, in their language.

English stands in the source and is the key, as in the pages (`browser/src/catalogue.ts`); the
others are gettext catalogues in `broker/locales`. Dates are written as Babel knows them.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = ("en", "de", "es", "fr", "it")


def t(language: str, message: str, **values: str | int) -> str:
    """Return `message` in `language`, each `{name}` replaced by its value."""
    words = messages(language).get(message, message) if language != "en" else message
    return filled(words, values)


def filled(words: str, values: Mapping[str, str | int]) -> str:
    """Return `words` with each `{name}` replaced by its value; where there is none, as it stands."""
    return re.sub(r"\{(\w+)\}", lambda place: str(values.get(place[1], place[0])), words)


def moment(language: str, at: int, zone: str = "") -> str:
    """Write the time `at` (ms) as people of `language` do, where clocks are set as in `zone`."""
    when = datetime.fromtimestamp(at / 1000, UTC)
    return format_datetime(when, "medium", tzinfo=_zone(zone), locale=language)


def is_zone(name: str) -> bool:
    """Say whether `name` is a time zone, such as `Europe/Berlin`."""
    return bool(name) and _zone(name) is not UTC


def zone_of(name: str, at: int) -> tuple[int, str]:
    """Return by how many seconds the clocks of `name` are ahead of UTC at `at` (ms), and how they call it."""
    when = datetime.fromtimestamp(at / 1000, _zone(name))
    shift = when.utcoffset()
    return int(shift.total_seconds()) if shift else 0, when.tzname() or "UTC"


@cache
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (ValueError, OSError, KeyError):  # unknown, or not the name of a file at all
        return UTC


@cache
def messages(language: str) -> dict[str, str]:
    """Return what `language` says for each English message; nothing where we lack it."""
    path = LOCALES / f"{language}.po"
    if language not in LANGUAGES or not path.exists():
        return {}
    with path.open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if each.id and each.string}
