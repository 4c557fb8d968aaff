"""Who gets the lease of a picture, and how quickly what is taken back ends at the relay."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, get_args

import pytest
from aiohttp import WSMsgType
from msgspec.structs import replace

from protocol import picture as p
from protocol import requests as r
from protocol.fields import Tool
from protocol.picture_bytes import encode
from protocol.watermark import Watermark
from tests.broker.people import ask_picture, linked, next_of
from tests.broker.picture_scene import Scene, watched
from tests.broker.servers import serving
from tests.end_to_end.serving import ask, begin
from tests.waiting import LIMIT_SECONDS, until

TOOLS: tuple[Tool, ...] = get_args(Tool)


# --- leases


async def test_while_nothing_is_shared_there_is_no_picture_for_anybody(scene: Scene) -> None:
    await scene.grant("view")
    for who in ({"token": scene.token}, {"cookie": scene.cookie}):
        reply = await ask_picture(scene.server, scene.session, **who)
        assert (reply.status, reply.error) == (409, "not_now")


async def test_who_shares_and_who_may_look_get_the_same_address(scene: Scene) -> None:
    await scene.share()
    addresses = set()
    for server in (scene.server, scene.other):
        for who in ({"token": scene.token}, {"cookie": scene.cookie}):
            reply = await ask_picture(server, scene.session, **who)
            assert reply.status == 200
            addresses.add(reply.json["address"])
    assert len(addresses) == 1


async def test_only_the_customers_program_is_told_of_the_watermark(scene: Scene) -> None:
    async def told(**who: str) -> Any:
        return (await ask_picture(scene.server, scene.session, **who)).json["watermark"]

    await scene.share()
    assert await told(token=scene.token) is None
    site = scene.server.parts.site
    await site.save(replace(site.settings, watermark=Watermark(when="always", text="Ours")))
    assert (await told(token=scene.token))["text"] == "Ours"
    assert await told(cookie=scene.cookie) is None


async def test_nobody_gets_the_picture_of_a_session_that_is_not_theirs(scene: Scene) -> None:
    await scene.share()
    _, stranger = await scene.server.visitor()
    network = await scene.server.add("nia", "rep", ("network",))
    for who in ({"token": stranger}, {"cookie": await scene.server.sign_in(network)}):
        reply = await ask_picture(scene.server, scene.session, **who)
        assert (reply.status, reply.error) == (404, "unknown_session")
    # Who may read the session may not therefore look.
    reply = await ask_picture(
        scene.server, scene.session, cookie=await scene.server.sign_in_as("lead")
    )
    assert (reply.status, reply.error) == (403, "no_grant")


@pytest.mark.parametrize("tool", TOOLS)
async def test_a_lease_holds_no_tool_without_a_live_grant(scene: Scene, tool: Tool) -> None:
    # Without a view there is no control either.
    lost = ("view", "control") if tool == "view" else (tool,)
    others = tuple(each for each in TOOLS if each not in lost)
    await scene.share()
    await ask(scene.customer, r.Revoke, scene.session, tool="view")
    await scene.grant(*others)
    reply = await ask_picture(scene.server, scene.session, cookie=scene.cookie)
    if tool == "view":
        assert (reply.status, reply.error) == (403, "no_grant")
    else:
        assert scene.tools(reply.json["lease"]) == set(others)
        await scene.grant(tool)
        reply = await ask_picture(scene.server, scene.session, cookie=scene.cookie)
        assert scene.tools(reply.json["lease"]) == set(TOOLS)


async def test_a_grant_is_not_for_the_reps_beside_its_holder(scene: Scene) -> None:
    cookie = await scene.server.sign_in_as("lead")
    async with linked(scene.server, cookie=cookie) as link:
        await ask(link, r.Join, scene.session)
        await scene.share()
        reply = await ask_picture(scene.server, scene.session, cookie=cookie)
        assert (reply.status, reply.error) == (403, "no_grant")
        await scene.grant("view", rep=link)
        reply = await ask_picture(scene.server, scene.session, cookie=cookie)
        assert scene.tools(reply.json["lease"]) == {"view"}


async def test_without_a_relay_there_is_no_picture_now(data_folder: Path) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(data_folder))
        cookie = await server.sign_in_as("rep")
        _, token = await server.visitor()
        ana = await stack.enter_async_context(linked(server, cookie=cookie))
        customer = await stack.enter_async_context(linked(server, token=token))
        session = await begin(customer, ana)
        await ask(customer, r.ShareScreen, session, what="screen")
        reply = await ask_picture(server, session, token=token)
        assert (reply.status, reply.error) == (503, "not_now")
        assert reply.headers["Retry-After"]


# --- what is taken back


async def revoke(scene: Scene) -> None:
    await ask(scene.customer, r.Revoke, scene.session, tool="view")


async def release(scene: Scene) -> None:
    await ask(scene.ana, r.Release, scene.session, tool="view")


async def disable(scene: Scene) -> None:
    await scene.server.parts.accounts.disable(scene.account.id)


async def sign_out(scene: Scene) -> None:
    await scene.server.call("POST", "/v1/sign-out", cookie=scene.cookie)


@pytest.mark.parametrize("take_back", [revoke, release, disable, sign_out])
async def test_what_is_taken_back_is_blank_soon(
    scene: Scene, take_back: Callable[[Scene], Awaitable[None]]
) -> None:
    async with watched(scene) as (_, viewer):
        await take_back(scene)
        assert await next_of(viewer, p.Blank) == p.Blank(why="revoked")


async def stop(scene: Scene) -> None:
    await ask(scene.customer, r.StopSharing, scene.session)


async def return_to_queue(scene: Scene) -> None:
    await ask(scene.ana, r.ReturnToQueue, scene.session)


async def end(scene: Scene) -> None:
    await ask(scene.customer, r.End, scene.session)


@pytest.mark.parametrize("finish", [stop, return_to_queue, end])
async def test_when_sharing_is_over_all_are_sent_away_soon(
    scene: Scene, finish: Callable[[Scene], Awaitable[None]]
) -> None:
    async with watched(scene) as sockets:
        await finish(scene)
        for ws in sockets:
            while (message := await ws.receive(timeout=LIMIT_SECONDS)).type is not WSMsgType.CLOSE:
                assert message.type is not WSMsgType.CLOSED
            assert message.extra == "over"
    reply = await ask_picture(scene.server, scene.session, token=scene.token)
    assert reply.error == "not_now"


@pytest.mark.parametrize("tool", ["control", "clipboard"])
async def test_input_of_a_tool_passes_only_while_it_is_granted(scene: Scene, tool: Tool) -> None:
    bodies: dict[Tool, p.Body] = {
        "control": p.Key(down=True, code="KeyA", key="a"),
        "clipboard": p.Clipboard(text="copied"),
    }
    other: Tool = "clipboard" if tool == "control" else "control"
    async with watched(scene, other) as (sharer, viewer):

        async def say(sequence: int, tool: Tool) -> None:
            body = bodies[tool]
            message = p.Message(stream=0, sequence=sequence, time=0, body=body)
            await viewer.send_bytes(encode(message))

        await say(1, tool)
        await say(2, other)
        heard = await next_of(sharer, type(bodies[other]))
        assert heard == bodies[other]
        await scene.grant(tool)
        await until(lambda: tool in _ordered(scene))
        await say(3, tool)
        assert await next_of(sharer, type(bodies[tool])) == bodies[tool]


def _ordered(scene: Scene) -> set[Tool]:
    """Which tools the broker has told the relay of."""
    (line,) = scene.server.parts.pictures._living().values()
    order, _ = line.told[scene.session]
    assert order
    return {tool for tools in order.viewers.values() for tool in tools}


async def test_a_lease_from_before_gives_back_nothing_that_was_taken(scene: Scene) -> None:
    await scene.share()
    reply = await ask_picture(scene.server, scene.session, cookie=scene.cookie)
    await revoke(scene)
    await until(lambda: not _ordered(scene))
    async with scene.server.http.ws_connect(reply.json["address"]) as ws:
        await ws.send_str(reply.json["lease"])
        message = await ws.receive(timeout=LIMIT_SECONDS)
    assert (message.type, message.extra) == (WSMsgType.CLOSE, "no longer valid")


async def test_what_another_broker_was_asked_is_obeyed_soon(scene: Scene) -> None:
    """The rings of the two do not reach each other, and the first one dies."""
    async with watched(scene) as (_, viewer), linked(scene.other, token=scene.token) as customer:
        await customer.follow(scene.session)
        await scene.server.parts.pictures.close()
        await ask(customer, r.Revoke, scene.session, tool="view")
        assert await next_of(viewer, p.Blank) == p.Blank(why="revoked")


async def test_what_is_no_more_shown_leaves_no_row(scene: Scene) -> None:
    async def pictures() -> Any:
        return (await scene.server.parts.pictures._places.look())[1]

    async with watched(scene):
        assert [each.session for each in await pictures()] == [scene.session]
        await stop(scene)
        while await pictures():
            pass
