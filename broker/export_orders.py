"""What a broker and the process that makes its exports say to each other, as lines of JSON.

The order comes on the process's standard input, whose end means that nobody wants it any more; what it says of
its work stands on its standard output.
"""

from typing import Literal

from msgspec import Struct

from broker.transcript_page import PageHead
from recordings.film_lines import Head
from recordings.journal import SegmentRow

Kind = Literal["film", "preview", "transcript"]
Fault = Literal["store", "broken", "no_video", "nothing", "failed"]


class Order(Struct, frozen=True, kw_only=True):
    """Make `export` of what `rows` name, and lay it into `store` as `run`. Keys are 32 bytes, or empty once
    they were destroyed. Times of `film` and `page` are ms.
    """

    kind: Kind
    export: str
    run: str
    recording: str
    store: str
    media: bytes
    words: bytes
    rows: tuple[SegmentRow, ...]
    film: Head
    page: PageHead


class Progress(Struct, frozen=True, kw_only=True, tag="progress"):
    """So much of it is done, of 100."""

    percent: int


class Made(Struct, frozen=True, kw_only=True, tag="made"):
    """It is done: its bytes, their SHA-256, and which form it has."""

    size: int
    digest: str
    form: str


class Failed(Struct, frozen=True, kw_only=True, tag="failed"):
    """It cannot be made."""

    why: Fault


Said = Progress | Made | Failed
