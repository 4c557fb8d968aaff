"""`deskside up` as a process: what it prints, how it starts, and how it ends."""

import os
import re
import signal
import socket
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pyotp
import pytest

from broker.gate import COOKIE
from tests.broker.servers import welcomed
from tests.waiting import until

DESKSIDE = Path(sys.executable).with_name("deskside")
SECONDS = 120


def environment(folder: Path, **settings: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("DESKSIDE_")}
    given = {f"DESKSIDE_{name.upper()}": value for name, value in settings.items()}
    return ours | {"DESKSIDE_DATA": str(folder), "DESKSIDE_PORT": "0"} | given


def deskside(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [DESKSIDE, *arguments],
        cwd=folder,
        env=environment(folder, **settings),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@contextmanager
def up(folder: Path, *arguments: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """Run the server, which must end by itself when asked to."""
    with (
        (folder / "errors").open("w") as errors,
        subprocess.Popen(
            [str(DESKSIDE), "up", *arguments],
            cwd=folder,
            env=environment(folder, **settings),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            assert process.wait(SECONDS) == 0
        finally:
            process.kill()


def ready(process: subprocess.Popen[str]) -> str:
    """Return the address in the first line, which says that it serves."""
    assert process.stdout
    word, _, url = process.stdout.readline().strip().partition(" ")
    assert word == "ready"
    return url


def printed(process: subprocess.Popen[str]) -> list[str]:
    """Stop the server and return everything it printed after the first line."""
    process.send_signal(signal.SIGTERM)
    assert process.stdout
    return process.stdout.read().splitlines()


async def signed_in(url: str, name: str, password: str, code: str = "") -> bool:
    headers = {"X-Deskside": "1"}
    body = {"name": name, "password": password, "code": code}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{url}/v1/sign-in", json=body, headers=headers) as response,
    ):
        return COOKIE in response.cookies


async def test_the_demo_says_where_it_serves_and_who_may_sign_in(tmp_path: Path) -> None:
    secret = pyotp.random_base32()
    with up(tmp_path, demo="1", demo_password="open sesame now", demo_totp=secret) as process:
        url = ready(process)
        assert url.startswith("http://127.0.0.1:")
        for name in ("ana", "ben", "nia", "lea"):
            assert await signed_in(url, name, "open sesame now")
        for name in ("adam", "cora"):
            assert not await signed_in(url, name, "open sesame now")
            code = pyotp.TOTP(secret).now()
            assert await signed_in(url, name, "open sesame now", code)
            assert not await signed_in(url, name, "open sesame now", code)
        lines = printed(process)
    assert lines[0] == "Demo accounts, password open sesame now"
    names = [line.split()[0] for line in lines[1:-1]]
    assert names == ["ana", "ben", "nia", "lea", "adam", "cora"]
    assert lines[-1] == f"One-time codes of adam and cora, base32 secret {secret}"


async def test_a_code_is_used_up_over_a_restart_of_the_demo_too(tmp_path: Path) -> None:
    secret = pyotp.random_base32()
    settings = {"demo": "1", "demo_password": "open sesame now", "demo_totp": secret}
    code = pyotp.TOTP(secret).now()
    answers = []
    for _ in range(2):
        with up(tmp_path, **settings) as process:
            url = ready(process)
            answers.append(await signed_in(url, "cora", "open sesame now", code))
    assert answers == [True, False]


async def test_without_a_secret_for_codes_the_demo_prints_one_that_works(tmp_path: Path) -> None:
    with up(tmp_path, demo="1", demo_password="open sesame now") as process:
        url = ready(process)
        assert process.stdout
        secret = [process.stdout.readline() for _ in range(8)][-1].split()[-1]
        assert await signed_in(url, "adam", "open sesame now", pyotp.TOTP(secret).now())


async def test_the_second_start_keeps_the_people_and_prints_the_password_that_holds(
    tmp_path: Path,
) -> None:
    passwords = []
    for _ in range(2):
        with up(tmp_path, demo="1") as process:
            url = ready(process)
            assert process.stdout
            passwords.append(process.stdout.readline().split()[-1])
            assert await signed_in(url, "ana", passwords[-1])
    assert passwords[0] != passwords[1]


def test_the_first_administrators_link_is_printed_once(tmp_path: Path) -> None:
    lines = []
    for _ in range(2):
        with up(tmp_path) as process:
            ready(process)
            lines.append(printed(process))
    (line,) = lines[0]
    assert "http://127.0.0.1:" in line
    assert "/console#welcome=" in line
    assert lines[1] == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_sends_everybody_away_and_ends_cleanly(
    tmp_path: Path, number: signal.Signals
) -> None:
    with up(tmp_path, demo="1") as process:
        url = ready(process)
        async with aiohttp.ClientSession() as http:
            visitor = await (await http.post(f"{url}/v1/visitors")).json()
            headers = {"Authorization": f"Bearer {visitor['token']}"}
            reply = await (await http.post(f"{url}/v1/tickets", headers=headers)).json()
            async with http.ws_connect(f"{url}/v1/link?ticket={reply['ticket']}") as link:
                await welcomed(link)
                process.send_signal(number)
                heard = [message.json() async for message in link]
                assert heard[-1] == {"type": "goodbye", "why": "draining", "final": False}
                assert link.close_code == aiohttp.WSCloseCode.SERVICE_RESTART
        assert process.wait(SECONDS) == 0


@pytest.mark.parametrize("how", ["off", "self", "lan"])
async def test_relays_run_beside_it_under_the_same_certificate(tmp_path: Path, how: str) -> None:
    url_of_relay = re.compile(r"wss?://[^ ;/]+")
    anything = ssl.create_default_context()
    anything.check_hostname, anything.verify_mode = False, ssl.CERT_NONE
    with up(tmp_path, "--relays", "2", tls=how) as process:
        url = ready(process)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=anything)) as http:
            policy = (await http.get(url)).headers["Content-Security-Policy"]
            relays = {*url_of_relay.findall(policy)} - {url.replace("http", "ws", 1)}
            assert len(relays) == 2
            for relay in relays:
                async with http.ws_connect(f"{relay}/v1/picture") as ws:
                    await ws.send_str("no lease")
                    assert (await ws.receive()).extra == "not signed by our broker"
        # The server trusts that very certificate, and nobody else's.
        errors = tmp_path / "errors"
        await until(lambda: errors.read_text().count("relay_there") == 2)


def test_what_is_kept_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with up(tmp_path, data=str(folder)) as process:
        ready(process)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert (folder / "deskside.db").is_file()


def test_plain_http_for_others_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    done = deskside(tmp_path, "up", host="0.0.0.0", data=str(tmp_path / "data"))
    assert done.returncode == 2
    assert done.stderr.startswith("Plain http on ")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = deskside(tmp_path, "up", port=str(port))
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1, port {port}" in done.stderr


def test_for_the_local_network_it_says_how_to_trust_it(tmp_path: Path) -> None:
    with up(tmp_path, "--lan") as process:
        assert ready(process).startswith("https://")
        lines = printed(process)
    assert any("/lan-authority.crt" in line for line in lines)
    assert any(line.strip().count(":") == 31 for line in lines)  # the fingerprint


def test_nothing_is_imported_that_a_command_does_not_need() -> None:
    probe = "import sys, broker.cli; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    imported = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"aiohttp", "sqlalchemy", "alembic", "cryptography"} & set(imported)


def test_serving_imports_nothing_that_only_some_servers_need() -> None:
    probe = "import sys, broker.up; print(*sys.modules)"
    imported = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"alembic", "asyncpg", "cryptography"} & set(imported)
