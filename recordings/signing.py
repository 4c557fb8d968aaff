"""The site's signature (Ed25519, RFC 8032) under manifests and ledger heads.

What is signed begins with a word that says what it is, so that no signature stands for anything else.
"""

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MANIFEST = b"deskside manifest 1\n"
HEAD = b"deskside ledger head 1\n"
TOMBSTONE = b"deskside tombstone 1\n"


def sign(what: bytes, data: bytes, key: "Ed25519PrivateKey") -> str:
    """Return the signature under `data`, in hex; `what` is one of the words above."""
    return key.sign(what + data).hex()


def is_signed(what: bytes, data: bytes, signature: str, signer: str) -> bool:
    """Say whether `signature` is that of `signer` (a public key in hex) under `data`."""
    # Loaded when it is first needed: it takes a tenth of a server's start.
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
        Ed25519PublicKey,
    )

    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signer))
        signed = bytes.fromhex(signature)
        key.verify(signed, what + data)
    except (InvalidSignature, ValueError):
        return False
    # One way only to write it: not in capitals, not with spaces.
    return signed.hex() == signature


def signer_of(key: "Ed25519PrivateKey") -> str:
    """Return the public key of `key`, in hex."""
    return key.public_key().public_bytes_raw().hex()


def fingerprint(signer: str) -> str:
    """Return what people compare: SHA-256 of the public key `signer`, in hex."""
    return hashlib.sha256(bytes.fromhex(signer)).hexdigest()


def bare(words: str) -> str:
    """Return a fingerprint as people write it, with colons or spaces, without them."""
    return "".join(words.replace(":", "").split()).lower()
