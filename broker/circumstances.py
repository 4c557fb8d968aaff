"""What the desk needs to know beyond a session: the site's settings, and who is there."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.clock import Clock
from broker.database import Database
from broker.forecast import Forecast
from broker.meetings import Meetings
from broker.presence import available_reps
from broker.site import Queued, Site
from protocol.session import Session


class _Spoken(Struct):
    language: str


_spoken = msgspec.json.Decoder(_Spoken)


class SiteCircumstances:
    """`desk.Circumstances` as they really are."""

    def __init__(
        self, database: Database, name: str, clock: Clock, site: Site, forecast: Forecast
    ) -> None:
        self._database = database
        self._name = name
        self._clock = clock
        self._site = site
        self._forecast = forecast
        self.team_of = site.team_of
        self.rules_for = site.rules_for
        meetings = Meetings(database, name, clock, lambda: site.settings.choose_rep)
        self.begun = meetings.begun
        self.is_there = meetings.is_there

    def greeting(self, session: Session, position: int) -> str:
        """Return what a customer reads who comes into the queue as number `position`."""
        return self._site.greeting(session.language, self._queued(session, position))

    def hold_text(self, session: Session, position: int) -> str:
        """Return what a customer reads now and then who waits there as number `position`."""
        return self._site.hold_text(session.language, self._queued(session, position))

    def _queued(self, session: Session, position: int) -> Queued:
        return Queued(
            team=session.team,
            issue=session.issue,
            position=position,
            wait=self._forecast.estimate(session.team, position),
        )

    async def reachable(self, teams: Sequence[str], without: str = "") -> str | None:
        """Return the first of `teams` with an available rep other than `without`."""
        reps = await self._database.read(
            lambda conn: available_reps(conn, self._name, teams, self._clock())
        )
        return next((team for team in teams if set(reps[team]) - {without}), None)

    async def language_of(self, customer: str) -> str:
        """Return the language of the last session of `customer`, or the site's first."""
        s = schema.sessions.c
        last = (
            sa.select(s.fold)
            .where(s.site == self._name, s.customer == customer)
            .order_by(s.opened_at.desc())
            .limit(1)
        )
        fold = await self._database.read(lambda conn: conn.scalar(last))
        return _spoken.decode(fold).language if fold else self._site.settings.languages[0]

    async def is_available(self, rep: str) -> bool:
        """Say whether `rep` can be offered a session now."""
        t = schema.account_teams.c
        served = sa.select(t.team).where(t.site == self._name, t.account == rep)

        def work(conn: sa.Connection) -> bool:
            teams = list(conn.scalars(served))
            there = available_reps(conn, self._name, teams, self._clock())
            return any(rep in reps for reps in there.values())

        return await self._database.read(work)
