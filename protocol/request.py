"""What every request and every incident is; `protocol/requests.py` has them all."""

from msgspec import Struct

from protocol.fields import Id, RequestId


def snake(name: str) -> str:
    """Return the wire tag of the class called `name`: `PushLink` becomes `push_link`."""
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


class Request(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag=snake, tag_field="type"
):
    """What a person asks."""

    id: RequestId
    session: Id = ""


class Incident(Struct, frozen=True, kw_only=True, tag=snake, tag_field="type"):
    """What the broker noticed by itself."""
