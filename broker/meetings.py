"""How a session begins: about an issue, or because a customer is to meet one rep.

That rep gave them a code, calls them, or was named by them where the site lets customers choose.
"""

from collections.abc import Callable
from functools import partial

import sqlalchemy as sa
from msgspec.structs import replace

from broker import codes, schema
from broker.accounts import Account, find
from broker.beginnings import Begun
from broker.clock import Clock
from broker.database import Database
from broker.overview import live_sessions
from broker.presence import available_reps, present
from protocol import requests as r
from protocol.fields import Meeting
from protocol.session import Party, Refused, Session


class Meetings:
    """The meetings of one site. `may_choose` says whether customers may name a rep."""

    def __init__(
        self, database: Database, site: str, clock: Clock, may_choose: Callable[[], bool]
    ) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._may_choose = may_choose

    async def begun(self, empty: Session, asked: r.Start | r.Call, sender: Party) -> Begun:
        """Return the session in which the customer is to meet one rep, or raise `Refused`."""
        work = self._called if isinstance(asked, r.Call) else self._asked_for
        return await self._database.read(
            lambda conn: work(conn, empty, asked, sender)  # type: ignore[arg-type]
        )

    def _called(self, conn: sa.Connection, empty: Session, asked: r.Call, sender: Party) -> Begun:
        s = schema.sessions.c
        last = (
            sa.select(s.team, s.issue)
            .where(s.site == self._site, s.customer == asked.customer, s.team.in_(sender.teams))
            .order_by(s.opened_at.desc())
        )
        found = conn.execute(last.limit(1)).first()
        if found is None:
            raise Refused("unknown_contact")
        if live := live_sessions(conn, self._site, asked.customer):
            raise Refused("not_now", live[0])
        return Begun(replace(empty, team=found.team, issue=found.issue))

    def _asked_for(
        self, conn: sa.Connection, empty: Session, asked: r.Start, sender: Party
    ) -> Begun:
        if asked.code:
            made = codes.redeemed(conn, self._site, asked.code, sender.id, self._clock())
            rep = find(conn, self._site, schema.accounts.c.id == made.rep) if made else None
            if made is None or rep is None:
                raise Refused("unknown_code")
            claim = partial(codes.use_up, site=self._site, code=asked.code, now=self._clock())
            return Begun(_meant(empty, rep, made.team, "code"), lambda _, conn: claim(conn))
        if not self._may_choose():
            raise Refused("not_now")
        rep = find(conn, self._site, schema.accounts.c.id == asked.rep)
        there = available_reps(conn, self._site, [empty.team], self._clock())
        if rep is None or rep.id not in there[empty.team]:
            raise Refused("nobody_available")
        return Begun(_meant(empty, rep, empty.team, "direct"))

    async def is_there(self, session: Session) -> bool:
        """Say whether the rep whom the customer of `session` is to meet is there for them: who was
        named must be available, who gave a code or called is there with any device."""
        now, rep = self._clock(), session.meant_for
        if session.meeting == "direct":
            reps = await self._database.read(
                lambda conn: available_reps(conn, self._site, [session.team], now)
            )
            return rep in reps[session.team]
        return bool(await self._database.read(lambda conn: present(conn, self._site, [rep], now)))


def _meant(empty: Session, rep: Account, team: str, meeting: Meeting) -> Session:
    # Who has a code has it from a rep: that is better than an address.
    asked = empty.rules.identity_asked and meeting != "code"
    return replace(
        empty,
        team=team,
        meant_for=rep.id,
        meeting=meeting,
        names={rep.id: rep.display_name},
        rules=replace(empty.rules, identity_asked=asked),
    )
