"""The tables of recordings and of the site's ledger; `schema.py` hands them on.

What a recording holds lies sealed in the store, under names that `recordings/store.py` knows. Here
stands what finds it, what opens it, and what has been done with it.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Text

from broker.columns import bounded, flag, key, moment, number, short, table, text

recordings = table(
    "recordings",
    # 32 hex digits, as they stand in each segment.
    key("id", 32),
    short("session"),
    # `open` while the session goes on, `closing` after it, `closed` once the manifest is signed;
    # `refused` if there never was one, `destroyed` once its media key is gone.
    Column("state", String(16), nullable=False),
    # `allowed`, `withdrawn` or `refused`, and when the customer said so first and last.
    Column("answer", String(16), nullable=False),
    moment("answered_at"),
    moment("withdrawn_at"),
    # As they are in the session, so that recordings are found without it.
    short("customer"),
    short("team"),
    short("owner"),
    short("issue"),
    Column("ending", String(32), nullable=False, default="", server_default=""),
    moment("began_at"),
    moment("ended_at"),
    flag("had_screen"),
    flag("had_control"),
    flag("had_files"),
    # Since when it is paused; 0 while it is not.
    moment("paused_at"),
    # How many facts of the session are sealed in it.
    number("facts"),
    # --- from here on written when it is closed
    moment("closed_at"),
    # `ended` or `interrupted`.
    Column("reason", String(16), nullable=False, default="", server_default=""),
    number("segments"),
    Column("bytes", BigInteger, nullable=False, default=0, server_default="0"),
    number("cuts"),
    text("manifest"),
    bounded("signature", 128),
    # What the ledger says of it, and in which line.
    text("entry"),
    Column("line", BigInteger, nullable=False, default=0, server_default="0"),
    # --- and when keys were destroyed; first, when the customer asked for it while it was on hold
    moment("erasure_asked_at"),
    moment("words_gone_at"),
    moment("media_gone_at"),
    # When nothing of it was left in the store either.
    moment("erased_at"),
    Index("uq_recordings_session", "site", "session", unique=True),
    Index("ix_recordings_began", "site", "began_at"),
    Index("ix_recordings_state", "site", "state", "began_at"),
    Index("ix_recordings_customer", "site", "customer", "began_at"),
    Index("ix_recordings_owner", "site", "owner", "began_at"),
    Index("ix_recordings_team", "site", "team", "began_at"),
    Index("ix_recordings_issue", "site", "issue", "began_at"),
    Index("ix_recordings_ending", "site", "ending", "began_at"),
)

recording_keys = table(
    "recording_keys",
    key("recording", 32),
    # `media` or `words`.
    key("use", 8),
    Column("wrapped", LargeBinary, nullable=False),
)
"""Data keys, wrapped. They stand nowhere else: without its row a recording cannot be read."""

recording_writers = table(
    "recording_writers",
    key("recording", 32),
    # Its segments are numbered from a million times this; 0 is the broker, which writes facts.
    Column("stretch", Integer, primary_key=True),
    # The one life of a relay that may write it.
    short("relay"),
    moment("since"),
    # When it had stored all it had; 0 while there may be more.
    moment("done_at"),
    Index("uq_recording_writers_relay", "site", "recording", "relay", unique=True),
)

recording_segments = table(
    "recording_segments",
    key("recording", 32),
    Column("number", Integer, primary_key=True),
    # As in the index of the recording; times in µs.
    bounded("writer", 32),
    bounded("digest", 64),
    number("size"),
    number("records"),
    moment("begins"),
    moment("ends"),
    flag("whole"),
    # JSON: where full pictures are.
    text("pictures"),
    # 0 unless it was cut out, and then when; whether it is gone from the store too.
    moment("cut_at"),
    flag("gone"),
    Index("ix_recording_segments_cut", "site", "gone", "cut_at"),
)

recording_cuts = table(
    "recording_cuts",
    key("recording", 32),
    # From when to when (µs) nothing may be kept, 0 being for ever; what was stored of it is taken out.
    Column("since", BigInteger, primary_key=True),
    moment("until"),
    moment("at"),
    short("by"),
    text("why"),
)

recording_holds = table(
    "recording_holds",
    key("id"),
    bounded("recording", 32),
    short("by"),
    text("why"),
    moment("at"),
    # 0 while it holds.
    moment("released_at"),
    short("released_by"),
    Index("ix_recording_holds_recording", "site", "recording"),
)

held_texts = table(
    "held_texts",
    key("session"),
    Column("place", Integer, primary_key=True),
    Column("salt", LargeBinary(16), nullable=False),
    Column("words", Text, nullable=False),
)
"""Words that were erased while their recording was on hold and not yet closed: they go into it, and from
here."""

ledger_lines = table(
    "ledger_lines",
    Column("number", BigInteger, primary_key=True),
    moment("at"),
    bounded("entry", 64),
    bounded("previous", 64),
    # What the digest is of: JSON of an `Entry`, and for finding it again, what it is about.
    text("body"),
    bounded("kind", 32),
    bounded("recording", 32),
    short("by"),
    Index("ix_ledger_lines_recording", "site", "recording", "number"),
)

ledger_heads = table(
    "ledger_heads",
    Column("number", BigInteger, primary_key=True),
    bounded("digest", 64),
    moment("at"),
    bounded("signature", 128),
)
"""The ledger's end as it was signed, at most every minute."""
