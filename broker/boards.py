"""What stands on the board of a lead: who waits and talks in their teams, and how reps are there."""

import json
from collections.abc import Collection, Mapping

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.overview import not_meant
from broker.presence_times import there_since
from protocol.fields import MonitoringPolicy
from protocol.messages import Board, Since, Talk, Talks


def boards_of(conn: sa.Connection, site: str, teams: Collection[str], now: int) -> dict[str, Board]:
    """Return how many wait and talk in each of `teams`, and since when its reps are as they are."""
    s = schema.sessions.c
    live = sa.select(
        s.team, s.state, sa.func.count().label("many"), sa.func.min(s.waiting_since).label("since")
    ).where(s.site == site, s.team.in_(list(teams)))
    waiting, talking = (
        {row.team: row for row in conn.execute(each.group_by(s.team, s.state))}
        for each in (
            live.where(s.state == "waiting", not_meant()),
            live.where(s.state == "talking"),
        )
    )
    reps = _reps_of(conn, site, teams)
    since = there_since(conn, site, {rep for each in reps.values() for rep in each}, now)
    return {
        team: Board(
            team=team,
            waiting=waiting[team].many if team in waiting else 0,
            longest_since=waiting[team].since if team in waiting else 0,
            talking=talking[team].many if team in talking else 0,
            there_since=tuple(Since(rep=rep, since=since[rep]) for rep in reps.get(team, ())),
        )
        for team in sorted(teams)
    }


def _reps_of(conn: sa.Connection, site: str, teams: Collection[str]) -> dict[str, list[str]]:
    t = schema.account_teams.c
    serving = sa.select(t.team, t.account).where(t.site == site, t.team.in_(list(teams)))
    found: dict[str, list[str]] = {}
    for row in conn.execute(serving.order_by(t.team, t.account)):
        found.setdefault(row.team, []).append(row.account)
    return found


class _Rules(Struct):
    monitoring: MonitoringPolicy = "off"


class _Fold(Struct):
    """What the board wants to know of a stored session."""

    rules: _Rules
    customer: str
    language: str
    owner: str
    accepted_at: int
    joined: tuple[str, ...]
    monitoring: tuple[str, ...]
    announced: tuple[str, ...]
    gone: dict[str, int]


_fold = msgspec.json.Decoder(_Fold)


def talks_of(conn: sa.Connection, site: str, teams: Collection[str]) -> dict[str, dict[str, Talk]]:
    """Return the sessions of each of `teams` in which is talked, the longest first."""
    s, t, r = schema.sessions.c, schema.texts.c, schema.recordings.c
    rows = conn.execute(
        sa.select(s.id, s.team, s.issue, s.fold, t.words, r.paused_at)
        .outerjoin(schema.texts, sa.and_(t.site == s.site, t.session == s.id, t.place == 1))
        .outerjoin(schema.recordings, sa.and_(r.site == s.site, r.session == s.id))
        .where(s.site == site, s.state == "talking", s.team.in_(list(teams)))
        .order_by(s.team, s.id)
    )
    found: dict[str, dict[str, Talk]] = {team: {} for team in sorted(teams)}
    for row in rows:
        fold = _fold.decode(row.fold)
        found[row.team][row.id] = Talk(
            session=row.id,
            team=row.team,
            issue=row.issue,
            name=json.loads(row.words or "{}").get("name", ""),
            language=fold.language,
            owner=fold.owner,
            joined=fold.joined,
            watched=(*fold.monitoring, *fold.announced),
            since=fold.accepted_at,
            gone=fold.gone.get(fold.customer, 0),
            monitoring=fold.rules.monitoring,
            unrecorded_since=row.paused_at or 0,
        )
    return found


def talk_changes(
    before: Mapping[str, Mapping[str, Talk]], now: Mapping[str, Mapping[str, Talk]]
) -> list[Talks]:
    """Return what has changed in each team's talks, in one frame a team."""
    frames = []
    for team, talks in now.items():
        old = before.get(team)
        known = old or {}
        came = tuple(talk for session, talk in talks.items() if known.get(session) != talk)
        went = tuple(session for session in known if session not in talks)
        if came or went or old is None:
            frames.append(Talks(team=team, whole=old is None, came=came, went=went))
    return frames
