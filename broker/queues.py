"""The queues as everybody sees them: who waits, at which place, and whether anyone is there.

Nothing here decides anything. It reads the tables when a ring says that something changed,
compares with what it said last, and tells each link only what is new for it.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from broker import schema
from broker.clock import Clock
from broker.database import Database
from broker.estimate import Estimate
from broker.forecast import Forecast, InQueue
from broker.inbox import open_messages
from broker.overview import not_meant
from broker.presence import presence_of
from broker.presence_times import note_presence
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
from protocol.session import Offering, Party

GATHER_SECONDS = 0.1
"""A burst of changes is told once; a position is pushed well within a second."""

MOST_GATHER_SECONDS = 0.5
"""Where thousands wait a look takes long, and the next one is put off twice as long, up to this."""

MOST_SHOWN = 300
"""A rep sees so many of a team's queue, those to be served first: all of a very long one would
overflow the outbox of who has just come. Positions and estimates count everybody."""

LOOK_SECONDS = 2.0
"""Looked at anyway, should a ring have been lost."""


class Listener(Struct, frozen=True):
    """A link, as far as the queues are concerned."""

    party: Party
    send: Callable[[Frame], None]


class State(Struct, frozen=True):
    """The queues at one moment: who waits, by team and in order; colleagues, by team."""

    waiting: dict[str, tuple[Waiting, ...]]
    colleagues: dict[str, tuple[Colleague, ...]]
    customers: dict[str, str]
    """The customer of each waiting session."""
    entered: dict[str, int]
    """Since when each has waited in this queue; `Waiting` has their first entry of all."""
    estimates: dict[str, Sequence[Estimate | None]] = {}
    """By team and in order, as `waiting`."""

    inboxes: dict[str, tuple[int, int]] = {}
    """By team: how many messages are open, and when one was last changed."""

    def entries(self) -> dict[str, list[InQueue]]:
        """Return who waits as the forecast wants to know it."""
        return {
            team: [InQueue(each.session, self.entered[each.session]) for each in waiting]
            for team, waiting in self.waiting.items()
        }


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
        self._state = State({}, {}, {}, {})
        self._positions: dict[str, Position] = {}
        self._known: dict[str, _Known] = {}
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
        took = 0.0
        while True:
            if await is_set_within(LOOK_SECONDS, self._changed):
                await asyncio.sleep(min(max(GATHER_SECONDS, 2 * took), MOST_GATHER_SECONDS))
            self._changed.clear()
            began = time.monotonic()
            await self.look()
            took = time.monotonic() - began

    async def look(self) -> None:
        """Read the queues and tell everybody what is new."""
        state = await self._database.read(self._read)
        await self._note_presence(state)
        estimates = await self._forecast.look(state.entries(), state.colleagues)
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
        known, self._positions = self._positions, positions(self._state)
        for customer, position in self._positions.items():
            if known.get(customer) != position:
                self._tell(customer, position)
        now = self._availability()
        if now != self._shown:
            self._shown = now
            self._tell_customers(now)
            # Whoever waits now has heard; who comes later waits for the next.
            self._opened_or_closed.set()
            self._opened_or_closed = asyncio.Event()

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
            yield Queue(team=team, whole=True, came=shown(self._state, team))
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
        waiting: dict[str, list[Waiting]] = {team: [] for team in teams}
        customers, entered, known = {}, {}, {}
        for row in conn.execute(_waiting(self._site)):
            each = self._known.get(row.id)
            if each is None or each.row != row:
                each = _know(row)
            known[row.id] = each
            customers[row.id], entered[row.id] = row.customer, each.since
            waiting.setdefault(row.team, []).append(each.entry)
        self._known = known
        return State(
            {team: tuple(rows) for team, rows in waiting.items()},
            self._colleagues(conn, teams),
            customers,
            entered,
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


def _waiting(site: str) -> sa.Select[tuple[str, ...]]:
    s, t = schema.sessions.c, schema.texts.c
    return (
        sa.select(s.id, s.customer, s.team, s.issue, s.waiting_since, s.front, s.fold, t.words)
        .outerjoin(schema.texts, sa.and_(t.site == s.site, t.session == s.id, t.place == 1))
        .where(s.site == site, s.state == "waiting", not_meant())
        .order_by(s.team, s.front.desc(), s.waiting_since, s.id)
    )


class _Spoken(Struct):
    """What the queue wants to know of a stored session."""

    language: str
    state_since: int
    offer: Offering | None = None


_spoken = msgspec.json.Decoder(_Spoken)


class _Known(Struct, frozen=True):
    """A row as it was read, and what it came to: of thousands, few change between two looks."""

    row: sa.Row[tuple[str, ...]]
    entry: Waiting
    since: int


def _know(row: sa.Row[tuple[str, ...]]) -> _Known:
    fold = _spoken.decode(row.fold)
    words = json.loads(row.words) if row.words else {}
    entry = Waiting(
        session=row.id,
        team=row.team,
        issue=row.issue,
        name=words.get("name", ""),
        language=fold.language,
        waiting_since=row.waiting_since,
        front=row.front,
        offered=fold.offer.rep if fold.offer else "",
    )
    return _Known(row, entry, fold.state_since)


def presences(state: State) -> dict[str, Presence]:
    """Return how each rep of any team is there."""
    colleagues = (rep for reps in state.colleagues.values() for rep in reps)
    return {colleague.rep: colleague.presence for colleague in colleagues}


def shown(state: State, team: str) -> tuple[Waiting, ...]:
    """Return what reps see of the queue of `team`."""
    return state.waiting.get(team, ())[:MOST_SHOWN]


def queue_changes(before: State, now: State) -> list[Queue]:
    """Return what has changed in each team's queue, in one frame a team."""
    frames = []
    for team in sorted(before.waiting.keys() | now.waiting.keys()):
        old = {entry.session: entry for entry in shown(before, team)}
        new = {entry.session: entry for entry in shown(now, team)}
        came = tuple(
            entry
            for session, entry in new.items()
            # Most are the very same ones as at the last look.
            if (was := old.get(session)) is not entry and was != entry
        )
        went = tuple(session for session in old if session not in new)
        if came or went:
            frames.append(Queue(team=team, whole=False, came=came, went=went))
    return frames


def _inbox(team: str, inbox: tuple[int, int]) -> Inbox:
    return Inbox(team=team, open=inbox[0], changed=inbox[1])


def positions(state: State) -> dict[str, Position]:
    """Return each waiting customer's position in the queue of their team, and the estimate."""
    return {
        state.customers[entry.session]: _position(entry.session, place, estimate)
        for team, entries in state.waiting.items()
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
