"""What ends a recording, and what keeps it: holds, keys that are destroyed, words that are erased.

Functions over a connection. Whoever destroys a key first takes the recording's row, and so does whoever
holds it: of the two who come at once, one sees what the other has done. A hold beats everything.
"""

import secrets

import sqlalchemy as sa

from broker import ledger, schema
from protocol.fields import Id

LIVING = ("open", "closing", "closed")


class Held(Exception):
    """Somebody holds this recording: nothing of it may be destroyed."""


class NoRecording(Exception):
    """There is no such recording, or nothing is left of it."""


def hold(conn: sa.Connection, site: str, recording: str, *, by: Id, why: str, now: int) -> str:
    """Let nothing of `recording` be destroyed, and return the hold's id; or raise `NoRecording`."""
    _lock(conn, site, recording)
    hold_id = secrets.token_hex(16)
    conn.execute(
        schema.recording_holds.insert().values(
            site=site, id=hold_id, recording=recording, by=by, why=why, at=now
        )
    )
    ledger.append(conn, site, now, ledger.entry_of("held", recording, by=by, why=why))
    return hold_id


def release(conn: sa.Connection, site: str, hold_id: str, *, by: Id, now: int) -> None:
    """End a hold, and do what the customer asked for meanwhile; or raise `NoRecording`."""
    h = schema.recording_holds.c
    mine = sa.and_(h.site == site, h.id == hold_id, h.released_at == 0)
    recording = conn.scalar(sa.select(h.recording).where(mine))
    if recording is None:
        raise NoRecording(hold_id)
    _lock(conn, site, recording)
    conn.execute(
        schema.recording_holds.update().where(mine).values(released_at=now, released_by=by)
    )
    ledger.append(conn, site, now, ledger.entry_of("released", recording, by=by))
    r = schema.recordings.c
    asked = sa.select(r.erasure_asked_at).where(r.site == site, r.id == recording)
    if conn.scalar(asked) and not is_held(conn, site, recording):
        _destroy_words(conn, site, recording, now)


def is_held(conn: sa.Connection, site: str, recording: str) -> bool:
    """Say whether anybody holds `recording`."""
    h = schema.recording_holds.c
    held = sa.select(sa.literal(1)).where(
        h.site == site, h.recording == recording, h.released_at == 0
    )
    return conn.scalar(held.limit(1)) is not None


def erase_words(conn: sa.Connection, site: str, session: Id, now: int) -> bool:
    """Destroy the key of the personal words of `session`, whose customer has asked for it; say
    whether a hold is in the way, and then remember it.
    """
    r = schema.recordings.c
    found = conn.execute(
        sa.select(r.id)
        .where(r.site == site, r.session == session, r.state.in_(LIVING))
        .with_for_update()
    ).first()
    if found is None:
        return False
    if not is_held(conn, site, found.id):
        _destroy_words(conn, site, found.id, now)
        return False
    mine = schema.recordings.update().where(r.site == site, r.id == found.id)
    conn.execute(mine.values(erasure_asked_at=now))
    return True


def destroy(conn: sa.Connection, site: str, recording: str, *, by: Id, why: str, now: int) -> None:
    """Destroy the keys of `recording`, or raise `Held` or `NoRecording`. It cannot be read from this
    transaction on; what lies in the store goes later.
    """
    _lock(conn, site, recording)
    if is_held(conn, site, recording):
        raise Held(recording)
    k, r = schema.recording_keys.c, schema.recordings.c
    conn.execute(schema.recording_keys.delete().where(k.site == site, k.recording == recording))
    mine = schema.recordings.update().where(r.site == site, r.id == recording)
    conn.execute(mine.values(state="destroyed", media_gone_at=now, words_gone_at=now))
    ledger.append(conn, site, now, ledger.entry_of("destroyed", recording, by=by, why=why))


def forget(conn: sa.Connection, site: str, recording: str, now: int) -> None:
    """Take note that nothing of a destroyed recording is in the store any more."""
    for each in (schema.recording_segments, schema.recording_cuts, schema.recording_writers):
        conn.execute(each.delete().where(each.c.site == site, each.c.recording == recording))
    r = schema.recordings.c
    mine = schema.recordings.update().where(r.site == site, r.id == recording)
    conn.execute(mine.values(erased_at=now, manifest="", signature="", entry=""))
    ledger.append(conn, site, now, ledger.entry_of("deleted", recording))


def _destroy_words(conn: sa.Connection, site: str, recording: str, now: int) -> None:
    k, r = schema.recording_keys.c, schema.recordings.c
    conn.execute(
        schema.recording_keys.delete().where(
            k.site == site, k.recording == recording, k.use == "words"
        )
    )
    mine = schema.recordings.update().where(r.site == site, r.id == recording)
    conn.execute(mine.values(erasure_asked_at=0))
    # One that goes on gets a new key for what is said from now on.
    conn.execute(mine.where(r.state == "closed").values(words_gone_at=now))
    ledger.append(conn, site, now, ledger.entry_of("words_destroyed", recording))


def keeps_words(conn: sa.Connection, site: str, session: Id) -> bool:
    """Say whether words of `session` that are erased now have to be in its recording yet: it is held,
    and not closed.
    """
    r = schema.recordings.c
    mine = (r.site == site, r.session == session, r.state.in_(("open", "closing")))
    recording = conn.scalar(sa.select(r.id).where(*mine))
    return recording is not None and is_held(conn, site, recording)


def _lock(conn: sa.Connection, site: str, recording: str) -> None:
    r = schema.recordings.c
    mine = (r.site == site, r.id == recording, r.state.in_(LIVING))
    if conn.scalar(sa.select(r.id).where(*mine).with_for_update()) is None:
        raise NoRecording(recording)
