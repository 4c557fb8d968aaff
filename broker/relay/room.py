"""One session's picture: its sharer, its viewers, and who may do what until when.

Nothing here waits, but for the journal: what must be recorded is kept first and forwarded then. While it
cannot be kept, sharing is paused; chat knows nothing of it and goes on.
"""

import time
from collections.abc import Callable, Coroutine

from broker.clock import Clock
from broker.relay.history import History
from broker.relay.journal import Journal, JournalFailed
from broker.relay.keeping import Keeping
from broker.relay.patience import Patience
from broker.relay.viewer import Viewer
from protocol.fields import Id, Tool
from protocol.picture import (
    Ack,
    Blank,
    Blanked,
    Body,
    Clipboard,
    Geometry,
    Message,
    Patch,
    ReleaseAll,
    Wanted,
    Watched,
    Wish,
)
from protocol.picture_bytes import decode, encode, renumbered
from protocol.picture_rules import TOOLS, Rate
from protocol.picture_rules import Sharer as Rules
from recordings.whole_pictures import Record

KEEP_SECONDS = 0.8
"""A journal that takes longer has failed: sharing must pause within a second."""

WISH_SECONDS = 2.0
"""Whole pictures are asked for this seldom, whoever wants them."""

Write = Callable[[bytes], None]
Told = Callable[[str], None]


class Sharer:
    """The customer's picture socket."""

    def __init__(self, party: Id, write: Write) -> None:
        self.party = party
        self.write = write
        self.rules = Rules()
        self.rate = Rate()
        self.received = 0
        self.answered = self.passed_on = 0
        """The bytes that were answered, and the message that was the last of them."""
        self.sequence = 0

    def say(self, body: Body, stream: int = 0) -> None:
        """Tell the customer's machine something of the relay's own."""
        self.sequence += 1
        self.write(
            encode(Message(stream=stream, sequence=self.sequence, time=_micros(), body=body))
        )

    def pass_on(self, data: bytes) -> None:
        """Pass on a viewer's message as the next one of this socket."""
        self.sequence += 1
        self.write(renumbered(data, self.sequence))


class Room:
    """Where the sharer and the viewers of `session` meet. `told` hears "paused" and "resumed"."""

    def __init__(
        self, session: Id, clock: Clock, journal: Journal, told: Told, recorded: bool
    ) -> None:
        self.session = session
        self.recorded = recorded
        self.is_hidden = False
        """Nothing may be seen or kept for now: the rep has paused the recording."""
        self.viewers: list[Viewer] = []
        self.sharer: Sharer | None = None
        self.is_paused = False
        self._clock = clock
        self._keeping = Keeping(session, journal)
        self._patience = Patience(KEEP_SECONDS)
        self._told = told
        self._history = History()
        self._wished = 0.0
        self._needs_whole = False
        self._is_trying = False
        self._own = 0

    @property
    def is_used(self) -> bool:
        """Say whether anybody is here."""
        return bool(self.sharer or self.viewers)

    # --- the sharer

    def share(self, party: Id, write: Write) -> Sharer:
        """Begin with a new sharer's socket; one before it is heard no more."""
        self.sharer = Sharer(party, write)
        for viewer in self.viewers:
            viewer.drawn = 0
        self._history = History()
        self._keeping.begin()
        self._needs_whole = False
        self._tell_watched()
        return self.sharer

    def unshare(self, sharer: Sharer, why: Blanked) -> None:
        """End with `sharer`, and show nothing of it any more."""
        if self.sharer is sharer:
            self.sharer = None
            self._history = History()
            self._blank(why)

    async def show(self, sharer: Sharer, data: bytes) -> None:
        """Record and forward a message of the sharer's, or raise `BadPicture`."""
        now = self._clock()
        sharer.rate.count(len(data), now)
        message = decode(data)
        sharer.rules.judge(message)
        sharer.received += len(data)
        records = self._keeping.follow(message, data)
        kept = not self.is_dark and (not self.recorded or await self._keep(message, records, now))
        if self.sharer is not sharer:
            return
        if kept and not self.is_dark:
            self._forward(message, data)
        sharer.answered, sharer.passed_on = sharer.received, message.sequence
        self._answer(sharer)

    def _answer(self, sharer: Sharer) -> None:
        """Tell the sharer what has come, and how far the quickest viewer has drawn: who is slower is
        waited for by nobody.
        """
        last = sharer.passed_on
        drawn = [each.drawn for each in self.viewers if each.drawn]
        sharer.say(Ack(received=sharer.answered, drawn=min(max(drawn, default=last), last)))

    def _forward(self, message: Message, data: bytes) -> None:
        now = self._clock()
        if isinstance(message.body, Clipboard):
            for viewer in self.viewers:
                if viewer.may("clipboard", now):
                    viewer.say(data)
            return
        is_whole = message.key and message.checkpoint
        if self._needs_whole and not is_whole and not isinstance(message.body, Geometry):
            return
        self._needs_whole = False
        self._history.add(message, data)
        # Who shows the screen already needs no exact copy of it; a key frame is one that the
        # frames after it are made from.
        spared = message.checkpoint and isinstance(message.body, Patch)
        for viewer in self.viewers:
            if viewer.may("view", now) and not (spared and viewer.is_up_to_date):
                viewer.send(data)
                viewer.note(message.body)
        if self._history.is_long:
            self._wish("whole_picture")

    @property
    def is_dark(self) -> bool:
        """Say whether nothing is shown for now."""
        return self.is_paused or self.is_hidden

    async def _keep(self, message: Message, records: list[Record], now: int) -> bool:
        return await self._try(self._keeping.picture(message, records, now))

    async def _try(self, keeping: Coroutine[None, None, None]) -> bool:
        """Keep something, however long it takes; whoever shares waits, and viewers see why."""
        try:
            await self._patience.wait_for(keeping)
        except (JournalFailed, TimeoutError):
            if not self.is_paused:
                self._pause()
            return False
        return True

    def _pause(self) -> None:
        self.is_paused = True
        self._hide()
        self._told("paused")

    async def retry(self) -> None:
        """Go on with a paused picture if it can be kept again, or need not be."""
        if self._is_trying:
            return
        self._is_trying = True
        try:
            if self.is_paused and (not self.recorded or await self._probe()):
                self._resume()
        finally:
            self._is_trying = False

    async def _probe(self) -> bool:
        return await self._try(self._keeping.resume(self._clock()))

    def _resume(self) -> None:
        self.is_paused = False
        self._told("resumed")
        if not self.is_hidden:
            self._show_again()

    def _show_again(self) -> None:
        # What comes next may be painted over what nobody has been shown.
        self._needs_whole = True
        self._tell_watched()
        self._wish("whole_picture", at_once=True)

    def _hide(self) -> None:
        self._history.forget()
        self._blank("paused")
        self._tell_watched()

    # --- viewers

    def watch(self, viewer: Viewer) -> None:
        """Let `viewer` in, and show what there is."""
        self.viewers.append(viewer)
        self._tell_watched()
        if viewer.may("view", self._clock()):
            self._begin(viewer)

    def _begin(self, viewer: Viewer) -> None:
        """Show `viewer` what there is."""
        if self.is_dark:
            viewer.blank(self._blanking("paused"))
        elif self.sharer:
            viewer.begin(self._history)
            if not self._history.last:
                self._wish("whole_picture", at_once=True)

    def unwatch(self, viewer: Viewer) -> None:
        """Let `viewer` go, and everything they hold down."""
        if viewer in self.viewers:
            self.viewers.remove(viewer)
            self._release()
            self._tell_watched()

    async def hear(self, viewer: Viewer, data: bytes) -> None:
        """Take a viewer's message, or raise `BadPicture`."""
        message = decode(data)
        body = message.body
        viewer.rate.count(body, len(data), self._clock())
        fits = viewer.rules.judge(message, self._history.stream, self._history.screen)
        if isinstance(body, Ack):
            is_late = viewer.has_drawn_late(body)
            viewer.hear(body, self._history)
            if is_late and self.sharer:
                # Otherwise the next answer tells it.
                self._answer(self.sharer)
        elif isinstance(body, Wish):
            self._grant(body, viewer)
        elif fits and self._allows(viewer, type(body)):
            if self.recorded and not await self._try(
                self._keeping.input(message, data, self._clock())
            ):
                return
            if self.sharer and self._allows(viewer, type(body)):
                self.sharer.pass_on(data)

    def _allows(self, viewer: Viewer, kind: type[Body]) -> bool:
        if not self.sharer or self.is_dark:
            return False
        tool, now = TOOLS.get(kind), self._clock()
        return kind is ReleaseAll or (tool is not None and viewer.may(tool, now))

    def _grant(self, wish: Wish, viewer: Viewer) -> None:
        if not self.sharer or not viewer.may("view", self._clock()):
            return
        if wish.wanted == "monitor":
            self.sharer.say(wish)
        else:
            # Whatever they have lost, this paints the picture anew.
            self._begin(viewer)

    # --- what the broker allows

    def allow(
        self,
        sharer: Id,
        rights: dict[Id, dict[Tool, int]],
        *,
        recorded: bool,
        hidden: bool = False,
    ) -> None:
        """Put in force that `sharer` may show and each viewer use tools until so long (ms); what is
        allowed no more ends at once. What is `hidden` is shown to nobody.
        """
        if recorded != self.recorded:
            self.recorded = recorded
            self._tell_watched()
            if recorded:
                # A recording begins with a whole picture.
                self._wish("whole_picture", at_once=True)
        if hidden != self.is_hidden:
            self._set_hidden(hidden)
        if self.sharer and self.sharer.party != sharer:
            self.unshare(self.sharer, "stopped")
        for viewer in self.viewers:
            self._set_rights(viewer, rights.get(viewer.seat, {}))

    def _set_hidden(self, hidden: bool) -> None:
        self.is_hidden = hidden
        if hidden:
            self._release()
            self._hide()
        elif not self.is_paused:
            self._show_again()

    def beat(self) -> None:
        """Stop what no lease allows any more, and ask for what a recording needs now and then."""
        self.expire()
        if self.recorded and not self.is_dark and (wanted := self._keeping.wants):
            self._wish(wanted)

    def _set_rights(self, viewer: Viewer, until: dict[Tool, int]) -> None:
        now = self._clock()
        saw, held = viewer.may("view", now), viewer.may("control", now)
        viewer.until = dict(until)
        if held and not viewer.may("control", now):
            self._release()
        sees = viewer.may("view", now)
        if saw and not sees:
            viewer.blank(self._blanking("revoked"))
        elif sees and not saw:
            self._begin(viewer)
        if sees != saw:
            self._tell_watched()

    def expire(self) -> None:
        """Stop what no lease allows any more."""
        now = self._clock()
        for viewer in self.viewers:
            lapsed = [tool for tool, until in viewer.until.items() if until <= now]
            for tool in lapsed:
                del viewer.until[tool]
            if "control" in lapsed:
                self._release()
            if "view" in lapsed:
                viewer.blank(self._blanking("lease_over"))
                self._tell_watched()

    def _release(self) -> None:
        if self.sharer:
            self.sharer.say(ReleaseAll(), self._history.stream)

    # --- what the relay says itself

    def _blank(self, why: Blanked) -> None:
        data = self._blanking(why)
        for viewer in self.viewers:
            viewer.blank(data)

    def _blanking(self, why: Blanked) -> bytes:
        self._own += 1
        return encode(Message(stream=0, sequence=self._own, time=_micros(), body=Blank(why=why)))

    def _tell_watched(self) -> None:
        """Tell the sharer who sees the picture; while it is paused, that is nobody."""
        if self.sharer:
            now = self._clock()
            see = 0 if self.is_dark else sum(each.may("view", now) for each in self.viewers)
            self.sharer.say(Watched(viewers=see, recorded=self.recorded and not self.is_dark))

    def _wish(self, wanted: Wanted, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if self.sharer and (at_once or now - self._wished > WISH_SECONDS):
            self._wished = now
            self.sharer.say(Wish(wanted=wanted))


def _micros() -> int:
    return time.time_ns() // 1000
