"""What a press, a choice or a keystroke means: plain data that a window hands to its conduct."""

from typing import Any, Literal

from msgspec import Struct

from customer_client.screen.choice import EVERYTHING, Choice
from customer_client.window.state import Sheet
from protocol.requests import Request


class Deed(Struct, frozen=True, kw_only=True):
    """Something that the reader wants."""


class Typed(Deed, frozen=True, kw_only=True):
    """The field called `field` now holds `text`."""

    field: str
    text: str = ""


class Go(Deed, frozen=True, kw_only=True):
    """Open a sheet over the chat, or close it."""

    sheet: Sheet = ""


class Prefer(Deed, frozen=True, kw_only=True):
    """Make the text larger by `larger` steps, turn sounds over, or speak `language`."""

    larger: int = 0
    mute: bool = False
    language: str = ""


class Ask(Deed, frozen=True, kw_only=True):
    """Ask the broker about the session that is on."""

    kind: type[Request]
    about: dict[str, Any] = {}


class Start(Deed, frozen=True, kw_only=True):
    """Start a session with what was typed, if it is good; else show what is not."""

    issue: str = ""
    rep: str = ""
    is_good: bool = True


class LeaveMessage(Deed, frozen=True, kw_only=True):
    """Leave what was typed for somebody who comes later, if it is good."""

    issue: str = ""
    is_good: bool = True


class EraseMessages(Deed, frozen=True, kw_only=True):
    """Take messages back that were left."""


class UseCode(Deed, frozen=True, kw_only=True):
    """Show the code that was typed; without digits, go on without one."""

    digits: str = ""


class Say(Deed, frozen=True, kw_only=True):
    """Send what was typed."""


class Edit(Deed, frozen=True, kw_only=True):
    """Take refused words back, into the field or away."""

    line: str
    keep: bool = True


class Answer(Deed, frozen=True, kw_only=True):
    """Allow what a rep asks for, or do not."""

    allowed: bool


class Share(Deed, frozen=True, kw_only=True):
    """Show the screen: all of it, a monitor, or some applications."""

    choice: Choice = EVERYTHING


class Pick(Deed, frozen=True, kw_only=True):
    """Let an application be one of those that are to be shown, or no more."""

    key: str


class StopSharing(Deed, frozen=True, kw_only=True):
    """Show nothing any more."""


class ConfirmCode(Deed, frozen=True, kw_only=True):
    """The code of the direct path is the same at the other end."""


class ChooseFiles(Deed, frozen=True, kw_only=True):
    """Choose files to send."""


class SaveFile(Deed, frozen=True, kw_only=True):
    """Choose where to save the file called `file`; `name` is proposed."""

    file: str
    name: str


class FileDeed(Deed, frozen=True, kw_only=True):
    """Something about files that concerns more than the window."""


class SendFiles(FileDeed, frozen=True, kw_only=True):
    """Offer files to the other side."""

    paths: tuple[str, ...]


class SendPicture(FileDeed, frozen=True, kw_only=True):
    """Offer a picture that was pasted, as PNG."""

    content: bytes


class DismissFile(FileDeed, frozen=True, kw_only=True):
    """That a file was not taken was read."""

    file: str


class HoldFile(FileDeed, frozen=True, kw_only=True):
    """Let a file pause, or go on."""

    file: str
    held: bool


class SaveFileAs(FileDeed, frozen=True, kw_only=True):
    """Save a file there and nowhere else."""

    file: str
    path: str


class StopSaving(FileDeed, frozen=True, kw_only=True):
    """Save nothing of a file after all."""

    file: str


class GoOnInBrowser(Deed, frozen=True, kw_only=True):
    """Open this very chat in the browser, which may show what this program cannot."""


class ForgetProblem(Deed, frozen=True, kw_only=True):
    """What went wrong was read."""


class MailTranscript(Deed, frozen=True, kw_only=True):
    """Mail what was said to the address that was typed."""


class SaveTranscript(Deed, frozen=True, kw_only=True):
    """Save what was said as a file."""

    kind: Literal["txt", "html"]


class OpenAddress(Deed, frozen=True, kw_only=True):
    """Open a web address in the browser."""

    url: str


class Copy(Deed, frozen=True, kw_only=True):
    """Put some words on the clipboard."""

    text: str


class Close(Deed, frozen=True, kw_only=True):
    """Close the window; while a session is on, ask before that ends it."""
