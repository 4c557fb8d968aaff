"""A session in which files are sent, at a broker in this process."""

import base64
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from broker.accounts import Account
from customer_client.link import Link
from protocol import requests as r
from protocol.facts import Fact
from tests.broker.people import linked
from tests.broker.servers import Reply, Server, serving
from tests.end_to_end.serving import ask, begin

TUS = {"Tus-Resumable": "1.0.0"}
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40


@dataclass
class FileScene:
    """Max is the customer with `token`, Ana the owner with `cookie`."""

    server: Server
    session: str
    ana: Link
    customer: Link
    account: Account
    cookie: str
    token: str
    folder: Path
    _numbers: Any = field(default_factory=itertools.count)

    @property
    def max(self) -> dict[str, str]:
        return {"token": self.token}

    @property
    def rep(self) -> dict[str, str]:
        return {"cookie": self.cookie}

    async def offer(self, name: str, size: int, *, by_rep: bool = False) -> str:
        """Offer a file and accept it on the other side; return what it is called."""
        file = f"file-{next(self._numbers)}"
        sender, other = (self.ana, self.customer) if by_rep else (self.customer, self.ana)
        await ask(sender, r.OfferFile, self.session, file=file, name=name, size=size)
        await ask(other, r.AnswerFile, self.session, file=file, accepted=True)
        return file

    async def tus(
        self, method: str, path: str, body: bytes | None = None, *, who: Any = None, **headers: str
    ) -> Reply:
        """Say something in tus, as the customer unless `who` is another."""
        sent = {**TUS, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if method == "PATCH":
            sent.setdefault("Content-Type", "application/offset+octet-stream")
        sent = {name: value for name, value in sent.items() if value}
        who = self.max if who is None else who
        return await self.server.call(method, path, body, headers=sent, **who)

    async def create(self, file: str, size: int, who: Any = None) -> Reply:
        metadata = f"session {_base64(self.session)},file {_base64(file)}"
        length: dict[str, Any] = {"Upload_Length": str(size), "Upload_Metadata": metadata}
        return await self.tus("POST", "/v1/files", who=who, **length)

    async def begun(self, name: str, size: int, *, by_rep: bool = False) -> tuple[str, str]:
        """Offer, accept and create a file; return what it is called and where it goes."""
        file = await self.offer(name, size, by_rep=by_rep)
        reply = await self.create(file, size, self.rep if by_rep else None)
        assert reply.status == 201, reply.body
        return file, reply.headers["Location"]

    async def patch(
        self, path: str, offset: int, body: bytes, who: Any = None, **headers: str
    ) -> Reply:
        return await self.tus("PATCH", path, body, who=who, Upload_Offset=str(offset), **headers)

    async def send(self, name: str, content: bytes, *, by_rep: bool = False) -> str:
        """Send a whole file; return what it is called."""
        file, path = await self.begun(name, len(content), by_rep=by_rep)
        reply = await self.patch(path, 0, content, self.rep if by_rep else None)
        assert reply.status == 204, reply.body
        return file

    async def link(self, file: str, who: Any = None) -> Reply:
        path = f"/v1/sessions/{self.session}/files/{file}/link"
        return await self.server.call("POST", path, {}, **(self.rep if who is None else who))

    async def fetch(self, file: str, **headers: str) -> Reply:
        """Fetch a file as the rep."""
        link = await self.link(file)
        assert link.status == 200, link.body
        return await self.server.call("GET", link.json["content"], headers=headers)

    def facts(self, kind: type[Fact]) -> list[Any]:
        """Return the facts of `kind` that the rep has heard."""
        return [fact for fact in self.ana.sessions[self.session].facts if isinstance(fact, kind)]

    async def heard(self, kind: type[Fact], file: str) -> Any:
        """Wait until the rep has heard of `file` what `kind` says, and return it."""

        def found(_: Any) -> list[Any]:
            return [fact for fact in self.facts(kind) if fact.file == file]

        await self.ana.until(found)
        return found(None)[-1]

    async def rule(self, **rules: Any) -> None:
        """Change the rules of the site; they hold for sessions that begin from then on."""
        site = self.server.parts.site
        settings = site.settings
        await site.save(replace(settings, rules=replace(settings.rules, **rules)))

    def stored(self) -> list[Path]:
        """Return the objects in the store."""
        return [path for path in (self.folder / "blobs").rglob("*") if path.is_file()]


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@asynccontextmanager
async def file_scene(data_folder: Path, **settings: Any) -> AsyncIterator[FileScene]:
    """Max and Ana talk."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(data_folder, **settings))
        account = await server.add("ana", "rep")
        cookie = await server.sign_in(account)
        _, token = await server.visitor()
        ana = await stack.enter_async_context(linked(server, cookie=cookie))
        customer = await stack.enter_async_context(linked(server, token=token))
        session = await begin(customer, ana)
        yield FileScene(server, session, ana, customer, account, cookie, token, data_folder)


def bmp(width: int, height: int, said: tuple[int, int] | None = None) -> bytes:
    """Return a picture of this size, or one that says it had another."""
    row = bytes(width * 3 + -width * 3 % 4)
    pixels = row * height
    shown = said or (width, height)
    head = b"BM" + (54 + len(pixels)).to_bytes(4, "little") + bytes(4) + (54).to_bytes(4, "little")
    info = (40).to_bytes(4, "little") + b"".join(side.to_bytes(4, "little") for side in shown)
    info += (1).to_bytes(2, "little") + (24).to_bytes(2, "little") + bytes(24)
    return head + info + pixels
