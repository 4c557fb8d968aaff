"""Closes a recording: its facts are sealed into it, a manifest is signed, and the ledger has a line.

What is read here is read once more in the transaction that closes: of two brokers who close the same
recording one is heard, and what the other has stored is taken away again.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from broker import ledger, schema
from broker.recording_rows import Segment, put_row, segments_of
from protocol.session import BROKER, Session
from recordings import signing
from recordings.form import VERSION, Kind
from recordings.journal import SegmentRow, sealed_at_once
from recordings.keys import SiteKeys
from recordings.ledger import write_entry
from recordings.manifest import (
    Attendant,
    Consent,
    Cut,
    Manifest,
    Reason,
    digest_of,
    write_index,
    write_manifest,
)
from recordings.proof import Text
from recordings.seal import DataKeys

_sorted = msgspec.json.Encoder(order="sorted")


class Recording(NamedTuple):
    """What the tables say of one that is to be closed; times in ms."""

    id: str
    session: str
    answer: str
    answered_at: int
    withdrawn_at: int
    began_at: int
    ended_at: int


class SaidFact(NamedTuple):
    """A line of the transcript, and the words that belong to it."""

    place: int
    at: int
    by: str
    line: bytes
    text: Text | None


class Material(NamedTuple):
    """All that a recording is closed with."""

    recording: Recording
    session: Session
    facts: list[SaidFact]
    segments: list[Segment]
    cuts: list[tuple[int, int, int, str, str]]
    """`since` and `until` (µs), `at` (ms), by whom and why nothing may be kept."""


class Overtaken(Exception):
    """Something has changed meanwhile; look again."""


def gather(conn: sa.Connection, site: str, recording: str) -> Material | None:
    """Return what `recording` is to be closed with, or None if it is not to be."""
    r = schema.recordings.c
    columns = [r[name] for name in Recording._fields]
    row = conn.execute(
        sa.select(*columns).where(r.site == site, r.id == recording, r.state == "closing")
    ).first()
    if row is None:
        return None
    found = Recording(*row)
    s = schema.sessions.c
    fold = conn.scalar(sa.select(s.fold).where(s.site == site, s.id == found.session))
    c = schema.recording_cuts.c
    cuts = conn.execute(
        sa.select(c.since, c.until, c.at, c.by, c.why)
        .where(c.site == site, c.recording == recording)
        .order_by(c.since)
    )
    return Material(
        recording=found,
        session=msgspec.json.decode(fold or "{}", type=Session),
        facts=_facts(conn, site, found),
        segments=segments_of(conn, site, recording),
        cuts=[tuple(each) for each in cuts],
    )


def _facts(conn: sa.Connection, site: str, recording: Recording) -> list[SaidFact]:
    """Return the session's facts up to the recording's end."""
    f, t, h = schema.facts.c, schema.texts.c, schema.held_texts.c
    joined = schema.facts.outerjoin(
        schema.texts, sa.and_(t.site == f.site, t.session == f.session, t.place == f.place)
    ).outerjoin(
        schema.held_texts, sa.and_(h.site == f.site, h.session == f.session, h.place == f.place)
    )
    salt, words = sa.func.coalesce(t.salt, h.salt), sa.func.coalesce(t.words, h.words)
    found = conn.execute(
        sa.select(f.place, f.at, f.by, f.body, salt.label("salt"), words.label("words"))
        .select_from(joined)
        .where(f.site == site, f.session == recording.session, f.at <= recording.ended_at)
        .order_by(f.place)
    )
    return [
        SaidFact(
            place=row.place,
            at=row.at,
            by=row.by,
            line=_sorted.encode(msgspec.json.decode(row.body)),
            text=Text(place=row.place, salt=bytes(row.salt).hex(), words=row.words)
            if row.words
            else None,
        )
        for row in found
    ]


def sealed_facts(material: Material, keys: DataKeys) -> tuple[SegmentRow, bytes]:
    """Return the segment with the facts of `material`: the broker's own stretch."""
    records: list[tuple[Kind, int, bytes]] = []
    for fact in material.facts:
        records.append((Kind.FACT, fact.at * 1000, fact.line))
        if fact.text:
            records.append((Kind.WORDS, fact.at * 1000, _sorted.encode(fact.text)))
    recording = bytes.fromhex(material.recording.id)
    return sealed_at_once(keys, recording, records, number=0, previous=bytes(32))


def transcript_of(material: Material) -> bytes:
    """Return the transcript as it is proved: facts without words."""
    return b"".join(fact.line + b"\n" for fact in material.facts)


def close(
    conn: sa.Connection,
    site: str,
    material: Material,
    facts: SegmentRow,
    reason: Reason,
    keys: SiteKeys,
    now: int,
) -> Manifest:
    """Close the recording, or raise `Overtaken`. `facts` is the segment that holds them."""
    table, mine = schema.recordings, material.recording
    here = sa.and_(table.c.site == site, table.c.id == mine.id)
    still = table.update().where(here, table.c.state == "closing").values(state="closed")
    if conn.execute(still).rowcount == 0 or segments_of(conn, site, mine.id) != material.segments:
        raise Overtaken
    put_row(conn, site, mine.id, facts, 0)
    held = schema.held_texts
    conn.execute(held.delete().where(held.c.site == site, held.c.session == mine.session))
    segments = [Segment(facts, is_cut=False), *material.segments]
    manifest = _manifest(site, material, segments, reason, keys.signer)
    data = write_manifest(manifest)
    entry = ledger.entry_of("recorded", mine.id, digest=digest_of(data))
    line = ledger.append(conn, site, now, entry)
    conn.execute(
        table.update()
        .where(here)
        .values(
            facts=material.facts[-1].place,
            closed_at=now,
            reason=reason,
            segments=manifest.segments,
            bytes=sum(each.row.size for each in segments if not each.is_cut),
            cuts=len(manifest.cuts),
            manifest=data.decode(),
            signature=signing.sign(signing.MANIFEST, data, keys.signing),
            entry=write_entry(entry).decode(),
            line=line.number,
        )
    )
    return manifest


def _manifest(
    site: str, material: Material, segments: Sequence[Segment], reason: Reason, signer: str
) -> Manifest:
    mine = material.recording
    kept = [each.row for each in segments if not each.is_cut]
    withdrawn = mine.answer == "withdrawn"
    return Manifest(
        version=VERSION,
        recording=mine.id,
        site=site,
        session=mine.session,
        began=mine.began_at * 1000,
        ended=mine.ended_at * 1000,
        segments=len(kept),
        first=kept[0].digest if kept else "",
        last=kept[-1].digest if kept else "",
        index=digest_of(write_index(kept)),
        transcript=digest_of(transcript_of(material)),
        parties=_parties(material),
        consent=Consent(
            answer="withdrawn" if withdrawn else "allowed",
            at=mine.withdrawn_at if withdrawn else mine.answered_at,
        ),
        reason=reason,
        cuts=tuple(_cuts(segments, material.cuts)),
        signer=signer,
    )


def _parties(material: Material) -> tuple[Attendant, ...]:
    customer = material.session.customer
    there = dict.fromkeys(fact.by for fact in material.facts if fact.by not in ("", BROKER))
    return tuple(
        Attendant(id=each, role="customer" if each == customer else "rep") for each in there
    )


def _cuts(
    segments: Sequence[Segment], windows: Sequence[tuple[int, int, int, str, str]]
) -> list[Cut]:
    """Return what was cut out, segments in a row as one."""
    found: list[Cut] = []
    for each in segments:
        if not each.is_cut:
            continue
        row = each.row
        _, _, at, by, why = next(
            (w for w in windows if row.ends >= w[0] and (not w[1] or row.begins < w[1])),
            windows[0],
        )
        last = found[-1] if found else None
        if last and last.last + 1 == row.number and (last.at, last.by) == (at, by):
            found[-1] = msgspec.structs.replace(last, last=row.number, digest=row.digest)
            continue
        found.append(
            Cut(first=row.number, last=row.number, digest=row.digest, at=at, by=by, why=why)
        )
    return found
