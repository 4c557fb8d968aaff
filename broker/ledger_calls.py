"""The ledger of recordings over HTTP: its head for everybody, to keep it elsewhere; all of it for officers."""

from aiohttp import web
from msgspec import Struct

from broker.http import Call, CallRefused, Nothing
from broker.ledger_book import LedgerBook
from broker.parts import Parts
from broker.review_calls import noted
from broker.sent_tar import send_tar
from recordings.signing import fingerprint


class LedgerHead(Struct, frozen=True, kw_only=True):
    """The ledger's `head` as it was at `at` (ms), and the fingerprint of the key that has signed it: what
    `python -m recordings verify` is given beside a bundle. Before anything is recorded the head is empty.
    """

    head: str
    signer: str
    at: int


async def show_head(parts: Parts, call: Call, _: Nothing) -> LedgerHead:
    """Return the ledger's head: of this moment for officers, of the last minute for all others."""
    heads = parts.recorder.heads
    head = await (heads.head() if call.known.role == "compliance" else heads.latest())
    signer = fingerprint(parts.recorder.keys.site_keys.signer)
    if head is None:
        return LedgerHead(head="", signer=signer, at=0)
    return LedgerHead(head=head.short, signer=signer, at=head.at)


async def send_ledger(parts: Parts, call: Call, _: Nothing) -> web.StreamResponse:
    """The whole ledger: a tar file with which anybody proves offline that no line and no recording is missing."""
    recorder = parts.recorder
    signer = recorder.keys.site_keys.signer
    book = LedgerBook(parts.database, parts.config.site, recorder.heads, signer)
    files = book.parts()
    first = await anext(files, None)
    if first is None:
        raise CallRefused(409, "no_ledger", "Nothing stands in the ledger yet.")
    await noted(parts, call, "exported", "", "ledger")
    return await send_tar(call, "ledger.tar", first, files)
