"""The rows of files: functions over a connection, each part of somebody's transaction."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.database import insert_new
from protocol.facts import (
    Fact,
    FileAnswered,
    FileArrived,
    FileOffered,
    FileRefused,
    FileWithdrawn,
    TextsErased,
    Wiped,
)
from protocol.fields import FileKind
from protocol.messages import decode_fact
from protocol.session import Session

Side = Literal["customer", "reps"]
State = Literal["open", "whole", "kept", "gone"]

_t = schema.files
_p = schema.file_pieces
_k = schema.file_keys


class FileRow(Struct, frozen=True, kw_only=True):
    """A file that was accepted: `file` as its sender calls it in `session`, `id` as we do."""

    id: str
    session: str
    file: str
    by: str
    place: int
    size: int
    received: int
    state: State
    digest: str
    kind: FileKind | Literal[""]
    changed_at: int
    held: bool = False

    def side(self, customer: str) -> Side:
        """Return whose key seals it, in the session of `customer`."""
        return "customer" if self.by == customer else "reps"


class Piece(NamedTuple):
    """`size` bytes of a file from `start` on, sealed in the object called `name`."""

    start: int
    size: int
    name: str


class Moved(Exception):
    """Somebody else has written to the file meanwhile, or it is gone."""


def find(conn: sa.Connection, site: str, file_id: str) -> FileRow | None:
    """Return the file that we call `file_id`, if it is not gone."""
    return _one(conn, sa.and_(_t.c.site == site, _t.c.id == file_id, _t.c.state != "gone"))


def find_in(conn: sa.Connection, site: str, session: str, file: str) -> FileRow | None:
    """Return what is called `file` in `session`, if it is not gone."""
    mine = sa.and_(_t.c.site == site, _t.c.session == session, _t.c.file == file)
    return _one(conn, sa.and_(mine, _t.c.state != "gone"))


def _one(conn: sa.Connection, which: sa.ColumnElement[bool]) -> FileRow | None:
    rows = _rows(conn, which)
    return rows[0] if rows else None


def _rows(
    conn: sa.Connection, which: sa.ColumnElement[bool], limit: int | None = None
) -> list[FileRow]:
    columns = [_t.c[name] for name in FileRow.__struct_fields__]
    found = conn.execute(sa.select(*columns).where(which).order_by(_t.c.changed_at).limit(limit))
    return [FileRow(**row._mapping) for row in found]  # noqa: SLF001 - its public name


def offered_at(conn: sa.Connection, site: str, session: str, file: str) -> int:
    """Return the place at which `file` was offered in `session`, 0 if it never was."""
    c = schema.facts.c
    rows = conn.execute(
        sa.select(c.place, c.body).where(
            c.site == site, c.session == session, c.kind == "file_offered"
        )
    )
    for row in rows:
        fact = decode_fact(row.body)
        if isinstance(fact, FileOffered) and fact.file == file:
            return int(row.place)
    return 0


def words_at(conn: sa.Connection, site: str, session: str, place: int) -> str:
    """Return the personal words of the fact at `place`, "" where they were erased."""
    c = schema.texts.c
    words = sa.select(c.words).where(c.site == site, c.session == session, c.place == place)
    return conn.scalar(words) or ""


def create(conn: sa.Connection, site: str, row: FileRow) -> FileRow:
    """Store `row`, or return the one that its session has already."""
    known = find_in(conn, site, row.session, row.file)
    if known is None:
        values = {name: getattr(row, name) for name in FileRow.__struct_fields__}
        conn.execute(_t.insert().values(site=site, **values))
    return known or row


def hold(conn: sa.Connection, site: str, file_id: str, *, held: bool) -> None:
    """Note whether whoever sends a file is to pause."""
    conn.execute(_t.update().where(_t.c.site == site, _t.c.id == file_id).values(held=held))


def holds_in(conn: sa.Connection, site: str, session: str) -> dict[str, bool]:
    """Return for each file that is sent in `session` whether it is paused."""
    mine = (_t.c.site == site, _t.c.session == session, _t.c.state == "open")
    rows = conn.execute(sa.select(_t.c.file, _t.c.held).where(*mine))
    return {row.file: row.held for row in rows}


def pieces_of(conn: sa.Connection, site: str, file_id: str) -> list[Piece]:
    """Return the pieces of a file in their order."""
    mine = (_p.c.site == site, _p.c.file == file_id)
    rows = conn.execute(
        sa.select(_p.c.start, _p.c.size, _p.c.name).where(*mine).order_by(_p.c.start)
    )
    return [Piece(*row) for row in rows]


def advance(
    conn: sa.Connection, site: str, file_id: str, start: int, pieces: Sequence[Piece], now: int
) -> None:
    """Add `pieces`, the first of which begins at `start`; raise `Moved` if that is not its end."""
    end = sum((piece.size for piece in pieces), start)
    mine = (_t.c.site == site, _t.c.id == file_id, _t.c.state == "open", _t.c.received == start)
    moved = conn.execute(_t.update().where(*mine).values(received=end, changed_at=now))
    if moved.rowcount == 0:
        raise Moved
    of = {"site": site, "file": file_id}
    conn.execute(_p.insert(), [{**of, **piece._asdict()} for piece in pieces])


def mark_whole(
    conn: sa.Connection, site: str, file_id: str, *, digest: str, kind: str, now: int
) -> None:
    """Note that all of a file is here, and what it is."""
    mine = (_t.c.site == site, _t.c.id == file_id, _t.c.state == "open")
    values = {"state": "whole", "digest": digest, "kind": kind, "changed_at": now}
    conn.execute(_t.update().where(*mine).values(values))


def put_files(conn: sa.Connection, site: str, after: Session, fact: Fact) -> None:
    """Write what follows from `fact`: who may have a file, and whose are to be deleted."""
    if isinstance(fact, FileArrived):
        mine = _of(site, after.id, fact.file)
        conn.execute(_t.update().where(mine).values(state="kept", changed_at=fact.at))
    elif isinstance(fact, FileWithdrawn | FileRefused) or (
        isinstance(fact, FileAnswered) and not fact.accepted
    ):
        conn.execute(_t.update().where(_of(site, after.id, fact.file)).values(state="gone"))
    elif isinstance(fact, TextsErased):
        _erase(conn, site, after, _t.c.by == after.customer, _k.c.side == "customer")
    elif isinstance(fact, Wiped):
        _erase(conn, site, after, sa.true(), sa.true())


def _of(site: str, session: str, file: str) -> sa.ColumnElement[bool]:
    return sa.and_(_t.c.site == site, _t.c.session == session, _t.c.file == file)


def _erase(
    conn: sa.Connection,
    site: str,
    session: Session,
    whose: sa.ColumnElement[bool],
    side: sa.ColumnElement[bool],
) -> None:
    """Destroy the key, so that nobody can read them any more, whatever becomes of the store."""
    mine = (_t.c.site == site, _t.c.session == session.id, whose)
    conn.execute(_t.update().where(*mine).values(state="gone"))
    conn.execute(_k.delete().where(_k.c.site == site, _k.c.session == session.id, side))


def forsake(conn: sa.Connection, site: str, file_id: str) -> None:
    """Let a file be deleted."""
    conn.execute(_t.update().where(_t.c.site == site, _t.c.id == file_id).values(state="gone"))


def in_state(conn: sa.Connection, site: str, state: State, limit: int = 100) -> list[FileRow]:
    """Return the files in `state`, the longest there first."""
    return _rows(conn, sa.and_(_t.c.site == site, _t.c.state == state), limit)


def unfinished(conn: sa.Connection, site: str) -> list[FileRow]:
    """Return the files of which all is here, and that are not marked as whole."""
    here = (_t.c.state == "open", _t.c.received == _t.c.size)
    return _rows(conn, sa.and_(_t.c.site == site, *here), 100)


def expired(conn: sa.Connection, site: str, before: int) -> list[FileRow]:
    """Return the files to which nothing has come since `before`, and which are not whole."""
    old = sa.and_(_t.c.site == site, _t.c.state == "open", _t.c.changed_at < before)
    return _rows(conn, old, 100)


def drop(conn: sa.Connection, site: str, file_id: str) -> None:
    """Delete the rows of a file that is not in the store any more."""
    conn.execute(_p.delete().where(_p.c.site == site, _p.c.file == file_id))
    conn.execute(_t.delete().where(_t.c.site == site, _t.c.id == file_id))


def use_of(side: Side) -> str:
    """Return for what the key of `side` is wrapped."""
    return f"files of {side}"


def wrapped_key(conn: sa.Connection, site: str, session: str, side: Side) -> bytes | None:
    """Return the key of `side` in `session` as it is stored, if there is one."""
    mine = (_k.c.site == site, _k.c.session == session, _k.c.side == side)
    found: bytes | None = conn.scalar(sa.select(_k.c.wrapped).where(*mine))
    return found


def put_key(conn: sa.Connection, site: str, session: str, side: Side, wrapped: bytes) -> bytes:
    """Store a key unless there is one, and return the one that is there."""
    insert_new(conn, _k, site=site, session=session, side=side, wrapped=wrapped)
    known = wrapped_key(conn, site, session, side)
    assert known  # it was put there in this transaction
    return known
