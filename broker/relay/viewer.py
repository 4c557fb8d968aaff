"""One viewer of a picture, as the relay sees them: what is on its way, and what has to wait.

Everything here is bounded in bytes. Who falls behind loses what waits for them, and is sent the picture
as it is then, when their line is free again; nobody else notices.
"""

import time
from collections import deque
from collections.abc import Callable

from broker.relay.history import History
from protocol.fields import Id, Tool
from protocol.pace import Window
from protocol.picture import Ack, Body, Geometry, Move, Patch, Video
from protocol.picture_rules import Viewer as Rules
from protocol.picture_rules import ViewerRate

WAITING_BYTES = 1024 * 1024
"""What may wait for one viewer before it is dropped for a newer picture."""

Write = Callable[[bytes], None]
Seconds = Callable[[], float]


class Viewer:
    """A rep's picture socket, called `seat` in orders. `until` says for how long (ms) they may use
    each tool.
    """

    def __init__(
        self, seat: Id, write: Write, until: dict[Tool, int], seconds: Seconds = time.monotonic
    ) -> None:
        self.seat = seat
        self.until = until
        self.rules = Rules()
        self.rate = ViewerRate()
        self.is_behind = False
        self.is_blank = True
        """Nothing of a picture has been sent since the last blank, or of this screen at all."""
        self.drawn = 0
        """The sharer's last message that is on the viewer's canvas; 0 while none is."""
        self._is_filling = False
        self._write = write
        self._seconds = seconds
        self._window = Window()
        self._waiting: deque[bytes] = deque()
        self.waiting_bytes = 0

    def may(self, tool: Tool, now: int) -> bool:
        """Say whether the viewer may use `tool` at `now` (ms)."""
        return now < self.until.get(tool, 0)

    @property
    def is_up_to_date(self) -> bool:
        """Say whether the viewer was sent all there is of the picture."""
        return not (self.is_behind or self.is_blank or self._waiting)

    def begin(self, history: History) -> None:
        """Send the whole picture as it is now; what waited is part of it."""
        self._drop()
        self.is_behind = False
        self.is_blank = not history.last
        self._is_filling = True
        for data in history.messages():
            self._put(data)
        self._pump()

    def send(self, data: bytes) -> None:
        """Send the next message of the picture, now or when the line is free."""
        if self.is_behind:
            return
        self._put(data)
        self._pump()
        if self.waiting_bytes > WAITING_BYTES:
            self.is_behind = True
            # A whole picture that is under way is let arrive, however slowly: begun anew each
            # time, it never would.
            if not self._is_filling:
                self._drop()

    def note(self, body: Body) -> None:
        """Note what `body`, just sent, makes of the picture: a new screen has nothing on it yet."""
        if isinstance(body, Geometry):
            self.is_blank = True
        elif isinstance(body, Patch | Video | Move):
            self.is_blank = False

    def say(self, data: bytes) -> None:
        """Send at once what is no part of the picture, before whatever waits."""
        self._window.send(len(data), self._seconds())
        self.rate.sent()
        self._write(data)

    def blank(self, data: bytes) -> None:
        """Send `data` and nothing that waited before it."""
        self._drop()
        self.is_blank = True
        self.drawn = 0
        self.say(data)

    def has_drawn_late(self, ack: Ack) -> bool:
        """Say whether `ack` tells of nothing that has come, but of what was drawn since it came."""
        return ack.drawn > self.drawn and ack.received <= self._window.acknowledged

    def hear(self, ack: Ack, history: History) -> None:
        """Take note of how far the viewer has got, and send what now fits."""
        self.drawn = ack.drawn
        self._window.acknowledge(ack.received, self._seconds())
        self._pump()
        if self.is_behind and not self._waiting and not self._window.in_flight:
            self.begin(history)

    def _drop(self) -> None:
        self._waiting.clear()
        self.waiting_bytes = 0

    def _put(self, data: bytes) -> None:
        self._waiting.append(data)
        self.waiting_bytes += len(data)

    def _pump(self) -> None:
        while self._waiting and self._window.is_open:
            data = self._waiting.popleft()
            self.waiting_bytes -= len(data)
            self.say(data)
        if not self._waiting:
            self._is_filling = False
