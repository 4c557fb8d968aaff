"""The calls about contacts: who wrote before, and putting right what is known of them."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import sqlalchemy as sa
from msgspec import Struct

from broker.addresses import BadAddress, usable
from broker.audit import What
from broker.contacts import (
    Contact,
    ContactOpened,
    UnknownContact,
    change_contact,
    contacts,
    delete_contact,
    merge_contacts,
    open_contact,
)
from broker.history_calls import OfSession, Words
from broker.http import Call, CallRefused, Nothing
from broker.parts import Parts
from broker.visits import MOST
from protocol.fields import Count, Email, Id, Name

T = TypeVar("T")


class AskContacts(Struct, frozen=True, kw_only=True):
    """Contacts with every word of `q` in name or address, who came last before `before` (ms)."""

    q: Words = ""
    before: Count = 0


class Contacts(Struct, frozen=True, kw_only=True):
    """Who wrote before, the last first; `more` says whether there are others."""

    contacts: tuple[Contact, ...]
    more: bool


class ChangeContact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the contact that had `session` is called from now on."""

    session: Id
    name: Name = ""
    email: Email = ""


class MergeContacts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contact that had `session` is the same as the one that had `into`."""

    session: Id
    into: Id


class DeleteContact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contact that had `session` is forgotten."""

    session: Id


async def list_contacts(parts: Parts, call: Call, asked: AskContacts) -> Contacts:
    """Return who wrote to the caller's teams before."""
    site, teams = parts.config.site, call.known.party.teams
    work = partial(contacts, site=site, teams=teams, words=asked.q, before=asked.before)
    found = await parts.database.read(work)
    return Contacts(contacts=tuple(found), more=len(found) == MOST)


async def show_contact(parts: Parts, call: Call, asked: OfSession) -> ContactOpened:
    """Return the contact that had a session of the caller's teams, and its visits."""
    return await _done(parts.database.read, parts, call, open_contact, session=asked.id)


async def change(parts: Parts, call: Call, asked: ChangeContact) -> Nothing:
    """Call a contact by another name or address. It is written down who did."""
    if not (asked.name.strip() or asked.email):
        raise CallRefused(400, "malformed", "A contact needs a name or an address.")
    try:
        email = usable(asked.email) if asked.email else ""
    except BadAddress:
        raise CallRefused(400, "bad_address", "Mail cannot be sent to this address.") from None
    known = {"session": asked.session, "name": asked.name.strip(), "email": email}
    return await _change(parts, call, "contact_changed", change_contact, **known)


async def merge(parts: Parts, call: Call, asked: MergeContacts) -> Nothing:
    """Make one contact of two. It is written down who did."""
    both = {"session": asked.session, "into": asked.into}
    return await _change(parts, call, "contacts_merged", merge_contacts, **both)


async def delete(parts: Parts, call: Call, asked: DeleteContact) -> Nothing:
    """Forget a contact's name and address. It is written down who did."""
    return await _change(parts, call, "contact_deleted", delete_contact, session=asked.session)


async def _change(
    parts: Parts, call: Call, what: What, work: Callable[..., None], **known: str
) -> Nothing:
    # Looked for first, so that the audit has no change of what is not there.
    await _done(parts.database.read, parts, call, open_contact, session=known["session"])
    await parts.audit.note(call.known.party.id, what, known["session"], known.get("into", ""))
    await _done(parts.database.write, parts, call, work, **known)
    return Nothing()


async def _done(
    run: Callable[[Callable[[sa.Connection], T]], Awaitable[T]],
    parts: Parts,
    call: Call,
    work: Callable[..., T],
    **known: str,
) -> T:
    todo = partial(work, site=parts.config.site, teams=call.known.party.teams, **known)
    try:
        return await run(todo)
    except UnknownContact:
        raise CallRefused(404, "unknown_contact", "There is no such contact.") from None
