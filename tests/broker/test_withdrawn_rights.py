"""What was taken away is gone within a second, on links that are open and at every broker."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from msgspec.structs import replace

from broker.accounts import Account
from tests.broker.servers import Server, serving, welcomed
from tests.waiting import LIMIT_SECONDS

Change = Callable[[Server, Account, str], Awaitable[object]]


@pytest.fixture
async def brokers(tmp_path: Path, database_url: str) -> AsyncIterator[tuple[Server, Server]]:
    """Two brokers over one database, whose rings do not reach each other."""
    async with AsyncExitStack() as stack:
        one, two = [
            await stack.enter_async_context(serving(tmp_path, database=database_url))
            for _ in range(2)
        ]
        yield one, two


async def ticket_of(server: Server, cookie: str) -> str:
    return str((await server.call("POST", "/v1/tickets", cookie=cookie)).json["ticket"])


@asynccontextmanager
async def linked(server: Server, cookie: str) -> AsyncIterator[Any]:
    async with server.link(await ticket_of(server, cookie)) as link:
        await welcomed(link)
        yield link


async def is_sent_away(link: Any) -> None:
    """Wait for the goodbye of a link."""
    async with asyncio.timeout(LIMIT_SECONDS):
        heard = [message.json() async for message in link]
    assert heard[-1] == {"type": "goodbye", "why": "signed_out", "final": False}


async def disable(server: Server, account: Account, _: str) -> None:
    await server.parts.accounts.disable(account.id)


async def raise_role(server: Server, account: Account, _: str) -> None:
    await server.parts.accounts.set_role(account.name, "lead")


async def change_teams(server: Server, account: Account, _: str) -> None:
    await server.parts.accounts.set_teams(account.name, ["network"])


async def sign_out(server: Server, _: Account, cookie: str) -> None:
    await server.parts.sign_ins.sign_out(cookie)


async def change_password(server: Server, account: Account, _: str) -> None:
    await server.parts.accounts.change_password(account.id, "hash", "another sign-in")


async def demand_a_second_factor(server: Server, _account: Account, _cookie: str) -> None:
    settings = replace(server.parts.site.settings, second_factor_for_all=True)
    await server.parts.site.save(settings)


CHANGES: tuple[Change, ...] = (disable, raise_role, change_teams, sign_out, change_password)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_a_link_at_another_broker_ends_when_what_let_it_in_changes(
    brokers: tuple[Server, Server], change: Change
) -> None:
    here, there = brokers
    ana, ben = await here.add("ana", "rep"), await here.add("ben", "rep")
    cookie, other = await here.sign_in(ana), await here.sign_in(ben)
    unused = await ticket_of(there, cookie)
    async with linked(there, cookie) as link, linked(there, other) as bystander:
        await change(here, ana, cookie)
        await is_sent_away(link)
        assert not bystander.closed
        # Another look of the broker's leaves alone whom it does not concern.
        await there.parts.links.review(there.parts.sign_ins.of_ids)
        await bystander.ping()
        assert not bystander.closed
    again = await there.call("GET", "/v1/me", cookie=cookie)
    if change in (raise_role, change_teams):
        async with linked(there, cookie):
            pass
        assert again.json["role"] == ("lead" if change is raise_role else "rep")
    else:
        assert again.error == "not_signed_in"
        with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
            async with there.link(unused):
                pass


async def test_one_of_two_sign_ins_ends_and_the_other_stays(
    brokers: tuple[Server, Server],
) -> None:
    here, there = brokers
    ana = await here.add("ana", "rep")
    old, new = await here.sign_in(ana), await here.sign_in(ana)
    listed = (await here.call("GET", "/v1/me/security", cookie=new)).json["sign_ins"]
    (strange,) = [each["id"] for each in listed if not each["here"]]
    async with linked(there, old) as lost, linked(there, new) as kept:
        path = f"/v1/me/sign-ins/{strange}/end"
        assert (await here.call("POST", path, cookie=new)).status == 204
        await is_sent_away(lost)
        assert not kept.closed
    assert (await there.call("GET", "/v1/me", cookie=old)).status == 401
    assert (await there.call("GET", "/v1/me", cookie=new)).status == 200


async def test_nobody_ends_a_sign_in_of_somebody_else(brokers: tuple[Server, Server]) -> None:
    here, _ = brokers
    ana, ben = await here.add("ana", "rep"), await here.add("ben", "rep")
    cookie, other = await here.sign_in(ana), await here.sign_in(ben)
    listed = (await here.call("GET", "/v1/me/security", cookie=other)).json["sign_ins"]
    path = f"/v1/me/sign-ins/{listed[0]['id']}/end"
    assert (await here.call("POST", path, cookie=cookie)).error == "unknown_sign_in"
    await here.call("POST", "/v1/me/sign-ins/end-others", cookie=cookie)
    assert (await here.call("GET", "/v1/me", cookie=other)).status == 200


async def test_a_stricter_setting_holds_for_who_is_here_already(server: Server) -> None:
    cookie = await server.sign_in_as("rep", proved=False)
    async with linked(server, cookie) as link:
        await demand_a_second_factor(server, await server.add("x", "rep"), cookie)
        await is_sent_away(link)
    assert (await server.call("GET", "/v1/me", cookie=cookie)).json["enrolling"]
    refused = await server.call("POST", "/v1/tickets", cookie=cookie)
    assert (refused.status, refused.error) == (403, "enrolment_needed")
