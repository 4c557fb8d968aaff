"""What every fact has: a place, a time, somebody who caused it, and who may read it."""

from typing import ClassVar

from msgspec import Struct

from protocol.fields import Audience, Count, Digest, Id, Time
from protocol.requests import snake


class Fact(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag=snake, tag_field="type"
):
    """`place` counts what the reader may see, from 1 without a gap; `by` is the party."""

    audience: ClassVar[Audience] = "all"
    personal: ClassVar[tuple[str, ...]] = ()

    place: Count = 0
    at: Time = 0
    by: Id = ""


class PersonalFact(Fact, frozen=True, kw_only=True):
    """A fact with somebody's words in it; `digest` is SHA-256 over salt and words."""

    digest: Digest = ""
    erased: bool = False
