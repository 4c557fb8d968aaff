"""The mark that a site puts over a screen while a rep sees it."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from protocol.fields import Seconds

MarkText = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00]*$")]
MarkPicture = Annotated[str, Meta(max_length=90_000, pattern=r"^[A-Za-z0-9+/=]*$(?!\n)")]


class Watermark(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`text` may hold the macros `{organisation}`, `{rep}`, `{session}` and `{time}`; `picture` is a PNG
    in base64. `now_and_then` it is there for `shown_seconds` of every `every_seconds`. A `forensic`
    mark is faint, of text alone, and all over the screen.
    """

    when: Literal["off", "always", "now_and_then"] = "off"
    text: MarkText = "{organisation} · {rep} · {session} · {time}"
    picture: MarkPicture = ""
    every_seconds: Seconds = 300
    shown_seconds: Seconds = 15
    forensic: bool = False

    def __post_init__(self) -> None:
        """Refuse what would never be seen."""
        if self.when != "off" and not (self.text.strip() or self.picture):
            raise ValueError("a watermark needs a text or a picture")
        if self.when == "now_and_then" and self.shown_seconds > self.every_seconds:
            raise ValueError("a watermark cannot be shown for longer than it takes to come again")
        if self.forensic and not self.text.strip():
            raise ValueError("a forensic watermark needs a text")

    def is_due(self, seconds: float) -> bool:
        """Say whether it is shown so many seconds after sharing began."""
        if self.when == "now_and_then":
            return seconds % self.every_seconds < self.shown_seconds
        return self.when == "always"
