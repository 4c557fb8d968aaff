"""Choosing on a terminal what of the screen is shared."""

from collections.abc import Sequence

from customer_client.screen.choice import EVERYTHING, Choice, monitor, only
from customer_client.screen.windows import Application


def listing(there: Sequence[Application]) -> str:
    """Return what can be chosen, for reading."""
    lines = ["/change all, /change monitor 1, or any of these applications, as in /change 1 2:"]
    for number, each in enumerate(there, 1):
        lines.append(f"  {number}  {each.name}: {', '.join(each.titles)}")
    return "\n".join(lines)


def chosen(words: Sequence[str], there: Sequence[Application]) -> Choice:
    """Return the choice that `words` make of `there`: all, a monitor's number, or applications by their
    number in the list, their name or a part of a title. Raises `LookupError`.
    """
    if list(words) == ["all"]:
        return EVERYTHING
    if len(words) == 2 and words[0] == "monitor" and words[1].isdecimal():
        return monitor(int(words[1]))
    return only(*(key for word in words for key in _keys(word, there)))


def _keys(word: str, there: Sequence[Application]) -> list[str]:
    if word.isdecimal() and 0 < int(word) <= len(there):
        return [there[int(word) - 1].key]
    sought = word.casefold()
    found = [each for each in there if sought == each.name.casefold()] or [
        each for each in there if any(sought in title.casefold() for title in each.titles)
    ]
    if not found:
        names = ", ".join(each.name for each in there)
        raise LookupError(f"No application is called {word}. There are: {names}.")
    return [each.key for each in found]
