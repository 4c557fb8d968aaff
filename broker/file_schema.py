"""The tables of files; `schema.py` hands them on."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary

from broker.columns import bounded, flag, key, moment, number, short, table

files = table(
    "files",
    # Ours: what customers call a file never becomes a name in the store.
    key("id"),
    short("session"),
    # As its sender and the session's facts call it.
    short("file"),
    short("by"),
    # Where in the transcript it was offered; its name lies there, to be erased with other words.
    number("place"),
    Column("size", BigInteger, nullable=False, default=0, server_default="0"),
    Column("received", BigInteger, nullable=False, default=0, server_default="0"),
    # open: not all is here; whole: all is, and must be looked at; kept: who may gets it; gone: to
    # be deleted from the store.
    bounded("state", 8),
    bounded("digest", 64),
    bounded("kind", 16),
    moment("changed_at"),
    # Whoever sends it is to pause.
    flag("held"),
    Index("ix_files_session", "site", "session", "file", unique=True),
    Index("ix_files_state", "site", "state", "changed_at"),
)

file_pieces = table(
    "file_pieces",
    key("file"),
    Column("start", BigInteger, primary_key=True),
    number("size"),
    # Of the object in the store; two writers never take the same.
    bounded("name", 32),
)

file_keys = table(
    "file_keys",
    key("session"),
    # Whose files it seals: those of the customer, or those of the reps.
    key("side", 8),
    Column("wrapped", LargeBinary(96), nullable=False),
)
