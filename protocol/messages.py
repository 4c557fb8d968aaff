"""The contract on the link: every message that may cross it, in either direction.

A link is one WebSocket with JSON text. Up go requests (`requests.py`), which are stored and
answered exactly once, and signals, which are not stored at all. Down come frames: facts
(`facts.py`) of the sessions the reader follows, answers, and what is true right now. Every
message names its `type`; nothing unknown is accepted.

Places and marks count what the reader may see, from 1 without a gap, so a missing fact shows
at once and a hidden one leaves no trace.
"""

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, Union

import msgspec
from msgspec import Meta, Struct

from protocol.direct import DirectEnd, IceServer
from protocol.facts import FACTS, Fact
from protocol.fields import (
    Count,
    Fingerprint,
    Id,
    MonitoringPolicy,
    Name,
    Nonce,
    Presence,
    RefusalCode,
    Remark,
    Time,
)
from protocol.requests import REQUESTS, Request, snake

if TYPE_CHECKING:
    AnyFact: TypeAlias = Fact
else:
    AnyFact = Union[FACTS]  # noqa: UP007 - a tuple has no `|`

LINK_LIMIT = 64 * 1024
"""Bytes of one message up; a longer one closes the link."""

BEAT_SECONDS = 15
"""Each side is heard at least this often; twice this in silence and the link counts as dead."""


class Signal(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag=snake, tag_field="type"
):
    """Up, not stored, not answered."""


class Beat(Signal, frozen=True, kw_only=True):
    """I am here. The broker sends the same."""


class Resume(Signal, frozen=True, kw_only=True):
    """Send me the facts of `session` after place `after`, and then each as it happens."""

    session: Id
    after: Count = 0


class Forget(Signal, frozen=True, kw_only=True):
    """Send me no more of `session`."""

    session: Id


class Writing(Signal, frozen=True, kw_only=True):
    """I am typing. Shown for 6 s."""

    session: Id


class HoldFile(Signal, frozen=True, kw_only=True):
    """Let who sends `file` pause, or go on."""

    session: Id
    file: Id
    held: bool


class Seen(Signal, frozen=True, kw_only=True):
    """What reached my screen, and what I looked at: counts of facts that everybody may see."""

    session: Id
    delivered: Count
    read: Count


class SetAvailable(Signal, frozen=True, kw_only=True):
    """A rep's switch."""

    available: bool


class SetAway(Signal, frozen=True, kw_only=True):
    """Nobody has stirred at this device for `idle_seconds`, or somebody does again."""

    away: bool


class ProposeDirect(Signal, frozen=True, kw_only=True):
    """A rep's end of a direct path, called `path`, and what binds it to its nonce."""

    session: Id
    path: Id
    end: DirectEnd
    commitment: Fingerprint


class AnswerDirect(Signal, frozen=True, kw_only=True):
    """The customer's end of the path that `rep` has proposed, and its nonce."""

    session: Id
    path: Id
    rep: Id
    end: DirectEnd
    nonce: Nonce


class Frame(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag=snake, tag_field="type"
):
    """Down."""


class Welcome(Frame, frozen=True, kw_only=True):
    """The first frame: who you are here, and the sessions that are yours and not ended."""

    party: Id
    role: Literal["customer", "rep", "lead", "admin", "compliance"]
    name: Name
    now: Time
    beat_seconds: Count
    teams: tuple[Id, ...]
    sessions: tuple[Id, ...]
    available: bool
    idle_seconds: Count = 0


class Facts(Frame, frozen=True, kw_only=True):
    """The next facts of `session`; the first has place `after` + 1. Empty: you have them all."""

    session: Id
    after: Count
    facts: tuple[AnyFact, ...]


class Answered(Frame, frozen=True, kw_only=True):
    """Request `id` was carried out and is stored, as `place` of `session`."""

    id: Id
    session: Id
    place: Count


class RefusedRequest(Frame, tag="refused", frozen=True, kw_only=True):
    """Request `id` was turned down, for good. Empty `id`: a message that could not be read."""

    id: Id
    session: Id
    code: RefusalCode
    detail: Remark = ""


class Marks(Frame, frozen=True, kw_only=True):
    """How far `party` has got in `session`, in facts that everybody may see."""

    session: Id
    party: Id
    delivered: Count
    read: Count


class IsWriting(Frame, frozen=True, kw_only=True):
    session: Id
    party: Id


class FileProgress(Frame, frozen=True, kw_only=True):
    """So many bytes of a file are here."""

    session: Id
    file: Id
    received: Count


class FileHeld(Frame, frozen=True, kw_only=True):
    """Somebody lets who sends `file` pause, or go on."""

    session: Id
    file: Id
    held: bool


class Position(Frame, frozen=True, kw_only=True):
    """A waiting customer's place in the queue, from 1. The estimate is in whole minutes, 0
    meaning that we cannot say yet."""

    session: Id
    position: Count
    half_within: Count = 0
    most_within: Count = 0


class NamedRep(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    rep: Id
    name: Name
    team: Id


class Availability(Frame, frozen=True, kw_only=True):
    """Whether a customer can start a session now, and where the site lets them choose, with whom."""

    open: bool
    issues: tuple[Id, ...] = ()
    reps: tuple[NamedRep, ...] = ()


class Waiting(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    session: Id
    team: Id
    issue: Id
    name: Name
    language: Id
    waiting_since: Time
    front: bool
    offered: Id = ""


class Queue(Frame, frozen=True, kw_only=True):
    """The first of the `total` who wait for `team`, in order. `whole`: it replaces what you had."""

    team: Id
    whole: bool
    total: Count
    came: tuple[Waiting, ...]
    went: tuple[Id, ...] = ()


class Colleague(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    rep: Id
    name: Name
    team: Id
    available: bool
    active: Count
    presence: Presence


class Team(Frame, frozen=True, kw_only=True):
    """The reps of `team` and whether they are there."""

    team: Id
    reps: tuple[Colleague, ...]


class Inbox(Frame, frozen=True, kw_only=True):
    """So many messages are open in the inbox of `team`; one of them changed at `changed`."""

    team: Id
    open: Count
    changed: Time


class MySessions(Frame, frozen=True, kw_only=True):
    """A rep's sessions that are not ended, whenever the list changes."""

    sessions: tuple[Id, ...]


class Switch(Frame, frozen=True, kw_only=True):
    """How the rep's own switch stands, when another device of theirs has turned it."""

    available: bool


class Since(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    rep: Id
    since: Time


class Board(Frame, frozen=True, kw_only=True):
    """To leads: how many wait, and since when; how many talk; since when reps are as they are."""

    team: Id
    waiting: Count
    longest_since: Time
    talking: Count
    there_since: tuple[Since, ...] = ()


class Talk(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A session in which is talked since `since`, for leads. The customer, called `name`, is `gone`
    since then, or 0; `watched` are the leads who monitor, `monitoring` what the site wanted of that
    when the session opened. Its recording is paused since `unrecorded_since`, or not: 0."""

    session: Id
    team: Id
    issue: Id
    name: Name
    language: Id
    owner: Id
    joined: tuple[Id, ...]
    watched: tuple[Id, ...]
    since: Time
    gone: Time
    monitoring: MonitoringPolicy
    unrecorded_since: Time = 0


class Talks(Frame, frozen=True, kw_only=True):
    """To leads: the sessions of `team` in which is talked. `whole`: it replaces what you had."""

    team: Id
    whole: bool
    came: tuple[Talk, ...]
    went: tuple[Id, ...] = ()


class Canned(Frame, frozen=True, kw_only=True):
    """The canned messages stand at `version`: fetch them anew where you have an older one."""

    version: Count


class DirectProposed(Frame, frozen=True, kw_only=True):
    """To a customer: `rep`, who may see the screen, proposes a direct path. `key` verifies what the
    broker signs for it (Ed25519, hex), and `servers` help to find it."""

    session: Id
    path: Id
    rep: Id
    end: DirectEnd
    commitment: Fingerprint
    servers: Annotated[tuple[IceServer, ...], Meta(max_length=4)]
    key: Fingerprint


class DirectAnswered(Frame, frozen=True, kw_only=True):
    """To the reps of an account that proposed `path`: the customer's end of it, and its nonce."""

    session: Id
    path: Id
    end: DirectEnd
    nonce: Nonce


class DirectOver(Frame, frozen=True, kw_only=True):
    """To a customer: nothing goes directly to or from `rep` any more."""

    session: Id
    rep: Id


class Goodbye(Frame, frozen=True, kw_only=True):
    """The broker closes this link; come back unless `final`."""

    why: Literal["draining", "signed_out", "too_many"]
    final: bool = False


SIGNALS: tuple[type[Signal], ...] = tuple(Signal.__subclasses__())
FRAMES: tuple[type[Struct], ...] = (*Frame.__subclasses__(), Beat)

# `Union[...]` takes a tuple made at run time; `X | Y` cannot.
_up = msgspec.json.Decoder(Union[(*REQUESTS, *SIGNALS)])
_down = msgspec.json.Decoder(Union[FRAMES])  # noqa: UP007
_fact = msgspec.json.Decoder(Union[FACTS])  # noqa: UP007
_encoder = msgspec.json.Encoder()


def encode(message: Any) -> bytes:
    """Return `message` as compact JSON."""
    return _encoder.encode(message)


def decode_up(data: bytes | str) -> Request | Signal:
    """Read what a person sent; raise `msgspec.DecodeError` when it is no message of ours."""
    message: Request | Signal = _read(_up, data)
    return message


def decode_down(data: bytes | str) -> Frame | Beat:
    """Read what the broker sent; raise `msgspec.DecodeError` when it is no message of ours."""
    message: Frame | Beat = _read(_down, data)
    return message


def decode_fact(data: bytes | str) -> Fact:
    """Read one stored fact; raise `msgspec.DecodeError` when it is none."""
    fact: Fact = _read(_fact, data)
    return fact


def _read(decoder: msgspec.json.Decoder[Any], data: bytes | str) -> Any:
    try:
        return decoder.decode(data)
    # What is not UTF-8, or nested deeper than the stack, msgspec itself reports otherwise.
    except (UnicodeError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from error
