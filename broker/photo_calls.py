"""The calls about photos of those who work here.

Anybody may see a photo who knows the id of its account: ids are random, and a customer learns only
those of the reps in their own session. Nobody there and no photo look the same, and neither is a
fault: pages ask for every rep.
"""

from aiohttp import ETag, web
from msgspec import Struct

from broker.gate import too_often
from broker.http import Call, CallRefused, Nothing
from broker.parts import Parts
from broker.photo_maker import NoPhoto, TooBusy
from broker.serving import body_of
from protocol.fields import Id

PICTURE_BYTES = 5 * 1024 * 1024
PICTURE_SECONDS = 60
"""Telephones send slowly."""

SEEN_SECONDS = 300
"""For so long a photo that was changed or removed may still be shown."""


class AskPhoto(Struct, frozen=True, kw_only=True):
    """The photo of `id`; with `v`, the digest of an upload's answer, caches keep it for good."""

    id: Id
    v: Id = ""


class PhotoTaken(Struct, frozen=True, kw_only=True):
    """`photo` is the photo's digest; it goes into `?v=` so that no cache shows the one before."""

    photo: str


async def show_photo(parts: Parts, call: Call, asked: AskPhoto) -> web.StreamResponse:
    """The photo of a rep as WebP, 256 pixels square; 204 where there is none."""
    photo = await parts.photos.find(asked.id)
    if photo is None:
        return web.Response(status=204, headers=_kept(60))
    known = call.request.if_none_match or ()
    response = web.Response()
    if any(tag.value in {photo.digest, "*"} for tag in known):
        response.set_status(304)
    else:
        response.body = photo.image
        response.content_type = "image/webp"
    response.etag = ETag(photo.digest)
    response.headers.update(_kept(31_536_000 if asked.v == photo.digest else SEEN_SECONDS))
    return response


async def take_photo(parts: Parts, call: Call, _: Nothing) -> PhotoTaken:
    """Take a picture (JPEG, PNG or WebP, at most 5 MiB) as one's own photo."""
    if not call.request.content_type.startswith("image/"):
        raise CallRefused(
            415, "not_a_picture", "Send a picture: image/jpeg, image/png, image/webp."
        )
    picture = await body_of(call.request, PICTURE_BYTES, PICTURE_SECONDS)
    try:
        photo = await parts.photos.take(call.known.party.id, picture)
    except NoPhoto:
        raise CallRefused(
            422, "not_a_picture", "This is no JPEG, PNG or WebP, or it is too large."
        ) from None
    except TooBusy:
        raise too_often(5) from None
    return PhotoTaken(photo=photo.digest)


async def remove_photo(parts: Parts, call: Call, _: Nothing) -> Nothing:
    """Remove one's own photo."""
    await parts.photos.remove(call.known.party.id)
    return Nothing()


def _kept(seconds: int) -> dict[str, str]:
    return {"Cache-Control": f"public, max-age={seconds}"}
