"""How recordings come into the officers' inbox: by rules that look through what has ended.

Whether a share takes a recording is not drawn but computed, from the rule's random id and the recording's: so
any broker may look, twice too, and comes to the same.
"""

import asyncio
import hashlib
import secrets
from functools import partial
from typing import Any, Final, Literal

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict

from broker import schema
from broker.clock import Clock
from broker.database import Database, insert_new
from broker.recording_search import Found, one_recording
from broker.reviews import Refusal, Review, State, officers, reviews_chosen
from broker.site import Choice

RuleKind = Literal["share", "files", "control", "refused"]

LOOK_SECONDS: Final = 10.0
LATE_MS: Final = 10_000
"""So much later a rule looks: what another broker stores may have ended a moment ago."""

MOST: Final = 500
MOST_LISTED: Final = 200

PREVIEW_DAYS: Final = 30
DAY_MS: Final = 24 * 3_600_000


class Rule(Struct, frozen=True, kw_only=True):
    """Brings `percent` of all recordings (`share`), or all of a kind, of `team` or of every one."""

    id: str
    kind: RuleKind
    percent: int
    team: str
    second: bool
    made_at: int


class WantedRule(Struct, frozen=True, kw_only=True):
    """What a rule is to bring."""

    kind: RuleKind
    percent: int = 100
    team: str = ""
    second: bool = False


class Preview(Struct, frozen=True, kw_only=True):
    """Of `ended` sessions that customers were asked to have recorded, and that ended in the last `days`
    (in the rule's team), a rule would have brought `taken`: about so many, where it takes a share.
    """

    days: int
    ended: int
    taken: int


class Listed(Struct, frozen=True, kw_only=True):
    """A review in the inbox, and what is to be looked at."""

    review: Review
    recording: Found


class Inbox(Struct, frozen=True, kw_only=True):
    """The inbox, as somebody sees it: `waiting` are all that are not done, `mine` those that they look
    at, `free` those that they could take.
    """

    reviews: tuple[Listed, ...]
    waiting: int
    mine: int
    free: int
    officers: tuple[Choice, ...]


class Sampler:
    """One per broker."""

    def __init__(self, database: Database, site: str, clock: Clock) -> None:
        self._database = database
        self._site = site
        self._clock = clock

    async def rules(self) -> list[Rule]:
        """Return the rules that hold, the oldest first."""
        return await self._database.read(self._rules)

    def _rules(self, conn: sa.Connection) -> list[Rule]:
        c = schema.review_rules.c
        chosen = sa.select(*(c[name] for name in Rule.__struct_fields__))
        mine = (c.site == self._site, c.ended_at == 0)
        rows = conn.execute(chosen.where(*mine).order_by(c.made_at, c.id))
        return [Rule(**row._mapping) for row in rows]  # noqa: SLF001 - its public name

    async def make(self, wanted: WantedRule, who: str) -> None:
        """Make a rule for what ends from now on."""
        now = self._clock()
        row = {**asdict(wanted), "by": who}
        await self._database.write(
            lambda conn: insert_new(
                conn,
                schema.review_rules,
                site=self._site,
                id=secrets.token_hex(12),
                made_at=now,
                seen_at=now,
                **row,
            )
        )

    async def change(self, rule: str, wanted: WantedRule) -> None:
        """Change a rule for what ends from now on, or raise `Refusal`."""
        await self.look()
        table = schema.review_rules
        mine = (table.c.site == self._site, table.c.id == rule, table.c.ended_at == 0)
        changed = table.update().where(*mine).values(asdict(wanted))
        if not await self._database.write(lambda conn: conn.execute(changed).rowcount):
            raise Refusal("unknown_rule")

    async def preview(self, wanted: WantedRule) -> Preview:
        """Return what such a rule would have brought lately; nothing is changed."""
        find = partial(_preview, site=self._site, wanted=wanted, now=self._clock())
        return await self._database.read(find)

    async def end(self, rule: str) -> None:
        """End a rule, or raise `Refusal`."""
        table, now = schema.review_rules, self._clock()
        mine = (table.c.site == self._site, table.c.id == rule, table.c.ended_at == 0)
        ended = table.update().where(*mine).values(ended_at=now)
        if not await self._database.write(lambda conn: conn.execute(ended).rowcount):
            raise Refusal("unknown_rule")

    async def inbox(self, who: str, state: State | None = None, *, mine: bool = False) -> Inbox:
        """Return what is in `state`, or all that is not done, the oldest first, what is done the newest
        first; with `mine`, only what `who` looks at.
        """
        find = partial(_inbox, site=self._site, who=who, state=state, mine=mine)
        return await self._database.read(find)

    async def run(self) -> None:
        """Look for what rules ask for, for ever."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Bring what has ended since the last look into the inbox."""
        for rule in await self.rules():
            while await self._database.write(partial(self._apply, rule=rule)):
                pass

    def _apply(self, conn: sa.Connection, rule: Rule) -> bool:
        """Apply `rule` to the next recordings that have ended; say whether there may be more."""
        table, r = schema.review_rules, schema.recordings.c
        mine = (table.c.site == self._site, table.c.id == rule.id)
        seen = conn.execute(sa.select(table.c.seen_at, table.c.seen).where(*mine)).one()
        now = self._clock()
        chosen = (
            sa.select(r.id, r.ended_at, r.team, r.answer, r.had_files, r.had_control)
            .where(r.site == self._site, r.ending != "")
            .where(r.ended_at >= seen.seen_at, r.ended_at <= now - LATE_MS)
            .where(sa.or_(r.ended_at > seen.seen_at, r.id > seen.seen))
            .order_by(r.ended_at, r.id)
            .limit(MOST)
        )
        rows = conn.execute(chosen).all()
        for row in rows:
            if (not rule.team or rule.team == row.team) and _takes(rule, row):
                why = rule.kind + ("+" if rule.second else "")
                fresh = {"why": why, "state": "open", "made_at": now}
                insert_new(conn, schema.reviews, site=self._site, recording=row.id, **fresh)
        if rows:
            values = {"seen_at": rows[-1].ended_at, "seen": rows[-1].id}
            conn.execute(table.update().where(*mine).values(values))
        return len(rows) == MOST


def _takes(rule: Rule, row: Any) -> bool:
    if rule.kind == "share":
        drawn = hashlib.sha256(f"{rule.id} {row.id}".encode()).digest()
        return int.from_bytes(drawn[:4]) % 100 < rule.percent
    if rule.kind == "refused":
        return bool(row.answer == "refused")
    return bool(row.had_files if rule.kind == "files" else row.had_control)


def _preview(conn: sa.Connection, site: str, wanted: WantedRule, now: int) -> Preview:
    r, since = schema.recordings.c, now - PREVIEW_DAYS * DAY_MS
    lately = [
        r.site == site,
        r.ending != "",
        r.ended_at >= since,
        # What the index knows; no session is as long as the difference.
        r.began_at >= since - DAY_MS,
    ]
    if wanted.team:
        lately.append(r.team == wanted.team)
    kinds = {"files": r.had_files, "control": r.had_control, "refused": r.answer == "refused"}
    count = sa.select(sa.func.count()).select_from(schema.recordings)
    ended = conn.scalar(count.where(*lately)) or 0
    if wanted.kind == "share":
        taken = round(ended * wanted.percent / 100)
    else:
        taken = conn.scalar(count.where(*lately, kinds[wanted.kind])) or 0
    return Preview(days=PREVIEW_DAYS, ended=ended, taken=taken)


def _inbox(conn: sa.Connection, site: str, who: str, state: State | None, mine: bool) -> Inbox:
    c = schema.reviews.c
    is_theirs = sa.or_(
        sa.and_(c.state == "taken", c.reviewer == who),
        sa.and_(c.state == "second", c.second == who),
    )
    is_free = sa.or_(
        c.state == "open", sa.and_(c.state == "second", c.second == "", c.reviewer != who)
    )
    wanted = is_theirs if mine else c.state == state if state else c.state != "done"
    order = (c.changed_at.desc(),) if state == "done" else (c.made_at,)
    chosen = reviews_chosen(site).where(wanted).order_by(*order, c.recording).limit(MOST_LISTED)
    listed = []
    for row in conn.execute(chosen):
        review = Review(**row._mapping)  # noqa: SLF001 - its public name
        if found := one_recording(conn, site, review.recording):
            listed.append(Listed(review=review, recording=found))

    def count(which: "sa.ColumnElement[bool]") -> int:
        all_of = sa.select(sa.func.count()).select_from(schema.reviews)
        return conn.scalar(all_of.where(c.site == site, which)) or 0

    return Inbox(
        reviews=tuple(listed),
        waiting=count(c.state != "done"),
        mine=count(is_theirs),
        free=count(is_free),
        officers=officers(conn, site),
    )
