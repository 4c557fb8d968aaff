"""Identifiers that sort by the time they were made."""


def uuid7(now: int, random: bytes) -> str:
    """Return the UUIDv7 (RFC 9562 §5.7) of the time `now` (ms) and ten random bytes."""
    bits = now << 80 | int.from_bytes(random[:10])
    bits = bits & ~(0xF << 76) | 0x7 << 76
    text = f"{bits & ~(0x3 << 62) | 0x2 << 62:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
