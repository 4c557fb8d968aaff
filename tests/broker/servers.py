"""A whole broker on a free port of the loopback, and a client that says exactly what it is told to."""

import io
import json
import secrets
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from argon2 import PasswordHasher
from msgspec.structs import replace
from yarl import URL

from broker import schema
from broker.accounts import Account, Role
from broker.app import build_app
from broker.clock import Clock, now
from broker.config import Config
from broker.database import put
from broker.gate import COOKIE
from broker.parts import PARTS, Parts
from broker.relay_places import RelayAt
from broker.running import runner_of
from broker.tls import Tls
from broker.tokens import digest_of, new_token
from broker.up import listen

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

TEAMS: dict[Role, tuple[str, ...]] = {"rep": ("support",), "lead": ("support",)}


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    set_cookies: tuple[str, ...]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str:
        error: str = self.json["error"]
        return error


@dataclass(frozen=True)
class Server:
    """A broker that serves at `url`."""

    url: str
    parts: Parts
    http: aiohttp.ClientSession

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        cookie: str = "",
        token: str = "",
        headers: Mapping[str, str] = {},
    ) -> Reply:
        """Make one call; with a `cookie` it comes as from our own page."""
        sent = {"X-Deskside": "1", "Cookie": f"{COOKIE}={cookie}"} if cookie else {}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        data = io.BytesIO(body) if isinstance(body, bytes) else body
        if body is not None and not isinstance(body, bytes):
            data, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        sent = {name: value for name, value in {**sent, **headers}.items() if value}
        # Encoded already: what is sent is what the test says.
        address = URL(self.url + path, encoded=True)
        async with self.http.request(
            method, address, data=data, headers=sent, allow_redirects=False
        ) as response:
            return Reply(
                response.status,
                response.headers,
                await response.read(),
                tuple(response.headers.getall("Set-Cookie", ())),
            )

    async def add(self, name: str, role: Role, teams: tuple[str, ...] | None = None) -> Account:
        """Add an account, a rep's or lead's in `support` unless told otherwise."""
        served = TEAMS.get(role, ()) if teams is None else teams
        account, _ = await self.parts.accounts.add(name, role, served)
        return account

    async def sign_in(self, account: Account, *, proved: bool = True, fresh: bool = True) -> str:
        """Return the cookie of a new sign-in, without the toil of a password and a code."""
        cookie, at = new_token(), self.parts.sign_ins._clock()
        await self.parts.database.write(
            lambda conn: put(
                conn,
                schema.sign_ins,
                site=self.parts.config.site,
                digest=digest_of(cookie),
                id=new_token()[:16],
                account=account.id,
                created_at=at,
                expires_at=at + 3_600_000,
                seen_at=at,
                confirmed_at=at if fresh else 0,
                proved=proved,
            )
        )
        return cookie

    async def sign_in_as(self, role: Role, **how: bool) -> str:
        """Add an account with `role` and return the cookie of its sign-in."""
        return await self.sign_in(await self.add(f"{role}-{secrets.token_hex(4)}", role), **how)

    async def visitor(self) -> tuple[str, str]:
        """Return the party and the token of a new visitor."""
        return await self.parts.admission.add_visitor()

    def link(self, ticket: str, **headers: str) -> Any:
        """Open a link; an async context manager of aiohttp's."""
        return self.http.ws_connect(f"{self.url}/v1/link?ticket={ticket}", headers=headers)


async def welcomed(link: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    """Wait for the welcome, and return it. Beats may come before: they keep whoever waits to be let in."""
    while (said := await link.receive_json())["type"] == "beat":
        pass
    assert said["type"] == "welcome"
    welcome: dict[str, Any] = said
    return welcome


@asynccontextmanager
async def serving(
    folder: Path,
    *,
    server_tls: Tls | None = None,
    clock: Clock = now,
    trust: ssl.SSLContext | None = None,
    relays: Sequence[RelayAt] = (),
    **settings: Any,
) -> AsyncIterator[Server]:
    """Run a broker whose data lie in `folder`."""
    settings = {"demo": True, "data": str(folder), "port": 0, **settings}
    config = Config(**settings)
    config.data_folder.mkdir(parents=True, exist_ok=True)
    connector = aiohttp.TCPConnector(ssl=trust or True)
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as http:
        with listen(config) as listener:
            config = replace(config, port=listener.getsockname()[1])
            app = build_app(config, server_tls, clock, relays)
            runner = runner_of(app)
            try:
                await runner.setup()
                # At full cost every password would take a tenth of a second.
                app[PARTS].passwords._hasher = QUICK
                app[PARTS].passwords._nobodys = QUICK.hash("nobody")
                context = server_tls.context if server_tls else None
                await web.SockSite(runner, listener, ssl_context=context).start()
                url = f"{config.scheme}://127.0.0.1:{config.port}"
                yield Server(url, app[PARTS], http)
            finally:
                await runner.cleanup()
