"""One end of a direct path. The only module that knows aiortc, and what it has to be guarded from.

No session description is written or read: the two ends tell each other an `DirectEnd`, and everything else
is fixed here. Both channels are there from the beginning (`negotiated`), so none can be asked for.

The library's private names used here are those of aiortc 1.16 and aioice 0.13; the tests of the guard
fail when an update moves them.
"""

import asyncio
import ipaddress
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from aioice import ice
from aiortc import RTCCertificate, RTCDataChannel, RTCDataChannelParameters
from aiortc.rtcconfiguration import RTCIceTransportPolicy
from aiortc.rtcdtlstransport import (
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    SRTPProtectionProfile,
)
from aiortc.rtcicetransport import (
    RTCIceCandidate,
    RTCIceGatherer,
    RTCIceParameters,
    RTCIceTransport,
)
from aiortc.rtcsctptransport import DataChunk, RTCSctpCapabilities, RTCSctpTransport
from OpenSSL import SSL

from customer_client.direct.guard import is_endless, lets_in
from protocol.direct import INPUT, MOST_TAKEN, PICTURE, DirectEnd, IceCandidate, IceServer

CONNECT_SECONDS: Final = 15.0
CLOSE_SECONDS: Final = 2.0
SCTP_PORT: Final = 5000
CHANNELS: Final = (PICTURE, INPUT)
MOST_CANDIDATES: Final = 16

WINDOW_BYTES: Final = 1024 * 1024
"""What the library offers to take at first."""

CIPHERS: Final = b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305"
"""The library would also take suites in CBC mode."""

STUN_PORT: Final = 3478
SERVER: Final = re.compile(
    r"(?P<kind>stun|turn):(?P<host>\[[0-9a-fA-F:.]+\]|[^\[\]:?]+)(:(?P<port>\d{1,5}))?"
    r"(\?transport=(?P<transport>udp|tcp))?"
)
"""RFC 7064 §3.1 and RFC 7065 §3.1, without TLS: what goes on the path is encrypted in itself."""

Heard = Callable[[int, bytes | str], None]
"""Is told the channel, and a piece or a control that came on it."""


class NotReached(Exception):
    """The other end cannot be reached directly."""


class _Stun(ice.StunProtocol):
    """One socket of ours, with a guard in front of it."""

    def datagram_received(self, data: bytes | str, addr: tuple[Any, ...]) -> None:
        assert isinstance(data, bytes)
        is_server = self.receiver.ice_controlling
        if lets_in(data, (addr[0], addr[1]), self._pairs(), is_server=is_server):
            super().datagram_received(data, addr)

    def _pairs(self) -> set[tuple[str, int]]:
        hopeful = (ice.CandidatePair.State.IN_PROGRESS, ice.CandidatePair.State.SUCCEEDED)
        pairs = [*self.receiver._nominated.values()]  # noqa: SLF001 - nothing public tells it
        pairs += [pair for pair in self.receiver._check_list if pair.state in hopeful]  # noqa: SLF001
        return {pair.remote_addr for pair in pairs if pair.protocol is self}


# The library makes its sockets itself, by this name.
ice.StunProtocol = _Stun  # type: ignore[misc]


class _Certificate(RTCCertificate):
    """A certificate for one connection, made by chance."""

    def _create_ssl_context(self, srtp_profiles: list[SRTPProtectionProfile]) -> SSL.Context:
        context = super()._create_ssl_context(srtp_profiles)
        context.set_cipher_list(CIPHERS)
        return context


class _Dtls(RTCDtlsTransport):
    """DTLS for data only."""

    def _setup_srtp(self) -> None:
        """Agree on no media: without keys for it the library drops all of it unread."""


class _Sctp(RTCSctpTransport):
    """Data channels with bounded memory."""

    async def _receive_data_chunk(self, chunk: DataChunk) -> None:
        if chunk.stream_id not in CHANNELS:
            await self._abort()
            self._set_state(self.State.CLOSED)
            return
        await super()._receive_data_chunk(chunk)
        # The library counts down what it offers to take, and looks at it no more.
        unread = WINDOW_BYTES - self._advertised_rwnd
        fragments = sum(len(stream.reassembly) for stream in self._inbound_streams.values())
        if is_endless(unread, fragments):
            await self._abort()
            self._set_state(self.State.CLOSED)


class Peer:
    """An end that `calls`, or is called. `heard` is told what comes, `ended` once that nothing will.

    First `gather`, then tell the other end, then `meet` it. Always `close`.
    """

    def __init__(
        self,
        servers: Sequence[IceServer],
        heard: Heard,
        ended: Callable[[], None],
        *,
        calls: bool = False,
        relay_only: bool = False,
    ) -> None:
        policy = RTCIceTransportPolicy.RELAY if relay_only else RTCIceTransportPolicy.ALL
        self._gatherer = RTCIceGatherer([], policy)
        for each in servers:
            _ask(self._gatherer._connection, each)  # noqa: SLF001 - its own URLs know no IPv6
        self._ice = RTCIceTransport(self._gatherer)
        self._ice._connection.ice_controlling = calls  # noqa: SLF001 - else it is guessed
        self._dtls = _Dtls(self._ice, [_Certificate.generateCertificate()])
        # Whoever calls is the server, as with a browser that offers both.
        self._dtls._set_role("server" if calls else "client")  # noqa: SLF001 - as above
        self._sctp = _Sctp(self._dtls, SCTP_PORT)
        self._channels = {
            number: RTCDataChannel(
                self._sctp,
                RTCDataChannelParameters(label=str(number), negotiated=True, id=number),
            )
            for number in CHANNELS
        }
        self._gathering: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._ended = ended
        self._has_ended = False
        self._is_open = asyncio.Event()
        for number, channel in self._channels.items():
            self._attend(number, channel, heard)

    def _attend(self, number: int, channel: RTCDataChannel, heard: Heard) -> None:
        channel.on("message", lambda data: heard(number, data))
        channel.on("open", self._is_open.set)
        channel.on("close", self._end)

    def _end(self) -> None:
        self._is_open.set()  # nobody waits for what will not come
        if not self._has_ended:
            self._has_ended = True
            self._ended()

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of our certificate, in hex."""
        for each in self._dtls.getLocalParameters().fingerprints:
            if each.algorithm == "sha-256":
                return each.value.replace(":", "").lower()
        raise AssertionError("every certificate has one")

    async def gather(self) -> DirectEnd:
        """Find out where we can be reached; takes 5 s where a server does not answer."""
        # It forgets the sockets that it has just opened where it is cancelled: `close` lets it finish.
        self._gathering = asyncio.get_running_loop().create_task(self._gatherer.gather())
        await asyncio.shield(self._gathering)
        words = self._gatherer.getLocalParameters()
        return DirectEnd(
            fingerprint=self.fingerprint,
            username=words.usernameFragment or "",
            password=words.password or "",
            candidates=tuple(
                IceCandidate(
                    foundation=each.foundation,
                    priority=each.priority,
                    address=each.ip,
                    port=each.port,
                    kind=each.type,  # type: ignore[arg-type]
                )
                for each in self._gatherer.getLocalCandidates()[:MOST_CANDIDATES]
            ),
            most=MOST_TAKEN,
        )

    async def meet(self, other: DirectEnd) -> None:
        """Connect to `other`, and to nobody who cannot show its certificate; else `NotReached`."""
        value = ":".join(other.fingerprint[at : at + 2] for at in range(0, 64, 2))
        expected = RTCDtlsParameters([RTCDtlsFingerprint("sha-256", value)])
        try:
            async with asyncio.timeout(CONNECT_SECONDS), asyncio.TaskGroup() as group:
                # Names of a network take a while to look up, if at all, and browsers name no
                # addresses. We never say that there are no more: the library would give up before
                # the other end's own checks have shown where it is.
                for candidate in other.candidates[:MOST_CANDIDATES]:
                    if _is_usable(candidate):
                        group.create_task(self._ice.addRemoteCandidate(_ice_candidate(candidate)))
                await self._ice.start(RTCIceParameters(other.username, other.password))
                if self._ice.state == "completed":
                    await self._dtls.start(expected)
                if self._dtls.state == "connected":
                    self._dtls.on("statechange", self._watch)
                    await self._sctp.start(RTCSctpCapabilities(other.most), SCTP_PORT)
                    await self._is_open.wait()
        except* (TimeoutError, ConnectionError):
            raise NotReached from None
        if self._channels[PICTURE].readyState != "open":
            raise NotReached

    def _watch(self) -> None:
        if self._dtls.state in ("closed", "failed"):
            self._end()

    @property
    def is_open(self) -> bool:
        """Say whether anything can be sent."""
        return not self._has_ended and self._channels[PICTURE].readyState == "open"

    def send(self, channel: int, data: bytes | str) -> None:
        """Send a piece or a control; nothing happens where the path has ended."""
        if self.is_open:
            self._channels[channel].send(data)

    async def close(self) -> None:
        """Let go of everything; the other end notices. Who is cancelled meanwhile waits for it first."""
        # The library forgets the sockets that it has not closed yet where it is cancelled.
        if not self._closing:
            self._closing = asyncio.get_running_loop().create_task(self._close())
        try:
            await asyncio.shield(self._closing)
        except asyncio.CancelledError:
            await asyncio.wait([self._closing])
            raise

    async def _close(self) -> None:
        self._has_ended = True
        self._dtls.remove_all_listeners()
        if self._gathering:
            await asyncio.wait([self._gathering])
        with suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._sctp.stop()
                await self._dtls.stop()
        await self._ice.stop()


def _ask(connection: ice.Connection, server: IceServer) -> None:
    """Let `connection` ask `server` where it can be reached; one that it could not ask helps nobody."""
    if not (named := SERVER.fullmatch(server.url)):
        return
    host, kind = named["host"].strip("[]"), named["kind"]
    at = (host, int(named["port"] or STUN_PORT))
    if kind == "stun":
        connection.stun_server = at
    else:
        connection.turn_server = at
        connection.turn_transport = named["transport"] or "udp"
        connection.turn_username = server.username
        connection.turn_password = server.password


def _is_usable(candidate: IceCandidate) -> bool:
    """Say whether its address is one, or a name for one that only its own network knows."""
    if candidate.address.endswith(".local"):
        return True
    try:
        return not ipaddress.ip_address(candidate.address).is_loopback
    except ValueError:
        return False


def _ice_candidate(candidate: IceCandidate) -> RTCIceCandidate:
    return RTCIceCandidate(
        component=1,
        foundation=candidate.foundation,
        ip=candidate.address,
        port=candidate.port,
        priority=candidate.priority,
        protocol="udp",
        type=candidate.kind,
    )
