"""What a customer wants of their case, and how it is asked for."""

import asyncio
import time
import webbrowser
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from customer_client.calls import CallFailed, Calls, Expected
from customer_client.known import Known
from customer_client.link import Link, new_request_id
from customer_client.own_screen import OwnScreen, monitors
from customer_client.screen.choice import Choice
from customer_client.screen.display import Display, DisplayLost
from customer_client.screen.windows import Application
from customer_client.window import deeds as d
from customer_client.window.recording import was_recorded
from customer_client.window.sheets import given_address
from customer_client.window.state import Code, Local, OwnLine
from protocol import messages as m
from protocol import requests as r
from protocol.session import Refused

WRITING_EVERY_SECONDS = 3.0
"""Half of what is shown, so that steady typing does not flicker when one signal is lost."""

LONG_SECONDS = 3600.0

NOT_YET = 2**53
"""A place that no session reaches: nothing that happened on the page concerns this computer."""


class Wishes:
    """Asks over `link` and by `calls`; `follow` begins to follow a session, `changed` is told when
    the customer wants to share, or no more. `why_not` is the problem that keeps them from it.
    """

    def __init__(  # noqa: PLR0913 - what a wish may need
        self,
        known: Known,
        link: Link,
        calls: Calls,
        screen: OwnScreen,
        *,
        open_display: Callable[[], Display],
        follow: Callable[[str], Awaitable[None]],
        changed: Callable[[], None],
        running: Callable[[], Sequence[Application]] = tuple,
        why_not: str = "",
    ) -> None:
        self._running = running
        self._known = known
        self._link = link
        self._calls = calls
        self._screen = screen
        self._open_display = open_display
        self._follow = follow
        self._changed = changed
        self._why_not = why_not
        self._wrote_at = 0.0
        self.wants_to_share = False

    def do(self, deed: d.Deed, local: Local) -> None:
        """Do what the reader wants, as far as it concerns more than the window."""
        match deed:
            case d.Ask():
                is_erasing = deed.kind is r.EraseMyTexts
                asking = self._erase() if is_erasing else self.ask(deed.kind, **deed.about)
                self._known.start(asking)
            case d.Answer():
                about = {"scope": local.scope} if deed.allowed else {}
                self._known.start(self.ask(r.AnswerGrants, allowed=deed.allowed, **about))
            case d.Go():
                self._known.patch(refusal="", fault="", mailed="")
                if deed.sheet == "share":
                    self._known.start(self._find_monitors())
            case d.Share():
                self._known.start(self.share(deed.choice))
            case d.StopSharing():
                self.stop_now()
                self._known.start(self.ask(r.StopSharing))
            case d.ConfirmCode():
                self._screen.confirm_code()
            case d.ForgetProblem():
                self._known.patch_picture(problem="")
            case d.Say() | d.Edit() | d.Typed():
                self._do_with_words(deed, local)
            case _:
                self._known.start(self._do_beside_the_session(deed, local))

    def _do_with_words(self, deed: d.Say | d.Edit | d.Typed, local: Local) -> None:
        case = self._known.case
        if isinstance(deed, d.Say):
            self._known.start(self._say(local.drafts.get("say", "")))
        elif isinstance(deed, d.Edit):
            self._known.patch(own=tuple(each for each in case.own if each.id != deed.line))
        elif deed.field == "say" and deed.text:
            self._typed()
        elif deed.field == "message" and case.left in ("left", "erased"):
            self._known.patch(left="", fault="")

    async def ask(self, kind: type[r.Request], **about: Any) -> bool:
        """Ask the broker for something about the session; say whether it was done."""
        session = self._known.case.session
        if not session:
            return False
        name = kind.__name__
        self._known.patch(asking=self._known.case.asking | {name}, refusal="")
        try:
            await self._link.ask(kind(id=new_request_id(), session=session.id, **about))
        except Refused as refused:
            self._known.patch(refusal=refused.code)
            return False
        finally:
            self._known.patch(asking=self._known.case.asking - {name})
        return True

    async def _erase(self) -> None:
        """Have one's words erased; what was recorded can be proved later by the ledger's head."""
        session = self._known.case.session
        if await self.ask(r.EraseMyTexts) and session and was_recorded(session):
            with suppress(CallFailed):  # the receipt is as good without
                told = await self._calls.call("GET", "/v1/ledger/head")
                self._known.patch(ledger_head=str(told["head"]))

    async def _begin(self, start: d.Start, local: Local) -> None:
        drafts, code = local.drafts, self._known.case.code
        self._known.patch(is_starting=True, refusal="", rep_gone=False)
        asked = r.Start(
            id=new_request_id(),
            issue=start.issue,
            code=code.digits if code else "",
            rep=start.rep,
            name=drafts.get("name", "").strip(),
            email=drafts.get("email", "").strip(),
            language=local.language,
            where="app",
        )
        try:
            answered = await self._link.ask(asked)
        except Refused as refused:
            if refused.code == "not_now" and refused.detail:
                await self._follow(refused.detail)
            elif start.rep and refused.code == "nobody_available":
                self._known.patch(rep_gone=True)
            else:
                self._known.patch(refusal=refused.code)
        else:
            await self._follow(answered.session)
        finally:
            self._known.patch(is_starting=False)

    async def use_code(self, digits: str) -> None:
        """Show whom the code leads to, or what is wrong with it."""
        self._known.patch(code=Code(digits=digits), refusal="")
        try:
            await self._link.until(lambda link: link.welcome, LONG_SECONDS)
            expected = await self._calls.redeem_code(digits)
        except CallFailed as failed:
            self._known.patch(code=Code(digits=digits, problem=failed.code))
        else:
            if expected.session:
                await self._join(expected)
            else:
                self._known.patch(code=Code(digits=digits, name=expected.name))

    async def _join(self, expected: Expected) -> None:
        """Go on with a session of the customer's page, in its place."""
        self._known.patch(joined=NOT_YET)
        self._calls.become(expected.token)
        await self._link.begin_anew()
        await self._link.until(lambda link: link.welcome, LONG_SECONDS)
        asked = r.MoveTo(id=new_request_id(), session=expected.session, where="app")
        joined = 1
        with suppress(Refused):  # it is over, or in an app already: both can be seen
            joined = (await self._link.ask(asked)).place
        self._known.patch(joined=joined)
        await self._follow(expected.session)
        self._known.patch(code=None)

    async def _say(self, text: str) -> None:
        session = self._known.case.session
        if not session or not text.strip():
            return
        asked = r.Say(id=new_request_id(), session=session.id, text=text)
        self._known.patch(own=(*self._known.case.own, OwnLine(id=asked.id, text=text)))
        self._wrote_at = 0.0
        try:
            answered = await self._link.ask(asked)
        except Refused as refused:
            self._change_line(asked.id, refusal=refused.code)
            return
        current = self._known.case.session
        if current and answered.place <= current.place:
            self._known.patch(
                own=tuple(each for each in self._known.case.own if each.id != asked.id)
            )
        else:
            self._change_line(asked.id, place=answered.place)

    def _change_line(self, line: str, **change: Any) -> None:
        own = (replace(e, **change) if e.id == line else e for e in self._known.case.own)
        self._known.patch(own=tuple(own))

    def _typed(self) -> None:
        now, session = time.monotonic(), self._known.case.session
        if session and now - self._wrote_at >= WRITING_EVERY_SECONDS:
            self._wrote_at = now
            self._known.start(self._link.signal(m.Writing(session=session.id)))

    async def _do_beside_the_session(self, deed: d.Deed, local: Local) -> None:
        match deed:
            case d.Start():
                await self._begin(deed, local)
            case d.UseCode() if deed.digits:
                await self.use_code(deed.digits)
            case d.UseCode():
                self._known.patch(code=None, refusal="")
            case d.LeaveMessage():
                await self._leave_message(deed.issue, local)
            case d.GoOnInBrowser():
                await self._go_on_in_browser(local.language)
            case d.EraseMessages():
                if await self._post("/v1/messages/erase"):
                    self._known.patch(left="erased")
            case d.MailTranscript() if self._known.case.session:
                email = local.drafts.get("email") or given_address(self._known.case)
                self._known.patch(mailed="sending")
                about = {"session": self._known.case.session.id, "email": email.strip(), "zone": ""}
                is_sent = await self._post("/v1/transcript-mails", about)
                self._known.patch(mailed="sent" if is_sent else "")

    async def _leave_message(self, issue: str, local: Local) -> None:
        drafts = local.drafts
        self._known.patch(left="leaving")
        message = {
            "id": new_request_id(),
            "issue": issue,
            "name": drafts.get("name", "").strip(),
            "email": drafts.get("email", "").strip(),
            "text": drafts.get("message", "").strip(),
            "language": local.language,
        }
        self._known.patch(left="left" if await self._post("/v1/messages", message) else "")

    async def _post(self, path: str, body: dict[str, Any] | None = None) -> bool:
        self._known.patch(fault="")
        try:
            await self._calls.call("POST", path, body)
        except CallFailed as failed:
            self._known.patch(fault=failed.code)
            return False
        return True

    async def share(self, choice: Choice) -> None:
        """Show this and nothing else; whoever may look sees it."""
        session = self._known.case.session
        if not session:
            return
        if self._why_not:
            self._known.patch_picture(problem=self._why_not)
            return
        self._known.patch_picture(choice=choice, problem="")
        self._screen.choose(choice)
        self.wants_to_share = True
        kind = r.ChangeSharing if session.sharing else r.ShareScreen
        if not await self.ask(kind, what=choice.what):
            self.wants_to_share = bool(session.sharing)
            self._known.patch_picture(problem=self._known.case.refusal)
        self._changed()

    async def _go_on_in_browser(self, language: str) -> None:
        try:
            address = await self._calls.window_address(language)
        except CallFailed as failed:
            self._known.patch_picture(problem=failed.code)
            return
        if await asyncio.to_thread(webbrowser.open, address):
            self._known.patch_picture(problem="")

    def stop_now(self) -> None:
        """Stop sharing here; from any thread, and before anybody is told."""
        self.wants_to_share = False
        self._screen.stop()

    async def _find_monitors(self) -> None:
        if self._why_not:
            return
        with suppress(DisplayLost):  # then it is said when it is to be shared
            found = await asyncio.to_thread(monitors, self._open_display)
            self._known.patch_picture(monitors=found)
            there = await asyncio.to_thread(self._running)
            self._known.patch_picture(applications=tuple(there))
