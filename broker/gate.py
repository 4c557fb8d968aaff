"""Who calls, and may they? Asked once for every call, before its handler sees anything.

Staff are known by a cookie, customers by a bearer token, sockets by a single-use ticket. What comes
with a cookie could have been sent by another site's page, so it must also show a header that such a
page cannot send, and no `Origin` but ours.
"""

import hmac
from collections.abc import Sequence

from aiohttp import web

from broker.accounts import party_of
from broker.admission import Admission
from broker.clock import Clock
from broker.headers import Origins
from broker.http import Caller, CallRefused, Route
from broker.network import Network, is_loopback
from broker.rates import Rates, TooOften, address_of
from broker.sign_in import SignIns
from broker.tokens import digest_of
from protocol.state import Party

COOKIE = "__Host-deskside"
DEVICE_COOKIE = "__Host-deskside-device"
PAGE_HEADER = "X-Deskside"

READS = ("GET", "HEAD", "OPTIONS")

FRESH_MS = 15 * 60_000
"""For so long after showing a password or passkey somebody may change how they get in."""


class Gate:
    """One per broker."""

    def __init__(  # noqa: PLR0913 - a packing list
        self,
        *,
        origins: Origins,
        rates: Rates,
        proxies: Sequence[Network],
        sign_ins: SignIns,
        admission: Admission,
        clock: Clock,
        metrics_token: str,
        only_here: bool,
    ) -> None:
        self._origins = origins
        self._rates = rates
        self._proxies = proxies
        self._sign_ins = sign_ins
        self._admission = admission
        self._clock = clock
        self._metrics_token = metrics_token
        self._only_here = only_here

    async def admit(self, route: Route, request: web.Request) -> Caller | None:
        """Return who calls `route`, None where anyone may, or raise `CallRefused`."""
        address = self.address(request)
        self.count(route.rate, address)
        self._check_origin(route, request)
        if "anyone" in route.may:
            return None
        if "operator" in route.may:
            self._check_operator(request, address)
            return None
        if "ticket" in route.may:
            return await self._by_ticket(request)
        caller = await self._known(request)
        if caller is None:
            raise CallRefused(
                401, "not_signed_in", "Sign in first.", WWW_Authenticate='Bearer realm="deskside"'
            )
        if caller.role not in route.may:
            raise _not_for(caller)
        if route.fresh and not 0 <= self._clock() - caller.confirmed_at < FRESH_MS:
            raise CallRefused(403, "confirm_needed", "Confirm this with your password first.")
        return caller

    def count(self, kind: str, address: str) -> None:
        """Count a call of `kind`, or raise `CallRefused`."""
        try:
            self._rates.take(kind, address)
        except TooOften as fault:
            raise too_often(fault.seconds) from None

    def address(self, request: web.Request) -> str:
        """Return the address that `request` really comes from."""
        forwarded_for = request.headers.getall("X-Forwarded-For", [])
        return address_of(request.remote or "", forwarded_for, self._proxies)

    def _check_origin(self, route: Route, request: web.Request) -> None:
        if route.method in READS and "ticket" not in route.may:
            return  # changes nothing, and no other site may read the answer
        # Programs send none; who knows the token or ticket needs none.
        origins = request.headers.getall("Origin", [])
        if origins and (len(origins) > 1 or origins[0] not in self._origins.of(request)):
            raise CallRefused(403, "wrong_origin", "This page belongs to another site.")
        by_cookie = "Authorization" not in request.headers and "anyone" not in route.may
        by_page = route.method not in READS and (by_cookie or route.guarded)
        if by_page and request.headers.get(PAGE_HEADER) != "1":
            raise CallRefused(403, "header_missing", f"Send the header {PAGE_HEADER}: 1.")

    def _check_operator(self, request: web.Request, address: str) -> None:
        if self._metrics_token:
            if hmac.compare_digest(digest_of(_bearer(request)), digest_of(self._metrics_token)):
                return
        elif self._only_here and is_loopback(address):
            return
        raise CallRefused(403, "not_allowed", "Only operators may read this.")

    async def _by_ticket(self, request: web.Request) -> Caller:
        party, sign_in = await self._admission.redeem(request.query.get("ticket", ""))
        caller = await self._of_ticket(party, sign_in) if party else None
        if caller is None:
            raise CallRefused(401, "bad_ticket", "This ticket was used or has expired.")
        return caller

    async def _of_ticket(self, party: str, sign_in: str) -> Caller | None:
        if not sign_in:
            return _customer(party) if await self._admission.is_visitor(party) else None
        account = (await self._sign_ins.of_ids([sign_in])).get(sign_in)
        if account is None:
            return None
        return Caller(role=account.role, party=party_of(account), account=account, sign_in=sign_in)

    async def _known(self, request: web.Request) -> Caller | None:
        """Who shows a token is that customer, whatever cookie their browser sends as well."""
        if "Authorization" in request.headers:
            visitor = await self._admission.visitor_of(_bearer(request))
            return _customer(visitor) if visitor else None
        cookie = request.cookies.get(COOKIE)
        standing = await self._sign_ins.of(cookie) if cookie else None
        if standing is None:
            return None
        account = standing.account
        return Caller(
            role="enrolling" if standing.enrolling else account.role,
            party=party_of(account),
            account=account,
            sign_in=standing.id,
            confirmed_at=standing.confirmed_at,
        )


def too_often(seconds: int) -> CallRefused:
    """Return the refusal of whoever has to wait for `seconds`."""
    return CallRefused(429, "rate_limited", f"Try again in {seconds} s.", Retry_After=str(seconds))


def _not_for(caller: Caller) -> CallRefused:
    if caller.role == "enrolling":
        return CallRefused(403, "enrolment_needed", "Set up a second factor first.")
    return CallRefused(403, "not_allowed", f"This is not for the role {caller.role}.")


def _customer(party: str) -> Caller:
    return Caller(role="customer", party=Party(id=party, role="customer"))


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
