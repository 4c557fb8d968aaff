"""The chat button on other web sites: what it asks before the click, and the page in its frame.

Only the origins that a site's settings name learn anything here, and only they may frame the page;
no other page may be framed by anybody.
"""

from typing import Annotated, Literal

from aiohttp import web
from msgspec import Meta, Struct

from broker.http import Call, CallRefused, Nothing
from broker.parts import Parts

HELD_SECONDS = 25.0
"""How long a button waits for news; proxies cut what is silent for a minute."""

MOST_HELD = 5_000
"""Buttons that wait at one broker; further ones are answered at once and come back later."""

SCRIPT_SECONDS = 300


class AskWidget(Struct, frozen=True, kw_only=True):
    """`known` is whether somebody was there when the button last asked: answered on a change."""

    known: Literal["", "open", "closed"] = ""


class WidgetState(Struct, frozen=True, kw_only=True):
    """What a button shows: it hides while nobody is there, or leads to a form for a message."""

    organisation: str
    open: bool
    offline: Literal["hide", "form"]


class AskFrame(Struct, frozen=True, kw_only=True):
    """`host` is the origin of the site around the frame, as its script knows it."""

    host: Annotated[str, Meta(max_length=300)] = ""


class Handover(Struct, frozen=True, kw_only=True):
    """Opens a window of our own as the same customer, once, within 30 s."""

    code: str


class RedeemHandover(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`code` comes from `/v1/windows`."""

    code: Annotated[str, Meta(max_length=200)]


class Window(Struct, frozen=True, kw_only=True):
    """A customer's party, and a token that proves it for a day."""

    party: str
    token: str


def hosts(parts: Parts, request: web.Request) -> list[str]:
    """Return the origins whose pages may carry the button: those of the settings, and ours."""
    return [*parts.site.settings.widget.origins, *parts.origins.of(request)]


async def show_frame(parts: Parts, call: Call, asked: AskFrame) -> web.StreamResponse:
    """The customer's page for a frame on another site; the settings say on which."""
    allowed = hosts(parts, call.request)
    if asked.host:
        allowed = [asked.host] if asked.host in allowed else []
    sockets = [*parts.origins.of(call.request), *parts.pictures.origins]
    return parts.pages.index("customer", sockets, framed_by=allowed)


async def send_script(parts: Parts, _call: Call, _: Nothing) -> web.StreamResponse:
    """The script that puts the chat button on any web site."""
    path = parts.pages.widget_script
    if not path.is_file():
        raise web.HTTPNotFound
    response = web.FileResponse(path)
    response.content_type = "text/javascript"
    response.headers["Cache-Control"] = f"public, max-age={SCRIPT_SECONDS}"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


async def show_state(parts: Parts, call: Call, asked: AskWidget) -> WidgetState:
    """What the chat button shows; with `known`, as soon as that is no longer true."""
    call.headers["Vary"] = "Origin"
    # A page of our own sends none.
    if origin := call.request.headers.get("Origin"):
        if origin not in hosts(parts, call.request):
            raise CallRefused(
                403, "wrong_origin", "This site may not show the button.", **call.headers
            )
        call.headers["Access-Control-Allow-Origin"] = origin
    if asked.known and parts.queues.held < MOST_HELD:
        await parts.queues.changed(is_open=asked.known == "open", within=HELD_SECONDS)
    return WidgetState(
        organisation=parts.site.settings.organisation,
        open=parts.queues.is_open,
        offline=parts.site.settings.offline,
    )


async def hand_over(parts: Parts, call: Call, _: Nothing) -> Handover:
    """Make a code that opens a window of our own for a customer in a frame."""
    return Handover(code=await parts.admission.make_ticket(call.known.party.id, opens="window"))


async def open_window(parts: Parts, _call: Call, asked: RedeemHandover) -> Window:
    """Use up the code of a hand-over."""
    opened = await parts.admission.open_window(asked.code)
    if opened is None:
        raise CallRefused(401, "bad_code", "This code was used or has expired.")
    party, token = opened
    return Window(party=party, token=token)


async def show_demo(parts: Parts, call: Call, _: Nothing) -> web.StreamResponse:
    """A small shop that carries the button; in the demo alone."""
    if not parts.config.demo:
        raise web.HTTPNotFound
    return parts.pages.index("demo", parts.origins.of(call.request))
