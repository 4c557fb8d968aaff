"""Two ends meet, talk on two channels, and leave nothing behind."""

import asyncio
import gc
import os
import threading

import psutil
import pytest
from msgspec.structs import replace

from customer_client.direct import peer
from customer_client.direct.peer import Peer
from protocol.direct import INPUT, PICTURE
from tests.customer_client.direct.pairs import gathered, meet, met
from tests.waiting import until

GROWTH_BYTES = 20 * 1024 * 1024


async def test_both_channels_carry_bytes_and_text_in_order() -> None:
    async with met() as (one, other):
        sent: list[bytes | str] = [bytes([n]) * 16_000 for n in range(40)]
        for each in sent:
            one.peer.send(PICTURE, each)
        other.peer.send(INPUT, '{"type":"ping","number":1}')
        await until(lambda: len(other.heard) == len(sent) and one.heard)
        assert other.heard == [(PICTURE, each) for each in sent]
        assert one.heard == [(INPUT, '{"type":"ping","number":1}')]


async def test_whoever_shows_another_certificate_is_not_met(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(peer, "CONNECT_SECONDS", 3.0)
    async with gathered() as (one, other):
        assert other.end
        other.end = replace(other.end, fingerprint="0" * 64)
        assert (await meet(one, other))[0] is False


async def test_the_cipher_authenticates_what_it_encrypts() -> None:
    async with met() as (one, _):
        ssl = one.peer._dtls._ssl
        assert ssl
        assert "GCM" in (ssl.get_cipher_name() or "")
        offered = ssl.get_cipher_list()
        # What ends so is a suite in CBC mode.
        assert not [name for name in offered if name.endswith("-SHA")], offered


async def test_an_end_that_closes_is_noticed() -> None:
    async with met() as (one, other):
        await one.peer.close()
        await until(lambda: other.ended and not other.peer.is_open)
        other.peer.send(PICTURE, b"to nobody")


async def test_no_media_is_agreed_on() -> None:
    async with met() as (one, other):
        for side in (one, other):
            assert [side.peer._dtls._rx_srtp, side.peer._dtls._tx_srtp] == [None, None]


async def come_and_go(times: int) -> None:
    for _ in range(times):
        async with met():
            pass
    gc.collect()


async def leaves_nothing_behind(times: int) -> None:
    await come_and_go(5)  # what is made once is made now
    process = psutil.Process(os.getpid())
    threads, files = threading.active_count(), process.num_fds()
    memory = process.memory_info().rss
    await come_and_go(times)
    assert threading.active_count() <= threads
    assert process.num_fds() <= files
    assert process.memory_info().rss - memory < GROWTH_BYTES


async def test_peers_that_come_and_go_leave_nothing_behind() -> None:
    await leaves_nothing_behind(20)


@pytest.mark.long
async def test_a_thousand_peers_that_come_and_go_leave_nothing_behind() -> None:
    await leaves_nothing_behind(1000)


async def test_one_that_never_met_anybody_lets_go_of_its_sockets() -> None:
    files = psutil.Process(os.getpid()).num_fds()
    for _ in range(5):
        lonely = Peer([], lambda *_: None, lambda: None)
        await lonely.gather()
        await lonely.close()
    assert psutil.Process(os.getpid()).num_fds() <= files


async def test_one_that_is_given_up_while_it_gathers_lets_go_of_its_sockets() -> None:
    files = psutil.Process(os.getpid()).num_fds()
    for turns in range(20):
        lonely = Peer([], lambda *_: None, lambda: None)
        async with asyncio.TaskGroup() as group:
            gathering = group.create_task(lonely.gather())
            for _ in range(turns):
                await asyncio.sleep(0)
            gathering.cancel()
        await lonely.close()
    assert psutil.Process(os.getpid()).num_fds() <= files


async def test_one_whose_end_is_cancelled_lets_go_of_its_sockets() -> None:
    await come_and_go(1)
    files = psutil.Process(os.getpid()).num_fds()
    for turns in range(1, 20):
        async with met() as (one, _), asyncio.TaskGroup() as group:
            closing = group.create_task(one.peer.close())
            for _ in range(turns):
                await asyncio.sleep(0)
            closing.cancel()
    assert psutil.Process(os.getpid()).num_fds() <= files
