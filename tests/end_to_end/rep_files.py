"""Files at a rep's end of a link: offered, sent and answered as a console does."""

from collections.abc import Callable
from typing import Any

from customer_client.files import Files
from customer_client.link import new_request_id
from protocol import facts as f
from protocol import requests as r
from tests.end_to_end.serving import Person, Rep, Server, ask


class RepFiles:
    """The files of `session`, in which `rep` talks."""

    def __init__(self, server: Server, rep: Person, session: str) -> None:
        assert isinstance(rep.way, Rep)
        self._rep = rep
        self._session = session
        self._files = Files(server.url, rep._http, "")
        # Reps prove who they are by a cookie.
        self._files._headers = {"Cookie": rep.way.cookie, "X-Deskside": "1"}

    async def offer(self, name: str, size: int) -> str:
        """Offer a file; return what it is called."""
        file = new_request_id()
        await ask(self._rep, r.OfferFile, self._session, file=file, name=name, size=size)
        return file

    async def send(self, file: str, content: bytes) -> None:
        """Send what was accepted."""
        await self._files.send(self._session, file, content, lambda _: None)

    async def answer(self, file: str, *, accepted: bool = True) -> None:
        """Take what the customer offers, or decline it."""
        await ask(self._rep, r.AnswerFile, self._session, file=file, accepted=accepted)

    async def heard(self, kind: type[Any], is_it: Callable[[Any], Any]) -> Any:
        """Wait for a fact of this kind that is the one, and return it."""

        def found(_: Any) -> list[Any]:
            facts = self._rep.sessions[self._session].facts
            return [fact for fact in facts if isinstance(fact, kind) and is_it(fact)]

        await self._rep.until(found)
        return found(None)[0]

    async def heard_accepted(self, file: str) -> None:
        """Wait until the customer takes a file."""
        await self.heard(f.FileAnswered, lambda fact: fact.file == file and fact.accepted)

    async def arrived(self, file: str) -> f.FileArrived:
        """Wait until all of a file is there."""
        arrived: f.FileArrived = await self.heard(f.FileArrived, lambda fact: fact.file == file)
        return arrived

    async def took_named(self, name: str) -> f.FileArrived:
        """Take the file whose name begins so, once it is offered, and wait until it is here."""
        file = (await self.heard(f.FileOffered, lambda fact: fact.name.startswith(name))).file
        await self.answer(file)
        return await self.arrived(file)

    def names(self) -> list[str]:
        """Return what was offered, by name."""
        facts = self._rep.sessions[self._session].facts
        return [fact.name for fact in facts if isinstance(fact, f.FileOffered)]
