"""Names of files as they can be shown and saved, whatever somebody has called theirs."""

import re
import unicodedata

LONGEST = 120

# What Windows takes for a device, whatever follows the first dot.
_DEVICES = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[/\\:*?"<>|]')


def safe_name(name: str) -> str:
    """Return `name` without what deceives or does harm: paths, control characters, signs that turn
    the direction of writing or cannot be seen, and more length than anybody reads.

    The ending stays where it was: it says what opens the file.
    """
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(sign for sign in unicodedata.normalize("NFC", last) if _is_seen(sign))
    whole = _FORBIDDEN.sub("_", " ".join(seen.split())).strip(". ")
    if not whole or _DEVICES.match(whole):
        whole = f"file_{whole}" if whole else "file"
    if len(whole) <= LONGEST:
        return whole
    stem, dot, ending = whole.rpartition(".")
    if not dot or len(ending) > 10:
        return whole[:LONGEST].rstrip(". ")
    return f"{stem[: LONGEST - len(ending) - 2].rstrip('. ')}….{ending}"


def _is_seen(sign: str) -> bool:
    """Say whether `sign` shows; spaces do, and signs that only turn or join others do not."""
    category = unicodedata.category(sign)
    return sign in "\t\n " or category not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
