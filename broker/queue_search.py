"""Find somebody in the queues, also behind those that a rep is shown.

Looked for in what `Queues` knows anyway, so it costs no database. What is found is as of its last
look; who was taken meanwhile is refused like anybody who was taken.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Annotated

from msgspec import Meta, Struct

from broker.http import Call
from broker.parts import Parts
from protocol.fields import Count, Id
from protocol.messages import Waiting

MOST_FOUND = 50


class AskWaiting(Struct, frozen=True, kw_only=True):
    """Who waits for `team`, or any of the caller's where it is empty, whose name has every word of
    `q` in it; further back than the first `after` that were found."""

    q: Annotated[str, Meta(max_length=200)] = ""
    team: Id = ""
    after: Count = 0


class Placed(Struct, frozen=True, kw_only=True):
    """Somebody who waits, and at which place in the queue of their team."""

    position: Count
    entry: Waiting


class WaitingFound(Struct, frozen=True, kw_only=True):
    """At most 50 of the `total` that were found, first to be served first."""

    total: Count
    found: tuple[Placed, ...]


async def find_waiting(parts: Parts, call: Call, asked: AskWaiting) -> WaitingFound:
    """Find who waits for the caller's teams."""
    teams = [team for team in call.known.party.teams if asked.team in ("", team)]
    found = find((parts.queues.waiting_for(team) for team in teams), asked.q)
    return WaitingFound(
        total=len(found), found=tuple(found[asked.after : asked.after + MOST_FOUND])
    )


def find(queues: Iterable[Sequence[Waiting]], words: str) -> list[Placed]:
    """Return whom `words` name in any of `queues`, first to be served first.

    Upper case and accents make no difference, and each word may stand anywhere in the name.
    """
    wanted = plain(words).split()
    found = [
        Placed(position=position, entry=entry)
        for queue in queues
        for position, entry in enumerate(queue, start=1)
        if not wanted or _has_all(plain(entry.name), wanted)
    ]
    return sorted(
        found, key=lambda each: (not each.entry.front, each.entry.waiting_since, each.entry.session)
    )


def _has_all(name: str, words: Sequence[str]) -> bool:
    return all(word in name for word in words)


def plain(text: str) -> str:
    """Return `text` in small letters without accents."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
