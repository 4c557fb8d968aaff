"""TLS as the broker speaks it, tried with real handshakes."""

import asyncio
import os
import socket
import ssl
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from broker import certificates, own_certificates
from broker.config import BadSetting, Config
from broker.network import lan_addresses
from broker.tls import Tls, open_tls
from tests.broker.servers import serving, welcomed


def config(folder: Path, **settings: str) -> Config:
    return Config(**({"data": str(folder), "url": "https://desk.example"} | settings))  # type: ignore[arg-type]


def trusting(pem: bytes) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=pem.decode())
    # Python 3.13 turns this on by itself: certificates must be made by the book.
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


def opened(config: Config) -> Tls:
    tls = open_tls(config)
    assert tls is not None
    return tls


def shown(server: Tls, trust: ssl.SSLContext, name: str) -> ssl.SSLObject:
    """Shake hands in memory as a client who wants `name`; raise `ssl.SSLError` when it fails."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    here = server.context.wrap_bio(to_server, to_client, server_side=True)
    there = trust.wrap_bio(to_client, to_server, server_hostname=name)
    for _ in range(5):
        for side in (there, here):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert there.version() in {"TLSv1.2", "TLSv1.3"}
    return there


def authority_of(server: Tls) -> bytes:
    assert server.authority
    return server.authority.certificate


def public(pem: bytes) -> bytes:
    return certificates.public_pem(certificates.certificate_of(pem))


def test_off_is_no_tls(tmp_path: Path) -> None:
    assert open_tls(Config(data=str(tmp_path))) is None


def test_a_certificate_of_our_own_is_for_the_public_name_and_this_machine(tmp_path: Path) -> None:
    server = opened(config(tmp_path, tls="self"))
    trust = trusting(public((tmp_path / "tls/self.pem").read_bytes()))
    for name in ("desk.example", "localhost", "127.0.0.1", "::1"):
        shown(server, trust, name)
    with pytest.raises(ssl.SSLCertVerificationError):
        shown(server, trust, "other.example")


def test_keys_are_readable_for_their_owner_alone(tmp_path: Path) -> None:
    opened(config(tmp_path, tls="self"))
    opened(config(tmp_path, tls="lan", host="0.0.0.0"))
    for path in (tmp_path / "tls").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE((tmp_path / "tls").stat().st_mode) == 0o700


def test_a_certificate_is_kept_while_it_is_good(tmp_path: Path) -> None:
    path = tmp_path / "tls/self.pem"
    opened(config(tmp_path, tls="self"))
    before = path.read_bytes()
    opened(config(tmp_path, tls="self"))
    assert path.read_bytes() == before
    opened(config(tmp_path, tls="self", url="https://other.example"))
    assert path.read_bytes() != before


def test_what_expires_is_renewed_while_the_server_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = opened(config(tmp_path, tls="self"))
    before = (tmp_path / "tls/self.pem").read_bytes()
    monkeypatch.setattr(own_certificates, "SPARE_DAYS", certificates.LEAF_DAYS + 1)
    server.refresh()
    after = (tmp_path / "tls/self.pem").read_bytes()
    assert after != before
    shown(server, trusting(public(after)), "desk.example")


def test_files_are_read_again_when_somebody_has_renewed_them(tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(certificates.self_signed(["one.example"]))
    server = opened(config(tmp_path, tls=f"{both},{both}"))
    shown(server, trusting(public(both.read_bytes())), "one.example")
    renewed = certificates.self_signed(["two.example"])
    both.write_bytes(renewed)
    os.utime(both, ns=(1, 1))
    server.refresh()
    shown(server, trusting(public(renewed)), "two.example")


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_text("nonsense")])
def test_files_that_cannot_be_used_are_named(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    certificate = tmp_path / "cert.pem"
    certificate.write_bytes(certificates.self_signed(["one.example"]))
    spoil(certificate)
    with pytest.raises(BadSetting, match=r"^DESKSIDE_TLS: .*cert\.pem"):
        opened(config(tmp_path, tls=f"{certificate},{certificate}"))


def test_the_private_authority_vouches_for_every_name_of_this_machine(tmp_path: Path) -> None:
    server = opened(config(tmp_path, tls="lan", host="0.0.0.0"))
    trust = trusting(authority_of(server))
    machine = socket.gethostname().lower()
    for name in ("desk.example", "localhost", "127.0.0.1", machine, *lan_addresses()):
        shown(server, trust, name)


def test_the_private_authority_cannot_vouch_for_the_rest_of_the_internet(tmp_path: Path) -> None:
    opened(config(tmp_path, tls="lan", host="0.0.0.0"))
    root, leaf = tmp_path / "tls/authority.pem", tmp_path / "forged.pem"
    trust = trusting(public(root.read_bytes()))
    for name in ("bank.example", "8.8.8.8"):
        leaf.write_bytes(certificates.signed(root.read_bytes(), [name]))
        forged = Tls(lambda: (leaf, leaf))
        with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
            shown(forged, trust, name)
    leaf.write_bytes(certificates.signed(root.read_bytes(), ["192.168.77.5"]))
    shown(Tls(lambda: (leaf, leaf)), trust, "192.168.77.5")


def test_the_authority_stays_when_addresses_change_and_its_leaf_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_certificates, "lan_addresses", lambda: ["192.168.1.5"])
    server = opened(config(tmp_path, tls="lan", host="0.0.0.0"))
    trust = trusting(authority_of(server))
    monkeypatch.setattr(own_certificates, "lan_addresses", lambda: ["10.1.2.3"])
    server.refresh()
    shown(server, trust, "10.1.2.3")
    with pytest.raises(ssl.SSLCertVerificationError):
        shown(server, trust, "192.168.1.5")


def test_another_public_name_needs_another_authority(tmp_path: Path) -> None:
    before = authority_of(opened(config(tmp_path, tls="lan", host="0.0.0.0")))
    after = opened(config(tmp_path, tls="lan", host="0.0.0.0", url="https://other.example"))
    assert authority_of(after) != before
    shown(after, trusting(authority_of(after)), "other.example")


def test_an_authority_that_expires_soon_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificates, "AUTHORITY_DAYS", certificates.LEAF_DAYS)
    before = authority_of(opened(config(tmp_path, tls="lan", host="0.0.0.0")))
    monkeypatch.undo()
    assert authority_of(opened(config(tmp_path, tls="lan", host="0.0.0.0"))) != before


def test_people_are_told_how_to_trust_it(tmp_path: Path) -> None:
    server = opened(config(tmp_path, tls="lan", host="0.0.0.0"))
    assert server.authority
    told = server.authority.how_to_trust("https://desk.example")
    assert "https://desk.example/lan-authority.crt" in told
    der = ssl.PEM_cert_to_DER_cert(authority_of(server).decode())
    assert certificates.fingerprint(x509.load_der_x509_certificate(der)) in told
    for system in ("Windows", "macOS", "Debian", "Firefox", "Android", "iOS"):
        assert system in told


def test_nothing_of_the_authority_but_its_certificate_is_shown(tmp_path: Path) -> None:
    server = opened(config(tmp_path, tls="lan", host="0.0.0.0"))
    assert b"PRIVATE" not in authority_of(server)
    (certificate,) = x509.load_pem_x509_certificates(authority_of(server))
    assert certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=3000)


def test_old_versions_of_tls_are_refused(tmp_path: Path) -> None:
    server = opened(config(tmp_path, tls="self"))
    old = trusting(public((tmp_path / "tls/self.pem").read_bytes()))
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError):
        shown(server, old, "desk.example")


async def test_the_whole_server_speaks_it_link_and_all(data_folder: Path) -> None:
    wanted = config(data_folder, tls="lan", host="0.0.0.0")
    server_tls = opened(wanted)
    trust = trusting(authority_of(server_tls))
    async with serving(
        data_folder, server_tls=server_tls, trust=trust, tls="lan", url=wanted.url
    ) as server:
        page = await server.call("GET", "/")
        assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
        authority = await server.call("GET", "/lan-authority.crt")
        assert authority.body == authority_of(server_tls)
        assert authority.headers["Content-Type"] == "application/x-x509-ca-cert"
        _, token = await server.visitor()
        ticket = (await server.call("POST", "/v1/tickets", token=token)).json["ticket"]
        async with server.link(ticket) as link:
            await welcomed(link)


async def test_plain_http_on_a_tls_port_gets_nothing(data_folder: Path) -> None:
    server_tls = opened(config(data_folder, tls="self"))
    async with serving(data_folder, server_tls=server_tls, tls="self", url="") as server:
        plain = server.url.replace("https", "http")
        with pytest.raises((aiohttp.ClientError, asyncio.TimeoutError)):
            await server.http.get(plain)
