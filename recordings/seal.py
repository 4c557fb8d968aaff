"""Seals records and opens them.

Each segment has a key of its own, made from the recording's data key and the random id of whoever
writes (HKDF, RFC 5869): a second writer of the same segment, or the same writer after a restart, can
never repeat a nonce, which counts the records. What a record is bound to (segment and record header)
is authenticated with it (AES-256-GCM, NIST SP 800-38D), so it opens nowhere else.
"""

from typing import TYPE_CHECKING

from msgspec import Struct

from recordings.form import (
    PERSONAL,
    RECORD_HEADER_BYTES,
    Kind,
    Sealed,
    SegmentHeader,
    write_record_header,
    write_segment_header,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32


class SealBroken(Exception):
    """A record is not what was sealed, or the key is another; the text names the place."""


class DataKeys(Struct, frozen=True, repr_omit_defaults=True):
    """What a recording is sealed with, 32 bytes each: its pictures and facts, and personal words,
    which can be erased alone by destroying `words`. A key that was destroyed is empty.
    """

    media: bytes
    words: bytes

    def __repr__(self) -> str:
        return "DataKeys(…)"


class SegmentSeal:
    """Seals and opens the records of the segment that `header` begins."""

    def __init__(self, keys: DataKeys, header: SegmentHeader) -> None:
        self._bound = write_segment_header(header)
        self._number = header.number
        self._media = _cipher(keys.media, header, b"media")
        self._words = _cipher(keys.words, header, b"words")

    def seal(self, number: int, kind: Kind, time: int, payload: bytes, *, last: bool) -> bytes:
        """Return record `number` whole, header and all, as it is stored."""
        header = write_record_header(number, kind, last, time, len(payload))
        cipher = self._cipher_for(kind)
        return header + cipher.encrypt(_nonce(number), payload, self._bound + header)

    def open(self, record: Sealed) -> bytes:
        """Return the payload of `record`, or raise `SealBroken`."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as in `_cipher`

        size = len(record.body) - 16
        header = write_record_header(record.number, record.kind, record.last, record.time, size)
        try:
            cipher = self._cipher_for(record.kind)
            return cipher.decrypt(_nonce(record.number), record.body, self._bound + header)
        except InvalidTag:
            raise SealBroken(f"segment {self._number}, record {record.number}") from None

    def _cipher_for(self, kind: Kind) -> "AESGCM":
        cipher = self._words if kind >= PERSONAL else self._media
        if cipher is None:
            raise SealBroken(f"segment {self._number}: the key was destroyed")
        return cipher


def _cipher(key: bytes, header: SegmentHeader, use: bytes) -> "AESGCM | None":
    # Loaded when it is first needed: it takes a tenth of a server's start.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    if not key:
        return None
    label = b"deskside recording 1 " + use + b" " + header.recording
    info = label + header.number.to_bytes(4, "big")
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=header.writer, info=info).derive(key))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


OVERHEAD_BYTES = RECORD_HEADER_BYTES + 16
"""What sealing adds to each payload."""
