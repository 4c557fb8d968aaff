"""Who did what with recordings, put together from where each thing is written down: looks, the audit, and
the ledger for what nobody does by hand.
"""

from typing import Any, Final

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.reviews import name_of

PAGE: Final = 100

DONE: Final = (
    "commented", "judged", "held", "released", "exported", "taken", "assigned",
    "rule_made", "rule_changed", "rule_ended",
)  # fmt: skip
"""What of the audit is about reviewing. Each look has a row of its own, which says what was seen."""

FATES: Final = ("recorded", "destroyed", "words_destroyed", "deleted")
"""What the ledger alone knows."""


class Step(Struct, frozen=True, kw_only=True):
    """`who`, called `name`, did `what` at `at` (ms) with `recording`, a customer's called `customer`.
    What was watched are `spans` of ms, as far as they were fetched. Nobody did what the site does by
    itself.
    """

    at: int
    who: str
    name: str
    what: str
    recording: str
    customer: str = ""
    detail: str = ""
    spans: tuple[tuple[int, int], ...] = ()


class Trail(Struct, frozen=True, kw_only=True):
    """Steps, the newest first; `next` is what to ask for more with, 0 at the end."""

    steps: tuple[Step, ...]
    next: int


def trail_of(
    conn: sa.Connection, site: str, recording: str = "", who: str = "", before: int = 0
) -> Trail:
    """Return who did what with `recording`, or with all, before `before` (ms), and only what `who` did
    unless that is empty.
    """
    found = [
        step
        for rows in (_looks(site), _audit(site), _ledger(site))
        for step in _page(conn, rows, recording, who, before)
    ]
    found.sort(key=lambda row: (row["at"], row["recording"], row["what"]), reverse=True)
    # What happened in the same moment is not torn apart: the next page begins before it.
    edge = found[PAGE]["at"] if len(found) > PAGE else -1
    page = [row for row in found[:PAGE] if row["at"] > edge]
    names = _customers(conn, site, {row["recording"] for row in page})
    steps = tuple(Step(**row, customer=names.get(row["recording"], "")) for row in page)
    return Trail(steps=steps, next=steps[-1].at if steps and edge >= 0 else 0)


def _looks(site: str) -> "sa.Subquery":
    k = schema.recording_looks.c
    return (
        sa.select(
            k.began_at.label("at"), k.by.label("who"), name_of(k.by, site),
            sa.literal("watched").label("what"), k.recording, sa.literal("").label("detail"), k.spans,
        ).where(k.site == site).subquery()
    )  # fmt: skip


def _audit(site: str) -> "sa.Subquery":
    a = schema.audit.c
    return (
        sa.select(
            a.at, a.who, name_of(a.who, site), a.what, a.subject.label("recording"), a.detail,
            sa.literal("[]").label("spans"),
        ).where(a.site == site, a.what.in_(DONE)).subquery()
    )  # fmt: skip


def _ledger(site: str) -> "sa.Subquery":
    c = schema.ledger_lines.c
    return (
        sa.select(
            c.at, c.by.label("who"), name_of(c.by, site), c.kind.label("what"), c.recording,
            sa.literal("").label("detail"), sa.literal("[]").label("spans"),
        ).where(c.site == site, c.kind.in_(FATES)).subquery()
    )  # fmt: skip


def _page(
    conn: sa.Connection, rows: "sa.Subquery", recording: str, who: str, before: int
) -> list[dict[str, Any]]:
    chosen = sa.select(rows)
    if recording:
        chosen = chosen.where(rows.c.recording == recording)
    if who:
        chosen = chosen.where(rows.c.who == who)
    if before:
        chosen = chosen.where(rows.c.at < before)
    newest = chosen.order_by(rows.c.at.desc()).limit(PAGE + 1)
    return [_read(dict(row._mapping)) for row in conn.execute(newest)]  # noqa: SLF001 - its public name


def _read(row: dict[str, Any]) -> dict[str, Any]:
    spans = msgspec.json.decode(row["spans"] or "[]", type=tuple[tuple[int, int], ...])
    # What was done with a rule is about none.
    about = "" if row["what"].startswith("rule_") else row["recording"]
    return row | {"spans": spans, "recording": about}


def _customers(conn: sa.Connection, site: str, recordings: set[str]) -> dict[str, str]:
    r, v = schema.recordings.c, schema.visits.c
    both = schema.recordings.join(schema.visits, sa.and_(v.site == r.site, v.session == r.session))
    chosen = sa.select(r.id, v.name).select_from(both)
    rows = conn.execute(chosen.where(r.site == site, r.id.in_(recordings)))
    return {row.id: row.name for row in rows}
