"""The calls of officers who look for recordings and watch them. Each look is written down first."""

from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import quote

import sqlalchemy as sa
from aiohttp import web
from msgspec import Meta, Struct

from broker import schema, store
from broker.history import BadCursor
from broker.history_calls import Cursor, Words
from broker.http import Call, CallRefused, Nothing
from broker.parts import Parts
from broker.recording_search import Found, Page, Wanted, find_recordings
from broker.recording_shelf import CannotPlay, Index
from broker.site import Choice
from protocol.fields import Count, Id
from protocol.messages import Facts

Span = Annotated[int, Meta(ge=0, le=7 * 24 * 3_600_000)]

WHY = {
    "destroyed": (410, "The key of this recording was destroyed; nobody can open it any more."),
    "key": (409, "The key that wrapped this recording's is not here."),
    "key_service": (503, "The key service does not answer."),
    "broken": (409, "This recording was changed since it was sealed."),
    "store": (503, "The store does not answer."),
}


class AskRecordings(Struct, frozen=True, kw_only=True):
    """Recordings with every word of `q` in one line, the last word perhaps unfinished. `since` and
    `until` are ms, `shortest` and `longest` too; `before` is the last page's cursor."""

    q: Words = ""
    customer: Id = ""
    team: Id = ""
    rep: Id = ""
    issue: Id = ""
    ending: Id = ""
    answer: Literal["", "allowed", "withdrawn", "refused"] = ""
    since: Count = 0
    until: Count = 0
    shortest: Span = 0
    longest: Span = 0
    control: bool = False
    files: bool = False
    screen: bool = False
    held: bool = False
    before: Cursor = ""


class OneRecording(Struct, frozen=True, kw_only=True):
    """A recording."""

    id: Id


class AskIndex(Struct, frozen=True, kw_only=True):
    """Where what lies in recording `id`, of segments those after number `after`."""

    id: Id
    after: Count = 0


class AskSegments(Struct, frozen=True, kw_only=True):
    """Segments `first` to `last` of recording `id`, for who began `look`."""

    id: Id
    look: Id
    first: Count
    last: Count


class AskFacts(Struct, frozen=True, kw_only=True):
    """The facts of recording `id`'s session after place `after`."""

    id: Id
    after: Count = 0


class Opened(Struct, frozen=True, kw_only=True):
    """A recording that was opened: what it is, where what lies in it, and what its segments are asked
    for with. Without a picture, `why` says why: `refused`, or `destroyed`."""

    recording: Found
    look: str
    index: Index
    why: str


class IndexNow(Struct, frozen=True, kw_only=True):
    """How far a recording has come."""

    recording: Found
    index: Index


class People(Struct, frozen=True, kw_only=True):
    """Who and what recordings can be looked for by."""

    reps: tuple[Choice, ...]
    teams: tuple[Choice, ...]


async def search_recordings(parts: Parts, _call: Call, asked: AskRecordings) -> Page:
    """Find recordings of all teams."""
    fields = {name: getattr(asked, name) for name in asked.__struct_fields__ if name != "q"}
    wanted = Wanted(words=asked.q, **fields)
    find = partial(find_recordings, site=parts.config.site, wanted=wanted)
    try:
        return await parts.database.read(find)
    except BadCursor:
        raise CallRefused(400, "malformed", "This is no cursor of ours.") from None


async def show_people(parts: Parts, _call: Call, _: Nothing) -> People:
    """Return all teams, and whoever owned a recorded session."""
    site, r, a = parts.config.site, schema.recordings.c, schema.accounts.c
    owners = (
        sa.select(a.id, a.display_name)
        .where(a.site == site, a.role.in_(("rep", "lead")))
        .where(sa.exists().where(r.site == site, r.owner == a.id))
        .order_by(a.display_name, a.id)
    )
    rows = await parts.database.read(lambda conn: conn.execute(owners).all())
    reps = tuple(Choice(id=row.id, name=row.display_name) for row in rows)
    return People(reps=reps, teams=parts.site.choices(parts.site.teams()))


async def open_recording(parts: Parts, call: Call, asked: OneRecording) -> Opened:
    """Open a recording, which is written down."""
    found = await found_recording(parts, asked.id)
    who = call.known.party.id
    await parts.audit.note(who, "watched", found.id)
    look = await parts.shelf.open_look(found.id, who)
    return Opened(
        recording=found,
        look=look,
        index=await parts.shelf.index(found),
        why=found.state if found.state in ("refused", "destroyed") else "",
    )


async def show_index(parts: Parts, _call: Call, asked: AskIndex) -> IndexNow:
    """Return how far a recording has come that goes on."""
    found = await found_recording(parts, asked.id)
    return IndexNow(recording=found, index=await parts.shelf.index(found, asked.after))


async def read_segments(parts: Parts, call: Call, asked: AskSegments) -> web.StreamResponse:
    """Return opened segments; what is asked for counts as watched."""
    found = await found_recording(parts, asked.id)
    if not await parts.shelf.is_look(asked.look, found.id, call.known.party.id):
        raise CallRefused(403, "no_look", "Open the recording first.")
    try:
        opened = await parts.shelf.segments(found, asked.look, asked.first, asked.last)
    except CannotPlay as why:
        raise cannot_play(str(why)) from None
    return web.Response(body=opened, content_type="application/octet-stream")


def cannot_play(why: str) -> CallRefused:
    """Return what says `why`, a word of `CannotPlay`, to whoever called."""
    status, sentence = WHY[why]
    return CallRefused(status, f"recording_{why}", sentence)


async def read_recorded_facts(parts: Parts, _call: Call, asked: AskFacts) -> Facts:
    """Return the facts of a recorded session, as leads read them."""
    found = await found_recording(parts, asked.id)
    read: Any = partial(
        store.read_facts,
        site=parts.config.site,
        session=found.session,
        reader="leads",
        after=asked.after,
    )
    facts = tuple(await parts.database.read(read))
    return Facts(session=found.session, after=asked.after, facts=facts)


async def show_recording(_parts: Parts, call: Call, asked: OneRecording) -> web.StreamResponse:
    """Lead an address that was passed on, such as `/recordings/ID?t=123`, to the console's page."""
    query = call.request.rel_url.raw_query_string
    place = f"{quote(asked.id, safe='')}?{query}" if query else quote(asked.id, safe="")
    headers = {"Location": f"/console#/recordings/{place}"}
    return web.Response(status=302, headers=headers)


async def found_recording(parts: Parts, recording: str) -> Found:
    """Return the recording, or refuse the call."""
    if not (found := await parts.shelf.find(recording)):
        raise CallRefused(404, "unknown_recording", "There is no such recording.")
    return found
