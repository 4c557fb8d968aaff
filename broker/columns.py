"""What tables are made of, the same for SQLite and PostgreSQL; `schema.py` has the tables."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def table(name: str, *columns: Column | Index) -> Table:  # type: ignore[type-arg]
    """Return a table of ours: every one carries `site`, and comes first in its key."""
    site = Column("site", String(64), primary_key=True)
    return Table(name, metadata, site, *columns, sqlite_with_rowid=False)


def key(name: str, length: int = 64) -> Column:  # type: ignore[type-arg]
    """Return a part of the key."""
    return Column(name, String(length), primary_key=True)


def short(name: str) -> Column:  # type: ignore[type-arg]
    """Return an id, empty meaning none."""
    return Column(name, String(64), nullable=False, default="", server_default="")


def bounded(name: str, length: int) -> Column:  # type: ignore[type-arg]
    """Return a text of at most `length` characters."""
    return Column(name, String(length), nullable=False, default="", server_default="")


def moment(name: str) -> Column:  # type: ignore[type-arg]
    """Return a time in ms, 0 meaning never."""
    return Column(name, BigInteger, nullable=False, default=0, server_default="0")


def text(name: str) -> Column:  # type: ignore[type-arg]
    """Return a text of any length."""
    return Column(name, Text, nullable=False, default="", server_default="")


def number(name: str) -> Column:  # type: ignore[type-arg]
    """Return a whole number, 0 unless given."""
    return Column(name, Integer, nullable=False, default=0, server_default="0")


def flag(name: str) -> Column:  # type: ignore[type-arg]
    """Return a yes or no, no unless given."""
    return Column(name, Boolean, nullable=False, default=False, server_default=false())
