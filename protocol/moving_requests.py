"""Asking for a session to go on elsewhere; `protocol/requests.py` gives these on."""

from protocol.fields import Where
from protocol.request import Request


class OfferApp(Request, frozen=True, kw_only=True):
    """Ask the customer to go on in the app, in which more can be allowed than on a page."""


class DeclineApp(Request, frozen=True, kw_only=True):
    """The customer stays on the page."""


class MoveTo(Request, frozen=True, kw_only=True):
    """From now on the session goes on here, and here is `where`."""

    where: Where
