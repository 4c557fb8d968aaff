"""Sizes, speeds and faults of files in words: the twin of `browser/src/file_texts.ts`."""

from typing import Final

from customer_client.window.happenings import refusal_text
from customer_client.words import Words
from protocol.fields import FileKind
from protocol.session import Session
from protocol.terms import Rules

STEP: Final = 1024
UNITS: Final = ("B", "kB", "MB", "GB")
FRENCH_UNITS: Final = ("o", "ko", "Mo", "Go")
LARGE: Final = 10
"""From here on nobody wants to read what stands behind the point."""

MINUTE: Final = 60


def size_text(t: Words, count: int) -> str:
    """Return `count` bytes as people say it: 512 B, 1.4 MB."""
    unit, amount = 0, float(count)
    while amount >= STEP and unit < len(UNITS) - 1:
        amount /= STEP
        unit += 1
    is_whole = unit == 0 or amount >= LARGE or round(amount, 1) == round(amount)
    said = f"{amount:.0f}" if is_whole else f"{amount:.1f}"
    units = FRENCH_UNITS if t.language == "fr" else UNITS
    return f"{said if t.language == 'en' else said.replace('.', ',')}\u00a0{units[unit]}"


def over_text(t: Words, size: int, rules: Rules) -> str:
    """Return the size of a file that was not taken, never in the same words as the limit it is over."""
    said, most = size_text(t, size), size_text(t, rules.file_bytes)
    is_over = size > rules.file_bytes and said == most
    return t("a little over {size}", size=most) if is_over else said


def pace_text(t: Words, bytes_per_second: float, left: int) -> str:
    """Return how fast it goes and how long it takes, where that is known."""
    if bytes_per_second <= 0:
        return ""
    speed = t("{size} a second", size=size_text(t, round(bytes_per_second)))
    seconds = -(-left // max(1, round(bytes_per_second)))
    if seconds < MINUTE:
        wait = t.plural(max(1, seconds), "{count} second left", "{count} seconds left")
    else:
        wait = t.plural(-(-seconds // MINUTE), "{count} minute left", "{count} minutes left")
    return f"{speed} · {wait}"


def file_refusal_text(t: Words, problem: str, rules: Rules) -> str:
    """Return a sentence about a file that is not taken; limits are those of the session."""
    match problem:
        case "file_too_large":
            most = size_text(t, rules.file_bytes)
            return t("This file is too large: at most {size} can be sent.", size=most)
        case "files_too_large":
            most = size_text(t, rules.files_bytes)
            return t("All files of this chat together may have at most {size}.", size=most)
        case "file_kind":
            kinds = t.listed(_kind_text(t, kind) for kind in rules.file_kinds)
            return t("Such files are not taken here. You can send: {kinds}", kinds=kinds)
        case "file_empty":
            return t("This file is empty.")
        case "unreadable":
            return t("This is no file that can be read.")
    return refusal_text(t, problem)


def _kind_text(t: Words, kind: FileKind) -> str:
    words = {"picture": t("pictures"), "text": t("text")}
    names = {"word": "Word", "excel": "Excel"}
    return words.get(kind) or names.get(kind) or kind.upper()


def fault_text(t: Words, why: str) -> str:
    """Return why nobody gets a file."""
    match why:
        case "kind":
            return t("Not delivered: the content is not what the name says.")
        case "infected":
            return t("Not delivered: it contains malicious software.")
        case "unchecked":
            return t("Not delivered: it could not be checked.")
    return t("Not delivered: it took too long.")


def state_text(t: Words, state: str, session: Session, *, is_mine: bool) -> str:
    """Return how far a file is."""
    if session.state == "ended" and state in ("offered", "accepted", "checking"):
        return t("Not sent")
    if is_mine:
        said = {
            "offered": t("Waiting for the other side"),
            "accepted": t("Sending…"),
            "declined": t("Declined"),
            "arrived": t("Sent"),
        }
    else:
        said = {
            "offered": t("Would you like to have this file?"),
            "accepted": t("On its way…"),
            "declined": t("You declined this file."),
            "arrived": t("Received"),
        }
    both = {"checking": t("Being checked…"), "withdrawn": t("Withdrawn")}
    return said.get(state) or both.get(state) or t("Not sent")


def saved_text(t: Words, state: str, name: str) -> str:
    """Return what became of saving a file as `name`."""
    match state:
        case "saving":
            return t("Saving…")
        case "saved":
            return t("Saved as {name}.", name=name)
        case "damaged":
            return t("What came was damaged, so nothing was saved. Please try again.")
        case "gone":
            return t("This file cannot be had any more.")
    return t("It cannot be saved there. Please choose another place.")
