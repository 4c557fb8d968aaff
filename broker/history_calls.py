"""The calls about what was: ended sessions, who came, who works here, and the audit."""

from functools import partial
from typing import Annotated, Literal

import sqlalchemy as sa
from msgspec import Meta, Struct

from broker import schema, store
from broker.access import level_of, reader_of
from broker.audit import Entry
from broker.history import BadCursor, Page, Wanted, find_past
from broker.http import Call, CallRefused, Nothing
from broker.parts import Parts
from broker.presence import presence_of
from broker.site import Choice
from broker.visits import Visit, earlier
from protocol import requests as r
from protocol.fields import Audience, Count, Id, Presence
from protocol.messages import Facts
from protocol.session import Refused

Cursor = Annotated[str, Meta(max_length=100)]
Words = Annotated[str, Meta(max_length=200)]


class AskHistory(Struct, frozen=True, kw_only=True):
    """Ended sessions with every word of `q` in one line or in the name of who came, the last word
    perhaps unfinished. `since` and `until` are ms, `before` is the last page's cursor."""

    q: Words = ""
    team: Id = ""
    rep: Id = ""
    issue: Id = ""
    ending: Id = ""
    since: Count = 0
    until: Count = 0
    before: Cursor = ""


class AskTranscript(Struct, frozen=True, kw_only=True):
    """The facts of session `id` after place `after`."""

    id: Id
    after: Count = 0


class OfSession(Struct, frozen=True, kw_only=True):
    """A session."""

    id: Id


class Earlier(Struct, frozen=True, kw_only=True):
    """How many other sessions the customer had, and the last of them."""

    count: int
    sessions: tuple[Visit, ...]


class Colleague(Struct, frozen=True, kw_only=True):
    """Who works here, and whether they are there."""

    rep: str
    name: str
    role: Literal["rep", "lead"]
    teams: tuple[str, ...]
    presence: Presence
    active: int


class Directory(Struct, frozen=True, kw_only=True):
    """Teams, and the reps and leads who serve them."""

    teams: tuple[Choice, ...]
    reps: tuple[Colleague, ...]


class AskAudit(Struct, frozen=True, kw_only=True):
    """Entries before the one with the id `before`; the newest where it is empty."""

    before: Id = ""


class Audited(Struct, frozen=True, kw_only=True):
    """What was done to whose data, the newest first."""

    entries: tuple[Entry, ...]


async def read_transcript(parts: Parts, call: Call, asked: AskTranscript) -> Facts:
    """Return the facts of a session that the caller may read; administrators only ended ones."""
    session = await parts.desk.session(asked.id)
    ended = session.state == "ended"
    reader = (
        "leads" if ended and call.known.role == "admin" else reader_of(session, call.known.party)
    )
    if reader is None:
        raise Refused("unknown_session")
    if ended and call.known.role != "customer" and not asked.after:
        await parts.audit.note(call.known.party.id, "viewed", asked.id)
    read = partial(
        store.read_facts,
        site=parts.config.site,
        session=asked.id,
        reader=reader,
        after=asked.after,
    )
    return Facts(session=asked.id, after=asked.after, facts=tuple(await parts.database.read(read)))


async def search_history(parts: Parts, call: Call, asked: AskHistory) -> Page:
    """Find ended sessions of the caller's teams, an administrator's being all."""
    wanted = Wanted(
        words=asked.q,
        team=asked.team,
        rep=asked.rep,
        issue=asked.issue,
        ending=asked.ending,
        since=asked.since,
        until=asked.until,
        before=asked.before,
    )
    teams, reader = _teams(parts, call), _reader(call)
    find = partial(find_past, site=parts.config.site, wanted=wanted, teams=teams, reader=reader)
    try:
        return await parts.database.read(find)
    except BadCursor:
        raise CallRefused(400, "malformed", "This is no cursor of ours.") from None


async def delete_session(parts: Parts, call: Call, asked: OfSession) -> Nothing:
    """Delete all words of an ended session that the caller has viewed. It is written down."""
    who = call.known.party
    session = await parts.desk.session(asked.id)
    admin = call.known.role == "admin"
    if not admin and reader_of(session, who) is None:
        raise Refused("unknown_session")
    if not admin and session.team not in who.leads:
        raise CallRefused(403, "not_yours", "Only leads of its team delete a session.")
    if session.state != "ended" or session.deleted:
        raise CallRefused(409, "not_now", "Only a session that has ended is deleted, and once.")
    if not await parts.audit.has(who.id, "viewed", asked.id):
        raise CallRefused(409, "not_viewed", "View the session before you delete it.")
    await parts.audit.note(who.id, "deleted", asked.id)
    await parts.desk.notice(asked.id, r.Wipe())
    return Nothing()


async def show_earlier(parts: Parts, call: Call, asked: OfSession) -> Earlier:
    """Return what the customer of a session was here for before."""
    session = await parts.desk.session(asked.id)
    if reader_of(session, call.known.party) is None:
        raise Refused("unknown_session")
    work = partial(earlier, site=parts.config.site, session=asked.id, teams=call.known.party.teams)
    count, sessions = await parts.database.read(work)
    return Earlier(count=count, sessions=tuple(sessions))


async def show_directory(parts: Parts, _call: Call, _: Nothing) -> Directory:
    """Return all teams, and the reps and leads who serve them."""
    site, now = parts.config.site, parts.clock()

    def read(conn: sa.Connection) -> list[Colleague]:
        a, t, load = schema.accounts.c, schema.account_teams.c, schema.rep_loads.c
        people = conn.execute(
            sa.select(a.id, a.display_name, a.role, load.active)
            .outerjoin(schema.rep_loads, sa.and_(load.site == a.site, load.rep == a.id))
            .where(a.site == site, sa.not_(a.disabled), a.role.in_(("rep", "lead")))
            .order_by(a.display_name, a.id)
        ).all()
        served: dict[str, list[str]] = {}
        for row in conn.execute(
            sa.select(t.account, t.team).where(t.site == site).order_by(t.team)
        ):
            served.setdefault(row.account, []).append(row.team)
        states = presence_of(conn, site, [row.id for row in people], now)
        return [
            Colleague(
                rep=row.id,
                name=row.display_name,
                role=row.role,
                teams=tuple(served.get(row.id, ())),
                presence=states[row.id],
                active=row.active or 0,
            )
            for row in people
        ]

    reps = await parts.database.read(read)
    return Directory(teams=parts.site.choices(parts.site.teams()), reps=tuple(reps))


async def show_audit(parts: Parts, _call: Call, asked: AskAudit) -> Audited:
    """Return what was done to whose data, by whom and when."""
    return Audited(entries=tuple(await parts.audit.entries(asked.before)))


def _teams(parts: Parts, call: Call) -> tuple[str, ...]:
    return tuple(parts.site.teams()) if call.known.role == "admin" else call.known.party.teams


def _reader(call: Call) -> Audience:
    return "leads" if call.known.role == "admin" else level_of(call.known.party)
