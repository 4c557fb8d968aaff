"""The call that opens a picture: where it is, and the lease to show there."""

from msgspec import Struct

from broker.http import Call, CallRefused
from broker.parts import Parts
from broker.pictures import NoRelay, Opening
from protocol.fields import Id
from protocol.session import Refused


class OfPicture(Struct, frozen=True, kw_only=True):
    """The picture of session `id`."""

    id: Id


async def open_picture(parts: Parts, call: Call, asked: OfPicture) -> Opening:
    """Return the relay of a session's picture, and a lease for the customer or a rep with a grant."""
    try:
        return await parts.pictures.open(asked.id, call.known)
    except NoRelay:
        sentence = "No relay is there at this moment. Try again soon."
        raise CallRefused(503, "not_now", sentence, Retry_After="1") from None
    except Refused as refused:
        if refused.code == "not_now":
            raise CallRefused(409, "not_now", "Nothing is shared in this session.") from None
        if refused.code == "no_grant":
            raise CallRefused(403, "no_grant", "The customer has not let you look.") from None
        raise
