"""Secrets that we hand out: only their digest is ever stored."""

import hashlib
import secrets


def new_token() -> str:
    """Make a secret of 192 bits that fits into an address or a cookie."""
    return secrets.token_urlsafe(24)


def digest_of(token: str) -> str:
    """Return SHA-256 of `token` in hex. No salt: nobody can guess what we draw at random."""
    # A header may hold any bytes, which aiohttp turns into lone surrogates.
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
