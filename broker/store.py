"""Transcripts in tables: append one fact with all that follows from it, and read them back.

Functions over a connection, each part of somebody's transaction. An append is optimistic:
the fact goes in at (session, place), and who finds the place taken has been `Raced`.
"""

import hashlib
import json
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from broker import schema
from broker.database import insert_new, put, run
from broker.erasure import erase, erase_all, erase_line
from broker.file_rows import put_files
from broker.recording_life import erase_words
from broker.recording_rows import follow
from broker.search import put_words
from broker.turns import put_meeting, put_turns
from broker.visits import put_visit
from broker.waits import put_ended
from protocol.deadlines import deadlines
from protocol.facts import (
    Accepted,
    Called,
    Fact,
    Noted,
    Opened,
    PersonalFact,
    Said,
    TakenBack,
    TextsErased,
    Wiped,
    WrappedUp,
)
from protocol.fields import Audience, DeadlineKind
from protocol.messages import decode_fact, encode
from protocol.session import Refused, Session, includes

SEARCHED = (Said, Noted, WrappedUp)

_PLACE = {
    "all": schema.facts.c.place_all,
    "reps": schema.facts.c.place_reps,
    "leads": schema.facts.c.place_leads,
    "broker": schema.facts.c.place,
}
_fold = msgspec.json.Decoder(Session)


class Raced(Exception):
    """Somebody else put a fact at this place first."""


class Repeated(Exception):
    """This request was answered before."""


class Request(NamedTuple):
    """What makes a request the same one: who sent it, and its id."""

    sender: str
    id: str


class Answer(NamedTuple):
    """What a request was told: a place of a session, or a refusal's code."""

    session: str
    place: int
    code: str
    detail: str


class Head(NamedTuple):
    """A session at its newest place, and how many facts each kind of reader has seen of it."""

    session: Session
    reps: int = 0
    leads: int = 0

    def count(self, reader: Audience) -> int:
        """Return the newest place as `reader` counts it."""
        session = self.session
        return {
            "all": session.shown,
            "reps": self.reps,
            "leads": self.leads,
            "broker": session.place,
        }[reader]

    def next(self, fact: Fact, after: Session) -> "Head":
        """Return the head once `fact` has made the session `after`."""
        reps = self.reps + includes(fact.audience, "reps")
        return Head(after, reps, self.leads + includes(fact.audience, "leads"))


def append(
    conn: sa.Connection,
    site: str,
    head: Head,
    fact: Fact,
    after: Session,
    request: Request | None,
    salt: bytes,
) -> Head:
    """Store `fact`, `sealed` with `salt`, as the next one after `head`, with all that follows.

    Raises `Repeated` when `request` has an answer already, `Raced` when the place is taken,
    and `Refused` when the new owner serves as many sessions as they may.
    """
    if request and not insert_new(
        conn,
        schema.answers,
        site=site,
        sender=request.sender,
        request=request.id,
        session=after.id,
        place=fact.place,
    ):
        raise Repeated
    new = head.next(fact, after)
    _put_fact(conn, site, new, fact, salt)
    _put_session(conn, site, new, fact.at)
    _put_participants(conn, site, head.session, after, forced=not isinstance(fact, Accepted))
    put_turns(conn, site, head.session, after, fact)
    put_meeting(conn, site, head.session, after)
    put_visit(conn, site, after, fact)
    _put_deadlines(conn, site, head.session, after)
    put_ended(conn, site, head.session, after, fact.at)
    put_files(conn, site, after, fact)
    follow(conn, site, head.session, after, fact)
    if isinstance(fact, TextsErased):
        erase_words(conn, site, after.id, fact.at)
        erase(conn, site, after.id, after.customer, fact.place)
    elif isinstance(fact, Wiped):
        erase_all(conn, site, after.id, after.customer, fact.place)
    elif isinstance(fact, TakenBack):
        erase_line(conn, site, after.id, fact.line)
    return new


def words_of(fact: Fact) -> str:
    """Return the personal fields of `fact` as JSON, in the order of their names; "" if it has none."""
    if not isinstance(fact, PersonalFact):
        return ""
    return json.dumps({name: getattr(fact, name) for name in fact.personal}, ensure_ascii=False)


def sealed(fact: Fact, salt: bytes) -> Fact:
    """Return `fact` with the digest of `salt` and its words: as it is told, and as it is read."""
    words = words_of(fact)
    if not words:
        return fact
    return replace(fact, digest=hashlib.sha256(salt + words.encode()).hexdigest())


def _put_fact(conn: sa.Connection, site: str, new: Head, fact: Fact, salt: bytes) -> None:
    words = words_of(fact)
    bare = replace(fact, **dict.fromkeys(fact.personal, "")) if words else fact
    seen = {
        f"place_{reader}": new.count(reader)
        for reader in ("all", "reps", "leads")
        if includes(fact.audience, reader)
    }
    session = new.session.id
    row = {"site": site, "session": session, "place": fact.place, "by": fact.by}
    kind = str(fact.__struct_config__.tag)
    if not insert_new(
        conn, schema.facts, **row, **seen, kind=kind, at=fact.at, body=encode(bare).decode()
    ):
        raise Raced
    if words:
        spoken = _spoken(fact)
        line = put_words(conn, site, session, fact.place, spoken) if spoken else 0
        run(conn, _INSERT_TEXT, {**row, "salt": salt, "words": words, "search_row": line})


def _spoken(fact: Fact) -> str:
    """Return what of `fact` can be searched for."""
    if isinstance(fact, Opened | Called):
        return f"{fact.name} {fact.email}".strip()
    return fact.text if isinstance(fact, SEARCHED) else ""


def _put_session(conn: sa.Connection, site: str, new: Head, at: int) -> None:
    session = new.session
    values: dict[str, Any] = {
        name: getattr(session, name)
        for name in (
            "customer",
            "state",
            "team",
            "owner",
            "issue",
            "front",
            "waiting_since",
            "opened_at",
            "ended_at",
            "ending",
            "place",
        )
    }
    values |= {
        "place_all": session.shown,
        "place_reps": new.reps,
        "place_leads": new.leads,
        "changed_at": at,
        "fold": encode(session).decode(),
    }
    if session.place == 1:
        run(conn, _INSERT_SESSION, {"site": site, "id": session.id, **values})
        return
    run(conn, _UPDATE_SESSION, {"_site": site, "_id": session.id, **values})


_INSERT_TEXT = schema.texts.insert()
_INSERT_SESSION = schema.sessions.insert()
_UPDATE_SESSION = schema.sessions.update().where(
    schema.sessions.c.site == sa.bindparam("_site"), schema.sessions.c.id == sa.bindparam("_id")
)


def serving(session: Session) -> frozenset[str]:
    """Return the reps for whom `session` is one of theirs."""
    if session.state != "talking":
        return frozenset()
    return frozenset((session.owner, *session.joined))


def concerned(session: Session) -> frozenset[str]:
    """Return the reps who are to know of `session`: who serves it, is invited, is offered it,
    monitors it, or is to meet its customer."""
    if session.state in ("new", "ended"):
        return frozenset()
    offered = (session.offer.rep,) if session.offer else ()
    watching = (*session.monitoring, *session.announced)
    return serving(session) | ({*session.invited, *offered, *watching, session.meant_for} - {""})


def _put_participants(
    conn: sa.Connection, site: str, before: Session, after: Session, *, forced: bool
) -> None:
    was, now = concerned(before), concerned(after)
    table = schema.participants
    for rep in sorted(now - was):
        insert_new(conn, table, site=site, rep=rep, session=after.id)
    if was - now:
        conn.execute(
            table.delete().where(
                table.c.site == site,
                table.c.session == after.id,
                table.c.rep.in_(sorted(was - now)),
            )
        )
    owned = before.owner if before.state == "talking" else ""
    owns = after.owner if after.state == "talking" else ""
    if owned != owns:
        _shift_load(conn, site, owned, owns, forced=forced)


def _shift_load(conn: sa.Connection, site: str, off: str, on: str, *, forced: bool) -> None:
    """Count one session less for `off` and one more for `on`, unless that passes the cap of `on`.

    The row is compared and set in one statement, so that the cap holds over all desks. Rows are
    taken in one order, or two sessions that change places between two reps would block each other.
    """
    table = schema.rep_loads
    mine = sa.and_(table.c.site == site, table.c.rep == sa.bindparam("of"))
    for rep in sorted({off, on} - {""}):
        if rep == off:
            conn.execute(table.update().where(mine).values(active=table.c.active - 1), {"of": rep})
            continue
        insert_new(conn, table, site=site, rep=rep, active=0, cap=0)
        free = sa.true() if forced else sa.or_(table.c.cap == 0, table.c.active < table.c.cap)
        more = table.update().where(mine, free).values(active=table.c.active + 1)
        if conn.execute(more, {"of": rep}).rowcount == 0:
            raise Refused("at_capacity")


def _put_deadlines(conn: sa.Connection, site: str, before: Session, after: Session) -> None:
    was, now = deadlines(before), deadlines(after)
    for kind, due in now.items():
        if was.get(kind) != due:
            put(conn, schema.deadlines, site=site, session=after.id, kind=kind, due=due)
    gone = sorted(was.keys() - now.keys())
    if gone:
        table = schema.deadlines
        conn.execute(
            table.delete().where(
                table.c.site == site, table.c.session == after.id, table.c.kind.in_(gone)
            )
        )


def refuse(
    conn: sa.Connection, site: str, request: Request, session: str, refused: Refused
) -> bool:
    """Store that `request` was turned down; False when it has an answer already."""
    return insert_new(
        conn,
        schema.answers,
        site=site,
        sender=request.sender,
        request=request.id,
        session=session,
        code=refused.code,
        detail=refused.detail[:200],
    )


def answer_to(conn: sa.Connection, site: str, request: Request) -> Answer | None:
    """Return what `request` was told, if it was."""
    c = schema.answers.c
    row = conn.execute(
        sa.select(c.session, c.place, c.code, c.detail).where(
            c.site == site, c.sender == request.sender, c.request == request.id
        )
    ).first()
    return Answer(*row) if row else None


def seen_place(conn: sa.Connection, site: str, session: str, place: int, reader: Audience) -> int:
    """Return `place` as `reader` counts it; 0 when they may not see that fact."""
    c = schema.facts.c
    row = conn.execute(
        sa.select(_PLACE[reader]).where(c.site == site, c.session == session, c.place == place)
    ).first()
    return row[0] or 0 if row else 0


def head_of(conn: sa.Connection, site: str, session: str, *, lock: bool = False) -> Head | None:
    """Return `session` as it stands, or None if there is none.

    With `lock` nobody else can append to it before this transaction ends.
    """
    c = schema.sessions.c
    chosen = sa.select(c.fold, c.place_reps, c.place_leads).where(c.site == site, c.id == session)
    row = conn.execute(chosen.with_for_update() if lock else chosen).first()
    return Head(_fold.decode(row.fold), row.place_reps, row.place_leads) if row else None


def read_facts(
    conn: sa.Connection, site: str, session: str, reader: Audience, after: int = 0, limit: int = 200
) -> list[Fact]:
    """Return the facts that `reader` may read after place `after`, places as `reader` counts."""
    f, t, place = schema.facts.c, schema.texts.c, _PLACE[reader]
    joined = schema.facts.outerjoin(
        schema.texts, sa.and_(t.site == f.site, t.session == f.session, t.place == f.place)
    )
    found = conn.execute(
        sa.select(f.body, place.label("seen"), t.words)
        .select_from(joined)
        # No fact's own place is below that of a reader, and only it is in the key.
        .where(f.site == site, f.session == session, f.place > after, place > after)
        .order_by(f.place)
        .limit(limit)
    )
    return [_restored(row.body, row.seen, row.words) for row in found]


def _restored(body: str, place: int, words: str | None) -> Fact:
    fact = replace(decode_fact(body), place=place)
    if not isinstance(fact, PersonalFact):
        return fact
    return replace(fact, **json.loads(words)) if words else replace(fact, erased=True)


def reschedule(
    conn: sa.Connection, site: str, session: str, kind: DeadlineKind, quiet_since: int
) -> None:
    """Write when `kind` falls due anew, as it is after a stir that left no fact, or never."""
    head = head_of(conn, site, session, lock=True)
    due = deadlines(head.session, quiet_since).get(kind) if head else None
    table = schema.deadlines
    if due is not None:
        put(conn, table, site=site, session=session, kind=kind, due=due)
        return
    mine = sa.and_(table.c.site == site, table.c.session == session, table.c.kind == kind)
    conn.execute(table.delete().where(mine))
