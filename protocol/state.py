"""The shape of a session: what its facts amount to, and who may ask something of it."""

from typing import Literal

from msgspec import Struct

from protocol.facts import Fact, Rules
from protocol.fields import (
    Ending,
    FileState,
    Meeting,
    OfferReason,
    RefusalCode,
    Shared,
    SpecialAction,
    State,
    Tool,
    Where,
)
from protocol.lines import Line

BROKER = "broker"


class Party(Struct, frozen=True, kw_only=True):
    """Who asks. `teams` are those a rep serves, `leads` those of them the rep leads. Staff are
    administrators and compliance officers: they work here, but no session is theirs."""

    id: str
    role: Literal["customer", "rep", "staff", "broker"]
    name: str = ""
    teams: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()


class Offering(Struct, frozen=True, kw_only=True):
    rep: str
    reason: OfferReason
    until: int


class Prompt(Struct, frozen=True, kw_only=True):
    """A question about grants that stands open on the customer's screen."""

    tools: tuple[Tool, ...]
    rep: str
    until: int


class Grant(Struct, frozen=True, kw_only=True):
    tool: Tool
    rep: str
    since: int
    until: int


class Action(Struct, frozen=True, kw_only=True):
    """A special action that a rep asks for, or that the customer has `allowed`."""

    action: SpecialAction
    rep: str
    until: int
    allowed: bool = False


class File(Struct, frozen=True, kw_only=True):
    by: str
    state: FileState
    size: int = 0


class Session(Struct, frozen=True, kw_only=True):
    """What the facts so far amount to. Holds no personal text.

    `shown` counts the facts everybody may see; receipts are counted in it. Times are in
    milliseconds, 0 meaning never; a party is named by its id, "" meaning nobody. `erased` says
    that no words of the customer's are left to erase, `deleted` that nobody's are.

    `meant_for` is the rep whom the customer is to meet, until they have, and `meeting` how it came
    about. It goes on `where` the customer is, and the rep `app_offered` wants it to go on in the app.
    `unanswered` are the reps to whom it was offered in vain in this round, and the last such
    offer ended at `offer_ended_at`. `monitoring` are the leads who read along unseen, `announced`
    those of whom everybody knows it. `recent` are the last lines of reps that can be taken back.
    `system_for` is the rep whom the computer is to tell what it is made of.
    """

    id: str = ""
    state: State = "new"
    place: int = 0
    shown: int = 0
    rules: Rules = Rules()
    customer: str = ""
    issue: str = ""
    language: str = "en"
    team: str = ""
    entry_team: str = ""
    code_digest: str = ""
    code_until: int = 0
    code_sent_at: int = 0
    codes_sent: int = 0
    wrong_codes: int = 0
    opened_at: int = 0
    state_since: int = 0
    waiting_since: int = 0
    front: bool = False
    greeted_at: int = 0
    held_at: int = 0
    accepted_at: int = 0
    active_at: int = 0
    warned_until: int = 0
    nudged_at: int = 0
    ended_at: int = 0
    owner: str = ""
    joined: tuple[str, ...] = ()
    invited: tuple[str, ...] = ()
    monitoring: tuple[str, ...] = ()
    announced: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    offer_ended_at: int = 0
    meant_for: str = ""
    meeting: Meeting = ""
    call_until: int = 0
    names: dict[str, str] = {}
    where: Where = "page"
    app_offered: str = ""
    offer: Offering | None = None
    recording: Literal["off", "allowed", "refused", "withdrawn"] = "off"
    recording_paused: bool = False
    prompt: Prompt | None = None
    grants: tuple[Grant, ...] = ()
    sharing: Shared | Literal[""] = ""
    sharing_paused: bool = False
    system_for: str = ""
    action: Action | None = None
    files: dict[str, File] = {}
    gone: dict[str, int] = {}
    recent: tuple[Line, ...] = ()
    ending: Ending | Literal[""] = ""
    survey: Literal["none", "wanted", "done", "skipped"] = "none"
    erased: bool = False
    deleted: bool = False


class Refused(Exception):
    """What was asked was turned down. `detail` names a party or a number where it helps."""

    def __init__(self, code: RefusalCode, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code: RefusalCode = code
        self.detail = detail

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Refused) and self.args == other.args

    def __hash__(self) -> int:
        return hash(self.args)


Answer = Fact | Refused
