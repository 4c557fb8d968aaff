"""Which addresses mean this machine, and which it has that others in the local network can use."""

import ipaddress
import socket

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# From the ranges for documentation (RFC 5737, RFC 3849). Connecting a UDP socket sends nothing; it
# only asks the system which of our addresses it would use.
FAR_AWAY = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def is_loopback(host: str) -> bool:
    """Say whether `host`, a name or an address, can only mean this very machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_everywhere(host: str) -> bool:
    """Say whether listening on `host` means on every address of this machine."""
    return host in {"", "0.0.0.0", "::"}  # noqa: S104 - it is compared, not listened on


def lan_addresses() -> list[str]:
    """Return the addresses by which the local network reaches this machine, the best one first."""
    found: list[str] = []
    for family, far_away in FAR_AWAY:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((far_away, 9))
                found.append(probe.getsockname()[0])
        except OSError:
            continue
    try:
        resolved = socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM)
        found += [str(entry[4][0]) for entry in resolved]
    except OSError:
        pass
    return list(dict.fromkeys(address for address in found if _is_of_use(address)))


def _is_of_use(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    return not (parsed.is_loopback or parsed.is_link_local or parsed.is_unspecified)
