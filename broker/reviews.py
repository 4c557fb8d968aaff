"""What officers make of recordings: comments tied to a second, verdicts, and holds.

Two officers may have to agree: whoever has judged a recording cannot give the second verdict on it. Holds stand
in the ledger, because they keep what would otherwise be deleted.
"""

import secrets
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import sqlalchemy as sa
from msgspec import Struct

from broker import ledger, schema
from broker import recording_life as life
from broker.clock import Clock
from broker.database import Database, insert_new
from broker.site import Choice

Verdict = Literal["fine", "concern", "breach"]
State = Literal["open", "taken", "second", "done"]


class Refusal(Exception):
    """It cannot be done; the text says why in a word."""


class Comment(Struct, frozen=True, kw_only=True):
    """What `by` wrote at `at`, ms from the recording's beginning."""

    id: str
    at: int
    by: str
    name: str
    made_at: int
    text: str


class Review(Struct, frozen=True, kw_only=True):
    """How far looking at a recording has come. `why` names the rule that asks for it, or `asked`."""

    recording: str
    why: str
    state: State
    reviewer: str = ""
    reviewer_name: str = ""
    verdict: Literal["", "fine", "concern", "breach"] = ""
    note: str = ""
    second: str = ""
    second_name: str = ""
    second_verdict: Literal["", "fine", "concern", "breach"] = ""
    second_note: str = ""
    made_at: int = 0
    changed_at: int = 0


class Hold(Struct, frozen=True, kw_only=True):
    """`by` let nothing happen to a recording since `at`, until it was released, if it was."""

    id: str
    by: str
    name: str
    why: str
    at: int
    released_at: int
    released_name: str


class Beside(Struct, frozen=True, kw_only=True):
    """All that stands beside a recording."""

    comments: tuple[Comment, ...]
    review: Review | None
    holds: tuple[Hold, ...]


class Reviews:
    """The reviews of one site."""

    def __init__(self, database: Database, site: str, clock: Clock) -> None:
        self._database = database
        self._site = site
        self._clock = clock

    async def beside(self, recording: str) -> Beside:
        """Return what stands beside `recording`."""
        return await self._database.read(partial(_beside, site=self._site, recording=recording))

    # --- comments

    async def comment(self, recording: str, at: int, who: str, text: str) -> str:
        """Write a comment; return its id."""
        comment = secrets.token_hex(12)
        row = {"recording": recording, "at": at, "by": who, "text": text}
        now = self._clock()
        await self._database.write(
            lambda conn: insert_new(
                conn, schema.recording_comments, site=self._site, id=comment, made_at=now, **row
            )
        )
        return comment

    async def remove(self, comment: str, who: str) -> str:
        """Take back a comment of one's own; return the recording, or raise `Refusal`."""
        table, now = schema.recording_comments, self._clock()
        mine = (table.c.site == self._site, table.c.id == comment, table.c.by == who)

        def work(conn: sa.Connection) -> str:
            chosen = sa.select(table.c.recording).where(*mine, table.c.removed_at == 0)
            recording: str | None = conn.scalar(chosen)
            if recording is None:
                raise Refusal("unknown_comment")
            conn.execute(table.update().where(*mine).values(removed_at=now, text=""))
            return recording

        return await self._database.write(work)

    # --- verdicts

    async def take(self, recording: str, who: str) -> None:
        """Say that `who` looks at `recording`, or raise `Refusal` where somebody else does."""

        def work(review: Review, now: int) -> dict[str, object]:
            if review.state == "open":
                return {"state": "taken", "reviewer": who, "changed_at": now}
            if review.state == "second" and review.reviewer != who and not review.second:
                return {"second": who, "changed_at": now}
            if who in (review.reviewer, review.second) and review.state != "done":
                return {}
            raise Refusal("taken")

        await self._change(recording, work)

    async def assign(self, recording: str, officer: str) -> None:
        """Have `officer` look at `recording`, or nobody in particular where that is empty; a review that
        waits for a second officer is theirs for that. Raises `Refusal`.
        """

        def work(review: Review, now: int) -> dict[str, object]:
            if review.state == "done":
                raise Refusal("judged")
            if review.state == "second":
                if officer and officer == review.reviewer:
                    raise Refusal("own_verdict")
                return {"second": officer, "changed_at": now}
            state = "taken" if officer else "open"
            return {"state": state, "reviewer": officer, "changed_at": now}

        found = await self._database.read(partial(officers, site=self._site))
        if officer and officer not in {each.id for each in found}:
            raise Refusal("unknown_officer")
        await self._change(recording, work)

    async def judge(
        self, recording: str, who: str, verdict: Verdict, note: str, *, asks_second: bool
    ) -> None:
        """Give a verdict: the first, or, by another officer, the second. Raises `Refusal`."""

        def work(review: Review, now: int) -> dict[str, object]:
            if review.state == "second":
                if review.reviewer == who:
                    raise Refusal("own_verdict")
                if review.second not in ("", who):
                    raise Refusal("taken")
                second = {"second": who, "second_verdict": verdict, "second_note": note}
                return {**second, "state": "done", "changed_at": now}
            if review.state == "done" and review.reviewer != who:
                raise Refusal("judged")
            if review.state == "taken" and review.reviewer != who:
                raise Refusal("taken")
            state = "second" if asks_second or review.why.endswith("+") else "done"
            first = {"reviewer": who, "verdict": verdict, "note": note, "state": state}
            none = {"second": "", "second_verdict": "", "second_note": ""}
            return {**first, **none, "changed_at": now}

        await self._change(recording, work)

    async def _change(
        self, recording: str, decide: Callable[[Review, int], dict[str, object]]
    ) -> None:
        table, now = schema.reviews, self._clock()

        def work(conn: sa.Connection) -> None:
            fresh = {"why": "asked", "state": "open", "made_at": now}
            insert_new(conn, table, site=self._site, recording=recording, **fresh)
            mine = (table.c.site == self._site, table.c.recording == recording)
            conn.execute(sa.select(table.c.state).where(*mine).with_for_update())
            review = _review(conn, self._site, recording)
            assert review
            if changes := decide(review, now):
                conn.execute(table.update().where(*mine).values(changes))

        await self._database.write(work)

    async def exported(self, recording: str, who: str, what: str) -> None:
        """Write into the ledger that `who` takes `what` of `recording` along."""
        now = self._clock()
        entry = ledger.entry_of("exported", recording, by=who, why=what)
        await self._database.write(lambda conn: ledger.append(conn, self._site, now, entry))

    # --- holds

    async def hold(self, recording: str, who: str, why: str) -> None:
        """Let nothing happen to `recording` until the hold is released, or raise `Refusal`."""
        now = self._clock()
        put = partial(life.hold, site=self._site, recording=recording, by=who, why=why, now=now)
        try:
            await self._database.write(put)
        except life.NoRecording:
            raise Refusal("nothing_to_hold") from None

    async def release(self, hold: str, who: str) -> str:
        """Release a hold; return the recording, or raise `Refusal`."""
        h, now = schema.recording_holds.c, self._clock()
        chosen = sa.select(h.recording).where(h.site == self._site, h.id == hold)

        def work(conn: sa.Connection) -> str:
            life.release(conn, self._site, hold, by=who, now=now)
            return conn.scalar(chosen) or ""

        try:
            return await self._database.write(work)
        except life.NoRecording:
            raise Refusal("unknown_hold") from None


def _beside(conn: sa.Connection, site: str, recording: str) -> Beside:
    c, h = schema.recording_comments.c, schema.recording_holds.c
    comments = sa.select(c.id, c.at, c.by, name_of(c.by, site), c.made_at, c.text).where(
        c.site == site, c.recording == recording, c.removed_at == 0
    )
    released = name_of(h.released_by, site).label("released_name")
    holds = sa.select(h.id, h.by, name_of(h.by, site), h.why, h.at, h.released_at, released).where(
        h.site == site, h.recording == recording
    )
    return Beside(
        comments=tuple(Comment(**each) for each in _rows(conn, comments.order_by(c.at, c.made_at))),
        review=_review(conn, site, recording),
        holds=tuple(Hold(**each) for each in _rows(conn, holds.order_by(h.at.desc()))),
    )


def _review(conn: sa.Connection, site: str, recording: str) -> Review | None:
    c = schema.reviews.c
    chosen = reviews_chosen(site).where(c.recording == recording)
    row = next(iter(_rows(conn, chosen)), None)
    return Review(**row) if row else None


def reviews_chosen(site: str) -> "sa.Select[Any]":
    """Return what selects the fields of a `Review`."""
    c = schema.reviews.c
    names = [name for name in Review.__struct_fields__ if not name.endswith("_name")]
    return sa.select(
        *(c[name] for name in names),
        name_of(c.reviewer, site).label("reviewer_name"),
        name_of(c.second, site).label("second_name"),
    ).where(c.site == site)


def officers(conn: sa.Connection, site: str) -> tuple[Choice, ...]:
    """Return who may look at recordings, by name."""
    a = schema.accounts.c
    chosen = (
        sa.select(a.id, a.display_name)
        .where(a.site == site, a.role == "compliance", a.disabled.is_(False))
        .order_by(a.display_name, a.id)
    )
    return tuple(Choice(id=row.id, name=row.display_name) for row in conn.execute(chosen))


def _rows(conn: sa.Connection, chosen: "sa.Select[Any]") -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in conn.execute(chosen)]  # noqa: SLF001 - its public name


def name_of(account: "sa.ColumnElement[str]", site: str) -> "sa.Label[str]":
    """Return what selects how `account` is called."""
    a = schema.accounts.c
    found = sa.select(a.display_name).where(a.site == site, a.id == account).scalar_subquery()
    return sa.func.coalesce(found, account).label("name")
