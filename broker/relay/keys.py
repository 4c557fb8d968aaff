"""What brokers and relays of one site have in common: one random seed in a file of the data folder.

The key that signs leases and the secret that brokers show to relays are made from it. Whoever removes
the file and starts the server again has new ones; sessions go on, and clients fetch new leases.
"""

import hashlib
import secrets
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from broker.sealing import make_once

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FILE = "relay.key"
SEED_BYTES = 32


class Keys:
    """Made from `seed`."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed

    @cached_property
    def signing(self) -> "Ed25519PrivateKey":
        """The key that signs leases; relays know its public half."""
        # Loaded when it is first needed: `cryptography` takes a tenth of the start.
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415

        return ed25519.Ed25519PrivateKey.from_private_bytes(self._derived("leases"))

    @cached_property
    def capabilities(self) -> "Ed25519PrivateKey":
        """The key that signs what may be done on direct paths."""
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - as above

        return ed25519.Ed25519PrivateKey.from_private_bytes(self._derived("capabilities"))

    @property
    def secret(self) -> str:
        """What a broker shows to a relay."""
        return self._derived("orders").hex()

    def _derived(self, purpose: str) -> bytes:
        return hashlib.blake2b(self._seed, digest_size=32, person=purpose.encode()).digest()


def open_keys(folder: Path) -> Keys:
    """Return the keys kept in `folder`, made when they are first needed."""
    path = folder / FILE
    if not path.exists():
        make_once(path, secrets.token_hex(SEED_BYTES).encode() + b"\n")
    return Keys(bytes.fromhex(path.read_text().strip()))
