"""Which way the picture takes: over the relay, or directly.

The camera knows one line at a time. To it a change of the way is a new socket: it says which screen it
shows, and sends all of it, so nothing on the other way is missed, shown twice or out of order. The relay's
socket stays open all the while, and the picture is back on it at once.
"""

import time
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from customer_client.direct.path import DirectPath
from customer_client.screen.camera import Closed, Emit, Opened, Told
from protocol.picture import Ack, Body, Geometry, ReleaseAll, Watched, Wish
from protocol.picture_bytes import decode, encode, renumbered

GEOMETRY_KIND: Final = 1
HALF_OF_THE_STREAMS: Final = 2**15
IN_ORDER_SECONDS: Final = 2.0
"""What was put in over the relay before the change has arrived after so long, or never will."""


class _Relay:
    """The relay's socket, of which the camera sees a part at a time."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._sequence = 0
        self._bytes = 0
        self._base: int | None = None
        self._first = 0
        self._geometry = b""

    def begin(self) -> Emit:
        """Return where the camera is to send what it numbers from 1."""
        self._base = None
        return self._send

    def _send(self, data: bytes) -> None:
        if self._base is None:
            self._base, self._first = self._bytes, self._sequence
        if data[1] == GEOMETRY_KIND:
            self._geometry = data
        self._sequence += 1
        self._bytes += len(data)
        self._emit(renumbered(data, self._sequence))

    def heard(self, ack: Ack) -> Ack | None:
        """Return `ack` as it counts in the camera's part; None where it speaks of an earlier one."""
        if self._base is None or ack.received <= self._base:
            return None
        drawn = max(0, ack.drawn - self._first)
        return replace(ack, received=ack.received - self._base, drawn=drawn)

    def forget(self) -> None:
        """Leave nothing of the picture at the relay: who joins there must not see an old one."""
        if not self._geometry:
            return
        shown = decode(self._geometry)
        assert isinstance(shown.body, Geometry)
        other = (shown.stream + HALF_OF_THE_STREAMS) % 2**16
        self._send(encode(replace(shown, stream=other)))


class Lines:
    """Tells the camera and the hands, by `hear`, what comes on the way that the picture takes."""

    def __init__(self, hear: Callable[[Told], None]) -> None:
        self._hear = hear
        self._relay: _Relay | None = None
        self._watched: Watched | None = None
        self._direct: DirectPath | None = None
        self._early: list[Body] | None = None
        self._early_until = 0.0
        self._is_kept = False
        self.is_stopped = False
        self.changed: Callable[[], None] = lambda: None

    @property
    def direct(self) -> DirectPath | None:
        """The path on which the picture goes; None while it goes over the relay."""
        return self._direct

    @property
    def is_open(self) -> bool:
        """Say whether there is a way for the picture at this moment."""
        return self._relay is not None or self._direct is not None

    def stop(self) -> None:
        """Let nothing more out on a direct path; from any thread."""
        self.is_stopped = True

    # --- the relay

    def relay(self, said: Told) -> None:
        """The relay said something, or its socket opened or closed."""
        if isinstance(said, Opened | Closed):
            self._meet(said)
        elif isinstance(said, Watched):
            self._watch(said)
        elif isinstance(said, Ack):
            if self._relay and not self._direct and (own := self._relay.heard(said)):
                self._hear(own)
        elif isinstance(said, ReleaseAll) and self._early is not None:
            self._let_in()
        elif not self._direct or not isinstance(said, Wish) or said.wanted == "monitor":
            self._hear(said)

    def _meet(self, said: Opened | Closed) -> None:
        self._relay = _Relay(said.emit) if isinstance(said, Opened) else None
        self._watched = None
        if not self._direct:
            self._hear(Opened(self._relay.begin()) if self._relay else Closed())
        self.changed()

    def _watch(self, said: Watched) -> None:
        self._watched = said
        if not self._direct:
            self._hear(said)
        elif not self._may_be_direct:
            self._return()

    @property
    def _may_be_direct(self) -> bool:
        """Say whether only one rep watches and nothing is recorded."""
        return (
            not self.is_stopped
            and self._watched is not None
            and self._watched.viewers <= 1
            and not self._watched.recorded
        )

    # --- the direct path

    def take(self, path: DirectPath) -> bool:
        """Show the picture on `path`, if only who is there watches it and nothing is recorded."""
        if not self._may_be_direct or self._direct:
            return self._direct is path
        self._direct = path
        self._early, self._early_until = [], time.monotonic() + IN_ORDER_SECONDS
        self._is_kept = True
        self._hear(Opened(path.emit))
        self._hear(Watched(viewers=1, recorded=False))
        self.changed()
        return True

    def leave(self, path: DirectPath) -> None:
        """Show nothing on `path` any more."""
        if self._direct is path:
            self._return()

    def said(self, path: DirectPath, body: Body) -> None:
        """Something came on `path`."""
        if self._direct is not path:
            return
        if isinstance(body, Ack | Wish):
            if self._is_kept and self._relay:
                self._is_kept = False  # the rep has what is shown now
                self._relay.forget()
            self._hear(body)
        elif self._early is None:
            self._hear(body)
        else:
            self._early.append(body)
            if time.monotonic() > self._early_until:
                self._let_in()

    def _let_in(self) -> None:
        """All that was put in over the relay is in: let in what came directly meanwhile."""
        early, self._early = self._early or [], None
        for body in early:
            self._hear(body)

    def _return(self) -> None:
        path, self._direct = self._direct, None
        self._early = None
        self._hear(Closed())  # whoever held anything is gone
        if self._relay:
            self._hear(Opened(self._relay.begin()))
            if self._watched:
                self._hear(self._watched)
        if path:
            path.told_to_leave()
        self.changed()
