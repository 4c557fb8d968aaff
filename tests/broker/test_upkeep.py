"""What the broker looks after by itself, beside a command line that changes things."""

import asyncio
from pathlib import Path

import aiohttp
import pytest
from structlog.testing import capture_logs

from broker import tasks
from broker.accounts import Accounts
from broker.clock import now
from broker.database import open_database
from broker.site import Site, parse
from broker.tasks import keep_running
from tests.broker.servers import Server, welcomed
from tests.waiting import LIMIT_SECONDS, until


async def test_whom_the_command_line_disables_loses_their_link(
    server: Server, data_folder: Path
) -> None:
    account = await server.add("ana", "rep")
    cookie = await server.sign_in(account)
    ticket = (await server.call("POST", "/v1/tickets", cookie=cookie)).json["ticket"]
    beside = await open_database(f"sqlite:///{data_folder}/deskside.db")
    async with server.link(ticket) as link:
        await welcomed(link)
        await Accounts(beside, server.parts.config.site, now).disable(account.id)
        async with asyncio.timeout(LIMIT_SECONDS):
            heard = [
                message.json() async for message in link if message.type is aiohttp.WSMsgType.TEXT
            ]
    await beside.close()
    assert heard[-1] == {"type": "goodbye", "why": "signed_out", "final": False}


async def test_what_the_command_line_sets_is_shown_within_seconds(
    server: Server, data_folder: Path
) -> None:
    beside = await open_database(f"sqlite:///{data_folder}/deskside.db")
    settings = server.parts.site.settings
    other = Site(beside, server.parts.config.site, settings)
    await other.save(parse('{"organisation": "Other"}'))
    await until(lambda: server.parts.site.settings.organisation == "Other")
    await beside.close()


async def test_what_fails_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "AGAIN_SECONDS", 0.001)
    runs = 0

    async def run() -> None:
        nonlocal runs
        runs += 1
        raise ConnectionRefusedError

    with capture_logs() as logged:
        task = asyncio.get_running_loop().create_task(keep_running(run))
        await until(lambda: runs >= 3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert [entry["event"] for entry in logged[:2]] == ["started_again"] * 2
