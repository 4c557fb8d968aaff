"""The words in which the HTTP interface is told: a row of its table, a call, a refusal.

`routes.py` is the table, `gate.py` decides who gets past, `serving.py` turns rows into handlers.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Literal, TypeVar

from aiohttp import web
from msgspec import Struct, field

from broker.accounts import Account, Role
from protocol.state import Party

Who = Literal[
    "anyone", "ticket", "operator", "customer", "enrolling", "rep", "lead", "admin", "compliance"
]
"""`ticket` is whoever shows one that is good, `operator` whoever may watch the server, `enrolling`
whoever is signed in and must set up a second factor before anything else."""

Method = Literal["GET", "POST", "HEAD", "PATCH", "DELETE", "OPTIONS"]

Rate = Literal["calls", "visitors", "passwords", "messages", "buttons"]
"""What an address may do only so often: `config.py` says how often."""

STAFF: tuple[Who, ...] = ("rep", "lead", "admin", "compliance")
EVERYBODY: tuple[Who, ...] = ("customer", *STAFF)
SIGNED_IN: tuple[Who, ...] = ("enrolling", *STAFF)

BODY_LIMIT = 64 * 1024

P = TypeVar("P")
A = TypeVar("A", bound=Struct)
R = TypeVar("R")


class Nothing(Struct, frozen=True):
    """Nothing is asked; or, as an answer, 204 and no body."""


class Caller(Struct, frozen=True, kw_only=True):
    """Who calls. Customers have no `account` and no `sign_in`, which was last confirmed with a
    password or passkey at `confirmed_at`."""

    role: Literal["customer", "enrolling"] | Role
    party: Party
    account: Account | None = None
    sign_in: str = ""
    confirmed_at: int = 0


class Cookie(Struct, frozen=True):
    """A cookie to set for `seconds`; 0 removes it."""

    name: str
    value: str
    seconds: int


class Call(Struct, kw_only=True):
    """One call. A handler adds to `cookies` and `headers` what goes back with the answer."""

    request: web.Request
    caller: Caller | None
    cookies: list[Cookie] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def known(self) -> Caller:
        """Who calls, where the table lets nobody else in."""
        assert self.caller is not None
        return self.caller

    @property
    def own(self) -> Account:
        """Whose account it is, where the table lets in only who is signed in."""
        assert self.known.account is not None
        return self.known.account


class CallRefused(Exception):
    """A call is answered with `status`, and `error` and `message` as JSON."""

    def __init__(self, status: int, error: str, message: str, **headers: str) -> None:
        super().__init__(status, error)
        self.status = status
        self.error = error
        self.message = message
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Problem(Struct, frozen=True, kw_only=True):
    """Every answer that is not a success: a word for programs, a sentence for people."""

    error: str
    message: str


class Route(Struct, frozen=True, kw_only=True):
    """A row of the table.

    What is `asked` comes from the path and query of a GET and the body of a POST. `guarded` rows
    touch the cookie although anyone may call them. `sends` is the kind of a body that is not JSON and
    that the handler reads itself. `fresh` ones want the password first, if it was not shown for a
    while.
    """

    method: Method
    path: str
    may: frozenset[Who]
    does: Callable[[Any, Call, Any], Awaitable[Any]]
    asks: type[Struct]
    answers: type
    rate: Rate
    guarded: bool
    sends: str
    fresh: bool

    @property
    def says(self) -> str:
        """What the call does, in a sentence."""
        return (self.does.__doc__ or "").partition("\n")[0]


def row(  # noqa: PLR0913 - one for each column of the table
    method: Method,
    path: str,
    may: Iterable[Who],
    does: Callable[[P, Call, A], Awaitable[R]],
    asks: type[A],
    answers: type[R],
    *,
    rate: Rate = "calls",
    guarded: bool = False,
    sends: str = "",
    fresh: bool = False,
) -> Route:
    """Make a row; the type checker compares `does` with what it says it asks and answers."""
    return Route(
        method=method,
        path=path,
        may=frozenset(may),
        does=does,
        asks=asks,
        answers=answers,
        rate=rate,
        guarded=guarded,
        sends=sends,
        fresh=fresh,
    )
