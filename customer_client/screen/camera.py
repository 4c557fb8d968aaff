"""The thread that looks at the screen and sends what there is to see.

It waits for the display, for the relay and for time, whatever comes first, and does nothing else: what
is drawn while the line is full is merged and sent when there is room. Nobody watching, or nothing
drawn, costs nothing.
"""

import select
import threading
import time
from collections.abc import Callable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from customer_client.screen.choice import EVERYTHING, Choice
from customer_client.screen.composer import Composer
from customer_client.screen.display import CaptureFailed, Display, DisplayLost, Layout, Noticed
from customer_client.screen.flow import Flow
from customer_client.screen.inbox import Inbox
from customer_client.screen.pixels import Picture
from customer_client.screen.sight import Sight
from customer_client.screen.stamps import Stamps
from customer_client.screen.take import Take
from customer_client.screen.windows import CannotMask
from protocol.picture import Ack, Body, Clipboard, Message, Rectangle, Trouble, Video, Watched, Wish
from protocol.picture_bytes import encode

GATHER_SECONDS: Final = 0.0015
GATHER_AT_MOST_SECONDS: Final = 0.004
"""What one program draws arrives with pauses no longer than this, and is shown in one piece."""

AGAIN_SECONDS: Final = 1.0
"""What cannot be shown is tried again this often."""

POLL_SECONDS: Final = 1 / 15
"""A display without damage events is looked at this often."""

CURSOR_SECONDS: Final = 1 / 60
GLANCE_SECONDS: Final = 0.5
"""Programs may move the cursor without an event, and screens be locked: both are looked up."""

FULL_SECONDS: Final = 0.02
KEY_SECONDS: Final = 10.0
EXACT_SECONDS: Final = 60.0
"""Recordings can be entered this often: at a key frame while there is motion, at a whole picture."""

Emit = Callable[[bytes], None]


class Opened(Struct, frozen=True):
    """A socket to a relay is open; what is sent goes out by `emit`."""

    emit: Emit


class Closed(Struct, frozen=True):
    """The socket to the relay is gone."""


class Chosen(Struct, frozen=True):
    """Show this, and nothing else, from now on."""

    choice: Choice


class Stamped(Struct, frozen=True):
    """What is drawn over the screen is another thing at these places."""

    places: tuple[Rectangle, ...]


Told = Opened | Closed | Chosen | Stamped | Body


class Stopped(Exception):
    """Nothing may leave any more."""


class Camera:
    """Shows the display that `open_display` opens, with `stamps` drawn over it. Run `run` on a thread of its own; talk to it by
    `tell`, end it by `stop`.
    """

    def __init__(
        self,
        open_display: Callable[[], Display],
        choice: Choice = EVERYTHING,
        stamps: Stamps | None = None,
    ) -> None:
        self._stamps = stamps or Stamps()
        self._open_display = open_display
        self._choice = choice
        self._looked_at = 0
        """The monitor that viewers have chosen, of those they may see."""
        self._inbox: Inbox[tuple[float, Told]] = Inbox()
        """What was said, and when: a change takes longer to pack than most answers take to come."""
        self._stopping = threading.Event()
        self._emit: Emit | None = None
        self._flow, self._sight = Flow(), Sight()
        self._is_watched = False
        self._is_recorded = False
        # Another camera may have shown something before on the same socket's other side.
        self._stream = int(time.time()) % 2**16
        self._sequence = 0
        self._display: Display | None = None
        self._take: Take | None = None
        self._last_layout = Layout(1, 1, (), ())

    def tell(self, said: Told) -> None:
        """Pass on what a relay says, or what became of the socket; from any thread."""
        self._inbox.put((time.monotonic(), said))

    def stop(self) -> None:
        """Let nothing leave from now on, and end; from any thread."""
        self._stopping.set()
        self._inbox.wake()

    def run(self) -> None:
        """Show the screen until stopped."""
        try:
            while True:
                self._show()
        except Stopped:
            pass
        finally:
            self._put_away()
            self._inbox.close()

    def _show(self) -> None:
        if not (self._emit and self._is_watched):
            self._put_away()
            self._wait()
            return
        try:
            self._film(self._opened())
        except DisplayLost:
            self._put_away()
            self._say_trouble("display_lost")
        except (CaptureFailed, CannotMask):
            self._say_trouble("capture_failed")

    def _opened(self) -> Display:
        if not self._display:
            self._display = self._open_display()
            if self._take and self._take.composer:
                # Nobody watched for a while: only what is different now need be sent.
                self._take.layout_is_due = True
                self._take.composer.damage()
        return self._display

    def _film(self, display: Display) -> None:
        take = self._take
        if not take or take.trouble or take.layout_is_due:
            take = self._begin(display)
        if take.trouble or not take.composer:
            self._wait(seconds=AGAIN_SECONDS)
            return
        composer = take.composer
        seconds = self._until_due(take, composer)
        if (due := display.due_in()) is not None:
            seconds = min(seconds, due)
        self._wait(display, seconds)
        self._notice(display, take, composer)
        if take is self._take and not take.layout_is_due and self._is_watched:
            self._send_due(display, take, composer)

    # --- waiting

    def _until_due(self, take: Take, composer: Composer) -> float:
        """Return for how many seconds there is nothing to do, if nothing happens."""
        now = time.monotonic()
        glance = take.glanced_at + GLANCE_SECONDS - now
        if not self._flow.is_open(now):
            return max(0.0, min(glance, FULL_SECONDS) if self._flow.is_limited else glance)
        composer.holds_film = self._sight.lags(now)
        due = [glance]
        if take.is_wished:
            due.append(0.0)
        if take.cursor_is_due:
            due.append(take.pointed_at + CURSOR_SECONDS - now)
        if (next_due := composer.next_due(now, self._flow.rate)) is not None:
            due.append(max(next_due, take.rounds.next_due(now)))
        return max(0.0, min(due))

    def _wait(self, display: Display | None = None, seconds: float | None = None) -> bool:
        """Wait for display, relay or time; say whether the display has something to tell."""
        if display and display.has_news():
            seconds = 0.0
        watched: list[Inbox[tuple[float, Told]] | Display] = [
            self._inbox,
            *([display] if display else []),
        ]
        # A stop that came before the wait has left a byte in the inbox.
        ready, _, _ = select.select(watched, [], [], seconds)
        if self._stopping.is_set():
            raise Stopped
        if self._inbox in ready:
            for at, said in self._inbox.take():
                self._hear(said, at)
        return display in ready or (display is not None and display.has_news())

    def _hear(self, said: Told, at: float) -> None:
        if isinstance(said, Opened):
            self._emit, self._flow, self._sight = said.emit, Flow(), Sight()
            self._sequence, self._take, self._is_watched = 0, None, False
        elif isinstance(said, Closed):
            self._emit = self._take = None
        elif isinstance(said, Chosen):
            self._choose(said.choice, 0)
        elif isinstance(said, Stamped):
            if self._take:
                self._take.damage_all(said.places)
        else:
            self._hear_relay(said, at)

    def _hear_relay(self, said: Body, at: float) -> None:
        if isinstance(said, Ack):
            self._flow.acknowledge(said.received, at)
            self._sight.hear(said.received, said.drawn, at)
        elif isinstance(said, Watched):
            self._is_watched = said.viewers > 0 or said.recorded
            self._is_recorded = said.recorded
        elif isinstance(said, Wish) and said.wanted == "monitor":
            # Viewers choose within what they are shown.
            self._choose(self._choice, 0 if self._choice.monitor else said.monitor)
        elif isinstance(said, Wish) and self._take:
            self._take.is_wished = True
        elif isinstance(said, Clipboard) and self._emit:
            self._send(said)

    def _choose(self, choice: Choice, looked_at: int) -> None:
        if (choice, looked_at) != (self._choice, self._looked_at):
            self._choice, self._looked_at = choice, looked_at
            self._take = None

    # --- what is shown

    def _begin(self, display: Display) -> Take:
        """Return what is to be shown, and tell viewers of it if it is new."""
        choice = self._choice
        display.restrict(choice.applications if choice.what == "applications" else None)
        display.notice()
        layout, trouble = display.layout(), display.trouble()
        display.grab(Rectangle(0, 0, 1, 1))
        if (choice.monitor or self._looked_at) > len(layout.monitors):
            trouble = trouble or "monitor_gone"
        if (old := self._take) and (old.layout, old.trouble) == (layout, trouble):
            old.layout_is_due = False
            return old
        take = self._tell(Take(layout, choice, self._looked_at, trouble))
        if not trouble:
            take.compose(self._grab, self._send)
        return take

    def _tell(self, take: Take) -> Take:
        self._take, self._last_layout = take, take.layout
        self._stream = (self._stream + 1) % 2**16
        self._send(take.geometry, take.monitors)
        return take

    def _say_trouble(self, trouble: Trouble) -> None:
        """Say what is wrong, if that is new, and wait a while."""
        if not self._take or self._take.trouble != trouble:
            self._tell(Take(self._last_layout, self._choice, self._looked_at, trouble))
        self._wait(seconds=AGAIN_SECONDS)

    def _notice(self, display: Display, take: Take, composer: Composer) -> None:
        noticed = display.notice()
        self._gather(display, noticed)
        for each in noticed.damage:
            take.damage(each)
        take.layout_is_due |= noticed.layout
        take.cursor_is_due |= noticed.cursor
        now = time.monotonic()
        if now - take.glanced_at >= GLANCE_SECONDS:
            take.glanced_at = now
            take.cursor_is_due = True
            take.layout_is_due |= bool(display.trouble()) or display.layout() != take.layout
        if not display.has_damage and now - take.rounds.last >= POLL_SECONDS:
            composer.damage()

    def _gather(self, display: Display, noticed: Noticed) -> None:
        until = time.monotonic() + GATHER_AT_MOST_SECONDS
        while noticed.damage and time.monotonic() < until and self._wait(display, GATHER_SECONDS):
            more = display.notice()
            noticed.damage += more.damage
            noticed.layout |= more.layout
            noticed.cursor |= more.cursor

    # --- sending

    def _send_due(self, display: Display, take: Take, composer: Composer) -> None:
        now = time.monotonic()
        if not self._flow.is_open(now):
            return
        rate = self._flow.rate
        composer.holds_film = self._sight.lags(now)
        self._mark_recording(take, composer, now)
        if take.is_wished:
            # After its geometry nobody shows anything of it yet.
            composer.whole(rate, checkpoint=not take.is_new)
            take.is_wished = take.is_new = False
            take.whole_at = now
            return
        if take.cursor_is_due and now - take.pointed_at >= CURSOR_SECONDS:
            self._point(display, take, now)
        if not take.rounds.next_due(now) and composer.is_due(now, rate):
            take.rounds.begin(now)
            composer.compose(now, rate)
        if self._flow.is_open(now):
            composer.settle(now, rate)

    def _mark_recording(self, take: Take, composer: Composer, now: float) -> None:
        """See to it that a recording can be entered often enough."""
        if not self._is_recorded or not composer.has_changed:
            return
        if now - take.whole_at > EXACT_SECONDS:
            take.is_wished = True
        elif now - take.key_at > KEY_SECONDS:
            take.key_at = now
            composer.want_key()

    def _point(self, display: Display, take: Take, now: float) -> None:
        take.cursor_is_due, take.pointed_at = False, now
        pointed, before = display.pointed(), take.pointed
        if pointed == before:
            return
        is_new = not before or before.serial != pointed.serial
        take.pointed = pointed
        self._send(replace(take.cursor(pointed), shape=display.shape() if is_new else None))

    def _grab(self, rectangle: Rectangle) -> Picture:
        if self._stopping.is_set():
            raise Stopped
        # Not the one of the beginning: it may have been put away while nobody watched.
        assert self._display
        return self._stamps.put(rectangle, self._display.grab(rectangle))

    def _send(
        self,
        body: Body,
        rectangles: tuple[Rectangle, ...] = (),
        *,
        key: bool = False,
        checkpoint: bool = False,
        more: bool = False,
    ) -> int:
        if self._stopping.is_set():
            raise Stopped
        assert self._emit
        self._sequence += 1
        message = Message(
            stream=self._stream,
            sequence=self._sequence,
            time=time.time_ns() // 1000,
            body=body,
            rectangles=rectangles,
            key=key,
            checkpoint=checkpoint,
            more=more,
        )
        data = encode(message)
        self._flow.send(len(data), time.monotonic())
        if isinstance(body, Video):
            self._sight.show(self._sequence, self._flow.sent)
        self._emit(data)
        return len(data)

    def _put_away(self) -> None:
        if self._display:
            self._display.close()
            self._display = None
