"""`deskside backup` and `deskside restore`: the tables, and the key files wrapped by a passphrase.

One tar file, the same whatever the database is, so that a site can also move from one kind to the other. What
lies in the store is not in it: sealed as it is, it can be copied as it is. Secrets that a new start
makes anew (of relays) stay out, and so does who is signed in.
"""

import base64
import io
import os
import secrets
import tarfile
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.config import FILE as SETTINGS
from broker.database import Database
from broker.migrate import versions
from broker.sealing import FILE as SECRETS
from broker.sealing import make_once
from broker.search import put_words
from recordings.keys import FILE as RECORDINGS

KEY_FILES: Final = (RECORDINGS, SECRETS)

NOT_KEPT: Final = frozenset(
    [
        "away",
        "attempts",
        "brokers",
        "challenges",
        "links",
        "notice_sends",
        "pictures",
        "relays",
        "sign_ins",
        "tickets",
    ]
)
"""Tables that say who is here just now."""

KEYS: Final = "keys.sealed"
ABOUT: Final = "backup.json"

SHORTEST: Final = 12
"""A passphrase has at least so many characters."""

_COST: Final = {"n": 2**16, "r": 8, "p": 1}
_SEARCH: Final = sa.table("search", *(sa.column(c) for c in ("site", "session", "place", "words")))
_AT_ONCE: Final = 500
_PIECEMEAL: Final = {"yield_per": _AT_ONCE}


class BadBackup(Exception):
    """It cannot be made or restored; the text says why."""


class About(Struct, frozen=True, kw_only=True):
    """What a backup says of itself: the newest migration of its tables, and when (ms) it was made."""

    migration: str
    at: int


async def backup(
    database: Database, folder: Path, settings: Path, target: Path, passphrase: str, now: int
) -> None:
    """Write a backup of `database`, the keys in `folder` and the file `settings` to `target`."""
    if len(passphrase) < SHORTEST:
        raise BadBackup(f"The passphrase needs {SHORTEST} characters.")
    _claim(target)
    await database.read(partial(_dump, target=target))
    _add_files(target, folder, settings, passphrase, now)


def _claim(target: Path) -> None:
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as fault:
        raise BadBackup(f"{target}: {fault.strerror}.") from None


def _add_files(target: Path, folder: Path, settings: Path, passphrase: str, now: int) -> None:
    keys = {name: (folder / name).read_bytes() for name in KEY_FILES if (folder / name).exists()}
    with tarfile.TarFile(target, "a") as tar:
        _add(tar, KEYS, io.BytesIO(_sealed(msgspec.json.encode(keys), passphrase)))
        if settings.exists():
            _add(tar, SETTINGS, io.BytesIO(settings.read_bytes()))
        about = About(migration=versions()[-1], at=now)
        _add(tar, ABOUT, io.BytesIO(msgspec.json.encode(about)))


async def restore(database: Database, folder: Path, source: Path, passphrase: str) -> list[str]:
    """Bring back what is in the backup `source`, into an empty database and a folder without keys; return
    the names of what was written to the folder.
    """
    try:
        with tarfile.TarFile(source) as tar:
            files = _files_in(tar, passphrase)
            _check(tar, folder, files)
            await database.write(partial(_load, tar=tar))
    except (tarfile.TarError, OSError, msgspec.DecodeError, KeyError) as fault:
        raise BadBackup(f"{source} cannot be read: {fault}.") from None
    for name, content in files.items():
        make_once(folder / name, content)
    return sorted(files)


def _files_in(tar: tarfile.TarFile, passphrase: str) -> dict[str, bytes]:
    sealed = _opened(_read(tar, KEYS), passphrase)
    files = msgspec.json.decode(sealed, type=dict[str, bytes])
    if SETTINGS in tar.getnames():
        files[SETTINGS] = _read(tar, SETTINGS)
    return files


def _check(tar: tarfile.TarFile, folder: Path, files: dict[str, bytes]) -> None:
    about = msgspec.json.decode(_read(tar, ABOUT), type=About)
    if about.migration != versions()[-1]:
        raise BadBackup(f"Its tables are of {about.migration}, ours of {versions()[-1]}.")
    if there := [name for name in files if (folder / name).exists()]:
        raise BadBackup(f"{folder} holds {there[0]} already.")


def _tables() -> list[sa.Table]:
    return [each for each in schema.metadata.sorted_tables if each.name not in NOT_KEPT]


def _dump(conn: sa.Connection, target: Path) -> None:
    if conn.dialect.name == "postgresql":
        # All tables as they are at one moment; SQLite reads no other way.
        conn.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    with tarfile.TarFile(target, "w") as tar:
        for table in (*_tables(), _SEARCH):
            rows = conn.execute(sa.select(*table.columns), execution_options=_PIECEMEAL).mappings()
            # A tar says of each file how long it is before what is in it.
            with tempfile.TemporaryFile(dir=target.parent) as lines:
                for row in rows:
                    lines.write(msgspec.json.encode({k: _plain(v) for k, v in row.items()}) + b"\n")
                _add(tar, f"tables/{table.name}.jsonl", lines)


def _load(conn: sa.Connection, tar: tarfile.TarFile) -> None:
    for table in _tables():
        if conn.scalar(sa.select(sa.literal(1)).select_from(table).limit(1)):
            raise BadBackup("The database is not empty.")
    for table in _tables():
        for rows in _chunks(_rows(tar, table.name)):
            conn.execute(table.insert(), [_typed(table, row) for row in rows])
    t = schema.texts.c
    for row in _rows(tar, "search"):
        line = put_words(conn, row["site"], row["session"], row["place"], row["words"])
        mine = (t.site == row["site"], t.session == row["session"], t.place == row["place"])
        conn.execute(schema.texts.update().where(*mine).values(search_row=line))
    if conn.dialect.name == "postgresql":
        # Before it knows how full its tables are, it walks all of one to find a word.
        conn.execute(sa.text("ANALYZE"))


def _rows(tar: tarfile.TarFile, table: str) -> Iterator[dict[str, Any]]:
    for line in _file(tar, f"tables/{table}.jsonl"):
        yield msgspec.json.decode(line)


def _chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes | memoryview) else value


def _typed(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    binary = {c.name for c in table.columns if isinstance(c.type, sa.LargeBinary)}
    return {k: base64.b64decode(v) if k in binary and v is not None else v for k, v in row.items()}


def _add(tar: tarfile.TarFile, name: str, data: IO[bytes]) -> None:
    """Add all of `data`, wherever it stands."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = data.seek(0, os.SEEK_END), 0o600
    data.seek(0)
    tar.addfile(info, data)


def _read(tar: tarfile.TarFile, name: str) -> bytes:
    return _file(tar, name).read()


def _file(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    file = tar.extractfile(name)
    if file is None:
        raise BadBackup(f"{name} is no file.")
    return file


# --- the passphrase


def _sealed(data: bytes, passphrase: str) -> bytes:
    """Return `data` under a key from `passphrase` (scrypt, RFC 7914; AES-256-GCM)."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed: bytes = _cipher(passphrase, salt).encrypt(nonce, data, b"deskside backup 1")
    return salt + nonce + sealed


def _opened(sealed: bytes, passphrase: str) -> bytes:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as in `_cipher`

    salt, nonce, rest = sealed[:16], sealed[16:28], sealed[28:]
    try:
        return bytes(_cipher(passphrase, salt).decrypt(nonce, rest, b"deskside backup 1"))
    except InvalidTag:
        raise BadBackup("The passphrase is another one, or the keys were changed.") from None


def _cipher(passphrase: str, salt: bytes) -> Any:
    # Only this command needs it.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt  # noqa: PLC0415

    return AESGCM(Scrypt(salt=salt, length=32, **_COST).derive(passphrase.encode()))
