"""A relay as a process of its own, and when it ends by itself."""

import asyncio
import os
import socket
from pathlib import Path

import pytest

from broker.config import Config
from broker.relay import process
from broker.relay.keys import open_keys
from tests.waiting import until


async def test_a_relay_whose_starter_was_gone_before_it_began_ends_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "ALONE_SECONDS", 0.5)
    config, keys = Config(data=str(tmp_path)), open_keys(tmp_path)
    nobody = os.getppid() + 1
    with socket.create_server(("127.0.0.1", 0)) as listening:
        async with asyncio.timeout(30):
            await process._serve(listening, config, None, keys, nobody)


async def test_a_relay_stays_for_as_long_as_its_starter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "ALONE_SECONDS", 0.0)
    looks: list[int] = []

    def parent() -> int:
        looks.append(1)
        return 7 if len(looks) < 5 else 1

    monkeypatch.setattr(os, "getppid", parent)
    config, keys = Config(data=str(tmp_path)), open_keys(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        async with asyncio.timeout(30):
            await process._serve(listening, config, None, keys, 7)
    await until(lambda: len(looks) == 5)
