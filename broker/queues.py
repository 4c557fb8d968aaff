"""The queues as everybody sees them: who waits, at which place, and whether anyone is there.

Nothing here decides anything. It reads the tables when a ring says that something changed,
compares with what it said last, and tells each link only what is new for it.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from broker import schema
from broker.clock import Clock
from broker.database import Database
from broker.estimate import Estimate
from broker.forecast import Forecast
from broker.inbox import open_messages
from broker.presence import presence_of
from broker.presence_times import note_presence
from broker.queue_rows import Line, QueueRows
from broker.tasks import is_set_within
from protocol.fields import Presence
from protocol.messages import (
    Availability,
    Colleague,
    Frame,
    Inbox,
    NamedRep,
    Position,
    Queue,
    Team,
    Waiting,
)
from protocol.session import Party

GATHER_SECONDS = 0.1
"""A burst of changes is told once; a position is pushed well within a second."""

MOST_REST_SECONDS = 0.5
"""Where thousands wait a look takes long, and the next one comes no sooner than twice as long after
it, up to this. Who changes a queue at rest is not put off."""

MOST_SHOWN = 300
"""A rep sees so many of a team's queue, those to be served first: all of a very long one would
overflow the outbox of who has just come. Positions and estimates count everybody, and
`queue_search.py` finds the others."""

TOLD_IN_ONE_GO = 200

LOOK_SECONDS = 2.0
"""Looked at anyway, should a ring have been lost."""


class Listener(Struct, frozen=True):
    """A link, as far as the queues are concerned."""

    party: Party
    send: Callable[[Frame], None]


class State(Struct, frozen=True):
    """The queues at one moment: who waits, and colleagues, by team."""

    line: Line
    colleagues: dict[str, tuple[Colleague, ...]] = {}
    estimates: dict[str, Sequence[Estimate | None]] = {}
    """By team and in order, as `line`."""

    inboxes: dict[str, tuple[int, int]] = {}
    """By team: how many messages are open, and when one was last changed."""

    def moved_since(self, before: "State") -> bool:
        """Say whether anybody's position or estimate may be another one than `before`."""
        return (self.line, self.estimates) != (before.line, before.estimates)


class Queues:
    """What one broker tells its links about the queues."""

    def __init__(
        self,
        database: Database,
        site: str,
        clock: Clock,
        teams: Callable[[], Sequence[str]],
        issues: Callable[[], Mapping[str, str]],
        forecast: Forecast,
        may_choose: Callable[[], bool] = lambda: False,
    ) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._teams = teams
        self._issues = issues
        self._forecast = forecast
        self._may_choose = may_choose
        self._changed = asyncio.Event()
        self._state = State(Line())
        self._rows = QueueRows(site)
        self._positions: dict[str, Position] = {}
        self._shown = Availability(open=False)
        self._listeners: dict[str, list[Listener]] = {}
        self._opened_or_closed = asyncio.Event()
        self._released = False
        self.held = 0
        """How many wait in `changed`."""

    @property
    def is_open(self) -> bool:
        """Whether a session can be started now."""
        return self._shown.open

    def waiting_for(self, team: str) -> tuple[Waiting, ...]:
        """Return who waits for `team`, all of them, first to be served first."""
        return self._state.line.waiting.get(team, ())

    async def changed(self, *, is_open: bool, within: float) -> None:
        """Wait until the site is no longer `is_open`, for `within` seconds at most."""
        self.held += 1
        try:
            async with asyncio.timeout(within):
                while self.is_open == is_open and not self._released:
                    await self._opened_or_closed.wait()
        except TimeoutError:
            pass
        finally:
            self.held -= 1

    def release(self) -> None:
        """Let nobody wait any longer: the server stops."""
        self._released = True
        self._opened_or_closed.set()

    def stir(self) -> None:
        """Something has changed: look soon."""
        self._changed.set()

    def add(self, listener: Listener) -> None:
        """Tell `listener` how things stand, and then each change."""
        self._listeners.setdefault(listener.party.id, []).append(listener)
        for frame in self._whole(listener.party):
            listener.send(frame)

    def remove(self, listener: Listener) -> None:
        """Tell `listener` no more."""
        listeners = self._listeners.get(listener.party.id, [])
        if listener in listeners:
            listeners.remove(listener)
        if not listeners:
            self._listeners.pop(listener.party.id, None)

    async def run(self) -> None:
        """Look whenever something has changed, for ever."""
        rested_at = 0.0
        while True:
            if await is_set_within(LOOK_SECONDS, self._changed):
                await asyncio.sleep(max(GATHER_SECONDS, rested_at - time.monotonic()))
            self._changed.clear()
            began = time.monotonic()
            await self.look()
            ended = time.monotonic()
            rested_at = ended + min(2 * (ended - began), MOST_REST_SECONDS)

    async def look(self) -> None:
        """Read the queues and tell everybody what is new."""
        state = await self._database.read(self._read)
        await self._note_presence(state)
        estimates = await self._forecast.look(state.line.entries, state.colleagues)
        before, self._state = self._state, replace(state, estimates=estimates)
        for frame in queue_changes(before, self._state):
            self._tell_reps(frame.team, frame)
        for team, colleagues in self._state.colleagues.items():
            if before.colleagues.get(team) != colleagues:
                self._tell_reps(team, Team(team=team, reps=colleagues))
        for team, inbox in self._state.inboxes.items():
            if before.inboxes.get(team) != inbox:
                self._tell_reps(team, _inbox(team, inbox))
        # Who has erased the last message has left nothing to count.
        for team in before.inboxes.keys() - self._state.inboxes.keys():
            self._tell_reps(team, _inbox(team, (0, 0)))
        if self._state.moved_since(before):
            known, self._positions = self._positions, positions(self._state)
            await self._tell_positions(known)
        now = self._availability()
        if now != self._shown:
            self._shown = now
            self._tell_customers(now)
            # Whoever waits now has heard; who comes later waits for the next.
            self._opened_or_closed.set()
            self._opened_or_closed = asyncio.Event()

    async def _tell_positions(self, known: Mapping[str, Position]) -> None:
        """Tell each customer whose position or estimate is not as `known`."""
        told = 0
        for customer, position in self._positions.items():
            if known.get(customer) != position:
                self._tell(customer, position)
                told += 1
                if told % TOLD_IN_ONE_GO == 0:
                    # Thousands may have moved up; whoever talks is not to wait for them.
                    await asyncio.sleep(0)

    async def _note_presence(self, state: State) -> None:
        """Write down whose presence is not what it was at the last look."""
        was, now = presences(self._state), presences(state)
        changed = {rep: there for rep, there in now.items() if was.get(rep) != there}
        if changed:
            note = partial(note_presence, site=self._site, states=changed, now=self._clock())
            await self._database.write(note)

    def _whole(self, party: Party) -> Iterable[Frame]:
        if party.role == "customer":
            yield self._shown
            if position := self._positions.get(party.id):
                yield position
            return
        for team in party.teams:
            total = len(self.waiting_for(team))
            yield Queue(team=team, whole=True, total=total, came=shown(self._state, team))
            yield Team(team=team, reps=self._state.colleagues.get(team, ()))
            yield _inbox(team, self._state.inboxes.get(team, (0, 0)))

    def _availability(self) -> Availability:
        """A customer can start about an issue whose team has somebody there."""
        there = {
            team
            for team, reps in self._state.colleagues.items()
            if any(rep.available for rep in reps)
        }
        issues = tuple(issue for issue, team in self._issues().items() if team in there)
        reps = tuple(
            NamedRep(rep=rep.rep, name=rep.name, team=team)
            for team, colleagues in self._state.colleagues.items()
            for rep in colleagues
            if rep.available and self._may_choose()
        )
        return Availability(open=bool(issues), issues=issues, reps=reps)

    def _tell(self, party: str, frame: Frame) -> None:
        for listener in self._listeners.get(party, ()):
            listener.send(frame)

    def _tell_reps(self, team: str, frame: Frame) -> None:
        for listeners in tuple(self._listeners.values()):
            for listener in listeners:
                if team in listener.party.teams:
                    listener.send(frame)

    def _tell_customers(self, frame: Frame) -> None:
        for listeners in tuple(self._listeners.values()):
            for listener in listeners:
                if listener.party.role == "customer":
                    listener.send(frame)

    def _read(self, conn: sa.Connection) -> State:
        teams = self._teams()
        return State(
            self._rows.read(conn),
            self._colleagues(conn, teams),
            inboxes=open_messages(conn, self._site),
        )

    def _colleagues(
        self, conn: sa.Connection, teams: Sequence[str]
    ) -> dict[str, tuple[Colleague, ...]]:
        a, t, load = schema.accounts.c, schema.account_teams.c, schema.rep_loads.c
        rows = conn.execute(
            sa.select(t.team, a.id, a.display_name, a.role, load.active)
            .join(schema.accounts, sa.and_(a.site == t.site, a.id == t.account))
            .outerjoin(schema.rep_loads, sa.and_(load.site == a.site, load.rep == a.id))
            .where(t.site == self._site, sa.not_(a.disabled))
            .order_by(t.team, a.display_name)
        ).all()
        states = presence_of(conn, self._site, {row.id for row in rows}, self._clock())
        found: dict[str, list[Colleague]] = {team: [] for team in teams}
        for row in rows:
            found.setdefault(row.team, []).append(
                Colleague(
                    rep=row.id,
                    name=row.display_name,
                    team=row.team,
                    available=states[row.id] == "available" and row.role in ("rep", "lead"),
                    active=row.active or 0,
                    presence=states[row.id],
                )
            )
        return {team: tuple(colleagues) for team, colleagues in found.items()}


def presences(state: State) -> dict[str, Presence]:
    """Return how each rep of any team is there."""
    colleagues = (rep for reps in state.colleagues.values() for rep in reps)
    return {colleague.rep: colleague.presence for colleague in colleagues}


def shown(state: State, team: str) -> tuple[Waiting, ...]:
    """Return what reps see of the queue of `team`."""
    return state.line.waiting.get(team, ())[:MOST_SHOWN]


def queue_changes(before: State, now: State) -> list[Queue]:
    """Return what has changed in each team's queue, in one frame a team."""
    frames = []
    for team in sorted(before.line.waiting.keys() | now.line.waiting.keys()):
        old = {entry.session: entry for entry in shown(before, team)}
        new = {entry.session: entry for entry in shown(now, team)}
        came = tuple(
            entry
            for session, entry in new.items()
            # Most are the very same ones as at the last look.
            if (was := old.get(session)) is not entry and was != entry
        )
        went = tuple(session for session in old if session not in new)
        total = len(now.line.waiting.get(team, ()))
        if came or went or total != len(before.line.waiting.get(team, ())):
            frames.append(Queue(team=team, whole=False, total=total, came=came, went=went))
    return frames


def _inbox(team: str, inbox: tuple[int, int]) -> Inbox:
    return Inbox(team=team, open=inbox[0], changed=inbox[1])


def positions(state: State) -> dict[str, Position]:
    """Return each waiting customer's position in the queue of their team, and the estimate."""
    customers = state.line.customers
    return {
        customers[entry.session]: _position(entry.session, place, estimate)
        for team, entries in state.line.waiting.items()
        for place, (entry, estimate) in enumerate(
            zip(entries, state.estimates.get(team, [None] * len(entries)), strict=True), start=1
        )
    }


def _position(session: str, place: int, wait: Estimate | None) -> Position:
    if wait is None:
        return Position(session=session, position=place)
    return Position(
        session=session,
        position=place,
        half_within=wait.half_within,
        most_within=wait.most_within,
    )
