"""What of the screen the customer shows: all of it, one monitor, or the windows of chosen applications."""

from msgspec import Struct

from protocol.fields import Shared


class Choice(Struct, frozen=True, kw_only=True):
    """`monitor` counts from 1; `applications` are keys of `windows.Application`. Where applications are
    shown and none of them is left, nothing is shown.
    """

    what: Shared = "screen"
    monitor: int = 0
    applications: frozenset[str] = frozenset()


EVERYTHING = Choice()


def monitor(number: int) -> Choice:
    """Return the choice of one monitor, counted from 1; 0 is everything."""
    return Choice(what="monitor", monitor=number) if number else EVERYTHING


def only(*applications: str) -> Choice:
    """Return the choice of the applications with these keys."""
    return Choice(what="applications", applications=frozenset(applications))
