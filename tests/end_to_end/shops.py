"""Two TLS names of two sites: a shop that carries the chat button, and the help desk behind it.

Two ports of one name, or two names of one site, would be one and the same to a browser's storage and
to its cookies, and hide what this is about.
"""

import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from html import escape
from pathlib import Path
from typing import Any

from aiohttp import web

from broker import certificates
from tests.end_to_end.serving import Server, free_port

HELP = "help.desk.example"
SHOP = "www.shop.example"
STRANGER = "www.stranger.example"
NAMES = (HELP, SHOP, STRANGER)

RESOLVED = "--host-resolver-rules=" + ", ".join(f"MAP {name} 127.0.0.1" for name in NAMES)
"""The names in Chromium, which asks nobody else."""

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A shop</title></head>
<body>
<main>
<h1>A shop</h1>
<a href="/second">Another page</a>
</main>
{body}
</body>
</html>
"""


class Sites:
    """The pages of the shop and of a stranger, who is not allowed to carry the button."""

    def __init__(self, desk: str, port: int) -> None:
        self.desk = desk
        self.shop = f"https://{SHOP}:{port}"
        self.stranger = f"https://{STRANGER}:{port}"

    async def carry(self, request: web.Request) -> web.Response:
        """A page with the button, and the strictest policy under which it works."""
        data = request.query.get("data", "")
        tag = f'<script src="{self.desk}/widget.js" {data} async></script>'
        rules = (
            "default-src 'none'",
            f"script-src {self.desk}",
            f"connect-src {self.desk}",
            f"frame-src {self.desk}",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
        return _page(tag, rules, request.query.get("permissions", ""))

    async def frame(self, request: web.Request) -> web.Response:
        """A page that frames whatever it is told to, with or without the button."""
        body = f'<iframe name="framed" src="{escape(request.query["of"])}"></iframe>'
        if "button" in request.query:
            body = f'<script src="{self.desk}/widget.js" async></script>{body}'
        return _page(body, ())

    async def bare(self, _request: web.Request) -> web.Response:
        """A page with nothing on it."""
        return _page("", ())


def _page(body: str, rules: Sequence[str], permissions: str = "") -> web.Response:
    headers = {"Content-Security-Policy": "; ".join(rules)} if rules else {}
    if permissions:
        headers["Permissions-Policy"] = permissions
    return web.Response(text=PAGE.format(body=body), content_type="text/html", headers=headers)


@asynccontextmanager
async def two_sites(
    folder: Path, site: Mapping[str, Any] = {}, **settings: str
) -> AsyncIterator[tuple[Server, Sites]]:
    """A help desk and a shop, each under a name of its own, until the block ends.

    `site` and `settings` are what the desk has otherwise than the demo.
    """
    certificate = folder / "certificate.pem"
    certificate.write_bytes(certificates.signed(certificates.authority(NAMES), NAMES))
    server, port = (
        Server(folder, DESKSIDE_TLS=f"{certificate},{certificate}", **settings),
        free_port(),
    )
    server.url = f"https://{HELP}:{server.port}"
    server.set(DESKSIDE_URL=server.url)
    sites = Sites(server.url, port)
    await server.set_site(folder, widget={"origins": [sites.shop]}, **site)
    await server.start()
    app = web.Application()
    app.router.add_get("/framing", sites.frame)
    app.router.add_get("/bare", sites.bare)
    app.router.add_get("/{page:.*}", sites.carry)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    try:
        await web.TCPSite(runner, "127.0.0.1", port, ssl_context=context).start()
        yield server, sites
    finally:
        await runner.cleanup()
        await server.kill()
        server.close()
