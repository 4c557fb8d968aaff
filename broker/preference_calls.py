"""The calls about how somebody likes their console: kept with the account, so that it follows them.

What a preference means only the console knows. Here it is a short text under one of a few names.
"""

from typing import Annotated, Literal

import sqlalchemy as sa
from msgspec import Meta, Struct

from broker import schema
from broker.database import put
from broker.http import Call, Nothing
from broker.parts import Parts

PreferenceName = Literal["look", "layout", "habits", "alerts"]
Kept = Annotated[str, Meta(max_length=2000, pattern=r"^[^\x00]*$")]


class Preference(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that somebody chose: `value` is the console's own."""

    name: PreferenceName
    value: Kept


class Preferences(Struct, frozen=True, kw_only=True):
    """What the caller has chosen, on whatever device."""

    preferences: tuple[Preference, ...]


async def show_preferences(parts: Parts, call: Call, _: Nothing) -> Preferences:
    """Return how the caller likes their console."""
    p = schema.preferences.c
    chosen = sa.select(p.name, p.value).where(
        p.site == parts.config.site, p.account == call.known.party.id
    )
    rows = await parts.database.read(lambda conn: conn.execute(chosen.order_by(p.name)).all())
    return Preferences(preferences=tuple(Preference(name=row[0], value=row[1]) for row in rows))


async def keep_preference(parts: Parts, call: Call, asked: Preference) -> Nothing:
    """Keep one preference of the caller's; the one before counts no more."""
    row = {
        "site": parts.config.site,
        "account": call.known.party.id,
        "name": asked.name,
        "value": asked.value,
        "changed_at": parts.clock(),
    }
    await parts.database.write(lambda conn: put(conn, schema.preferences, **row))
    return Nothing()
