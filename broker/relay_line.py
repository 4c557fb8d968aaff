"""A broker's socket to one relay: orders go out on it, reports come in. It is opened again for ever."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Final

import aiohttp
import msgspec
import structlog
from msgspec.structs import replace

from broker.relay.orders import (
    Allow,
    Done,
    Finish,
    Gone,
    Hello,
    Paused,
    Refused,
    Settled,
    Stored,
    read_report,
)
from broker.relay_places import RelayAt
from broker.tls import Tls
from protocol.fields import Id

Socket = aiohttp.ClientWebSocketResponse[bool]
Heard = Callable[[Stored | Done | Gone], Awaitable[Settled | None]]

log = structlog.get_logger()

FIRST_SECONDS: Final = 0.1
LONGEST_SECONDS: Final = 2.0

ANSWER_SECONDS: Final = 2.0
"""A relay that takes or says nothing for so long is not there."""

BEAT_SECONDS: Final = 4.0

RENEW_SECONDS: Final = 3.0
"""Well within the time for which input is allowed."""


class RelayLine:
    """`stirred` is called when the line opens or closes, or a picture pauses or goes on.

    `heard` is given what the relay says of recordings, and returns what to answer. `life` names this
    life of the relay, empty before it was there.

    `told` is when (s) the relay was last told of a session, and what, but for the spans of time; `paused`
    are the sessions that it cannot show for now, none where it tells that to another broker.
    """

    def __init__(
        self,
        relay: RelayAt,
        secret: str,
        http: aiohttp.ClientSession,
        tls: Tls | None,
        stirred: Callable[[], None],
        heard: Heard,
    ) -> None:
        self.relay = relay
        self.told: dict[Id, tuple[Allow | None, float]] = {}
        self.paused: set[Id] | None = None
        self._secret = secret
        self._http = http
        self._tls = tls
        self._stirred = stirred
        self._heard = heard
        self.life: Id = ""
        self._ws: Socket | None = None

    @property
    def is_open(self) -> bool:
        """Say whether the relay is there."""
        return self._ws is not None and not self._ws.closed

    async def send(self, order: Allow | Settled | Finish) -> bool:
        """Give an order; say whether the relay was there."""
        ws = self._ws
        if ws is None or ws.closed:
            return False
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await ws.send_str(msgspec.json.encode(order).decode())
        except (OSError, TimeoutError, aiohttp.ClientError):
            await self._give_up(ws)
            return False
        return True

    async def say(self, order: Allow) -> None:
        """Say what is allowed; nothing happens where the relay is not there."""
        if not await self.send(order):
            return
        if order.sharer:
            self.told[order.session] = (_without_spans(order), time.monotonic())
        else:
            self.told.pop(order.session, None)

    def is_due(self, order: Allow) -> bool:
        """Say whether `order` is news to the relay, or it is time to repeat it."""
        told, at = self.told.get(order.session, (None, 0.0))
        return told != _without_spans(order) or time.monotonic() - at >= RENEW_SECONDS

    async def run(self) -> None:
        """Keep the line open, for ever."""
        wait = FIRST_SECONDS
        while True:
            try:
                async with await self._opened() as ws:
                    await self._greeted(ws)
                    wait = FIRST_SECONDS
                    await self._listen(ws)
            except (OSError, TimeoutError, aiohttp.ClientError, msgspec.DecodeError) as fault:
                log.info("relay_away", relay=self.relay.orders, fault=type(fault).__name__)
            finally:
                self._closed()
            await asyncio.sleep(wait * random.uniform(0.5, 1))  # noqa: S311 - not a secret
            wait = min(2 * wait, LONGEST_SECONDS)

    async def _opened(self) -> Socket:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await self._http.ws_connect(
                self.relay.orders,
                headers={"Authorization": f"Bearer {self._secret}"},
                heartbeat=BEAT_SECONDS,
                ssl=self._tls.pinned() if self._tls else True,
            )

    async def _greeted(self, ws: Socket) -> None:
        hello = read_report(str((await ws.receive(timeout=ANSWER_SECONDS)).data))
        if not isinstance(hello, Hello):
            raise msgspec.DecodeError("a relay says hello first")
        self.told = dict.fromkeys(hello.sessions, (None, 0.0))
        self._hear_of_pauses(hello)
        self.life = hello.relay
        self._ws = ws
        log.info("relay_there", relay=self.relay.orders)
        self._stirred()

    async def _listen(self, ws: Socket) -> None:
        async for message in ws:
            if message.type is not aiohttp.WSMsgType.TEXT:
                return  # a relay that was silent for too long, or speaks otherwise
            said = read_report(message.data)
            if isinstance(said, Refused):
                log.warning("picture_refused", session=said.session, why=said.why)
                continue
            if isinstance(said, Stored | Done | Gone):
                if answer := await self._heard(said):
                    await self.send(answer)
                continue
            if isinstance(said, Hello):
                self._hear_of_pauses(said)
            elif self.paused is not None:
                (self.paused.add if isinstance(said, Paused) else self.paused.discard)(said.session)
            self._stirred()

    def _hear_of_pauses(self, hello: Hello) -> None:
        self.paused = None if hello.paused is None else set(hello.paused)

    async def _give_up(self, ws: Socket) -> None:
        self._closed()
        await ws.close()

    def _closed(self) -> None:
        if self._ws is not None:
            self._ws = None
            self._stirred()


def _without_spans(order: Allow) -> Allow:
    viewers = {seat: dict.fromkeys(tools, 0) for seat, tools in order.viewers.items()}
    return replace(order, viewers=viewers, now=0)
