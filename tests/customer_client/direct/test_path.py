"""What a rep may do on a direct path: what the broker has signed for these two ends, and not longer."""

import asyncio
import secrets
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from random import Random
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from customer_client.direct import path
from customer_client.direct.lines import Lines
from customer_client.direct.path import DirectPath
from customer_client.direct.peer import Peer
from customer_client.screen.camera import Closed, Emit, Opened, Told
from customer_client.screen.control import Control
from protocol import messages as m
from protocol import picture as p
from protocol.direct import (
    INPUT,
    PICTURE,
    Allow,
    AnyControl,
    Capability,
    Ping,
    Reveal,
    Take,
    Verified,
    commitment,
    pieces,
    short_code,
)
from protocol.fields import Tool
from protocol.picture_bytes import encode
from protocol.tokens import signed
from tests.customer_client.screen.screens import xvfb
from tests.customer_client.screen.test_control import Program
from tests.waiting import until

KEY = Ed25519PrivateKey.generate()
STRANGER = Ed25519PrivateKey.generate()
FORGERIES = 400
ALL_FORGERIES = 10_000
WHOLE = (p.Rectangle(0, 0, 800, 600),)
SCREEN = p.Geometry(width=800, height=600, sharing="screen", names=("",))


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take nobody for silent because the machine is slow."""
    monkeypatch.setattr(path, "SILENT_SECONDS", 60.0)


class Called:
    """A rep's end, the customer's it has called, and what the customer's machine was told."""

    def __init__(self, hears: Callable[[Told], None] | None = None) -> None:
        self.hears: list[tuple[int, bytes | str]] = []
        self.told: list[Told] = []
        self.relayed: list[bytes] = []
        self.allowed: set[Tool] = {"view", "control", "clipboard"}
        self.rep = Peer([], lambda *what: self.hears.append(what), lambda: None, calls=True)
        self._tell = hears
        self.lines = Lines(self._told)
        self.nonce = secrets.token_hex(16)
        self.answer: m.AnswerDirect | None = None
        self.sequences = {PICTURE: 0, INPUT: 0}
        self.said_at = self.now()
        self.path: DirectPath

    def _told(self, said: Told) -> None:
        self.told.append(said)
        if self._tell:
            self._tell(said)

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    def may(self, rep: str, tool: Tool) -> bool:
        return rep == "r1" and tool in self.allowed

    def token(self, key: Ed25519PrivateKey = KEY, **changes: object) -> str:
        assert self.answer
        self.said_at += 1
        said = Capability(
            session="s1",
            rep="r1",
            viewer=self.rep.fingerprint,
            sharer=self.answer.end.fingerprint,
            at=self.said_at,
            until=self.now() + 10_000,
            tools=("view", "control", "clipboard"),
        )
        return signed(replace(said, **changes), key)

    def say(self, said: AnyControl, channel: int = INPUT) -> None:
        self.rep.send(channel, msgspec.json.encode(said).decode())

    def do(self, body: p.Body, channel: int = INPUT, **fields: Any) -> None:
        self.sequences[channel] += 1
        message = p.Message(
            **({"stream": 7, "sequence": self.sequences[channel], "time": 0} | fields), body=body
        )
        for piece in pieces(encode(message), 65_536):
            self.rep.send(channel, piece)

    @property
    def emit(self) -> Emit:
        return next(each.emit for each in reversed(self.told) if isinstance(each, Opened))

    def shows(self) -> None:
        self.emit(encode(p.Message(stream=7, sequence=1, time=0, body=SCREEN, rectangles=WHOLE)))

    def of(self, kind: type[p.Body] | type[Closed] | type[Opened]) -> list[Told]:
        return [each for each in self.told if isinstance(each, kind)]

    async def settled(self) -> None:
        """Wait until the customer's end has taken in all that was sent before."""
        number = secrets.randbits(32)
        self.say(Ping(number=number))
        await until(lambda: any(f'"number":{number},' in str(each) for _, each in self.hears))


@contextmanager
def hands(display: str) -> Iterator[Callable[[Told], None]]:
    """What puts in what a customer's end hears, at `display`, whatever it may."""
    control = Control(lambda _: True, lambda _: None, display)
    thread = threading.Thread(target=control.run)
    thread.start()
    try:
        yield lambda said: control.tell(said) if isinstance(said, p.Key) else None
    finally:
        control.stop()
        thread.join()


@asynccontextmanager
async def called(
    *, allow: bool = True, hears: Callable[[Told], None] | None = None
) -> AsyncIterator[Called]:
    """A path that both have met on, on which the picture goes if the rep is to be allowed."""
    it = Called(hears)
    it.lines.relay(Opened(it.relayed.append))
    it.lines.relay(p.Watched(viewers=1, recorded=False))
    end = await it.rep.gather()
    proposed = m.DirectProposed(
        session="s1",
        path="p1",
        rep="r1",
        end=end,
        commitment=commitment(it.nonce, end.fingerprint),
        servers=(),
        key=KEY.public_key().public_bytes_raw().hex(),
    )
    it.path = DirectPath(proposed, lines=it.lines, may=it.may, now=it.now)

    async def answer(said: m.AnswerDirect) -> None:
        it.answer = said

    async with asyncio.TaskGroup() as group:
        task = group.create_task(it.path.run(answer))
        await until(lambda: it.answer)
        assert it.answer
        await it.rep.meet(it.answer.end)
        if allow:
            it.say(Allow(token=it.token()))
            it.say(Take(), PICTURE)
            await until(lambda: it.lines.direct)
            it.lines.relay(p.ReleaseAll())
            it.shows()
        try:
            yield it
        finally:
            task.cancel()
            await it.rep.close()


async def test_what_is_put_in_directly_arrives_after_what_came_over_the_relay() -> None:
    async with called() as it:
        it.do(p.Pointer(x=1, y=1, buttons=0))
        await until(lambda: it.of(p.Pointer))
        assert it.of(p.ReleaseAll) == []  # it only marked the end of what came over the relay


async def test_input_waits_for_what_is_still_on_its_way_over_the_relay() -> None:
    async with called(allow=False) as it:
        it.say(Allow(token=it.token()))
        it.say(Take(), PICTURE)
        await until(lambda: it.lines.direct)
        it.shows()
        it.do(p.Key(code="KeyB", key="b", down=True))
        await it.settled()
        assert not it.of(p.Key)
        it.lines.relay(p.Key(code="KeyA", key="a", down=True))
        it.lines.relay(p.ReleaseAll())
        assert [each.code for each in it.of(p.Key)] == ["KeyA", "KeyB"]  # type: ignore[union-attr]


async def forgeries(it: Called, count: int) -> None:
    """Try `count` times to press a key without the right to; each would be let in if what is wrong with it
    were not looked at."""
    old = it.token()
    kinds: list[Callable[[], str]] = [
        lambda: it.token(STRANGER),
        lambda: it.token(session="s2"),
        lambda: it.token(rep="r2"),
        lambda: it.token(viewer=secrets.token_hex(32)),
        lambda: it.token(sharer=secrets.token_hex(32)),
        lambda: it.token(until=it.now() - 1),
        lambda: it.token(until=it.now() + 3_600_000),
        lambda: it.token()[:-8] + "AAAAAAAA",
        lambda: old,
        lambda: "",
        lambda: "x.y",
    ]
    random = Random(9)
    for number in range(count):
        # As many within a second as a path takes.
        if number % 50 == 0:
            it.say(Allow(token=it.token(tools=("view",))))
            await it.settled()
            it.path._rate = type(it.path._rate)()
        it.say(Allow(token=random.choice(kinds)()))
        it.do(p.Key(code="KeyX", key="x", down=bool(number % 2)))


@pytest.mark.parametrize("count", [FORGERIES, pytest.param(ALL_FORGERIES, marks=pytest.mark.long)])
async def test_nothing_forged_stale_replayed_or_foreign_is_let_in(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with xvfb() as display, closing(Program(display)) as program, hands(display) as tell:
        # pynput looks there when it is loaded.
        monkeypatch.setenv("DISPLAY", display)
        async with called(hears=tell) as it:
            await forgeries(it, count)
            await it.settled()
            assert not it.of(p.Key)
            assert it.lines.direct is it.path
            # Who is allowed to gets in, and after all that was kept out.
            it.path._rate = type(it.path._rate)()
            it.say(Allow(token=it.token()))
            it.do(p.Key(code="KeyA", key="a", down=True))
            it.do(p.Key(code="KeyA", key="a", down=False))
            await until(lambda: program.has("down a", "up a"))
            assert not [each for each in program.seen if "x" in each]


async def test_a_message_that_was_sent_before_ends_the_path() -> None:
    async with called() as it:
        it.do(p.Key(code="KeyA", key="a", down=True))
        await until(lambda: it.of(p.Key))
        it.do(p.Key(code="KeyA", key="a", down=True), sequence=1)
        await until(lambda: not it.lines.direct)
        assert len(it.of(p.Key)) == 1


async def test_input_on_the_channel_of_the_picture_ends_the_path() -> None:
    async with called() as it:
        it.do(p.Key(code="KeyA", key="a", down=True), PICTURE)
        await until(lambda: not it.lines.direct)
        assert not it.of(p.Key)


async def test_what_the_customer_takes_back_ends_here_whatever_is_signed() -> None:
    async with called() as it:
        it.allowed.discard("control")
        it.say(Allow(token=it.token()))
        it.do(p.Key(code="KeyA", key="a", down=True))
        await it.settled()
        assert not it.of(p.Key)
        it.allowed.discard("view")
        await until(lambda: not it.lines.direct)


async def test_a_capability_that_nobody_renews_ends_it() -> None:
    async with called() as it:
        it.say(Allow(token=it.token(until=it.now() + 300)))
        await until(lambda: not it.lines.direct)


async def test_a_rep_who_falls_silent_is_served_by_the_relay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with called() as it:
        monkeypatch.setattr(path, "SILENT_SECONDS", 0.3)
        # Nothing is sent any more, and nothing closes: a line that is dead.
        await until(lambda: not it.lines.direct)
        assert isinstance(it.told[-2], Opened)
        assert it.told[-1] == p.Watched(viewers=1, recorded=False)


@pytest.mark.parametrize(
    "watched", [p.Watched(viewers=1, recorded=True), p.Watched(viewers=2, recorded=False)]
)
async def test_what_is_recorded_or_watched_by_two_goes_over_the_relay(watched: p.Watched) -> None:
    async with called() as it:
        it.lines.relay(watched)
        assert it.lines.direct is None
        assert it.told[-1] == watched
        it.say(Take(), PICTURE)
        await it.settled()
        assert it.lines.direct is None


async def test_the_relay_keeps_nothing_of_what_goes_directly() -> None:
    async with called(allow=False) as it:
        it.emit(encode(p.Message(stream=3, sequence=1, time=0, body=SCREEN, rectangles=WHOLE)))
        it.say(Allow(token=it.token()))
        it.say(Take(), PICTURE)
        await until(lambda: it.lines.direct)
        it.shows()
        it.do(p.Ack(received=10, drawn=1), PICTURE, stream=0)
        await until(lambda: len(it.relayed) == 2)
        assert it.of(p.Ack)


async def test_the_code_is_known_to_both_and_verified_by_both() -> None:
    async with called() as it:
        assert it.answer
        it.say(Reveal(nonce=it.nonce), PICTURE)
        await until(lambda: it.path.code)
        ends = (it.rep.fingerprint, it.answer.end.fingerprint)
        assert it.path.code == short_code(*ends, it.nonce, it.answer.nonce)
        it.say(Verified(), PICTURE)
        await it.settled()
        assert not it.path.is_verified
        it.path.verify()
        assert it.path.is_verified


async def test_who_reveals_something_else_than_they_committed_to_is_cut_off() -> None:
    async with called() as it:
        it.say(Reveal(nonce=secrets.token_hex(16)), PICTURE)
        await until(lambda: not it.lines.direct)
        assert not it.path.code
