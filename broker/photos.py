"""The photos of those who work here: one for each account, or none."""

import hashlib

import sqlalchemy as sa
from msgspec import Struct

from broker import schema
from broker.clock import Clock
from broker.database import Database, put
from broker.photo_maker import PhotoMaker


class Photo(Struct, frozen=True, kw_only=True):
    """`image` is WebP; `digest`, its SHA-256 in hex, changes when it does."""

    image: bytes
    digest: str


class Photos:
    """The photos of one site."""

    def __init__(self, database: Database, site: str, clock: Clock, maker: PhotoMaker) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._maker = maker

    async def take(self, account: str, picture: bytes) -> Photo:
        """Make the photo of `account` out of `picture` and keep it, or raise as the maker does."""
        image = await self._maker.make(picture)
        photo = Photo(image=image, digest=hashlib.sha256(image).hexdigest())
        await self._database.write(
            lambda conn: put(
                conn,
                schema.photos,
                site=self._site,
                account=account,
                image=photo.image,
                digest=photo.digest,
                taken_at=self._clock(),
            )
        )
        return photo

    async def remove(self, account: str) -> None:
        """Forget the photo of `account`, if there is one."""
        p = schema.photos
        gone = p.delete().where(p.c.site == self._site, p.c.account == account)
        await self._database.write(lambda conn: conn.execute(gone).close())

    async def find(self, account: str) -> Photo | None:
        """Return the photo of `account`, None where there is none or the account is disabled."""
        p, a = schema.photos.c, schema.accounts.c
        kept = sa.select(p.image, p.digest).where(
            p.site == self._site,
            p.account == account,
            a.site == p.site,
            a.id == p.account,
            sa.not_(a.disabled),
        )
        row = await self._database.read(lambda conn: conn.execute(kept).one_or_none())
        return Photo(image=row.image, digest=row.digest) if row else None
