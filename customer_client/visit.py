"""One customer's visit from a terminal: a session from its start to its end, and its screen.

What is asked is asked on the terminal, unless it was allowed on the command line. The screen is shared
while the session says so, input let in while a grant says so; both end here before the broker is told.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import aiohttp
import msgspec

from customer_client.choosing import chosen, listing
from customer_client.direct.paths import DirectPaths
from customer_client.errands import ASKING, Errands
from customer_client.link import Followed, Link, Visitor, new_request_id
from customer_client.marks import mark_words
from customer_client.screen.choice import EVERYTHING, Choice
from customer_client.screen.display import Display
from customer_client.screen.hot_key import HotKey
from customer_client.screen.sharing import Sharing
from customer_client.screen.uplink import NoTicket, Ticket
from customer_client.screen.watermark import Marking
from customer_client.screen.x11_owners import running
from customer_client.sentences import consent, told, wish
from customer_client.terminal import Terminal
from customer_client.window.happenings import action_text
from customer_client.words import Words
from protocol import facts as f
from protocol import requests as r
from protocol.fields import Tool
from protocol.session import Action, Prompt, Refused, Session
from protocol.watermark import Watermark

ANSWER_SECONDS = 30.0
LONG_SECONDS = 3600.0
GOODBYE_SECONDS = 3.0
AGAIN_SECONDS = 2.0


class Visit:
    """A visit to the broker at `url`. `allowed` are the tools that are given without asking."""

    def __init__(
        self,
        url: str,
        http: aiohttp.ClientSession,
        open_display: Callable[[], Display],
        allowed: frozenset[str] = frozenset(),
        choice: Choice = EVERYTHING,
        words: Words | None = None,
    ) -> None:
        self._words = words or Words()
        self._url = url.rstrip("/")
        self._http = http
        self._visitor = Visitor(url, http)
        self._link = Link(url, self._visitor.ticket, http)
        self._open_display = open_display
        self._allowed = allowed
        self._choice = choice
        self._typed: asyncio.Queue[str] = asyncio.Queue()
        self._terminal = Terminal(self._typed.put_nowait, self._words)
        self._followed: Followed | None = None
        self._sharing: Sharing | None = None
        self._paths: DirectPaths | None = None
        self._told_path = ""
        self._is_wanted = False
        """The customer wants to share: since they asked to, until they stopped."""
        self._marking = Marking(self._mark_words)
        self._errands = Errands(self._ask, self._session, self._broker_time, open_display)
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
                t = self._words
                self._terminal.print(t("{name} is expecting you.", name=expected["name"]))
            about = {"name": name, "code": code, "language": self._words.language}
            session = await self._start(issue=self._issue(issue), **about)
            self._followed = await self._link.follow(session)
            try:
                await self._attend(self._followed)
            finally:
                await self._leave(self._followed.session)

    async def _start(self, **about: str) -> str:
        """Open a session, as soon as somebody is there who could help; return its id."""
        is_told, t = False, self._words
        while True:
            try:
                start = r.Start(id=new_request_id(), where="app", **about)
                return (await self._link.ask(start)).session
            except Refused as refused:
                if refused.code != "nobody_available":
                    raise
            if not is_told:
                self._terminal.print(t("Nobody is there at the moment. Waiting for somebody."))
                is_told = True
            await asyncio.sleep(AGAIN_SECONDS)

    def _issue(self, wanted: str) -> str:
        """Return the id of the issue called `wanted`, by default of the first."""
        for each in self._site["issues"]:
            if not wanted or wanted.casefold() in (each["id"].casefold(), each["name"].casefold()):
                return str(each["id"])
        t, names = self._words, ", ".join(each["name"] for each in self._site["issues"])
        raise LookupError(
            t("There is no issue called {wanted}. There are: {names}.", wanted=wanted, names=names)
        )

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
                    if isinstance(fact, ASKING):
                        group.create_task(self._errands.run(fact))
                    if isinstance(fact, f.GrantsGiven) and "view" in fact.tools:
                        group.create_task(self._share_as_allowed(followed.session))
                told = followed.place
                if not followed.session.sharing:
                    self._put_away()
                self._ask_what_is_due(group, followed.session)
                if followed.session.state != "ended":
                    await self._until(lambda: followed.place > told)  # noqa: B023
            for task in tasks:
                task.cancel()
            self._drop_question()

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            if self._link.dismissed:
                t = self._words
                raise ConnectionError(t("The server does not know this visit any more."))
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
            t = self._words
            self._terminal.print(t("That is not possible now ({why}).", why=refused.code))
            return False
        return True

    # --- chat

    async def _say_what_is_typed(self) -> None:
        while True:
            line = await self._typed.get()
            if line == "/share":
                await self._show()
            elif line.startswith("/change"):
                await self._change(line.removeprefix("/change").split())
            elif line == "/same" and self._paths and self._paths.used:
                self._paths.used.verify()
            elif line == "/stop":
                self.stop()
                await self._ask(r.StopSharing)
            else:
                await self._ask(r.Say, text=line)

    def _tell(self, fact: f.Fact, session: Session) -> None:
        if line := told(self._words, fact, session):
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
        elif session.action and not session.action.allowed:
            about = session.action
            asking = self._ask_action(session.action, session)
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
            consent(self._words, which), session.rules.acceptance_seconds
        )
        if which == "recording":
            digest = session.rules.recording_digest
            await self._ask(r.AnswerRecording, allowed=allowed, digest=digest)
        else:
            kind = r.AcceptAgreement if allowed else r.DeclineAgreement
            await self._ask(kind, digest=session.rules.agreement_digest)

    async def _ask_grants(self, prompt: Prompt, session: Session) -> None:
        t = self._words
        name = session.names.get(prompt.rep) or t("The representative")
        wanted = t.listed(wish(t, tool) for tool in prompt.tools)
        allowed = self._allowed.issuperset(prompt.tools)
        if allowed:
            said = t("{name} may: {wanted}, as was allowed at the start.", name=name, wanted=wanted)
            self._terminal.print(said)
        else:
            seconds = min(ANSWER_SECONDS, (prompt.until - self._broker_time()) / 1000)
            question = t("{name} asks to: {wanted}. Allow?", name=name, wanted=wanted)
            allowed = await self._terminal.asks(question, seconds)
        await self._ask(r.AnswerGrants, allowed=allowed)

    async def _ask_action(self, action: Action, session: Session) -> None:
        t = self._words
        name = session.names.get(action.rep) or t("The representative")
        wanted = action_text(t, action.action, self._errands.url)
        seconds = min(ANSWER_SECONDS, (action.until - self._broker_time()) / 1000)
        question = t("{name} asks to: {wanted}. Allow?", name=name, wanted=wanted)
        await self._ask(r.AnswerAction, allowed=await self._terminal.asks(question, seconds))

    # --- the screen

    async def _share_as_allowed(self, session: Session) -> None:
        """Show the screen to who may look, unless it is shown or all is over already."""
        if session.state == "talking" and not session.sharing:
            await self._show()

    async def _show(self) -> None:
        self._is_wanted = True
        await self._ask(r.ShareScreen, what=self._choice.what)

    async def _change(self, words: list[str]) -> None:
        """Change what is shared as `words` say, or say what there is to choose from."""
        there = running()
        if not words:
            self._terminal.print(listing(there))
            return
        try:
            self._choice = chosen(words, there)
        except LookupError as fault:
            self._terminal.print(str(fault))
            return
        # First here; the broker only passes it on.
        if self._sharing:
            self._sharing.choose(self._choice)
        if self._followed and self._followed.session.sharing:
            await self._ask(r.ChangeSharing, what=self._choice.what)

    async def _share(self) -> None:
        """Share the screen whenever the session says that it is shared."""
        assert self._followed
        followed = self._followed
        while True:
            await self._until(lambda: bool(followed.session.sharing) and self._is_wanted)
            self._sharing = Sharing(
                *(self._http, self._ticket, self._open_display, self.may, self._choice),
                layers=(self._marking,),
            )
            paths = DirectPaths(
                self._link,
                self._sharing.lines,
                lambda: followed.session,
                self._broker_time,
                self._tell_of_path,
            )
            self._paths = paths
            with self._hot_key():
                async with self._sharing.running(), paths.running():
                    await self._until_unshared(followed, paths)

    async def _until_unshared(self, followed: Followed, paths: DirectPaths) -> None:
        await self._until(lambda: not (paths.look() and followed.session.sharing))

    def _tell_of_path(self) -> None:
        """Say which way the picture takes, and whether nobody is in between."""
        assert self._followed
        path = self._paths.used if self._paths else None
        name = self._followed.session.names.get(path.rep, "") if path else ""
        t = self._words
        if not path:
            told = t("Your screen goes over a relay again.") if self._told_path else ""
        elif path.is_verified:
            told = t("Verified: nobody is between you and {name}.", name=name)
        else:
            told = t(
                "Your screen goes directly to {name}. Your code is {code}. If {name} has the same, type /same.",
                name=name,
                code=f"{path.code[:3]} {path.code[3:]}",
            )
        if told != self._told_path:
            self._told_path = told
            self._terminal.print(told)

    @contextmanager
    def _hot_key(self) -> Iterator[None]:
        """Let the customer stop by a key, whatever program they are in."""
        loop = asyncio.get_running_loop()

        def pressed() -> None:
            # First here, on this thread: the loop may have more to do.
            self.stop()
            loop.call_soon_threadsafe(self._typed.put_nowait, "/stop")

        key = HotKey(pressed)
        key.start()
        try:
            yield
        finally:
            key.stop()

    def stop(self) -> None:
        """Stop sharing here and now, from any thread; the broker is told afterwards, or notices.

        What the broker still believes brings nothing back: only the customer's asking again does.
        """
        self._is_wanted = False
        self._put_away()

    def _put_away(self) -> None:
        if self._sharing:
            self._sharing.stop()

    def may(self, tool: Tool) -> bool:
        """Say whether some rep holds a live grant of `tool`."""
        now = self._broker_time()
        grants = self._followed.session.grants if self._followed else ()
        return any(grant.tool == tool and now < grant.until for grant in grants)

    def _session(self) -> Session | None:
        return self._followed.session if self._followed else None

    def _broker_time(self) -> int:
        return int(time.monotonic() * 1000) + self._ahead

    async def _ticket(self) -> Ticket:
        assert self._followed
        try:
            path = f"/v1/sessions/{self._followed.session.id}/picture"
            answer = await self._call("POST", path, {})
        except aiohttp.ClientResponseError as refused:
            raise NoTicket(str(refused.status)) from refused
        self._marking.mark = msgspec.convert(answer.get("watermark"), Watermark | None)
        return Ticket(answer["address"], answer["lease"])

    def _mark_words(self) -> dict[str, str] | None:
        assert self._followed
        return mark_words(self._followed.session, self._site["organisation"], self._broker_time())

    async def _call(self, method: str, path: str, body: object = None) -> Any:
        headers = {}
        if self._visitor.token:
            headers["Authorization"] = f"Bearer {self._visitor.token}"
        async with self._http.request(
            method, self._url + path, json=body, headers=headers
        ) as response:
            response.raise_for_status()
            return await response.json()
