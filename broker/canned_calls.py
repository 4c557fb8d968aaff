"""The calls about canned messages. Who may write which stands in `canned.may_write`."""

from msgspec import Struct

from broker.accounts import Account
from broker.canned import (
    Canned,
    Changed,
    Edited,
    NotYours,
    ShortcutTaken,
    TooMany,
    UnknownCanned,
    may_write,
)
from broker.http import Call, CallRefused, Nothing
from broker.parts import Parts
from protocol.fields import Count, Id

REFUSALS: dict[type[Exception], tuple[int, str, str]] = {
    UnknownCanned: (404, "unknown_canned", "There is no such message."),
    NotYours: (403, "not_yours", "This message is not yours to write."),
    Changed: (409, "changed_meanwhile", "Somebody else has changed this message meanwhile."),
    ShortcutTaken: (409, "shortcut_taken", "Another message has this shortcut."),
    TooMany: (409, "too_many", "There are as many messages as there may be."),
}


class CannedEntry(Canned, frozen=True, kw_only=True):
    """A message, and whether the caller may change it."""

    writable: bool


class CannedList(Struct, frozen=True, kw_only=True):
    """All that the caller may use. The frame `canned` tells of a higher `version`."""

    version: int
    messages: tuple[CannedEntry, ...]


class CannedGone(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The message to delete, and the version that was seen."""

    id: Id
    version: Count


async def list_canned(parts: Parts, call: Call, _: Nothing) -> CannedList:
    """Return the canned messages that the caller may use."""
    account = _account(call)
    version, found = await parts.canned.of(account)
    return CannedList(
        version=version, messages=tuple(_entry(account, message) for message in found)
    )


async def save_canned(parts: Parts, call: Call, asked: Edited) -> CannedEntry:
    """Add a canned message, or change one that nobody else has changed since it was read."""
    account = _account(call)
    if asked.team and asked.team not in parts.site.teams():
        raise CallRefused(400, "malformed", f"There is no team {asked.team}.")
    try:
        saved = await parts.canned.save(account, asked)
    except tuple(REFUSALS) as fault:
        raise CallRefused(*REFUSALS[type(fault)]) from None
    parts.links.canned_changed()
    return _entry(account, saved)


async def delete_canned(parts: Parts, call: Call, asked: CannedGone) -> Nothing:
    """Delete a canned message that nobody else has changed since it was read."""
    try:
        await parts.canned.delete(_account(call), asked.id, asked.version)
    except tuple(REFUSALS) as fault:
        raise CallRefused(*REFUSALS[type(fault)]) from None
    parts.links.canned_changed()
    return Nothing()


def _account(call: Call) -> Account:
    assert call.known.account  # the table lets no customer in
    return call.known.account


def _entry(account: Account, message: Canned) -> CannedEntry:
    subject = {"personal": account.id, "team": message.team, "all": ""}[message.scope]
    fields = {name: getattr(message, name) for name in Canned.__struct_fields__}
    return CannedEntry(**fields, writable=may_write(account, message.scope, subject))
