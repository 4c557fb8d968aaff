"""How a link is let in: a visitor has a secret token, and anybody gets a ticket for one link.

A ticket is used once and lives 30 s, because it stands in an address. Redeeming is one deletion, so
of two brokers that get the same ticket at once only one lets somebody in. What it opens is part of
what is stored: a ticket for a link opens no window, which gets a token of its own.
"""

import secrets
from typing import Literal

import sqlalchemy as sa

from broker import schema
from broker.clock import Clock
from broker.database import Database, rows, run
from broker.tokens import digest_of, new_token

TICKET_MS = 30_000
WINDOW_MS = 24 * 3_600_000

Opens = Literal["link", "window"]


class Admission:
    """The visitors and tickets of one site."""

    def __init__(self, database: Database, site: str, clock: Clock) -> None:
        self._database = database
        self._site = site
        self._clock = clock

    async def add_visitor(self) -> tuple[str, str]:
        """Introduce somebody new; return their party's id and their secret token."""
        visitor, token = f"c-{secrets.token_hex(10)}", new_token()
        new = schema.visitors.insert().values(
            site=self._site, id=visitor, token_digest=digest_of(token), created_at=self._clock()
        )
        await self._database.write(lambda conn: conn.execute(new).close())
        return visitor, token

    async def visitor_of(self, token: str) -> str:
        """Return the party of the visitor whose secret is `token`, or ""."""
        key = {"site": self._site, "digest": digest_of(token), "now": self._clock()}
        found = await self._database.read(lambda conn: rows(conn, _VISITOR_WITH, key))
        return next((party for (party,) in found), "")

    async def is_visitor(self, party: str) -> bool:
        """Say whether `party` is a visitor."""
        key = {"site": self._site, "id": party}
        return bool(await self._database.read(lambda conn: rows(conn, _VISITOR, key)))

    async def make_ticket(self, party: str, sign_in: str = "", opens: Opens = "link") -> str:
        """Return a ticket that lets `party` open one link, or one window, within 30 s, while
        `sign_in` lasts.
        """
        ticket = new_token()
        new = {
            "site": self._site,
            "digest": _ticket_digest(ticket, opens),
            "party": party,
            "sign_in": sign_in,
            "expires_at": self._clock() + TICKET_MS,
        }
        await self._database.write(lambda conn: run(conn, _NEW_TICKET, new).rowcount)
        return ticket

    async def redeem(self, ticket: str, opens: Opens = "link") -> tuple[str, str]:
        """Use up `ticket` and return the party and sign-in it was made for.

        Both are "" when it is used, expired or unknown; a customer has no sign-in.
        """
        key = {"site": self._site, "digest": _ticket_digest(ticket, opens)}
        used = await self._database.write(lambda conn: rows(conn, _USE_TICKET, key))
        valid = ((party, sign_in) for party, sign_in, until in used if until > self._clock())
        return next(valid, ("", ""))

    async def open_window(self, ticket: str) -> tuple[str, str] | None:
        """Use up `ticket` for a window; return the visitor it was for and the window's token."""
        visitor, _ = await self.redeem(ticket, "window")
        if not visitor:
            return None
        token = new_token()
        new = schema.window_tokens.insert().values(
            site=self._site,
            digest=digest_of(token),
            visitor=visitor,
            expires_at=self._clock() + WINDOW_MS,
        )
        await self._database.write(lambda conn: conn.execute(new).close())
        return visitor, token


def _ticket_digest(ticket: str, opens: Opens) -> str:
    return digest_of(ticket if opens == "link" else f"{opens} {ticket}")


_VISITOR = sa.select(schema.visitors.c.id).where(
    schema.visitors.c.site == sa.bindparam("site"), schema.visitors.c.id == sa.bindparam("id")
)
_VISITOR_WITH = sa.union_all(
    sa.select(schema.visitors.c.id).where(
        schema.visitors.c.site == sa.bindparam("site"),
        schema.visitors.c.token_digest == sa.bindparam("digest"),
    ),
    sa.select(schema.window_tokens.c.visitor).where(
        schema.window_tokens.c.site == sa.bindparam("site"),
        schema.window_tokens.c.digest == sa.bindparam("digest"),
        schema.window_tokens.c.expires_at > sa.bindparam("now"),
    ),
)
_USE_TICKET = (
    schema.tickets.delete()
    .where(
        schema.tickets.c.site == sa.bindparam("site"),
        schema.tickets.c.digest == sa.bindparam("digest"),
    )
    .returning(schema.tickets.c.party, schema.tickets.c.sign_in, schema.tickets.c.expires_at)
)
_NEW_TICKET = schema.tickets.insert()
