"""Turns the table of routes into aiohttp's, and whatever goes wrong into JSON.

Nothing reaches a handler but through `_serve`: the gate first, then strict decoding.
"""

import asyncio
import secrets
import time
from collections.abc import Iterable
from functools import cache, partial
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from msgspec import Struct

from broker.headers import secure
from broker.http import BODY_LIMIT, Call, CallRefused, Nothing, Problem, Route
from broker.parts import PARTS
from protocol.state import Refused

BODY_SECONDS = 10
"""A body that is not here by then was sent slowly on purpose."""

log = structlog.get_logger()


def make_application(routes: Iterable[Route]) -> web.Application:
    """Return an application that serves `routes` once its parts are there."""
    app = web.Application(middlewares=[_answering], client_max_size=BODY_LIMIT)
    for route in routes:
        handler = partial(_serve, route)
        app.router.add_route(route.method, route.path, handler)
        if route.method == "GET" and "anyone" in route.may:
            app.router.add_route("HEAD", route.path, handler)
    app.on_response_prepare.append(_secure)
    return app


async def _serve(route: Route, request: web.Request) -> web.StreamResponse:
    parts = request.app[PARTS]
    call = Call(request=request, caller=await parts.gate.admit(route, request))
    asked = await _asked(route, request)
    answer = await route.does(parts, call, asked)
    if isinstance(answer, web.StreamResponse):
        return answer
    response = _json(answer)
    response.headers.update(call.headers)
    for cookie in call.cookies:
        response.set_cookie(
            cookie.name,
            cookie.value,
            max_age=cookie.seconds,
            path="/",
            secure=True,
            httponly=True,
            samesite="Strict",
        )
    return response


async def _asked(route: Route, request: web.Request) -> Struct:
    if route.asks is Nothing:
        return Nothing()
    try:
        if route.method == "GET" or request.match_info:
            query = request.query if route.method == "GET" else {}
            return msgspec.convert({**query, **request.match_info}, route.asks, strict=False)
        asked: Struct = _decoder(route.asks).decode(await _body(request))
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise CallRefused(400, "malformed", str(fault)) from None
    return asked


async def _body(request: web.Request) -> bytes:
    if request.content_type != "application/json":
        raise CallRefused(415, "not_json", "Send application/json.")
    return await body_of(request, BODY_LIMIT, BODY_SECONDS)


async def body_of(request: web.Request, most: int, seconds: float) -> bytes:
    """Return the body of `request`, of at most `most` bytes and within `seconds`, or refuse it."""
    try:
        async with asyncio.timeout(seconds):
            return await request.clone(client_max_size=most).read()
    except TimeoutError:
        raise CallRefused(408, "too_slow", "The body took too long.") from None


@cache
def _decoder(kind: type[Struct]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def _json(answer: Struct, status: int = 200) -> web.Response:
    if isinstance(answer, Nothing):
        return web.Response(status=204)
    return web.Response(
        body=msgspec.json.encode(answer), status=status, content_type="application/json"
    )


@web.middleware
async def _answering(request: web.Request, handler: Handler) -> web.StreamResponse:
    started = time.monotonic()
    response = await _answer(request, handler)
    seconds = time.monotonic() - started
    resource = request.match_info.route.resource
    # The table's path, never the one that was sent: that one may hold anything.
    method, path = (request.method, resource.canonical) if resource else ("-", "-")
    log.info("called", method=method, route=path, status=response.status, ms=round(seconds * 1000))
    if response.status != HTTPStatus.SWITCHING_PROTOCOLS:
        request.app[PARTS].metrics.called(method, path, response.status, seconds)
    return response


async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except CallRefused as refused:
        return _refusal(refused)
    except Refused as refused:
        # Nobody learns here whether a session that is not theirs exists.
        return _refusal(CallRefused(404, refused.code, "There is no such session for you."))
    except web.HTTPException as fault:
        headers = {hdrs.ALLOW: fault.headers[hdrs.ALLOW]} if hdrs.ALLOW in fault.headers else {}
        word = fault.reason.lower().replace(" ", "_")
        return _refusal(CallRefused(fault.status, word, f"{fault.reason}.", **headers))
    except Exception:  # the caller gets a number to ask about, and nothing else
        number = secrets.token_hex(4)
        log.exception("call_failed", number=number)
        return _refusal(CallRefused(500, "fault", f"Something went wrong here; fault {number}."))


def _refusal(refused: CallRefused) -> web.Response:
    response = _json(Problem(error=refused.error, message=refused.message), refused.status)
    response.headers.update(refused.headers)
    return response


async def _secure(request: web.Request, response: web.StreamResponse) -> None:
    secure(response, https=request.app[PARTS].config.public_url.scheme == "https")
