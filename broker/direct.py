"""The broker's side of direct paths: it brings the two ends together and says what may be done there.

Nothing of it is stored. What one end says to the other travels as a ring to the broker that the other is
linked to. A path lives on capabilities of ten seconds, which the rep's end fetches again and again and shows
to the customer's, who trusts nothing else.
"""

import base64
import hashlib
import hmac
from typing import Final

from msgspec import Struct

from broker.access import reader_of
from broker.clock import Clock
from broker.desk import Desk
from broker.doorbell import Doorbell, Ring
from broker.http import Caller
from broker.pictures import tools_of
from broker.relay.keys import Keys
from broker.site import Site
from protocol import messages as m
from protocol.direct import CAPABILITY_SECONDS, Capability, IceServer
from protocol.direct_rules import may_go_directly
from protocol.fields import Fingerprint, Id
from protocol.session import Party, Refused, Session
from protocol.tokens import signed

TURN_SECONDS: Final = 600
"""A name and password for TURN are good for so long, which is enough to begin with."""


class DirectOpening(Struct, frozen=True, kw_only=True):
    """Whether the picture may go directly, and what helps to find the way."""

    allowed: bool
    servers: tuple[IceServer, ...] = ()


class Renewed(Struct, frozen=True, kw_only=True):
    """A signed capability, to be shown to the customer's end; empty where nothing may go directly."""

    token: str = ""


class TurnServer(Struct, frozen=True, kw_only=True):
    """Where to find help, as it was set; empty where there is none."""

    stun: str = ""
    turn: str = ""
    secret: str = ""


class Direct:
    """One per broker."""

    def __init__(
        self,
        *,
        desk: Desk,
        site: Site,
        clock: Clock,
        keys: Keys,
        doorbell: Doorbell,
        helpers: TurnServer,
    ) -> None:
        self._desk = desk
        self._site = site
        self._clock = clock
        self._keys = keys
        self._doorbell = doorbell
        self._helpers = helpers

    # --- calls of a rep's end

    async def open(self, session_id: Id, caller: Caller) -> DirectOpening:
        """Say whether there may be a way to the customer, or raise `Refused` to whom nothing is said."""
        session = await self._known(session_id, caller)
        if not self._may(session, caller.party):
            return DirectOpening(allowed=False)
        return DirectOpening(allowed=True, servers=self._servers(session))

    async def renew(
        self, session_id: Id, caller: Caller, *, viewer: Fingerprint, sharer: Fingerprint
    ) -> Renewed:
        """Sign what `caller` may do now between two ends, or raise `Refused` to whom nothing is said.

        That they may do nothing, as in the moment in which they are no longer allowed to look, is an
        answer like any other: a page cannot know it before it asks.
        """
        session = await self._known(session_id, caller)
        if not self._may(session, caller.party):
            return Renewed()
        now = self._clock()
        tools = tools_of(session, caller.party.id, now)
        capability = Capability(
            session=session_id,
            rep=caller.party.id,
            sharer=sharer,
            viewer=viewer,
            at=now,
            until=now + min(CAPABILITY_SECONDS * 1000, tools["view"]),
            tools=tuple(tools),
        )
        return Renewed(token=signed(capability, self._keys.capabilities))

    async def _known(self, session_id: Id, caller: Caller) -> Session:
        session = await self._desk.session(session_id)
        if not reader_of(session, caller.party):
            raise Refused("unknown_session")
        return session

    def _may(self, session: Session, rep: Party) -> bool:
        """Say whether `rep` may see the screen of `session` directly."""
        return (
            self._site.settings.direct != "off"
            and reader_of(session, rep) is not None
            and self._sees(session, rep.id)
        )

    def _servers(self, session: Session) -> tuple[IceServer, ...]:
        servers = [IceServer(url=self._helpers.stun)] if self._helpers.stun else []
        if self._helpers.turn and self._site.settings.direct == "turn":
            until = self._clock() // 1000 + TURN_SECONDS
            servers.append(turn_server(self._helpers, until, session.id))
        return tuple(servers)

    # --- what the ends say to each other

    async def hear(self, party: Party, said: m.ProposeDirect | m.AnswerDirect) -> None:
        """Pass on what `party` says to the other end, if there may be a path between them."""
        try:
            session = await self._desk.session(said.session)
            if isinstance(said, m.ProposeDirect):
                if self._may(session, party):
                    self._pass_on(session.customer, self._proposed(session, party, said))
            elif party.id == session.customer and self._sees(session, said.rep):
                answered = m.DirectAnswered(
                    session=said.session, path=said.path, end=said.end, nonce=said.nonce
                )
                self._pass_on(said.rep, answered)
        except Refused:
            return  # things have changed; the rep's end asks again, and is told why

    def _sees(self, session: Session, rep: Id) -> bool:
        return may_go_directly(session) and bool(tools_of(session, rep, self._clock()))

    def _proposed(self, session: Session, rep: Party, said: m.ProposeDirect) -> m.DirectProposed:
        return m.DirectProposed(
            session=session.id,
            path=said.path,
            rep=rep.id,
            end=said.end,
            commitment=said.commitment,
            servers=self._servers(session),
            key=self._keys.capabilities.public_key().public_bytes_raw().hex(),
        )

    def _pass_on(self, party: Id, frame: m.DirectProposed | m.DirectAnswered) -> None:
        self._doorbell.ring(Ring(topic="direct", subject=frame.session, party=party, frame=frame))


def turn_server(helpers: TurnServer, until: int, session: Id) -> IceServer:
    """Return the TURN server with a name and password that are good until `until` (s since 1970): a
    digest with the secret that it shares, as in draft-uberti-behave-turn-rest-00 §2.2.
    """
    username = f"{until}:{session}"
    digest = hmac.digest(helpers.secret.encode(), username.encode(), hashlib.sha1)
    return IceServer(
        url=helpers.turn, username=username, password=base64.b64encode(digest).decode()
    )
