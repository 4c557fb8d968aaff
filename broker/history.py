"""Ended sessions, found by what was said and by whom, as quickly as somebody types.

With words, the search index is walked from its newest line back and stops as soon as a page is
full, so a word that everybody uses costs no more than a rare one. Without words it is a walk along
an index of `sessions`.
"""

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.search import query_of
from broker.visits import not_deleted
from protocol.fields import Audience

PAGE = 30
LINES = 90
"""Lines read at a time: several of one session count as one result."""

MOST_LINES = 9_000
"""After so many lines a page is given as it is, and its cursor goes on from there."""


class Wanted(Struct, frozen=True, kw_only=True):
    """Which ended sessions: every one of `words` in one line or in the customer's name; the rest
    narrows it down, "" and 0 meaning any. `until` is exclusive; `before` is the last page's cursor."""

    words: str = ""
    team: str = ""
    rep: str = ""
    issue: str = ""
    ending: str = ""
    since: int = 0
    until: int = 0
    before: str = ""


class Past(Struct, frozen=True, kw_only=True):
    """An ended session; `line` is one in which the words stand, at `place` as the reader counts."""

    session: str
    customer: str
    name: str
    email: str
    team: str
    issue: str
    rep: str
    ending: str
    opened_at: int
    ended_at: int
    place: int = 0
    line: str = ""


class Page(Struct, frozen=True, kw_only=True):
    """Some ended sessions, newest first. `next` is the cursor of the next page, "" on the last."""

    sessions: tuple[Past, ...]
    next: str


class BadCursor(Exception):
    """This is no cursor of ours."""


def find_past(
    conn: sa.Connection, site: str, wanted: Wanted, teams: Collection[str], reader: Audience
) -> Page:
    """Return the next page of what is `wanted` among the sessions of `teams`.

    Only lines that `reader` may read are found. Raises `BadCursor`.
    """
    if wanted.team:
        teams = {wanted.team} & set(teams)
    if not teams:
        return Page(sessions=(), next="")
    if not wanted.words.strip():
        return _listed(conn, site, wanted, teams)
    query = query_of(conn.dialect.name, wanted.words)
    return _found(conn, site, wanted, teams, reader, query) if query else Page(sessions=(), next="")


_SHOWN = (
    "s.id AS session, s.customer, s.team, s.issue, s.owner AS rep, s.ending, s.opened_at, s.ended_at,"
    " coalesce(v.name, '') AS name, coalesce(v.email, '') AS email"
)
_FILTERS = {
    "rep": "s.owner = :rep",
    "issue": "s.issue = :issue",
    "ending": "s.ending = :ending",
    "since": "s.ended_at >= :since",
    "until": "s.ended_at < :until",
}


def _filters(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    given = {name: value for name in _FILTERS if (value := getattr(wanted, name))}
    return "".join(f" AND {_FILTERS[name]}" for name in given), given


def _listed(conn: sa.Connection, site: str, wanted: Wanted, teams: Iterable[str]) -> Page:
    s, v = schema.sessions.c, schema.visits.c
    chosen = (
        sa.select(
            s.id.label("session"), s.customer, s.team, s.issue, s.owner.label("rep"), s.ending,
            s.opened_at, s.ended_at,
            sa.func.coalesce(v.name, "").label("name"), sa.func.coalesce(v.email, "").label("email"),
        )
        .outerjoin(schema.visits, sa.and_(v.site == s.site, v.session == s.id))
        .where(s.site == site, s.state == "ended", s.team.in_(list(teams)), not_deleted())
    )  # fmt: skip
    for name, column in (("rep", s.owner), ("issue", s.issue), ("ending", s.ending)):
        if value := getattr(wanted, name):
            chosen = chosen.where(column == value)
    if wanted.since:
        chosen = chosen.where(s.ended_at >= wanted.since)
    if wanted.until:
        chosen = chosen.where(s.ended_at < wanted.until)
    if wanted.before:
        at, session = _cursor(wanted.before)
        chosen = chosen.where(
            s.ended_at <= at, sa.or_(s.ended_at < at, sa.and_(s.ended_at == at, s.id < session))
        )
    rows = conn.execute(chosen.order_by(s.ended_at.desc(), s.id.desc()).limit(PAGE)).all()
    past = tuple(Past(**row._mapping) for row in rows)  # noqa: SLF001 - its public name
    more = f"{past[-1].ended_at}.{past[-1].session}" if len(past) == PAGE else ""
    return Page(sessions=past, next=more)


_LINE = {"sqlite": "search.rowid", "postgresql": "search.id"}
_MATCH = {
    "sqlite": "search.words MATCH :query",
    "postgresql": "search.vector @@ to_tsquery('simple', :query)",
}
# CROSS JOIN keeps SQLite's order of the tables, so that the index is walked from its end.
_FIND = """
SELECT {line} AS line_id, f.{place} AS place, search.words AS line, {shown}
FROM search CROSS JOIN sessions s CROSS JOIN facts f
LEFT JOIN visits v ON v.site = s.site AND v.session = s.id
WHERE {match} AND search.site = :site AND {line} < :before
AND s.site = :site AND s.id = search.session AND s.state = 'ended' AND s.team IN :teams
AND f.site = :site AND f.session = search.session AND f.place = search.place
AND f.{place} IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM deleted_sessions d WHERE d.site = s.site AND d.session = s.id)
{filters} ORDER BY {line} DESC LIMIT :lines
"""


def _found(
    conn: sa.Connection,
    site: str,
    wanted: Wanted,
    teams: Iterable[str],
    reader: Audience,
    query: str,
) -> Page:
    dialect = conn.dialect.name
    filters, given = _filters(wanted)
    place = "place" if reader == "broker" else f"place_{reader}"
    words = _FIND.format(
        line=_LINE[dialect], match=_MATCH[dialect], place=place, shown=_SHOWN, filters=filters
    )
    statement = sa.text(words).bindparams(sa.bindparam("teams", expanding=True))
    before, _ = _cursor(wanted.before or f"{2**62}.")
    found: dict[str, Past] = {}
    told: set[str] = set()
    read, start = 0, before if wanted.before else 0
    while len(found) < PAGE and read < MOST_LINES:
        asked = {"site": site, "query": query, "teams": list(teams), "before": before, **given}
        rows = conn.execute(statement, {**asked, "lines": LINES}).all()
        if start:
            told |= _told(conn, site, query, place, start, {row.session for row in rows} - told)
        for row in rows:
            fields = dict(row._mapping)  # noqa: SLF001 - its public name
            before = fields.pop("line_id")
            if row.session not in told:
                found.setdefault(row.session, Past(**fields))
            if len(found) == PAGE:
                break
        else:
            if len(rows) < LINES:
                return Page(sessions=tuple(found.values()), next="")
        read += len(rows)
    return Page(sessions=tuple(found.values()), next=f"{before}.")


_NEWER = """
SELECT DISTINCT search.session FROM search CROSS JOIN facts f
WHERE {match} AND search.site = :site AND {line} >= :start AND search.session IN :sessions
AND f.site = :site AND f.session = search.session AND f.place = search.place
AND f.{place} IS NOT NULL
"""


def _told(
    conn: sa.Connection, site: str, query: str, place: str, start: int, sessions: Collection[str]
) -> set[str]:
    """Return those of `sessions` that an earlier page has told: they have a line from `start` on."""
    dialect = conn.dialect.name
    words = _NEWER.format(line=_LINE[dialect], match=_MATCH[dialect], place=place)
    statement = sa.text(words).bindparams(sa.bindparam("sessions", expanding=True))
    asked = {"site": site, "query": query, "start": start, "sessions": list(sessions)}
    return set(conn.execute(statement, asked).scalars())


def _cursor(before: str) -> tuple[int, str]:
    number, dot, session = before.partition(".")
    if not (dot and number.isascii() and number.isdigit() and len(number) < 20):
        raise BadCursor
    return int(number), session
