"""Ended sessions, found by what was said and by whom, as quickly as somebody types.

With words, the search index is walked from its newest line back and stops as soon as a page is
full, so a word that everybody uses costs no more than a rare one. Without words it is a walk along
an index of `sessions`.
"""

from collections.abc import Collection, Iterable, Iterator
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
        at, session = read_cursor(wanted.before)
        chosen = chosen.where(
            s.ended_at <= at, sa.or_(s.ended_at < at, sa.and_(s.ended_at == at, s.id < session))
        )
    rows = conn.execute(chosen.order_by(s.ended_at.desc(), s.id.desc()).limit(PAGE)).all()
    past = tuple(Past(**row._mapping) for row in rows)  # noqa: SLF001 - its public name
    more = f"{past[-1].ended_at}.{past[-1].session}" if len(past) == PAGE else ""
    return Page(sessions=past, next=more)


LINE = {"sqlite": "search.rowid", "postgresql": "search.id"}
MATCH = {
    "sqlite": "search.words MATCH :query",
    "postgresql": "search.vector @@ to_tsquery('simple', :query)",
}
WALKED = f"({MATCH['postgresql']}) IS TRUE"
"""The same, so that PostgreSQL asks it of each line instead of its index of words."""

WALKS = (2_000, 20_000)
COMMON = 6
"""What stands in so many of the newest 2,000 lines is looked for by walking the newest lines, and only
then by PostgreSQL's index of words. That gives all lines with a word, in no order, and so does badly
with the first letters of one: among 700,000 lines and at a load of 13, `z` took 6.6 s by it alone."""

# CROSS JOIN keeps SQLite's order of the tables, so that the index is walked from its end.
_FIND = """
SELECT {line} AS line_id, f.{place} AS place, search.words AS line, {shown}
FROM search CROSS JOIN sessions s CROSS JOIN facts f
LEFT JOIN visits v ON v.site = s.site AND v.session = s.id
WHERE {match} AND search.site = :site AND {line} < :before AND {line} >= :least
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
    filters, given = _filters(wanted)
    place = "place" if reader == "broker" else f"place_{reader}"
    before, _ = read_cursor(wanted.before or f"{2**62}.")
    asked = {"site": site, "query": query, "teams": list(teams), "lines": LINES, **given}
    stretches = _stretches(conn, site, query, before)
    least, statement = next(stretches)
    found: dict[str, Past] = {}
    earlier: set[str] = set()
    read, start = 0, before if wanted.before else 0
    while len(found) < PAGE and read < MOST_LINES:
        words = statement.format(place=place, shown=_SHOWN, filters=filters)
        text = sa.text(words).bindparams(sa.bindparam("teams", expanding=True))
        rows = conn.execute(text, {**asked, "before": before, "least": least}).all()
        if start:
            fresh = {row.session for row in rows} - earlier
            earlier |= told(conn, site, query, place, start, fresh)
        for row in rows:
            fields = dict(row._mapping)  # noqa: SLF001 - its public name
            before = fields.pop("line_id")
            if row.session not in earlier:
                found.setdefault(row.session, Past(**fields))
            if len(found) == PAGE:
                break
        else:
            if len(rows) < LINES:
                if not least:
                    return Page(sessions=tuple(found.values()), next="")
                before = least
                least, statement = next(stretches)
        read += len(rows)
    return Page(sessions=tuple(found.values()), next=f"{before}.")


def _stretches(
    conn: sa.Connection, site: str, query: str, before: int
) -> Iterator[tuple[int, str]]:
    """Give the first line of each stretch before line `before`, the newest stretch first and 0 last,
    and how to look for words in it."""
    dialect = conn.dialect.name
    if dialect == "postgresql":
        asked = {"site": site, "query": query, "before": before, "walk": WALKS[0]}
        newest, said = conn.execute(_COUNT, asked).one()
        if said >= COMMON:
            walked = _FIND.replace("{match}", WALKED).replace("{line}", LINE[dialect])
            yield from ((newest - walk, walked) for walk in WALKS if newest > walk)
    yield 0, _FIND.replace("{match}", MATCH[dialect]).replace("{line}", LINE[dialect])


_COUNT = sa.text(
    "SELECT max(id), count(*) FILTER (WHERE "  # noqa: S608 - our own words
    + MATCH["postgresql"]
    + ") FROM (SELECT id, vector FROM search WHERE site = :site AND id < :before"
    " ORDER BY id DESC LIMIT :walk) AS search"
)


_NEWER = """
SELECT DISTINCT search.session FROM search CROSS JOIN facts f
WHERE {match} AND search.site = :site AND {line} >= :start AND search.session IN :sessions
AND f.site = :site AND f.session = search.session AND f.place = search.place
AND f.{place} IS NOT NULL
"""


def told(
    conn: sa.Connection, site: str, query: str, place: str, start: int, sessions: Collection[str]
) -> set[str]:
    """Return those of `sessions` that an earlier page has told: they have a line from `start` on."""
    if not sessions:
        # PostgreSQL takes a list of nothing for one of numbers.
        return set()
    dialect = conn.dialect.name
    # Few sessions are asked about, whose lines PostgreSQL finds by their key.
    match = WALKED if dialect == "postgresql" else MATCH[dialect]
    words = _NEWER.format(line=LINE[dialect], match=match, place=place)
    statement = sa.text(words).bindparams(sa.bindparam("sessions", expanding=True))
    asked = {"site": site, "query": query, "start": start, "sessions": list(sessions)}
    return set(conn.execute(statement, asked).scalars())


def read_cursor(before: str) -> tuple[int, str]:
    """Return the number and the id in a cursor, or raise `BadCursor`."""
    number, dot, session = before.partition(".")
    if not (dot and number.isascii() and number.isdigit() and len(number) < 20):
        raise BadCursor
    return int(number), session
