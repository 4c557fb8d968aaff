"""What a rep asks of the computer itself: to say what it is made of, and special actions.

The broker has checked every grant; here all of it is checked once more, at the moment when it counts.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from customer_client.actions import act, is_possible
from customer_client.computer import look
from customer_client.screen.display import Display, DisplayLost, Layout
from protocol import facts as f
from protocol import requests as r
from protocol.fields import ActionOutcome, SpecialAction, Tool
from protocol.session import Action, Session

ASKING = (f.SystemRequested, f.ActionRequested, f.ActionAnswered)
"""The facts that may ask something of this computer."""


class Ask(Protocol):
    """Asks the broker for something about the session."""

    def __call__(self, kind: type[r.Request], **about: Any) -> Awaitable[object]: ...


class Errands:
    """Runs the errands of the session that `session` returns. `ask` asks the broker, `now` is its
    time (ms), and `open_display` opens the display whose monitors are told.
    """

    def __init__(
        self,
        ask: Ask,
        session: Callable[[], Session | None],
        now: Callable[[], int],
        open_display: Callable[[], Display],
    ) -> None:
        self._ask = ask
        self._session = session
        self._now = now
        self._open_display = open_display
        self.url = ""
        """Which page is to be opened, as long as a rep asks for that."""

    async def run(self, fact: f.Fact) -> None:
        """Do what `fact` asks of this computer; most ask for nothing."""
        if isinstance(fact, f.SystemRequested):
            await self._tell_system(fact.by)
        elif isinstance(fact, f.ActionRequested):
            self.url = fact.url
            asked = self._asked(fact.action, fact.by)
            if asked and not asked.allowed and not is_possible(fact.action):
                await self._ask(r.ReportAction, outcome="not_possible")
        elif isinstance(fact, f.ActionAnswered) and fact.allowed:
            await self._act(fact.action, fact.rep)

    async def _tell_system(self, rep: str) -> None:
        if not self._may_know(rep):
            return
        system = await asyncio.to_thread(lambda: look(self._layout()))
        if self._may_know(rep):
            await self._ask(r.TellSystem, system=system)

    async def _act(self, action: SpecialAction, rep: str) -> None:
        asked = self._asked(action, rep)
        if not asked or not asked.allowed or not self._holds(rep, "special_actions"):
            return
        outcome: ActionOutcome = await asyncio.to_thread(act, action, self.url)
        await self._ask(r.ReportAction, outcome=outcome)

    def _may_know(self, rep: str) -> bool:
        session = self._session()
        is_asked = session is not None and session.system_for == rep
        return is_asked and self._holds(rep, "system_information")

    def _asked(self, action: SpecialAction, rep: str) -> Action | None:
        """Return what is asked for now, if it is still this."""
        session = self._session()
        asked = session.action if session else None
        return asked if asked and (asked.action, asked.rep) == (action, rep) else None

    def _holds(self, rep: str, tool: Tool) -> bool:
        session, now = self._session(), self._now()
        grants = session.grants if session else ()
        return any(g.tool == tool and g.rep == rep and now < g.until for g in grants)

    def _layout(self) -> Layout | None:
        try:
            with self._open_display() as display:
                return display.layout()
        except DisplayLost:
            return None
