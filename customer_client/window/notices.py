"""Problems that are known already, so that nobody need wait to report them."""

from collections.abc import Mapping, Sequence
from typing import Any

from customer_client.window.deeds import Ask
from customer_client.window.nodes import Button, Column, Node, Text
from customer_client.window.state import Case
from customer_client.words import Words
from protocol import facts as f
from protocol import requests as r


def notices(
    shown: Sequence[Mapping[str, Any]], t: Words, key: str, *, can_leave: bool = False
) -> list[Node]:
    """Return each of `shown`, with a way to leave because of it where there is something to leave."""
    return [
        Column(
            key=f"{key} {each['id']}",
            children=(
                Text(text=each["text"]),
                *([_leave(each["id"], t)] if can_leave else []),
            ),
            ground="warn",
            gap=8,
        )
        for each in shown
    ]


def _leave(notice: str, t: Words) -> Button:
    about = {"notice": notice}
    return Button(text=t("Leave because of this"), does=Ask(kind=r.LeaveOnNotice, about=about))


def known_notices(case: Case) -> list[dict[str, Any]]:
    """Return what is shown to all, and what was pushed into this session: the last words of each."""
    known = {each["id"]: dict(each) for each in (case.site or {}).get("notices", [])}
    for entry in case.entries:
        if isinstance(entry.fact, f.Noticed):
            known[entry.fact.notice] = {"id": entry.fact.notice, "text": entry.fact.text}
    return [*known.values()]


def notice_left_on(case: Case) -> str:
    """Return the words of the notice because of which the session ended, if they are known."""
    ended = next((e.fact for e in case.entries if isinstance(e.fact, f.Ended)), None)
    left = ended.notice if ended else ""
    return next((each["text"] for each in known_notices(case) if each["id"] == left), "")
