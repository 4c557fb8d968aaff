"""The customer's end of one direct path: what a rep may do on it, and what it carries.

Nothing is believed but what the broker has signed for exactly these two certificates, and not for longer
than it says. Runs in the event loop; only `emit` is called from another thread.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from customer_client.later import unpack
from protocol import messages as m
from protocol.direct import (
    CAPABILITY_SECONDS,
    INPUT,
    PICTURE,
    Allow,
    AnyControl,
    BadPiece,
    Capability,
    Joiner,
    Leave,
    Ping,
    Pong,
    Reveal,
    Take,
    Verified,
    commitment,
    pieces,
    read_capability,
    read_control,
    short_code,
)
from protocol.fields import Tool
from protocol.picture import Ack, BadPicture, Body, Geometry, Message, Wish
from protocol.picture_bytes import decode
from protocol.picture_rules import TOOLS, Rate, Viewer
from protocol.tokens import NotSigned, opened

LOOK_SECONDS: Final = 0.25
SILENT_SECONDS: Final = 1.5
"""A rep's end that says nothing for so long is not there, or the way to it is broken."""

GONE_SECONDS: Final = 15.0
"""After so long in silence nobody comes back to this path."""

SLACK_MS: Final = 2000
"""The broker's clock is known from the moment when its welcome came; that took a while."""

GEOMETRY_KIND: Final = 1
CLIPBOARD_KIND: Final = 48


class Lines(Protocol):
    """What chooses between this path and the relay."""

    is_stopped: bool

    def take(self, path: "DirectPath") -> bool:
        """Show the picture on `path`; say whether that may be."""

    def leave(self, path: "DirectPath") -> None:
        """Show it there no more."""

    def said(self, path: "DirectPath", body: Body) -> None:
        """Something came on `path`."""


class DirectPath:
    """The end that answers `proposed`. `may` says what the session allows a rep now, `now` is the
    broker's time (ms), `changed` is called when `code` or
    `is_verified` has become something else.
    """

    def __init__(
        self,
        proposed: m.DirectProposed,
        *,
        lines: Lines,
        may: Callable[[str, Tool], bool],
        now: Callable[[], int],
        changed: Callable[[], None] = lambda: None,
        relay_only: bool = False,
    ) -> None:
        self.proposed = proposed
        self._lines = lines
        self._may = may
        self._now = now
        self._changed = changed
        self._loop = asyncio.get_running_loop()
        self._key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(proposed.key))
        self._nonce = secrets.token_hex(16)
        self._capability: Capability | None = None
        unpack()
        from customer_client.direct.peer import Peer  # noqa: PLC0415 - see `later`

        self._peer = Peer(proposed.servers, self._hear, self._over, relay_only=relay_only)
        self._ended = asyncio.Event()
        self._heard_at = time.monotonic()
        self._joiners = {PICTURE: Joiner(), INPUT: Joiner()}
        self._rules = {PICTURE: Viewer(), INPUT: Viewer()}
        self._rate = Rate()
        self._stream = 0
        self._screen: Geometry | None = None
        self._verified_here = False
        self._verified_there = False
        self.code = ""
        """What both people see, once it is known."""

    @property
    def rep(self) -> str:
        """Who is at the other end."""
        return self.proposed.rep

    @property
    def is_confirmed(self) -> bool:
        """Say whether the customer has found the code to be the same."""
        return self._verified_here

    @property
    def is_verified(self) -> bool:
        """Say whether both people have found the code to be the same."""
        return self._verified_here and self._verified_there

    def verify(self) -> None:
        """The customer has compared the code."""
        if self.code:
            self._verified_here = True
            self._control(PICTURE, Verified())
            self._changed()

    # --- life

    async def run(self, answer: Callable[[m.AnswerDirect], Awaitable[None]]) -> None:
        """Answer, meet, and stay until it is over."""
        from customer_client.direct.peer import NotReached  # noqa: PLC0415 - see `later`

        try:
            end = await self._peer.gather()
            await answer(
                m.AnswerDirect(
                    session=self.proposed.session,
                    path=self.proposed.path,
                    rep=self.rep,
                    end=end,
                    nonce=self._nonce,
                )
            )
            await self._peer.meet(self.proposed.end)
            self._heard_at = time.monotonic()
            await self._watch()
        except NotReached:
            pass  # the relay goes on
        finally:
            self._lines.leave(self)
            await self._peer.close()

    async def _watch(self) -> None:
        while not self._ended.is_set():
            silent = time.monotonic() - self._heard_at
            if silent > GONE_SECONDS:
                return
            if silent > SILENT_SECONDS or not self.may("view"):
                self.leave()
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._ended.wait()
            except TimeoutError:
                continue

    def end(self) -> None:
        """End it at once: nothing more is shown or let in."""
        self._capability = None
        self._over()

    def _over(self) -> None:
        self._lines.leave(self)
        self._ended.set()

    def leave(self) -> None:
        """Show the picture over the relay again, and tell the rep's end."""
        self._lines.leave(self)

    def told_to_leave(self) -> None:
        """Tell the rep's end that the relay shows the picture again."""
        self._control(PICTURE, Leave())

    # --- what is allowed

    def may(self, tool: Tool) -> bool:
        """Say whether the rep may use `tool` here and now."""
        held = self._capability
        return (
            not self._lines.is_stopped
            and held is not None
            and tool in held.tools
            and self._now() < held.until
            and self._may(self.rep, tool)
        )

    def _allow(self, token: str) -> None:
        """Take a newer capability, if it is one for us."""
        try:
            said = read_capability(opened(token, self._key))
        except (NotSigned, msgspec.DecodeError):
            return
        mine = (self.proposed.session, self.rep, self._peer.fingerprint)
        if (said.session, said.rep, said.sharer) != mine:
            return
        if said.viewer != self.proposed.end.fingerprint:
            return
        latest = self._now() + CAPABILITY_SECONDS * 1000 + SLACK_MS
        if self._now() < said.until <= latest and (
            not self._capability or said.at > self._capability.at
        ):
            self._capability = said

    # --- what comes

    def _hear(self, channel: int, data: bytes | str) -> None:
        if self._ended.is_set():
            return
        try:
            self._rate.count(len(data), int(time.monotonic() * 1000))
            if isinstance(data, str):
                self._obey(read_control(data))
            elif (message := self._joiners[channel].join(data)) is not None:
                self._judge(channel, decode(message))
        except (BadPicture, BadPiece, msgspec.DecodeError, RecursionError):
            self.end()

    def _judge(self, channel: int, message: Message) -> None:
        fits = self._rules[channel].judge(message, self._stream, self._screen)
        tool = TOOLS.get(type(message.body), "view")
        # How far a rep has drawn says nothing and asks for nothing.
        is_input = not isinstance(message.body, Ack | Wish)
        if is_input != (channel == INPUT):
            raise BadPicture("on the wrong channel")
        if fits and self.may(tool):
            self._lines.said(self, message.body)

    def _obey(self, said: AnyControl) -> None:
        self._heard_at = time.monotonic()
        if isinstance(said, Ping):
            self._control(INPUT, Pong(number=said.number, time=time.time_ns() // 1000))
        elif isinstance(said, Allow):
            self._allow(said.token)
        elif isinstance(said, Take):
            if not self.may("view") or not self._lines.take(self):
                self.told_to_leave()
        elif isinstance(said, Leave):
            self._lines.leave(self)
        elif isinstance(said, Reveal):
            self._reveal(said.nonce)
        elif isinstance(said, Verified) and self.code:
            self._verified_there = True
            self._changed()

    def _reveal(self, nonce: str) -> None:
        there = self.proposed.end.fingerprint
        if commitment(nonce, there) != self.proposed.commitment:
            raise BadPiece("not what was committed to")
        self.code = short_code(there, self._peer.fingerprint, nonce, self._nonce)
        self._changed()

    # --- what goes

    def _control(self, channel: int, said: AnyControl) -> None:
        self._peer.send(channel, msgspec.json.encode(said).decode())

    def emit(self, data: bytes) -> None:
        """Send a picture message; from the camera's thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._emit, data)

    def _emit(self, data: bytes) -> None:
        if self._lines.is_stopped or not self.may("view"):
            return
        if data[1] == CLIPBOARD_KIND and not self.may("clipboard"):
            return
        if data[1] == GEOMETRY_KIND:
            message = decode(data)
            assert isinstance(message.body, Geometry)
            self._stream, self._screen = message.stream, message.body
        for piece in pieces(data, self.proposed.end.most):
            self._peer.send(PICTURE, piece)
