"""The pages and their files, as they were built."""

import re
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from aiohttp import web

from broker.headers import Page, content_security_policy

NONCE = "__NONCE__"
ASSET = re.compile(r"[\w-]+(\.[\w-]+)*\.(?P<kind>\w+)")
"""One name without a slash or a dot in front: nothing outside of the folder can be meant."""

KINDS = {
    "css": "text/css",
    "js": "text/javascript",
    "json": "application/json",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "wasm": "application/wasm",
    "wav": "audio/wav",
    "webp": "image/webp",
    "woff2": "font/woff2",
}
"""Told rather than guessed, because browsers are told not to guess either."""

BUILT = Path(__file__).parents[1]
FOLDERS = {
    "customer": BUILT / "html5_client/dist",
    "console": BUILT / "rep_console/dist",
    "demo": BUILT / "widget/dist/demo",
}
WIDGET_SCRIPT = BUILT / "widget/dist/widget.js"


class Pages:
    """The pages built into `folders`."""

    def __init__(self, folders: Mapping[str, Path] = FOLDERS) -> None:
        self._folders = folders
        self.widget_script = WIDGET_SCRIPT

    def index(
        self, page: Page, origins: Sequence[str], framed_by: Sequence[str] = ()
    ) -> web.Response:
        """Return `page` with a nonce of its own; its link and pictures may go to `origins`."""
        nonce = secrets.token_urlsafe(16)
        try:
            html = (self._folders[page] / "index.html").read_text()
        except FileNotFoundError:
            return web.Response(status=503, text="The pages are not built: scripts/run does it.\n")
        return web.Response(
            text=html.replace(NONCE, nonce),
            content_type="text/html",
            headers={
                "Content-Security-Policy": content_security_policy(page, nonce, origins, framed_by)
            },
        )

    def asset(self, page: str, name: str) -> web.FileResponse | None:
        """Return a file of `page`, or None. Its name holds its digest, so it never changes.

        What the build compressed beside it is sent to those who take it.
        """
        matched = ASSET.fullmatch(name)
        if page not in self._folders or matched is None or matched["kind"] not in KINDS:
            return None
        path = self._folders[page] / "assets" / page / name
        if not path.is_file():
            return None
        response = web.FileResponse(path)
        response.content_type = KINDS[matched["kind"]]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["Vary"] = "Accept-Encoding"
        return response
