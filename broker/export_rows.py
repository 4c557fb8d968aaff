"""What the tables know of exports: functions over a connection, each part of somebody's transaction."""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.database import insert_new

KEEP_MS: Final = 24 * 3_600_000
"""So long what was made can be fetched."""

LOST_MS: Final = 60_000
"""A run that nobody has heard of for so long is given up, and another begins."""

ROW_KEEP_MS: Final = 90 * 24 * 3_600_000
"""Who exported what is in audit and ledger for ever; the row goes after so long."""

MOST_WAITING: Final = 20
"""So many may wait at a site at a time."""

_TABLE = schema.recording_exports
_C = _TABLE.c

UNDER_WAY: Final = ("waiting", "running")


class TooMany(Exception):
    """So many exports wait that no more are taken."""


class Export(Struct, frozen=True, kw_only=True):
    """`by`, called `name`, wants `kind` of a recording. `state` is `waiting`, `running`, `ready`, `failed`
    (`fault` says why), `cancelled`, or `gone` once its time was over. `size`, `digest` (SHA-256) and `form`
    are those of the file; `head` is the ledger's when it was asked for. Times are ms.
    """

    id: str
    recording: str
    kind: str
    by: str
    name: str
    state: str
    percent: int
    made_at: int
    changed_at: int
    size: int
    digest: str
    form: str
    fault: str
    head: str


class Job(Struct, frozen=True, kw_only=True):
    """An export that somebody is to make, as `run`."""

    id: str
    run: str
    recording: str
    kind: str
    by: str
    name: str
    made_at: int
    language: str
    zone: str
    head: str


def demand_room(conn: sa.Connection, site: str) -> None:
    """Raise `TooMany` where no more may wait."""
    waiting = sa.select(sa.func.count()).where(_C.site == site, _C.state.in_(UNDER_WAY))
    if (conn.scalar(waiting) or 0) >= MOST_WAITING:
        raise TooMany


def put(conn: sa.Connection, site: str, **row: Any) -> None:
    """Put a new one at the end of the line, or raise `TooMany`."""
    demand_room(conn, site)
    insert_new(conn, _TABLE, site=site, state="waiting", changed_at=row["made_at"], **row)


def of_recording(conn: sa.Connection, site: str, recording: str) -> list[Export]:
    """Return the exports of `recording`, the newest first."""
    chosen = _selected(site).where(_C.recording == recording)
    found = conn.execute(chosen.order_by(_C.made_at.desc(), _C.id).limit(50))
    return [Export(**row._mapping) for row in found]  # noqa: SLF001 - its public name


def one(conn: sa.Connection, site: str, export: str) -> tuple[Export, str] | None:
    """Return the export and the run that made it."""
    row = conn.execute(_selected(site).add_columns(_C.run).where(_C.id == export)).first()
    if row is None:
        return None
    fields = dict(row._mapping)  # noqa: SLF001 - its public name
    run = fields.pop("run")
    return Export(**fields), run


def _selected(site: str) -> "sa.Select[Any]":
    a = schema.accounts.c
    name = sa.select(a.display_name).where(a.site == site, a.id == _C.by).scalar_subquery()
    fields = [_C[field] for field in Export.__struct_fields__ if field != "name"]
    return sa.select(*fields, sa.func.coalesce(name, _C.by).label("name")).where(_C.site == site)


def take(conn: sa.Connection, site: str, run: str, now: int) -> Job | None:
    """Give the oldest one that waits, or whose run was lost, to `run`; None where there is none."""
    lost = sa.and_(_C.state == "running", _C.changed_at < now - LOST_MS)
    chosen = (
        sa.select(_C.id)
        .where(_C.site == site, sa.or_(_C.state == "waiting", lost))
        .order_by(_C.made_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    export = conn.scalar(chosen)
    if export is None:
        return None
    mine = _TABLE.update().where(_C.site == site, _C.id == export)
    conn.execute(mine.values(state="running", run=run, percent=0, changed_at=now))
    found = one(conn, site, export)
    assert found
    words = conn.execute(sa.select(_C.language, _C.zone).where(_C.site == site, _C.id == export))
    language, zone = words.one()
    fields = {name: getattr(found[0], name) for name in Job.__struct_fields__[2:7]}
    return Job(id=export, run=run, language=language, zone=zone, head=found[0].head, **fields)


def is_waiting(conn: sa.Connection, site: str, now: int) -> bool:
    """Say whether there is one to take."""
    lost = sa.and_(_C.state == "running", _C.changed_at < now - LOST_MS)
    chosen = sa.select(_C.id).where(_C.site == site, sa.or_(_C.state == "waiting", lost))
    return conn.scalar(chosen.limit(1)) is not None


def tell(conn: sa.Connection, site: str, job: Job, now: int, **changes: Any) -> bool:
    """Write down how far `job` has come; say whether anybody still wants it from this run."""
    mine = (_C.site == site, _C.id == job.id, _C.run == job.run, _C.state == "running")
    done = conn.execute(_TABLE.update().where(*mine).values(changed_at=now, **changes))
    return done.rowcount > 0


def cancel(conn: sa.Connection, site: str, export: str, now: int) -> bool:
    """Let nobody go on with `export`; say whether it was under way."""
    mine = (_C.site == site, _C.id == export, _C.state.in_(UNDER_WAY))
    done = conn.execute(_TABLE.update().where(*mine).values(state="cancelled", changed_at=now))
    return done.rowcount > 0


def expired(conn: sa.Connection, site: str, now: int) -> Sequence[str]:
    """Return the exports whose files are to go: their time is over, or what they were made
    of was destroyed.
    """
    r = schema.recordings.c
    destroyed = sa.exists(
        sa.select(sa.literal(1)).where(
            r.site == site,
            r.id == _C.recording,
            sa.or_(r.state == "destroyed", r.words_gone_at >= _C.made_at),
        )
    )
    over = sa.or_(_C.changed_at < now - KEEP_MS, destroyed)
    chosen = sa.select(_C.id).where(_C.site == site, _C.state == "ready", over).limit(100)
    return list(conn.scalars(chosen))


def gone(conn: sa.Connection, site: str, export: str, now: int) -> None:
    """Take note that the file of `export` was deleted."""
    mine = (_C.site == site, _C.id == export, _C.state == "ready")
    conn.execute(_TABLE.update().where(*mine).values(state="gone", changed_at=now, run=""))


def forget(conn: sa.Connection, site: str, now: int) -> None:
    """Delete the rows that nobody will ask for any more."""
    old = (_C.changed_at < now - ROW_KEEP_MS, _C.state.not_in((*UNDER_WAY, "ready")))
    conn.execute(_TABLE.delete().where(_C.site == site, *old))
