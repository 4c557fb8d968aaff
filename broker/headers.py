"""The headers that tell browsers what our pages may do and who may talk to us."""

from collections.abc import Iterable
from typing import Literal

from aiohttp import web
from yarl import URL

from broker.network import is_loopback

Page = Literal["customer", "console", "demo"]

TRUSTED_TYPES: dict[Page, str] = {
    "customer": "'none'",
    "console": "deskside-worker deskside-pdf",
    "demo": "'none'",
}
"""
The policies a page may make for itself; whatever would write HTML throws. The console's let through
the addresses of the service worker that shows notifications and of the worker that reads PDFs, and
nothing else.
"""

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
NONE = "'none'"
YEAR_SECONDS = 365 * 24 * 3600


class Origins:
    """The origins that are ours: the public one and, on the machine itself, that of the port."""

    def __init__(self, public: URL, listening_on: str, scheme: str) -> None:
        self._public = str(public)
        self._local = is_loopback(listening_on)
        self._scheme = scheme

    def of(self, request: web.Request) -> list[str]:
        """Return the origins from which `request` may come."""
        port = request.get_extra_info("sockname")[1]
        local = [f"{name}:{port}" for name in LOOPBACK_NAMES] if self._local else []
        here = [f"{self._scheme}://{request.host}"] if request.host in local else []
        return list(dict.fromkeys([self._public, *here]))


def content_security_policy(
    page: Page, nonce: str, origins: Iterable[str], framed_by: Iterable[str] = ()
) -> str:
    """Return what `page` may load and do; its style elements show `nonce`.

    Pages of the origins `framed_by` may frame it, and no others.
    """
    sockets = " ".join(origin.replace("http", "ws", 1) for origin in origins)
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            f"img-src 'self' data:{' blob:' if page == 'console' else ''}",
            # What reps play and look at large has been fetched before: no other address is one of ours.
            *(["media-src 'self' blob:"] if page == "console" else []),
            "font-src 'self'",
            # Not every browser counts the socket of the same host as 'self'.
            f"connect-src 'self' {sockets}",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {' '.join(framed_by) or NONE}",
            *(["frame-src 'self'"] if page == "demo" else []),
            "require-trusted-types-for 'script'",
            f"trusted-types {TRUSTED_TYPES[page]}",
        ]
    )


def secure(response: web.StreamResponse, *, https: bool) -> None:
    """Add what every response carries, unless it has set its own."""
    defaults = {
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    if https:
        defaults["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}"
    for name, value in defaults.items():
        response.headers.setdefault(name, value)
    response.headers.pop("Server", None)
