"""Seals the pieces of files.

The customer's files and the reps' each have a key of 32 bytes in every session, stored wrapped by
the site's key and nowhere else: who destroys it has made the files unreadable at once. Each file has
a key made from that one and its id (HKDF, RFC 5869), and a piece is bound to its place in the file
(AES-256-GCM, NIST SP 800-38D), so it opens nowhere else. The nonce is drawn; a file has thousands of
pieces, not the 2³² for which that would be too few bits.
"""

import secrets

from recordings.seal import KEY_BYTES, SealBroken

NONCE_BYTES = 12
TAG_BYTES = 16


class PieceSeal:
    """Seals and opens the pieces of the file called `file`, whose side's key is `key`."""

    def __init__(self, key: bytes, file: str) -> None:
        # Loaded when it is first needed: it takes a tenth of a server's start.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

        self._file = file
        info = b"deskside file 1 " + file.encode()
        self._cipher = AESGCM(HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(key))

    def seal(self, start: int, content: bytes) -> bytearray:
        """Return `content`, which stands at `start`, sealed."""
        sealed = bytearray(NONCE_BYTES + len(content) + TAG_BYTES)
        room = memoryview(sealed)
        room[:NONCE_BYTES] = nonce = secrets.token_bytes(NONCE_BYTES)
        self._cipher.encrypt_into(nonce, content, _bound(start), room[NONCE_BYTES:])
        return sealed

    def open(self, start: int, sealed: bytes | memoryview) -> bytes:
        """Return what stands at `start`, or raise `SealBroken`."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above

        try:
            nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
            return self._cipher.decrypt(nonce, body, _bound(start))
        except (InvalidTag, ValueError):
            raise SealBroken(f"file {self._file}, byte {start}") from None


def _bound(start: int) -> bytes:
    return start.to_bytes(8, "big")
