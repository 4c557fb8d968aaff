"""What is built into the executable, and what its name may say: a session code and nothing else."""

import random
import string
from pathlib import Path

import aiohttp
import pytest

from broker.config import Config
from broker.tls import Tls, open_tls
from customer_client.built_in import BuiltIn, code_in, connector_to
from tests.broker.servers import serving

NAMES = 200
HOSTILE = string.ascii_letters + string.digits + " -_.()%/:@?&=#'\"\\$;|\n\u0661\u200b"


@pytest.mark.parametrize(
    "name",
    [
        "Deskside-123456789",
        "Deskside-123456789 (1)",
        "Deskside-123456789(12)",
        "Deskside-123456789.exe",
        "Deskside-123456789 (2).tar.gz",
    ],
)
def test_a_name_may_hold_a_code_as_browsers_number_their_downloads(name: str) -> None:
    assert code_in(name) == "123456789"


def test_no_other_name_says_anything() -> None:
    seeded = random.Random(7)
    names = {"Deskside", "Deskside-12345678", "Deskside-1234567890", "deskside-123456789"}
    names |= {"Deskside-123456789-https://evil.example", "Deskside-123456789 (1) (2)"}
    names |= {
        "Deskside-\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669",
        "Deskside-123456789\n",
    }
    while len(names) < NAMES:
        tail = "".join(seeded.choices(HOSTILE, k=seeded.randint(1, 40)))
        names.add(
            f"Deskside-{seeded.choice(['', '12345678', '123456789@', '123456789/'])}{tail}x\n"
        )
    assert [name for name in names if code_in(name)] == []


def tls(folder: Path) -> Tls:
    settings = {"data": str(folder), "tls": "self", "url": "https://127.0.0.1:1"}
    opened = open_tls(Config(**settings))  # type: ignore[arg-type]
    assert opened
    return opened


async def test_a_site_with_its_own_certificate_is_trusted_for_that_one_alone(
    tmp_path: Path,
) -> None:
    known, other = tmp_path / "known", tmp_path / "other"
    ours = tls(known)
    tls(other)
    async with serving(known, server_tls=ours, tls="self", url="https://127.0.0.1:1") as server:

        async def reach(folder: Path) -> int:
            pem = (folder / "tls/self.pem").read_text()
            site = BuiltIn(url=server.url, certificate=pem)
            async with (
                aiohttp.ClientSession(connector=connector_to(site)) as http,
                http.get(f"{server.url}/healthz") as answer,
            ):
                return answer.status

        assert await reach(known) == 200
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await reach(other)
