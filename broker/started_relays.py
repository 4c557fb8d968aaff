"""The relays that a server starts: on which ports, and where people and brokers reach them."""

import socket
from collections.abc import Sequence

from yarl import URL

from broker.config import Config
from broker.network import is_everywhere, lan_addresses
from broker.relay.keeper import Kept, keep
from broker.relay.keys import open_keys
from broker.relay_places import RelayAt
from broker.running import BACKLOG
from broker.tls import Tls


def start_relays(
    config: Config, tls: Tls | None, server: socket.socket, *, anywhere: bool = False
) -> tuple[Kept, Sequence[RelayAt]]:
    """Start the relays of `config`, on the next ports or `anywhere` that is free.

    Call it before there is a loop or a thread; relays and keeper let go of the `server`'s socket.
    """
    keys = open_keys(config.data_folder)
    sockets = [_free(config, 0 if anywhere else config.port + n) for n in _numbers(config)]
    ports = [
        each.getsockname()[1] if each else config.port + n
        for n, each in zip(_numbers(config), sockets, strict=True)
    ]

    def again(number: int) -> socket.socket:
        return _listen(config, ports[number - 1])

    def run(listening: socket.socket, keeper: int) -> None:
        # Only a relay needs it, and starting the server is quick.
        from broker.relay.process import run_relay  # noqa: PLC0415

        run_relay(listening, config, tls, keys, keeper)

    kept = keep(sockets, again, run, [server])
    relays = [
        RelayAt(address=config.relay_address(number, port), orders=_orders(config, port))
        for number, port in zip(_numbers(config), ports, strict=True)
    ]
    return kept, relays


def _numbers(config: Config) -> range:
    return range(1, config.relays + 1)


def _free(config: Config, port: int) -> socket.socket | None:
    try:
        return _listen(config, port)
    except OSError:
        return None


def _listen(config: Config, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    return socket.create_server((config.host, port), family=family, backlog=BACKLOG)


def _orders(config: Config, port: int) -> str:
    """Return where this broker and others on the network reach a relay, past every proxy."""
    host = config.host
    if is_everywhere(host):
        host = next(iter(lan_addresses()), "127.0.0.1")
    scheme = "ws" if config.scheme == "http" else "wss"
    return str(URL.build(scheme=scheme, host=host, port=port, path="/v1/orders"))
