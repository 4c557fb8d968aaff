"""What the tables know of recordings: functions over a connection, each part of somebody's transaction.

A recording begins with the fact in which the customer allowed it, and is in the tables from the same
moment on. What may not be kept is a window of time: segments that reach into it are taken out, also
those that a relay hands in later.
"""

import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from broker import schema
from broker.database import insert_new
from protocol.facts import (
    Fact,
    FileArrived,
    GrantsGiven,
    RecordingAnswered,
    RecordingPaused,
    RecordingResumed,
    RecordingWithdrawn,
    ScreenShared,
)
from protocol.fields import Id
from protocol.session import Session
from recordings.form import STRETCH
from recordings.journal import FullPicture, SegmentRow

LATE_MS = 1000
"""What a relay keeps for so long after a withdrawal was still on its way."""

PAUSE_LATE_MS = 100
"""The same after a pause."""

_pictures = msgspec.json.Decoder(tuple[FullPicture, ...])


class Segment(NamedTuple):
    """A row of the index, and whether it was cut out."""

    row: SegmentRow
    is_cut: bool


# --- what follows from facts


def follow(conn: sa.Connection, site: str, before: Session, after: Session, fact: Fact) -> None:
    """Write what `fact`, which made `after` of `before`, means for the session's recording."""
    if isinstance(fact, RecordingAnswered):
        _answer(conn, site, after, fact)
    elif after.recording != "off" and (changed := _changes(before, after, fact)):
        _update(conn, site, after.id, changed)
    if isinstance(fact, RecordingWithdrawn):
        _forbid(conn, site, after.id, fact, since=fact.at + LATE_MS, why="withdrawn")
    elif isinstance(fact, RecordingPaused):
        back = fact.cut_seconds * 1000
        since = fact.at - back if back else fact.at + PAUSE_LATE_MS
        _forbid(conn, site, after.id, fact, since=since, why=fact.why)
    elif isinstance(fact, RecordingResumed):
        _permit(conn, site, after.id, fact.at)


def _answer(conn: sa.Connection, site: str, after: Session, fact: RecordingAnswered) -> None:
    values = {name: getattr(after, name) for name in ("customer", "team", "owner", "issue")}
    ended = {"ended_at": after.ended_at, "ending": after.ending} if after.ended_at else {}
    insert_new(
        conn,
        schema.recordings,
        site=site,
        id=secrets.token_hex(16),
        session=after.id,
        state="open" if fact.allowed else "refused",
        answer="allowed" if fact.allowed else "refused",
        answered_at=fact.at,
        began_at=fact.at,
        **values,
        **ended,
    )


def _changes(before: Session, after: Session, fact: Fact) -> dict[str, Any]:
    changed: dict[str, Any] = {
        name: getattr(after, name)
        for name in ("team", "owner", "ending")
        if getattr(before, name) != getattr(after, name)
    }
    if isinstance(fact, RecordingWithdrawn):
        changed |= {"answer": "withdrawn", "withdrawn_at": fact.at, "ended_at": fact.at}
    if isinstance(fact, ScreenShared):
        changed["had_screen"] = True
    if isinstance(fact, GrantsGiven) and "control" in fact.tools:
        changed["had_control"] = True
    if isinstance(fact, FileArrived):
        changed["had_files"] = True
    if before.recording_paused != after.recording_paused:
        changed["paused_at"] = fact.at if after.recording_paused else 0
    if after.state == "ended" and before.state != "ended" and before.recording != "withdrawn":
        changed["ended_at"] = fact.at
    return changed


def _update(conn: sa.Connection, site: str, session: Id, changed: dict[str, Any]) -> None:
    table = schema.recordings
    mine = sa.and_(table.c.site == site, table.c.session == session)
    conn.execute(table.update().where(mine).values(changed))
    if changed.keys() & {"withdrawn_at", "ended_at"}:
        is_open = table.update().where(mine, table.c.state == "open")
        conn.execute(is_open.values(state="closing", paused_at=0))


def _forbid(
    conn: sa.Connection, site: str, session: Id, fact: Fact, *, since: int, why: str
) -> None:
    """Let nothing of the recording be kept from `since` (ms) on."""
    recording = recording_of(conn, site, session)
    if recording is None:
        return
    window = {"since": since * 1000, "until": 0}
    cuts, segments = schema.recording_cuts, schema.recording_segments
    insert_new(
        conn, cuts, site=site, recording=recording, **window, at=fact.at, by=fact.by, why=why
    )
    c = segments.c
    within = (c.site == site, c.recording == recording, c.number >= STRETCH, c.ends >= since * 1000)
    conn.execute(segments.update().where(*within, c.cut_at == 0).values(cut_at=fact.at))


def _permit(conn: sa.Connection, site: str, session: Id, at: int) -> None:
    cuts = schema.recording_cuts
    mine = (cuts.c.site == site, cuts.c.recording == recording_of(conn, site, session))
    conn.execute(cuts.update().where(*mine, cuts.c.until == 0).values(until=at * 1000))


def recording_of(conn: sa.Connection, site: str, session: Id) -> str | None:
    """Return the id of the recording of `session`, unless it was refused or never asked for."""
    c = schema.recordings.c
    found = sa.select(c.id).where(c.site == site, c.session == session, c.state != "refused")
    return conn.scalar(found)


# --- who writes, and what was written


def stretch_of(conn: sa.Connection, site: str, recording: str, relay: Id, now: int) -> int:
    """Return the stretch of `recording` that the life `relay` of a relay writes, a new one if need be."""
    table = schema.recording_writers
    mine = sa.and_(table.c.site == site, table.c.recording == recording)
    while True:
        found: int | None = conn.scalar(
            sa.select(table.c.stretch).where(mine, table.c.relay == relay)
        )
        if found is not None:
            return found
        last = conn.scalar(sa.select(sa.func.max(table.c.stretch)).where(mine)) or 0
        # Where another broker is quicker, there is one to find.
        insert_new(
            conn, table, site=site, recording=recording, stretch=last + 1, relay=relay, since=now
        )


def add_segments(
    conn: sa.Connection, site: str, recording: str, rows: Sequence[SegmentRow], now: int
) -> tuple[list[int], list[int]]:
    """Take `rows` into the index; return the numbers of those that are in it, and of those that
    nobody wants because the recording is closed.
    """
    r = schema.recordings.c
    mine = sa.and_(r.site == site, r.id == recording)
    # Nobody closes it meanwhile.
    state = conn.scalar(sa.select(r.state).where(mine).with_for_update())
    if state not in ("open", "closing"):
        there = {each.row.number: each.row.writer for each in segments_of(conn, site, recording)}
        known = [row.number for row in rows if there.get(row.number) == row.writer]
        return known, [row.number for row in rows if row.number not in known]
    windows = _windows(conn, site, recording)
    for row in rows:
        is_cut = any(
            row.ends >= since and (not until or row.begins < until) for since, until in windows
        )
        put_row(conn, site, recording, row, now if is_cut else 0)
    return [row.number for row in rows], []


def put_row(conn: sa.Connection, site: str, recording: str, row: SegmentRow, cut_at: int) -> None:
    """Take `row` into the index, as one that was cut out at `cut_at` (ms) unless that is 0."""
    values = {name: getattr(row, name) for name in SegmentRow.__struct_fields__}
    values["pictures"] = msgspec.json.encode(row.pictures).decode()
    table = schema.recording_segments
    insert_new(conn, table, site=site, recording=recording, cut_at=cut_at, **values)


def _windows(conn: sa.Connection, site: str, recording: str) -> list[tuple[int, int]]:
    c = schema.recording_cuts.c
    found = conn.execute(
        sa.select(c.since, c.until).where(c.site == site, c.recording == recording)
    )
    return [(since, until) for since, until in found]


def segments_of(conn: sa.Connection, site: str, recording: str, first: int = 0) -> list[Segment]:
    """Return the index of `recording` from segment `first` on, with what was cut out of it."""
    c = schema.recording_segments.c
    found = conn.execute(
        sa.select(schema.recording_segments)
        .where(c.site == site, c.recording == recording, c.number >= first)
        .order_by(c.number)
    )
    return [Segment(_row(each), each.cut_at > 0) for each in found]


def _row(row: Any) -> SegmentRow:
    values = {name: getattr(row, name) for name in SegmentRow.__struct_fields__}
    values["pictures"] = _pictures.decode(row.pictures)
    return SegmentRow(**values)


def done(conn: sa.Connection, site: str, recording: str, stretch: int, now: int) -> None:
    """Take note that nothing more of `stretch` comes."""
    c = schema.recording_writers.c
    mine = (c.site == site, c.recording == recording, c.stretch == stretch, c.done_at == 0)
    conn.execute(schema.recording_writers.update().where(*mine).values(done_at=now))


def gone(conn: sa.Connection, site: str, relay: Id, now: int) -> None:
    """Take note that nothing more comes from the life `relay` of a relay."""
    c = schema.recording_writers.c
    mine = (c.site == site, c.relay == relay, c.done_at == 0)
    conn.execute(schema.recording_writers.update().where(*mine).values(done_at=now))
