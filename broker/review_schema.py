"""The tables of those who review recordings; `schema.py` hands them on. None of it is in a recording:
what officers think of one is not what happened in it.
"""

from sqlalchemy import Index

from broker.columns import bounded, flag, key, moment, number, short, table, text

recording_looks = table(
    "recording_looks",
    key("id"),
    bounded("recording", 32),
    short("by"),
    moment("began_at"),
    moment("last_at"),
    # JSON: what was fetched to be watched, as spans of ms from the recording's beginning.
    text("spans"),
    Index("ix_recording_looks_recording", "site", "recording", "began_at"),
)
"""Who watched what: a row for each time that somebody opened a recording."""

recording_comments = table(
    "recording_comments",
    key("id"),
    bounded("recording", 32),
    # ms from the recording's beginning.
    moment("at"),
    short("by"),
    moment("made_at"),
    # 0 while it stands.
    moment("removed_at"),
    text("text"),
    Index("ix_recording_comments_recording", "site", "recording", "at"),
)

reviews = table(
    "reviews",
    key("recording", 32),
    # Why it is to be looked at: the rule's words, or `asked`.
    short("why"),
    # `open`, `taken`, `second` while a second officer is to look, `done`.
    bounded("state", 16),
    short("reviewer"),
    # `fine`, `concern`, `breach`, or empty; the second officer's beside it.
    bounded("verdict", 16),
    bounded("second_verdict", 16),
    short("second"),
    text("note"),
    text("second_note"),
    moment("made_at"),
    moment("changed_at"),
    Index("ix_reviews_state", "site", "state", "made_at"),
)
"""The inbox: recordings that somebody is to look at, and what they said."""

review_rules = table(
    "review_rules",
    key("id"),
    # `share` of so many percent, or all with `files`, `control`, or `refused` consent.
    bounded("kind", 16),
    number("percent"),
    short("team"),
    flag("second"),
    short("by"),
    moment("made_at"),
    # 0 while it holds.
    moment("ended_at"),
    # How far recordings have been looked through: when they ended, and which of those.
    moment("seen_at"),
    bounded("seen", 32),
)

recording_exports = table(
    "recording_exports",
    key("id"),
    bounded("recording", 32),
    # `film`, `preview`, `transcript`.
    bounded("kind", 16),
    short("by"),
    # `waiting`, `running`, `ready`, `failed`, `cancelled`, and `gone` once its file was deleted.
    bounded("state", 16),
    number("percent"),
    moment("made_at"),
    moment("changed_at"),
    # The run that is at it, or made it: one that is given up leaves pieces of its own.
    short("run"),
    moment("size"),
    bounded("digest", 64),
    bounded("fault", 200),
    # The ledger's head when it was made, to be given to the verifier.
    bounded("head", 100),
    bounded("language", 16),
    # How the clocks of whoever asked are set.
    bounded("zone", 64),
    # `mp4`, `webm` or `html`.
    bounded("form", 8),
    Index("ix_recording_exports_recording", "site", "recording", "made_at"),
    Index("ix_recording_exports_state", "site", "state"),
)
"""What was asked for to be taken along, and how far it has come; its file lies sealed in the store."""
