"""The calls that open a picture: where it is with the lease to show there, or the way without a relay."""

from msgspec import Struct
from msgspec.structs import replace

from broker.direct import DirectOpening, Renewed
from broker.http import Call, CallRefused
from broker.parts import Parts
from broker.pictures import NoRelay, Opening
from protocol.fields import Fingerprint, Id
from protocol.session import Refused


class OfPicture(Struct, frozen=True, kw_only=True):
    """The picture of session `id`."""

    id: Id


async def open_picture(parts: Parts, call: Call, asked: OfPicture) -> Opening:
    """Return the relay of a session's picture, and a lease for the customer or a rep with a grant."""
    try:
        opening = await parts.pictures.open(asked.id, call.known)
    except NoRelay:
        sentence = "No relay is there at this moment. Try again soon."
        raise CallRefused(503, "not_now", sentence, Retry_After="1") from None
    except Refused as refused:
        raise _explained(refused, "Nothing is shared in this session.") from None
    mark = parts.site.settings.watermark
    if call.known.party.role == "customer" and mark.when != "off":
        return replace(opening, watermark=mark)
    return opening


class BetweenEnds(Struct, frozen=True, kw_only=True):
    """A direct path in a session: the certificates of the rep's end and the customer's."""

    session: Id
    viewer: Fingerprint
    sharer: Fingerprint


async def open_direct(parts: Parts, call: Call, asked: OfPicture) -> DirectOpening:
    """Say whether a session's picture may come directly, and what helps to find the way."""
    try:
        return await parts.direct.open(asked.id, call.known)
    except Refused as refused:
        raise _explained(refused, NOT_DIRECTLY) from None


async def renew_direct(parts: Parts, call: Call, asked: BetweenEnds) -> Renewed:
    """Sign, for ten seconds, what a rep may do on a direct path."""
    try:
        return await parts.direct.renew(
            asked.session, call.known, viewer=asked.viewer, sharer=asked.sharer
        )
    except Refused as refused:
        raise _explained(refused, NOT_DIRECTLY) from None


NOT_DIRECTLY = "The picture of this session goes over a relay."


def _explained(refused: Refused, not_now: str) -> Refused | CallRefused:
    if refused.code == "not_now":
        return CallRefused(409, "not_now", not_now)
    if refused.code == "no_grant":
        return CallRefused(403, "no_grant", "The customer has not let you look.")
    return refused
