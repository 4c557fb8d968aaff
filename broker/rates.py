"""How often one address may call: buckets in memory, one for each kind of call and address.

A bucket is a single time, the moment at which it would be full again (the generic cell rate
algorithm of ATM Forum TM 4.0 §4.4.2), so a crowd of addresses costs little.
"""

import ipaddress
import math
from collections.abc import Callable, Mapping, Sequence

from broker.network import Network, is_loopback

MOST_BUCKETS = 50_000
LOOPBACK_FACTOR = 100
"""This very machine may call more often: tests do, and so does a proxy nobody has told us of."""


class TooOften(Exception):
    """The address has to wait for `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Rates:
    """One per broker. `limits` are calls a minute by kind; `clock` counts seconds."""

    def __init__(self, limits: Mapping[str, int], clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._full_at: dict[tuple[str, str], float] = {}

    def take(self, kind: str, address: str) -> None:
        """Count one call of `kind` from `address`, or raise `TooOften`."""
        key = (kind, _neighbourhood(address))
        factor = LOOPBACK_FACTOR if is_loopback(address) else 1
        each = 60 / (self._limits[kind] * factor)
        now = self._clock()
        full_at = max(self._full_at.get(key, now), now) + each
        if full_at - now > 60:
            raise TooOften(math.ceil(full_at - now - 60))
        self._full_at.pop(key, None)  # so that the longest unused stand first
        self._full_at[key] = full_at
        if len(self._full_at) > MOST_BUCKETS:
            del self._full_at[next(iter(self._full_at))]


def _neighbourhood(address: str) -> str:
    """Return the network that one customer of a provider has: for IPv6 that is a /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)


def address_of(peer: str, forwarded_for: Sequence[str], proxies: Sequence[Network]) -> str:
    """Return who really called when `peer` connected, given its `X-Forwarded-For` headers.

    Each proxy adds at the end whom it heard, so the last one that is no proxy of ours is true.
    """
    named = [part.strip() for header in forwarded_for for part in header.split(",")]
    address = peer
    while named and _is_in(address, proxies):
        address = named.pop()
    return address


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)
