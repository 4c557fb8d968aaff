"""Links to files: what opens one file, for one party, for a minute.

A link is sealed with the site's key, so it needs no row, any broker can open it, and nobody can make
one. When it is used, its party must still be somebody who may read the session: a right that was
withdrawn meanwhile is gone.
"""

import msgspec
from msgspec import Struct

from broker.access import reader_of
from broker.accounts import party_of
from broker.admission import Admission
from broker.clock import Clock
from broker.desk import Desk
from broker.file_rows import FileRow
from broker.files import Files
from broker.http import Caller
from broker.sealing import CannotOpen, Sealing
from broker.sign_in import SignIns
from protocol.session import Party, Refused, Session

LINK_SECONDS = 60


class _Ticket(Struct, frozen=True, array_like=True):
    party: str
    sign_in: str
    until: int


class FileLinks:
    """One per broker."""

    def __init__(
        self,
        *,
        clock: Clock,
        desk: Desk,
        files: Files,
        sealing: Sealing,
        sign_ins: SignIns,
        admission: Admission,
    ) -> None:
        self._clock = clock
        self._desk = desk
        self._files = files
        self._sealing = sealing
        self._sign_ins = sign_ins
        self._admission = admission

    async def make(self, session_id: str, file: str, caller: Caller) -> tuple[FileRow, str]:
        """Return what is called `file` in a session, and a ticket for it, or raise `Refused`."""
        session = await self._desk.session(session_id)
        if reader_of(session, caller.party) is None:
            raise Refused("unknown_session")
        row = await self._files.find_in(session_id, file)
        if row is None or not _is_for(row, session):
            raise Refused("unknown_file")
        until = self._clock() + LINK_SECONDS * 1000
        ticket = _Ticket(party=caller.party.id, sign_in=caller.sign_in, until=until)
        return row, self._sealing.seal(_owner(row.id), msgspec.json.encode(ticket).decode())

    async def opened(self, file_id: str, sealed: str) -> tuple[FileRow, Session]:
        """Return the file that a ticket opens, and its session, or raise `Refused`."""
        ticket = self._read(file_id, sealed)
        party = await self._party(ticket) if ticket else None
        row = await self._files.find(file_id) if party else None
        if row is None or party is None:
            raise Refused("unknown_file")
        session = await self._desk.session(row.session)
        if reader_of(session, party) is None or not _is_for(row, session):
            raise Refused("unknown_file")
        return row, session

    def _read(self, file_id: str, sealed: str) -> _Ticket | None:
        try:
            ticket = msgspec.json.decode(self._sealing.open(_owner(file_id), sealed), type=_Ticket)
        except (CannotOpen, msgspec.DecodeError):
            return None
        return ticket if self._clock() <= ticket.until else None

    async def _party(self, ticket: _Ticket) -> Party | None:
        """Return who holds `ticket`, if they are still let in."""
        if not ticket.sign_in:
            there = await self._admission.is_visitor(ticket.party)
            return Party(id=ticket.party, role="customer") if there else None
        account = (await self._sign_ins.of_ids([ticket.sign_in])).get(ticket.sign_in)
        return party_of(account) if account else None


def _is_for(row: FileRow, session: Session) -> bool:
    known = session.files.get(row.file)
    return row.state == "kept" and known is not None and known.state == "arrived"


def _owner(file_id: str) -> str:
    return f"file-link:{file_id}"
