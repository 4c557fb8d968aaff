"""The real broker as a process of its own, and people who talk to it over real links."""

import asyncio
import json
import os
import secrets
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pyotp

from customer_client.link import Link, Visitor, new_request_id
from protocol import messages as m
from protocol import requests as r
from protocol.facts import Said
from tests import warm
from tests.waiting import until

PASSWORD = "correct horse battery staple"
TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""The secret of the one-time codes of `adam` and the officers `cora` and `carl`."""

WITH_CODES = ("adam", "cora", "carl")
START_SECONDS = 60.0
BACK_SECONDS = 60.0
"""Whoever has lost the broker tries to come back less and less often."""


class Server:
    """`deskside up` with a data folder, to be killed and started again at will."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.port = int(settings.get("DESKSIDE_PORT", "0")) or free_port()
        scheme = "http" if settings.get("DESKSIDE_TLS", "off") == "off" else "https"
        self.url = f"{scheme}://127.0.0.1:{self.port}"
        self.data = folder / "data"
        self._log = (folder / "log").open("ab")
        self._environment = {
            **os.environ,
            "DESKSIDE_HOST": "127.0.0.1",
            "DESKSIDE_PORT": str(self.port),
            "DESKSIDE_DATA": str(self.data),
            "DESKSIDE_DEMO": "1",
            "DESKSIDE_DEMO_PASSWORD": PASSWORD,
            "DESKSIDE_DEMO_TOTP": TOTP,
            **({"DESKSIDE_URL": self.url} if scheme == "https" else {}),
            **settings,
        }
        self.process: warm.Warm | None = None

    def set(self, **settings: str) -> None:
        """Change settings for the next start."""
        self._environment |= settings

    async def start(self) -> None:
        """Start it and wait until it serves."""
        self.process = await warm.run(["up"], self._environment, self._log)
        async with asyncio.timeout(START_SECONDS):
            while not (line := await self.process.stdout.readline()).startswith(b"ready "):
                assert line, f"the broker ended with {await self.process.wait()}; see its log"

    async def command(self, *arguments: str) -> str:
        """Run `deskside` beside it, and return what that printed."""
        process = await warm.run(arguments, self._environment, self._log)
        printed = await process.stdout.read()
        assert await process.wait() == 0
        return printed.decode().strip()

    async def set_site(self, folder: Path, **change: Any) -> None:
        """Change the site's settings; `rules` are merged into those there are."""
        settings = json.loads(await self.command("site", "show"))
        rules = settings["rules"] | change.pop("rules", {})
        path = folder / "site.json"
        path.write_text(json.dumps(settings | change | {"rules": rules}))
        await self.command("site", "set", str(path))

    async def kill(self) -> None:
        """Kill it as a power cut would."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to stop, and return its exit code."""
        return await self._end(signal.SIGTERM)

    async def interrupt(self) -> int:
        """Stop it as Ctrl-C does, and return its exit code."""
        return await self._end(signal.SIGINT)

    async def _end(self, how: signal.Signals) -> int:
        process, self.process = self.process, None
        if process is None:
            return 0
        process.send_signal(how)
        code = await process.wait()
        # Its pipe has been read to the end, so that nothing of it is left open.
        await process.stdout.read()
        return code

    async def restart(self) -> None:
        await self.kill()
        await self.start()

    def close(self) -> None:
        self._log.close()


@asynccontextmanager
async def serving(
    folder: Path, *, site: dict[str, Any] | None = None, **settings: str
) -> AsyncIterator[Server]:
    """A broker that serves until the block ends; `site` is what its site has otherwise."""
    server = Server(folder, **settings)
    if site:
        await server.set_site(folder, **site)
    await server.start()
    try:
        yield server
    finally:
        await server.kill()
        server.close()


def free_port() -> int:
    """Return a port nobody listens on, nor on the next one, which is for a relay.

    It is not one that the kernel gives to whoever connects: a broker that is started again finds
    its port as it left it. Even ones only, each once in a process.
    """
    while True:
        # Not `random`, which starts every test alike in all of pytest's processes.
        port = secrets.choice(range(10_000, 32_000, 2))
        if port in _given:
            continue
        with socket.socket() as probe, socket.socket() as beside, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            beside.bind(("127.0.0.1", port + 1))
            _given.add(port)
            return port


_given: set[int] = set()


def codes_now() -> list[str]:
    """Return the one-time codes that are right now, oldest first: each can be used once."""
    totp, step = pyotp.TOTP(TOTP), int(time.time()) // 30
    return [totp.generate_otp(step + offset) for offset in (-1, 0, 1)]


class Rep:
    """A rep's way in: signs in, and fetches a ticket for each connection."""

    def __init__(self, url: str, http: aiohttp.ClientSession, name: str) -> None:
        self._url = url
        self._http = http
        self._name = name
        self._cookie = ""

    @property
    def cookie(self) -> str:
        """What proves who they are, once they have fetched a ticket."""
        return self._cookie

    async def ticket(self) -> str:
        if not self._cookie:
            await self._sign_in()
        headers = {"Cookie": self._cookie, "X-Deskside": "1"}
        async with self._http.post(f"{self._url}/v1/tickets", headers=headers) as response:
            response.raise_for_status()
            ticket: str = (await response.json())["ticket"]
            return ticket

    async def _sign_in(self) -> None:
        body = {"name": self._name, "password": PASSWORD}
        headers = {"X-Deskside": "1"}
        for code in codes_now() if self._name in WITH_CODES else [""]:
            async with self._http.post(
                f"{self._url}/v1/sign-in", json=body | {"code": code}, headers=headers
            ) as response:
                if response.ok:
                    cookies = response.headers.getall("Set-Cookie")
                    self._cookie = "; ".join(cookie.split(";")[0] for cookie in cookies)
                    return
        raise AssertionError(f"{self._name} cannot sign in")


class Person(Link):
    """A link that knows how its person gets in."""

    def __init__(self, url: str, way: Rep | Visitor, http: aiohttp.ClientSession) -> None:
        super().__init__(url, way.ticket, http)
        self.way = way

    async def until(self, holds: Callable[[Link], Any], seconds: float = BACK_SECONDS) -> None:
        """Wait until `holds(self)` is true, however long it takes to come back."""
        await super().until(holds, seconds)

    @property
    def token(self) -> str:
        """A customer's token, with which another tab of theirs gets in."""
        assert isinstance(self.way, Visitor)
        return self.way.token


@asynccontextmanager
async def linked(
    server: Server, rep: str = "", through: str = "", token: str = ""
) -> AsyncIterator[Person]:
    """A link of the rep called `rep`, or of a customer; `through` is a proxy's address."""
    # A cookie jar would keep the broker's Secure cookies from going out over plain http.
    url = through or server.url
    # Who vouches for a server of ours is not what is tried here.
    connector = aiohttp.TCPConnector(ssl=not url.startswith("https"))
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(cookie_jar=jar, connector=connector) as http:
        way = Rep(url, http, rep) if rep else Visitor(url, http, token)
        async with Person(url, way, http).running() as link:
            await link.until(lambda link: link.welcome)
            yield link


async def ask(link: Link, kind: type[r.Request], session: str = "", **fields: Any) -> m.Answered:
    """Ask something new over `link`, and go on until it is answered."""
    return await link.ask(kind(id=new_request_id(), session=session, **fields))


async def open_session(customer: Link, issue: str = "computer", name: str = "Max") -> str:
    """Start a session as soon as somebody is there, and agree to what the demo site wants agreed to;
    return its id.
    """
    await customer.until(is_open)
    session = (await ask(customer, r.Start, issue=issue, name=name)).session
    followed = await customer.follow(session)
    await customer.until(lambda _: followed.place >= 1)
    if followed.session.state == "agreement":
        digest = followed.session.rules.agreement_digest
        await ask(customer, r.AcceptAgreement, session, digest=digest)
        await customer.until(lambda _: followed.session.state != "agreement")
    if followed.session.state == "recording":
        digest = followed.session.rules.recording_digest
        await ask(customer, r.AnswerRecording, session, allowed=True, digest=digest)
    return session


async def make_available(rep: Link) -> None:
    """Switch `rep` on."""
    await rep.signal(m.SetAvailable(available=True))


def colleagues(link: Link) -> dict[str, m.Colleague]:
    """Return who serves the team of the rep behind `link`, by name."""
    shown = link.last.get(m.Team)
    return {rep.name: rep for rep in shown.reps} if isinstance(shown, m.Team) else {}


async def available_rep(link: Link, name: str) -> str:
    """Wait until the colleague called `name` is available; return their id."""
    await until(lambda: name in colleagues(link) and colleagues(link)[name].available)
    return colleagues(link)[name].rep


async def begin(customer: Link, rep: Link, issue: str = "computer", name: str = "Max") -> str:
    """Bring `customer` and `rep` together in a session that both follow; return its id."""
    await make_available(rep)
    await customer.until(is_open)
    session = await open_session(customer, issue, name)
    await ask(rep, r.Accept, session)
    await rep.follow(session)
    return session


def is_open(link: Link) -> bool:
    """Say whether the customer behind `link` can start a session."""
    shown = link.last.get(m.Availability)
    return isinstance(shown, m.Availability) and shown.open


async def said_by_all(links: Sequence[Link], session: str) -> list[str]:
    """Wait until all of `links` know the same words of `session`, and return them in order."""

    def same(_: Link) -> bool:
        return len({tuple(spoken(link, session)) for link in links}) == 1

    # What the newest answered request said is on its way to everybody by now.
    await asyncio.gather(*(link.until(lambda link: not link.waiting) for link in links))
    await until(lambda: all(same(link) for link in links))
    return spoken(links[0], session)


def spoken(link: Link, session: str) -> list[str]:
    """Return what was said in `session`, as far as `link` knows."""
    return [fact.text for fact in link.sessions[session].facts if isinstance(fact, Said)]
