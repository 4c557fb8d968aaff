"""Where recordings and files lie: a folder, or a bucket that speaks S3, by one interface (obstore).

What was stored once is never overwritten: a writer that was thought dead, and comes back, finds its place
taken and must stop.
"""

import asyncio
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

    async def put(self, name: str, data: bytes | Path) -> None:
        """Store `data`, or the file there, as `name`; durable once this returns. Raises `Taken` if something
        else lies there; storing the same again changes nothing.
        """
        try:
            await obstore.put_async(self._store, name, data, mode="create", use_multipart=False)
        except (AlreadyExistsError, PreconditionError):
            # Perhaps we stored it ourselves, and did not hear so.
            bare = await asyncio.to_thread(data.read_bytes) if isinstance(data, Path) else data
            if await self.get(name) != bare:
                raise Taken(name) from None
        except BaseError as fault:
            raise StoreFailed(_words(fault)) from None

    async def get(self, name: str) -> bytes:
        """Return what lies under `name`, or raise `NotThere`."""
        try:
            found = await obstore.get_async(self._store, name)
            return bytes(await found.bytes_async())
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


def _words(fault: BaseException) -> str:
    """Return the first line of `fault`; the rest tells of the library."""
    return str(fault).strip().partition("\n")[0]
