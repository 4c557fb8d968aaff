"""What a customer asks of the broker beside the link, over HTTP."""

from collections.abc import Mapping
from typing import Any, NoReturn

import aiohttp
import msgspec
from msgspec import Struct

from customer_client.link import Visitor
from customer_client.screen.uplink import NoTicket, Ticket
from protocol.watermark import Watermark

LONGEST_ANSWER = aiohttp.ClientTimeout(total=10)


class CallFailed(Exception):
    """The broker said no, `code` being why; or could not be reached, and `code` is "unreachable"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Expected(Struct, frozen=True, kw_only=True):
    """Where a code leads: to the rep called `name`, or into `session`, with whose customer's `token`."""

    name: str
    session: str
    token: str


class Calls:
    """Calls to the broker at `url` as `visitor`. Every one raises `CallFailed`."""

    def __init__(self, url: str, http: aiohttp.ClientSession, visitor: Visitor) -> None:
        self._url = url.rstrip("/")
        self._http = http
        self._visitor = visitor

    async def site(self, language: str) -> dict[str, Any]:
        """Return what the site tells about itself."""
        site: dict[str, Any] = await self.call("GET", f"/v1/site?lang={language}")
        return site

    async def redeem_code(self, code: str) -> Expected:
        """Keep a code for this visitor, and return where it leads."""
        told = await self.call("POST", "/v1/codes/redeem", {"code": code, "app": True})
        return msgspec.convert(told, Expected)

    def become(self, token: str) -> None:
        """Speak for the visitor with `token` from now on."""
        self._visitor.token = token

    async def window_address(self, language: str) -> str:
        """Return an address at which a browser goes on as this visitor, once, within half a minute."""
        code = (await self.call("POST", "/v1/windows"))["code"]
        # After the #, where it is sent to no server and stands in no log.
        return f"{self._url}/?lang={language}#window={code}"

    async def photo(self, rep: str) -> bytes:
        """Return the photo of a rep; nothing where there is none."""
        return await self._bytes("GET", f"/v1/reps/{rep}/photo", None)

    async def ticket(self, session: str) -> tuple[Ticket, Watermark | None]:
        """Fetch what opens the socket for the picture of `session`, and the mark that it is to bear,
        or raise `NoTicket`.
        """
        try:
            answer = await self.call("POST", f"/v1/sessions/{session}/picture", {})
        except CallFailed as failed:
            raise NoTicket(failed.code) from failed
        mark = msgspec.convert(answer.get("watermark"), Watermark | None)
        return Ticket(answer["address"], answer["lease"]), mark

    async def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Make a call and return its answer; None where there is none."""
        answer = await self._bytes(method, path, body)
        return msgspec.json.decode(answer) if answer else None

    async def _bytes(self, method: str, path: str, body: Mapping[str, Any] | None) -> bytes:
        headers = {}
        if self._visitor.token:
            headers["Authorization"] = f"Bearer {self._visitor.token}"
        try:
            async with self._http.request(
                method, self._url + path, json=body, headers=headers, timeout=LONGEST_ANSWER
            ) as response:
                if not response.ok:
                    await _fail(response)
                return await response.read()
        except (aiohttp.ClientError, ConnectionError, TimeoutError) as fault:
            raise CallFailed("unreachable") from fault


async def _fail(response: aiohttp.ClientResponse) -> NoReturn:
    said = await response.json() if response.content_type == "application/json" else {}
    raise CallFailed(str(said.get("error", response.status)))
