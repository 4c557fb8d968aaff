"""The broker's side of pictures: leases for those who may, orders for the relays that show them.

Every broker follows every session with a picture, and tells its relay all that may be done there: at
once when something changes, and again and again, because relays let rights lapse. So any broker may
die, and what one of them takes back is taken back by all. What stands in an order was read from the
database in the same breath: a broker that cannot read it renews nothing.
"""

import asyncio
import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Final

import aiohttp
import sqlalchemy as sa
import structlog
from msgspec import Struct
from yarl import URL

from broker.access import reader_of
from broker.clock import Clock
from broker.desk import Desk
from broker.doorbell import Ring
from broker.http import Caller
from broker.recorder import Recorder
from broker.relay.keys import Keys
from broker.relay.leases import INPUT_SECONDS, OPENING_SECONDS, VIEW_SECONDS, Lease, sign
from broker.relay.orders import Allow, Done, Finish, Gone, Settled, Stored, Tap
from broker.relay_line import RelayLine
from broker.relay_places import Pictured, RelayAt, RelayPlaces
from broker.sign_in import SignIns
from broker.tasks import Tasks, is_set_within
from broker.tls import Tls
from protocol import requests as r
from protocol.fields import Id, Tool
from protocol.session import Refused, Session
from protocol.watermark import Watermark
from recordings.store import StoreFailed

log = structlog.get_logger()

LOOK_SECONDS: Final = 0.4
"""What another broker has stored reaches the relays after so long at most."""

ANNOUNCE_SECONDS: Final = 5.0

LAST_PLACE: Final = 2**53 - 1

STORAGE: Final = "storage"
"""Why a picture is paused: what must be recorded cannot be stored."""


Seats = Mapping[Id, Sequence[Id]]
"""The sign-ins of each rep, by which leases and orders know them."""


class NoRelay(Exception):
    """No relay is there at this moment."""


class Opening(Struct, frozen=True, kw_only=True):
    """Open `address` as a WebSocket and send `lease` first. A customer's program shows `watermark`
    over the screen while it is seen.
    """

    address: str
    lease: str
    watermark: Watermark | None = None


class Pictures:
    """One per broker; `own` are the relays that were started with it. `begin` before all else."""

    def __init__(  # noqa: PLR0913 - a packing list
        self,
        *,
        places: RelayPlaces,
        clock: Clock,
        desk: Desk,
        sign_ins: SignIns,
        keys: Keys,
        own: Sequence[RelayAt],
        tls: Tls | None,
        recorder: Recorder,
        tasks: Tasks,
    ) -> None:
        self._places = places
        self._clock = clock
        self._desk = desk
        self._sign_ins = sign_ins
        self._keys = keys
        self._own = own
        self._tls = tls
        self._recorder = recorder
        recorder.say = self._finish
        self._tasks = tasks
        self._http: aiohttp.ClientSession | None = None
        self._lines: dict[str, tuple[RelayLine, asyncio.Task[None]]] = {}
        self._shown: dict[Id, Session] = {}
        self._turn = asyncio.Lock()
        self._stir = asyncio.Event()
        self._announced = 0.0

    @property
    def origins(self) -> list[str]:
        """Where pages may have to connect to, besides our own origin."""
        addresses = {relay.address for relay in self._own} | self._lines.keys()
        return sorted(
            {str(URL(address).origin()).replace("ws", "http", 1) for address in addresses}
        )

    def hear(self, ring: Ring) -> None:
        """A session has changed."""
        if ring.topic == "session" and ring.subject in self._shown:
            self._stir.set()

    # --- leases

    async def open(self, session_id: Id, caller: Caller) -> Opening:
        """Return where the picture of a session is for `caller`, or raise `Refused` or `NoRelay`."""
        session = await self._desk.session(session_id)
        tools = self._tools_for(session, caller)
        async with self._turn:
            living = self._living()
            if not living:
                raise NoRelay
            address = await self._places.place(session_id, living.keys())
            if address not in living:
                raise NoRelay  # another broker knows better, and this one soon does
            # Told before: whoever comes with the lease finds an order that knows their seat.
            self._shown[session_id] = session
            await self._say(living[address], session, await self._seats([session]))
        lease = Lease(
            session=session_id,
            party=caller.party.id,
            seat=caller.sign_in,
            place=session.place,
            side="viewer" if caller.party.role == "rep" else "sharer",
            until=self._clock() + OPENING_SECONDS * 1000,
            tools=tools,
            recorded=is_recorded(session),
        )
        return Opening(address=address, lease=sign(lease, self._keys.signing))

    def _tools_for(self, session: Session, caller: Caller) -> tuple[Tool, ...]:
        """Return what `caller` may use, or raise `Refused`; a customer shows, and uses nothing."""
        party = caller.party
        if not reader_of(session, party):
            raise Refused("unknown_session")
        if not session.sharing:
            raise Refused("not_now")
        if party.role == "customer":
            return ()
        tools = tools_of(session, party.id, self._clock())
        if not tools:
            raise Refused("no_grant")
        return tuple(tools)

    # --- orders

    async def begin(self) -> None:
        """Connect to the relays that were started with this broker."""
        # What goes to a relay goes there directly, whatever proxy the environment names.
        self._http = aiohttp.ClientSession(trust_env=False)
        self._meet(self._own)

    async def close(self) -> None:
        """Let the relays go; whoever watches goes on watching."""
        if self._http:
            await self._http.close()

    async def run(self) -> None:
        """Keep the relays told, for ever."""
        while True:
            await is_set_within(LOOK_SECONDS, self._stir)
            self._stir.clear()
            async with self._turn:
                await self._look()

    def _living(self) -> dict[str, RelayLine]:
        return {address: line for address, (line, _) in self._lines.items() if line.is_open}

    async def _look(self) -> None:
        relays, pictures = await self._places.look()
        self._meet(relays)
        self._shown = {each.session: await self._known(each) for each in pictures}
        over = [each for each in pictures if not self._shown[each.session].sharing]
        await self._places.forget(over)
        for each in over:
            del self._shown[each.session]
        at = {each.session: each.relay for each in pictures if each.session in self._shown}
        seats = await self._seats(self._shown.values())
        for address, line in self._living().items():
            here = [session for session in self._shown.values() if at[session.id] == address]
            await self._tell(line, here, seats)
            await self._send_away(line, line.told.keys() - {session.id for session in here})
            await self._pause(line, here)
        await self._announce()

    async def _known(self, pictured: Pictured) -> Session:
        known = self._shown.get(pictured.session)
        if known and known.place >= pictured.place:
            return known
        return await self._desk.session(pictured.session)

    def _meet(self, relays: Iterable[RelayAt]) -> None:
        """Connect to `relays`, and give up those that nobody has reached for long."""
        assert self._http
        there = {relay.address: relay for relay in (*self._own, *relays)}
        for address, relay in there.items():
            if address not in self._lines:
                line = RelayLine(
                    relay, self._keys.secret, self._http, self._tls, self._stir.set, self._heard
                )
                self._lines[address] = line, self._tasks.start(line.run(), "relay line")
        for address in self._lines.keys() - there.keys():
            line, running = self._lines[address]
            if not line.is_open:
                running.cancel()
                del self._lines[address]

    async def _seats(self, sessions: Iterable[Session]) -> Seats:
        reps = {grant.rep for session in sessions for grant in session.grants}
        return await self._sign_ins.of_accounts(reps)

    async def _tell(self, line: RelayLine, sessions: Iterable[Session], seats: Seats) -> None:
        for session in sessions:
            await self._say(line, session, seats, only_if_due=True)

    async def _say(
        self, line: RelayLine, session: Session, seats: Seats, *, only_if_due: bool = False
    ) -> None:
        tap = await self._recorder.tap(session, line.life) if is_recorded(session) else None
        order = self._order(session, seats, tap)
        if not only_if_due or line.is_due(order):
            await line.say(order)

    async def _heard(self, said: Stored | Done | Gone) -> Settled | None:
        """Pass on what a relay says of recordings. What fails here, it says again."""
        try:
            if isinstance(said, Stored):
                return await self._recorder.stored(said)
            await self._recorder.finished(said)
        except (sa.exc.SQLAlchemyError, sqlite3.Error, StoreFailed, OSError):
            log.exception("recording_not_noted", said=type(said).__name__)
        return None

    async def _finish(self, relay: Id, finish: Finish) -> bool:
        """Ask the life `relay` of a relay for the rest of a recording; say whether it is there."""
        for line, _ in self._lines.values():
            if line.life == relay and line.is_open:
                return await line.send(finish)
        return False

    async def _send_away(self, line: RelayLine, sessions: Iterable[Id]) -> None:
        """Tell the relay that nothing of `sessions` is shown there any more."""
        for session in sessions:
            try:
                place = (await self._desk.session(session)).place
            except Refused:
                place = LAST_PLACE  # there never was one, whoever says so
            await line.say(Allow(session=session, place=place))

    def _order(self, session: Session, seats: Seats, tap: Tap | None) -> Allow:
        now = self._clock()
        viewers = {
            seat: tools_of(session, rep, now)
            for rep in {grant.rep for grant in session.grants}
            for seat in seats.get(rep, ())
        }
        return Allow(
            session=session.id,
            place=session.place,
            sharer=session.customer,
            recorded=is_recorded(session),
            hidden=session.recording_paused and not session.rules.view_while_paused,
            tap=tap,
            now=now,
            viewers={seat: tools for seat, tools in viewers.items() if tools},
        )

    async def _pause(self, line: RelayLine, sessions: Iterable[Session]) -> None:
        """Let it be a fact when a picture cannot be shown, and when it can again."""
        if line.paused is None:
            return  # another broker hears of it
        for session in sessions:
            is_paused = session.id in line.paused
            if is_paused != session.sharing_paused:
                noticed = r.PauseSharing(why=STORAGE) if is_paused else r.ResumeSharing()
                # Refused where another broker was quicker, or nothing is shared any more.
                with suppress(Refused):
                    await self._desk.notice(session.id, noticed)

    async def _announce(self) -> None:
        if time.monotonic() - self._announced >= ANNOUNCE_SECONDS:
            self._announced = time.monotonic()
            await self._places.announce([line.relay for line in self._living().values()])


def is_recorded(session: Session) -> bool:
    """Say whether what `session` shows is to be recorded now."""
    return session.recording == "allowed" and not session.recording_paused


def tools_of(session: Session, rep: Id, now: int) -> dict[Tool, int]:
    """Return for how long (ms) a relay may let `rep` use each tool, as of `now`."""
    held = {
        grant.tool: grant.until - now
        for grant in session.grants
        if grant.rep == rep and grant.until > now
    }
    if "view" not in held:
        return {}  # nobody steers what they do not see
    most = {"view": VIEW_SECONDS * 1000}
    return {tool: min(span, most.get(tool, INPUT_SECONDS * 1000)) for tool, span in held.items()}
