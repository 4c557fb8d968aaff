"""One customer's visit from a terminal: a session from its start to its end, and its screen.

What is asked of the customer is asked on the terminal, unless it was allowed on the command line. The
screen is shared while the session says so, and input is let in while a grant says so; both end here
first, before the broker is told.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import aiohttp

from customer_client.link import Followed, Link, Visitor, new_request_id
from customer_client.screen.display import Display
from customer_client.screen.sharing import Sharing
from customer_client.screen.uplink import NoTicket, Ticket
from customer_client.terminal import Terminal
from protocol import facts as f
from protocol import requests as r
from protocol.fields import Shared, Tool
from protocol.session import Prompt, Refused, Session

ANSWER_SECONDS = 30.0
LONG_SECONDS = 3600.0
GOODBYE_SECONDS = 3.0
AGAIN_SECONDS = 2.0

TOOLS: dict[Tool, str] = {
    "view": "see your screen",
    "control": "use your mouse and keyboard",
    "clipboard": "share the clipboard",
    "files": "exchange files",
    "system_information": "read about this computer",
    "special_actions": "do special things",
}


CONSENTS = {
    "agreement": "Do you accept?",
    "recording": "May we record this session?",
}

LINES: dict[type[f.Fact], str] = {
    f.Nudged: "\a(The representative would like your attention.)",
    f.GrantsRefused: "Nothing was allowed.",
    f.ScreenShared: "Your screen is shared now. Type /stop, or press Ctrl-C, to end that.",
    f.SharingStopped: "Your screen is not shared any more.",
    f.SharingPaused: "Sharing is paused: it cannot be recorded at the moment.",
    f.SharingResumed: "Sharing goes on.",
    f.Ended: "The session has ended.",
}


class Visit:
    """A visit to the broker at `url`. `allowed` are the tools that are given without asking."""

    def __init__(
        self,
        url: str,
        http: aiohttp.ClientSession,
        open_display: Callable[[], Display],
        allowed: frozenset[str] = frozenset(),
        monitor: int = 0,
    ) -> None:
        self._url = url.rstrip("/")
        self._http = http
        self._visitor = Visitor(url, http)
        self._link = Link(url, self._visitor.ticket, http)
        self._open_display = open_display
        self._allowed = allowed
        self._monitor = monitor
        self._typed: asyncio.Queue[str] = asyncio.Queue()
        self._terminal = Terminal(self._typed.put_nowait)
        self._followed: Followed | None = None
        self._sharing: Sharing | None = None
        self._question: tuple[object, asyncio.Task[None]] | None = None
        self._site: dict[str, Any] = {}
        self._ahead = 0
        """The broker's clock less our own that never jumps, in ms."""

    # --- the whole visit

    async def run(self, issue: str, name: str, code: str = "") -> None:
        """Start a session and stay until it ends; being cancelled, end it."""
        self._site = await self._call("GET", "/v1/site")
        async with self._link.running():
            await self._link.until(lambda link: link.welcome)
            assert self._link.welcome
            self._ahead = self._link.welcome.now - int(time.monotonic() * 1000)
            if code:
                expected = await self._call("POST", "/v1/codes/redeem", {"code": code})
                self._terminal.print(f"{expected['name']} is expecting you.")
            session = await self._start(issue=self._issue(issue), name=name, code=code)
            self._followed = await self._link.follow(session)
            try:
                await self._attend(self._followed)
            finally:
                await self._leave(self._followed.session)

    async def _start(self, **about: str) -> str:
        """Open a session, as soon as somebody is there who could help; return its id."""
        is_told = False
        while True:
            try:
                return (await self._link.ask(r.Start(id=new_request_id(), **about))).session
            except Refused as refused:
                if refused.code != "nobody_available":
                    raise
            if not is_told:
                self._terminal.print("Nobody is there at the moment. Waiting for somebody.")
                is_told = True
            await asyncio.sleep(AGAIN_SECONDS)

    def _issue(self, wanted: str) -> str:
        """Return the id of the issue called `wanted`, by default of the first."""
        for each in self._site["issues"]:
            if not wanted or wanted.casefold() in (each["id"].casefold(), each["name"].casefold()):
                return str(each["id"])
        names = ", ".join(each["name"] for each in self._site["issues"])
        raise LookupError(f"There is no issue called {wanted}. There are: {names}.")

    async def _attend(self, followed: Followed) -> None:
        """Do what each fact asks for, until the session has ended."""
        told = 0
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._say_what_is_typed(), name="typing"),
                group.create_task(self._share(), name="sharing"),
            ]
            while told < followed.place or followed.session.state != "ended":
                for fact in followed.facts[told:]:
                    self._tell(fact, followed.session)
                    if isinstance(fact, f.GrantsGiven) and "view" in fact.tools:
                        group.create_task(self._share_as_allowed(followed.session))
                told = followed.place
                if not followed.session.sharing:
                    self.stop()
                self._ask_what_is_due(group, followed.session)
                if followed.session.state != "ended":
                    await self._until(lambda: followed.place > told)  # noqa: B023
            for task in tasks:
                task.cancel()
            self._drop_question()

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            if self._link.dismissed:
                raise ConnectionError("The server does not know this visit any more.")
            with suppress(TimeoutError):
                await self._link.until(lambda link: holds() or link.dismissed, LONG_SECONDS)

    async def _leave(self, session: Session) -> None:
        """End the session, if it has not ended, as far as the line allows."""
        self.stop()
        if session.state == "ended" or self._link.dismissed:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._ask(r.End)

    async def _ask(self, kind: type[r.Request], **about: Any) -> bool:
        """Ask the broker for something; say whether it was done."""
        assert self._followed
        asked = kind(id=new_request_id(), session=self._followed.session.id, **about)
        try:
            await self._link.ask(asked)
        except Refused as refused:
            self._terminal.print(f"That is not possible now ({refused.code}).")
            return False
        return True

    # --- chat

    async def _say_what_is_typed(self) -> None:
        while True:
            line = await self._typed.get()
            if line == "/share":
                await self._ask(r.ShareScreen, what=self._what)
            elif line == "/stop":
                self.stop()
                await self._ask(r.StopSharing)
            else:
                await self._ask(r.Say, text=line)

    def _tell(self, fact: f.Fact, session: Session) -> None:
        if line := told(fact, session):
            self._terminal.print(line)

    # --- questions

    def _ask_what_is_due(self, group: asyncio.TaskGroup, session: Session) -> None:
        """Put the question that is open to the customer, once; take back one that is not."""
        about: object = None
        asking: Coroutine[Any, Any, None] | None = None
        if session.state in ("agreement", "recording"):
            about = session.state
            asking = self._ask_consent(about, session)
        elif session.prompt:
            about = session.prompt
            asking = self._ask_grants(session.prompt, session)
        if self._question and self._question[0] == about:
            if asking:
                asking.close()
            return
        self._drop_question()
        if asking:
            self._question = (about, group.create_task(asking, name="question"))

    def _drop_question(self) -> None:
        if self._question:
            self._question[1].cancel()
            self._question = None

    async def _ask_consent(self, which: str, session: Session) -> None:
        text = self._site[which]
        if text:
            self._terminal.print(f"{text['title']}\n\n{text['text']}\n")
        allowed = which in self._allowed or await self._terminal.asks(
            CONSENTS[which], session.rules.acceptance_seconds
        )
        if which == "recording":
            digest = session.rules.recording_digest
            await self._ask(r.AnswerRecording, allowed=allowed, digest=digest)
        else:
            kind = r.AcceptAgreement if allowed else r.DeclineAgreement
            await self._ask(kind, digest=session.rules.agreement_digest)

    async def _ask_grants(self, prompt: Prompt, session: Session) -> None:
        name = session.names.get(prompt.rep, "The representative")
        wanted = ", ".join(TOOLS[tool] for tool in prompt.tools)
        allowed = self._allowed.issuperset(prompt.tools)
        if allowed:
            self._terminal.print(f"{name} may {wanted}, as was allowed when this was started.")
        else:
            seconds = min(ANSWER_SECONDS, (prompt.until - self._broker_time()) / 1000)
            allowed = await self._terminal.asks(f"{name} asks to {wanted}. Allow?", seconds)
        await self._ask(r.AnswerGrants, allowed=allowed)

    # --- the screen

    async def _share_as_allowed(self, session: Session) -> None:
        """Show the screen to who may look, unless it is shown or all is over already."""
        if session.state == "talking" and not session.sharing:
            await self._ask(r.ShareScreen, what=self._what)

    @property
    def _what(self) -> Shared:
        return "monitor" if self._monitor else "screen"

    async def _share(self) -> None:
        """Share the screen whenever the session says that it is shared."""
        assert self._followed
        followed = self._followed
        while True:
            await self._until(lambda: bool(followed.session.sharing))
            self._sharing = Sharing(
                self._http, self._ticket, self._open_display, self.may, self._monitor
            )
            async with self._sharing.running():
                await self._until(lambda: not followed.session.sharing)

    def stop(self) -> None:
        """Stop sharing here and now; the broker is told afterwards, or notices."""
        if self._sharing:
            self._sharing.stop()

    def may(self, tool: Tool) -> bool:
        """Say whether some rep holds a live grant of `tool`."""
        now = self._broker_time()
        grants = self._followed.session.grants if self._followed else ()
        return any(grant.tool == tool and now < grant.until for grant in grants)

    def _broker_time(self) -> int:
        return int(time.monotonic() * 1000) + self._ahead

    async def _ticket(self) -> Ticket:
        assert self._followed
        try:
            path = f"/v1/sessions/{self._followed.session.id}/picture"
            answer = await self._call("POST", path, {})
        except aiohttp.ClientResponseError as refused:
            raise NoTicket(str(refused.status)) from refused
        return Ticket(answer["address"], answer["lease"])

    async def _call(self, method: str, path: str, body: object = None) -> Any:
        headers = {}
        if self._visitor.token:
            headers["Authorization"] = f"Bearer {self._visitor.token}"
        async with self._http.request(
            method, self._url + path, json=body, headers=headers
        ) as response:
            response.raise_for_status()
            return await response.json()


def told(fact: f.Fact, session: Session) -> str:
    """Return what the customer is to read of `fact`; nothing of most."""
    name = session.names.get(fact.by, "")
    if isinstance(fact, f.Said):
        return "" if fact.by == session.customer else f"{name or 'Deskside'}: {fact.text}"
    if isinstance(fact, f.LinkPushed):
        return f"{name} sends a link: {fact.title} {fact.url}".strip()
    if isinstance(fact, f.Accepted):
        return f"{fact.name} is here to help."
    if isinstance(fact, f.Noticed):
        return fact.text
    return next((line for kind, line in LINES.items() if isinstance(fact, kind)), "")
