"""Identifiers of our own making."""

import os


def uuid7(now: int) -> str:
    """Return a new UUIDv7 for the time `now` (ms since 1970), as RFC 9562 §5.7 lays it out."""
    bits = now << 80 | 0x7 << 76 | int.from_bytes(os.urandom(2)) % 0x1000 << 64
    bits |= 0b10 << 62 | int.from_bytes(os.urandom(8)) >> 2
    text = f"{bits:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
