"""Where recordings and files lie: a folder, or a bucket that speaks S3, by one interface (obstore).

What was stored once is never overwritten: a writer that was thought dead, and comes back, finds its place
taken and must stop. What was stored survives a power loss: a bucket says so when it answers, and for a folder
we see to it ourselves (`_put_in_folder`), since obstore leaves that to the operating system's leisure.
"""

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    NotFoundError,
    PreconditionError,
)
from obstore.store import LocalStore, ObjectStore, S3Store

if TYPE_CHECKING:
    from obstore.store import S3Config


class StoreFailed(Exception):
    """The store is away, full, or refuses; the text says what it said."""


class NotThere(StoreFailed):
    """Nothing lies under that name."""


class Taken(StoreFailed):
    """Something else lies under that name already."""


class BadStore(ValueError):
    """This address is no store; the text says why."""


def segment_at(recording: str, number: int, writer: str) -> str:
    """Return the name under which segment `number` of `recording` by `writer` (hex) lies in a store.
    Two writers never have the same names, so that none can take the place of another.
    """
    return f"{recording_at(recording)}{number:08d}-{writer}"


def recording_at(recording: str) -> str:
    """Return what the names of all that belongs to `recording` begin with."""
    return f"recordings/{recording}/"


def open_store(address: str, **options: str) -> "Store":
    """Open the folder or the bucket (`s3://BUCKET/PREFIX`) at `address`, or raise `BadStore`. Where an
    S3 server is and how it is signed in to stands in the environment (`AWS_ENDPOINT`,
    `AWS_ACCESS_KEY_ID`, …) or in `options`, without the prefix.
    """
    if "://" not in address:
        folder = Path(address).absolute()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return Store(LocalStore(folder), folder)
        except (OSError, BaseError) as fault:
            raise BadStore(f"{address}: {fault}") from None
    if not address.startswith("s3://"):
        raise BadStore(f"{address}: a folder or s3://BUCKET/PREFIX is needed.")
    try:
        store = S3Store.from_url(
            address,
            config=cast("S3Config", options),
            client_options={"timeout": "20s", "connect_timeout": "5s", "allow_http": True},
            # A store that is away is tried again by whoever stores, and said to be away meanwhile.
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=20)},
        )
    except BaseError as fault:
        raise BadStore(f"{address}: {_words(fault)}") from None
    return Store(store)


class Store:
    """Things by name; names have no spaces and are parted by slashes."""

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder

    async def put(self, name: str, data: bytes | bytearray | Path) -> None:
        """Store `data`, or the file there, as `name`; durable once this returns. Raises `Taken` if something
        else lies there; storing the same again changes nothing.
        """
        try:
            if self._folder:
                await asyncio.to_thread(_put_in_folder, self._folder, name, data)
            else:
                await obstore.put_async(self._store, name, data, mode="create", use_multipart=False)
        except (Taken, AlreadyExistsError, PreconditionError):
            # Perhaps we stored it ourselves, and did not hear so.
            bare = await asyncio.to_thread(data.read_bytes) if isinstance(data, Path) else data
            if await self.get(name) != bare:
                raise Taken(name) from None
        except (OSError, BaseError) as fault:
            raise StoreFailed(_words(fault)) from None

    async def get(self, name: str) -> bytes:
        """Return what lies under `name`, or raise `NotThere`."""
        return bytes(await self.view(name))

    async def view(self, name: str) -> memoryview:
        """Return what lies under `name`, where the store has put it, or raise `NotThere`."""
        try:
            found = await obstore.get_async(self._store, name)
            return memoryview(await found.bytes_async())
        except (NotFoundError, FileNotFoundError):
            raise NotThere(name) from None
        except BaseError as fault:
            raise StoreFailed(_words(fault)) from None

    async def get_range(self, name: str, start: int, end: int) -> bytes:
        """Return the bytes from `start` to before `end` of `name`, or raise `NotThere`."""
        try:
            return bytes(await obstore.get_range_async(self._store, name, start=start, end=end))
        except (NotFoundError, FileNotFoundError):
            raise NotThere(name) from None
        except BaseError as fault:
            raise StoreFailed(_words(fault)) from None

    async def names(self, prefix: str) -> AsyncIterator[str]:
        """Yield the names below `prefix`, in no order."""
        try:
            async for batch in obstore.list(self._store, prefix):
                for each in batch:
                    yield each["path"]
        except BaseError as fault:
            raise StoreFailed(_words(fault)) from None

    async def delete(self, name: str) -> None:
        """Delete `name`; if it is not there, that is just as well."""
        try:
            await obstore.delete_async(self._store, name)
        except (NotFoundError, FileNotFoundError):
            return
        except BaseError as fault:
            raise StoreFailed(_words(fault)) from None

    async def delete_all(self, prefix: str) -> None:
        """Delete everything below `prefix`, and in a folder the empty folders too."""
        for name in [name async for name in self.names(prefix)]:
            await self.delete(name)
        if self._folder:
            shutil.rmtree(self._folder / prefix, ignore_errors=True)


def _put_in_folder(folder: Path, name: str, data: bytes | bytearray | Path) -> None:
    """Store `data`, or the file there, as `name` below `folder`, or raise `Taken`. It has its name only when all of it is on the disk, so that no power loss leaves half of it in the way of the whole."""
    path = folder / name
    # Names that end so are obstore's own for what is not whole yet: it never lists them.
    partial = path.with_name(f"{path.name}#{secrets.randbits(64)}")
    fresh: list[Path] = []
    try:
        try:
            file = partial.open("xb")
        except FileNotFoundError:
            # Only then: looking for its folders takes half as long as all else that is not waiting.
            fresh = [each for each in (path.parent, *path.parent.parents) if not each.exists()]
            path.parent.mkdir(parents=True, exist_ok=True)
            file = partial.open("xb")
        with file:
            file.write(data.read_bytes() if isinstance(data, Path) else data)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(partial)
    except FileExistsError:
        raise Taken(name) from None
    finally:
        partial.unlink(missing_ok=True)
    # Each forced folder costs half a millisecond: those above only where they hold a new name too.
    for each in (path.parent, *(each.parent for each in fresh)):
        _force(each)


def _force(folder: Path) -> None:
    """Force to the disk which names `folder` holds."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _words(fault: BaseException) -> str:
    """Return the first line of `fault`; the rest tells of the library."""
    return str(fault).strip().partition("\n")[0]
