"""Recordings, found by what was said and by what became of them, as quickly as somebody types.

With words, the search index is walked from its newest line back, as in `history.py`; where few recordings can be
meant, their lines are looked at instead. Without words, an index of `recordings` is walked. Officers read what leads may,
of every team.
"""

import sqlite3
from contextlib import closing
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from broker.history import LINE, MATCH, read_cursor, told
from broker.search import TOKENS, query_of

PAGE = 30
LINES = 90
"""Lines read at a time: several of one recording count as one result."""

MOST_LINES = 9_000
"""After so many lines a page is given as it is, and its cursor goes on from there."""


FEW = 200
"""Up to so many recordings, each of their lines is looked at: a walk of the index would pass by thousands of others."""


class Wanted(Struct, frozen=True, kw_only=True):
    """Which recordings: every one of `words` in one line; the rest narrows it down, "" and 0 meaning
    any. Times are ms, `longest` is exclusive as `until` is; `before` is the last page's cursor."""

    words: str = ""
    customer: str = ""
    team: str = ""
    rep: str = ""
    issue: str = ""
    ending: str = ""
    answer: str = ""
    since: int = 0
    until: int = 0
    shortest: int = 0
    longest: int = 0
    control: bool = False
    files: bool = False
    screen: bool = False
    held: bool = False
    before: str = ""


class Found(Struct, frozen=True, kw_only=True):
    """A recording. `line` is one in which the words stand, said `line_at` (ms), the newest there is."""

    id: str
    session: str
    state: str
    answer: str
    customer: str
    name: str
    team: str
    rep: str
    issue: str
    ending: str
    began_at: int
    ended_at: int
    had_screen: bool
    had_control: bool
    had_files: bool
    held: bool
    line: str = ""
    line_at: int = 0


class Page(Struct, frozen=True, kw_only=True):
    """Some recordings, newest first. `next` is the cursor of the next page, "" on the last."""

    recordings: tuple[Found, ...]
    next: str


def find_recordings(conn: sa.Connection, site: str, wanted: Wanted) -> Page:
    """Return the next page of what is `wanted`, or raise `BadCursor`."""
    if not wanted.words.strip():
        return _listed(conn, site, wanted)
    query = query_of(conn.dialect.name, wanted.words)
    return _found(conn, site, wanted, query) if query else Page(recordings=(), next="")


_HELD = (
    "EXISTS (SELECT 1 FROM recording_holds h WHERE h.site = r.site AND h.recording = r.id"
    " AND h.released_at = 0)"
)
_SHOWN = (
    "r.id, r.session, r.state, r.answer, r.customer, r.team, r.owner AS rep, r.issue, r.ending,"
    " r.began_at, r.ended_at, r.had_screen, r.had_control, r.had_files,"
    f" {_HELD} AS held, coalesce(v.name, '') AS name"
)
_VISIT = "LEFT JOIN visits v ON v.site = r.site AND v.session = r.session"
_FILTERS = {
    "customer": "r.customer = :customer",
    "team": "r.team = :team",
    "rep": "r.owner = :rep",
    "issue": "r.issue = :issue",
    "ending": "r.ending = :ending",
    "answer": "r.answer = :answer",
    "since": "r.began_at >= :since",
    "until": "r.began_at < :until",
    "shortest": "r.ended_at > 0 AND r.ended_at - r.began_at >= :shortest",
    "longest": "r.ended_at > 0 AND r.ended_at - r.began_at < :longest",
    "control": "r.had_control",
    "files": "r.had_files",
    "screen": "r.had_screen",
    "held": _HELD,
}


def _filters(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    given = {name: value for name in _FILTERS if (value := getattr(wanted, name))}
    words = "".join(f" AND {_FILTERS[name]}" for name in given)
    return words, {name: value for name, value in given.items() if value is not True}


def _listed(conn: sa.Connection, site: str, wanted: Wanted) -> Page:
    filters, given = _filters(wanted)
    if wanted.before:
        at, recording = read_cursor(wanted.before)
        filters += " AND r.began_at <= :at AND (r.began_at < :at OR r.id < :last)"
        given |= {"at": at, "last": recording}
    rows = conn.execute(
        sa.text(
            f"SELECT {_SHOWN} FROM recordings r {_VISIT} WHERE r.site = :site{filters}"  # noqa: S608 - its own words
            " ORDER BY r.began_at DESC, r.id DESC LIMIT :page"
        ),
        {"site": site, "page": PAGE, **given},
    ).all()
    found = tuple(_as_found(dict(row._mapping)) for row in rows)  # noqa: SLF001 - its public name
    more = f"{found[-1].began_at}.{found[-1].id}" if len(found) == PAGE else ""
    return Page(recordings=found, next=more)


# CROSS JOIN keeps SQLite's order of the tables, so that the index is walked from its end.
_FIND = """
SELECT {line} AS line_id, f.at AS line_at, search.words AS line, {shown}
FROM search CROSS JOIN recordings r CROSS JOIN facts f {visit}
WHERE {match} AND search.site = :site AND {line} < :before
AND r.site = :site AND r.session = search.session
AND f.site = :site AND f.session = search.session AND f.place = search.place
AND f.place_leads IS NOT NULL
{filters} ORDER BY {line} DESC LIMIT :lines
"""


_CANDIDATES = "SELECT r.session FROM recordings r WHERE r.site = :site{filters} LIMIT :most"

_LINES_OF = sa.text(
    "SELECT t.search_row, search.words FROM texts t CROSS JOIN search"
    " WHERE t.site = :site AND t.session IN :sessions AND search.rowid = t.search_row"
).bindparams(sa.bindparam("sessions", expanding=True))


def _matching(conn: sa.Connection, site: str, query: str, sessions: list[str]) -> list[int]:
    """Return the lines of `sessions` in which the words stand, in SQLite.

    An index of these lines alone answers at once; the whole one would give every line in which the words
    stand, or be asked for one line after the other.
    """
    lines = conn.execute(_LINES_OF, {"site": site, "sessions": sessions}).all()
    with closing(sqlite3.connect(":memory:")) as few:
        few.execute(f"CREATE VIRTUAL TABLE few USING fts5(words, {TOKENS})")
        few.executemany("INSERT INTO few (rowid, words) VALUES (?, ?)", map(tuple, lines))
        found = few.execute("SELECT rowid FROM few WHERE words MATCH ?", (query,))
        return [row for (row,) in found]


def _few(conn: sa.Connection, site: str, wanted: Wanted) -> list[str] | None:
    """Return the sessions of the recordings that can be meant, or None if they are many."""
    filters, given = _filters(wanted)
    if not filters:
        return None
    statement = sa.text(_CANDIDATES.format(filters=filters))
    found = conn.scalars(statement, {"site": site, "most": FEW + 1, **given}).all()
    return list(found) if len(found) <= FEW else None


def _among(conn: sa.Connection, site: str, wanted: Wanted, query: str, sessions: list[str]) -> Page:
    """Look at each line of `sessions`, the newest first."""
    dialect = conn.dialect.name
    asked: dict[str, Any] = {"site": site, "before": 2**62, "lines": 2**31}
    if dialect == "sqlite":
        match, expanding = "search.rowid IN :matching", "matching"
        asked["matching"] = _matching(conn, site, query, sessions)
    else:
        match, expanding = f"{MATCH[dialect]} AND search.session IN :sessions", "sessions"
        asked |= {"query": query, "sessions": sessions}
    words = _FIND.format(line=LINE[dialect], match=match, shown=_SHOWN, visit=_VISIT, filters="")
    statement = sa.text(words).bindparams(sa.bindparam(expanding, expanding=True))
    before, _ = read_cursor(wanted.before or f"{2**62}.")
    found: dict[str, tuple[int, Found]] = {}
    for row in conn.execute(statement, asked):
        fields = dict(row._mapping)  # noqa: SLF001 - its public name
        line = fields.pop("line_id")
        found.setdefault(row.id, (line, _as_found(fields)))
    left = [(line, each) for line, each in found.values() if line < before]
    more = f"{left[PAGE - 1][0]}." if len(left) > PAGE else ""
    return Page(recordings=tuple(each for _, each in left[:PAGE]), next=more)


def _found(conn: sa.Connection, site: str, wanted: Wanted, query: str) -> Page:
    if (few := _few(conn, site, wanted)) is not None:
        return _among(conn, site, wanted, query, few)
    dialect = conn.dialect.name
    filters, given = _filters(wanted)
    statement = sa.text(
        _FIND.format(
            line=LINE[dialect], match=MATCH[dialect], shown=_SHOWN, visit=_VISIT, filters=filters
        )
    )
    before, _ = read_cursor(wanted.before or f"{2**62}.")
    found: dict[str, Found] = {}
    earlier: set[str] = set()
    read, start = 0, before if wanted.before else 0
    while len(found) < PAGE and read < MOST_LINES:
        asked = {"site": site, "query": query, "before": before, "lines": LINES, **given}
        rows = conn.execute(statement, asked).all()
        if start:
            fresh = {row.session for row in rows} - earlier
            earlier |= told(conn, site, query, "place_leads", start, fresh)
        for row in rows:
            fields = dict(row._mapping)  # noqa: SLF001 - its public name
            before = fields.pop("line_id")
            if row.session not in earlier:
                found.setdefault(row.id, _as_found(fields))
            if len(found) == PAGE:
                break
        else:
            if len(rows) < LINES:
                return Page(recordings=tuple(found.values()), next="")
        read += len(rows)
    return Page(recordings=tuple(found.values()), next=f"{before}.")


def _as_found(fields: dict[str, Any]) -> Found:
    flags = ("had_screen", "had_control", "had_files", "held")
    return Found(**(fields | {name: bool(fields[name]) for name in flags}))


def one_recording(conn: sa.Connection, site: str, recording: str) -> Found | None:
    """Return the recording with the id, if there is one."""
    row = conn.execute(
        sa.text(f"SELECT {_SHOWN} FROM recordings r {_VISIT} WHERE r.site = :site AND r.id = :id"),  # noqa: S608 - its own words
        {"site": site, "id": recording},
    ).first()
    return _as_found(dict(row._mapping)) if row else None  # noqa: SLF001 - its public name
