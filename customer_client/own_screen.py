"""The customer's own screen: shared while the session says so, and no longer than they want.

Stopping works here first, at once and from any thread; whoever stops tells the broker afterwards.
"""

import time
from collections.abc import Awaitable, Callable, Iterable

import aiohttp

from customer_client.direct.paths import DirectPaths
from customer_client.link import Link
from customer_client.marks import mark_words
from customer_client.screen.choice import EVERYTHING, Choice
from customer_client.screen.display import Display
from customer_client.screen.hot_key import HotKey
from customer_client.screen.sharing import Sharing
from customer_client.screen.uplink import Ticket
from customer_client.screen.watermark import Marking
from customer_client.window.state import Path
from protocol.fields import Tool
from protocol.session import Session
from protocol.watermark import Watermark


class OwnScreen:
    """Shares the display that `open_display` opens while `share` runs; direct paths come and go over
    `link`. `stopped` is called, on some thread, when the customer stops by the key that works in every
    program, and `moved` in the loop when the picture
    takes another way, or finds none. `ahead` is the broker's clock
    less our own that never jumps, in ms.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        link: Link,
        fetch: Callable[[], Awaitable[tuple[Ticket, Watermark | None]]],
        open_display: Callable[[], Display],
        *,
        stopped: Callable[[], None] = lambda: None,
        moved: Callable[[Path | None, bool], None] = lambda *_: None,
    ) -> None:
        self._http = http
        self._link = link
        self._fetch = fetch
        self._open_display = open_display
        self._sharing: Sharing | None = None
        self._paths: DirectPaths | None = None
        self._stopped = stopped
        self._moved = moved
        self._session = Session()
        self._marking = Marking(lambda: mark_words(self._session, self.organisation, self.now()))
        self.organisation = ""
        self.choice = EVERYTHING
        self.ahead = 0

    @property
    def is_here(self) -> bool:
        """Say whether this program shares now."""
        return self._sharing is not None

    @property
    def connections(self) -> int:
        """How often the picture found its way to a relay, in this round of sharing."""
        return self._sharing.uplink.connections if self._sharing else 0

    def now(self) -> int:
        """Return the time by the broker's clock, in ms."""
        return int(time.monotonic() * 1000) + self.ahead

    def follow(self, session: Session) -> None:
        """Take note of what the session allows; stop where nothing is shared any more."""
        self._session = session
        if self._paths:
            self._paths.look()
        if not session.sharing:
            self.stop()

    def may(self, tool: Tool) -> bool:
        """Say whether some rep holds a live grant of `tool`; from any thread."""
        now = self.now()
        return any(grant.tool == tool and now < grant.until for grant in self._session.grants)

    async def share(self, until: Callable[[], Awaitable[None]]) -> None:
        """Share until `until()` is over."""
        self._sharing = Sharing(
            self._http,
            self._ticket,
            self._open_display,
            self.may,
            self.choice,
            layers=(self._marking,),
        )
        self._paths = DirectPaths(
            self._link, self._sharing.lines, lambda: self._session, self.now, self._look_at_path
        )
        key = HotKey(self._press)
        key.start()
        try:
            async with self._sharing.running(), self._paths.running():
                await until()
        finally:
            self._sharing = self._paths = None
            key.stop()
            self._moved(None, True)

    async def _ticket(self) -> Ticket:
        ticket, self._marking.mark = await self._fetch()
        return ticket

    def _look_at_path(self) -> None:
        used = self._paths.used if self._paths else None
        path = None
        if used:
            path = Path(
                rep=used.rep,
                code=used.code,
                is_confirmed=used.is_confirmed,
                is_verified=used.is_verified,
            )
        self._moved(path, not self._sharing or self._sharing.lines.is_open)

    def confirm_code(self) -> None:
        """The customer has compared the code of the direct path, and it is the same."""
        if self._paths and (path := self._paths.used):
            path.verify()

    def choose(self, choice: Choice) -> None:
        """Show this, and nothing else, from now on."""
        self.choice = choice
        if self._sharing:
            self._sharing.choose(choice)

    def _press(self) -> None:
        # First here, on this thread: whoever is told may have more to do.
        self.stop()
        self._stopped()

    def stop(self) -> None:
        """Stop here and now, from any thread."""
        if sharing := self._sharing:
            sharing.stop()


def monitors(open_display: Callable[[], Display]) -> tuple[str, ...]:
    """Return the names of the monitors there are; raises what opening a display raises."""
    with open_display() as display:
        return _named(display.layout().names)


def _named(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name or str(number) for number, name in enumerate(names, 1))
