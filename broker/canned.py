"""Canned messages: texts that reps keep ready, each for themselves, for a team, or for all.

Two people who edit the same one do not overwrite each other: each names the version that they saw,
and who comes second is told. What is in braces, as `{customer}`, is for the console to fill in.
"""

import secrets
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Literal

import msgspec
import sqlalchemy as sa
from msgspec import Meta, Struct
from msgspec.structs import replace

from broker import schema
from broker.accounts import Account
from broker.clock import Clock
from broker.database import Database, insert_new, put
from protocol.fields import Count, Id, Language, Text

Scope = Literal["personal", "team", "all"]

Category = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[^\x00]*$")]
Path = Annotated[tuple[Category, ...], Meta(max_length=6)]
Title = Annotated[str, Meta(min_length=1, max_length=120, pattern=r"^[^\x00]*$")]
Shortcut = Annotated[
    str, Meta(pattern=r"^[\w-]{0,32}$(?!\n)", description="what follows the `/`; may be empty")
]
Texts = Annotated[dict[Language, Text], Meta(min_length=1)]

MOST = 500
"""Messages of one rep, of one team, and for all: more than anybody finds again."""

COUNTER = "canned"


class Canned(Struct, frozen=True, kw_only=True):
    """A canned message. `path` is its category, the outermost first; `team` is "" unless `scope`
    is `team`. `texts` are by language; `version` counts its changes from 1."""

    id: str
    version: int
    scope: Scope
    team: str
    path: Path
    title: str
    shortcut: str
    texts: Texts


class Edited(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a canned message is to be. Without `id` it is a new one; else `version` is the one
    that was edited. Scope and team of one that exists stay as they are."""

    id: Id = ""
    version: Count = 0
    scope: Scope = "personal"
    team: Id = ""
    path: Path = ()
    title: Title
    shortcut: Shortcut = ""
    texts: Texts


class UnknownCanned(Exception):
    """There is no such message for this account."""


class NotYours(Exception):
    """This account may use the message, or the team, but not write for it."""


class Changed(Exception):
    """Somebody else has changed the message since."""


class ShortcutTaken(Exception):
    """Another message for the same people has this shortcut."""


class TooMany(Exception):
    """There are as many messages for these people as there may be."""


def may_write(account: Account, scope: Scope, subject: str) -> bool:
    """Say whether `account` may write messages of `scope` for `subject`, an account or a team.

    One's own are one's own; a team's are its leads' and the administrators'; and those for all are
    any lead's, because it is leads who know what is said all day, and the administrators'.
    """
    if scope == "personal":
        return subject == account.id and account.role in ("rep", "lead")
    if account.role == "admin":
        return True
    return account.role == "lead" and (scope == "all" or subject in account.teams)


def may_read(account: Account, scope: Scope, subject: str) -> bool:
    """Say whether `account` may see messages of `scope` for `subject`."""
    if scope == "team":
        return account.role == "admin" or subject in account.teams
    return scope == "all" or subject == account.id


class CannedMessages:
    """The canned messages of one site."""

    def __init__(self, database: Database, site: str, clock: Clock) -> None:
        self._database = database
        self._site = site
        self._clock = clock

    async def of(self, account: Account) -> tuple[int, list[Canned]]:
        """Return what `account` may use, and the version of all lists that it was read at."""
        return await self._database.read(partial(_list, site=self._site, account=account))

    async def version(self) -> int:
        """Return a number that rises with every change of any message."""
        return await self._database.read(partial(_version, site=self._site))

    async def save(self, account: Account, edited: Edited) -> Canned:
        """Store what `account` has edited and return it.

        Raises `UnknownCanned`, `NotYours`, `Changed`, `ShortcutTaken` and `TooMany`.
        """
        new_id = f"k-{secrets.token_hex(8)}"
        return await self._database.write(
            partial(self._save, account=account, edited=edited, new_id=new_id)
        )

    def _save(self, conn: sa.Connection, account: Account, edited: Edited, new_id: str) -> Canned:
        if edited.id:
            before, subject = self._find(conn, account, edited.id, edited.version)
        else:
            before, subject = self._begun(conn, account, edited, new_id)
        after = replace(
            before,
            version=before.version + 1,
            path=edited.path,
            title=edited.title,
            shortcut=edited.shortcut,
            texts=edited.texts,
        )
        if after.shortcut:
            self._check_shortcut(conn, after, subject)
        put_canned(conn, self._site, after, subject, self._clock())
        return after

    def _begun(
        self, conn: sa.Connection, account: Account, edited: Edited, new_id: str
    ) -> tuple[Canned, str]:
        subject = {"personal": account.id, "team": edited.team, "all": ""}[edited.scope]
        if not may_write(account, edited.scope, subject):
            raise NotYours
        # The counter's row is taken first, so that a crowd cannot pass the limit together.
        _lock(conn, self._site)
        c = schema.canned_messages.c
        theirs = sa.and_(c.site == self._site, c.scope == edited.scope, c.subject == subject)
        if (conn.scalar(sa.select(sa.func.count()).where(theirs)) or 0) >= MOST:
            raise TooMany
        team = subject if edited.scope == "team" else ""
        begun = Canned(
            id=new_id, version=0, scope=edited.scope, team=team, path=(), title="", shortcut="", texts={}
        )  # fmt: skip
        return begun, subject

    def _find(
        self, conn: sa.Connection, account: Account, message: str, version: int
    ) -> tuple[Canned, str]:
        """Return the message and whose it is, for `account` to write. Its row stays locked."""
        c = schema.canned_messages.c
        one = sa.select(schema.canned_messages).where(c.site == self._site, c.id == message)
        row = conn.execute(one.with_for_update()).one_or_none()
        if row is None or not may_read(account, row.scope, row.subject):
            raise UnknownCanned
        if not may_write(account, row.scope, row.subject):
            raise NotYours
        if row.version != version:
            raise Changed
        return _canned(row), row.subject

    def _check_shortcut(self, conn: sa.Connection, after: Canned, subject: str) -> None:
        c = schema.canned_messages.c
        other = sa.select(c.id).where(
            c.site == self._site,
            c.scope == after.scope,
            c.subject == subject,
            sa.func.lower(c.shortcut) == after.shortcut.lower(),
            c.id != after.id,
        )
        if conn.scalar(other.limit(1)):
            raise ShortcutTaken

    async def delete(self, account: Account, message: str, version: int) -> None:
        """Delete `message` as `account` saw it. Raises `UnknownCanned`, `NotYours`, `Changed`."""

        def work(conn: sa.Connection) -> None:
            self._find(conn, account, message, version)
            t = schema.canned_messages
            conn.execute(t.delete().where(t.c.site == self._site, t.c.id == message))
            _count_up(conn, self._site)

        await self._database.write(work)

    async def begin_with(self, messages: Sequence[Canned]) -> None:
        """Store `messages` where nobody has ever changed anything."""

        def work(conn: sa.Connection) -> None:
            if _version(conn, self._site) == 0:
                for message in messages:
                    put_canned(conn, self._site, message, message.team, self._clock())

        await self._database.write(work)


def put_canned(conn: sa.Connection, site: str, message: Canned, subject: str, now: int) -> None:
    """Write `message` of `subject`, and count the change."""
    put(
        conn,
        schema.canned_messages,
        site=site,
        id=message.id,
        version=message.version,
        scope=message.scope,
        subject=subject,
        title=message.title,
        shortcut=message.shortcut,
        path=msgspec.json.encode(message.path).decode(),
        texts=msgspec.json.encode(message.texts).decode(),
        changed_at=now,
    )
    _count_up(conn, site)


def _lock(conn: sa.Connection, site: str) -> None:
    """Let nobody else count up before this transaction ends."""
    t = schema.counters
    insert_new(conn, t, site=site, name=COUNTER, value=0)
    mine = sa.select(t.c.value).where(t.c.site == site, t.c.name == COUNTER)
    conn.execute(mine.with_for_update()).close()


def _count_up(conn: sa.Connection, site: str) -> None:
    _lock(conn, site)
    t = schema.counters
    mine = sa.and_(t.c.site == site, t.c.name == COUNTER)
    conn.execute(t.update().where(mine).values(value=t.c.value + 1))


def _version(conn: sa.Connection, site: str) -> int:
    c = schema.counters.c
    return conn.scalar(sa.select(c.value).where(c.site == site, c.name == COUNTER)) or 0


def _list(conn: sa.Connection, site: str, account: Account) -> tuple[int, list[Canned]]:
    # Read first: a list that is newer than its version is fetched once too often, never too seldom.
    version = _version(conn, site)
    c = schema.canned_messages.c
    teams = sa.true() if account.role == "admin" else c.subject.in_(account.teams)
    readable = sa.or_(
        c.scope == "all",
        sa.and_(c.scope == "team", teams),
        sa.and_(c.scope == "personal", c.subject == account.id),
    )
    found = conn.execute(
        sa.select(schema.canned_messages)
        .where(c.site == site, readable)
        .order_by(c.path, c.title, c.id)
    )
    return version, [_canned(row) for row in found]


def _canned(row: sa.Row[tuple[str, ...]]) -> Canned:
    return Canned(
        id=row.id,
        version=row.version,
        scope=row.scope,
        team=row.subject if row.scope == "team" else "",
        path=msgspec.json.decode(row.path, type=Path),
        title=row.title,
        shortcut=row.shortcut,
        texts=msgspec.json.decode(row.texts, type=Texts),
    )
